"""A plan that is added to a wave by hand or from a pasted grid: judged with the whole study, then kept in the study's sheets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from respondents.core.grids import Grid
from respondents.models import Quota
from respondents.quotas.loading import CELL_COLUMNS, COLUMNS, QUOTA_SHEETS, check_quotas, quota_sheets, save_quotas
from respondents.quotas.remaking import remake
from respondents.quotas.sheets import Planned, planned
from surveys.core.workbook import Mistake, Row, Sheet, Workbook
from surveys.drafts import Draft
from surveys.loading import read_draft, study_sheets
from surveys.models import Survey, Wave

Cells = Mapping[str, str]


@dataclass(frozen=True)
class Proposal:
    """A plan in the place where it would stand, with what is wrong with it and what is only worth a look."""

    draft: Draft
    number: int
    plan: Planned | None
    mistakes: tuple[Mistake, ...]
    warnings: tuple[Mistake, ...]

    @property
    def can_be_kept(self) -> bool:
        """Say whether nothing stands against it."""
        return self.plan is not None and not self.mistakes


def rows_of_grid(wave: str, plan: Cells, grid: Grid) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Return the row of quotas and the rows of quota_cells that a grid makes."""
    unit = "percent" if grid.is_percent else "target"
    row = {"wave": wave, **plan, "variables": " ".join(grid.variables), "within": " ".join(grid.within)}
    lines = [
        {"wave": wave, "quota": plan["name"], "categories": " ".join(combination), unit: f"{number.normalize():f}"}
        for combination, number in grid.numbers.items()
    ]
    return {column: text for column, text in row.items() if text}, lines


def row_of_margin(wave: str, variable: str) -> dict[str, str]:
    """Return the row of quotas that takes its targets from a margin."""
    return {"wave": wave, "name": variable.replace(" ", "_"), "variables": variable, "kind": Quota.Kind.HARD}


def propose(wave: Wave, row: Cells, lines: Sequence[Cells] = ()) -> Proposal:
    """Read a plan as if it stood in the study's sheets, in the place of the one of the same name if the wave has it."""
    draft, number = _draft(wave, row, lines)
    check_quotas(draft)
    own = {line.number for line in draft.rows("quota_cells") if (line["wave"], line["quota"]) == (wave.code, row["name"])}

    def about(mistake: Mistake) -> bool:
        return (mistake.sheet, mistake.row) in {("quotas", number), ("quotas", 0)} or (
            mistake.sheet == "quota_cells" and mistake.row in own
        )

    plan = next((each for each in planned(_silent(draft), wave.code) if each.row.number == number), None)
    return Proposal(draft, number, plan, tuple(filter(about, draft.report.mistakes)), tuple(filter(about, draft.report.warnings)))


def keep(wave: Wave, proposal: Proposal) -> None:
    """Keep a plan in the study's sheets and make its cells; in a wave that has begun, its counters are made from the interviews.

    Call it in a transaction, with a proposal that can be kept. Raises ValidationError when those who were interviewed do not fit it.
    """
    assert proposal.plan is not None, "a proposal with mistakes is not kept"
    with transaction.atomic():  # whoever wants to open the wave, or to make another plan of it, waits
        wave = Wave.objects.select_for_update(of=("self",), no_key=True).select_related("survey", "questionnaire").get(pk=wave.pk)
        _keep_headers(wave.survey, proposal.draft.workbook)
        if has_begun(wave):
            replaced = wave.quotas.filter(name=proposal.plan.design.name).first()
            remake(wave, proposal.plan, replaced)
        else:
            save_quotas(proposal.draft, wave.survey)


def has_begun(wave: Wave) -> bool:
    """Say whether people may hold places in the wave: its cells then change through their locks only."""
    return wave.state != Wave.State.DRAFT or wave.interviews.exists()


def drop(wave: Wave, quota: Quota) -> None:
    """Take a plan out of a wave, its rows and its cells; the other plans and the total keep what they hold. Raises ValidationError."""
    with transaction.atomic():
        remake(wave, None, quota)


def _draft(wave: Wave, row: Cells, lines: Sequence[Cells]) -> tuple[Draft, int]:
    assert wave.questionnaire is not None, "only a wave asked here has quotas"
    book = {**study_sheets(wave.survey, wave.questionnaire.version), **quota_sheets(wave.survey)}
    key = (wave.code, row["name"])
    old = next((each.number for each in book["quotas"] if (each["wave"], each["name"]) == key), 0) if "quotas" in book else 0
    quotas = [each for each in book.get("quotas", ()) if each.number != old]
    others = [each for each in book.get("quota_cells", ()) if (each["wave"], each["quota"]) != key]
    number = old or max((each.number for each in quotas), default=1) + 1
    first = max((each.number for each in others), default=1) + 1
    made = [Row(first + i, dict(line)) for i, line in enumerate(lines)]
    book["quotas"] = _sheet(book, "quotas", COLUMNS, sorted([*quotas, Row(number, dict(row))], key=lambda each: each.number))
    if made or others or "quota_cells" in book:
        book["quota_cells"] = _sheet(book, "quota_cells", CELL_COLUMNS, [*others, *made])
    return read_draft(book), number


def _sheet(book: Workbook, name: str, columns: Iterable[str], rows: Sequence[Row]) -> Sheet:
    header = (*(book[name].header if name in book else columns), *(column for row in rows for column in row.cells))
    return Sheet(name, tuple(dict.fromkeys(header)), tuple(rows))


def _silent(draft: Draft) -> Draft:
    """The same draft with a report of its own: what it notes has been noted."""
    return Draft(draft.workbook, draft.questionnaire, earlier=draft.earlier)


def _keep_headers(survey: Survey, book: Workbook) -> None:
    survey.headers = {**survey.headers, **{name: list(book[name].header) for name in QUOTA_SHEETS if name in book}}
    survey.save(update_fields=["headers"])
