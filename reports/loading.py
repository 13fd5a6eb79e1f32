"""Loads and writes back the sheets of what is published: figures, benchmarks, external figures, nets, banners, note."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from reports.core.precision import LEAST, MOST, thresholds_in
from reports.measures import check_kind, require_percentage
from reports.models import Aggregation, BannerColumn, Benchmark, Estimate, ExternalFigure, Figure, Net, NoteItem
from surveys.core.asked import unmet_conditions
from surveys.core.cells import parse_cell, require_columns, require_texts, same_texts, texts
from surveys.core.checks import check_condition
from surveys.core.expressions import Expression, holds
from surveys.core.messages import N_
from surveys.core.questionnaire import Questionnaire
from surveys.core.reasoning import Reasoner, Verdict
from surveys.core.workbook import Report, Row, Sheet, Workbook
from surveys.drafts import Draft, decimal_of
from surveys.loading import sheets_of_rows
from surveys.models import Survey

REPORT_SHEETS = ("nets", "banners", "figures", "benchmarks", "external_figures", "note")
COLUMNS = {
    "nets": ("list_name", "name", "choices"),
    "banners": ("banner", "column", "condition"),
    "figures": ("code", "selection", "base"),
    "benchmarks": ("code", "figure", "percent"),
    "external_figures": ("wave", "figure", "percent", "n"),
    "note": ("position", "kind"),
}
MODELS = {"nets": Net, "figures": Figure, "benchmarks": Benchmark}
COUNTS = re.compile(r"[1-9][0-9]?\+?")  # of a net: exactly so many of its choices, or so many and more
NOTE_KINDS = ("title", "heading", "lead", "item", "sentence", "join", "among", "benchmark", "commentary")
DESIGN = ("code", "kind", "measure", "selection", "base", "base_kind")  # what makes a figure the one that it is
NOTE_CLAIMS = ("majority", "half", "trend")  # what may be said of a figure besides, where it bears it out
WORDLESS = ("lead", "item", "sentence", "join", "among", "benchmark")  # note items that a figure says


def check_figure(row: Row, questionnaire: Questionnaire, beside: Workbook) -> Report:
    """Return what is wrong with one row of the figures sheet, and with the ``beside`` sheets as far as they speak of it."""
    draft = Draft({**beside, "figures": Sheet("figures", tuple(row.cells), (row,))}, questionnaire)
    draft.require_fit("figures", Figure)
    _check_figures(draft)
    _check_benchmarks(draft)
    _check_external_figures(draft)
    return draft.report


def check_reports(draft: Draft) -> None:
    """Note every mistake of this app's sheets."""
    for name, columns in COLUMNS.items():
        if name in draft.workbook:
            require_columns(draft.workbook, name, columns, draft.report)
    for name, model in MODELS.items():
        draft.require_fit(name, model)
    draft.require_fit("banners", BannerColumn, {"banner": "banner", "column": "name"})
    _check_thresholds(draft)
    _check_figures(draft)
    _check_nets(draft)
    _check_banners(draft)
    _check_benchmarks(draft)
    _check_external_figures(draft)
    _check_note(draft)


def _check_thresholds(draft: Draft) -> None:
    """The smallest bases of the settings sheet: under the one nothing is printed, under the other with a warning."""
    for row in draft.rows("settings"):
        wrong = [name for name in ("smallest_base", "weak_base") if row[name] and not _is_threshold(row[name])]
        for name in wrong:
            draft.note("settings", row, name, N_("Write a whole number of people from %(least)s to %(most)s."), least=LEAST, most=MOST)
        told = None if wrong else thresholds_in(row.cells)
        if told and told.weak < told.smallest:
            draft.note("settings", row, "weak_base", N_("A base is weak before it is too small: write at least %(smallest)s."), smallest=told.smallest)  # fmt: skip


def _is_threshold(text: str) -> bool:
    return text.isascii() and text.isdecimal() and LEAST <= int(text) <= MOST


def save_reports(draft: Draft, survey: Survey) -> None:
    """Store the figures and what goes with them; what left the sheets is deleted, and every computation is out of date."""
    figures = _save_figures(draft, survey)
    waves = {wave.code: wave for wave in survey.waves.all()}
    Benchmark.objects.filter(figure__survey=survey).delete()
    ExternalFigure.objects.filter(wave__survey=survey).delete()
    for stored in (survey.nets, survey.banner_columns, survey.note_items):
        stored.all().delete()
    Benchmark.objects.bulk_create(_benchmark(row, figures[row["figure"]]) for row in draft.rows("benchmarks"))
    ExternalFigure.objects.bulk_create(
        ExternalFigure(wave=waves[row["wave"]], figure=figures[row["figure"]], row=row.number, cells=row.cells,
                       percent=decimal_of(row["percent"]), n=int(row["n"]), wording=texts(row, "wording"), source=row["source"])
        for row in draft.rows("external_figures")
    )  # fmt: skip
    Net.objects.bulk_create(
        Net(survey=survey, row=row.number, cells=row.cells, list_name=row["list_name"], name=row["name"]) for row in draft.rows("nets")
    )
    BannerColumn.objects.bulk_create(
        BannerColumn(survey=survey, row=row.number, cells=row.cells, banner=row["banner"], name=row["column"])
        for row in draft.rows("banners")
    )
    NoteItem.objects.bulk_create(
        NoteItem(survey=survey, row=row.number, cells=row.cells, position=int(row["position"]), kind=row["kind"],
                 figure=figures.get(row["figure"]), text=_note_texts(row, draft.questionnaire.languages))
        for row in draft.rows("note")
    )  # fmt: skip
    Aggregation.objects.filter(wave__survey=survey).update(revisions=Aggregation.OUT_OF_DATE)


def report_sheets(survey: Survey) -> dict[str, Sheet]:
    """Return this app's sheets as they were loaded."""
    return sheets_of_rows(survey, {
        "nets": survey.nets.all(),
        "banners": survey.banner_columns.all(),
        "figures": survey.figures.all(),
        "benchmarks": Benchmark.objects.filter(figure__survey=survey),
        "external_figures": ExternalFigure.objects.filter(wave__survey=survey),
        "note": survey.note_items.all(),
    })  # fmt: skip


def _check_figures(draft: Draft) -> None:
    seen: set[tuple[str, ...]] = set()
    for row in draft.rows("figures"):
        draft.require_new("figures", row, ("code",), seen)
        draft.require_address("figures", row, "code")
        require_texts(row, "figures", "says", draft.questionnaire.languages, draft.report)
        is_measure = check_kind(draft, row)
        selection = None if is_measure and not row["selection"] else _check_condition(draft, "figures", row, "selection")
        _check_calculations(draft, row, selection)
        if row["base"] not in draft.questionnaire.bases:
            draft.note("figures", row, "base", N_("“%(code)s” is not a base of the bases sheet."), code=row["base"])
        elif selection is not None:
            if not is_measure and row["base_kind"] in ("", Figure.BaseKind.NAMED):
                _check_not_asked(draft, row, selection)
            _check_selects_somebody(draft, row, selection)
        if row["not_asked"] not in ("", "counts_as_no"):
            draft.note("figures", row, "not_asked", N_("Write counts_as_no or nothing."))
        if row["standing"] and row["standing"] not in Figure.Standing.values:
            draft.note("figures", row, "standing", N_("Write one of: %(known)s."), known=", ".join(Figure.Standing.values))
        _check_comparison(draft, row)


def _check_not_asked(draft: Draft, row: Row, selection: Expression) -> None:
    """A base that holds people not asked the figure's question must say that they count as no, and they must."""
    base = draft.questionnaire.bases[row["base"]].condition
    for name in sorted(selection.variables & set(draft.questionnaire.questions)):
        unmet = unmet_conditions(draft.questionnaire, base, name)
        if unmet and holds(selection, {}):
            draft.note("figures", row, "selection", N_("It also selects people who were not asked %(name)s: write the answers that it selects."), name=name)  # fmt: skip
        elif unmet and not row["not_asked"]:
            draft.note("figures", row, "not_asked", N_("The base holds people not asked %(name)s (asked when %(condition)s): write counts_as_no, or choose the base of those asked."),
                       name=name, condition=unmet[0].text)  # fmt: skip


def _check_selects_somebody(draft: Draft, row: Row, selection: Expression) -> None:
    """A figure of which nobody in its base can be is a mistake in one or the other."""
    wrong = draft.form_is_wrong or any((mistake.sheet, mistake.row) == ("figures", row.number) for mistake in draft.report.mistakes)
    base = draft.questionnaire.bases[row["base"]].condition
    if not wrong and Reasoner(draft.questionnaire).verdict([(base, True), (selection, True)]) is Verdict.IMPOSSIBLE:
        draft.note("figures", row, "selection", N_("Nobody in the base %(base)s can be selected: the selection contradicts the base, or itself."), base=row["base"])  # fmt: skip


def _check_calculations(draft: Draft, row: Row, selection: Expression | None) -> None:
    """A calculation that a figure rests on has its categories written down, with their labels."""
    for name in sorted(selection.variables) if selection else ():
        question = draft.questionnaire.questions.get(name)
        if question and question.kind == "calculate" and not question.choices:
            draft.note("figures", row, "selection", N_("%(name)s is a calculation without a list of choices: name one in its parameters, as list=…"), name=name)  # fmt: skip


def _check_comparison(draft: Draft, row: Row) -> None:
    code, wave = row["compare_with"], draft.wave_row(row["compare_with"])
    if code and wave is None:
        draft.note("figures", row, "compare_with", N_("“%(code)s” is not a wave of the waves sheet."), code=code)
    elif wave and wave["kind"] == "external":
        published = ((given["wave"], given["figure"]) for given in draft.rows("external_figures"))
        if (code, row["code"]) not in published:
            draft.note(
                "figures", row, "compare_with", N_("The external_figures sheet has no row for this figure in wave %(code)s."), code=code
            )


def _check_nets(draft: Draft) -> None:
    seen: set[tuple[str, ...]] = set()
    for row in draft.rows("nets"):
        draft.require_new("nets", row, ("list_name", "name"), seen)
        draft.require("nets", row, ("choices",))
        same_texts(row, "nets", "label", draft.questionnaire.languages, draft.report)
        if row["list_name"] and row["list_name"] not in draft.questionnaire.lists:
            draft.note("nets", row, "list_name", N_("List “%(name)s” is not in the choices sheet."), name=row["list_name"])
            continue
        choices = {choice.name for choice in draft.questionnaire.lists.get(row["list_name"], ())}
        for name in row["choices"].split():
            if name not in choices:
                draft.note(
                    "nets", row, "choices", N_("“%(choice)s” is not a choice of the list %(name)s."), choice=name, name=row["list_name"]
                )
        _check_counts(draft, row)


def _check_counts(draft: Draft, row: Row) -> None:
    """How many of its choices a net needs: only a question of several answers gives more than one."""
    counts, many = row["counts"], len(set(row["choices"].split()))
    if counts in ("", "any"):
        return
    if counts != "all" and not (COUNTS.fullmatch(counts) and 1 <= int(counts.removesuffix("+")) <= many):
        draft.note("nets", row, "counts", N_("Write any, all, a number of these choices such as 2, or such a number and more: 2+."))
    elif any(question.list_name == row["list_name"] and question.kind != "multiple" for question in draft.questionnaire.questions.values()):
        draft.note("nets", row, "counts", N_("The list %(name)s has a question of one answer, which nobody gives several of: write any, or nothing."), name=row["list_name"])  # fmt: skip


def _check_banners(draft: Draft) -> None:
    seen: set[tuple[str, ...]] = set()
    for row in draft.rows("banners"):
        draft.require_new("banners", row, ("banner", "column"), seen)
        same_texts(row, "banners", "label", draft.questionnaire.languages, draft.report)
        _check_condition(draft, "banners", row, "condition")


def _check_benchmarks(draft: Draft) -> None:
    seen: set[tuple[str, ...]] = set()
    for row in draft.rows("benchmarks"):
        draft.require_new("benchmarks", row, ("code",), seen)
        draft.require_address("benchmarks", row, "code")
        require_texts(row, "benchmarks", "says", draft.questionnaire.languages, draft.report)
        for column in ("source", "population", "note"):
            same_texts(row, "benchmarks", column, draft.questionnaire.languages, draft.report)
        _check_figure_code(draft, "benchmarks", row)
        require_percentage(draft, "benchmarks", row)
        draft.percent("benchmarks", row, "percent")
        if row["margin"]:
            draft.percent("benchmarks", row, "margin")
        if row["population_differs"] not in ("", "yes", "no"):
            draft.note("benchmarks", row, "population_differs", N_("Write yes, no or nothing."))


def _check_external_figures(draft: Draft) -> None:
    seen: set[tuple[str, ...]] = set()
    for row in draft.rows("external_figures"):
        draft.require_new("external_figures", row, ("wave", "figure"), seen)
        same_texts(row, "external_figures", "wording", draft.questionnaire.languages, draft.report)
        _check_figure_code(draft, "external_figures", row)
        require_percentage(draft, "external_figures", row)
        draft.percent("external_figures", row, "percent")
        wave = draft.wave_row(row["wave"])
        if wave is None or wave["kind"] != "external":
            draft.note("external_figures", row, "wave", N_("“%(code)s” is not an external wave of the waves sheet."), code=row["wave"])
        if draft.whole("external_figures", row, "n") == 0 or not row["n"]:
            draft.note("external_figures", row, "n", N_("Write the number of people interviewed."))


def _check_note(draft: Draft) -> None:
    seen: set[tuple[str, ...]] = set()
    for row in draft.rows("note"):
        draft.require_new("note", row, ("position",), seen)
        draft.whole("note", row, "position")
        if row["kind"] not in NOTE_KINDS:
            draft.note("note", row, "kind", N_("Write one of: %(known)s."), known=", ".join(NOTE_KINDS))
        elif row["kind"] in WORDLESS:
            _check_figure_code(draft, "note", row)
            if not set(row["claims"].split()) <= set(NOTE_CLAIMS):
                draft.note("note", row, "claims", N_("Write one or more of: %(known)s."), known=", ".join(NOTE_CLAIMS))
            if row["kind"] == "benchmark" and not any(benchmark["figure"] == row["figure"] for benchmark in draft.rows("benchmarks")):
                draft.note("note", row, "figure", N_("The benchmarks sheet has no row for this figure."))
        else:
            said = _note_texts(row, draft.questionnaire.languages)
            for language in (language for language in draft.questionnaire.languages if language not in said):
                draft.note("note", row, f"text_{language}", N_("The text is missing in this language."))


def _note_texts(row: Row, languages: Iterable[str]) -> dict[str, str]:
    """The row's texts by language, from columns named text_fr or text::Français (fr)."""
    plain = {language: row[f"text_{language}"] for language in languages if row[f"text_{language}"]}
    return {**texts(row, "text"), **plain}


def _check_figure_code(draft: Draft, sheet: str, row: Row) -> None:
    if not any(figure["code"] == row["figure"] for figure in draft.rows("figures")):
        draft.note(sheet, row, "figure", N_("“%(code)s” is not a figure of the figures sheet."), code=row["figure"])


def _check_condition(draft: Draft, sheet: str, row: Row, column: str) -> Expression | None:
    draft.require(sheet, row, (column,))
    condition = parse_cell(row, sheet, column, draft.report)
    check_condition(draft.questionnaire, condition, sheet, row, column, draft.report)
    return condition


def _save_figures(draft: Draft, survey: Survey) -> dict[str, Figure]:
    """A figure keeps its identifier from one load to the next, so that its estimates stay its own: those of what it was before go."""
    fields = [figure_fields(row) for row in draft.rows("figures")]
    asked = {tuple(field[name] for name in DESIGN) for field in fields}
    other = [figure for figure in survey.figures.all() if tuple(getattr(figure, name) for name in DESIGN) not in asked]
    Estimate.objects.filter(figure__in=other).delete()
    survey.figures.exclude(code__in=[field["code"] for field in fields]).delete()
    if fields:
        Figure.objects.bulk_create(
            (Figure(survey=survey, **field) for field in fields),
            update_conflicts=True, unique_fields=["survey", "code"], update_fields=[name for name in fields[0] if name != "code"],
        )  # fmt: skip
    return {figure.code: figure for figure in survey.figures.all()}


def figure_fields(row: Row) -> dict[str, Any]:
    """Return a figure's columns in the database, from its row that was found right."""
    return {
        "code": row["code"],
        "row": row.number,
        "cells": row.cells,
        "published_as": row["published_as"],
        "says": texts(row, "says"),
        "says_next": texts(row, "says_next"),
        "kind": row["kind"] or Figure.Kind.SHARE,
        "measure": row["measure"],
        "selection": row["selection"],
        "base_kind": row["base_kind"] or Figure.BaseKind.NAMED,
        "base": row["base"],
        "not_asked_counts_as_no": row["not_asked"] == "counts_as_no",
        "compare_with": row["compare_with"],
        "standing": row["standing"] or Figure.Standing.SHOWN,
    }


def _benchmark(row: Row, figure: Figure) -> Benchmark:
    labels: dict[str, dict[str, str]] = {column: texts(row, column) for column in ("says", "source", "population", "note")}
    return Benchmark(
        figure=figure,
        row=row.number,
        cells=row.cells,
        code=row["code"],
        percent=decimal_of(row["percent"]),
        margin=decimal_of(row["margin"]) if row["margin"] else None,
        population_differs=row["population_differs"] == "yes",
        date=row["date"],
        **labels,
    )
