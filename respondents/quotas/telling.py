"""What is written down, and said back, of changed cells: from what to what, and that the total stays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from respondents.models import Quota
from respondents.quotas.editing import Change, shown_ceiling
from respondents.quotas.naming import cell_label
from respondents.quotas.reading import PlanPage
from surveys.templatetags.staff import whole


def said_changes(changes: Sequence[Change], page: PlanPage) -> str:
    """Return the sentence: "Sex · A woman: target 171 → 179, ceiling 180 → 188. Ceiling of the whole 2,040, as before."."""
    said = "; ".join(_said(change, page) for change in changes)
    if page.total is None or any(change.cell.quota.name == Quota.TOTAL for change in changes):
        return f"{said}."
    return _("%(changes)s. Ceiling of the whole %(ceiling)s, as before.") % {"changes": said, "ceiling": whole(page.total.cell.ceiling)}


def _said(change: Change, page: PlanPage) -> str:
    cell = change.cell
    label = cell_label(page.questionnaire, cell.quota.variables, cell.combinations)
    return _("%(cell)s: %(numbers)s") % {"cell": label, "numbers": ", ".join(_numbers(change))}


def _numbers(change: Change) -> Iterator[str]:
    before = shown_ceiling(change.cell)
    if change.target != change.cell.target:
        yield _("target %(before)s → %(after)s") % {"before": whole(change.cell.target), "after": whole(change.target)}
    if change.ceiling is not None and change.ceiling != before:
        yield _("ceiling %(before)s → %(after)s") % {"before": "–" if before is None else whole(before), "after": whole(change.ceiling)}
