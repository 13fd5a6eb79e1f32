"""Stored plans as values for the arithmetic of expected fields."""

from __future__ import annotations

from collections.abc import Iterable

from respondents.core.expected import Part
from respondents.models import Quota, QuotaCell
from surveys.core.questionnaire import Questionnaire


def parts_of_cells(cells: Iterable[QuotaCell], questionnaire: Questionnaire | None) -> list[Part]:
    """Return the plans of these cells, each with its ``quota``; the total, and groups given with the place, are none of them."""
    questions = questionnaire.questions if questionnaire else {}
    plans: dict[int, list[QuotaCell]] = {}
    whole = 0
    for cell in cells:
        whole = cell.target if cell.quota.name == Quota.TOTAL else whole
        if cell.quota.name != Quota.TOTAL and not any(questions[name].split for name in cell.quota.variables if name in questions):
            plans.setdefault(cell.quota_id, []).append(cell)
    return [
        Part(
            own[0].quota.name,
            tuple(own[0].quota.variables),
            tuple(tuple(questions[name].choice_by_name) if name in questions else () for name in own[0].quota.variables),
            tuple((tuple(cell.combinations), cell.target, cell.ceiling) for cell in own),
            max(0, whole - sum(cell.target for cell in own)) if own[0].quota.outside == Quota.Outside.INTERVIEWED else 0,
        )
        for own in plans.values()
    ]
