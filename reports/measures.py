"""Checks of the figures sheet for what is no plain percentage: means, medians and scores, and bases of those asked or who answered."""

from __future__ import annotations

from reports.models import Figure
from surveys.core.messages import N_
from surveys.core.questionnaire import Question
from surveys.core.workbook import Row
from surveys.drafts import Draft

MARKS = frozenset(str(mark) for mark in range(11))  # what a score is made from


def check_kind(draft: Draft, row: Row) -> bool:
    """Note what is wrong in the columns kind, measure and base_kind; return whether the figure measures a number."""
    kind = row["kind"] or Figure.Kind.SHARE.value
    if kind not in Figure.Kind.values:
        draft.note("figures", row, "kind", N_("Write one of: %(known)s."), known=", ".join(Figure.Kind.values))
        return False
    if row["base_kind"] and row["base_kind"] not in Figure.BaseKind.values:
        draft.note("figures", row, "base_kind", N_("Write one of: %(known)s."), known=", ".join(Figure.BaseKind.values))
    is_measure = kind != Figure.Kind.SHARE
    (_check_measure if is_measure else _check_share)(draft, row)
    return is_measure


def require_percentage(draft: Draft, sheet: str, row: Row) -> None:
    """Note a percentage from elsewhere that stands beside a mean, a median or a score."""
    figure = next((figure for figure in draft.rows("figures") if figure["code"] == row["figure"]), None)
    if figure and figure["kind"] not in ("", Figure.Kind.SHARE):
        draft.note(sheet, row, "figure", N_("“%(code)s” is no percentage: nothing in per cent can stand beside it."), code=row["figure"])


def _check_share(draft: Draft, row: Row) -> None:
    if row["measure"]:
        draft.note(
            "figures", row, "measure", N_("A percentage measures no number: leave this empty, or write mean, median or score as kind.")
        )
    if row["not_asked"] and row["base_kind"] not in ("", Figure.BaseKind.NAMED):
        draft.note(
            "figures", row, "not_asked", N_("Those not asked are outside this base (%(kind)s): leave this empty."), kind=row["base_kind"]
        )


def _check_measure(draft: Draft, row: Row) -> None:
    """A number is measured of those who gave one: nobody counts as anything else."""
    question = draft.questionnaire.questions.get(row["measure"])
    if not row["measure"]:
        draft.note("figures", row, "measure", N_("Write the question whose number is measured."))
    elif question is None or not gives_numbers(question):
        draft.note("figures", row, "measure", N_("“%(name)s” is not a question whose answers are numbers."), name=row["measure"])
    elif row["kind"] == Figure.Kind.SCORE and not _is_mark(question):
        draft.note("figures", row, "measure", N_("A score needs marks from 0 to 10; “%(name)s” gives other answers."), name=row["measure"])
    if row["base_kind"] == Figure.BaseKind.ASKED or row["base_kind"] == Figure.BaseKind.NAMED:
        draft.note("figures", row, "base_kind", N_("A number is measured of those who gave one: write valid, or nothing."))
    if row["not_asked"]:
        draft.note("figures", row, "not_asked", N_("A number is measured of those who gave one: leave this empty."))


def gives_numbers(question: Question) -> bool:
    """Say whether a question's answers are numbers: it asks for one, or the names of all its choices but don't know and refusals are."""
    names = [choice.name for choice in question.choices if choice.is_valid_answer]
    return question.is_number or (question.kind in ("single", "calculate") and bool(names) and all(map(_is_number, names)))


def _is_mark(question: Question) -> bool:
    """Whether the answers are marks from 0 to 10; of a question that asks for a number, its bounds say it."""
    if question.is_number:
        return (question.minimum, question.maximum) == ("0", "10") or (bool(question.steps) and set(question.steps) <= MARKS)
    return {choice.name for choice in question.choices if choice.is_valid_answer} <= MARKS


def _is_number(name: str) -> bool:
    try:
        float(name)
    except ValueError:
        return False
    return True
