"""The technical notice of a wave: the mentions, how people were chosen and weighted, and the questionnaire as it was put."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from reports.composition import Category, categories, counted, dispositions, unanswered
from reports.core.conditions import in_words
from reports.core.precision import SMALLEST_BASE
from reports.core.typography import percentage, rounded_half_up, typeset
from reports.dataset import Dataset, Earlier
from reports.edition import Edition
from reports.technical import Fact, MarginsGrid, facts_of, margin_statement, margins_grid
from respondents.models import Interview
from surveys.core.expressions import Expression
from surveys.core.questionnaire import Page, Question

EXACT = 6  # decimals to which weighted shares meet the margins: 47.65 may come out as 47.64999999998


@dataclass(frozen=True)
class Composition:
    """A variable's categories, each as (name, people, raw, target, weighted); ``is_rounded`` when printed shares miss 100."""

    name: str
    rows: tuple[tuple[str, ...], ...]
    is_rounded: bool


@dataclass(frozen=True)
class QuestionText:
    """A question as it was put. ``remarks`` say when it is asked and how."""

    name: str
    kind: str
    text: str
    hint: str
    remarks: tuple[str, ...]
    choices: tuple[str, ...]


@dataclass(frozen=True)
class PageText:
    """A page of the questionnaire and the condition under which it is shown ('' = to everybody)."""

    title: str
    condition: str
    questions: tuple[QuestionText, ...]


@dataclass(frozen=True)
class Notice:
    """The technical notice set in one language."""

    facts: tuple[Fact, ...]
    margin_statement: str
    margins: MarginsGrid
    compositions: tuple[Composition, ...]
    sources: tuple[Fact, ...]
    dispositions: tuple[tuple[str, str], ...]
    entries: str
    unanswered: tuple[tuple[str, str, str, str], ...]
    pages: tuple[PageText, ...]
    questionnaire: tuple[Fact, ...]


def notice_of(edition: Edition) -> Notice:
    """Return the technical notice; what was never entered is said not to be given."""
    ended = dispositions(edition.wave)
    dataset = counted(edition.wave)
    press = edition.press
    return Notice(
        facts=(
            Fact(_("Subject"), typeset(edition.wave.survey.title, press.language)),
            *facts_of(edition),
            Fact(_("Reward"), _("not given")),
        ),
        margin_statement=margin_statement(edition),
        margins=margins_grid(edition),
        compositions=tuple(_composition(edition, name, rows) for name, rows in (categories(edition.wave, dataset) if dataset else ())),
        sources=tuple(_sources(edition)),
        dispositions=tuple((str(Interview.State(state).label), press.count(n)) for state, n in ended),
        entries=press.count(sum(n for _state, n in ended)),
        unanswered=tuple(_unanswered(edition, dataset)) if dataset else (),
        pages=tuple(_page(edition, page) for page in edition.results.questionnaire.pages),
        questionnaire=tuple(_version(edition, dataset)),
    )


def _composition(edition: Edition, name: str, rows: Iterable[Category]) -> Composition:
    press, rows = edition.press, list(rows)
    is_small = sum(row.n for row in rows) < SMALLEST_BASE

    def share(percent: float | None, *, is_withheld: bool = is_small) -> str:
        return "–" if percent is None or is_withheld else percentage(press.decimals(round(percent, EXACT), 1), press.language)

    printed = tuple(
        (press.text(row.choice.labels), press.count(row.n), share(row.percent), share(row.target, is_withheld=False), share(row.weighted))
        for row in rows
    )
    columns = [[row.target or 0 for row in rows]]
    columns += [] if is_small else [[row.percent for row in rows], [row.weighted or 0 for row in rows]]
    return Composition(edition.variable_names[name], printed, any(_misses_total(column) for column in columns))


def _misses_total(shares: list[float]) -> bool:
    return any(shares) and sum(rounded_half_up(share, 1) for share in shares) != rounded_half_up(sum(shares), 1)


def _sources(edition: Edition) -> Iterable[Fact]:
    rows: dict[tuple[str, ...], list[str]] = {}
    for margin in edition.wave.margins.all():
        rows.setdefault((margin.source, margin.universe, margin.date, margin.approximation), []).append(margin.variable)
    for (source, universe, date, approximation), variables in rows.items():
        names = ", ".join(edition.variable_names[name] for name in dict.fromkeys(variables))
        yield Fact(
            names,
            ". ".join(
                edition.press.text({edition.wave.survey.default_language: text}) for text in (source, universe, date, approximation) if text
            ),
        )


def _unanswered(edition: Edition, dataset: Dataset) -> Iterable[tuple[str, str, str, str]]:
    press = edition.press
    for row in unanswered(dataset):
        share = percentage(press.decimals(100 * row.unanswered / row.asked, 1), press.language) if row.asked >= SMALLEST_BASE else "–"
        yield press.text(row.question.labels), press.count(row.asked), press.count(row.unanswered), share


def _page(edition: Edition, page: Page) -> PageText:
    questions = tuple(_question(edition, question) for question in page.questions if question.kind != "calculate")
    return PageText(edition.press.text(page.labels), _condition(edition, page.relevant), questions)


def _question(edition: Edition, question: Question) -> QuestionText:
    press = edition.press
    return QuestionText(
        name=question.name,
        kind=question.kind,
        text=press.text(question.labels),
        hint=press.text(question.hints),
        remarks=tuple(_remarks(edition, question)),
        choices=tuple(press.text(choice.labels) for choice in question.choices),
    )


def _remarks(edition: Edition, question: Question) -> Iterable[str]:
    if question.relevant is not None:
        yield _("Asked if: %(condition)s.") % {"condition": _condition(edition, question.relevant)}
    if question.kind == "multiple":
        yield _("Several answers possible.")
    if question.choice_order:
        yield _("The order of the answers is drawn at random for each person.")
    if question.kind == "text":
        yield _("Answer in the person’s own words.")
    if question.kind == "integer":
        yield _("Answer as a number.")
    if question.dont_know:
        yield _("“Don’t know” is on offer.")
    if question.ends_if is not None:
        yield _("The interview ends if: %(condition)s.") % {"condition": _condition(edition, question.ends_if, question.name)}


def _condition(edition: Edition, condition: Expression | None, current: str = "") -> str:
    if condition is None:
        return ""
    return edition.press.say(in_words(condition, edition.results.questionnaire, edition.press.language, current))


def _version(edition: Edition, dataset: Dataset | None) -> Iterable[Fact]:
    questionnaire = edition.wave.questionnaire
    if questionnaire is not None:
        yield Fact(_("Version"), questionnaire.version)
        yield Fact(_("Its fingerprint (SHA-256)"), questionnaire.fingerprint, is_code=True)
    for each in dataset.earlier if dataset else ():
        yield Fact(_("Interviews made with version %(version)s") % {"version": each.version}, _apart(edition, each))


def _apart(edition: Edition, earlier: Earlier) -> str:
    """How many people answered another version, and which answers of theirs are not counted with the others."""
    press, n = edition.press, edition.press.count(len(earlier.rows))
    questions = edition.results.questionnaire.questions
    names = [press.text(questions[name].labels) or name for name in questions if name in earlier.unmeasured and questions[name].is_asked]
    if not names:
        return n
    return _("%(n)s; not put together, since the question is another: %(questions)s") % {"n": n, "questions": press.listed(names)}
