"""The technical notice of a wave: the mentions, how people were chosen and weighted, and the questionnaire as it was put."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from reports.coding.facts import coded_afterwards
from reports.composition import Category, categories, counted, dispositions, unanswered
from reports.core.charts import Histogram, draw_histogram
from reports.core.conditions import full_names, in_words
from reports.core.typography import percentage, rounded_half_up, typeset
from reports.dataset import Dataset, Earlier
from reports.edition import Edition
from reports.models import MAIN, Weighting
from reports.press import Press
from reports.technical import Fact, MarginsGrid, entered, facts_of, margin_statement, margins_grid
from respondents.core.dispositions import BY_STATE, NEVER_STARTED, entries, rates
from respondents.invitations.pool import never_came, taken_part
from surveys.core.expressions import Expression
from surveys.core.questionnaire import Block, Page, Question
from surveys.core.wording import Teller
from surveys.workshop.paper import LONGEST_LIST, SHOWN_OF_LONG
from surveys.workshop.remarks import Remarks

EXACT = 6  # decimals to which weighted shares meet the margins: 47.65 may come out as 47.64999999998


@dataclass(frozen=True)
class Composition:
    """A variable's categories, each as (name, people, raw, target, weighted); ``is_rounded`` when printed shares miss 100."""

    name: str
    rows: tuple[tuple[str, ...], ...]
    is_rounded: bool


@dataclass(frozen=True)
class QuestionText:
    """A question as it was put. ``remarks`` say when it is asked and how; ``heading`` is what stands above a block's first row."""

    name: str
    kind: str
    text: str
    hint: str
    remarks: tuple[str, ...]
    choices: tuple[str, ...]
    heading: tuple[str, ...] = ()


@dataclass(frozen=True)
class PageText:
    """A page of the questionnaire, the condition under which it is shown ('' = to everybody) and what else is to be known of it."""

    title: str
    condition: str
    questions: tuple[QuestionText, ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class WeightsSpread:
    """The weights of what is published: their chart, the same numbers as (weights, people), and the ends of its axis."""

    chart: Histogram
    classes: tuple[tuple[str, str], ...]
    ends: tuple[str, str]


@dataclass(frozen=True)
class Notice:
    """The technical notice set in one language."""

    facts: tuple[Fact, ...]
    margin_statement: str
    margins: MarginsGrid
    compositions: tuple[Composition, ...]
    sources: tuple[Fact, ...]
    dispositions: tuple[tuple[str, str, str], ...]
    entries: str
    never_came: tuple[str, str, str] | None
    rates: tuple[tuple[str, str, str, str], ...]
    unanswered: tuple[tuple[str, str, str, str], ...]
    pages: tuple[PageText, ...]
    questionnaire: tuple[Fact, ...]
    weights: WeightsSpread | None = None


def notice_of(edition: Edition) -> Notice:
    """Return the technical notice; what was never entered is said not to be given."""
    ended = dispositions(edition.wave)
    dataset = counted(edition.wave)
    press = edition.press
    return Notice(
        facts=(
            Fact(_("Subject"), typeset(edition.wave.survey.title, press.language)),
            *facts_of(edition),
            Fact(_("Reward"), entered(edition, "reward") or _("not given")),
        ),
        margin_statement=margin_statement(edition),
        margins=margins_grid(edition),
        compositions=tuple(_composition(edition, name, rows) for name, rows in (categories(edition.wave, dataset) if dataset else ())),
        sources=tuple(_sources(edition)),
        dispositions=tuple((_(BY_STATE[state].label), BY_STATE[state].aapor, press.count(n)) for state, n in ended.items()),
        entries=press.count(entries(ended)),
        never_came=_never_came(edition),
        rates=tuple(_rates(press, ended, taken_part(edition.wave))),
        unanswered=tuple(_unanswered(edition, dataset)) if dataset else (),
        pages=tuple(_pages(edition)),
        questionnaire=tuple(_version(edition, dataset)),
        weights=_weights(edition) if edition.state == "weighted" and edition.wave.weighting else None,
    )


def _weights(edition: Edition) -> WeightsSpread | None:
    """How the weights of the published figures are spread, as it was kept when they were computed."""
    kept = Weighting.objects.filter(wave=edition.wave, scheme=MAIN).order_by("-computed_at", "-pk").first()
    if kept is None or not edition.results.aggregation or kept.revisions != edition.results.aggregation.revisions:
        return None
    chart, classes, press = draw_histogram([(low, high, people) for low, high, people in kept.histogram]), kept.histogram, edition.press
    if chart is None:
        return None
    places = 3 if classes[0][1] - classes[0][0] < 0.01 else 2
    told = [(press.decimals(low, places), press.decimals(high, places), press.count(people)) for low, high, people in classes]
    printed = tuple((_("%(low)s to %(high)s") % {"low": low, "high": high}, people) for low, high, people in told)
    return WeightsSpread(chart, printed, (told[0][0], told[-1][1]))


def _never_came(edition: Edition) -> tuple[str, str, str] | None:
    code, label = NEVER_STARTED
    people = never_came(edition.wave)
    return (_(label), code, edition.press.count(people)) if people else None


def _rates(press: Press, ended: Mapping[str, int], by_name: tuple[int, int] | None) -> Iterator[tuple[str, str, str, str]]:
    """Each rate that is of somebody: its name, share, numerator and denominator. ``by_name``: people invited, and completed by them."""
    invited, completed = by_name or (None, 0)
    for rate in rates(ended, invited=invited, completed_by_invitation=completed).all():
        if rate.share is not None:
            yield _(rate.name), press.percent(100 * rate.share, 1), press.count(rate.numerator), press.count(rate.denominator)


def _composition(edition: Edition, name: str, rows: Iterable[Category]) -> Composition:
    press, rows = edition.press, list(rows)
    is_small = sum(row.n for row in rows) < press.thresholds.smallest

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
        crossed = [" × ".join(edition.variable_names[name] for name in each.split()) for each in dict.fromkeys(variables)]
        names = ", ".join(crossed)
        yield Fact(
            names,
            ". ".join(
                edition.press.text({edition.wave.survey.default_language: text}) for text in (source, universe, date, approximation) if text
            ),
        )


def _unanswered(edition: Edition, dataset: Dataset) -> Iterable[tuple[str, str, str, str]]:
    press, names = edition.press, full_names(edition.results.questionnaire, edition.press.language)
    put = edition.wave.questionnaire.definition().questions if edition.wave.questionnaire else {}
    for row in (each for each in unanswered(dataset) if put[each.question.name].kind != "text"):  # a coded text stays a text
        share = (
            percentage(press.decimals(100 * row.unanswered / row.asked, 1), press.language)
            if row.asked >= press.thresholds.smallest
            else "–"
        )
        yield names[row.question.name], press.count(row.asked), press.count(row.unanswered), share


def _pages(edition: Edition) -> Iterable[PageText]:
    assert edition.wave.questionnaire is not None, "a wave with results has a questionnaire"
    questionnaire, language = edition.wave.questionnaire.definition(), edition.press.language  # as it was put, before any coding
    names = {name: edition.press.quoted(told) for name, told in full_names(questionnaire, language).items()}
    teller = Teller(questionnaire, language, names)
    return (_page(edition, teller, page) for page in questionnaire.pages)


def _page(edition: Edition, teller: Teller, page: Page) -> PageText:
    remarks = [Remarks(teller).exchange(page.order)] if page.order else []
    if page.closes_earlier:
        remarks.append(_("Once this page is reached, earlier answers can no longer be changed."))
    told = [question for question in page.questions if question.is_asked or question.kind == "note" or question.split]
    opened = {name: next(question.name for question in told if question.block == name) for name in {each.block for each in told} - {""}}
    questions = (
        _question(edition, teller, question, page.blocks.get(question.block) if opened.get(question.block) == question.name else None)
        for question in told
    )
    return PageText(teller.text(page.labels), _condition(edition, page.relevant), tuple(questions), tuple(remarks))


def _question(edition: Edition, teller: Teller, question: Question, opens: Block | None) -> QuestionText:
    shown = question.choices[:SHOWN_OF_LONG] if question.lookup and len(question.choices) > LONGEST_LIST else question.choices
    more = len(question.choices) - len(shown)
    return QuestionText(
        name=question.name,
        kind=question.kind,
        text=teller.text(question.labels) or question.name,
        hint=teller.text(question.hints),
        remarks=tuple(_remarks(edition, teller, question)),
        choices=(
            *(teller.text(choice.labels) for choice in shown),
            *([_("… and %(count)s more answers, to be found by typing.") % {"count": edition.press.count(more)}] if more else []),
        ),
        heading=tuple(_heading(teller, question, opens)) if opens else (),
    )


def _heading(teller: Teller, question: Question, block: Block) -> Iterable[str]:
    """What stands above the rows of a block."""
    yield from filter(None, (teller.text(block.labels), teller.text(block.hints)))
    if block.total is not None:
        yield _("These numbers must add up to %(total)s.") % {"total": f"{block.total:f}".replace(".", teller.phrases["decimal"])}
    if question.order:
        yield Remarks(teller).block_order(question.order)


def _remarks(edition: Edition, teller: Teller, question: Question) -> Iterable[str]:
    if question.relevant is not None:
        yield _("Asked if: %(condition)s.") % {"condition": _condition(edition, question.relevant)}
    if question.kind == "text":
        yield _("Answer in the person’s own words.")
    if question.steps:
        yield _("One answer, from %(first)s to %(last)s.") % {"first": question.steps[0], "last": question.steps[-1]}
    elif question.is_number:
        yield _("Answer as a number.")
    if question.kind == "date":
        yield _("Answer as a date.")
    if question.is_asked or question.split:
        yield from Remarks(teller).of(question)
    if question.dont_know:
        yield _("“Don’t know” is on offer.")
    if question.refused:
        yield _("“I prefer not to answer” is on offer.")
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
    for name, said in coded_afterwards(edition.wave, edition.press):
        yield Fact(_("Coding of %(question)s") % {"question": name}, said)
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
