"""The addresses: respondents at the root, results, staff, health."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from config.health import health

urlpatterns = [
    path("health/", health, name="health"),
    path("results/", include("reports.urls")),
    path("admin/", include("django.conf.urls.i18n")),
    path("admin/fieldwork/", include("respondents.staff")),
    path("admin/studies/", include("reports.staff")),
    path("admin/", admin.site.urls),
    path("", include("respondents.urls")),
]
