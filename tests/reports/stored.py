"""Figures stored for a wave as a computation would have left them, for tests that only read them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone

from reports.models import Aggregation, Estimate
from surveys.models import Wave
from tests.reports.core.unsaved import MEASURED, NOT_ASKED


def store(
    wave: Wave,
    measured: Mapping[str, tuple[float, int, float]] = MEASURED,
    *,
    n: int = 2032,
    refusal: Mapping[str, str] | None = None,
) -> Aggregation:
    """Store (percent, n, margin) by figure as the wave's computation; refused, the percentages are the unweighted ones."""
    summary = {} if refusal else {
        "weighting_steps": 6, "worst_margin": 1e-10, "min_weight": 0.87, "max_weight": 1.15,
        "design_effect": 1.0173, "effective_n": 1997.4, "efficiency": 0.983,
    }  # fmt: skip
    aggregation, _ = Aggregation.objects.update_or_create(
        wave=wave, defaults={"n": n, "revisions": 9 * n, "computed_at": timezone.now(), "refusal": refusal or {}, **summary}
    )
    aggregation.estimates.all().delete()
    figures = {figure.code: figure for figure in wave.survey.figures.all()}
    for code, (percent, base, margin) in measured.items():
        weighted = {} if refusal else {
            "percent": percent, "weighted_n": float(base), "effective_n": base * 0.98, "standard_error": margin / 1.96,
            "margin": margin, "low": percent - margin, "high": percent + margin,
        }  # fmt: skip
        Estimate.objects.create(aggregation=aggregation, figure=figures[code], n=base, selected=round(base * percent / 100),
                                not_asked=NOT_ASKED.get(code, 0), raw_percent=percent, **weighted)  # fmt: skip
    return aggregation
