"""What compiling a page saves: filling it, against printing it live through its crispy form; reading a post, against the form.

Every page of the reference study, in both languages, with every question answered; each time is a median of many.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

from django.utils.datastructures import MultiValueDict

from surveys.core.files import read_workbook
from surveys.core.questionnaire import Page, Question, Questionnaire
from surveys.core.reading import read_questionnaire
from surveys.core.workbook import Report
from surveys.form.forms import page_form
from surveys.form.pages import PageView, compile_page, live_html

REFERENCE = Path(__file__).parents[1] / "surveys" / "samples" / "numerique-en-sante"
BUDGET = 1 / 100  # of the live rendering


def run() -> dict[str, float]:
    """Measure, in milliseconds for a mean page, ``fill`` and ``live``, ``parse`` and ``validate``, and ``compile``.

    ``ratio`` is fill to live over the whole study, ``worst_ratio`` that of its least favourable page, ``parse_ratio`` parse to validate.

    Raises AssertionError when a filled page differs from the live one, or when filling costs more than its budget.
    """
    report = Report()
    questionnaire = read_questionnaire(read_workbook(REFERENCE), report)
    report.raise_if_any()
    measured = [_measure(questionnaire, page, language) for page in questionnaire.pages for language in questionnaire.languages]
    found = {name: statistics.mean(times[name] for times in measured) for name in measured[0]}
    found["ratio"] = found["fill"] / found["live"]
    found["worst_ratio"] = max(times["fill"] / times["live"] for times in measured)
    found["parse_ratio"] = found["parse"] / found["validate"]
    assert found["ratio"] <= BUDGET, f"filling a page costs {found['ratio']:.4f} of printing it live, more than {BUDGET}"
    return found


def _measure(questionnaire: Questionnaire, page: Page, language: str) -> dict[str, float]:
    post = {question.name: [_usual(question)] for question in page.asked}
    answers = {name: tuple(values) if questionnaire.questions[name].kind == "multiple" else values[0] for name, values in post.items()}
    view = PageView("/i/token/page/?lang=fr", "0f8fad5b-d9cb-469f-a165-70867728950e", answers, order_seed="1", back="/", progress=40)
    compiled, form = compile_page(questionnaire, page, language), page_form(questionnaire, page, language)
    assert compiled.html(view) == live_html(questionnaire, page, language, view)
    return {
        "fill": _milliseconds(lambda: compiled.html(view), 300),
        "live": _milliseconds(lambda: live_html(questionnaire, page, language, view), 9),
        "parse": _milliseconds(lambda: compiled.parse(post, {}), 100),
        "validate": _milliseconds(lambda: form(MultiValueDict(post), earlier={}).is_valid(), 30),
        "compile": _milliseconds(lambda: compile_page(questionnaire, page, language), 3),
    }


def _usual(question: Question) -> str:
    return question.choices[0].name if question.choices else "44"


def _milliseconds(call: Callable[[], object], times: int) -> float:
    measured = []
    for _ in range(times):
        started = time.perf_counter()
        call()
        measured.append(time.perf_counter() - started)
    return 1_000 * statistics.median(measured)
