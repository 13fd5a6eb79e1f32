"""The tables of a LimeSurvey survey (.lss), in the layout of version 3 (texts in each row) and of versions 4 to 6 (texts apart)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]

from surveys.core.files import MAX_FILE_BYTES
from surveys.core.messages import N_, Message
from surveys.core.workbook import Mistake, StudyRefused

MOST_ROWS = 50_000
TEXTS = {"groups": ("group_l10ns", "gid"), "questions": ("question_l10ns", "qid"), "subquestions": ("question_l10ns", "qid"), "answers": ("answer_l10ns", "aid")}  # fmt: skip
KEYS = {"groups": ("gid",), "questions": ("qid",), "subquestions": ("qid",), "answers": ("qid", "code", "scale_id")}
ORDERS = {"groups": "group_order", "questions": "question_order", "subquestions": "question_order", "answers": "sortorder"}


@dataclass
class Entry:
    """A group, a question, a subquestion or an answer: its cells, and its texts by column and language."""

    cells: dict[str, str]
    texts: dict[str, dict[str, str]] = field(default_factory=dict)

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True)
class LimeFile:
    """A survey's tables: every row by column; groups, questions, subquestions and answers joined with their texts, in order."""

    tables: Mapping[str, list[dict[str, str]]]

    def entries(self, table: str) -> list[Entry]:
        """Return the entries of a table in their order, each once, with their texts in every language."""
        found: dict[tuple[str, ...], Entry] = {}
        for row in self.tables.get(table, []):
            entry = found.setdefault(tuple(row.get(key, "") for key in KEYS[table]), Entry(row))
            if row.get("language"):
                _add_texts(entry, row)
        apart, key = TEXTS[table]
        by_key: dict[str, list[Entry]] = {}
        for entry in found.values():
            by_key.setdefault(entry[key], []).append(entry)
        for row in self.tables.get(apart, []):
            for entry in by_key.get(row.get(key, ""), []):
                _add_texts(entry, row)
        return sorted(found.values(), key=lambda entry: _position(entry[ORDERS[table]]))

    @property
    def attributes(self) -> Mapping[str, dict[str, str]]:
        """Return each question's attributes by name, those of a language as name:language."""
        found: dict[str, dict[str, str]] = {}
        for row in self.tables.get("question_attributes", []):
            name = row.get("attribute", "") + (f":{row['language']}" if row.get("language") else "")
            found.setdefault(row.get("qid", ""), {})[name] = row.get("value", "").strip()
        return found


def read_lime_file(content: bytes) -> LimeFile:
    """Return the tables of an .lss file. Raises StudyRefused when it is none, or declares entities, or is too large."""
    if len(content) > MAX_FILE_BYTES:
        raise _refused(N_("This file is larger than 20 MB."))
    try:
        root = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError, RecursionError):
        raise _refused(N_("Not readable as a LimeSurvey survey: export it again, as .lss.")) from None
    if root.tag != "document" or root.findtext("LimeSurveyDocType") != "Survey":
        raise _refused(N_("Not a LimeSurvey survey: export the whole survey, as .lss (survey structure)."))
    tables = {table.tag: list(_rows(table)) for table in root if table.find("rows") is not None}
    if sum(map(len, tables.values())) > MOST_ROWS:
        raise _refused(N_("This file holds more than %(limit)s rows."), limit=MOST_ROWS)
    return LimeFile(tables)


def _rows(table: Element) -> Iterator[dict[str, str]]:
    for row in table.iterfind("rows/row"):
        yield {cell.tag: (cell.text or "") for cell in row}


def _add_texts(entry: Entry, row: Mapping[str, str]) -> None:
    for column in ("question", "help", "group_name", "description", "answer"):
        if row.get(column, "").strip():
            entry.texts.setdefault(column, {}).setdefault(row.get("language", ""), row[column])


def _position(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _refused(template: str, **values: object) -> StudyRefused:
    return StudyRefused([Mistake("limesurvey", 0, "", Message(template, values))])
