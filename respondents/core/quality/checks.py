"""What a study itself says to look at: attention questions answered otherwise, and answers that do not go together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from respondents.core.quality.cases import Finding
from respondents.core.quality.rules import Contradiction
from surveys.core.expressions import Answer, holds
from surveys.core.questionnaire import Question, Questionnaire


def attention_questions(questionnaire: Questionnaire) -> tuple[Question, ...]:
    """Return the questions that say what to answer."""
    return tuple(question for question in questionnaire.questions.values() if question.attention)


def inattentive(answers: Mapping[str, Answer], questions: Iterable[Question]) -> Iterator[Finding]:
    """Yield the attention questions answered otherwise than they say; one left without an answer is no wrong one.

    Of a multiple, exactly the choices named are right; of any other question, each of them is.
    """
    for question in questions:
        answer = answers.get(question.name, "")
        given = set(answer) if isinstance(answer, tuple) else {answer}
        is_right = given == set(question.attention) if question.kind == "multiple" else given <= set(question.attention)
        if answer and not is_right:
            yield Finding("attention", question.name)


def contradictory(answers: Mapping[str, Answer], contradictions: Sequence[Contradiction], known: Iterable[str]) -> Iterator[Finding]:
    """Yield the contradictions that hold for these answers; one about a question that is not ``known`` to the version does not."""
    names = set(known)
    for each in contradictions:
        if each.condition.variables <= names and holds(each.condition, answers):
            yield Finding(each.rule, "", {"condition": each.condition.text})
