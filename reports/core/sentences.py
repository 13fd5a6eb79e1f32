"""Figures in sentences: who says what, of whom, compared with what, in the order and the forms of the study's note.

The words of a study come from its sheets, in one language at a time; the few of ours are Messages, translated when shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from surveys.core.messages import N_, Message

Words = str | Message

UNPUBLISHED = "…"
PLACE = "{value}"  # where an author's words want the value of a mean, a median or a score


@dataclass(frozen=True)
class Trend:
    """The same figure in another wave: its printed percentage, the wave's label, its footnote's number, and what was tested of
    the change, '' where the author asks for nothing."""

    percent: str
    wave: str
    mark: int
    verdict: str = ""


@dataclass(frozen=True)
class Reference:
    """A reference measure beside a figure: its printed percentage, what it says, where it comes from, its footnote's number."""

    percent: str
    says: str
    source: str
    mark: int


@dataclass(frozen=True)
class Saying:
    """A figure ready to be said in one language. ``percent`` is printed with its sign; ``base`` holds the base's printed forms.
    Of a measure (a mean, a median, a score) it is the value, and ``says`` names what is measured.

    ``margin`` is the printed margin with its unit, '' when there is none; ``is_published`` is False when the number is withheld.
    ``size`` says in words how large it is ("a majority"), where the author asks for it and it is borne out.
    """

    code: str
    percent: Words
    says: str
    base_code: str
    base: Mapping[str, str]
    says_next: str = ""
    margin: str = ""
    trend: Trend | None = None
    reference: Reference | None = None
    is_published: bool = True
    is_measure: bool = False
    size: Words = ""


@dataclass(frozen=True)
class Item:
    """One line of the note's sheet: its kind, the author's text, or the figure it says."""

    kind: str
    text: str = ""
    saying: Saying | None = None


@dataclass(frozen=True)
class Piece:
    """A piece of a sentence: words; or, with ``figure``, that figure's percentage; or, with ``mark``, a footnote's number."""

    words: Words
    figure: str = ""
    mark: int = 0
    is_published: bool = True


@dataclass(frozen=True)
class Block:
    """One paragraph of the note: an author's text, or the sentence of one or more figures, named in ``figures``."""

    kind: str
    text: str = ""
    pieces: tuple[Piece, ...] = ()
    figures: tuple[str, ...] = ()


@dataclass
class _Reading:
    """What the reader has just read: the base last named, and whether a comparison was already made in this section."""

    base: str = ""
    has_trend: bool = False
    blocks: list[Block] = field(default_factory=list)


def compose(items: Iterable[Item]) -> tuple[Block, ...]:
    """Return the note's paragraphs in order.

    A sentence that opens a new base, or a new section, names the base; the next ones on the same base say it shortly or
    not at all. A *join* goes on with the sentence before it. Every sentence ends with its full stop.
    """
    reading = _Reading()
    for item in items:
        if item.saying is None:
            if item.kind == "heading":
                reading.base, reading.has_trend = "", False
            reading.blocks.append(Block(item.kind, item.text))
        elif item.kind == "join" and reading.blocks and reading.blocks[-1].figures:
            _join(reading, item.saying)
        else:
            reading.blocks.append(_sentence(reading, item.kind, item.saying))
    return tuple(replace(block, pieces=(*block.pieces, Piece("."))) if block.pieces else block for block in reading.blocks)


def standalone(saying: Saying) -> tuple[Piece, ...]:
    """Return the figure's sentence as it reads alone, its base named."""
    [block] = compose([Item("benchmark" if saying.reference else "sentence", saying=saying)])
    return block.pieces


def _sentence(reading: _Reading, kind: str, saying: Saying) -> Block:
    if saying.is_measure:
        told = _measure(reading, saying)
        reading.base = saying.base_code
        return Block(kind, "", (*told, *_trend(reading, saying)), (saying.code,))
    opens = saying.base_code != reading.base
    among = saying.base.get("among", "") if kind == "among" else ""
    subject = "" if among else saying.base["subject"] if opens or kind == "benchmark" else saying.base.get("subject_next", "")
    pieces = [Piece(f"{among}, ")] if among else []
    pieces += [_percent(saying), *_says(subject, saying.says, saying.size), *_trend(reading, saying)]
    if kind == "benchmark":
        pieces += _against_reference(saying)
    reading.base = saying.base_code
    return Block(kind, "", tuple(pieces), (saying.code,))


def _join(reading: _Reading, saying: Saying) -> None:
    last = reading.blocks[-1]
    if saying.is_measure:
        pieces = (Piece(Message(N_("; "))), *_measure(reading, saying), *_trend(reading, saying))
        reading.base = saying.base_code
        reading.blocks[-1] = replace(last, pieces=(*last.pieces, *pieces), figures=(*last.figures, saying.code))
        return
    subject = "" if saying.base_code == reading.base else saying.base["subject"]
    pieces = (
        Piece(Message(N_(", and "))),
        _percent(saying),
        *_says(subject, saying.says_next or saying.says, saying.size),
        *_trend(reading, saying),
    )
    reading.base = saying.base_code
    reading.blocks[-1] = replace(last, pieces=(*last.pieces, *pieces), figures=(*last.figures, saying.code))


def _measure(reading: _Reading, saying: Saying) -> Sequence[Piece]:
    """What is measured, its value, and of whom.

    Where the author's words hold a place for the value, it stands there: "Among users, 3.5 consultations on average". Else they
    name it: "Consultations in twelve months: 3.5 (base: all respondents)".
    """
    base = Message(N_(" (base: %(base)s)"), {"base": saying.base["base_line"]})
    before, place, after = saying.says.partition(PLACE)
    if not place:
        return [Piece(Message(N_("%(says)s: "), {"says": saying.says})), _percent(saying), Piece(base)]
    opens, among = saying.base_code != reading.base, saying.base.get("among", "")
    named = [Piece(f"{among}, ")] if opens and among else []
    said = [Piece(before)] if before else []
    return [*named, *said, _percent(saying), *([Piece(after)] if after else []), *([Piece(base)] if opens and not among else [])]


def _percent(saying: Saying) -> Piece:
    return Piece(saying.percent, figure=saying.code, is_published=saying.is_published)


def _says(subject: str, says: str, size: Words) -> Sequence[Piece]:
    told = [Piece(f" {subject}")] if subject else []
    return [*told, *([Piece(size)] if size else []), Piece(f" {says}")]


def _trend(reading: _Reading, saying: Saying) -> Sequence[Piece]:
    if saying.trend is None or not saying.is_published:
        return []
    verdict = f", {saying.trend.verdict}" if saying.trend.verdict else ""
    values = {"percent": saying.trend.percent, "wave": saying.trend.wave + verdict}
    is_year = saying.trend.wave.isdigit()
    if reading.has_trend:
        words = Message(N_(" (%(percent)s in %(wave)s)") if is_year else N_(" (%(percent)s, %(wave)s)"), values)
    else:
        words = Message(N_(" (against %(percent)s in %(wave)s)") if is_year else N_(" (against %(percent)s, %(wave)s)"), values)
    reading.has_trend = True
    return [Piece(words), Piece(str(saying.trend.mark), mark=saying.trend.mark)]


def _against_reference(saying: Saying) -> Sequence[Piece]:
    pieces = [Piece(f" ({saying.margin})")] if saying.margin else []
    if saying.reference is None:
        return pieces
    values = {"percent": saying.reference.percent, "says": saying.reference.says, "source": saying.reference.source}
    with_source, without = N_(". However, according to %(source)s, %(percent)s %(says)s"), N_(". However, %(percent)s %(says)s")
    words = Message(with_source if saying.reference.source else without, values)
    return [*pieces, Piece(words), Piece(str(saying.reference.mark), mark=saying.reference.mark)]
