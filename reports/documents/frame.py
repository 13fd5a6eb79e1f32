"""What every document of a wave shares: its head and foot, the demonstration's mention, tables of facts and of margins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timezone

from django.utils.translation import gettext as _

from reports.core.typography import typeset
from reports.documents.elements import Cell, Document, Element, Table
from reports.edition import Edition
from reports.evidence import DEMONSTRATION
from reports.technical import Fact, margins_grid

NEVER = datetime(2000, 1, 1, tzinfo=timezone.utc)  # when nothing was computed yet


def framed(edition: Edition, name: str, title: str, standfirst: str, elements: Iterable[Element]) -> Document:
    """Return a document about a wave, with the mentions that every page of it carries."""
    survey, press, aggregation = edition.wave.survey, edition.press, edition.results.aggregation
    study = typeset(survey.title, survey.default_language)
    return Document(
        language=press.language,
        title=title,
        kicker=" · ".join(text for text in (survey.sponsor, name, press.label_of(edition.wave)) if text),
        standfirst=standfirst,
        mention=_(DEMONSTRATION) if survey.is_demonstration else "",
        running=" · ".join(text for text in (study, press.label_of(edition.wave), survey.sponsor) if text),
        author=survey.institute or survey.sponsor,
        made_at=aggregation.computed_at if aggregation else NEVER,
        elements=tuple(elements),
    )


def facts_table(edition: Edition, facts: Iterable[Fact], caption: str = "") -> Table:
    """Return facts as a table of two columns; what was never entered stands in red."""
    absent = _("not given")
    rows = tuple((Cell(capital(fact.name)), Cell(fact.says, is_missing=fact.says == absent)) for fact in facts)
    return Table(caption, (), rows, 2, (28, 72))


def margins_table(edition: Edition) -> Iterator[Table]:
    """Yield the margins at the sizes that the study publishes, none before there are any."""
    grid = margins_grid(edition)
    if grid.rows:
        rows = tuple((Cell(size), *map(Cell, cells)) for size, cells in grid.rows)
        caption = _("Margin in points, by number of people and by percentage observed")
        yield Table(caption, ("n", *grid.percentages), rows, 1, (10, *(15 for _each in grid.percentages)))


def capital(text: str) -> str:
    """Return the text with a capital at its start."""
    return text[:1].upper() + text[1:]
