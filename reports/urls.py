"""The addresses of reports, under /results/."""

from __future__ import annotations

from django.urls import URLPattern, path

from reports import views

urlpatterns: list[URLPattern] = [
    path("<slug:slug>/", views.results, name="results"),
    path("<slug:slug>/method/", views.method, name="method"),
    path("<slug:slug>/figures/<slug:item>/", views.latest_receipt, name="latest_receipt"),
    path("<slug:slug>/figures/<slug:item>.json", views.latest_evidence, name="latest_evidence"),
    path("<slug:slug>/<slug:wave>/", views.results, name="wave_results"),
    path("<slug:slug>/<slug:wave>/method/", views.method, name="wave_method"),
    path("<slug:slug>/<slug:wave>/figures/<slug:item>/", views.receipt, name="receipt"),
    path("<slug:slug>/<slug:wave>/figures/<slug:item>.json", views.evidence, name="evidence"),
]
