"""Conditions of other programs said in our language, once each name is known: which question, which of its choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from surveys.core.foreign.conditions import Applied, Name, Number, Several, Text, Tree, Unsaid, read_condition, written
from surveys.core.messages import N_

# Their function → ours, with the same arguments.
FUNCTIONS = {
    "if": "if", "iif": "if", "intval": "int", "floatval": "number", "round": "round", "strlen": "string-length", "length": "string-length",
    "min": "min", "max": "max", "concat": "concat", "join": "concat", "contains": "contains", "startsWith": "starts-with",
    "str_starts_with": "starts-with", "str_contains": "contains",
}  # fmt: skip
OPERATORS = {"&&": "and", "||": "or", "==": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">=", "+": "+", "-": "-", "*": "*",
             "/": "div", "%": "mod"}  # fmt: skip
TICKED, UNTICKED = ("Y", "1", "true"), ("", "N", "0", "false")


@dataclass(frozen=True)
class Meant:
    """What a name of theirs is here: a question, or one choice of a multiple. ``text`` is said as it is, when it is neither.

    ``is_open``: its answer is typed, so that it contains letters rather than choices. ``is_boolean``: its choices are true and false.
    """

    question: str = ""
    choice: str = ""
    is_multiple: bool = False
    is_open: bool = False
    is_boolean: bool = False
    text: str = ""

    @property
    def said(self) -> str:
        """Return it as our conditions write it."""
        if self.text:
            return self.text
        return f"selected(${{{self.question}}}, {written(self.choice)})" if self.choice else f"${{{self.question}}}"


Names = Mapping[str, Meant]


def say_condition(text: str, names: Names) -> str:
    """Return the condition in our language. Raises Unsaid with what cannot be said."""
    return _Sayer(names).truth(read_condition(text))


class _Sayer:
    def __init__(self, names: Names) -> None:
        self.names = names

    def said(self, tree: Tree) -> str:
        if isinstance(tree, Text):
            return written(tree.value)
        if isinstance(tree, Number):
            return tree.value
        if isinstance(tree, Name):
            return self.name(tree)
        if isinstance(tree, Several):
            raise Unsaid(N_("a list of values can only be compared with a question"))
        if tree.called:
            return self.function(tree)
        if len(tree.arguments) == 1:
            return self.alone(tree)
        return self.operation(tree.operator, *tree.arguments)

    def truth(self, tree: Tree) -> str:
        """Said where yes or no is expected: the name "false" is no emptiness."""
        meant = self.meant(tree)
        return f"{self.said(tree)} = 'true'" if meant is not None and meant.is_boolean else self.said(tree)

    def meant(self, tree: Tree) -> Meant | None:
        return self.names.get(tree.value) if isinstance(tree, Name) else None

    def name(self, tree: Name) -> str:
        meant = self.names.get(tree.value)
        if meant is not None:
            return meant.said
        if tree.value.lower() in ("true", "false"):
            return f"{tree.value.lower()}()"
        raise Unsaid(N_("%(name)s is no question that came along"), name=tree.value)

    def alone(self, tree: Applied) -> str:
        (argument,) = tree.arguments
        if tree.operator == "-":
            return f"-{self.said(argument)}"
        if tree.operator in ("empty", "notempty"):
            empty = self.empty(argument)
            return empty if tree.operator == "empty" else f"not({empty})"
        return f"not({self.truth(argument)})"

    def empty(self, tree: Tree) -> str:
        meant = self.meant(tree)
        if meant is not None and meant.choice:
            return f"not({meant.said})"
        if meant is not None and meant.is_multiple:
            return f"count-selected({meant.said}) = 0"
        return f"{self.said(tree)} = ''"

    def operation(self, operator: str, left: Tree, right: Tree) -> str:
        if operator in ("contains", "notcontains", "anyof", "allof", "noneof"):
            return self.among(operator, left, right)
        for one, other in ((left, right), (right, left)):
            meant = self.meant(one)
            if operator in ("==", "!=") and meant is not None and (meant.choice or meant.is_multiple):
                same = self.same(meant, other)
                return same if operator == "==" else f"not({same})"
        if operator not in OPERATORS:
            raise Unsaid(N_("the operator %(sign)s does not exist here"), sign=operator)
        say = self.truth if operator in ("&&", "||") else self.compared
        parts = [f"({say(part)})" if isinstance(part, Applied) and not part.called else say(part) for part in (left, right)]
        return f"{parts[0]} {OPERATORS[operator]} {parts[1]}"

    def compared(self, tree: Tree) -> str:
        """Said beside a comparison: true and false are the names of the choices of a yes or no."""
        return written(tree.value.lower()) if isinstance(tree, Name) and tree.value.lower() in ("true", "false") else self.said(tree)

    def same(self, meant: Meant, other: Tree) -> str:
        """A multiple is these choices and no other; one of its choices is ticked or not."""
        values = _values(other)
        if meant.choice:
            if values[0] in TICKED:
                return meant.said
            if values[0] in UNTICKED:
                return f"not({meant.said})"
            raise Unsaid(N_("%(name)s is ticked or not: it is not “%(value)s”"), name=f"{meant.question}_{meant.choice}", value=values[0])
        if values == [""]:
            return f"count-selected({meant.said}) = 0"
        parts = [f"selected({meant.said}, {written(value)})" for value in values]
        return f"({' and '.join([*parts, f'count-selected({meant.said}) = {len(values)}'])})"

    def among(self, operator: str, left: Tree, right: Tree) -> str:
        meant = self.meant(left)
        if meant is None or meant.choice:
            raise Unsaid(N_("%(operator)s needs a question on its left"), operator=operator)
        named = self.meant(right)
        values = [named.said] if named is not None else [written(value) for value in _values(right)]
        join = " and " if operator in ("contains", "allof") else " or "
        both = join.join(f"{'contains' if meant.is_open else 'selected'}({meant.said}, {value})" for value in values) or "false()"
        return f"not({both})" if operator in ("notcontains", "noneof") else f"({both})" if len(values) > 1 else both

    def function(self, tree: Applied) -> str:
        name, arguments = tree.operator, tree.arguments
        if name == "is_empty" and len(arguments) == 1:
            return self.empty(arguments[0])
        if name == "count":
            return self.count(arguments)
        if name == "sum" and arguments:
            return f"({' + '.join(f'coalesce({self.said(argument)}, 0)' for argument in arguments)})"
        if name == "in_array" and len(arguments) >= 2:
            return f"({' or '.join(self.operation('==', arguments[0], other) for other in arguments[1:])})"
        if name not in FUNCTIONS or (name == "min" and len(arguments) < 2):
            raise Unsaid(N_("the function %(name)s() does not exist here"), name=name)
        return f"{FUNCTIONS[name]}({', '.join(self.said(argument) for argument in arguments)})"

    def count(self, arguments: Sequence[Tree]) -> str:
        """How many are answered: the ticks of a multiple, or questions."""
        parts = []
        for argument in arguments:
            meant = self.meant(argument)
            if meant is None:
                raise Unsaid(N_("count() counts questions"))
            parts.append(f"count-selected({meant.said})" if meant.is_multiple and not meant.choice else
                         f"if({meant.said if meant.choice else meant.said + ' != ' + chr(39) * 2}, 1, 0)")  # fmt: skip
        return f"({' + '.join(parts)})" if len(parts) > 1 else (parts or ["0"])[0]


def _values(tree: Tree) -> list[str]:
    if isinstance(tree, Several):
        return [value for item in tree.items for value in _values(item)]
    if isinstance(tree, Text | Number):
        return [tree.value]
    if isinstance(tree, Name):
        return [tree.value]
    raise Unsaid(N_("a multiple question can only be compared with values written out"))
