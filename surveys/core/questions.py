"""A row of the survey sheet read into a question: its type, its choices, its limits, its boxes."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal, cast

from surveys.core.cells import CHOICE_NAME, parse_cell, require_texts, same_texts, texts
from surveys.core.expressions import Expression, as_number, every
from surveys.core.longlists import MOST_UNINDEXED, LongList, choices_of, comparisons_of
from surveys.core.lookups import Lookup
from surveys.core.messages import N_
from surveys.core.questionnaire import Choice, Ending, Format, Kind, Order, Question, Split, Way
from surveys.core.workbook import Report, Row

KINDS: Mapping[str, Kind] = {
    "select_one": "single",
    "select_one_from_file": "single",
    "select_multiple": "multiple",
    "rank": "ranking",
    "integer": "integer",
    "decimal": "decimal",
    "range": "integer",
    "date": "date",
    "text": "text",
    "note": "note",
    "calculate": "calculate",
    "hidden": "hidden",
}
WITH_LIST: tuple[Kind, ...] = ("single", "multiple", "ranking")
UNSHOWN: tuple[Kind, ...] = ("calculate", "hidden")
WITH_BOXES: tuple[Kind, ...] = ("integer", "decimal", "date", "text")
FORMATS: tuple[Format, ...] = ("email", "postcode")
ORDER = re.compile(r"(shuffle|rotate|flip)(?:\s+(\S{1,64}))?")
WHOLE = re.compile(r"-?[0-9]{1,9}")
COUNT = re.compile(r"[0-9]{1,5}")
DECIMAL = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOST_STEPS = 21
SPLITS: Mapping[str, Split] = {"": "", "equal": "equal", "least-filled": "least-filled"}


@dataclass(frozen=True)
class QuestionReader:
    """Reads rows of the survey sheet; mistakes go to ``report``.

    ``lists`` are the lists of choices by name, ``attributes`` the columns of the choices that a choice filter may name,
    ``lookups`` the tables beside the sheets.
    """

    report: Report
    languages: Sequence[str]
    lists: Mapping[str, tuple[Choice, ...]]
    attributes: frozenset[str]
    lookups: Mapping[str, Lookup]
    _long_lists: dict[str, LongList] = field(default_factory=dict)

    def question(self, row: Row, condition: Expression | None, block: str, order: Order | None) -> Question:
        """Return the question of ``row``. ``condition`` and ``order`` are those of its ``block``."""
        word, _, list_name = row["type"].partition(" ")
        parameters = self.parameters(row)
        kind, steps = self._kind(row, word), self._steps(row, parameters) if word == "range" else ()
        if any("." in step for step in steps):
            kind = "decimal"
        is_file = word == "select_one_from_file"
        list_name = list_name.strip() or parameters.get("list", "")
        if not is_file:
            self._check_list(row, kind, list_name)
        self._check_truths(row)
        choice_order, own_order = self._orders(row, kind, parameters)
        choice_filter = self._choice_filter(row, list_name if is_file else "")
        long_list = self._long_list(row, list_name) if is_file else None
        return Question(
            name=row["name"],
            kind=kind,
            labels=require_texts(row, "survey", "label", self.languages, self.report) if kind not in UNSHOWN else texts(row, "label"),
            hints=self._texts(row, "hint"),
            list_name="" if is_file else list_name,
            choices=filtered_by(choice_filter, self.lists.get(list_name, ())) if long_list is None else long_list,
            required=row["required"] == "yes",
            relevant=every((condition, self._parse(row, "relevant"))),
            constraint=self._parse(row, "constraint"),
            constraint_messages=self._texts(row, "constraint_message"),
            calculation=self._parse(row, "calculation"),
            appearance=frozenset(row["appearance"].split()),
            block=block,
            choice_filter=choice_filter,
            choice_order=choice_order,
            order=own_order or order,
            minimum=self._limit(row, kind, "min"),
            maximum=self._limit(row, kind, "max"),
            steps=steps,
            format=next((name for name in FORMATS if kind == "text" and name in row["appearance"].split()), ""),
            soft_constraint=self._parse(row, "soft_constraint"),
            soft_messages=self._texts(row, "soft_constraint_message"),
            ends_if=self._parse(row, "ends_if"),
            ends_as=self._ending(row, kind),
            dont_know=self._box(row, kind, "dont_know"),
            refused=self._box(row, kind, "refused"),
            sensitive=row["sensitive"] == "yes",
            split=self._split(row, kind, list_name),
            image=row["media::image"],
            lookup=list_name if is_file else "",
            offers=None if long_list is None else long_list.offers(choice_filter),
            attention=tuple(row["attention"].split()),
            row=row.number,
        )

    def _check_truths(self, row: Row) -> None:
        for column in ("required", "sensitive"):
            if row[column] not in ("", "yes", "no"):
                self._note(row, column, N_("Write yes, no or nothing."))

    def _check_list(self, row: Row, kind: Kind, name: str) -> None:
        if name not in self.lists and (name or kind in WITH_LIST):
            self._note(row, "type" if kind in WITH_LIST else "parameters", N_("List “%(name)s” is not in the choices sheet."), name=name)

    def _long_list(self, row: Row, file: str) -> LongList:
        """The choices of a table, the same for each question that it serves."""
        if file not in self._long_lists and file in self.lookups:
            self._long_lists[file] = choices_of(self.lookups[file], self.languages, self.report)
        elif file not in self._long_lists:
            known = ", ".join(self.lookups) or "–"
            self._note(row, "type", N_("There is no file lookups/%(file)s; there is: %(known)s"), file=file, known=known)
        return self._long_lists.get(file, LongList())

    def _choice_filter(self, row: Row, file: str) -> Expression | None:
        lookup = self.lookups.get(file)
        attributes = frozenset(column for column in lookup.columns if "::" not in column) if lookup else self.attributes
        condition = parse_cell(row, "survey", "choice_filter", self.report, attributes, self.lookups)
        if condition and lookup and len(lookup.lines) > MOST_UNINDEXED and not comparisons_of(condition).compared:
            self._note(row, "choice_filter", N_("This list is too long to be gone through for each person: compare one of its columns, as in region = ${region}."))  # fmt: skip
        return condition

    def order(self, row: Row) -> tuple[Way, str] | None:
        """Return the way and the key ('' when it has none) in the cell ``order``; None when it is empty or, noted, wrong."""
        if not row["order"]:
            return None
        found = ORDER.fullmatch(row["order"])
        if found is None:
            self._note(row, "order", N_("Write shuffle, rotate or flip, and a word that those who exchange their places share: shuffle A."))
            return None
        return cast(Way, found[1]), found[2] or ""

    def parameters(self, row: Row) -> dict[str, str]:
        """Return the cell ``parameters`` by name."""
        parameters = dict(part.partition("=")[::2] for part in row["parameters"].split())
        if parameters.get("randomize", "true") not in ("true", "false"):
            self._note(row, "parameters", N_("Write randomize=true or randomize=false."))
        return parameters

    def _kind(self, row: Row, word: str) -> Kind:
        if word not in KINDS:
            self._note(row, "type", N_("“%(word)s” is not a known type; known: %(known)s."), word=word, known=", ".join(sorted(KINDS)))
        kind = KINDS.get(word, "note")
        if kind == "calculate" and not row["calculation"] and not row["split"]:
            self._note(row, "calculation", N_("This cell must be filled in."))
        return kind

    def _orders(self, row: Row, kind: Kind, parameters: Mapping[str, str]) -> tuple[Literal["", Way], Order | None]:
        """How its choices change places, and how it does itself."""
        found = self.order(row)
        choices: Literal["", Way] = "shuffle" if parameters.get("randomize") == "true" else ""
        if found is None:
            return choices, None
        way, key = found
        if key:
            return choices, Order(way, key)
        if kind not in WITH_LIST:
            self._note(row, "order", N_("Only choices change places without a word of their own: write %(way)s A, and the same for those it exchanges places with."), way=way)  # fmt: skip
        return way, None

    def _steps(self, row: Row, parameters: Mapping[str, str]) -> tuple[str, ...]:
        """The numbers of a range, by default 1 to 10 as in XLSForm."""
        cells = [parameters.get(name, default) for name, default in (("start", "1"), ("end", "10"), ("step", "1"))]
        if not all(DECIMAL.fullmatch(cell) for cell in cells):
            self._note(row, "parameters", N_("Write the ends of the scale in numbers: start=0 end=10 step=1."))
            return ()
        start, end, step = map(Decimal, cells)
        if not (step > 0 and start < end and (end - start) / step < MOST_STEPS):
            self._note(row, "parameters", N_("A scale goes upwards and has at most %(limit)s steps."), limit=MOST_STEPS)
            return ()
        count = int((end - start) / step) + 1
        return tuple(_plain(start + step * position) for position in range(count))

    def _limit(self, row: Row, kind: Kind, column: str) -> str:
        cell = row[column]
        if not cell:
            return ""
        known = {"integer": (WHOLE, N_("Write a whole number.")), "decimal": (DECIMAL, N_("Write a number.")),
                 "date": (DATE, N_("Write a date as 2023-11-22."))}  # fmt: skip
        if kind in ("single", "note", "calculate", "hidden"):
            self._note(row, column, N_("This type of question has no limits: empty the cell."))
            return ""
        pattern, remedy = known.get(kind, (COUNT, N_("Write a whole number: of choices, or of characters of a text.")))
        if not pattern.fullmatch(cell) or (kind == "date" and not _is_date(cell)):
            self._note(row, column, remedy)
            return ""
        return cell

    def _box(self, row: Row, kind: Kind, column: str) -> str:
        code = row[column]
        if code and kind not in WITH_BOXES:
            self._note(row, column, N_("Only a number, a date or a text has this box: give a list a choice flagged %(flag)s."), flag=column)
        elif code and (as_number(code) is not None or not CHOICE_NAME.fullmatch(code)):
            self._note(row, column, N_("Write a word without blank, such as NSP: a number could be taken for an answer."))
        elif code and row["dont_know"] == row["refused"]:
            self._note(row, column, N_("Don’t know and refused need two different words."))
        return code

    def _split(self, row: Row, kind: Kind, list_name: str) -> Split:
        split = SPLITS.get(row["split"])
        if split is None or (split and (kind != "calculate" or not list_name or row["calculation"])):
            self._note(
                row,
                "split",
                N_(
                    "Write equal, or least-filled, beside a calculate without calculation whose list gives the groups (parameters: list=…)."
                ),
            )
        elif split == "equal" and row["choice_filter"]:
            self._note(
                row, "split", N_("Groups of equal size are for everybody: write least-filled where a condition says who may get which.")
            )
        return split or ""

    def _ending(self, row: Row, kind: Kind) -> Ending:
        if row["ends_if"] and kind == "note":
            self._note(row, "ends_if", N_("A note has no answer that could end the interview."))
        if row["ends_as"] not in ("", "screened_out", "refused") or bool(row["ends_if"]) != bool(row["ends_as"]):
            self._note(row, "ends_as", N_("Write screened_out or refused beside ends_if, and nothing without it."))
            return ""
        return cast(Ending, row["ends_as"])

    def _texts(self, row: Row, column: str) -> Mapping[str, str]:
        return same_texts(row, "survey", column, self.languages, self.report)

    def _parse(self, row: Row, column: str) -> Expression | None:
        return parse_cell(row, "survey", column, self.report, lookups=self.lookups)

    def _note(self, row: Row, column: str, template: str, **values: object) -> None:
        self.report.add("survey", row.number, column, template, **values)


def filtered_by(condition: Expression | None, choices: Sequence[Choice]) -> tuple[Choice, ...]:
    """Return the choices, each offered only if the choice filter holds for its own columns."""
    if condition is None:
        return tuple(choices)
    return tuple(replace(choice, relevant=every((choice.relevant, condition.bound(choice.attributes)))) for choice in choices)


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _is_date(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True
