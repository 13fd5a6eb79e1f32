"""XLSForm sheets as people write them, with the columns and languages that ours have: capitals, blanks, synonyms, bare labels.

The synonyms are those that pyxform (BSD-2) documents in its table of aliases.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from surveys.core.foreign.brought import Ledger, Place
from surveys.core.foreign.languages import code_of, title_of
from surveys.core.messages import N_
from surveys.core.workbook import Row, Sheet

TRANSLATED = ("label", "hint", "constraint_message", "soft_constraint_message", "required_message", "guidance_hint")
SYNONYMS: Mapping[str, str] = {
    "caption": "label", "command": "type", "tag": "name", "value": "name", "relevance": "relevant", "calculate": "calculation",
    "constraining_message": "constraint_message", "jr:constraintmsg": "constraint_message", "requiredmsg": "required_message",
    "jr:requiredmsg": "required_message", "readonly": "read_only", "jr:count": "repeat_count", "count": "repeat_count",
    "list name": "list_name", "image": "media::image", "audio": "media::audio", "video": "media::video", "big-image": "media::big-image",
    "set_form_title": "form_title", "title": "form_title", "set_form_id": "form_id", "id_string": "form_id", "choice filter": "choice_filter",
    "noapperrorstring": "no_app_error_string",
}  # fmt: skip
NESTED = ("bind", "control", "body", "instance", "media")
KEPT_IN_PLACE = ("bind", "control", "body")  # bind::relevant is relevant
BARE = ""  # the language of a column that names none


@dataclass
class Told:
    """A row of another program's sheet: its place, its cells by our columns, its texts by column and language."""

    place: Place
    cells: dict[str, str]
    texts: dict[str, dict[str, str]] = field(default_factory=dict)

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "").strip()


@dataclass(frozen=True)
class _Column:
    header: str
    name: str
    language: str | None  # None: no text


def sheet_named(workbook: Mapping[str, Sheet], name: str) -> Sheet | None:
    """Return the sheet of this name in whichever case."""
    return next((sheet for title, sheet in workbook.items() if title.strip().lower() == name), None)


def languages_in(sheets: Iterable[Sheet | None], default: str, ledger: Ledger) -> dict[str, str]:
    """Return the languages of the labels, code → as headers will write it, the default one first.

    ``default`` is the settings' own, '' when they say none.
    """
    written = [column.language for sheet in sheets if sheet for column in _columns(sheet) if column.language is not None and column.name == "label"]  # fmt: skip
    named = list(dict.fromkeys(language for language in written if language != BARE))
    found: dict[str, str] = {}
    if BARE in written or not named:
        first = default or "English (en)"
        found[code_of(first)] = title_of(code_of(first), first)
        if not default:
            ledger.note(Place("settings"), "default_language", N_("The texts name no language: they are taken for English. Otherwise, write label::Français (fr)."))  # fmt: skip
    for language in named:
        code = code_of(language, found)
        if code.startswith("q"):
            ledger.note(Place("survey", 1), f"label::{language}", N_("The language “%(language)s” is written with the code %(code)s for now: give its own code."),
                        language=language, code=code)  # fmt: skip
        found.setdefault(code, title_of(code, language))
    chosen = code_of(default, found) if default else ""
    return {code: found[code] for code in sorted(found, key=lambda code: code != chosen)}


def read_rows(sheet: Sheet | None, languages: Mapping[str, str], ledger: Ledger) -> list[Told]:
    """Return the rows of a sheet under our column names; columns that nobody reads are said."""
    if sheet is None:
        return []
    columns = _columns(sheet)
    codes: dict[str | None, str] = {c.language: _code(c.language, languages) for c in columns if c.language is not None}
    _say_doubles(sheet, columns, codes, ledger)
    return [_told(sheet.name.lower(), row, columns, codes) for row in sheet]


def _told(sheet: str, row: Row, columns: Sequence[_Column], codes: Mapping[str | None, str]) -> Told:
    told = Told(Place(sheet, row.number), {})
    for column in columns:
        text = row[column.header]
        if column.language is None:
            told.cells[column.name] = told.cells.get(column.name) or text
        elif text:
            told.texts.setdefault(column.name, {}).setdefault(codes[column.language], text)
    return told


def _say_doubles(sheet: Sheet, columns: Sequence[_Column], codes: Mapping[str | None, str], ledger: Ledger) -> None:
    seen: set[tuple[str, str]] = set()
    for column in columns:
        key = (column.name, codes.get(column.language, ""))
        if key in seen and any(row[column.header] for row in sheet):
            ledger.missed(Place(sheet.name.lower(), 1), column.header, N_("Another column says the same (%(name)s): this one is read only where that one is empty."),
                          name=column.name)  # fmt: skip
        seen.add(key)


def _code(language: str | None, languages: Mapping[str, str]) -> str:
    if not language:
        return next(iter(languages))
    code = code_of(language)
    if code in languages and not code.startswith("q"):
        return code
    return next((known for known, title in languages.items() if title.startswith(f"{language} (")), code)


def _columns(sheet: Sheet) -> list[_Column]:
    return [_column(header) for header in sheet.header if header.strip()]


def _column(header: str) -> _Column:
    parts = [part.strip() for part in (header.split("::") if "::" in header else _single(header))]
    words = [re.sub(r"\s+", "_", part.lower()) for part in parts]
    if words[0] in KEPT_IN_PLACE and len(words) > 1:
        parts, words = parts[1:], words[1:]
    name = SYNONYMS.get(words[0].replace("_", " "), SYNONYMS.get(words[0], words[0]))
    if name in NESTED and len(words) > 1:
        name, parts, words = f"{name}::{words[1]}", parts[1:], words[1:]
    if name in TRANSLATED:
        return _Column(header, name, "::".join(parts[1:]))
    if name.startswith("media::"):
        return _Column(header, name, None)
    return _Column(header, "::".join([name, *parts[1:]]) if len(parts) > 1 else _own(header, name), None)


def _single(header: str) -> list[str]:
    """The old way with one colon, label:English; jr:constraintMsg is one word."""
    return re.split(r"(?<!jr):", header)


def _own(header: str, name: str) -> str:
    """A column that other programs do not know keeps its name letter by letter: a choice filter may name it."""
    return name if name in SYNONYMS.values() or name in KNOWN else header.strip()


KNOWN = frozenset(
    [
        "type",
        "name",
        "label",
        "hint",
        "required",
        "relevant",
        "constraint",
        "constraint_message",
        "calculation",
        "appearance",
        "parameters",
        "choice_filter",
        "default",
        "read_only",
        "trigger",
        "repeat_count",
        "list_name",
        "form_title",
        "form_id",
        "version",
        "default_language",
        "code",
        "flags",
        "ends_if",
        "ends_as",
        "dont_know",
        "refused",
        "sensitive",
        "min",
        "max",
        "soft_constraint",
        "order",
        "total",
        "over",
        "back",
        "split",
        "attention",
    ]
)
