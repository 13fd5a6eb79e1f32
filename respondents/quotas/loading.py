"""Loads and writes back the sheets quotas and quota_cells: plans, and their cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from respondents.core.designs import CellDesign
from respondents.core.quotas import quota_page
from respondents.core.route import is_shown_to_all
from respondents.models import Interview, Quota, QuotaCell, Source
from respondents.quotas.advice import advise
from respondents.quotas.sheets import Planned, planned
from surveys.core.cells import require_columns
from surveys.core.expressions import Expression
from surveys.core.messages import N_
from surveys.core.questionnaire import Page
from surveys.core.workbook import Row, Sheet, sheet_of
from surveys.drafts import Draft
from surveys.loading import categories_of, sheets_of_rows
from surveys.models import Survey, Wave

COLUMNS = ("wave", "name", "variables", "kind")
CELL_COLUMNS = ("wave", "quota", "categories")
QUOTA_SHEETS = ("quotas", "quota_cells")
IN_THE_FIELD = N_("Quota %(name)s of wave %(wave)s is in the field: change its ceilings on the fieldwork screen.")


def check_quotas(draft: Draft) -> None:
    """Note every mistake of the sheets quotas and quota_cells, and propose what to do with their smallest cells."""
    if "quota_cells" in draft.workbook:
        require_columns(draft.workbook, "quota_cells", CELL_COLUMNS, draft.report)
    names = {(row["wave"], row["name"]) for row in draft.rows("quotas")}
    for line in draft.rows("quota_cells"):
        if (line["wave"], line["quota"]) not in names:
            draft.note(
                "quota_cells", line, "quota", N_("“%(quota)s” is not a quota of this wave in the sheet quotas."), quota=line["quota"]
            )
    if "quotas" not in draft.workbook:
        return
    require_columns(draft.workbook, "quotas", COLUMNS, draft.report)
    seen: set[tuple[str, ...]] = set()
    for row in draft.rows("quotas"):
        draft.require_new("quotas", row, ("wave", "name"), seen)
        wave = draft.wave_row(row["wave"])
        if wave is None or wave["kind"] != Wave.Kind.OWN:
            draft.note("quotas", row, "wave", N_("“%(code)s” is not a wave asked here."), code=row["wave"])
        elif not wave["target"]:
            draft.note("quotas", row, "wave", N_("Wave %(code)s has quotas and no target: fill in its target."), code=row["wave"])
        if row["name"] == Quota.TOTAL:
            draft.note("quotas", row, "name", N_("“total” is the wave's own ceiling: choose another name."))
    for code in dict.fromkeys(row["wave"] for row in draft.rows("quotas")):
        advise(draft, code, planned(draft, code))
    _check_quota_pages(draft)


def check_quotas_against_stored(draft: Draft) -> None:
    """Note quota rows that differ from those of a wave that has begun: its cells only change through their locks."""
    interviewed = waves_with_interviews(draft.questionnaire.form_id)
    waves = Wave.objects.filter(survey__slug=draft.questionnaire.form_id, kind=Wave.Kind.OWN)
    begun = [wave.code for wave in waves if wave.state != Wave.State.DRAFT or wave.code in interviewed]
    stored = Quota.objects.filter(wave__in=waves, wave__code__in=begun).exclude(name=Quota.TOTAL)
    then = {(quota.wave.code, quota.name): (quota.cells, [cells for _, cells in quota.lines]) for quota in stored.select_related("wave")}
    rows = {(row["wave"], row["name"]): row for row in draft.rows("quotas") if row["wave"] in begun}
    for key in {**then, **rows}:
        row = rows.get(key)
        if row is None or (row.cells, [line.cells for line in _lines(draft, *key)]) != then.get(key):
            draft.report.add("quotas", row.number if row else 0, "name", IN_THE_FIELD, name=key[1], wave=key[0])


def waves_with_interviews(slug: str) -> set[str]:
    """Return the codes of a survey's waves that somebody was interviewed in, tests included."""
    return set(Interview.objects.filter(wave__survey__slug=slug).values_list("wave__code", flat=True).distinct())


def save_quotas(draft: Draft, survey: Survey) -> None:
    """Store the plans and cells of waves still in draft, and give each own wave its open link."""
    for wave in survey.waves.filter(kind=Wave.Kind.OWN):
        Source.objects.get_or_create(wave=wave, code=Source.OPEN_CODE, defaults={"kind": Source.Kind.OPEN, "label": "Open link"})
        if wave.state == Wave.State.DRAFT and not wave.interviews.exists():
            wave.quotas.all().delete()
            for plan in planned(draft, wave.code):
                save_plan(wave, plan)
            if wave.target:
                _save_total(wave)


def save_plan(wave: Wave, plan: Planned) -> Quota:
    """Store one plan and its cells; its problems must have been seen to."""
    row, design = plan.row, plan.design
    quota = Quota.objects.create(
        wave=wave,
        row=row.number,
        cells=row.cells,
        lines=[[line.number, line.cells] for line in plan.lines],
        name=row["name"],
        variables=list(design.variables),
        kind=row["kind"],
        tolerance_percent=design.tolerance_percent,
        tolerance_min=design.tolerance_min,
        minimum_only=row["minimum_only"].split(),
        within=list(design.within),
        outside=design.outside or "refused",
    )
    QuotaCell.objects.bulk_create(_cell(quota, wave, position, cell) for position, cell in enumerate(plan.built.cells))
    return quota


def quota_sheets(survey: Survey) -> dict[str, Sheet]:
    """Return the sheets quotas and quota_cells as they were loaded."""
    plans = list(Quota.objects.filter(wave__survey=survey).exclude(name=Quota.TOTAL))
    sheets = sheets_of_rows(survey, {"quotas": plans})
    if "quota_cells" in survey.headers:
        lines: list[tuple[int, Mapping[str, str]]] = sorted((number, cells) for plan in plans for number, cells in plan.lines)
        sheets["quota_cells"] = sheet_of("quota_cells", survey.headers["quota_cells"], lines)
    return sheets


def _lines(draft: Draft, wave: str, quota: str) -> list[Row]:
    return [line for line in draft.rows("quota_cells") if (line["wave"], line["quota"]) == (wave, quota)]


def _check_quota_pages(draft: Draft) -> None:
    """A place is taken on the page after which every quota variable is known: every route must pass it, and end before it."""
    rows_of = {row["wave"]: [one for one in draft.rows("quotas") if one["wave"] == row["wave"]] for row in draft.rows("quotas")}
    for code, rows in rows_of.items():
        questionnaire = draft.questionnaire_of(draft.wave_row(code))
        variables = list(dict.fromkeys(name for row in rows for name in row["variables"].split() if categories_of(questionnaire, name)))
        if not variables:
            continue
        page = quota_page(questionnaire, variables)
        for name in variables:
            question, home = questionnaire.questions[name], questionnaire.page_of[name]
            if question.is_asked and not question.required:
                draft.report.add(
                    "quotas", 0, "variables", N_("%(name)s may be left without an answer: a quota needs it to be required."), name=name
                )
            if question.relevant or home.relevant:
                draft.report.add(
                    "quotas", 0, "variables", N_("%(name)s is not asked of everybody: a quota needs it on every route."), name=name
                )
        later = questionnaire.pages[questionnaire.pages.index(page) + 1 :]
        _check_groups(draft, code, [row["variables"].split() for row in rows_of[code]], later)
        for question in (question for page in later for question in page.questions):
            if question.ends_if and _about(question.ends_if, question.name) & set(variables):
                draft.report.add("survey", 0, "ends_if", N_("%(name)s ends the interview on a quota variable after the quota page of wave %(wave)s."),
                                 name=question.name, wave=code)  # fmt: skip


def _check_groups(draft: Draft, wave: str, plans: Sequence[Sequence[str]], later: Sequence[Page]) -> None:
    """A group that comes with the place has a plan of its own, and something to answer after it for everybody."""
    questions = draft.questionnaire_of(draft.wave_row(wave)).questions
    given = {name for name, question in questions.items() if question.split == "least-filled"}
    for plan in plans:
        for name in given & set(plan):
            if len(plan) > 1:
                draft.report.add("quotas", 0, "variables", N_("%(name)s is given with the place: it needs a quota of its own, without another variable."), name=name)  # fmt: skip
            if not any(page.relevant is None and any(is_shown_to_all(question) for question in page.questions) for page in later):
                draft.report.add("quotas", 0, "variables", N_("%(name)s is given on the quota page: a later page must ask something of everybody."), name=name)  # fmt: skip


def _about(condition: Expression, name: str) -> frozenset[str]:
    return condition.variables | ({name} if condition.uses_current else set())


def _cell(quota: Quota, wave: Wave, position: int, cell: CellDesign) -> QuotaCell:
    own, *others = cell.combinations
    return QuotaCell(wave=wave, quota=quota, position=position, categories=list(own), merged=[list(each) for each in others],
                     target=cell.target, ceiling=cell.ceiling, minimum=cell.minimum, soft_ceiling=cell.soft_ceiling)  # fmt: skip


def _save_total(wave: Wave) -> None:
    # Made last, so that it has the wave's highest identifier: it is locked last and held shortest.
    quota = Quota.objects.create(wave=wave, row=0, name=Quota.TOTAL, variables=[], tolerance_percent=0, tolerance_min=0)
    QuotaCell.objects.create(wave=wave, quota=quota, categories=[], target=wave.target or 0, ceiling=wave.ceiling or wave.target or 0)
