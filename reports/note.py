"""The published note: the study's own order of titles, sentences and comments, then its other figures, then the footnotes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from reports.comparing.words import NAMES
from reports.core.claims import change, majority, one_in_two
from reports.core.comparing import PER_FIGURE
from reports.core.proportions import Difference
from reports.core.sentences import Block, Item, Piece, Saying, compose
from reports.core.typography import dated, typeset
from reports.edition import Edition, FigureView
from reports.models import Benchmark, NoteItem
from reports.press import Press
from reports.results import Comparison, Result


@dataclass(frozen=True)
class Footnote:
    """A numbered note at the foot of the page."""

    number: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """One paragraph as printed: an author's ``text``, or the ``pieces`` of a sentence and the figures that it says."""

    kind: str
    text: str
    pieces: tuple[Piece, ...]
    figures: tuple[FigureView, ...]


def title_of(edition: Edition, items: Iterable[NoteItem]) -> str:
    """Return the note's title; the survey's where the note has none, or nothing yet to bear it out."""
    titles = (edition.press.text(item.text) for item in items if item.kind == "title" and edition.state in ("raw", "weighted"))
    return next(titles, typeset(edition.wave.survey.title, edition.press.language))


def lead_of(edition: Edition, items: Iterable[NoteItem]) -> Result | None:
    """Return the figure that stands for all of them: the first published one that the note says, else the first published."""
    published = {result.figure.pk: result for result in edition.results if edition.value(result) is not None}
    said = (published[item.figure_id] for item in items if item.figure_id in published)
    return next(said, next(iter(published.values()), None))


def paragraphs_of(edition: Edition, items: Iterable[NoteItem]) -> list[Paragraph]:
    """Return the note's paragraphs, its title left out, then those of the study's other figures under a heading of their own."""
    results = edition.results.by_figure
    lines = [_line(edition, item) for item in items if item.kind != "title" and (item.figure_id is None or item.figure_id in results)]
    said = {line.saying.code for line in lines if line.saying}
    others = [Item("benchmark" if result.benchmarks else "sentence", saying=edition.saying(result))
              for result in edition.results if result.figure.code not in said]  # fmt: skip
    heading = [Item("heading", _("Other results"))] if others else []
    return [_paragraph(edition, block) for block in compose([*lines, *heading, *others])]


def footnotes_of(edition: Edition) -> list[Footnote]:
    """Return the footnotes of all that was said so far, in order."""
    texts = {"wave": _wave_note, "benchmark": _benchmark_note}
    return [Footnote(position, texts[kind](edition, code)) for position, (kind, code) in enumerate(edition.marks.keys, 1)]


def _paragraph(edition: Edition, block: Block) -> Paragraph:
    views = tuple(edition.view(edition.results[code], captioned=len(block.figures) > 1) for code in block.figures)
    return Paragraph(block.kind, block.text, edition.press.pieces(block.pieces), views)


def _line(edition: Edition, item: NoteItem) -> Item:
    if item.figure_id is None:
        return Item(item.kind, edition.press.text(item.text))
    return Item(item.kind, saying=claiming(edition, edition.results.by_figure[item.figure_id], item.cells.get("claims", "").split()))


def claiming(edition: Edition, result: Result, claims: Collection[str]) -> Saying:
    """Return the figure ready to be said with what the author wants claimed of it (the sheet's ``claims``), as far as the figure bears it out."""
    saying, value, low = edition.saying(result), edition.value(result), interval_of(edition, result)
    if value is None or not claims:
        return saying
    size = majority(low) if "majority" in claims and not saying.is_measure else None
    if size is None and "half" in claims and not saying.is_measure:
        size = one_in_two(value, low)
    tested = tested_change(edition, result)
    if saying.trend and tested and "trend" in claims:
        saying = replace(saying, trend=replace(saying.trend, verdict=edition.press.say(change(tested.points, tested.p))))
    return replace(saying, size=size or "")


def interval_of(edition: Edition, result: Result) -> float | None:
    """Return the lower end of the figure's 95 % interval; None of what is not weighted, not published or no percentage."""
    is_share = edition.results.is_weighted and edition.value(result) is not None and not result.figure.is_measure
    return result.estimate.low if result.estimate and is_share else None


def tested_change(edition: Edition, result: Result) -> Difference | None:
    """Return the test of the figure's change, None where none can be claimed: not compared, or compared for indication only."""
    comparison = edition.comparison(result)
    return None if comparison is None or comparison.is_indicative else result.change


def wave_note(press: Press, compared: Sequence[Comparison]) -> str:
    """Return what is to be known of the wave that figures are compared with: who, how, when, whom, and the wordings then."""
    wave = compared[0].wave
    people = _("%(n)s people") % {"n": press.count(compared[0].interviewed)}
    facts = [wave.institute, press.mode_of(wave), press.period_of(wave), people]
    sentences = [", ".join(fact for fact in facts if fact), press.text(wave.comparability)]
    wordings = [f"{press.quoted(press.text(one.wording))} ({press.percent(one.percent)})" for one in compared if one.wording]
    if wordings:
        sentences.append(_("As worded then: %(wordings)s") % {"wordings": press.listed(wordings)})
    sentences += [] if wave.comparability else doubts(press, compared)
    return " ".join(f"{sentence}." for sentence in sentences if sentence)


def doubts(press: Press, compared: Sequence[Comparison]) -> list[str]:
    """Return why the comparison is only an indication, in the words of the ledger's aspects; nothing of one that is not."""
    found = dict.fromkeys(line.aspect for one in compared for line in one.ledger.doubts)
    if not found:
        return []
    if set(found) <= set(PER_FIGURE):
        return [_("The questionnaire changed since: indicative comparison")]
    named = press.listed(str(NAMES[aspect]) for aspect in found)
    return [_("Not the same, or not known to be: %(aspects)s. Indicative comparison") % {"aspects": named}]


def benchmark_note(press: Press, benchmark: Benchmark) -> str:
    """Return what is to be known of a reference measure: its date, its population, its source."""
    values = {
        "date": dated(benchmark.date, press.language),
        "population": press.text(benchmark.population),
        "source": press.text(benchmark.source),
    }
    fact = _("Reference measure (%(date)s), about %(population)s. Source: %(source)s.") % values
    return f"{fact} {press.text(benchmark.note)}".strip()


def _wave_note(edition: Edition, code: str) -> str:
    compared = [one for one in (result.comparison for result in edition.results) if one and one.wave.code == code]
    return wave_note(edition.press, compared)


def _benchmark_note(edition: Edition, code: str) -> str:
    benchmark = next(one for result in edition.results for one in result.benchmarks if one.code == code)
    return benchmark_note(edition.press, benchmark)
