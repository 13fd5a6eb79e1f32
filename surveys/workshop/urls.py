"""The addresses of the workshop, where a questionnaire is written: one line per screen."""

from __future__ import annotations

from django.urls import URLPattern, path

from surveys.staff import staff_page
from surveys.workshop.bringing import bring, kobo
from surveys.workshop.pasting import paste

urlpatterns: list[URLPattern] = [
    path("paste/", staff_page(paste, "surveys.add_survey"), name="paste_questionnaire"),
    path("bring/", staff_page(bring, "surveys.add_survey"), name="bring_questionnaire"),
    path("questionnaires/<int:pk>/xlsform/", staff_page(kobo, "surveys.view_questionnaire"), name="questionnaire_xlsform"),
]
