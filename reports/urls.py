"""The addresses of reports, under /results/."""

from __future__ import annotations

from django.urls import URLPattern, path

from reports import views
from reports.page import views as page

urlpatterns: list[URLPattern] = [
    path("<slug:slug>/", views.results, name="results"),
    path("<slug:slug>/method/", views.method, name="method"),
    path("<slug:slug>/figures/<slug:item>/", views.latest_receipt, name="latest_receipt"),
    path("<slug:slug>/figures/<slug:item>.json", views.latest_evidence, name="latest_evidence"),
    path("<slug:slug>/<slug:wave>/", views.results, name="wave_results"),
    path("<slug:slug>/<slug:wave>/method/", views.method, name="wave_method"),
    path("<slug:slug>/<slug:wave>/figures/<slug:item>/", views.receipt, name="receipt"),
    path("<slug:slug>/<slug:wave>/figures/<slug:item>.json", views.evidence, name="evidence"),
    path("<slug:slug>/<slug:wave>/figures.csv", page.all_numbers_csv, name="figures_csv"),
    path("<slug:slug>/<slug:wave>/social.png", page.social_picture, name="social_picture"),
    path("<slug:slug>/<slug:wave>/figures/<slug:item>.svg", page.picture_svg, name="picture_svg"),
    path("<slug:slug>/<slug:wave>/figures/<slug:item>.png", page.picture_png, name="picture_png"),
    path("<slug:slug>/<slug:wave>/figures/<slug:item>.csv", page.numbers_csv, name="numbers_csv"),
    path("<slug:slug>/<slug:wave>/figures/<slug:item>/embed/", page.embed, name="embed"),
    path("<slug:slug>/<slug:wave>/figures/<slug:item>/social.png", page.social_picture, name="figure_social_picture"),
]
