"""What the pages of open answers show, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.contrib.auth.models import User
from django.utils.translation import get_language, gettext_lazy

from reports.coding.answers import Group
from reports.coding.counting import codes_of, standings_of, summed_up
from reports.core.coding import Code, host_of
from reports.core.conditions import full_names
from reports.core.typography import percentage
from reports.models import CodeFrame
from reports.press import Press
from surveys.core.questionnaire import Question, Questionnaire
from surveys.models import Survey, Wave

KEYS = "123456789abcdefghijklmopqrstuvwxyz"  # the sign that gives each code; beyond, the mouse
AT_ONCE = 60  # groups listed beside the one that is coded
FILTER_WORDS = {
    "to_code": gettext_lazy("To code"),
    "mine": gettext_lazy("Coded by me"),
    "disagreement": gettext_lazy("In disagreement"),
    "all": gettext_lazy("Everything"),
}


@dataclass(frozen=True)
class Line:
    """An open question in the list: its wording, the question whose “other” it specifies, how far it is coded."""

    name: str
    wording: str
    host: str
    answers: str
    coded: str
    twice: str
    disagreed: str
    agreement: str
    kappa: str
    codes: int

    @classmethod
    def of(cls, wave: Wave, question: Question, frame: CodeFrame | None, answers: int) -> Line:
        """Return the line of a question."""
        press, questionnaire = _press(wave.survey), _definition(wave)
        names, host = full_names(questionnaire, press.language), host_of(questionnaire, question)[0]
        summary = summed_up(answers, standings_of(frame, wave) if frame else {})
        agreement = "–" if summary.agreement is None else percentage(press.decimals(100 * summary.agreement, 1), press.language)
        kappa = "–" if summary.kappa is None else press.decimals(summary.kappa, 2)
        return cls(
            name=question.name,
            wording=names.get(question.name, question.name),
            host=names.get(host, ""),
            answers=press.count(answers),
            coded=press.count(summary.coded),
            twice=press.count(summary.twice),
            disagreed=press.count(summary.disagreed),
            agreement=agreement,
            kappa=kappa,
            codes=len(frame.codes) if frame else 0,
        )


@dataclass(frozen=True)
class Key:
    """A code as it is chosen: its sign on the keyboard, its name, its words, the listed answer it goes back into."""

    sign: str
    code: str
    label: str
    back: str
    is_chosen: bool
    labels: tuple[tuple[str, str], ...]
    choice: str


@dataclass(frozen=True)
class Row:
    """A group of answers in the list beside: how many wrote it, and the codes that the reader gave it."""

    key: str
    text: str
    people: str
    codes: str
    is_shown: bool


class AnswersPage:
    """The answers to a question as one coder sees them: the group to be coded, the codes, and the groups around it."""

    def __init__(
        self, wave: Wave, question: Question, frame: CodeFrame | None, groups: list[Group], at: str, coder: int, *, settles: bool
    ) -> None:
        self.press, self.questionnaire, self.survey = _press(wave.survey), _definition(wave), wave.survey
        self.question, self.groups, self.coder, self.settles = question, groups, coder, settles
        self.codes: tuple[Code, ...] = codes_of(frame) if frame else ()
        self.shown = next((group for group in groups if group.key == at), groups[0] if groups else None)
        self.wording = full_names(self.questionnaire, self.press.language).get(question.name, question.name)
        self.languages = wave.survey.languages

    @cached_property
    def host(self) -> Question | None:
        """Return the question whose “other” this one specifies."""
        return self.questionnaire.questions.get(host_of(self.questionnaire, self.question)[0])

    @property
    def keys(self) -> list[Key]:
        """Return the codes, each with its sign."""
        chosen = self.shown.mine(self.coder) if self.shown else frozenset()
        signs = (*KEYS, *[""] * len(self.codes))
        return [
            Key(sign, each.code, self.press.text(each.label) or each.code, self._back(each.choice), each.code in chosen,
                tuple((language, each.label.get(language, "")) for language in self.languages), each.choice)
            for sign, each in zip(signs, self.codes, strict=False)
        ]  # fmt: skip

    @property
    def people(self) -> str:
        """Return how many people gave the answer that is shown."""
        return self.press.count(self.shown.people) if self.shown else ""

    @property
    def rows(self) -> list[Row]:
        """Return the groups listed beside the one that is coded."""
        return [
            Row(group.key, group.text, self.press.count(group.people), self.words(group.mine(self.coder)), group == self.shown)
            for group in self.groups[:AT_ONCE]
        ]

    @property
    def further(self) -> str:
        """Return how many groups the list leaves out, '' for none."""
        return self.press.count(len(self.groups) - AT_ONCE) if len(self.groups) > AT_ONCE else ""

    @cached_property
    def verdicts(self) -> list[tuple[str, str]]:
        """Return (coder, codes) of everybody who coded the group shown, once it may be seen."""
        if self.shown is None or not self.shown.is_open_to(self.coder, settles=self.settles):
            return []
        given = {(by, codes) for each in self.shown.standings.values() for by, codes in each.by.items()}
        names = dict(User.objects.filter(pk__in=[by for by, _codes in given]).values_list("pk", "username"))
        return sorted((names.get(by, "?"), self.words(codes)) for by, codes in given)

    @property
    def settled(self) -> str:
        """Return the codes that a third person decided on."""
        found = {each.codes for each in self.shown.standings.values() if each.state == "settled"} if self.shown and self.verdicts else set()
        return ", ".join(sorted(self.words(codes) for codes in found))

    def words(self, codes: frozenset[str]) -> str:
        """Return codes in words, in the order of the frame."""
        return ", ".join(self.press.text(each.label) or each.code for each in self.codes if each.code in codes)

    def _back(self, choice: str) -> str:
        listed = self.host.choice_by_name.get(choice) if self.host and choice else None
        return self.press.text(listed.labels) if listed else choice


def choices_of(wave: Wave, question: Question) -> list[tuple[str, str]]:
    """Return the listed answers (name, label) that a code of this question can go back into; the “other” is none of them."""
    questionnaire, press = _definition(wave), _press(wave.survey)
    host, other = host_of(questionnaire, question)
    choices = questionnaire.questions[host].choices if host else ()
    return [(each.name, press.text(each.labels)) for each in choices if each.name != other and not each.is_exclusive]


def _definition(wave: Wave) -> Questionnaire:
    assert wave.questionnaire is not None, "only a wave with a questionnaire of ours has answers"
    return wave.questionnaire.definition()


def _press(survey: Survey) -> Press:
    return Press(survey, get_language() or survey.default_language)
