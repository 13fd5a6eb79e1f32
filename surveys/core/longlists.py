"""Lists of choices that come from a table beside the sheets (select_one_from_file), and how they are narrowed down.

A list of communes has 35,000 choices: what a person is offered is found by index, never by going through them all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from surveys.core.cells import CHOICE_NAME, languages_of, require_texts
from surveys.core.expressions import Answer, Expression, Value, any_of, equal, evaluate, every, holds
from surveys.core.grammar import Attribute, Call, Literal, Node
from surveys.core.lookups import MISTAKES_AT_MOST, Lookup
from surveys.core.messages import N_
from surveys.core.questionnaire import CHOICE_FLAGS, Choice, Labels
from surveys.core.workbook import Report, Row, Sheet

SEPARATOR = "\x1f"  # between the values of several columns; no cell of a table holds it
MOST_UNINDEXED = 1_000  # choices that a filter may go through, person by person


def choices_of(lookup: Lookup, languages: Sequence[str], report: Report) -> LongList:
    """Return a table as choices, coded by their position; ``label`` without language is the label in all of them.

    At most ten mistakes of a table are noted.
    """
    sheet, found = f"lookups/{lookup.name}", Report()
    translated = bool(languages_of(Sheet(sheet, lookup.columns)))
    if "name" not in lookup.columns or not (translated or "label" in lookup.columns):
        report.add(sheet, 1, "", N_("A list of choices needs the columns name and label (or label::Français (fr)…)."))
        return LongList()
    choices = LongList(
        Choice(
            name=row["name"],
            labels=_labels(row, sheet, languages, found, translated=translated),
            code=position,
            flags=frozenset(row["flags"].split()),
            attributes=row.cells,
            row=row.number,
        )
        for position, row in enumerate(lookup.lines, 1)
    )
    _check(sheet, choices, found)
    report.mistakes += found.mistakes[:MISTAKES_AT_MOST]
    return choices


def _labels(row: Row, sheet: str, languages: Sequence[str], report: Report, *, translated: bool) -> Labels:
    if translated:
        return require_texts(row, sheet, "label", languages, report)
    if not row["label"]:
        report.add(sheet, row.number, "label", N_("This cell must be filled in."))
    return dict.fromkeys(languages, row["label"])


def _check(sheet: str, choices: Sequence[Choice], report: Report) -> None:
    first: dict[str, int] = {}
    for choice in choices:
        if not CHOICE_NAME.fullmatch(choice.name):
            report.add(sheet, choice.row, "name", N_("A choice needs a name of 1 to 64 characters without blank or quotation mark."))
        elif choice.name in first:
            report.add(sheet, choice.row, "name", N_("“%(name)s” stands twice in this list."), name=choice.name)
        for flag in sorted(choice.flags - CHOICE_FLAGS):
            report.add(
                sheet,
                choice.row,
                "flags",
                N_("“%(flag)s” is not a flag; known: %(known)s."),
                flag=flag,
                known=", ".join(sorted(CHOICE_FLAGS)),
            )
        first.setdefault(choice.name, choice.row)


class LongList(tuple[Choice, ...]):
    """A table's choices, in its order; those that a choice filter lets through are found by the columns that it compares."""

    def where(self, condition: Expression | None, answers: Mapping[str, Answer]) -> tuple[Choice, ...]:
        """Return the choices for which the condition holds for somebody with these ``answers``; None holds for all."""
        if condition is None:
            return self
        filtered = comparisons_of(condition)
        found: tuple[Choice, ...] = self
        for column, other in filtered.compared:
            value = evaluate(Expression("", other), answers)
            # The first comparison is answered by index, the others on the few that it leaves.
            found = self._holding(column, value) if found is self else tuple(c for c in found if _holds(c, column, value))
        if filtered.rest is None:
            return found
        rest = filtered.rest
        return tuple(choice for choice in found if holds(rest.bound(choice.attributes), answers))

    def offers(self, condition: Expression | None) -> Expression | None:
        """Return the condition on answers alone under which a choice filter leaves something; None when it always does.

        It is that the columns compared hold the values somewhere, together; what else the filter says is only looked into
        where nothing is compared.
        """
        if condition is None:
            return None
        compared = comparisons_of(condition).compared
        if not compared:
            return any_of([condition.bound(choice.attributes) for choice in self])
        together = {SEPARATOR.join(choice.attributes.get(column, "") for column, _ in compared): "1" for choice in self}
        parts = [part for _, other in compared for part in (Literal(SEPARATOR), other)][1:]
        value = Call("concat", tuple(parts))
        return Expression(condition.text, Call("pulldata", (Literal(""), Literal(""), Literal(""), value), rows=together))

    @cached_property
    def _index(self) -> dict[str, dict[str, tuple[Choice, ...]]]:
        return {}

    def _holding(self, column: str, value: Value) -> tuple[Choice, ...]:
        if column not in self._index:
            found: dict[str, list[Choice]] = {}
            for choice in self:
                found.setdefault(choice.attributes.get(column, ""), []).append(choice)
            self._index[column] = {text: tuple(those) for text, those in found.items()}
        index = self._index[column]
        if isinstance(value, str):
            return index.get(value, ())
        return tuple(choice for text, those in index.items() if equal(text, value) for choice in those)  # 1 = 01: a number


@dataclass(frozen=True)
class Comparisons:
    """A choice filter taken apart: columns that must equal a value, and the condition that is left (None: nothing is)."""

    compared: tuple[tuple[str, Node], ...]
    rest: Expression | None


@lru_cache(maxsize=1_000)
def comparisons_of(condition: Expression) -> Comparisons:
    """Take apart what a choice filter joins with ``and``."""
    compared, rest = [], []
    for part in _joined(condition.tree):
        column, other = _comparison(part)
        if other is None:
            rest.append(Expression("", part))
        else:
            compared.append((column, other))
    return Comparisons(tuple(compared), every(rest))


def _joined(node: Node) -> Iterator[Node]:
    if isinstance(node, Call) and node.function == "and":
        for argument in node.arguments:
            yield from _joined(argument)
    else:
        yield node


def _comparison(node: Node) -> tuple[str, Node | None]:
    if isinstance(node, Call) and node.function == "=":
        for one, other in (node.arguments, node.arguments[::-1]):
            if isinstance(one, Attribute) and not _has_attribute(other):
                return one.name, other
    return "", None


def _has_attribute(node: Node) -> bool:
    return isinstance(node, Attribute) or (isinstance(node, Call) and any(map(_has_attribute, node.arguments)))


def _holds(choice: Choice, column: str, value: Value) -> bool:
    return equal(choice.attributes.get(column, ""), value)
