"""The grammar of conditions: text to a small tree, or a positioned error that says what was expected.

Loosest first, as in XPath 1.0: or · and · = != · < <= > >= · + - · * div mod · unary minus · calls, ${name}, the current
answer (a dot), texts, numbers. Nothing else exists: no other function, no attribute, no index, no regular expression.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from surveys.core.messages import N_, Message

MAX_LENGTH = 4_000
MAX_TOKENS = 1_000
MAX_DEPTH = 40  # brackets within brackets
MAX_HEIGHT = 300  # steps from the root of the tree to its farthest leaf: how far down a reader must go

# The functions, with the number of their arguments. Operators are calls too, under their own sign.
FUNCTIONS = {"not": 1, "selected": 2, "count-selected": 1, "if": 3, "coalesce": 2}
LEVELS = (("or",), ("and",), ("=", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "div", "mod"))
NEGATION = "negation"

TOKEN = re.compile(
    r"\s*(?:(?P<variable>\$\{\s*(?P<name>[A-Za-z_][A-Za-z0-9_.-]*)\s*\})"
    r"|(?P<text>'[^']*'|\"[^\"]*\")"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?)"
    r"|(?P<word>[A-Za-z][A-Za-z-]*)"
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
    """A text or a number written in the condition."""

    value: str | float


@dataclass(frozen=True)
class Variable:
    """The answer to an earlier question."""

    name: str


@dataclass(frozen=True)
class Current:
    """The answer being checked."""


@dataclass(frozen=True)
class Call:
    """A function or an operator applied to its arguments."""

    function: str
    arguments: tuple[Node, ...]

    @cached_property
    def height(self) -> int:
        """Return the number of calls on the longest way down."""
        return 1 + max(argument.height if isinstance(argument, Call) else 0 for argument in self.arguments)


Node = Literal | Variable | Current | Call


@dataclass(frozen=True)
class _Token:
    kind: str
    value: str
    position: int


def parse_tree(text: str) -> Node:
    """Return the tree of a condition. Raises ExpressionError."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(text, MAX_LENGTH, Message(N_("a condition has at most %(limit)s characters"), {"limit": MAX_LENGTH}))
    return _Parser(text, _tokens(text)).parse()


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
    def __init__(self, text: str, tokens: Sequence[_Token]) -> None:
        self.text = text
        self.tokens = tokens
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
        if kind == "word" and self.peek() in FUNCTIONS:
            return self.call()
        raise self.error(
            N_("a question ${name}, a text in quotation marks, a number or one of: not( selected( count-selected( if( coalesce(")
        )

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
        function = self.take()
        self.expect("(")
        arguments = [self.nested()]
        for _ in range(FUNCTIONS[function.value] - 1):
            self.expect(",")
            arguments.append(self.nested())
        self.expect(")")
        return self.made(function.value, *arguments)

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
