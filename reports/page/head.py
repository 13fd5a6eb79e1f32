"""What the head of a page says to browsers, search engines and other sites: its languages, its picture, its data set."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from reports.edition import Edition
from reports.models import Figure
from reports.page.mentions import address_of, demonstration_of, source_of, survey_line
from reports.results import Result

COUNTRIES = {"fr": "fr_FR", "en": "en_GB"}
UNSAFE = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}  # so that no text can end the script element


@dataclass(frozen=True)
class Head:
    """``address`` is the page's own for ever, ``languages`` the (code, address) of each, ``image`` that of its picture.

    ``data_set`` describes the figures as schema.org does, '' on pages that are not the report itself.
    """

    title: str
    description: str
    address: str
    any_language: str
    languages: tuple[tuple[str, str], ...]
    locale: str
    image: str
    data_set: SafeString | str = ""


def head_of_report(edition: Edition, heading: str, lead: Result | None) -> Head:
    """Return the head of a wave's report; ``lead`` is the figure that stands for it, None before there is any."""
    said = f"{edition.view(lead).quotable} ({source_of(edition)})" if lead else survey_line(edition)
    head = _head(edition, heading, said, "wave_results")
    if lead is None:
        return head
    return Head(**{**vars(head), "image": address_of(edition, "social_picture"), "data_set": _script(_data_set(edition, head))})


def head_of_figure(edition: Edition, result: Result) -> Head:
    """Return the head of a figure's receipt."""
    head = _head(edition, edition.sentence(result), source_of(edition), "receipt", result.figure.code)
    return Head(**{**vars(head), "image": address_of(edition, "figure_social_picture", result.figure.code)})


def head_of_method(edition: Edition, heading: str) -> Head:
    """Return the head of the technical notice."""
    return _head(edition, heading, survey_line(edition), "wave_method")


def _head(edition: Edition, title: str, description: str, name: str, *parts: str) -> Head:
    wave, language = edition.wave, edition.press.language
    here = settings.PUBLIC_URL + reverse(name, args=[wave.survey.slug, wave.code, *parts])
    return Head(
        title=title,
        description=description,
        address=f"{here}?lang={language}",
        any_language=here,
        languages=tuple((code, f"{here}?lang={code}") for code in wave.survey.languages),
        locale=COUNTRIES.get(language, language),
        image="",
    )


def _data_set(edition: Edition, head: Head) -> dict[str, Any]:
    """Describe the wave's figures as a schema.org Dataset; invented answers are said to be so in its very description."""
    wave, survey, aggregation = edition.wave, edition.wave.survey, edition.results.aggregation
    warning = demonstration_of(edition)
    found = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": head.title,
        "description": " ".join(part for part in (warning, f"{head.description}.", survey_line(edition)) if part),
        "url": head.address,
        "inLanguage": edition.press.language,
        "isAccessibleForFree": True,
        "creativeWorkStatus": "demonstration" if warning else "",
        "temporalCoverage": f"{wave.starts[:10]}/{wave.ends[:10]}" if wave.starts and wave.ends else "",
        "dateModified": aggregation.computed_at.isoformat() if aggregation else "",
        "creator": _organization(wave.institute or survey.institute),
        "funder": _organization(survey.sponsor),
        "measurementTechnique": edition.press.mode_of(wave),
        "variableMeasured": [_variable(edition, result) for result in edition.results if edition.value(result) is not None],
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": "text/csv", "contentUrl": address_of(edition, "figures_csv")},
        ],
    }
    return {name: value for name, value in found.items() if value}


def _variable(edition: Edition, result: Result) -> dict[str, Any]:
    estimate = result.estimate
    return {
        "@type": "PropertyValue",
        "propertyID": result.figure.code,
        "name": edition.sentence(result),
        "value": edition.value(result),
        "unitText": "%" if result.figure.kind == Figure.Kind.SHARE else str(result.figure.get_kind_display()),
        "description": f"{edition.press.base_line(result.base)}, n = {estimate.n if estimate else 0}",
        "url": address_of(edition, "receipt", result.figure.code),
    }


def _organization(name: str) -> dict[str, str]:
    return {"@type": "Organization", "name": name} if name else {}


def _script(content: dict[str, Any]) -> SafeString:
    """Return JSON that may stand inside a script element."""
    return mark_safe(json.dumps(content, ensure_ascii=False).translate(UNSAFE))  # noqa: S308 -- no character is left that HTML reads
