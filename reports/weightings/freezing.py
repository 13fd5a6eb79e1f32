"""What stays of each weighting: a row per scheme whenever something changed, never rewritten once the field rests.

While people answer, a computation follows every completion; the row of the running hour is then brought up to date instead,
unless somebody allowed it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, astuple
from datetime import datetime
from typing import Any

from django.utils import timezone

from reports.core.computation import Computed
from reports.dataset import Counted
from reports.models import Figure, Weighting
from reports.weightings.raking import frozen_settings
from reports.weightings.schemes import Weighed
from surveys.models import Wave

SUMMARY = ("steps", "worst_margin", "min_weight", "max_weight", "design_effect", "effective_n", "efficiency")


def freeze(wave: Wave, counted: Counted, weighed: Iterable[Weighed]) -> None:
    """Keep what each scheme gave, where it differs from what was last kept; call it in the transaction of the figures."""
    if not counted.n:
        return
    latest = latest_of(wave)
    for one in weighed:
        if one.plan.names or one.plan.is_imported:
            _keep(wave, latest.get(one.plan.code), _frozen(counted, one))


def latest_of(wave: Wave) -> dict[str, Weighting]:
    """Return the last row of each scheme of a wave."""
    rows = Weighting.objects.filter(wave=wave).order_by("scheme", "-computed_at", "-pk").distinct("scheme").select_related("allowed_by")
    return {row.scheme: row for row in rows}


def _keep(wave: Wave, last: Weighting | None, content: Mapping[str, Any]) -> None:
    if last and all(getattr(last, name) == value for name, value in content.items()):
        return
    now = timezone.now()
    same = last and (last.variables, last.low, last.high) == (content["variables"], content["low"], content["high"])
    if last and same and wave.is_open and last.allowed_by_id is None and _hour(last.computed_at) == _hour(now):
        Weighting.objects.filter(pk=last.pk).update(computed_at=now, **content)
        return
    allowed = {"allowed_by": last.allowed_by, "allowed_because": last.allowed_because} if last and same else {}
    Weighting.objects.create(wave=wave, computed_at=now, **content, **allowed)


def _frozen(counted: Counted, one: Weighed) -> dict[str, Any]:
    weighting = one.judged.weighting
    summary = {name: getattr(weighting, name) for name in SUMMARY} if weighting else dict.fromkeys(SUMMARY[1:])
    return {
        **frozen_settings(one.plan),
        **summary,
        "n": counted.n,
        "revisions": counted.revisions,
        "margins": [list(astuple(row)) for row in one.margins],
        "histogram": [list(each) for each in one.histogram],
        "warnings": [asdict(warned) for warned in one.warnings],
        "missing": one.missing,
        "figures": {figure.code: _number(figure, computed) for figure, computed in one.figures.items()},
        "refusal": dict(one.judged.refusal),
    }


def _number(figure: Figure, computed: Computed) -> dict[str, Any]:
    precision = computed.share or computed.measured
    return {"kind": figure.kind, "number": computed.weighted, "n": computed.n, "margin": precision.margin if precision else None}


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
