"""Filters as they are written, French and English (“À CEUX QUI ONT RÉPONDU OUI À Q7”), read into a small tree."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from surveys.core.foreign.pasting.plain import plain

AGE = "age"  # stands for the question that asks for it
MOST_PARTS = 100

OPENS = re.compile(
    r"(?:filtres?|filter|base|si|if|poser|posee?|ask(?:ed)?|a (?:ceux|celles|tous|toutes|l'ensemble)|aux|those who|all respondents"
    r"|tous|toutes|everyone|uniquement|seulement|only)(?!\w)|\(?(?:q|s|rs|qs|sd)\.? ?\d+\w* ?(?:=|!=|<|>)"
)
EVERYBODY = re.compile(
    r"(?:(?:filtre|filter|base|poser|ask|question posee) ?:? ?)?(?:a )?(?:tous|toutes|tout le monde|toutes et tous|tous et toutes|all|all respondents|everyone"
    r"|everybody|(?:l')?ensemble|total|(?:ensemble|totalite) (?:de l'echantillon|des (?:repondants|interviewes|personnes interrogees))"
    r"|tous les (?:repondants|interviewes)|total sample)[ .:]*"
)
AGES: Sequence[tuple[str, str]] = (
    (r"(?:age )?(?:de |entre |from |between |aged? )*(\d{1,3}) ?(?:ans )?(?:a|et|-|to|and) ?(\d{1,3}) ?(?:ans\b|years? old\b|years\b)", r"( age >= \1 and age <= \2 )"),
    (r"aged? (?:from |between )?(\d{1,3}) ?(?:-|to|and) ?(\d{1,3})\b", r"( age >= \1 and age <= \2 )"),
    (r"(?:aged? )?(?:de )?(\d{1,3}) ?ans (?:et|ou) (?:plus|\+)", r"age >= \1 "),
    (r"(?:aged? )?(?:de )?(\d{1,3}) ?ans (?:et|ou) moins", r"age <= \1 "),
    (r"(?:ages? de )?moins de (\d{1,3}) ?ans\b", r"age < \1 "),
    (r"(?:ages? de )?plus de (\d{1,3}) ?ans\b", r"age > \1 "),
    (r"(?:aged? )?(\d{1,3})(?: years?(?: old)?)? (?:and|or) (?:over|older|above|more)", r"age >= \1 "),
    (r"(?:aged? )?(\d{1,3})(?: years?(?: old)?)? (?:and|or) (?:under|younger|below|less)", r"age <= \1 "),
    (r"(?:aged? )?(?:under|younger than|less than) (\d{1,3})(?: years?(?: old)?)?", r"age < \1 "),
    (r"(?:aged? )?(?:over|older than|more than) (\d{1,3})(?: years?(?: old)?)?", r"age > \1 "),
    (r"\baged? (\d{1,3}) ?\+", r"age >= \1 "),
)  # fmt: skip
AGE_PATTERNS = tuple((re.compile(rf"(?<!\w){form}"), written) for form, written in AGES)
ASKS = re.compile(
    r"(?:poser|ask) (?:la )?(?:question )?(?P<name>[a-z]{1,4}\d{1,3}[a-z]{0,3}) (?=(?:si|if|a|to|uniquement|seulement|only)(?!\w))"
)
REWRITTEN = (
    (ASKS, ""),
    (re.compile(r"(?<!\w)questions? (?=[a-z]{1,4}\d)"), ""),
    (re.compile(r"(?<!\w)(?:questions? |q\.? ?)(?=\d)"), "q"),
    (re.compile(r"(?<!\w)(qs|rs|s|sd) (?=\d{1,3}(?!\w))"), r"\1"),
    (re.compile(r"(?<!\w)(?:est )?(?:superieure? ou egale? a|greater than or equal to)(?!\w)"), ">="),
    (re.compile(r"(?<!\w)(?:est )?(?:inferieure? ou egale? a|less than or equal to)(?!\w)"), "<="),
    (re.compile(r"(?<!\w)(?:est )?(?:strictement )?(?:superieure? a|greater than)(?!\w)"), ">"),
    (re.compile(r"(?<!\w)(?:est )?(?:strictement )?(?:inferieure? a|less than)(?!\w)"), "<"),
    (re.compile(r"(?<!\w)(?:(?:est )?differente? de|n'est pas egale? a|(?:is )?not equal to|sauf|except|(?:is )?not)(?!\w)"), "!="),
    (re.compile(r"(?<!\w)(?:est egale? a|is equal to|equals)(?!\w)"), "="),
)  # fmt: skip
TOKEN = re.compile(r"!=|<>|>=|=>|<=|=<|==|[=<>]|\"[^\"]*\"|[(),;/&|+-]|[^\W_][\w']*(?:\.\w+)*|\S")
NUMBER = re.compile(r"\d{1,9}")
LOOKS_LIKE_A_QUESTION = re.compile(r"(?:q|qs|s|rs|sd|sq)\d{1,3}[a-z]{0,3}(?:[_.]\w{1,6})?")
OPERATORS = {"=": "=", "==": "=", "!=": "!=", "<>": "!=", ">=": ">=", "=>": ">=", "<=": "<=", "=<": "<=", "<": "<", ">": ">"}
OPENING_WORDS = (
    "filtre filtres filter base si if poser pose posee ask asked uniquement seulement only question la le les the : a aux au ceux celles qui "
    "que those who ont ayant repondu repond repondent repondant answered answer said say people personnes respondents dit cite cites coche "
    "choisi selected chose ticked mentioned code codes reponse reponses modalite modalites item items avoir have has l'age"
)
OPENING = frozenset(OPENING_WORDS.split())
BEFORE_QUESTION = frozenset({"a", "en", "at", "to", "in", "de", "on", "for", "dans", "sur"})
YEARS = frozenset({"ans", "an", "years", "year", "old"})
OR, AND, COMMAS = frozenset({"ou", "or", "|"}), frozenset({"et", "and", "&"}), frozenset({",", ";", "/", "+"})
ENDS_VALUES = frozenset({"(", ")", "si", "if", AGE}) | OR | AND | COMMAS


class NotAFilter(ValueError):
    """A text that the language of filters does not explain; the words at which it stopped."""


@dataclass(frozen=True)
class Compared:
    """A question's answer beside codes, numbers or labels: one of them, or ``together`` all of them."""

    question: str
    operator: Literal["=", "!=", "<", "<=", ">", ">="]
    values: tuple[str, ...]
    together: bool = False


@dataclass(frozen=True)
class Joined:
    """Conditions that hold together (and) or of which one holds (or)."""

    word: Literal["and", "or"]
    parts: tuple[Filter, ...]


@dataclass(frozen=True)
class Everybody:
    """No filter: “À TOUS”."""


Filter = Compared | Joined | Everybody


def opens_a_filter(text: str) -> bool:
    """Say whether a text begins as filters do; it may be a sentence all the same (“Si vous deviez…”)."""
    return OPENS.match(plain(text)) is not None


def asked_by(text: str) -> str:
    """Return the question that a filter says it is about ("POSER Q3 SI Q1=1"), '' when it says none."""
    found = ASKS.match(plain(text))
    return found["name"] if found else ""


def questions_in(tree: Filter) -> frozenset[str]:
    """Return the labels of the questions that a filter looks at."""
    if isinstance(tree, Joined):
        return frozenset().union(*(questions_in(part) for part in tree.parts))
    return frozenset({tree.question}) if isinstance(tree, Compared) else frozenset()


def read_filter(text: str, labels: Collection[str]) -> Filter:
    """Read a filter; ``labels`` are the questions of the text in small letters ("q7"). Raises NotAFilter."""
    words = plain(text)
    if EVERYBODY.fullmatch(words):
        return Everybody()
    for pattern, written in AGE_PATTERNS:
        words = pattern.sub(written, words)
    for pattern, written in REWRITTEN:
        words = pattern.sub(written, words)
    reader = _Reader(list(_tokens(words, labels)), labels)
    tree = reader.alternatives()
    reader.skip(OPENING | frozenset({".", ":", "-"}))
    if reader.here:
        raise NotAFilter(reader.rest())
    return tree


def _tokens(words: str, labels: Collection[str]) -> Iterator[str]:
    for found in TOKEN.finditer(words):
        token = found[0]
        is_question = token in labels or LOOKS_LIKE_A_QUESTION.fullmatch(token)
        prefix, quote, rest = token.partition("'")
        if quote and not is_question and prefix in ("l", "d", "qu"):  # l'age, d'age
            token = rest
        yield token.rstrip(".") or token


class _Reader:
    def __init__(self, tokens: Sequence[str], labels: Collection[str]) -> None:
        self.tokens = tokens
        self.labels = labels
        self.next = 0
        self.depth = 0

    @property
    def here(self) -> str:
        return self.ahead(0)

    def ahead(self, steps: int) -> str:
        return self.tokens[self.next + steps] if self.next + steps < len(self.tokens) else ""

    def take(self) -> str:
        self.next += 1
        return self.tokens[self.next - 1]

    def skip(self, words: Collection[str]) -> None:
        while self.here and self.here in words:
            self.next += 1

    def rest(self) -> str:
        return " ".join(self.tokens[self.next : self.next + 6])

    def is_question(self, token: str) -> bool:
        return token == AGE or token in self.labels or LOOKS_LIKE_A_QUESTION.fullmatch(token) is not None

    def alternatives(self) -> Filter:
        return self.joined("or", OR, self.together)

    def together(self) -> Filter:
        return self.joined("and", AND, self.part)

    def joined(self, word: Literal["and", "or"], signs: Collection[str], part: object) -> Filter:
        assert callable(part)
        parts = [part()]
        while self.here in signs and len(parts) < MOST_PARTS:
            self.take()
            parts.append(part())
        return parts[0] if len(parts) == 1 else Joined(word, tuple(parts))

    def part(self) -> Filter:
        self.skip(OPENING)
        if self.here == "(" and self.depth < 20:
            self.take()
            self.depth += 1
            tree = self.alternatives()
            self.depth -= 1
            if self.here != ")":
                raise NotAFilter(self.rest())
            self.take()
            return tree
        return self.question_first() if self.is_question(self.here) else self.question_last()

    def question_first(self) -> Filter:
        """Q7 = 1 ou 2; Q7 code 1."""
        question = self.take()
        self.skip({":", "est", "is"})
        operator = OPERATORS.get(self.here)
        if operator is None and self.here not in ("code", "codes", "reponse", "reponses", "in", "dans", "item"):
            raise NotAFilter(" ".join((question, self.rest())))
        self.take()
        self.skip({"code", "codes", "(", "a"} if self.here != "(" or self.closes_values() else {"code", "codes"})
        values, together = self.values()
        self.skip({")"} if self.here == ")" and not self.depth else set())
        return Compared(question, operator or "=", values, together)  # type: ignore[arg-type]  # the signs of OPERATORS

    def closes_values(self) -> bool:
        """Whether a bracket opens a list of values: in (1, 2)."""
        return ")" in self.tokens[self.next : self.next + 40]

    def question_last(self) -> Filter:
        """(code) 1 ou 2 en Q7; oui à Q7."""
        values, together = self.values()
        self.skip(BEFORE_QUESTION | {"la", "question", "the", "l"})
        if not self.is_question(self.here):
            raise NotAFilter(self.rest() or " ".join(values))
        return Compared(self.take(), "=", values, together)

    def values(self) -> tuple[tuple[str, ...], bool]:
        found, together = list(self.value()), False
        while self.goes_on():
            together |= self.here in AND
            self.take()
            self.skip({"code", "codes", "a"} | OR)
            found += self.value()
            if len(found) > MOST_PARTS:
                raise NotAFilter(self.rest())
        return tuple(found), together

    def goes_on(self) -> bool:
        """Whether another value follows, and not another condition."""
        if self.here not in OR | AND | COMMAS:
            return False
        following, after = self.ahead(1), self.ahead(2)
        if following in ("code", "codes"):
            following, after = after, self.ahead(3)
        if NUMBER.fullmatch(following):
            return after not in OPERATORS
        if self.here in AND or following in ENDS_VALUES | OPENING | {""} or self.is_question(following):
            return False
        return not any(sign in OPERATORS for sign in (after, self.ahead(3)))

    def value(self) -> Iterator[str]:
        token = self.here
        if NUMBER.fullmatch(token):
            self.take()
            self.skip(YEARS)
            yield token
            if self.here in ("-", "a", "to") and NUMBER.fullmatch(self.ahead(1)):
                self.take()
                last = int(self.take())
                if not 0 < last - int(token) <= MOST_PARTS:
                    raise NotAFilter(f"{token} - {last}")
                self.skip(YEARS)
                yield from (str(number) for number in range(int(token) + 1, last + 1))
        elif token.startswith('"') and len(token) > 2:
            yield self.take().strip('" ')
        else:
            yield self.label()

    def label(self) -> str:
        """The words of a choice, up to what cannot be one of them."""
        words: list[str] = []
        while self.here and self.here not in ENDS_VALUES and not self.is_question(self.here):
            following = self.ahead(2) if self.ahead(1) in ("la", "question", "the", "l") else self.ahead(1)
            if self.here in BEFORE_QUESTION and self.is_question(following):
                break
            words.append(self.take())
        if not words or len(words) > 20:
            raise NotAFilter(self.rest() or " ".join(words))
        return " ".join(words)
