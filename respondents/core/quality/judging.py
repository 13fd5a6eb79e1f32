"""All the rules that look at one interview by itself, put to it; and what it may share with others."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from respondents.core.quality.cases import Case, Finding
from respondents.core.quality.checks import attention_questions, contradictory, inattentive
from respondents.core.quality.gibberish import gibberish, text_questions
from respondents.core.quality.rules import Rules
from respondents.core.quality.same import comparable_text
from respondents.core.quality.speed import PageTimes, too_fast
from respondents.core.quality.straight import Grid, grids_of, straight_lines
from surveys.core.questionnaire import Question, Questionnaire

MARK = 16  # bytes of a digest: two of ten million different answers have the same once in 10^24 times


@dataclass(frozen=True)
class Judge:
    """The rules of a study for one version of its questionnaire, and the page times of the wave's ``completes``."""

    questionnaire: Questionnaire
    rules: Rules
    times: PageTimes
    completes: int

    @cached_property
    def grids(self) -> tuple[Grid, ...]:
        """Return the grids of the questionnaire."""
        return grids_of(self.questionnaire)

    @cached_property
    def texts(self) -> tuple[Question, ...]:
        """Return the questions answered in one's own words."""
        return text_questions(self.questionnaire)

    @cached_property
    def attention(self) -> tuple[Question, ...]:
        """Return the questions that say what to answer."""
        return attention_questions(self.questionnaire)

    @cached_property
    def closed(self) -> tuple[str, ...]:
        """Return the names of the questions answered without words of one's own."""
        return tuple(question.name for question in self.questionnaire.variables() if question.is_asked and question.kind != "text")

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield what the rules find in an interview by itself."""
        rules = self.rules
        yield from too_fast(case, self.times, self.completes, rules)
        if rules.straight_line is not None:
            yield from straight_lines(case.answers, self.grids, rules.straight_line)
        if rules.attention is not None:
            yield from inattentive(case.answers, self.attention)
        if rules.gibberish is not None:
            yield from gibberish(case, self.texts, rules.gibberish)
        yield from contradictory(case.answers, rules.contradictions, self.questionnaire.questions)

    def marks(self, case: Case) -> Mapping[bytes, Finding]:
        """Return the digests by which this interview is told to be like another, and what is found when one is."""
        found: dict[bytes, Finding] = {}
        if self.rules.same_text is not None:
            for question in self.texts:
                text = comparable_text(str(case.answers.get(question.name, "")), self.rules.same_text)
                if text and question.name in case.answers:
                    found[_mark("same_text", question.name, text)] = Finding("same_text", question.name)
        given = {name: case.answers[name] for name in self.closed if case.answers.get(name)}
        if self.rules.identical is not None and len(given) >= self.rules.identical.answers:
            found[_mark("identical", repr(given))] = Finding("identical", "", {"answers": len(given)})
        return found


def _mark(*parts: str) -> bytes:
    return hashlib.sha256("|".join(parts).encode()).digest()[:MARK]
