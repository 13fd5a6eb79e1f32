"""The pages and the JSON of a publication as they are frozen, in every language of the survey.

A page is kept without the frame around it: what stands there (header, style, languages) is the house's, and may change.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from html.parser import HTMLParser
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from reports import views
from reports.edition import Edition
from reports.evidence import evidence_of, figures_of
from reports.notices import notice_of
from reports.page.keeping import kept_of
from reports.page.views import embed
from reports.reading import Reading
from reports.results import Results
from surveys.models import Wave

Draw = Callable[[Reading], HttpResponse]
# The functions that draw pages, beneath the views that answer readers.
RESULTS, METHOD, RECEIPT, EMBED = (inspect.unwrap(view) for view in (views.results, views.method, views.receipt, embed))


@dataclass(frozen=True)
class Frozen:
    """What a publication keeps: its JSON twins, and its pages by language."""

    figures: dict[str, Any]
    notice: dict[str, Any]
    pages: dict[str, Any]


def freeze(wave: Wave, results: Results) -> Frozen:
    """Draw everything that readers will see of these results. Call it inside ``snapshot()``."""
    languages = wave.survey.languages
    editions = {language: Edition(results, language) for language in languages}
    main = editions[wave.survey.default_language]
    figures, notices, pages = dict[str, Any](), dict[str, Any](), dict[str, Any]()
    for language, edition in editions.items():
        with override(language):
            figures[language] = {result.figure.code: evidence_of(edition, result) for result in results}
            notices[language] = asdict(notice_of(edition))
            pages[language] = plain(
                _pages(wave, language, [result.figure.code for result in results]) | kept_of(edition, _("Technical notice"))
            )
    with override(main.press.language):
        return Frozen(plain({**figures_of(main), "receipts": figures}), plain(notices), pages)


def plain(content: Any) -> Any:
    """Return what is to be stored as JSON values only."""
    return json.loads(json.dumps(content, cls=DjangoJSONEncoder))


def _pages(wave: Wave, language: str, codes: list[str]) -> dict[str, Any]:
    place = [wave.survey.slug, wave.code]

    def drawn(draw: Draw, name: str, item: str = "") -> dict[str, str]:
        address = reverse(name, args=[*place, *([item] if item else [])])
        return page_of(draw(Reading(wave, language, address, f"?lang={language}", (), item)).content.decode())

    return {
        "results": drawn(RESULTS, "wave_results"),
        "method": drawn(METHOD, "wave_method"),
        "figures": {code: drawn(RECEIPT, "receipt", code) for code in codes},
        "embeds": {code: drawn(EMBED, "embed", code) for code in codes},
    }


def page_of(html: str) -> dict[str, str]:
    """Return the title and the article of a page as it was drawn. Raises ValueError when it has no article."""
    start, end = html.find("<article"), html.rfind("</article>")
    if start < 0 or end < 0:
        raise ValueError("A page without article is no page of results.")
    title = _Title()
    title.feed(html[:start])
    return {"title": title.text, "article": html[start:end] + "</article>"}


class _Title(HTMLParser):
    text, is_inside = "", False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.is_inside = tag == "title"

    def handle_endtag(self, tag: str) -> None:
        self.is_inside = False

    def handle_data(self, data: str) -> None:
        self.text += data if self.is_inside else ""
