"""Conditions as nobody should write them: real ones mangled, words at random, attacks, and texts of every length."""

from __future__ import annotations

import random
from collections.abc import Iterator

REAL = (
    "${q8} = '1'", "selected(${q1}, 'rdv') and not(${q2} = '')", "count-selected(${q1}) >= 2 or ${age} < 40",
    "if(${age} < 40, 'young', if(${age} < 60, 'middle', 'old'))", "coalesce(${q2}, ${q8})", ". >= 0 and . <= 120",
    "date(${born}) >= date('2000-01-01')", "round(${age} div 7, 2) = 5.14", "(${age} + 1) * 2 mod 7 != -3",
    "min(${age}, ${q8}, 3) < max(1, 2)", "concat(${q8}, ' ', string(${age}))", "contains(${q2}, 'a') and starts-with(${q2}, 'b')",
    "string-length(${q2}) > 3", "selected-at(${q1}, 0) = 'rdv'", "int(number(${age}) div 10) = 4", "true() and not(false())",
    "pulldata('communes', 'region', 'code', ${q2}) = '84'",
)  # fmt: skip
NASTY = (
    "__import__('os').system('id')", "${x.__class__}", "${x}.__class__.__mro__", "{0.__class__}", "%(x)s", "%s%s%s%n", "f'{1}'", "eval('1')",
    "exec(open('/etc/passwd').read())", "lambda: 0", "[x for x in ()]", "${q8} = '1'; DROP TABLE x", "${q8}[0]", "1 if 1 else 2", "${", "${}",
    "${q8", "}", "''''", "'", '"', "\0", "${q8} = '1'\0", "\ud800", "'\udfff", "\u202e${q8}", "٣ = 3", "½", "１ = 1", "ｓelected(${q8}, 'a')",
    "${q8} ＝ '1'", "1e308 * 10", "9" * 400, "9" * 400 + " = 1", "1..2", ".5.", "--", "not", "not(", "not()", "selected()", "selected(,)", "and and",
    "(" * 60 + "1" + ")" * 60, "(" * 500, ")" * 500, "-" * 900 + "1", "-" * 5_000 + "1", "not(" * 300 + "1" + ")" * 300, "1" + "+1" * 450,
    "1" + " and 1" * 3_000, " " * 3_999, "\t\n\r", "a" * 100_000, "'" + "a" * 100_000 + "'", "${" + "q" * 100_000 + "}", "(" * 100_000,
    "1 = " * 25_000, "\u00a0", "${q8}\u00a0= '1'", "today()", "regex(., '(a+)+$')", "random()", "position(..)", "../q1", "//q1", "q1 = 1",
    "if(1, 2)", "if(1, 2, 3, 4)", "min(1)", "min(" + "1, " * 20 + "1)", "pulldata('a')", "round()", "${q8} == '1'", "${q8} && 1", "1 | 2", "!1",
    "‘1’ = '1'", "${q8} = «1»",
)  # fmt: skip
PIECES = (
    "${q8}", "${q1}", "${age}", "${nobody}", "'1'", "'rdv'", '"a"', "1", "0", "3.5", "and", "or", "not", "(", ")", ",", "=", "!=", "<", "<=", ">", "+",
    "-", "*", "div", "mod", ".", "if", "coalesce", "selected", "count-selected", "selected-at", "round", "min", "max", "date", "concat", "contains",
    "string-length", "true", "false", "pulldata", "number", "int", "$", "{", "}", "'", '"', "é", "🙂", "\u200b", "\0", "\ud83d", "__class__", "%", "\\", "\n",
)  # fmt: skip


def mangled(seed: int) -> Iterator[str]:
    """Yield texts without end, the same for the same seed; a few of them happen to be conditions."""
    drawn = random.Random(seed)
    yield from NASTY
    while True:
        way = drawn.random()
        if way < 0.45:
            yield _mutated(drawn, drawn.choice(REAL))
        elif way < 0.75:
            yield drawn.choice(("", " ")).join(drawn.choices(PIECES, k=drawn.randint(1, 40)))
        elif way < 0.85:
            yield "".join(chr(drawn.choice((drawn.randrange(128), drawn.randrange(0x110000)))) for _ in range(drawn.randint(1, 60)))
        elif way < 0.93:
            yield _mutated(drawn, _mutated(drawn, drawn.choice(NASTY[:60])[:2_000]))
        else:
            yield _deep(drawn)


def _mutated(drawn: random.Random, text: str) -> str:
    for _ in range(drawn.randint(1, 3)):
        at, to = sorted((drawn.randint(0, len(text)), drawn.randint(0, len(text))))
        piece = drawn.choice(PIECES)
        text = drawn.choice(
            (text[:at] + piece + text[at:], text[:at] + text[min(at + 3, to) :], text[:at] + piece + text[at + 1 :], text[at:] + text[:at])
        )
    return text


def _deep(drawn: random.Random) -> str:
    """Long and nested, and wrong somewhere."""
    size = drawn.randint(2, 400)
    way = drawn.randrange(4)
    if way == 0:
        return f" {drawn.choice(('and', 'or', '+', '='))} ".join(drawn.choices(REAL, k=min(size, 90))) + drawn.choice(
            (")", " and", " 1", "")
        )
    if way == 1:
        return "(" * size + drawn.choice(REAL) + ")" * drawn.choice((size, size - 1, size + 1))
    if way == 2:
        return "if(" * size + "1" + ", 2, 3)" * drawn.choice((size, size - 1))
    return drawn.choice(("-", "not(", "${q8}", "'a' ", "1 ", "selected(", "\u0661")) * size * 10
