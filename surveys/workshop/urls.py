"""The addresses of the workshop, where a questionnaire is written: one line per screen."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
