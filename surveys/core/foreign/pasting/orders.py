"""What a bracket or a line says to whoever makes the form, given the questions of the text: a filter, an end, an instruction."""

from __future__ import annotations

import re
from dataclasses import dataclass

from surveys.core.foreign.pasting.filters import Filter, NotAFilter, opens_a_filter, read_filter
from surveys.core.foreign.pasting.flags import is_special
from surveys.core.foreign.pasting.instructions import MARKS_A_CHOICE, instructions_in
from surveys.core.foreign.pasting.plain import is_capitals, plain

STOP = r"(?:stop|fin|end|terminate|terminer|screen-?out|exclure|close|thank and close|hors cible)"
STOP_IF = re.compile(
    rf"{STOP}(?: (?:interview|d'interview|de l'interview|enquete|questionnaire|survey|the interview))?[ ,:-]*(?:(?:si|if) )?(?P<condition>.+)"
)
IF_STOP = re.compile(
    rf"(?:si|if) (?P<condition>.+?)[ ,:>|=-]*{STOP}(?: (?:interview|de l'interview|enquete|questionnaire|survey|the interview))?[ .!]*"
)
SPOKEN = frozenset({"single", "multiple", "least", "most", "exactly"})  # what is also said in a plain line of its own


@dataclass(frozen=True)
class Orders:
    """Tells orders from what people read. ``labels`` are the questions of the text in small letters."""

    labels: frozenset[str]

    def filter_of(self, text: str) -> Filter | None:
        """Return the filter in a text; None when it is none, or not a readable one."""
        if len(text) > 500 or not (opens_a_filter(text) or any(sign in text for sign in "=≠<>≥≤") or plain(text)[:1].isdigit()):
            return None
        try:
            return read_filter(text, self.labels)
        except NotAFilter:
            return None

    def is_instruction(self, body: str, *, in_question: bool) -> bool:
        """Say whether a line without brackets is an instruction or a filter: in capitals, or in words that are nothing else."""
        if len(body) > 300 or is_special(body):
            return False
        words = plain(body)
        said = instructions_in(body)
        if any(instruction.effect == "interviewer" for instruction in said.instructions) or self.stop_in(body):
            return True
        if opens_a_filter(body) and self.filter_of(body) is not None:
            return True
        if words.startswith(("filtre", "filter", "base :", "base:")) or (
            is_capitals(body) and words.startswith(("si ", "poser ", "ask if ", "a ceux"))
        ):
            return True
        bare = said.is_whole and body.strip("() ")
        effects = {instruction.effect for instruction in said.instructions}
        is_bracketed = body.startswith("(") and body.endswith(")")
        return bool(bare) and (effects <= SPOKEN or is_bracketed or (is_capitals(body) and in_question and effects != {"end"}))

    def stop_in(self, text: str) -> str:
        """Return the condition in “STOP si moins de 18 ans” or “Si Q1 = 2 : STOP”; '' when there is none."""
        words = plain(text.strip("() ").translate({ord(arrow): "|" for arrow in "→➔⇒►"}))
        for form in (STOP_IF, IF_STOP):
            found = form.fullmatch(words)
            if found and self.filter_of("si " + found["condition"].strip()) is not None:
                return found["condition"].strip()
        return ""

    def filter_before(self, wording: str) -> tuple[str, str]:
        """Part "À CEUX QUI ONT RÉPONDU OUI À Q1 : combien ?" into the filter and the wording; no filter is ''."""
        before, colon, rest = wording.partition(":")
        is_filter = colon and rest.strip() and opens_a_filter(before) and self.filter_of(before) is not None
        return (before.strip(), rest.strip()) if is_filter else ("", wording)

    def are_in(self, inner: str, *, in_choice: bool) -> bool:
        """Say whether round brackets hold orders and nothing for people to read; those of a choice are fewer."""
        understood = instructions_in(inner[:200])
        if self.stop_in(inner) or (not in_choice and opens_a_filter(inner) and self.filter_of(inner) is not None):
            return True
        allowed = not in_choice or all(instruction.effect in MARKS_A_CHOICE for instruction in understood.instructions)
        return understood.is_whole and allowed and len(inner) < 200
