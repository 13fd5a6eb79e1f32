"""Conditions held to our closed language: what it cannot say, or what depends on something left out, is left out with its reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from surveys.core.expressions import ExpressionError, parse
from surveys.core.foreign.form import Bundle, Form, Line, Node
from surveys.core.grammar import FUNCTIONS
from surveys.core.messages import N_, Message

CALLED = re.compile(r"(?<![\w$-])([A-Za-z][A-Za-z0-9_:-]*)\s*\(")
QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
SETTLED = ("relevant", "constraint", "soft_constraint", "choice_filter", "ends_if")
OPERATORS = {"and", "or", "div", "mod"}

# What to do instead of a function that our language does not have, and why it does not.
ADVICE: Mapping[str, str] = {
    **dict.fromkeys(("regex",), N_("patterns of characters are not checked: give the question min and max, the appearance email or postcode, or a list")),
    **dict.fromkeys(("today", "now", "decimal-date-time", "format-date", "format-date-time"),
                    N_("what day it is would give two answers on two days: write the date itself, as in date('2023-11-22')")),
    **dict.fromkeys(("once", "random"), N_("chance is drawn by the survey itself: write a calculate with a list and split = equal, or order = shuffle")),
    **dict.fromkeys(("uuid", "digest", "property"), N_("an interview has its own identifier already")),
    **dict.fromkeys(("position", "index", "indexed-repeat", "count", "count-non-empty", "sum", "join"),
                    N_("a loop goes over a list of choices: name the turn’s own variable, as in ${q4_CHOICE}")),
    **dict.fromkeys(("jr:choice-name", "jr:itext"), N_("write ${name} in the text itself: it shows the label of the answer")),
    **dict.fromkeys(("area", "distance", "geofence"), N_("positions are not asked")),
    **dict.fromkeys(("regexMatch",), N_("patterns of characters are not checked: give the question min and max, the appearance email or postcode, or a list")),
}  # fmt: skip


def settle_conditions(form: Form) -> None:
    """Leave out each condition that cannot be read or names something that is not there, until nothing more falls."""
    form.nodes = _without_unreadable_calculations(form, form.nodes)
    names = set[str]()
    while names != _names(form):
        names = _names(form)
        form.nodes = _without_dangling_calculations(form, form.nodes, names)
    attributes = frozenset({"name", *(column for options in form.lists.values() for option in options for column in option.cells)})
    for line in form.lines():
        for column in SETTLED:
            _settle(form, line, column, names, attributes if column == "choice_filter" else frozenset())
        _settle_texts(form, line, names)


def _names(form: Form) -> set[str]:
    """What a condition or a text may name; a loop stands for its choice."""
    return {line.name for line in form.lines() if line.type != "begin_group"}


def reason_against(text: str, attributes: frozenset[str] = frozenset()) -> Message | None:
    """Return why our language cannot say this condition, None when it can."""
    foreign = [name for name in CALLED.findall(QUOTED.sub("''", text)) if name not in FUNCTIONS and name not in OPERATORS]
    if foreign:
        advice = ADVICE.get(foreign[0])
        if advice:
            return Message(
                N_("%(function)s() does not exist here, because %(advice)s"), {"function": foreign[0], "advice": Message(advice)}
            )
        return Message(N_("%(function)s() does not exist here"), {"function": foreign[0]})
    try:
        parse(text, attributes)
    except ExpressionError as error:
        return error.message
    return None


def _settle(form: Form, line: Line, column: str, names: set[str], attributes: frozenset[str]) -> None:
    text = line.cells.get(column, "")
    if not text:
        return
    reason = reason_against(text, attributes)
    if reason is not None:
        form.ledger.missed(line.place, column, N_("Left out: “%(text)s”. %(reason)s."), text=text, reason=reason)
    else:
        absent = sorted(parse(text, attributes).variables - names)
        if not absent:
            return
        form.ledger.missed(line.place, column, N_("Left out: “%(text)s”. ${%(name)s} is not in the questionnaire, or was left out."), text=text, name=absent[0])  # fmt: skip
    line.cells[column] = ""
    for words in ("constraint_message", "soft_constraint_message") if "constraint" in column else ():
        if words.startswith(column):
            line.texts.pop(words, None)


def _settle_texts(form: Form, line: Line, names: set[str]) -> None:
    """Answers shown in texts: those of questions that are not there stay as typed words, said so."""
    for column, words in line.texts.items():
        for language, text in words.items():
            for name in re.findall(r"\$\{\s*([^}]*?)\s*\}", text):
                if name not in names:
                    form.ledger.missed(line.place, column, N_("The text shows the answer to %(name)s, which is not in the questionnaire: “…” stands instead."), name=name)  # fmt: skip
                    words[language] = words[language].replace(f"${{{name}}}", "…")


def _without_unreadable_calculations(form: Form, nodes: list[Node]) -> list[Node]:
    def reads(line: Line) -> bool:
        text = line.cells.get("calculation", "")
        if line.type != "calculate" or (not text and line.cells.get("split")):
            return True
        reason = reason_against(text) if text else Message(N_("it says nothing to compute"))
        if reason is not None:
            form.ledger.missed(line.place, "calculation", N_("The calculation %(name)s is left out: “%(text)s”. %(reason)s."), name=line.name, text=text, reason=reason)  # fmt: skip
        return reason is None

    return _kept(nodes, reads)


def _without_dangling_calculations(form: Form, nodes: list[Node], names: set[str]) -> list[Node]:
    def stands(line: Line) -> bool:
        text = line.cells.get("calculation", "")
        absent = sorted(parse(text).variables - names) if line.type == "calculate" and text else []
        if absent:
            form.ledger.missed(line.place, "calculation", N_("The calculation %(name)s is left out: ${%(other)s} is not in the questionnaire, or was left out."),
                               name=line.name, other=absent[0])  # fmt: skip
            names.discard(line.name)  # those below that depend on it fall with it at once
        return not absent

    return _kept(nodes, stands)


def _kept(nodes: list[Node], keeps: Callable[[Line], bool]) -> list[Node]:
    kept: list[Node] = []
    for node in nodes:
        if isinstance(node, Bundle):
            node.children = _kept(node.children, keeps)
            kept.append(node)
        elif keeps(node):
            kept.append(node)
    return kept
