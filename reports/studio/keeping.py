"""Figures kept, put in order, hidden and taken away: each in one transaction, refused to whoever looks at an older state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from django.db import transaction

from reports.loading import COLUMNS as FIRST_COLUMNS
from reports.loading import DESIGN, figure_fields
from reports.models import Aggregation, Estimate, Figure, NoteItem, Release
from reports.studio.sheet import fingerprint, with_columns
from respondents.waking import wake
from surveys.core.workbook import Row
from surveys.loading import wait_for_other_studies
from surveys.models import Survey

NEW = "sentence"  # what a figure made here is in the note, until its author says otherwise


class ChangedMeanwhile(Exception):
    """Somebody else changed it since the person was shown it; nothing was done."""


class WasPublished(Exception):
    """The figure stands in a publication: it can be retired, and not deleted."""


def keep_figure(survey: Survey, stored: Figure | None, row: Row, seen: str) -> Figure:
    """Store the row of a figure that was found right, at the end of the note where it is new.

    Of another design, its estimates go and every wave is computed again. Raises ChangedMeanwhile.
    """
    with transaction.atomic():
        survey = _locked(survey)
        now = survey.figures.filter(code=row["code"]).first()
        if (now and now.pk) != (stored and stored.pk) or (now is not None and fingerprint(now) != seen):
            raise ChangedMeanwhile
        before = None if now is None else _design(now)
        figure, _created = Figure.objects.update_or_create(survey=survey, code=row["code"], defaults=figure_fields(row))
        _widen(survey, "figures", row)
        if now is None:
            _say_at_the_end(survey, figure)
        if before != _design(figure):
            Estimate.objects.filter(figure=figure).delete()
            _compute_again(survey)
    return figure


def set_standing(survey: Survey, figure: Figure, standing: str, seen: str) -> None:
    """Show a figure to readers, hide it from them, or retire it. Raises ChangedMeanwhile."""
    if fingerprint(figure) != seen:
        raise ChangedMeanwhile
    written = "" if standing == Figure.Standing.SHOWN else standing
    keep_figure(survey, figure, Row(figure.row, {**figure.cells, "standing": written}), seen)


def delete_figure(survey: Survey, figure: Figure, seen: str) -> None:
    """Take a figure away with its place in the note and what stood beside it. Raises ChangedMeanwhile, WasPublished."""
    with transaction.atomic():
        survey = _locked(survey)
        now = survey.figures.filter(pk=figure.pk).first()
        if now is None or fingerprint(now) != seen:
            raise ChangedMeanwhile
        if publications_of(survey, [now.code]):
            raise WasPublished
        now.delete()


def move(survey: Survey, item: int, to: int, seen: str) -> None:
    """Put a line of the note at the place ``to`` (from 0) among all of them. Raises ChangedMeanwhile."""
    with transaction.atomic():
        survey = _locked(survey)
        lines = note_of(survey)
        place = next((place for place, line in enumerate(lines) if line.pk == item), None)
        if place is None or fingerprint(*lines) != seen:
            raise ChangedMeanwhile
        lines.insert(min(max(to, 0), len(lines) - 1), lines.pop(place))
        _write_note(survey, lines)


def say_all(survey: Survey) -> None:
    """Give every figure that the note does not say its line at the end, so that they can be put in order."""
    with transaction.atomic():
        survey = _locked(survey)
        said = {line.figure_id for line in note_of(survey) if line.figure_id}
        for figure in survey.figures.exclude(pk__in=said):
            _say_at_the_end(survey, figure)


def note_of(survey: Survey) -> list[NoteItem]:
    """Return the lines of the note in order."""
    return list(survey.note_items.select_related("figure").order_by("position"))


def publications_of(survey: Survey, codes: Iterable[str]) -> list[Release]:
    """Return the publications in which one of these figures stands."""
    releases = Release.objects.light().filter(wave__survey=survey).select_related("wave")
    return [found for code in codes for found in releases.filter(figures__figures__contains=[{"code": code}])]


def published_codes(survey: Survey) -> frozenset[str]:
    """Return the codes of the figures that stand in a publication."""
    told = Release.objects.filter(wave__survey=survey).values_list("figures__figures", flat=True)
    return frozenset(figure["code"] for figures in told for figure in figures or ())


def _locked(survey: Survey) -> Survey:
    """Wait for whoever loads or changes a study now; the rows are then read as they stand."""
    wait_for_other_studies()
    return Survey.objects.select_for_update().get(pk=survey.pk)


def _design(figure: Figure) -> tuple[object, ...]:
    return (*(str(getattr(figure, name)) for name in DESIGN), figure.not_asked_counts_as_no)


def _compute_again(survey: Survey) -> None:
    Aggregation.objects.filter(wave__survey=survey).update(revisions=Aggregation.OUT_OF_DATE)
    for wave in survey.waves.exclude(questionnaire=None).values_list("pk", flat=True):
        transaction.on_commit(_waking(wave))


def _waking(wave: int) -> Callable[[], None]:
    return partial(wake, wave)


def _say_at_the_end(survey: Survey, figure: Figure) -> None:
    lines = note_of(survey)
    row = max((line.row for line in lines), default=1) + 1
    position = max((line.position for line in lines), default=0) + 1
    cells = {"position": str(position), "kind": NEW, "figure": figure.code}
    NoteItem.objects.create(survey=survey, row=row, cells=cells, position=position, kind=NEW, figure=figure)
    _widen(survey, "note", Row(row, cells))


def _write_note(survey: Survey, lines: Sequence[NoteItem]) -> None:
    """Store the lines in their new order: the rows and positions that they hold are dealt anew among them."""
    rows, positions = sorted(line.row for line in lines), sorted(line.position for line in lines)
    survey.note_items.all().delete()
    for line, row, position in zip(lines, rows, positions, strict=True):
        line.row, line.position = row, position
        line.cells = {**line.cells, "position": str(position)}
    NoteItem.objects.bulk_create(lines)


def _widen(survey: Survey, sheet: str, row: Row) -> None:
    """Give the study's sheet the columns that the row fills in."""
    header = with_columns(survey.headers.get(sheet, FIRST_COLUMNS[sheet]), row.cells)
    if header != survey.headers.get(sheet):
        survey.headers = {**survey.headers, sheet: header}
        survey.save(update_fields=["headers"])
