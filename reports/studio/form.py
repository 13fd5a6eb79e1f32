"""The form of a figure: a question, its answers, the base, the words, the comparison; what it picks becomes a row of the sheet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from reports.core.conditions import full_names
from reports.edition import Edition
from reports.loading import figure_fields
from reports.measures import gives_numbers
from reports.models import Figure
from reports.results import Results
from reports.studio import picking
from reports.studio.picking import Picked, picked
from reports.studio.sheet import column_of, fingerprint, mistakes_in, row_of
from surveys.core.cells import language_code, texts
from surveys.core.questionnaire import Question, Questionnaire
from surveys.core.workbook import Mistake, Row
from surveys.models import Wave
from surveys.translation import say

WAYS = {
    picking.ANY: gettext_lazy("any of these answers"),
    picking.ALL: gettext_lazy("all of these answers"),
    picking.NONE: gettext_lazy("none of these answers"),
    picking.EXACTLY: gettext_lazy("exactly so many answers"),
    picking.AT_LEAST: gettext_lazy("at least so many answers"),
    picking.BETWEEN: gettext_lazy("a number from … to …"),
    picking.WRITTEN: gettext_lazy("a condition written by hand"),
}
PLACES = {picking.TOP: gettext_lazy("the first two"), picking.BOTTOM: gettext_lazy("the last two")}
NUMBER = re.compile(r"\d{1,9}([.,]\d{1,4})?")
Choices = list[tuple[str, Any]]


class FigureForm(forms.Form):
    """What a person says of a figure. ``stored`` is the figure as it stands, None for a new one."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    of = forms.CharField(required=False, widget=forms.HiddenInput)  # the question whose answers were on offer
    kind = forms.ChoiceField(label=gettext_lazy("Kind of number"), choices=Figure.Kind.choices)
    measure = forms.ChoiceField(label=gettext_lazy("Whose number"), required=False)
    question = forms.ChoiceField(label=gettext_lazy("Question"), required=False, widget=forms.Select({"size": 7}))
    how = forms.ChoiceField(label=gettext_lazy("Counted are those who gave"), required=False)
    answers = forms.MultipleChoiceField(label=gettext_lazy("Answers"), required=False, widget=forms.CheckboxSelectMultiple)
    together = forms.MultipleChoiceField(label=gettext_lazy("Several at once"), required=False, widget=forms.CheckboxSelectMultiple)
    low = forms.CharField(
        label=gettext_lazy("How many, or from"), required=False, max_length=14, widget=forms.TextInput({"inputmode": "decimal"})
    )
    high = forms.CharField(label=gettext_lazy("to"), required=False, max_length=14, widget=forms.TextInput({"inputmode": "decimal"}))
    selection = forms.CharField(label=gettext_lazy("Condition"), required=False, widget=forms.Textarea({"rows": 2, "spellcheck": "false"}))
    base = forms.ChoiceField(label=gettext_lazy("Base"))
    base_kind = forms.ChoiceField(label=gettext_lazy("Counted in the base"), choices=Figure.BaseKind.choices, required=False)
    not_asked = forms.BooleanField(label=gettext_lazy("Those who were not asked count as no"), required=False)
    compare_with = forms.ChoiceField(label=gettext_lazy("Compared with"), required=False)
    code = forms.SlugField(label=gettext_lazy("Code, in its address"), max_length=64)
    published_as = forms.CharField(label=gettext_lazy("Published as"), required=False, max_length=100)

    def __init__(self, wave: Wave, results: Results, stored: Figure | None, language: str, data: Mapping[str, Any] | None = None) -> None:
        assert wave.questionnaire is not None, "only waves with a questionnaire of ours have a studio"
        self.wave, self.survey, self.stored, self.language = wave, wave.survey, stored, language
        self.questionnaire: Questionnaire = results.questionnaire
        self.edition = Edition(results, language)
        super().__init__(None if data is None else only_of_its_question(data), initial=self._stored_values(stored), label_suffix="")
        for name in self.wordings:
            kind, _separator, code = name.rpartition("_")
            label = _("Says, in %(language)s") if kind == "says" else _("Right after another, in %(language)s")
            self.fields[name] = forms.CharField(label=label % {"language": name_of(code)}, required=kind == "says", max_length=300)
        if stored is not None:
            self.fields["code"].disabled = True
        self._offer()

    @property
    def wordings(self) -> list[str]:
        """Return the names of the fields of words, one of each for each language."""
        return [f"{kind}_{language}" for kind in ("says", "says_next") for language in self.survey.languages]

    @cached_property
    def picked_question(self) -> Question | None:
        """Return the question that is picked now, whether or not the rest is right."""
        name = (self.data.get("question") if self.is_bound else self.initial.get("question")) or ""
        return next((question for _number, question in picking.pickable(self.questionnaire) if question.name == name), None)

    @cached_property
    def row(self) -> Row:
        """Return the figure's row of the sheet; of a form whose fields are filled in."""
        told, is_measure = self.cleaned_data, self.cleaned_data["kind"] != Figure.Kind.SHARE
        cells = {name: str(told.get(name, "")) for name in ("code", "published_as", "base", "compare_with")}
        cells |= {"selection": self._condition(), "measure": told["measure"] if is_measure else ""}
        cells["kind"] = told["kind"] if is_measure else ""
        cells["base_kind"] = "" if is_measure or told["base_kind"] == Figure.BaseKind.NAMED else told["base_kind"]
        cells["not_asked"] = "counts_as_no" if told["not_asked"] and not is_measure else ""
        for name in self.wordings:
            kind, _separator, language = name.rpartition("_")
            cells[column_of(self.survey, kind, language)] = told.get(name, "")
        kept = self.stored.cells if self.stored else {}
        if picking.same(kept.get("selection", ""), cells["selection"]):
            cells["selection"] = kept.get("selection", cells["selection"])
        written = {name: text for name, text in cells.items() if text or name in kept}
        usual = {"kind": Figure.Kind.SHARE.value, "base_kind": Figure.BaseKind.NAMED.value}
        return row_of(self.survey, self.stored, {name: kept[name] if not text and kept.get(name) == usual.get(name, "-") else text
                                                 for name, text in written.items()})  # fmt: skip

    @property
    def is_countable(self) -> bool:
        """Say whether the number can be computed: all is right but, perhaps, its code and its words."""
        return not set(self.errors) - {"code", *self.wordings}

    def figure(self) -> Figure:
        """Return the figure that its row makes, not stored."""
        return Figure(pk=self.stored.pk if self.stored else None, survey=self.survey, **figure_fields(self.row))

    def clean(self) -> dict[str, Any]:
        """Hold the figure to what a workbook would be held to, each mistake at its field."""
        for name in ("low", "high"):
            if (text := self.cleaned_data.get(name, "")) and not NUMBER.fullmatch(text):
                self.add_error(name, _("Write a number, as 3 or 2.5."))
        if self.stored is None and self.survey.figures.filter(code=self.cleaned_data.get("code", "")).exists():
            self.add_error("code", _("Another figure has this code."))
        if self.is_countable:
            latest = self.survey.questionnaires.order_by("pk").last()
            versions = {self.wave.questionnaire, latest} - {None}
            for mistake in mistakes_in(self.row, self.survey, self.stored, [version.definition() for version in versions if version]):
                self._note(mistake)
        return self.cleaned_data

    def _note(self, mistake: Mistake) -> None:
        name, _separator, language = mistake.column.partition("::")
        field = f"{name}_{language_code(language)}" if language else name
        if mistake.sheet != "figures" or field not in self.fields:
            self.add_error(None, say(mistake.message))
        elif field not in self.errors:
            where = "question" if field == "selection" and self.cleaned_data.get("how") != picking.WRITTEN else field
            self.add_error(where, say(mistake.message))

    def _condition(self) -> str:
        told, question = self.cleaned_data, self.picked_question
        names = [*told["answers"], *(name for group in told["together"] for name in self._groups().get(group, ()))]
        ordered = [choice.name for choice in question.choices if choice.name in names] if question else []
        low, high = (told[name].replace(",", ".") for name in ("low", "high"))
        return Picked(told["question"], told["how"] or picking.ANY, tuple(ordered), low, high, told["selection"]).condition(question)

    def _groups(self) -> dict[str, tuple[str, ...]]:
        """Answers that are ticked at once: the study's own sub-totals of the list, and those by their place."""
        question = self.picked_question
        if question is None or not question.list_name:
            return {}
        nets = self.survey.nets.filter(list_name=question.list_name)
        return {f"net:{net.name}": tuple(net.cells.get("choices", "").split()) for net in nets} | picking.together(question)

    def _offer(self) -> None:
        press, names = self.edition.press, {**self.edition.variable_names, **full_names(self.questionnaire, self.language)}
        told = [(question.name, f"{number}. {names[question.name]}") for number, question in picking.pickable(self.questionnaire)]
        self._choose("question", [("", _("everybody in the base")), *told])
        numbers = {question.name for question in self.questionnaire.questions.values() if gives_numbers(question)}
        self._choose("measure", [("", "–"), *((name, words) for name, words in told if name in numbers)])
        question = self.picked_question
        self._choose("how", [(way, str(WAYS[way])) for way in (picking.ways_of(question) if question else (picking.ANY, picking.WRITTEN))])
        choices = question.choices if question is not None else ()
        self._choose("answers", [(choice.name, press.text(choice.labels) or choice.name) for choice in choices])
        self._choose("together", [(group, self._group_words(group, members)) for group, members in self._groups().items()])
        self._choose("base", [(code, press.base_line(base)) for code, base in self.questionnaire.bases.items()])
        others = self.survey.waves.exclude(pk=self.wave.pk)
        self._choose("compare_with", [("", _("nothing")), *((other.code, press.source_of(other)) for other in others)])

    def _group_words(self, group: str, members: Iterable[str]) -> str:
        question = self.picked_question
        assert question is not None, "groups are of a question"
        net = self.survey.nets.filter(list_name=question.list_name, name=group.removeprefix("net:")).first()
        words = PLACES.get(group) or (self.edition.press.text(texts(Row(0, net.cells), "label")) if net else "") or group
        labels = [self.edition.press.text(question.choice_by_name[name].labels) for name in members if name in question.choice_by_name]
        return f"{words} ({', '.join(labels)})"

    def _choose(self, name: str, choices: Choices) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField), "only lists are filled"
        field.choices = choices

    def _stored_values(self, stored: Figure | None) -> dict[str, Any]:
        if stored is None:
            return {"base": next(iter(self.questionnaire.bases)), "how": picking.ANY, "kind": Figure.Kind.SHARE}
        one = picked(stored.selection, self.questionnaire)
        words = {
            f"{kind}_{language}": getattr(stored, kind).get(language, "")
            for kind in ("says", "says_next")
            for language in self.survey.languages
        }
        return words | {
            "seen": fingerprint(stored), "of": one.question, "kind": stored.kind, "measure": stored.measure, "question": one.question, "how": one.how,
            "answers": list(one.answers), "low": one.low, "high": one.high, "selection": one.written, "base": stored.base,
            "base_kind": stored.base_kind, "not_asked": stored.not_asked_counts_as_no, "compare_with": stored.compare_with,
            "code": stored.code, "published_as": stored.published_as,
        }  # fmt: skip


def name_of(language: str) -> str:
    """Return a language's name in the reader's: "French", « français »; its code where Django does not know it."""
    try:
        return str(get_language_info(language)["name_translated"])
    except KeyError:
        return language


def only_of_its_question(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what was sent, without the answers that were ticked of another question than the one that is picked now."""
    if data.get("of", "") == data.get("question", ""):
        return data
    kept = QueryDict(mutable=True)
    kept.update(data)
    for name in ("how", "answers", "together", "low", "high"):
        kept.pop(name, None)
    kept["of"] = data.get("question", "")
    return kept
