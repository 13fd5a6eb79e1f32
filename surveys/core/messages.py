"""Messages that leave core without Django: an English template and its values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


def N_(text: str) -> str:  # noqa: N802 -- gettext's own name for "mark, do not translate yet"
    """Mark a template for translation; the Django side translates it when it is shown."""
    return text


@dataclass(frozen=True)
class Message:
    """A sentence for a person: ``template`` (a %-format, marked with N_) and its ``values``.

    ``str()`` gives the English sentence. Values that are Messages themselves are nested sentences.
    """

    template: str
    values: Mapping[str, object] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return self.template % self.values if self.values else self.template
