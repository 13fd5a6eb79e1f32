"""What weighting would do now to a wave in the field: a line of the fieldwork screen, from the latest computation of its figures."""

from __future__ import annotations

import zoneinfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from reports.models import Aggregation
from reports.press import Press
from reports.technical import weights_of
from surveys.models import Wave
from surveys.staff import staff_context


@require_GET
def weighting_now(request: HttpRequest, pk: int) -> HttpResponse:
    """Say the range of the weights and their efficiency, or why nothing can be weighted; alone where the screen asks for the line."""
    wave = get_object_or_404(Wave.objects.select_related("survey", "aggregation"), pk=pk)
    about = {"wave": wave, "said": _said(wave)}
    if request.htmx:  # type: ignore[attr-defined]
        return TemplateResponse(request, "reports/_weighting_now.html", about)
    return TemplateResponse(request, "reports/weighting_now.html", staff_context(request, _("Weighting now"), about))


def _said(wave: Wave) -> str:
    press = Press(wave.survey, get_language() or wave.survey.default_language)
    aggregation: Aggregation | None = getattr(wave, "aggregation", None)
    if not wave.weighting:
        return _("This wave is not weighted.")
    if aggregation is None:
        return _("Nothing is computed yet.")
    if aggregation.min_weight is None:
        return press.text(aggregation.refusal)
    values = {
        "weights": weights_of(press, aggregation),
        "n": press.count(aggregation.n),
        "time": f"{aggregation.computed_at.astimezone(zoneinfo.ZoneInfo(wave.time_zone)):%H:%M:%S}",
    }
    return _("On all margins together, %(n)s interviews, at %(time)s: %(weights)s.") % values
