"""The questionnaire as understood, written as the sheets of a study; each row remembers the line it comes from."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from surveys.core.foreign.pasting.drafts import Asked, Document, Entry, Section, Told
from surveys.core.foreign.pasting.instructions import Instruction
from surveys.core.foreign.pasting.ledger import Ledger
from surveys.core.foreign.pasting.plain import plain
from surveys.core.foreign.pasting.routing import boxes_of, row_name
from surveys.core.foreign.pasting.shaping import OLDEST, asks_for_age
from surveys.core.foreign.pasting.words import Words
from surveys.core.messages import N_
from surveys.core.workbook import Sheet, Workbook, sheet_of

LONGEST_TEXT = 10_000
CONSENT = re.compile(
    r"(?<!\w)(?:acceptez-vous de (?:participer|repondre)|d'accord pour (?:participer|repondre)|consent|agree to (?:take part|participate))"
)
FLAG_ORDER = ("exclusive", "dont_know", "refused", "other", "anchored")
TYPES = {"single": "select_one", "multiple": "select_multiple", "ranking": "rank"}
WAYS = ("shuffle", "rotate", "flip")


@dataclass
class _Table:
    name: str
    header: Sequence[str]
    rows: list[tuple[int, Mapping[str, str]]] = field(default_factory=list)

    def add(self, **cells: str) -> int:
        number = len(self.rows) + 2
        self.rows.append((number, {column: text for column, text in cells.items() if text}))
        return number

    def sheet(self) -> Sheet:
        used = {column for _, cells in self.rows for column in cells}
        header = [column for column in self.header if column in used or column in ALWAYS]
        return sheet_of(self.name, header, self.rows)


ALWAYS = frozenset({"type", "name", "list_name", "form_title", "form_id", "version", "default_language", "code", "condition"})
SURVEY_COLUMNS = ("required", "relevant", "appearance", "parameters", "order", "min", "max", "total", "ends_if", "ends_as", "dont_know", "refused", "sensitive")  # fmt: skip


def sheets_of(document: Document, words: Words, ledger: Ledger, title: str, form_id: str) -> tuple[Workbook, dict[tuple[str, int], int]]:
    """Return the sheets settings, survey, choices and bases, and the line of each row of survey and choices."""
    writer = _Writer(document, words, ledger, title or document.title or words.title)
    writer.write()
    settings = _Table("settings", ("form_title", "form_id", "version", "default_language"))
    settings.add(form_title=writer.title, form_id=form_id, version="1", default_language=words.column)
    bases = sheet_of("bases", ("code", "condition", f"subject::{words.column}", f"base_line::{words.column}"), ())
    sheets = (settings.sheet(), writer.survey.sheet(), writer.choices.sheet(), bases)
    return {sheet.name: sheet for sheet in sheets}, writer.lines


class _Writer:
    def __init__(self, document: Document, words: Words, ledger: Ledger, title: str) -> None:
        self.document = document
        self.words = words
        self.ledger = ledger
        self.title = title
        self.page_title = title
        self.label = f"label::{words.column}"
        self.hint = f"hint::{words.column}"
        self.survey = _Table("survey", ("type", "name", self.label, self.hint, *SURVEY_COLUMNS))
        self.choices = _Table("choices", ("list_name", "name", self.label, "code", "flags"))
        self.lines: dict[tuple[str, int], int] = {}
        self.open_section = False
        self.texts = 0
        self.sections = 0

    def write(self) -> None:
        parts = list(self.document.parts)
        consent = self._own_consent()
        if consent is not None:
            parts.remove(consent)
        self._consent_page(consent)
        for position, part in enumerate(parts):
            if isinstance(part, Section):
                following = parts[position + 1] if position + 1 < len(parts) else None
                self._section(part, is_empty=following is None or isinstance(following, Section))
            elif isinstance(part, Told):
                self._told(part)
            else:
                self._page(part)
        self._close_section()

    def _row(self, line: int, /, **cells: str) -> None:
        if any(len(text) > LONGEST_TEXT for text in cells.values()):
            self.ledger.mistake(line, N_("A text of the form has at most %(limit)s characters: cut it into several."), limit=LONGEST_TEXT)
            cells = {column: text[:LONGEST_TEXT] for column, text in cells.items()}
        self.lines["survey", self.survey.add(**cells)] = line

    # -- consent, sections, texts

    def _own_consent(self) -> Asked | None:
        """The text's own consent: its first question, if that is what it asks."""
        first = next(iter(self.document.questions), None)
        is_consent = first is not None and first.kind == "single" and len(first.choices) == 2 and CONSENT.search(plain(first.text))
        return first if is_consent else None

    def _consent_page(self, own: Asked | None) -> None:
        names, line = self.words.names, own.line if own else 0
        self._row(line, type="begin_group", name=names["welcome"], **{self.label: self.title}, appearance="field-list")
        welcome = self.document.welcome or ([] if own else [(0, self.words.welcome)])
        if welcome:
            self._row(welcome[0][0], type="note", name=names["presentation"], **{self.label: "\n".join(text for _, text in welcome)})
        if own:
            name, text, labels = own.name, own.text, [(entry.line, entry.code, entry.label) for entry in own.choices]
            self.ledger.note(
                line,
                N_("%(question)s asks for consent: it stands on the first page, and a refusal ends the interview."),
                question=own.called,
            )
        else:
            name, text = names["consent"], self.words.consent
            labels = [(0, str(code), label) for code, label in enumerate(self.words.consent_choices, 1)]
            self.ledger.note(0, N_("The text asks for no consent: a first page that does was added. Read it again, it is yours to word."))
        refusal = labels[1][1]
        self._row(line, type=f"select_one {name}", name=name, **{self.label: text}, required="yes", appearance="consent",
                  ends_if=f". = '{refusal}'", ends_as="refused")  # fmt: skip
        for number, code, label in labels:
            self._choice_row(number, list_name=name, name=code, **{self.label: label}, code=code if code.isdigit() else "")
        self._row(line, type="end_group")

    def _section(self, section: Section, *, is_empty: bool) -> None:
        self._close_section()
        self.page_title = section.title
        if is_empty:
            self.ledger.note(section.line, N_("This section holds no question: it is left out."))
            return
        self.sections += 1
        self.open_section = True
        self._row(section.line, type="begin_group", name=f"section_{self.sections}", **{self.label: section.title},
                  relevant=_every(section.relevant))  # fmt: skip

    def _close_section(self) -> None:
        if self.open_section:
            self._row(0, type="end_group")
        self.open_section = False

    def _told(self, told: Told) -> None:
        self.texts += 1
        name = f"info_{self.texts}"
        self._row(told.line, type="begin_group", name=f"page_{name}", **{self.label: self.page_title}, relevant=_every(told.relevant),
                  appearance="field-list")  # fmt: skip
        self._row(told.line, type="note", name=name, **{self.label: "\n".join(told.texts)})
        self._row(told.line, type="end_group")

    # -- a question on its page

    def _page(self, question: Asked) -> None:
        self._row(question.line, type="begin_group", name=f"page_{question.name}", **{self.label: self.page_title},
                  relevant=_every(question.relevant), appearance="field-list")  # fmt: skip
        others = [entry for entry in (*question.choices, *question.rows) if "other" in entry.flags]
        if question.rows:
            self._block(question)
            others = []
        else:
            texts = {self.label: question.text, self.hint: "\n".join(question.hints)}
            self._row(question.line, name=question.name, **{**texts, **self._cells(question)})
        if question.kind in TYPES:
            self._list(question)
        for position, entry in enumerate(others, 1):
            self._specify(question, entry, position)
        self._row(question.line, type="end_group")

    def _block(self, question: Asked) -> None:
        total = question.get("sum")
        is_grid = question.kind in ("single", "multiple")
        self._row(question.line, type="begin_group", name=question.name, **{self.label: question.text, self.hint: "\n".join(question.hints)},
                  appearance="table-list" if is_grid else "", order=_way(question), total=total.values[0] if total else "")  # fmt: skip
        for entry in question.rows:
            name = row_name(question, entry)
            cells = self._cells(question)
            if name.lower() == question.name.lower():
                self.ledger.mistake(entry.line, N_("“%(label)s” needs a code of its own."), label=entry.label)
            cells.pop("order", None)
            if question.ends_if:
                cells.pop("ends_if", None)
                cells.pop("ends_as", None)
            self._row(entry.line, **{**cells, "name": name, self.label: entry.label})
        self._row(question.line, type="end_group")
        if question.ends_if:
            self._end_after(question)

    def _end_after(self, question: Asked) -> None:
        """A grid's own end stands on its last row, whose page it is."""
        number, cells = self.survey.rows[-2]
        self.survey.rows[-2] = number, {**cells, "ends_if": _either(question.ends_if), "ends_as": "screened_out"}

    def _cells(self, question: Asked) -> dict[str, str]:
        """The cells that say how a question is answered."""
        kind = question.kind
        cells = {
            "type": f"{TYPES[kind]} {question.name}" if kind in TYPES else kind,
            "required": "yes",
            "order": _way(question) if kind in TYPES else "",
        }
        if kind in ("multiple", "ranking"):
            cells |= self._counts(question)
        elif kind == "single":
            cells["appearance"] = "minimal" if question.has("minimal") else ""
        elif kind == "scale":
            cells |= self._scale(question)
        elif kind in ("integer", "decimal"):
            cells |= _bounds(question)
        elif kind in ("text", "email", "postcode"):
            is_short = kind != "text" or question.has("short")
            cells |= {"type": "text", "appearance": kind if kind != "text" else "" if is_short else "multiline"}
            cells["required"] = "yes" if question.has("required") else ""
        if kind not in TYPES:
            cells |= self._boxes(question)
        if question.has("optional"):
            cells["required"] = ""
        if question.has("sensitive"):
            cells["sensitive"] = "yes"
        if question.ends_if:
            cells |= {"ends_if": _either(question.ends_if), "ends_as": "screened_out"}
        return cells

    def _counts(self, question: Asked) -> dict[str, str]:
        """How many choices may be ticked or ranked."""
        exactly, least, most = (question.get(effect) for effect in ("exactly", "least", "most"))
        ranked = question.get("ranking")
        found = {"min": _first(least or exactly), "max": _first(most or exactly) or (_first(ranked) if question.kind == "ranking" else "")}
        for column, number in found.items():
            if number and int(number) > len(question.choices):
                self.ledger.mistake(
                    question.line, N_("%(question)s asks for %(number)s answers and offers fewer."), question=question.called, number=number
                )
                found[column] = ""
        return found

    def _scale(self, question: Asked) -> dict[str, str]:
        instruction = question.get("scale")
        start, end = (int(value) for value in (instruction.values if instruction else ("0", "10"))[:2])
        if start > end:
            start, end = end, start
        return {"type": "range", "parameters": f"start={start} end={end} step=1"}

    def _boxes(self, question: Asked) -> dict[str, str]:
        """Don't know and refused beside a number or a text; a scale's ends go into its hint."""
        cells: dict[str, str] = {}
        boxes = boxes_of(question, self.words)
        for entry, word in boxes:
            column = "dont_know" if "dont_know" in entry.flags else "refused"
            cells[column] = word
        ends = [entry for entry in question.choices if not entry.flags & {"dont_know", "refused"}]
        if question.kind == "scale" and ends:
            cells[self.hint] = "\n".join([*question.hints, " · ".join(f"{entry.code} = {entry.label}" for entry in ends)])
        else:
            for entry in ends:
                self.ledger.mistake(entry.line, N_("“%(label)s” is a choice, and %(question)s is answered with a number, a date or a text."),
                                    label=entry.label, question=question.called)  # fmt: skip
        return cells

    def _list(self, question: Asked) -> None:
        for entry in question.choices:
            flags = " ".join(flag for flag in FLAG_ORDER if flag in entry.flags and not (question.rows and flag == "other"))
            if question.kind == "single":
                flags = " ".join(flag for flag in flags.split() if flag != "exclusive")
            self._choice_row(entry.line, list_name=question.name, name=entry.code, **{self.label: entry.label},
                             code=str(int(entry.code)) if entry.code.isdigit() else "", flags=flags)  # fmt: skip

    def _choice_row(self, line: int, /, **cells: str) -> None:
        self.lines["choices", self.choices.add(**cells)] = line

    def _specify(self, question: Asked, entry: Entry, position: int) -> None:
        """The text beside "Autre, précisez": asked, and required, when it is ticked."""
        name = f"{question.name}_other" + (f"_{position}" if position > 1 else "")
        reference = f"${{{question.name}}}"
        ticked = f"{reference} = '{entry.code}'" if question.kind == "single" else f"selected({reference}, '{entry.code}')"
        self._row(entry.line, type="text", name=name, **{self.label: self.words.specify}, required="yes", relevant=ticked)


def _first(instruction: Instruction | None) -> str:
    return str(instruction.numbers[0]) if instruction and instruction.numbers else ""


def _bounds(question: Asked) -> dict[str, str]:
    instruction = question.get("bounds")
    if question.has("sum"):
        return {"min": "0"}
    if instruction is None:
        return {}
    least, most = instruction.numbers
    return {"min": str(least), "max": str(min(most, OLDEST) if asks_for_age(question) else most)}


def _way(question: Asked) -> str:
    return next((instruction.effect for _, instruction in question.instructions if instruction.effect in WAYS), "")


def _every(conditions: Sequence[str]) -> str:
    if len(conditions) < 2:
        return "".join(conditions)
    return " and ".join(f"({condition})" if " or " in condition or " and " in condition else condition for condition in conditions)


def _either(conditions: Sequence[str]) -> str:
    return " or ".join(f"({condition})" if len(conditions) > 1 and " and " in condition else condition for condition in conditions)
