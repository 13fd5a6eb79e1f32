"""Names that our sheets can hold: letters, digits, _ . and -, each once; what referred to the old ones follows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping

from surveys.core.cells import CHOICE_NAME, NAME, SLUG
from surveys.core.foreign.form import Form, Line
from surveys.core.lines import RESERVED_NAME
from surveys.core.messages import N_

REFERENCE = re.compile(r"\$\{\s*([^}]+?)\s*\}")
LITERAL = re.compile(r"'([^']*)'|\"([^\"]*)\"")
CONDITIONS = ("relevant", "constraint", "soft_constraint", "calculation", "choice_filter", "ends_if", "over", "repeat_count")


def plain(text: str) -> str:
    """Return the text in letters without accent."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))


def slug(text: str) -> str:
    """Return an address made from a text: "Ma première étude" → "ma-premiere-etude"."""
    made = re.sub(r"[^a-z0-9]+", "-", plain(text).lower()).strip("-")[:63].strip("-")
    return made if SLUG.fullmatch(made) else "study"


def free_name(wanted: str, taken: Collection[str]) -> str:
    """Return a legal name near ``wanted`` that none of ``taken`` (in small letters) is."""
    base = re.sub(r"[^A-Za-z0-9_.-]+", "_", plain(wanted)).strip("_.-")[:55]
    if not base or not NAME.fullmatch(base):
        base = f"q{base}" if base else "q"
    if RESERVED_NAME.fullmatch(base):
        base += "_"
    candidates = (base if number == 1 else f"{base}_{number}" for number in range(1, len(taken) + 3))
    return next(name for name in candidates if name.lower() not in taken)


def settle_names(form: Form) -> None:
    """Give every line and every choice a name of its own that our sheets can hold, and say each change."""
    taken: set[str] = set()
    renamed: dict[str, str] = {}
    for line in form.lines():
        old, line.name = line.name, free_name(line.name or line.type.partition(" ")[0].removeprefix("begin_"), taken)
        taken.add(line.name.lower())
        if old and old != line.name:
            renamed.setdefault(old, line.name)
            form.ledger.note(line.place, "name", N_("“%(old)s” is now called %(new)s: a name is unique and holds only letters without accent, digits, _ . and -."),
                             old=old, new=line.name)  # fmt: skip
    literals = _settle_choices(form)
    kept = {line.name for line in form.lines()}
    renamed = {old: new for old, new in renamed.items() if old not in kept}
    for line in form.lines():
        _follow(line, renamed, literals)


def _settle_choices(form: Form) -> dict[str, str]:
    literals: dict[str, str] = {}
    for name, options in form.lists.items():
        taken: set[str] = set()
        for option in list(options):
            old = option.name
            if old in taken:
                options.remove(option)
                form.ledger.missed(option.place, "name", N_("“%(name)s” stands twice in the list %(list)s: the second one is left out."), name=old, list=name)  # fmt: skip
                continue
            option.name = _choice_name(old, taken, len(taken) + 1)
            taken.add(option.name)
            if old != option.name:
                literals[old] = option.name
                form.ledger.note(option.place, "name", N_("The choice “%(old)s” is now called %(new)s: its name holds neither blank nor quotation mark."),
                                 old=old, new=option.name)  # fmt: skip
    return literals


def _choice_name(old: str, taken: Collection[str], position: int) -> str:
    base = re.sub(r"[\s'\"]+", "_", old)[:60] or str(position)
    assert CHOICE_NAME.fullmatch(base)
    candidates = (base if number == 1 else f"{base}_{number}" for number in range(1, len(taken) + 3))
    return next(name for name in candidates if name not in taken)


def _follow(line: Line, renamed: Mapping[str, str], literals: Mapping[str, str]) -> None:
    if renamed:
        for column in CONDITIONS:
            if line.cells.get(column):
                line.cells[column] = REFERENCE.sub(_reference(renamed), line.cells[column])
        for words in line.texts.values():
            words.update({language: REFERENCE.sub(_reference(renamed), text) for language, text in words.items()})
    if literals:
        for column in CONDITIONS:
            if line.cells.get(column):
                line.cells[column] = LITERAL.sub(_literal(literals), line.cells[column])


def _reference(renamed: Mapping[str, str]) -> Callable[[re.Match[str]], str]:
    return lambda found: f"${{{renamed.get(found[1], found[1])}}}"


def _literal(literals: Mapping[str, str]) -> Callable[[re.Match[str]], str]:
    def new(found: re.Match[str]) -> str:
        name = literals.get(found[1] if found[1] is not None else found[2])
        return f"'{name}'" if name else found[0]

    return new
