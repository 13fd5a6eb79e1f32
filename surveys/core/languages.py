"""The texts of a study that are missing in one of its languages, in every sheet."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from surveys.core.attachments import WORDS
from surveys.core.cells import language_code, languages_of, texts
from surveys.core.workbook import Row, Sheet, Workbook

NO_TEXTS = ("bind", "body", "instance", "media")  # columns of other programs, and files
OWN_LANGUAGES = ("en", "fr")  # those in which the pages' own words exist


@dataclass(frozen=True)
class Missing:
    """A text that is not there: its place, its language, and what stands there in another (``sample``). Row 0: a row too few."""

    sheet: str
    row: int
    column: str
    language: str
    sample: str


def missing_texts(workbook: Workbook, messages: Collection[str] = ()) -> list[Missing]:
    """Return what each language of the survey sheet lacks: texts written in another language only, in every sheet.

    ``messages`` are the English words of the respondent's pages: a language that has them neither from us nor in the study's
    sheet of words lacks them too.
    """
    languages = languages_of(workbook["survey"]) if "survey" in workbook else ()
    found = [missing for name, sheet in workbook.items() if name != WORDS for row in sheet for missing in _of_row(sheet, row, languages)]
    known = {row["message"]: texts(row, "text") for row in workbook.get(WORDS, ())}
    for language in languages:
        if language.partition("-")[0] not in OWN_LANGUAGES:
            found += [Missing(WORDS, 0, "text", language, message) for message in messages if not known.get(message, {}).get(language)]
    return found


def _of_row(sheet: Sheet, row: Row, languages: Collection[str]) -> Iterator[Missing]:
    for column, headers in _columns(sheet).items():
        said = texts(row, column)
        if said:
            for language in languages:
                if language not in said:
                    yield Missing(
                        sheet.name, row.number, headers.get(language, f"{column}::{language}"), language, next(iter(said.values()))
                    )


def _columns(sheet: Sheet) -> Mapping[str, Mapping[str, str]]:
    """The columns that hold texts, each with its header by language."""
    found: dict[str, dict[str, str]] = {}
    for header in sheet.header:
        column, separator, language = header.partition("::")
        if separator and column not in NO_TEXTS:
            found.setdefault(column, {})[language_code(language)] = header
    return found
