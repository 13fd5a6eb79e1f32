"""Checks of limits that no answer can keep: least and most, totals, scales, loops over nothing, long grids."""

from __future__ import annotations

from collections.abc import Iterable

from surveys.core.messages import N_
from surveys.core.outline import BEGIN_LOOP, REFERENCE, Group, pages_of, read_outline
from surveys.core.questionnaire import Block, Choice, Page, Question, Questionnaire
from surveys.core.reasoning.domains import Numbers, domain_of
from surveys.core.workbook import Report, Row, Workbook

LONGEST_GRID = 10  # rows that people still fill in with care on a telephone; our own proposal


def check_limits(questionnaire: Questionnaire, workbook: Workbook, report: Report) -> None:
    """Note limits that leave no answer, and warn of grids that tire people."""
    rows = {row["name"]: row for row in reversed(workbook["survey"].rows)} if "survey" in workbook else {}
    for page in questionnaire.pages:
        for question in page.questions:
            _check_least_and_most(question, report)
        _check_grid(page, [question for question in page.asked if not question.block], page.is_grid, page.row, report)
        for block in page.blocks.values():
            held = [question for question in page.questions if question.block == block.name]
            number = rows[block.name].number if block.name in rows else page.row
            _check_grid(page, held, block.is_grid or page.is_grid, number, report)
            _check_total(block, held, number, report)
    blocks = _blocks(read_outline(workbook["survey"], Report())) if "survey" in workbook else set()
    for row in workbook.get("survey", ()):
        if row["total"] and row["name"] not in blocks:
            report.add("survey", row.number, "total", N_("Only a block has a total: put it in a page with the appearance field-list, or with another question."))  # fmt: skip
        if row["type"] in BEGIN_LOOP:
            _check_loop(questionnaire, row, report)


def _blocks(nodes: Iterable[Group | Row]) -> set[str]:
    """The names of the blocks, as the survey sheet writes them."""
    return {child.row["name"] for page in pages_of(nodes) for child in page.children if isinstance(child, Group)}


def _check_least_and_most(question: Question, report: Report) -> None:
    least, most = question.minimum, question.maximum
    if least and most and (least > most if question.kind == "date" else float(least) > float(most)):
        report.add("survey", question.row, "min", N_("No answer is both at least %(least)s and at most %(most)s."), least=least, most=most)
    elif least and question.kind in ("multiple", "ranking") and question.choices and int(least) > len(question.choices):
        report.add("survey", question.row, "min", N_("The list has only %(count)s choices."), count=len(question.choices))


def _check_grid(page: Page, questions: list[Question], is_grid: bool, row: int, report: Report) -> None:
    rows = sum(question.kind in ("single", "multiple") for question in questions)
    if is_grid and rows > LONGEST_GRID:
        report.warn("survey", row, "appearance", N_("%(count)s rows in one grid tire people, above all on a telephone: at most %(limit)s on a page keeps answers careful."),
                    count=rows, limit=LONGEST_GRID)  # fmt: skip


def _check_total(block: Block, questions: list[Question], row: int, report: Report) -> None:
    if block.total is None:
        return
    numbers = [question for question in questions if question.is_number]
    if not numbers:
        report.add("survey", row, "total", N_("Nothing adds up here: a block with a total holds integer or decimal questions."))
        return
    domains = [(question, domain_of(question)) for question in numbers]
    # A row that may be left out, or not asked, adds nothing.
    lows = [0.0 if not _is_certain(question) else domain.low for question, domain in domains if isinstance(domain, Numbers)]
    highs = [max(0.0, domain.high) for _, domain in domains if isinstance(domain, Numbers)]
    if sum(highs) < float(block.total) or sum(lows) > float(block.total):
        report.add("survey", row, "total", N_("The rows cannot add up to %(total)s: with their limits they give from %(least)s to %(most)s."),
                   total=block.total, least=f"{sum(lows):g}", most=f"{sum(highs):g}")  # fmt: skip


def _is_certain(question: Question) -> bool:
    return question.required and question.relevant is None and not question.boxes


def _check_loop(questionnaire: Questionnaire, row: Row, report: Report) -> None:
    """A loop has a turn for every choice that is a subject: no don't know, no refusal, no none of these."""
    found = REFERENCE.fullmatch(row["over"])
    question = questionnaire.questions.get(found[1]) if found else None
    choices: Iterable[Choice] | None = question.choices if question else questionnaire.lists.get(row["over"])
    if choices is not None and not any(choice.is_valid_answer and not choice.is_exclusive for choice in choices):
        report.add("survey", row.number, "over", N_("This loop goes through nothing: its list has no choice to ask about."))
