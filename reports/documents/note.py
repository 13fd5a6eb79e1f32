"""The published note as a document: its sentences with their base and margin, its footnotes, how the survey was made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from reports.asking import counted_answers
from reports.documents.elements import Cell, Document, Element, Footnotes, Heading, Paragraph, Run, Table, absent, words
from reports.documents.frame import facts_table, framed, margins_table
from reports.edition import Edition, FigureView
from reports.models import NoteItem
from reports.note import Paragraph as Said
from reports.note import footnotes_of, paragraphs_of, title_of
from reports.press import uncapitalised
from reports.technical import facts_of, margin_statement


def note_of(edition: Edition, items: Iterable[NoteItem]) -> Document:
    """Return the note of a wave; before its figures may be published, what there is to say instead."""
    items = list(items)
    return framed(edition, _("Note"), title_of(edition, items), standfirst_of(edition), _elements(edition, items))


def standfirst_of(edition: Edition) -> str:
    """Return in one line how many people were interviewed, how and when."""
    people = {"n": edition.press.count(edition.n)}
    interviewed = _("%(n)s person interviewed") % people if edition.n == 1 else _("%(n)s people interviewed") % people
    facts = (interviewed, edition.press.mode_of(edition.wave), edition.press.period_of(edition.wave))
    return ", ".join(fact for fact in facts if fact) + "."


def _elements(edition: Edition, items: list[NoteItem]) -> Iterator[Element]:
    yield from _remarks(edition)
    if edition.state in ("raw", "weighted"):
        for said in paragraphs_of(edition, items):
            yield from _paragraph(edition, said)
        if notes := footnotes_of(edition):
            yield Footnotes(tuple(note.text for note in notes))
    yield Heading(_("How the survey was made"))
    yield facts_table(edition, facts_of(edition))
    yield words(margin_statement(edition))
    yield from margins_table(edition)
    if edition.state in ("raw", "weighted"):
        yield Heading(_("What each percentage counts"))
        yield _counted(edition)


def _remarks(edition: Edition) -> Iterator[Element]:
    if edition.state == "nobody":
        yield absent(_("Nobody has been interviewed yet."))
    elif edition.state == "few":
        yield absent(_("Too few people have been interviewed for a percentage to mean anything: none is published below %(smallest)s.") % {"smallest": edition.press.thresholds.smallest})  # fmt: skip
    elif edition.state == "raw":
        yield absent(f"{_('Unweighted percentages.')} {edition.refusal}".strip())
    elif edition.wave.is_open:
        yield absent(_("Provisional results: they are computed again as interviews come in."))


def _paragraph(edition: Edition, said: Said) -> Iterator[Element]:
    if said.figures:
        runs = tuple(Run(str(piece.words), "strong" if piece.figure else "mark" if piece.mark else "") for piece in said.pieces)
        yield Paragraph(runs, "lead" if said.kind == "lead" else "item" if said.kind == "item" else "body")
        for figure in said.figures:
            yield words(_base_line(edition, figure, is_one_of_several=len(said.figures) > 1), "about")
            for remark in (*([figure.trend.summary] if figure.trend else []), *figure.remarks):
                yield words(remark, "about")
    elif said.kind == "heading":
        yield Heading(said.text)
    else:
        yield words(said.text, "comment")
        yield words(_("The author’s comment, not a computed result."), "about")


def _base_line(edition: Edition, figure: FigureView, *, is_one_of_several: bool) -> str:
    """What never leaves a percentage: its base, its size and margin, its change, and whether it is weak or unweighted."""
    of = figure.rows[0].percent if is_one_of_several and figure.rows else ""
    parts = [
        _("Base: %(base)s, n = %(n)s") % {"base": figure.base_line, "n": figure.n},
        _("unweighted") if edition.state == "raw" else "",
        figure.margin,
        figure.gap,
        _("small base, to be read with caution") if figure.is_weak else "",
    ]
    line = " · ".join(part for part in parts if part)
    return _("%(percent)s – %(facts)s") % {"percent": of, "facts": line} if of else line


def _counted(edition: Edition) -> Table:
    """Which answers make each percentage, so that none can be quoted for another question."""
    press = edition.press
    rows = [
        (
            Cell(counted_answers(press, edition.results.questionnaire, result)),
            Cell(uncapitalised(edition.words_of(result)["base_line"])),
            Cell(press.count(result.estimate.n) if result.estimate else "–"),
            Cell(edition.printed(result) or "–"),
        )
        for result in edition.results
    ]
    return Table("", (_("Answers counted"), _("Base"), "n", _("Result")), tuple(rows), 2, (52, 28, 9, 11))
