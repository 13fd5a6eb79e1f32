"""Conditions in words: "answer “Yes” to “Do you know…?”", for readers of a base or of a figure's selection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, reduce

from reports.core.sentences import Words
from reports.core.typography import quoted, typeset
from surveys.core.expressions import Answer, Expression, as_text, holds
from surveys.core.grammar import Call, Literal, Node, Variable
from surveys.core.messages import N_, Message
from surveys.core.questionnaire import Choice, Labels, Question, Questionnaire
from surveys.core.wording import Teller
from surveys.core.wording.telling import PIPE


@dataclass(frozen=True)
class _Answers:
    """Any of some answers to one question: what most conditions say, once their parts are put together."""

    question: str
    names: tuple[str, ...]


def in_words(condition: Expression | None, questionnaire: Questionnaire, language: str, current: str = "") -> Words:
    """Return what the condition says, its questions quoted in full. None: everybody; ``current`` is the question that "." is."""
    if condition is None:
        return Message(N_("everybody interviewed"))
    return _Teller(questionnaire, language, condition.text, current).tell(condition.tree)


def chosen(selection: Expression, question: Question) -> frozenset[str]:
    """Return the names of the question's choices that the selection looks for: those that fulfil it by themselves, or,
    when it needs several questions, those that it names."""
    if selection.variables == {question.name}:
        return frozenset(choice.name for choice in question.choices if holds(selection, {question.name: _alone(question, choice)}))
    return frozenset(as_text(value) for name, value in selection.comparisons() if name == question.name)


def _alone(question: Question, choice: Choice) -> Answer:
    return (choice.name,) if question.kind == "multiple" else choice.name


def label(labels: Labels, language: str, default: str) -> str:
    """Return a study's text in a language, or in its own by default, with the typography of the one used."""
    used = language if labels.get(language) else default
    return typeset(labels.get(used, ""), used)


def full_names(questionnaire: Questionnaire, language: str) -> dict[str, str]:
    """Return the wording of each question that people answer, by name, such that each says by itself what was asked.

    The row of a block comes after the block's own words; the turns of a loop, which ask the same, after their page's title. An
    earlier answer within a wording is left open.
    """
    default, pages = questionnaire.default_language, questionnaire.page_of
    names = {}
    for name, question in questionnaire.questions.items():
        if question.is_asked:
            block = pages[name].blocks.get(question.block)
            heading = label(block.labels, language, default) if block else ""
            names[name] = PIPE.sub("…", _after(heading, label(question.labels, language, default) or name))
    shared = Counter(names.values())
    titles = {name: PIPE.sub("…", label(pages[name].labels, language, default)) for name, told in names.items() if shared[told] > 1}
    return {name: _after(titles.get(name, ""), told) for name, told in names.items()}


def _after(heading: str, text: str) -> str:
    return f"{heading} – {text}" if heading else text


class _Teller:
    def __init__(self, questionnaire: Questionnaire, language: str, written: str, current: str) -> None:
        self.questionnaire = questionnaire
        self.language = language
        self.written = written
        self.current = current

    def tell(self, node: Node) -> Words:
        answers = _answers(node)
        if answers is not None and answers.question in self._called:
            return Message(N_("answer %(choices)s to %(question)s"), self._values(answers))
        if isinstance(node, Call) and node.function == "not":
            denied = _answers(node.arguments[0])
            if denied is not None and denied.question in self._called:
                return Message(N_("any answer but %(choices)s to %(question)s, or question not asked"), self._values(denied))
        if isinstance(node, Call) and node.function in ("and", "or"):
            first, second = (self.tell(argument) for argument in node.arguments)
            template = N_("%(first)s and %(second)s") if node.function == "and" else N_("%(first)s or %(second)s")
            return Message(template, {"first": first, "second": second})
        return Teller(self.questionnaire, self.language, self._called).tell(Expression(self.written, node), self.current)

    @cached_property
    def _called(self) -> dict[str, str]:
        return {name: quoted(told, self.language) for name, told in full_names(self.questionnaire, self.language).items()}

    def _values(self, answers: _Answers) -> dict[str, object]:
        question = self.questionnaire.questions[answers.question]
        return {"choices": self._either([self._choice(question, name) for name in answers.names]), "question": self._question(question)}

    def _choice(self, question: Question, name: str) -> str:
        choice = question.choice_by_name.get(name)
        return quoted(self._label(choice.labels) if choice else name, self.language)

    def _question(self, question: Question) -> str:
        return self._called[question.name]

    def _label(self, labels: Labels) -> str:
        return label(labels, self.language, self.questionnaire.default_language)

    def _either(self, choices: Sequence[Words]) -> Words:
        return reduce(lambda first, second: Message(N_("%(first)s or %(second)s"), {"first": first, "second": second}), choices)


def _answers(node: Node) -> _Answers | None:
    """Return the node as answers to one question: = or selected, or several of them with or, on the same question."""
    if not isinstance(node, Call):
        return None
    if node.function == "or":
        first, second = (_answers(argument) for argument in node.arguments)
        if first is None or second is None or first.question != second.question:
            return None
        return _Answers(first.question, first.names + second.names)
    if node.function in ("=", "selected"):
        for one, other in (node.arguments, node.arguments[::-1]):
            if isinstance(one, Variable) and isinstance(other, Literal):
                return _Answers(one.name, (as_text(other.value),))
    return None
