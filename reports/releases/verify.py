"""Computes every published figure again from the evidence file alone, and says which are equal.

    python3 verify.py evidence.zip [FINGERPRINT]

FINGERPRINT is the one printed with the publication, so that the whole file is known to be the one that was published.
Nothing but Python's own library is needed: the conditions are read by another reader than the one that published, the weights
fitted category by category where they were calibrated all at once, and every number comes from plain sums.
Exit code 0 when every file is the one that was frozen and every figure comes out the same.
"""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import itertools
import json
import math
import re
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Value = str | float | bool | list[str]
Answers = Mapping[str, Value]
Reader = Callable[[Answers], Value]
Person = Mapping[str, str]
Verdict = tuple[bool, str]
Token = tuple[str, ...]

EXACT = 1e-6  # points, people, or units of a mean: the two ways of weighting meet closer than this
CYCLES = 20_000
Z = 1.959963984540054
WEIGHT, VERSION = "(weight)", "(version)"  # columns beside the questions, none of which has such a name


def main(path: str, fingerprint: str = "", write: Callable[[str], Any] = print) -> int:
    """Verify one file, write what was found line by line, and return the exit code."""
    failures = 0
    for is_equal, line in verify(path, fingerprint):
        write(("equal   " if is_equal else "DIFFERS ") + line)
        failures += not is_equal
    write("All equal." if not failures else f"{failures} differ.")
    return 1 if failures else 0


def verify(path: str, fingerprint: str = "") -> Iterator[Verdict]:
    """Yield (is it equal, what was compared) for each file and each figure of the evidence."""
    with zipfile.ZipFile(path) as evidence:
        files = {name: evidence.read(name) for name in evidence.namelist()}
    manifest, found = json.loads(files["manifest.json"]), hashlib.sha256(files["manifest.json"]).hexdigest()
    yield fingerprint in ("", found), f"fingerprint {found}" + ("" if fingerprint else ": compare it with the one printed")
    yield from check_files(files, manifest)
    study, published = json.loads(files["study.json"]), json.loads(files["figures.json"])
    people = list(csv.DictReader(io.StringIO(files["records.csv"].decode("utf-8"))))
    yield len(people) == published["n"], f"people: {len(people)} of {published['n']}"
    weights = [float(person[WEIGHT]) for person in people] if study["is_weighted"] else [1.0] * len(people)
    if study["is_weighted"]:
        yield from check_weights(people, weights, study)
    for figure in published["figures"]:
        yield from check_figure(figure, people, weights, study)


def check_files(files: Mapping[str, bytes], manifest: Mapping[str, Any]) -> Iterator[Verdict]:
    """Yield whether each file is the one whose fingerprint was frozen, and whether none was added or taken away."""
    listed = manifest["files"]
    for name in sorted(set(listed) | set(files) - {"manifest.json"}):
        found = hashlib.sha256(files[name]).hexdigest() if name in files else "missing"
        yield found == listed.get(name), f"file {name}: {found[:16]}"


def check_weights(people: Sequence[Person], weights: Sequence[float], study: Mapping[str, Any]) -> Iterator[Verdict]:
    """Yield whether the weights meet each margin, and whether they are those that raking gives."""
    people = [person for person, weight in zip(people, weights, strict=True) if weight > 0]  # who is left out for want of an answer
    weights = [weight for weight in weights if weight > 0]  # weighs nothing
    targets, whole = wanted(people, study), sum(weights)
    for variable, shares in targets.items():
        off = max(
            abs(sum(w for w, p in zip(weights, people, strict=True) if p[variable] == category) / whole - share)
            for category, share in shares.items()
        )
        yield off < 1e-8, f"margin {variable}: off by at most {100 * off:.2g} points"
    own = fitted(people, targets, study["weighting"].get("bounds"), started(people, study))
    apart = max(abs(a - b) for a, b in zip(weights, own, strict=True))
    yield apart < EXACT, f"weights: at most {apart:.2g} from those computed here"


def started(people: Sequence[Person], study: Mapping[str, Any]) -> list[float]:
    """Return the weight by design that each person starts from, of mean 1: an oversample counts for its true share."""
    design = study["weighting"].get("design")
    weights = [design["weights"][person[design["variable"]]] if design else 1.0 for person in people]
    mean = sum(weights) / len(people)
    return [weight / mean for weight in weights]


def wanted(people: Sequence[Person], study: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """Return the share of each category of each weighting variable; categories outside the margins keep their sample share."""
    targets, starts = {}, started(people, study)
    for variable, shares in study["weighting"]["margins"].items():
        present = [person[variable] for person in people]
        kept = {
            category: sum(start for start, each in zip(starts, present, strict=True) if each == category) / len(people)
            for category in set(present) - set(shares)
        }
        left, whole = 1 - sum(kept.values()), sum(shares.values())
        targets[variable] = {**{category: left * share / whole for category, share in shares.items() if share}, **kept}
    return targets


def fitted(
    people: Sequence[Person],
    targets: Mapping[str, Mapping[str, float]],
    bounds: Sequence[float] | None,
    starts: Sequence[float],
) -> list[float]:
    """Return weights of mean 1 that meet the targets, margin after margin until nothing moves (Deming and Stephan, 1940).

    Between ``bounds``, which hold what a weight is to the one that it starts from, each step is Newton's on the logit curve
    (Deville and Särndal, 1992); without, it is exact.
    """
    keys: list[tuple[Any, ...]] = [
        (*(person[variable] for variable in targets), start) for person, start in zip(people, starts, strict=True)
    ]
    groups: dict[tuple[Any, ...], float] = {}
    for key in keys:
        groups[key] = groups.get(key, 0.0) + key[-1]
    pulls = dict.fromkeys(groups, 0.0)
    for _ in range(CYCLES):
        moved = 0.0
        for place, shares in enumerate(targets.values()):
            sums, slopes = dict.fromkeys(shares, 0.0), dict.fromkeys(shares, 0.0)
            for key, count in groups.items():
                weight, slope = curve(pulls[key], bounds)
                sums[key[place]] += count * weight
                slopes[key[place]] += count * slope
            steps = {name: math.log(len(people) * share / sums[name]) * sums[name] / slopes[name] for name, share in shares.items()}
            for key in groups:
                pulls[key] += steps[key[place]]
            moved = max(moved, *map(abs, steps.values()))
        if moved < 1e-13:
            break
    return [key[-1] * curve(pulls[key], bounds)[0] for key in keys]


def curve(pull: float, bounds: Sequence[float] | None) -> tuple[float, float]:
    """Return the weight that a pull gives, and how fast it grows there."""
    if bounds is None:
        return math.exp(pull), math.exp(pull)
    low, high = bounds
    scale = (high - low) / ((1 - low) * (high - 1))
    within = 1 / (1 + (high - 1) / (1 - low) * math.exp(-scale * pull))
    return low + (high - low) * within, scale * (high - low) * within * (1 - within)


def check_figure(
    figure: Mapping[str, Any], people: Sequence[Person], weights: Sequence[float], study: Mapping[str, Any]
) -> Iterator[Verdict]:
    """Yield whether one figure comes out as it was published: its base, each of its numbers, and what was printed."""
    selection, base = read_condition(figure["selection"] or "true()"), read_condition(figure["base"]["condition"] or "true()")
    values, code, kind = [answers_of(person, study) for person in people], figure["code"], figure["kind"]
    may = [weight > 0 and person.get(VERSION) in (figure["versions"] or [None]) for person, weight in zip(people, weights, strict=True)]
    chosen = [i for i, answers in enumerate(values) if may[i] and is_true(base(answers))]
    yield len(chosen) == figure["n"], f"{code}: base of {len(chosen)}"
    if figure["printed"] is None:
        return
    if kind == "share":
        measured = [(100.0 * is_true(selection(values[i])), weights[i]) for i in chosen]
    else:
        texts = [(as_text(values[i][figure["measure"]]), weights[i]) for i in chosen if is_true(selection(values[i]))]
        measured = [(mark(float(text)) if kind == "score" else float(text), weight) for text, weight in texts if is_number(text)]
    for name, found in numbers_of(kind, measured, len(people)).items():
        if figure[name] is not None:  # unweighted, a figure has neither error nor interval
            yield abs(found - figure[name]) < EXACT, f"{code}: {name} {found:.6f}"
    value = figure["percent" if kind == "share" else "value"]
    yield printed(kind, value) == digits(figure["printed"]), f"{code}: printed {figure['printed']}"


def numbers_of(kind: str, measured: Sequence[tuple[float, float]], size: int) -> dict[str, float]:
    """Return every number of a figure from its (value, weight) pairs, a share's values being 0 and 100.

    ``size`` is the number of people of the wave. Margin of a share: on Kish's effective size; interval: Wilson (1927) with it,
    Woodruff (1952) of a median.
    """
    whole = sum(weight for _, weight in measured)
    effective, raw = whole**2 / sum(weight**2 for _, weight in measured), [(value, 1.0) for value, _ in measured]
    found = {"weighted_n": whole, "effective_n": effective}
    if kind == "median":
        middle = quantile(measured, 0.5)
        share, error = mean([(float(value <= middle), weight) for value, weight in measured], size)
        ends = {"low": quantile(measured, share - Z * error), "high": quantile(measured, share + Z * error)}
        return found | {"raw": quantile(raw, 0.5), "value": middle} | ends
    value, error = mean(measured, size)
    found |= {"raw": mean(raw, size)[0], "standard_error": error}
    if kind != "share":
        return found | {"value": value, "margin": Z * error, "low": value - Z * error, "high": value + Z * error}
    p, spread = value / 100, Z**2 / effective
    margin, half = Z * math.sqrt(p * (1 - p) / effective), Z * math.sqrt(p * (1 - p) / effective + spread / (4 * effective))
    ends = {"low": 100 * (p + spread / 2 - half) / (1 + spread), "high": 100 * (p + spread / 2 + half) / (1 + spread)}
    return found | {"percent": value, "margin": 100 * margin} | ends


def mean(measured: Sequence[tuple[float, float]], size: int) -> tuple[float, float]:
    """Return the weighted mean of (value, weight) pairs and its linearised standard error, ``size`` people in the wave."""
    whole = sum(weight for _, weight in measured)
    value = sum(value * weight for value, weight in measured) / whole
    return value, math.sqrt(size / (size - 1) * sum((weight * (each - value)) ** 2 for each, weight in measured)) / whole


def quantile(measured: Sequence[tuple[float, float]], share: float) -> float:
    """Return the smallest value that at least ``share`` of the weight does not exceed."""
    ordered = sorted(measured)
    reached = itertools.accumulate(weight for _, weight in ordered)
    wanted = (min(max(share, 0.0), 1.0) - 1e-12) * sum(weight for _, weight in ordered)
    return next(value for (value, _), so_far in zip(ordered, reached, strict=True) if so_far >= wanted)


def mark(value: float) -> float:
    """Return what a mark of ten counts for in a score: 100 from nine up, -100 up to six."""
    return 100.0 if value >= 9 else -100.0 if value <= 6 else 0.0


def printed(kind: str, value: float) -> str:
    """Return a number as its digits are printed: halves away from zero, one decimal of a mean, "<1" below one half per cent."""
    if kind == "share" and value < 0.5:
        return "<1" if value else ""
    places = int(kind == "mean" or (kind == "median" and value % 1 != 0))
    return digits(str(Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)))


def digits(text: str) -> str:
    """Return what of a printed percentage does not depend on the language."""
    return "".join(sign for sign in text.replace("\u2212", "-") if sign.isdigit() or sign in "<-")


def answers_of(person: Person, study: Mapping[str, Any]) -> dict[str, Value]:
    """Return a person's answers as conditions see them: texts, the ticks of a multiple as a list."""
    return {name: (text.split() if name in study["multiples"] else text) for name, text in person.items()}


# The conditions: or, and, = !=, < <= > >=, + -, * div mod, unary minus, calls, ${name}, 'texts', numbers.
TOKEN = re.compile(
    r"\s*(?:\$\{\s*([A-Za-z_][\w.-]*)\s*\}|('[^']*'|\"[^\"]*\")|([0-9]+(?:\.[0-9]+)?)|([A-Za-z][\w-]*)|(!=|<=|>=|[=<>+*(),-]))"
)
LEVELS = [["or"], ["and"], ["=", "!="], ["<", "<=", ">", ">="], ["+", "-"], ["*", "div", "mod"]]


def read_condition(text: str) -> Reader:
    """Return a function from answers to the condition's value."""
    tokens, at = list[Token](), 0
    while text[at:].strip():
        found = TOKEN.match(text, at)
        if not found:
            raise ValueError(f"cannot read {text!r} at {at}")
        tokens.append(found.groups())
        at = found.end()
    tree = level(0, tokens)
    if tokens:
        raise ValueError(f"cannot read {text!r}")
    return tree


def level(depth: int, tokens: list[Token]) -> Reader:
    """Read one level of precedence; return a function from answers to a value."""
    if depth == len(LEVELS):
        return unary(tokens)
    left = level(depth + 1, tokens)
    while tokens and (tokens[0][3] or tokens[0][4]) in LEVELS[depth]:
        taken = tokens.pop(0)
        left = applied(FUNCTIONS[taken[3] or taken[4]], [left, level(depth + 1, tokens)])
    return left


def unary(tokens: list[Token]) -> Reader:
    """Read a sign, a call, a question, a text or a number."""
    name, text, number, word, sign = tokens.pop(0)
    if sign == "-":
        return applied(lambda a: arithmetic(lambda x, y: x - y)(0.0, a), [unary(tokens)])
    if sign == "(":
        inside = level(0, tokens)
        tokens.pop(0)
        return inside
    if name:
        return lambda answers: answers.get(name, "")
    if text:
        return lambda answers: text[1:-1]
    if number:
        return lambda answers: float(number)
    if word in ("true", "false"):
        del tokens[:2]
        return lambda answers: word == "true"
    return call(word, tokens)


def call(word: str, tokens: list[Token]) -> Reader:
    """Read the arguments of a function."""
    tokens.pop(0)
    arguments = [level(0, tokens)]
    while tokens.pop(0)[4] == ",":
        arguments.append(level(0, tokens))
    if word == "if":
        return lambda answers: arguments[1 if is_true(arguments[0](answers)) else 2](answers)
    return applied(FUNCTIONS[word], arguments)


def applied(function: Callable[..., Value], arguments: Sequence[Reader]) -> Reader:
    """Return the function of answers that applies ``function`` to the values of its arguments."""
    return lambda answers: function(*(argument(answers) for argument in arguments))


def is_true(value: Value) -> bool:
    """Return a value as truth: a number other than 0, a text that is not empty."""
    return bool(value)


def as_text(value: Value) -> str:
    """Return a value as text."""
    if isinstance(value, list):
        return " ".join(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def is_number(value: Value) -> bool:
    """Say whether a value is a number, or a text written as one."""
    return isinstance(value, (bool, float)) or re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", as_text(value)) is not None


def same(a: Value, b: Value) -> bool:
    """Say whether two values are the same: as truths, as numbers or as texts, as soon as one of them is such."""
    if isinstance(a, bool) or isinstance(b, bool):
        return is_true(a) == is_true(b)
    if isinstance(a, float) or isinstance(b, float):
        return is_number(a) and is_number(b) and float(as_text(a)) == float(as_text(b))
    return as_text(a) == as_text(b)


def ordering(compare: Callable[[float, float], bool]) -> Callable[..., Value]:
    """Return a comparison of numbers; whatever is none makes it false."""
    return lambda a, b: is_number(a) and is_number(b) and compare(float(as_text(a)), float(as_text(b)))


def arithmetic(compute: Callable[[float, float], float]) -> Callable[..., Value]:
    """Return an operation on numbers; whatever is none, or has no result, gives the empty text."""

    def computed(a: Value, b: Value) -> Value:
        if not (is_number(a) and is_number(b)):
            return ""
        try:
            return compute(float(as_text(a)), float(as_text(b)))
        except (ZeroDivisionError, OverflowError, ValueError):
            return ""

    return computed


def ticks(value: Value) -> list[str]:
    """Return the chosen names of a multiple."""
    return value if isinstance(value, list) else as_text(value).split()


def numbers(values: Sequence[Value]) -> list[float]:
    """Return those of the values that are numbers."""
    return [float(as_text(value)) for value in values if is_number(value)]


def rounded(value: Value, places: Value = 0.0) -> Value:
    """Return a number rounded half away from zero."""
    if not (is_number(value) and is_number(places)):
        return ""
    return float(Decimal(as_text(value)).quantize(Decimal(1).scaleb(-int(float(as_text(places)))), ROUND_HALF_UP))


def day(value: Value) -> Value:
    """Return the days from 1970-01-01 to a date."""
    try:
        return float((datetime.date.fromisoformat(as_text(value)) - datetime.date(1970, 1, 1)).days)
    except ValueError:
        return ""


FUNCTIONS: dict[str, Callable[..., Value]] = {
    "or": lambda a, b: is_true(a) or is_true(b),
    "and": lambda a, b: is_true(a) and is_true(b),
    "not": lambda a: not is_true(a),
    "=": same,
    "!=": lambda a, b: not same(a, b),
    "<": ordering(lambda x, y: x < y),
    "<=": ordering(lambda x, y: x <= y),
    ">": ordering(lambda x, y: x > y),
    ">=": ordering(lambda x, y: x >= y),
    "+": arithmetic(lambda x, y: x + y),
    "-": arithmetic(lambda x, y: x - y),
    "*": arithmetic(lambda x, y: x * y),
    "div": arithmetic(lambda x, y: x / y),
    "mod": arithmetic(math.fmod),
    "coalesce": lambda a, b: b if as_text(a) == "" else a,
    "selected": lambda a, b: as_text(b) in ticks(a),
    "count-selected": lambda a: float(len(ticks(a))),
    "number": lambda a: float(as_text(a)) if is_number(a) else "",
    "int": lambda a: float(int(float(as_text(a)))) if is_number(a) else "",
    "round": rounded,
    "min": lambda *parts: min(numbers(parts), default=""),
    "max": lambda *parts: max(numbers(parts), default=""),
    "selected-at": lambda a, at: next(iter(ticks(a)[int(float(as_text(at))) :]), "") if is_number(at) else "",
    "date": day,
    "pulldata": lambda *_: "",
    "string": as_text,
    "string-length": lambda a: float(len(as_text(a))),
    "contains": lambda a, b: as_text(b) in as_text(a),
    "starts-with": lambda a, b: as_text(a).startswith(as_text(b)),
    "concat": lambda *parts: "".join(map(as_text, parts)),
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], "".join(sys.argv[2:])) if len(sys.argv) in (2, 3) else __doc__)
