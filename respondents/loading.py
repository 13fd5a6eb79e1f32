"""Loads and writes back the quotas sheet: plans, and their cells from the wave's margins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import groupby

from respondents.core.quotas import ceiling_of, largest_remainder, quota_page
from respondents.models import Interview, Quota, QuotaCell, Source
from surveys.core.cells import require_columns
from surveys.core.checks import categories_without_answer
from surveys.core.expressions import Expression
from surveys.core.messages import N_
from surveys.core.workbook import Row, Sheet
from surveys.drafts import Draft, decimal_of
from surveys.loading import categories_of, categories_without_share, sheets_of_rows
from surveys.models import Survey, Wave

COLUMNS = ("wave", "name", "variables", "kind")
QUOTA_SHEETS = ("quotas",)


def check_quotas(draft: Draft) -> None:
    """Note every mistake of the quotas sheet."""
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
        if row["kind"] != "hard":
            draft.note("quotas", row, "kind", N_("Write hard."))
        if row["name"] == Quota.TOTAL:
            draft.note("quotas", row, "name", N_("“total” is the wave's own ceiling: choose another name."))
        if row["tolerance_percent"]:
            draft.percent("quotas", row, "tolerance_percent")
        draft.whole("quotas", row, "tolerance_min")
        _check_variables(draft, row)
    _check_quota_pages(draft)


def check_quotas_against_stored(draft: Draft) -> None:
    """Note quota rows that differ from those of a wave that has begun: its cells only change through their locks."""
    interviewed = waves_with_interviews(draft.questionnaire.form_id)
    waves = Wave.objects.filter(survey__slug=draft.questionnaire.form_id, kind=Wave.Kind.OWN)
    begun = [wave.code for wave in waves if wave.state != Wave.State.DRAFT or wave.code in interviewed]
    stored = Quota.objects.filter(wave__in=waves, wave__code__in=begun).exclude(name=Quota.TOTAL)
    then = {(quota.wave.code, quota.name): quota.cells for quota in stored.select_related("wave")}
    rows = {(row["wave"], row["name"]): row for row in draft.rows("quotas") if row["wave"] in begun}
    for key in {**then, **rows}:
        row = rows.get(key)
        if row is None or row.cells != then.get(key):
            draft.report.add("quotas", row.number if row else 0, "name",
                             N_("Quota %(name)s of wave %(wave)s is in the field: change its ceilings on the fieldwork screen."),
                             name=key[1], wave=key[0])  # fmt: skip


def waves_with_interviews(slug: str) -> set[str]:
    """Return the codes of a survey's waves that somebody was interviewed in, tests included."""
    return set(Interview.objects.filter(wave__survey__slug=slug).values_list("wave__code", flat=True).distinct())


def save_quotas(draft: Draft, survey: Survey) -> None:
    """Store the plans and cells of waves still in draft, and give each own wave its open link."""
    for wave in survey.waves.filter(kind=Wave.Kind.OWN):
        Source.objects.get_or_create(wave=wave, code=Source.OPEN_CODE, defaults={"kind": Source.Kind.OPEN, "label": "Open link"})
        if wave.state == Wave.State.DRAFT and not wave.interviews.exists():
            wave.quotas.all().delete()
            rows = [row for row in draft.rows("quotas") if row["wave"] == wave.code]
            for row in rows:
                _save_quota(draft, wave, row)
            if wave.target:
                _save_total(wave)


def quota_sheets(survey: Survey) -> dict[str, Sheet]:
    """Return the quotas sheet as it was loaded."""
    plans = Quota.objects.filter(wave__survey=survey).exclude(name=Quota.TOTAL)
    return sheets_of_rows(survey, {"quotas": plans})


def _check_variables(draft: Draft, row: Row) -> None:
    if not row["variables"].split():
        draft.note("quotas", row, "variables", N_("This cell must be filled in."))
    if len(row["variables"].split()) > 1:
        # Margins give the share of one variable's categories; nothing says what share a combination of two should have.
        draft.note("quotas", row, "variables", N_("One variable per quota: give each variable a row of its own."))
        return
    for variable in row["variables"].split():
        choices = categories_of(draft.questionnaire_of(draft.wave_row(row["wave"])), variable)
        if not choices:
            draft.note(
                "quotas",
                row,
                "variables",
                N_("“%(name)s” is not a single question nor a calculation with a list of choices."),
                name=variable,
            )
        for category in categories_without_share(draft, row["wave"], variable):
            draft.note("quotas", row, "variables", N_("%(variable)s = %(category)s has no share in the margins sheet: add it, or flag the choice outside_quota."),
                       variable=variable, category=category)  # fmt: skip
        for category in _cells_nobody_fills(draft, row["wave"], variable):
            draft.note("quotas", row, "variables", N_("Nobody who ends the interview can be %(variable)s = %(category)s: its cell would never fill. Take its share out of the margins, or mend the conditions."),
                       variable=variable, category=category)  # fmt: skip
        for name in row["minimum_only"].split():
            if name not in choices:
                draft.note("quotas", row, "minimum_only", N_("“%(category)s” is not a choice of %(name)s."), category=name, name=variable)


def _cells_nobody_fills(draft: Draft, wave: str, variable: str) -> list[str]:
    """The categories with a share that no answer gives; looked into once the form itself has no mistake."""
    shares = {
        row["category"]
        for row in draft.rows("margins")
        if (row["wave"], row["variable"]) == (wave, variable) and row["percent"].strip("0.,")
    }
    questionnaire = draft.questionnaire_of(draft.wave_row(wave))
    if draft.form_is_wrong or variable not in questionnaire.questions:
        return []
    return [category for category in categories_without_answer(questionnaire, variable) if category in shares]


def _check_quota_pages(draft: Draft) -> None:
    """A place is taken on the page after which every quota variable is known: every route must pass it, and end before it."""
    for code, rows in groupby(sorted(draft.rows("quotas"), key=lambda row: row["wave"]), key=lambda row: row["wave"]):
        questionnaire = draft.questionnaire_of(draft.wave_row(code))
        variables = [name for row in rows for name in row["variables"].split() if categories_of(questionnaire, name)]
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
        for question in (question for page in later for question in page.questions):
            if question.ends_if and _about(question.ends_if, question.name) & set(variables):
                draft.report.add("survey", 0, "ends_if", N_("%(name)s ends the interview on a quota variable after the quota page of wave %(wave)s."),
                                 name=question.name, wave=code)  # fmt: skip


def _about(condition: Expression, name: str) -> frozenset[str]:
    return condition.variables | ({name} if condition.uses_current else set())


def _shares(draft: Draft, wave: str, variable: str) -> Mapping[str, Decimal]:
    rows = (row for row in draft.rows("margins") if row["wave"] == wave and row["variable"] == variable)
    aside = Draft(draft.workbook, draft.questionnaire)  # what is wrong with a margin is noted where margins are checked
    return {row["category"]: aside.percent("margins", row, "percent") for row in rows}


def _save_quota(draft: Draft, wave: Wave, row: Row) -> None:
    variable = row["variables"]
    quota = Quota.objects.create(
        wave=wave,
        row=row.number,
        cells=row.cells,
        name=row["name"],
        variables=[variable],
        kind=row["kind"],
        tolerance_percent=decimal_of(row["tolerance_percent"] or "1"),
        tolerance_min=int(row["tolerance_min"] or 1),
        minimum_only=row["minimum_only"].split(),
    )
    shares = _shares(draft, wave.code, variable)
    targets = dict(zip(shares, largest_remainder(list(shares.values()), wave.target or 0), strict=True))
    order = [name for name in categories_of(draft.questionnaire_of(draft.wave_row(wave.code)), variable) if name in targets]
    QuotaCell.objects.bulk_create(_cells(quota, wave, {name: targets[name] for name in order}))


def _cells(quota: Quota, wave: Wave, targets: Mapping[str, int]) -> Iterator[QuotaCell]:
    whole = wave.ceiling or wave.target or 0
    for position, (category, target) in enumerate(targets.items()):
        ceiling = ceiling_of(target, quota.tolerance_percent, quota.tolerance_min)
        if category in quota.minimum_only:
            ceiling = whole
        yield QuotaCell(
            wave=wave, quota=quota, position=position, categories=[category], target=target, ceiling=min(ceiling, max(whole, target))
        )


def _save_total(wave: Wave) -> None:
    # Made last, so that it has the wave's highest identifier: it is locked last and held shortest.
    quota = Quota.objects.create(wave=wave, row=0, name=Quota.TOTAL, variables=[], tolerance_percent=0, tolerance_min=0)
    QuotaCell.objects.create(wave=wave, quota=quota, categories=[], target=wave.target or 0, ceiling=wave.ceiling or wave.target or 0)
