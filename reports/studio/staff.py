"""The staff's addresses of the desk and the studio."""

from __future__ import annotations

from functools import partial
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from reports.aggregation import is_stale
from reports.core.typography import moment
from reports.edition import Edition
from reports.releases.readiness import Readiness
from reports.results import results_of
from reports.studio import pages as studio
from reports.studio.desk import Desk
from reports.studio.pages import wave_or_404
from surveys.models import Wave
from surveys.staff import may, staff_context, staff_page

SEE = "reports.view_aggregation"


@require_GET
def desks(request: HttpRequest) -> HttpResponse:
    """List the waves that have results, the latest first."""
    waves = Wave.objects.exclude(questionnaire=None).select_related("survey", "aggregation").order_by("survey__title", "-row")
    if slug := request.GET.get("survey"):
        waves = waves.filter(survey__slug=slug)
    lines = [(wave, getattr(wave, "aggregation", None)) for wave in waves]
    return TemplateResponse(request, "reports/studio/desks.html", staff_context(request, _("Results"), {"lines": lines}))


@require_GET
def desk(request: HttpRequest, wave_id: int) -> HttpResponse:
    """Show how far a wave's results are from publication, and the way to every room."""
    wave = wave_or_404(wave_id)
    edition = Edition(results_of(wave), get_language() or wave.survey.default_language)
    found, computation = Desk(Readiness(edition), partial(may, request.user)), edition.results.aggregation
    about = {
        "wave": wave,
        "desk": found,
        "edition": edition,
        "computed": moment(computation.computed_at.astimezone(ZoneInfo(wave.time_zone)), edition.press.language) if computation else "",
        "is_stale": is_stale(wave),
    }
    return TemplateResponse(request, "reports/studio/desk.html", staff_context(request, _("Results"), about))


urlpatterns: list[URLPattern] = [
    *studio.urlpatterns,
    path("", staff_page(desks, SEE), name="results_desks"),
    path("<int:wave_id>/", staff_page(desk, SEE), name="results_desk"),
]
