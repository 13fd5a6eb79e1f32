"""Decides what each question is: its kind, its choices and its rows, from its instructions, its marks and its words."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import takewhile

from surveys.core.foreign.pasting.drafts import Asked, Document, Entry
from surveys.core.foreign.pasting.flags import flag, is_special
from surveys.core.foreign.pasting.instructions import Instruction
from surveys.core.foreign.pasting.ledger import Ledger
from surveys.core.foreign.pasting.lines import alternatives
from surveys.core.foreign.pasting.plain import asks, is_sentence, plain
from surveys.core.foreign.pasting.words import Words
from surveys.core.messages import N_, Message

EACH = re.compile(r"(?<!\w)(?:chacune?s?|chaque|suivante?s?|each|following)(?!\w)")
AGE = re.compile(r"(?<!\w)(?:quel (?:est votre )?age|votre age|how old|your age|what age)(?!\w)")
HOW_MANY = re.compile(r"(?<!\w)(?:combien|quel nombre|how many|how much)(?!\w)")
POSTCODE = re.compile(r"(?<!\w)(?:code postal|postcode|zip code)(?!\w)")
BIRTH = re.compile(r"(?<!\w)(?:date de naissance|date of birth)(?!\w)")
OLDEST = 120
MOST_CHOICES, MOST_ROWS = 1_000, 200


def shape(document: Document, words: Words, ledger: Ledger) -> None:
    """Give every question its kind, its choices with codes and flags, and its rows."""
    for question in document.questions:
        shape_question(question, words, ledger)


def shape_question(question: Asked, words: Words, ledger: Ledger) -> None:
    """Decide on one question."""
    _settle_loose(question, ledger)
    _part_rows(question)
    question.choices = _not_too_many(question, question.choices, MOST_CHOICES, ledger)
    question.rows = _not_too_many(question, question.rows, MOST_ROWS, ledger)
    if not question.choices and question.has("yes_no"):
        question.choices = [Entry(question.line, label) for label in words.yes_no]
    _spread(question)
    _give_codes(question.choices, question, ledger, "choice")
    _give_codes(question.rows, question, ledger, "row")
    question.kind = _kind(question, ledger)
    is_multiple = question.kind == "multiple"
    for entry in question.choices:
        flag(entry, is_multiple)
    for entry in (*question.choices, *question.rows):
        if entry.has("unread"):
            ledger.note(entry.line, N_("“%(label)s” is not to be read out: on a screen everybody sees it."), label=entry.label)
    if not question.wording:
        ledger.mistake(question.line, N_("%(question)s has no wording."), question=question.called)


def _settle_loose(question: Asked, ledger: Ledger) -> None:
    """Lines without a mark go on with the wording until it asks; then they are choices, or advice beside marked ones."""
    is_open = question.has("open", "short", "number", "decimal", "bounds", "date", "email", "postcode", "scale", "sum")
    rest = list(question.loose)
    wording = _rest_of_wording(question, rest, is_open)
    for entry in wording:
        question.wording.append(entry.label)
        ledger.mark(entry.line, "wording", question.name)
    rest = rest[len(wording) :]
    has_choices = bool(question.entries or question.choices or question.rows)
    if len(rest) == 1 and not has_choices and (several := alternatives(rest[0].line, rest[0].label)):
        rest = several
    are_choices = not has_choices and not is_open and len(rest) > 1 and sum(is_sentence(entry.label) for entry in rest) * 2 <= len(rest)
    for entry in rest:
        if are_choices or (not has_choices and is_special(entry.label)):
            question.entries.append(entry)
        else:
            question.hints.append(entry.label)
            ledger.mark(entry.line, "hint", question.name)


def _rest_of_wording(question: Asked, loose: Sequence[Entry], is_open: bool) -> list[Entry]:
    """The lines that go on with a wording which asks nothing yet: up to the one that asks, or all when nothing else is wanted."""
    if question.wording and asks(question.wording[-1]):
        return []
    asking = next((position for position, entry in enumerate(loose) if asks(entry.label)), None)
    if asking is not None:
        length = asking + 1
    elif is_open or question.entries:
        length = len(loose)
    else:
        length = 0 if question.wording else 1
    return list(takewhile(lambda entry: not entry.instructions and not is_special(entry.label), loose[:length]))


def _part_rows(question: Asked) -> None:
    """Part what was marked in two ways: letters or bullets are rows, numbers their scale."""
    by_family: dict[str, list[Entry]] = {}
    for entry in question.entries:
        by_family.setdefault("number" if entry.family == "tail" else entry.family, []).append(entry)
    numbers, letters, bullets = (by_family.get(family, []) for family in ("number", "letter", "bullet"))
    has_measure = question.has("scale", "sum", "number", "decimal", "bounds")
    says_each = EACH.search(plain(question.text)) is not None or question.has("grid")
    if len(numbers) > 1 and len(letters) > 1:
        rows = letters
    elif len(numbers) > 1 and len(bullets) > 1 and says_each:
        rows = bullets
    elif (
        has_measure
        and len([e for e in question.entries if not is_special(e.label)]) > 1
        and (says_each or question.has("sum") or letters or bullets)
    ):
        rows = [entry for entry in question.entries if not is_special(entry.label)]
    else:
        rows = []
    chosen = {id(entry) for entry in rows}
    question.rows += rows
    question.choices += [entry for entry in question.entries if id(entry) not in chosen]


def _not_too_many(question: Asked, entries: list[Entry], limit: int, ledger: Ledger) -> list[Entry]:
    if len(entries) > limit:
        ledger.mistake(entries[limit].line, N_("%(question)s has more than %(limit)s choices or rows: shorten it."), question=question.called, limit=limit)  # fmt: skip
        for entry in entries[limit:]:
            ledger.missed(entry.line, N_("“%(text)s” is one too many: it is left out."), text=entry.label)
    return entries[:limit]


def _spread(question: Asked) -> None:
    """Instructions at the end of a list that only a choice can carry out go to its last choice."""
    for line, instruction in list(question.instructions):
        if (
            instruction.effect in ("exclusive", "dont_know", "refused", "specify")
            and question.choices
            and line >= question.choices[-1].line
        ):
            question.choices[-1].instructions.append(instruction)
            question.instructions.remove((line, instruction))


def _give_codes(entries: Sequence[Entry], question: Asked, ledger: Ledger, kind: str) -> None:
    """Keep the codes as typed; give the others the next number."""
    taken: set[str] = set()
    highest = max((int(entry.code) for entry in entries if entry.code.isdigit() and int(entry.code) < 90), default=0)
    for entry in entries:
        if entry.code.lower() in taken and entry.code:
            ledger.mistake(entry.line, N_("Code %(code)s stands twice in %(question)s."), code=entry.code, question=question.called)
        if not entry.code:
            highest += 1
            entry.code = str(highest)
            if any(other.code and other.family != "plain" for other in entries if other is not entry) and entry.family == "plain":
                ledger.note(entry.line, N_("“%(label)s” has no code: it is given %(code)s."), label=entry.label, code=entry.code)
        taken.add(entry.code.lower())
        ledger.mark(entry.line, "row" if kind == "row" else "choice", question.name, entry.code)


def _kind(question: Asked, ledger: Ledger) -> str:
    """The kind as the survey sheet names it, without its list."""
    substantial = [entry for entry in question.choices if not is_special(entry.label)]
    for effects, kind in (
        (("sum",), "integer"), (("ranking",), "ranking"), (("date",), "date"), (("email",), "email"), (("postcode",), "postcode"),
        (("decimal",), "decimal"), (("scale",), "scale"), (("number", "bounds"), "integer"),
    ):  # fmt: skip
        if question.has(*effects) and (kind in ("ranking", "scale") or len(substantial) < 2):
            return kind if kind != "ranking" or substantial else _guessed(question, ledger)
    if substantial or (question.choices and question.rows):
        if question.has("multiple") or _most(question.get("most", "exactly")) > 1:
            return "multiple"
        return "single"
    if question.has("open", "short"):
        return "text"
    return _guessed(question, ledger)


def _most(instruction: Instruction | None) -> int:
    return instruction.numbers[0] if instruction and instruction.numbers else 0


def _guessed(question: Asked, ledger: Ledger) -> str:
    """Without choices nor instruction, the wording tells; otherwise people write what they like."""
    text = plain(question.text)
    guesses: Sequence[tuple[Callable[[str], object], str]] = (
        (POSTCODE.search, "postcode"), (BIRTH.search, "date"), (AGE.search, "integer"), (HOW_MANY.search, "integer"),
    )  # fmt: skip
    for matches, kind in guesses:
        if matches(text):
            if AGE.search(text) and kind == "integer":
                question.instructions.append((question.line, Instruction("bounds", ("0", str(OLDEST)))))
            ledger.note(question.line, N_("%(question)s has no choices: from its wording, it asks for: %(kind)s."), question=question.called, kind=Message(KIND_WORDS[kind]))  # fmt: skip
            return kind
    ledger.note(question.line, N_("%(question)s has no choices: people answer it in their own words."), question=question.called)
    return "text"


KIND_WORDS = {"postcode": N_("a postcode"), "date": N_("a date"), "integer": N_("a whole number")}


def asks_for_age(question: Asked) -> bool:
    """Say whether it asks for the person's age in years."""
    return question.kind in ("integer", "decimal") and re.search(r"(?<!\w)(?:age|how old|ans)(?!\w)", plain(question.text)) is not None
