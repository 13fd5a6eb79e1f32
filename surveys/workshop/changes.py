"""The differences between two versions as their reader sees them: by class, in words, the texts word by word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from surveys.core.versions import Difference, Piece, Weight, changed_words
from surveys.translation import say


@dataclass(frozen=True)
class Change:
    """One difference in the reader's language; ``pieces`` are its text word by word, empty where it is no text."""

    place: str
    kind: str
    before: str
    after: str
    why: str
    pieces: tuple[Piece, ...]
    language: str
    questions: str


@dataclass(frozen=True)
class Group:
    """The differences of one class, with what the class means."""

    weight: Weight
    title: str
    meaning: str
    changes: tuple[Change, ...]


def in_groups(differences: Sequence[Difference]) -> list[Group]:
    """Return the differences by class, the heaviest first; classes without any are left out."""
    titles: dict[Weight, tuple[str, str]] = {
        "breaking": (_("Breaking"), _("What was measured before and what is measured now are two things: they are never compared.")),
        "comparable": (_("Comparable, with a mention"), _("Somebody must agree that the same is measured; comparisons are then called indicative.")),
        "harmless": (_("Harmless"), _("Nothing that is measured changes.")),
    }  # fmt: skip
    groups = [
        Group(weight, title, meaning, tuple(_change(each) for each in differences if each.weight == weight))
        for weight, (title, meaning) in titles.items()
    ]
    return [group for group in groups if group.changes]


def _change(difference: Difference) -> Change:
    subjects = {
        "setting": _("setting"), "page": pgettext("questionnaire", "page"), "block": _("block"), "question": _("question"),
        "choice": _("choice"), "base": _("base"), "lookup": _("table"), "image": _("image"),
    }  # fmt: skip
    kinds = {
        "added": _("added"), "removed": _("taken out"), "moved": _("moved"), "reworded": _("reworded"), "recoded": _("recoded"),
        "retyped": _("another type"), "refiltered": _("another filter"), "reordered": _("another order"), "limited": _("other limits"),
        "recalculated": _("computed otherwise"), "set": _("changed"),
    }  # fmt: skip
    part = "" if difference.part in ("name", "code", difference.name) else f", {difference.part}"
    language = f" ({difference.language})" if difference.language else ""
    shown = changed_words(difference.before, difference.after) if difference.is_text and difference.before and difference.after else ()
    return Change(
        place=f"{subjects[difference.subject]} {difference.name}{part}{language}",
        kind=kinds[difference.kind],
        before=difference.before,
        after=difference.after,
        why=say(difference.why),
        pieces=shown,
        language=difference.language,
        questions=", ".join(sorted(difference.questions))
        if len(difference.questions) < 9
        else _("%(count)s questions") % {"count": len(difference.questions)},
    )
