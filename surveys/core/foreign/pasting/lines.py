"""One line of a pasted text: its brackets taken out, its number, its choices, all in a time that grows with its length."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from surveys.core.foreign.pasting.drafts import Entry, Family
from surveys.core.foreign.pasting.plain import NO_LABEL

LONGEST_LINE = 4_000
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff\u200b\u200e\u200f\ufeff]")
Decide = Callable[[str], str | None]
TAKE: Decide = lambda inner: ""  # noqa: E731 -- a default that says so
CLOSING = {"[": "]", "(": ")"}
ARROWS = re.compile(r"→|➔|➜|➡️?|⇒|►|=>(?= ?[^\d\s])|->|-->|==>")

HEAD = re.compile(
    r"(?P<letters>Question|QUESTION|question|[A-Z]{1,4}|q)[.\s]{0,2}(?P<number>\d{1,3})(?P<more>bis|ter|quater|[._]\d{1,2}(?![\d.])|_?[A-Za-z](?!\w))?"
    r"\s{0,3}(?P<sign>[.):–—\-/]{1,2}|\t|(?=\s)|$)\s*(?P<text>.*)"
)
NUMBERED = re.compile(r"(?P<code>\d{1,4})\s?[.)/\-–—:]\s*(?P<text>\S.*)")
SURE_PREFIXES = frozenset({"Q", "q", "S", "RS", "QS", "SD", "Question", "QUESTION", "question"})

BOX = r"□☐❑❒▢○◯●•▪■◻◦‣❍⚪⬜✓✔➢⁃\uf000-\uf0ff"
BULLET = re.compile(rf"(?:[{BOX}·*]\s*|[-–—]\s+|o(?:\t|  )\s*)(?P<text>\S.*)")
BOXES = re.compile(rf"[{BOX}]")
NUMBER = re.compile(r"\(?(?P<code>\d{1,4})(?P<sign>\s?[.)/=:]|\s?\)?\s?[-–—]|\)\s?[.:]?|\s?\t)(?P<gap>\s*)(?P<text>\S.*)")
LETTER = re.compile(r"\(?(?P<code>[A-Za-z])(?:\s?[.)]|\s?[-–—]\s|\s?\t|\s:)\s*(?P<text>\S.*)")
BARE = re.compile(r"(?P<code>\d{1,3})\s+(?P<text>[A-ZÀ-ÖØ-Þ«\"“].*)")
INLINE = re.compile(r"(?:(?<=\s)|^)(\d{1,3})\s?[.)=–-]\s?(?=[^\W\d_]|[«\"“(\d])")
DIGITS_AT_END = re.compile(r"\d{1,4}")
LEADERS = frozenset(NO_LABEL + "|/\\-–—")
FIELD = re.compile(r"\|(?:\s?_+\s?\|)+")


@dataclass(frozen=True)
class Bracket:
    """What stood in a bracket or after an arrow: ``sign`` is [, ( or →."""

    text: str
    sign: str


@dataclass(frozen=True)
class Line:
    """A line: its number, as typed, and without its square brackets (``body``)."""

    number: int
    raw: str
    body: str
    brackets: tuple[Bracket, ...] = ()

    @property
    def is_blank(self) -> bool:
        """Say whether nothing stands on it."""
        return not self.body and not self.brackets


def lines_of(text: str, decide: Decide = TAKE) -> list[Line]:
    """Return the lines of a text as its textarea shows them; ``decide`` says what becomes of each square bracket."""
    typed = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [_line(number, UNPRINTABLE.sub(" ", raw), decide) for number, raw in enumerate(typed, 1)]


def _line(number: int, raw: str, decide: Decide) -> Line:
    if len(raw) > LONGEST_LINE:
        return Line(number, raw, raw.strip())
    body, brackets = take_out(raw, "[", decide)
    return Line(number, raw, body if body.strip() else "", brackets)


def take_out(text: str, opening: str, decide: Decide = TAKE) -> tuple[str, tuple[Bracket, ...]]:
    """Return ``text`` without its brackets, and those taken out: ``decide`` gives what to write in the place of one, ''
    to take it out, None to leave it. A bracket that is not closed stays; nested ones go along."""
    closing, kept, found, start, depth, begun = CLOSING[opening], list[str](), list[Bracket](), 0, 0, 0
    for position, sign in enumerate(text):
        if sign == opening:
            depth += 1
            begun = position if depth == 1 else begun
        elif sign == closing and depth:
            depth -= 1
            inner = text[begun + 1 : position].strip()
            instead = None if depth else decide(inner)
            if instead is not None:
                before, start = text[start:begun], position + 1
                kept.append(before + instead if instead else before.rstrip(" "))
                found += [] if instead else [Bracket(inner, opening)]
    return "".join([*kept, text[start:]]).strip(" \u00a0"), tuple(found)


def digits_in(text: str) -> tuple[int, str]:
    """Return how many digits |__|__| leaves room for, 0 when there is no such field, and what they count."""
    digits = max((field[0].count("|") - 1 for field in FIELD.finditer(text)), default=0)
    return digits, FIELD.sub("", text).strip(" \t._…")


def unwrapped(text: str) -> str:
    """Return a text without the round brackets that hold the whole of it."""
    body, brackets = take_out(text, "(")
    return brackets[0].text if not body and len(brackets) == 1 else text.strip()


def is_left_to_write_on(text: str) -> bool:
    """Say whether it is only dots or underscores for an answer on paper: ______, ………, |__|__|."""
    return set(text) <= LEADERS and (not set("_…|").isdisjoint(text) or "...." in text)


def arrow_in(text: str) -> tuple[str, str]:
    """Return what stands before and after the first arrow; ('text', '') when there is none."""
    found = ARROWS.search(text)
    return (text[: found.start()].rstrip(NO_LABEL), text[found.end() :].strip()) if found else (text, "")


def entry_of(line: int, text: str, expected: int) -> Entry | None:
    """Read a choice with its mark; ``expected`` is the number that would follow the last one. None without a mark."""
    text = text.strip()
    found = NUMBER.fullmatch(text)
    if found and _is_code(found, expected):
        return Entry(line, found["text"].strip(), found["code"], "number")
    found = BULLET.fullmatch(text)
    if found:
        inner = entry_of(line, found["text"], expected) if BOXES.match(text) else None
        return inner or Entry(line, found["text"].strip(), "", "bullet")
    found = LETTER.fullmatch(text)
    if found:
        return Entry(line, found["text"].strip(), found["code"], "letter")
    found = BARE.fullmatch(text)
    if found and int(found["code"]) == expected:
        return Entry(line, found["text"].strip(), found["code"], "number")
    return _code_at_end(line, text)


def _is_code(found: re.Match[str], expected: int) -> bool:
    """Tell "1- Oui" from "18-24 ans", "1.5 million" and "10:30": a digit follows only the code that is expected."""
    if not found["text"][0].isdigit():
        return True
    return int(found["code"]) == expected and (bool(found["gap"]) or "\t" in found["sign"])


def _code_at_end(line: int, text: str) -> Entry | None:
    """ "Oui .......... 1", or with a tab or wide blanks between."""
    bare = text.rstrip("0123456789")
    code = text[len(bare) :]
    label = bare.rstrip(NO_LABEL)
    leader = bare[len(label) :]
    is_led = "\t" in leader or "…" in leader or leader.count(".") > 2 or leader.count("_") > 2 or leader.count(" ") > 2
    if label and DIGITS_AT_END.fullmatch(code) and is_led:
        return Entry(line, label.strip(), code, "tail")
    return None


def inline_entries(line: int, text: str) -> tuple[str, list[Entry]]:
    """Split "Connaissez-vous…? 1. Oui 2. Non 98. NSP", or boxes in one line, into what stands before and the choices."""
    boxes = [found.start() for found in BOXES.finditer(text)]
    if len(boxes) > 1:
        return text[: boxes[0]].strip(), list(_cut(line, text, [(start, start + 1, "") for start in boxes], "bullet"))
    marks: list[tuple[int, int, str]] = []
    for found in INLINE.finditer(text):
        code = int(found[1])
        follows = marks and (code == int(marks[-1][2]) + 1 or (code > int(marks[-1][2]) and str(code)[0] in "89"))
        if follows or (not marks and code in (0, 1)):
            marks.append((found.start(), found.end(), found[1]))
    if len(marks) < 2:
        return text, []
    return text[: marks[0][0]].strip(), list(_cut(line, text, marks, "number"))


def _cut(line: int, text: str, marks: Sequence[tuple[int, int, str]], family: Family) -> Iterator[Entry]:
    ends = [start for start, _, _ in marks[1:]] + [len(text)]
    for (_, start, code), end in zip(marks, ends, strict=True):
        label = text[start:end].strip(" \t\u00a0;,/")
        if label:
            yield Entry(line, label, code, family)


def alternatives_in(line: int, text: str) -> tuple[str, list[Entry]]:
    """Split "Fumez-vous ? Oui / Non" into the wording and the choices; none when it offers none."""
    wording, sign, rest = text.rpartition("?")
    found = alternatives(line, rest) if sign else []
    return (wording + sign, found) if found else (text, [])


def alternatives(line: int, text: str) -> list[Entry]:
    """Read "Oui / Non" as choices; [] when a text is nothing of the kind."""
    parts = [part.strip() for part in text.split("/")]
    return [Entry(line, part) for part in parts] if 1 < len(parts) < 8 and all(part and len(part.split()) < 6 for part in parts) else []


@dataclass(frozen=True)
class Head:
    """The beginning of a question: its label as typed ("Q7"), its name, and its wording."""

    label: str
    name: str
    text: str
    prefix: str
    is_sure: bool


def head_of(text: str) -> Head | None:
    """Read "Q7. …", "S1 – …", "RS3 …"; None when the line does not begin so."""
    found = HEAD.fullmatch(text.strip())
    if found is None:
        return None
    letters = "Q" if found["letters"].lower() == "question" else found["letters"]
    label = f"{letters}{found['number']}{found['more'] or ''}"
    is_signed = found["sign"] == "\t" or found["sign"].strip(" ")
    text = found["text"].strip()
    if not is_signed and (letters not in SURE_PREFIXES or not text or not (text[0].isupper() or text[0] in '«"“(')):
        return None
    name = label.lower().replace(".", "_")
    return Head(label, name, text, letters.upper(), letters in SURE_PREFIXES or "?" in found["text"])


def numbered_head_of(text: str) -> Head | None:
    """Read "7) …" as a question; whoever asks knows whether it is one."""
    found = NUMBERED.fullmatch(text.strip())
    return Head(found["code"], f"q{int(found['code'])}", found["text"].strip(), "", True) if found else None
