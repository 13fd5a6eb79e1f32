"""The addresses of publications, under /results/."""

from __future__ import annotations

from django.urls import URLPattern, path

from reports.page.views import embeddable
from reports.releases import clients, views

AT = "<slug:slug>/<slug:wave>/releases/<int:number>"

CLIENT = "client/<str:token>"

urlpatterns: list[URLPattern] = [
    path(f"{CLIENT}/", clients.page, name="client_page"),
    path(f"{CLIENT}/draft/", clients.draft, name="client_draft"),
    path(f"{CLIENT}/draft/note.<slug:language>.<slug:suffix>", clients.draft_note, name="client_draft_note"),
    path(f"{CLIENT}/method/", clients.page, {"page": "method"}, name="client_method"),
    path(f"{CLIENT}/figures/<slug:item>/", clients.page, {"page": "receipt"}, name="client_receipt"),
    path(f"{CLIENT}/figures/<slug:item>.json", clients.page, {"page": "evidence"}, name="client_evidence"),
    path(f"{CLIENT}/figures.csv", clients.page, {"page": "figures.csv"}, name="client_figures_csv"),
    path(f"{CLIENT}/figures/<slug:item>.svg", clients.page, {"page": "svg"}, name="client_svg"),
    path(f"{CLIENT}/figures/<slug:item>.png", clients.page, {"page": "png"}, name="client_png"),
    path(f"{CLIENT}/figures/<slug:item>.csv", clients.page, {"page": "csv"}, name="client_csv"),
    path("<slug:slug>/releases/<int:number>/", views.latest_wave, name="latest_release"),
    path(f"{AT}/", views.page, name="release_page"),
    path(f"{AT}.json", views.twin, name="release_twin"),
    path(f"{AT}/method/", views.page, {"page": "method"}, name="release_method"),
    path(f"{AT}/files/<str:name>", views.file, name="release_file"),
    path(f"{AT}/figures/<slug:item>/", views.page, {"page": "receipt"}, name="release_receipt"),
    path(f"{AT}/figures/<slug:item>.json", views.page, {"page": "evidence"}, name="release_evidence"),
    path(f"{AT}/figures.csv", views.page, {"page": "figures.csv"}, name="release_figures_csv"),
    path(f"{AT}/figures/<slug:item>.svg", views.page, {"page": "svg"}, name="release_svg"),
    path(f"{AT}/figures/<slug:item>.png", views.page, {"page": "png"}, name="release_png"),
    path(f"{AT}/figures/<slug:item>.csv", views.page, {"page": "csv"}, name="release_csv"),
    path(f"{AT}/figures/<slug:item>/embed/", embeddable(views.page), {"page": "embed"}, name="release_embed"),
]
