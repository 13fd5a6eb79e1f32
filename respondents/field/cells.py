"""The quota cells of a wave as its alerts see them: how each goes, which are at risk, and what they want and cannot have."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

from django.conf import settings
from django.db import connection
from django.utils.translation import get_language, override

from respondents.core.alerts import Cell, Clash
from respondents.core.pace import FieldTime, Pace
from respondents.core.progress import Progress
from respondents.models import Quota, QuotaCell
from respondents.quotas.feasible import Finding, came, findings
from respondents.quotas.naming import cell_label
from surveys.core.cells import texts
from surveys.core.questionnaire import Questionnaire
from surveys.core.workbook import Row
from surveys.models import Wave

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)  # in which alerts are read
HOPELESS = ("contradiction", "out_of_reach")  # findings that no effort of the field can mend
SUBJECT = 120  # characters of an alert's subject
Said = TypeVar("Said")

LAST_DAY = """
SELECT cell, count(*) FROM respondents_interview i, unnest(i.cell_ids) AS cell
WHERE i.wave_id = %(wave)s AND i.state = 'completed' AND i.ended_at > now() - interval '24 hours' AND NOT i.is_test GROUP BY cell
"""


class Quotas(NamedTuple):
    """A wave's cells without its total, whether that is full, and what the cells want and cannot have."""

    cells: list[Cell]
    is_full: bool
    clashes: list[Clash]


def read_quotas(wave: Wave, time: FieldTime) -> Quotas:
    """Read the cells of a wave at a moment of its field, in three queries."""
    with connection.cursor() as cursor:
        cursor.execute(LAST_DAY, {"wave": wave.pk})
        recent = dict(cursor.fetchall())
    definition = wave.questionnaire.definition() if wave.questionnaire else None
    stored = list(QuotaCell.objects.filter(wave=wave).in_plan_order())
    cells = [_cell(cell, definition, recent.get(cell.pk, 0), time) for cell in stored if cell.quota.name != Quota.TOTAL]
    is_full = any(_progress(cell).is_full for cell in stored if cell.quota.name == Quota.TOTAL)
    return Quotas(cells, is_full, _clashes(wave, stored, definition) if stored else [])


def _progress(cell: QuotaCell) -> Progress:
    minimum_only = bool(set(cell.categories) & set(cell.quota.minimum_only))
    return Progress(cell.target, cell.ceiling, cell.reserved, cell.filled, minimum_only)


def _cell(cell: QuotaCell, definition: Questionnaire | None, recent: int, time: FieldTime) -> Cell:
    progress = _progress(cell)
    pace = Pace(progress.to_do, recent, time)
    return Cell(
        id=cell.pk,
        label=_in_each_language(lambda: _name(cell, definition)),
        target=cell.target,
        filled=cell.filled,
        is_full=progress.is_full,
        never_closes=progress.never_closes,
        is_minimum=progress.minimum_only,
        lateness=pace.lateness,
        missing=pace.missing,
        recent=recent,
    )


def _name(cell: QuotaCell, definition: Questionnaire | None) -> str:
    """The cell's name in the active language, "Région · Grand Est"."""
    titles = texts(Row(0, cell.quota.cells), "label")
    title = titles.get(get_language() or "") or next(iter(titles.values()), "") or " × ".join(cell.quota.variables)
    return f"{title[:1].upper()}{title[1:]} · {cell_label(definition, cell.quota.variables, cell.combinations)}"


def _clashes(wave: Wave, cells: Sequence[QuotaCell], definition: Questionnaire | None) -> list[Clash]:
    people = came(wave, cells)
    said = _in_each_language(
        lambda: {_subject(each): each.sentence for each in findings(cells, people, definition) if each.kind in HOPELESS}
    )
    subjects = next(iter(said.values()))
    return [Clash(subject, {language: sentences[subject] for language, sentences in said.items()}) for subject in subjects]


def _subject(finding: Finding) -> str:
    """The finding's name, or where its cells are too many a name as lasting."""
    return finding.subject if len(finding.subject) <= SUBJECT else f"cells:{hashlib.sha256(finding.subject.encode()).hexdigest()}"


def _in_each_language(say: Callable[[], Said]) -> dict[str, Said]:
    found = {}
    for language in LANGUAGES:
        with override(language):
            found[language] = say()
    return found
