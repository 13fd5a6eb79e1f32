"""Conditions of other programs read into a tree: ExpressionScript of LimeSurvey and the expressions of SurveyJS.

Both are written like JavaScript with words for some operators, so that one reader serves both. What a name, an operator or a
function means is said by each program's own module.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from surveys.core.messages import N_, Message

MAX_LENGTH = 10_000
MAX_TOKENS = 2_000
MAX_DEPTH = 40
MAX_HEIGHT = 80  # a chain a + b + c… is as deep as it is long

TOKEN = re.compile(
    r"\s*(?:\{(?P<braced>[^{}]+)\}"
    r"|(?P<text>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?(?![\w.]))"
    r"|(?P<word>[\w#][\w.#:-]*(?<![-.:]))"
    r"|(?P<sign>&&|\|\||===|!==|==|!=|<>|<=|>=|[-=<>!+*/%^(),\[\]]))"
)
WORDS = {
    "and": "&&", "or": "||", "eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "equal": "==", "notequal": "!=",
    "less": "<", "lessorequal": "<=", "greater": ">", "greaterorequal": ">=", "not": "!", "negate": "!",
}  # fmt: skip
SIGNS = {"=": "==", "===": "==", "!==": "!=", "<>": "!="}
SETS = ("contains", "notcontains", "anyof", "allof", "noneof")
AFTER = ("empty", "notempty")
LEVELS = (("||",), ("&&",), ("==", "!=", "<", "<=", ">", ">=", *SETS), ("+", "-"), ("*", "/", "%"))


class Unsaid(ValueError):
    """A condition that our language cannot say; ``message`` says what in it."""

    def __init__(self, template: str, **values: object) -> None:
        self.message = Message(template, values)
        super().__init__(str(self.message))


@dataclass(frozen=True)
class Text:
    """A text written in the condition."""

    value: str


@dataclass(frozen=True)
class Number:
    """A number, as written."""

    value: str


@dataclass(frozen=True)
class Name:
    """A question, or a part of one, as the other program names it."""

    value: str


@dataclass(frozen=True)
class Several:
    """A list of values: ['a', 'b']."""

    items: tuple[Tree, ...]


@dataclass(frozen=True)
class Applied:
    """An operator (its sign) or a function (its name, with ``called``) and what it is applied to."""

    operator: str
    arguments: tuple[Tree, ...]
    called: bool = False

    @cached_property
    def height(self) -> int:
        """Return the steps to the farthest leaf: how far down a reader must go."""
        return 1 + max((each.height for argument in self.arguments for each in _applied(argument)), default=0)


Tree = Text | Number | Name | Several | Applied


def _applied(tree: Tree) -> list[Applied]:
    return (
        [tree]
        if isinstance(tree, Applied)
        else [each for item in tree.items for each in _applied(item)]
        if isinstance(tree, Several)
        else []
    )


def read_condition(text: str) -> Tree:
    """Return the tree of a condition. Raises Unsaid."""
    if len(text) > MAX_LENGTH:
        raise Unsaid(N_("it is longer than %(limit)s characters"), limit=MAX_LENGTH)
    return _Reader(_tokens(text)).whole()


def written(value: str) -> str:
    """Return a text as our conditions write it. Raises Unsaid when it holds both quotation marks."""
    if "'" in value and '"' in value:
        raise Unsaid(N_("a text in it holds both quotation marks"))
    return f'"{value}"' if "'" in value else f"'{value}'"


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    position = 0
    while text[position:].strip():
        found = TOKEN.match(text, position)
        if found is None:
            raise Unsaid(N_("“%(sign)s” is not understood"), sign=text[position:].strip()[0])
        kind = found.lastgroup or ""
        value = found[kind]
        if kind == "word" and value.lower() in WORDS:
            kind, value = "sign", WORDS[value.lower()]
        tokens.append((kind, SIGNS.get(value, value) if kind == "sign" else value))
        position = found.end()
        if len(tokens) > MAX_TOKENS:
            raise Unsaid(N_("it has more than %(limit)s words and signs"), limit=MAX_TOKENS)
    return tokens


class _Reader:
    def __init__(self, tokens: Sequence[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.next = 0
        self.depth = 0

    def whole(self) -> Tree:
        tree = self.level(0)
        if self.next < len(self.tokens):
            raise Unsaid(N_("“%(sign)s” is not understood"), sign=self.peek()[1])
        return tree

    def level(self, number: int) -> Tree:
        if number == len(LEVELS):
            return self.unary()
        left = self.level(number + 1)
        while self.operator() in LEVELS[number]:
            operator = self.operator()
            self.next += 1
            left = self.made(operator, left, self.level(number + 1))
        if number == 2 and self.operator() in AFTER:
            left = self.made(self.operator(), left)
            self.next += 1
        return left

    def operator(self) -> str:
        kind, value = self.peek()
        return value if kind == "sign" else value.lower() if kind == "word" and value.lower() in (*SETS, *AFTER) else ""

    def unary(self) -> Tree:
        signs = []
        while self.peek() in (("sign", "!"), ("sign", "-")):
            signs.append(self.peek()[1])
            self.next += 1
            if len(signs) > MAX_DEPTH:
                raise Unsaid(N_("it is nested too deeply"))
        tree = self.primary()
        for sign in reversed(signs):
            tree = self.made(sign, tree)
        return tree

    def primary(self) -> Tree:
        kind, value = self.peek()
        self.next += 1
        if kind == "text":
            return Text(re.sub(r"\\(.)", r"\1", value[1:-1]))
        if kind == "number":
            return Number(value)
        if kind == "braced":
            return Name(value.strip())
        if kind == "word" and self.peek() == ("sign", "("):
            return self.made(value, *self.listed(")"), called=True)
        if kind == "word":
            return Name(value)
        if (kind, value) == ("sign", "["):
            self.next -= 1
            return Several(tuple(self.listed("]")))
        if (kind, value) == ("sign", "("):
            tree = self.nested()
            self.expect(")")
            return tree
        raise Unsaid(N_("“%(sign)s” is not understood"), sign=value or "…")

    def made(self, operator: str, *arguments: Tree, called: bool = False) -> Applied:
        tree = Applied(operator, arguments, called)
        if tree.height > MAX_HEIGHT:
            raise Unsaid(N_("it is nested too deeply"))
        return tree

    def listed(self, end: str) -> list[Tree]:
        self.next += 1
        items: list[Tree] = []
        while self.peek() != ("sign", end):
            items.append(self.nested())
            if self.peek() != ("sign", end):
                self.expect(",")
        self.next += 1
        return items

    def nested(self) -> Tree:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Unsaid(N_("it is nested too deeply"))
        tree = self.level(0)
        self.depth -= 1
        return tree

    def expect(self, sign: str) -> None:
        if self.peek() != ("sign", sign):
            raise Unsaid(N_("“%(sign)s” is missing"), sign=sign)
        self.next += 1

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.next] if self.next < len(self.tokens) else ("", "")
