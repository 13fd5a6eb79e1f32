"""Parts that the notice and the disclosure share: the figures' margins, the sample's composition, how interviews ended, the form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial

from django.utils.translation import gettext as _

from reports.core.sentences import standalone
from reports.documents.elements import Cell, Element, Heading, Table, absent, words
from reports.documents.frame import capital, facts_table
from reports.edition import Edition
from reports.models import Estimate
from reports.notices import Composition, Notice, PageText, QuestionText
from reports.press import capitalised, uncapitalised
from reports.results import Result

RowTexts = Iterable[tuple[str, ...]]


def told(text: str) -> Element:
    """Return a paragraph of what was entered; in red that it was not."""
    return words(text) if text else absent(_("Not given."))


def dates_of(edition: Edition) -> str:
    """Return the dates of the interviews in words, '' unless both their ends were entered."""
    wave = edition.wave
    return capitalised(edition.press.period_of(wave)) if wave.starts and wave.ends else ""


def alone(edition: Edition, result: Result) -> str:
    """Return a figure's sentence without comparison, reference measure or margin, which a table has columns for or leaves out."""
    return edition.press.plain(standalone(replace(edition.saying(result), trend=None, reference=None, margin="")))


def cells(rows: RowTexts) -> tuple[tuple[Cell, ...], ...]:
    """Return rows of texts as rows of cells."""
    return tuple(tuple(Cell(text) for text in row) for row in rows)


def margins_of_figures(edition: Edition) -> Table:
    """Return each published percentage with its own base and its own margin (half the interval at 95 %)."""
    rows = [
        (
            alone(edition, result),
            uncapitalised(edition.words_of(result)["base_line"]),
            edition.press.count(result.estimate.n),
            edition.margin(result) or "–",
        )
        for result in edition.results
        if result.estimate and edition.value(result) is not None
    ]
    return Table(_("Margin of each published percentage"), (_("Percentage"), _("Base"), "n", _("Margin")), cells(rows), 2, (52, 24, 9, 15))


def intervals_of_figures(edition: Edition) -> Table:
    """Return each percentage with its unweighted and effective base and its 95 % interval."""
    press = edition.press
    rows = [
        (alone(edition, result), press.count(result.estimate.n), *_precision(edition, result, result.estimate))
        for result in edition.results
        if result.estimate and edition.value(result) is not None
    ]
    head = (_("Percentage"), "n", _("Effective n"), _("95% interval"))
    return Table(_("Bases, unweighted and effective, and intervals"), head, cells(rows), 1, (56, 11, 12, 21))


def _precision(edition: Edition, result: Result, estimate: Estimate) -> tuple[str, str]:
    """The effective size and the interval of an estimate, dashes where nothing was weighted."""
    if not edition.results.is_weighted or estimate.low is None or estimate.high is None:
        return "–", "–"
    effective = "–" if estimate.effective_n is None else edition.press.count(estimate.effective_n)
    printed = partial(edition.press.decimals, places=1) if result.figure.is_measure else partial(edition.press.percent, places=1)
    return effective, _("%(low)s to %(high)s") % {"low": printed(estimate.low), "high": printed(estimate.high)}


def compositions(notice: Notice) -> Iterator[Element]:
    """Yield the sample's composition, raw, wanted and weighted, for each variable of the weighting, then where the targets come from."""
    for composition in notice.compositions:
        yield _composition(composition)
        if composition.is_rounded:
            yield words(_("Totals may differ from 100%% because of rounding.") % {}, "about")


def endings(notice: Notice) -> Iterator[Element]:
    """Yield how the entries ended, and the rates made of them, each with its fraction."""
    if not notice.dispositions:
        yield words(_("Nobody has entered yet."))
        return
    ended = [*((label, code or "–", n) for label, code, n in notice.dispositions), (_("Entries"), "", notice.entries)]
    caption = _("Entries, by how they ended or where they are")
    yield Table(caption, (_("Disposition"), _("AAPOR code"), _("Interviews")), cells(ended), 2, (62, 18, 20))
    if notice.rates:
        caption = _("Rates of the fieldwork, each with its fraction")
        yield Table(caption, (_("Rate"), "%", _("People"), _("out of")), cells(notice.rates), 1, (52, 16, 16, 16))
        yield words(_("The respondents were not drawn at random from a list of the population: there is no response rate."))


def answers_not_given(notice: Notice) -> Iterator[Element]:
    """Yield, for each question, how many of those asked gave no answer."""
    if notice.unanswered:
        caption = _("Don’t know, refusal or no answer, among the people asked, unweighted")
        yield Table(caption, (_("Question"), _("Asked"), _("Not given"), "%"), cells(notice.unanswered), 1, (61, 13, 13, 13))


def questionnaire(edition: Edition, notice: Notice) -> Iterator[Element]:
    """Yield the whole questionnaire as it was put: its version, its pages with their conditions, the questions with their answers."""
    yield facts_table(edition, notice.questionnaire)
    for page in notice.pages:
        yield from _page(page)


def _composition(composition: Composition) -> Table:
    head = (_("Category"), "n", _("Raw"), _("Population"), _("Weighted"))
    return Table(capital(composition.name), head, cells(composition.rows), 1, (44, 14, 14, 14, 14))


def _page(page: PageText) -> Iterator[Element]:
    if page.title:
        yield Heading(page.title, 2)
    if page.condition:
        yield words(_("Shown if: %(condition)s.") % {"condition": page.condition}, "about")
    for remark in page.remarks:
        yield words(remark, "about")
    for question in page.questions:
        yield from _question(question)


def _question(question: QuestionText) -> Iterator[Element]:
    for line in question.heading:
        yield words(line)
    yield words(question.text, "body" if question.kind == "note" else "wording")
    if question.hint:
        yield words(question.hint, "about")
    for choice in question.choices:
        yield words(choice, "choice")
    for remark in question.remarks:
        yield words(remark, "about")
