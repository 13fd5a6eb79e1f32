"""What a choice means beyond its label: don't know, refusal, other, none of them."""

from __future__ import annotations

import re

from surveys.core.foreign.pasting.drafts import Entry
from surveys.core.foreign.pasting.plain import NO_LABEL, plain

DONT_KNOW = re.compile(
    r"(?:\(?(?:nsp|nspp|n\.s\.p\.?|dk|ne sa(?:it|is) pas|ne se prononce pas|je ne sais pas|vous ne savez pas|sans opinion|sans avis|don't know|do not know|i don't know"
    r"|no opinion|not sure|unsure|can't say|cannot say)(?!\w).{0,60})"
)
REFUSED = re.compile(
    r"\(?(?:refus(?:ed?|e de repondre)?|refusal|ref\.?|(?:je )?(?:ne souhaite|ne veut|prefere) (?:pas|ne pas) (?:repondre|le dire|se prononcer)"
    r"|(?:i )?(?:would )?prefer not to (?:say|answer)|(?:i )?(?:would )?rather not (?:say|answer))(?!\w).{0,30}"
)
NONE = re.compile(r"(?:aucune?s?|non,? aucune?|rien|none|nothing|no,? none|pas un seul|ni l'un ni l'autre|neither)(?!\w)(?! fois).{0,80}")
OTHER = re.compile(r"(?:une? )?(?:autres?|other)(?!\w)")
SPECIFY = re.compile(r"(?<!\w)(?:precise[rz]|specify|lesquel(?:le)?s|laquelle|lequel|write in)(?!\w)")


def flag(entry: Entry, is_multiple: bool) -> None:
    """Give a choice its flags, from its label and from the instructions beside it; strip what was to be written on."""
    words = plain(entry.label)
    if entry.has("dont_know") or DONT_KNOW.fullmatch(words):
        entry.flags.add("dont_know")
    elif entry.has("refused") or REFUSED.fullmatch(words):
        entry.flags.add("refused")
    elif wants_words(entry):
        entry.flags.add("other")
        entry.label = entry.label.rstrip(NO_LABEL + ":|").rstrip() or entry.label
    elif OTHER.fullmatch(words) or entry.has("anchored"):
        entry.flags.add("anchored")
    is_none = entry.flags & {"dont_know", "refused"} or NONE.fullmatch(words)
    if entry.has("exclusive") or (is_multiple and is_none):
        entry.flags.add("exclusive")


def is_special(label: str) -> bool:
    """Say whether a line without a mark is a choice by its words alone: NSP, Refus, Autre, Aucun."""
    words = plain(label)
    return any(form.fullmatch(words) for form in (DONT_KNOW, REFUSED, NONE)) or (OTHER.match(words) is not None and len(words.split()) < 5)


def wants_words(entry: Entry) -> bool:
    """Say whether the person is to write something beside the choice."""
    words = plain(entry.label)
    is_left_open = len(entry.label) - len(entry.label.rstrip(NO_LABEL + ":|")) > 2 or entry.label.rstrip().endswith(":")
    return entry.has("specify") or (OTHER.match(words) is not None and (SPECIFY.search(words) is not None or is_left_open))
