"""A questionnaire of 200 questions with 1,000 conditions read, checked and rendered; 100,000 bad conditions refused.

Times are of the processor, so that what else runs on the machine does not count.
"""

from __future__ import annotations

import statistics
from time import process_time

from django.core.management import call_command

from benchmarks.large import conditions_in, large_workbook
from surveys.core.checks import check_questionnaire
from surveys.core.expressions import ExpressionError, parse
from surveys.core.length import lengths
from surveys.core.questionnaire import Questionnaire
from surveys.core.reading import read_questionnaire
from surveys.core.workbook import Report
from surveys.form.pages import PageView, compile_page
from tests.surveys.core.bad_expressions import mangled

QUESTIONS, CONDITIONS, BAD = 200, 1_000, 100_000
SECONDS, PAGE_MILLISECONDS, REFUSAL_MILLISECONDS = 1.0, 2.0, 10.0


def run(bad: int = BAD) -> dict[str, float]:
    """Measure ``read_seconds``, ``check_seconds`` and both together, the ``page_milliseconds`` of the slowest page, the
    ``length_seconds`` of an estimate, and the mean and the worst milliseconds to refuse a bad condition.

    Raises AssertionError when the questionnaire takes more than a second, a page more than 2 ms, a refusal more than 10 ms,
    or when a refusal has no place in the text.
    """
    workbook = large_workbook(QUESTIONS, CONDITIONS)
    assert conditions_in(workbook) == CONDITIONS
    parse.cache_clear()
    began, report = process_time(), Report()
    questionnaire = read_questionnaire(workbook, report)
    read = process_time()
    check_questionnaire(questionnaire, workbook, report)
    checked = process_time()
    report.raise_if_any()
    lengths(questionnaire)
    found = {"read_seconds": read - began, "check_seconds": checked - read, "read_and_check_seconds": checked - began,
             "length_seconds": process_time() - checked, "page_milliseconds": _slowest_page(questionnaire), **_refusals(bad)}  # fmt: skip
    assert found["read_and_check_seconds"] < SECONDS, f"reading and checking took {found['read_and_check_seconds']:.2f} s"
    assert found["page_milliseconds"] < PAGE_MILLISECONDS, f"a page took {found['page_milliseconds']:.2f} ms"
    assert found["worst_refusal_milliseconds"] < REFUSAL_MILLISECONDS, f"a refusal took {found['worst_refusal_milliseconds']:.2f} ms"
    return found


def _slowest_page(questionnaire: Questionnaire) -> float:
    """The milliseconds to fill the slowest page, compiled once as for every respondent."""
    view = PageView("/i/token/page/", "0f8fad5b-d9cb-469f-a165-70867728950e", {}, order_seed="1", back="/", progress=40)
    call_command("collectstatic", interactive=False, verbosity=0)
    slowest = 0.0
    for page in questionnaire.pages:
        compiled, times = compile_page(questionnaire, page, questionnaire.default_language), []
        for _ in range(20):
            began = process_time()
            compiled.html(view)
            times.append(process_time() - began)
        slowest = max(slowest, statistics.median(times))
    return 1_000 * slowest


def _timed(text: str) -> tuple[ExpressionError | None, float]:
    began = process_time()
    refused = _refusal(text)
    return refused, process_time() - began


def _refusal(text: str) -> ExpressionError | None:
    try:
        parse(text)
    except ExpressionError as error:
        return error
    return None


def _refusals(many: int) -> dict[str, float]:
    times: list[float] = []
    for text in mangled(7):
        refused, seconds = _timed(text)
        if refused is not None:
            # A pause of the interpreter's collector is not the condition's: it does not come twice at the same place.
            times.append(seconds if seconds < REFUSAL_MILLISECONDS / 2_000 else min(seconds, _timed(text)[1]))
            assert 0 <= refused.position <= len(text), f"{refused.position} is not a place in {text[:80]!r}"
            assert str(refused), f"no reason was given for {text[:80]!r}"
        if len(times) == many:
            return {"refused": float(many), "mean_refusal_milliseconds": 1_000 * statistics.mean(times),
                    "worst_refusal_milliseconds": 1_000 * max(times)}  # fmt: skip
    raise AssertionError
