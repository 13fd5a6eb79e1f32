"""The grammar of conditions: text to a small tree, or a positioned error that says what was expected.

Loosest first, as in XPath 1.0: or · and · = != · < <= > >= · + - · * div mod · unary minus · calls, ${name}, the current
answer (a dot), texts, numbers. Nothing else exists: no other function, no attribute, no index, no regular expression.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from surveys.core.messages import N_, Message

MAX_LENGTH = 4_000
MAX_TOKENS = 1_000
MAX_DEPTH = 40  # brackets within brackets
MAX_HEIGHT = 300  # steps from the root of the tree to its farthest leaf: how far down a reader must go

# The functions, with how few and how many arguments they take. Operators are calls too, under their own sign.
FUNCTIONS = {
    "not": (1, 1), "true": (0, 0), "false": (0, 0), "if": (3, 3), "coalesce": (2, 2),
    "selected": (2, 2), "count-selected": (1, 1), "selected-at": (2, 2),
    "number": (1, 1), "int": (1, 1), "round": (1, 2), "min": (2, 9), "max": (2, 9),
    "string": (1, 1), "string-length": (1, 1), "contains": (2, 2), "starts-with": (2, 2), "concat": (2, 9),
    "date": (1, 1), "pulldata": (4, 4),
}  # fmt: skip
TRUTHS = {"true": True, "false": False}
LEVELS = (("or",), ("and",), ("=", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "div", "mod"))
NEGATION = "negation"

TOKEN = re.compile(
    r"\s*(?:(?P<variable>\$\{\s*(?P<name>[A-Za-z_][A-Za-z0-9_.-]*)\s*\})"
    r"|(?P<text>'[^']*'|\"[^\"]*\")"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?)"
    r"|(?P<word>[A-Za-z][A-Za-z0-9_-]*)"
    r"|(?P<sign>!=|<=|>=|[=<>+*(),.-]))"
)
CURLY_QUOTES = "‘’“”«»"


class ExpressionError(ValueError):
    """A condition that cannot be read: its ``text``, the 0-based ``position``, and a ``message`` for its author."""

    def __init__(self, text: str, position: int, message: Message) -> None:
        super().__init__(str(message))
        self.text, self.position, self.message = text, position, message

    def __reduce__(self) -> tuple[type[ExpressionError], tuple[str, int, Message]]:
        """Let the error cross processes."""
        return type(self), (self.text, self.position, self.message)


@dataclass(frozen=True)
class Literal:
    """A text, a number or a truth written in the condition."""

    value: str | float | bool


@dataclass(frozen=True)
class Variable:
    """The answer to an earlier question."""

    name: str


@dataclass(frozen=True)
class Current:
    """The answer being checked."""


@dataclass(frozen=True)
class Attribute:
    """A column of the choice being looked at, in a choice filter; ``Expression.bound`` puts its value in its place."""

    name: str


@dataclass(frozen=True)
class Call:
    """A function or an operator applied to its arguments. ``rows`` is the table that a pulldata() is bound to."""

    function: str
    arguments: tuple[Node, ...]
    rows: Mapping[str, str] | None = field(default=None, compare=False, repr=False)

    @cached_property
    def height(self) -> int:
        """Return the number of calls on the longest way down."""
        return 1 + max(argument.height if isinstance(argument, Call) else 0 for argument in self.arguments)


Node = Literal | Variable | Current | Attribute | Call


@dataclass(frozen=True)
class _Token:
    kind: str
    value: str
    position: int


def parse_tree(text: str, attributes: Collection[str] = ()) -> Node:
    """Return the tree of a condition, in which ``attributes`` may stand as bare words. Raises ExpressionError."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(text, MAX_LENGTH, Message(N_("a condition has at most %(limit)s characters"), {"limit": MAX_LENGTH}))
    return _Parser(text, _tokens(text), attributes).parse()


def _tokens(text: str) -> list[_Token]:
    tokens, position = [], 0
    while text[position:].strip():
        found = TOKEN.match(text, position)
        if found is None:
            raise _unreadable(text, position)
        kind = found.lastgroup if found.lastgroup != "name" else "variable"
        value = found["name"] if kind == "variable" else found[kind or ""]
        tokens.append(_Token(kind or "", value, found.start(kind or "")))
        position = found.end()
        if len(tokens) > MAX_TOKENS:
            raise ExpressionError(text, position, Message(N_("a condition has at most %(limit)s words and signs"), {"limit": MAX_TOKENS}))
    return tokens


def _unreadable(text: str, position: int) -> ExpressionError:
    position += len(text[position:]) - len(text[position:].lstrip())
    sign = text[position]
    if sign in CURLY_QUOTES:
        return ExpressionError(text, position, Message(N_("“%(sign)s” is a typographic quotation mark: write ' instead"), {"sign": sign}))
    if sign in "'\"":
        return ExpressionError(text, position, Message(N_("this text is never closed: a quotation mark is missing")))
    if sign == "$":
        return ExpressionError(text, position, Message(N_("a question is written ${name}")))
    return ExpressionError(text, position, Message(N_("“%(sign)s” has no meaning here"), {"sign": sign}))


class _Parser:
    def __init__(self, text: str, tokens: Sequence[_Token], attributes: Collection[str]) -> None:
        self.text = text
        self.tokens = tokens
        self.attributes = attributes
        self.next = 0
        self.depth = 0

    def parse(self) -> Node:
        tree = self.level(0)
        if self.next < len(self.tokens):
            raise self.error(N_("an operator (and, or, =, +…) or the end"))
        return tree

    def level(self, number: int) -> Node:
        if number == len(LEVELS):
            return self.unary()
        left = self.level(number + 1)
        while self.peek() in LEVELS[number] and self.kind() in ("sign", "word"):
            operator = self.take().value
            left = self.made(operator, left, self.level(number + 1))
        return left

    def unary(self) -> Node:
        negations = 0
        while self.peek() == "-" and self.kind() == "sign":
            self.take()
            negations += 1
        tree = self.primary()
        for _ in range(negations):
            tree = self.made(NEGATION, tree)
        return tree

    def primary(self) -> Node:
        kind = self.kind()
        if kind == "text":
            return Literal(self.take().value[1:-1])
        if kind == "number":
            return self.number()
        if kind == "variable":
            return Variable(self.take().value)
        if kind == "sign" and self.peek() == ".":
            self.take()
            return Current()
        if kind == "sign" and self.peek() == "(":
            return self.group()
        if kind == "word" and self.peek() in self.attributes and self.following() != "(":
            return Attribute(self.take().value)
        if kind == "word" and self.peek() in FUNCTIONS:
            return self.call()
        if kind == "word" and self.following() == "(":
            unknown = {"name": self.peek(), "known": ", ".join(FUNCTIONS)}
            raise ExpressionError(self.text, self.position(), Message(N_("there is no function %(name)s(); there are: %(known)s"), unknown))
        raise self.error(N_("a question ${name}, a text in quotation marks, a number or a function such as selected()"))

    def number(self) -> Node:
        value = float(self.peek())
        if not math.isfinite(value):
            raise ExpressionError(self.text, self.position(), Message(N_("this number is too large")))
        self.take()
        return Literal(value)

    def group(self) -> Node:
        self.expect("(")
        tree = self.nested()
        self.expect(")")
        return tree

    def call(self) -> Node:
        function = self.take().value
        fewest, most = FUNCTIONS[function]
        self.expect("(")
        arguments = [self.nested()] if most else []
        while len(arguments) < most and (len(arguments) < fewest or self.peek() == ","):
            self.expect(",")
            arguments.append(self.nested())
        self.expect(")")
        return Literal(TRUTHS[function]) if function in TRUTHS else self.made(function, *arguments)

    def nested(self) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.too_deep()
        tree = self.level(0)
        self.depth -= 1
        return tree

    def made(self, function: str, *arguments: Node) -> Call:
        """Return the call, unless its readers would have to go too far down: a chain a + b + c… is as deep as it is long."""
        call = Call(function, arguments)
        if call.height > MAX_HEIGHT:
            raise self.too_deep()
        return call

    def too_deep(self) -> ExpressionError:
        return ExpressionError(
            self.text, self.position(), Message(N_("this condition is nested too deeply: give a part of it a name with a calculate"))
        )

    def expect(self, sign: str) -> None:
        if self.peek() != sign or self.kind() != "sign":
            raise self.error(N_("“%(sign)s”"), sign=sign)
        self.take()

    def take(self) -> _Token:
        token = self.tokens[self.next]
        self.next += 1
        return token

    def peek(self) -> str:
        return self.tokens[self.next].value if self.next < len(self.tokens) else ""

    def following(self) -> str:
        return self.tokens[self.next + 1].value if self.next + 1 < len(self.tokens) else ""

    def kind(self) -> str:
        return self.tokens[self.next].kind if self.next < len(self.tokens) else ""

    def position(self) -> int:
        return self.tokens[self.next].position if self.next < len(self.tokens) else len(self.text)

    def error(self, expected: str, **values: object) -> ExpressionError:
        wanted = Message(expected, values)
        if self.next < len(self.tokens):
            found = {"found": self.peek(), "expected": wanted}
            return ExpressionError(
                self.text, self.position(), Message(N_("found “%(found)s” where this was expected: %(expected)s"), found)
            )
        return ExpressionError(
            self.text, self.position(), Message(N_("the condition stops where this was expected: %(expected)s"), {"expected": wanted})
        )
