"""The addresses: respondents at the root, results, staff, health."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from config.health import health

handler400 = "config.errors.bad_request"
handler403 = "config.errors.forbidden"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"

# Respondents come first: each of their pages would otherwise be held against every address of the staff.
urlpatterns = [
    path("", include("respondents.urls")),
    path("health/", health, name="health"),
    path("results/", include("reports.releases.urls")),
    path("results/", include("reports.urls")),
    path("admin/", include("django.conf.urls.i18n")),
    path("admin/fieldwork/<int:wave_id>/run/", include("respondents.field.run")),
    path("admin/fieldwork/", include("respondents.field.staff")),
    path("admin/sources/", include("respondents.providers.staff")),
    path("admin/quotas/", include("respondents.quotas.staff")),
    path("admin/invitations/", include("respondents.invitations.staff")),
    path("admin/quality/", include("respondents.quality.staff")),
    path("admin/studies/", include("reports.staff")),
    path("admin/results/<int:wave_id>/documents/", include("reports.documents.staff")),
    path("admin/results/<int:wave_id>/coding/", include("reports.coding.staff")),
    path("admin/results/<int:wave_id>/weighting/", include("reports.weightings.staff")),
    path("admin/results/<int:wave_id>/comparability/", include("reports.comparing.staff")),
    path("admin/results/", include("reports.tables.staff")),
    path("admin/results/", include("reports.tables.books")),
    path("admin/results/", include("reports.releases.staff")),
    path("admin/results/", include("reports.next_wave.staff")),
    path("admin/results/", include("reports.studio.staff")),
    path("admin/workshop/", include("surveys.workshop.urls")),
    path("admin/", admin.site.urls),
]
