"""One completed interview as the rules of quality see it, and what they find in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from surveys.core.expressions import Answer

Detail = Mapping[str, str | float | bool]


@dataclass(frozen=True)
class Finding:
    """What a rule found, for a person to judge: ``subject`` is the question or grid it is about ('' for the whole interview),
    ``detail`` the numbers and words that explain it, never an answer: whoever reviews may not be allowed to see those.
    """

    rule: str
    subject: str = ""
    detail: Detail = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """One interview: its ``answers`` on the route, calculations included, and the ``seconds`` spent on each page after the
    first, None where the person was away; ``language`` is the one it was answered in.
    """

    answers: Mapping[str, Answer]
    seconds: Mapping[str, float | None] = field(default_factory=dict)
    language: str = ""
