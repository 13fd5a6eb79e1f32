"""What is asked of a table: which questions, by which banners, which per cents and marks. The address holds it all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.core.topics import Topic, topics
from reports.tables.people import QUESTION, sheet_banners
from reports.tables.titles import Titles
from surveys.core.questionnaire import Questionnaire
from surveys.models import Wave

PER = [("column", gettext_lazy("Column per cent")), ("row", gettext_lazy("Row per cent")), ("cell", gettext_lazy("Per cent of the whole")),
       ("count", gettext_lazy("Counts"))]  # fmt: skip
MARKS = [
    ("rest", gettext_lazy("▲ ▼ against the rest")),
    ("letters", gettext_lazy("Letters between columns")),
    ("none", gettext_lazy("None")),
]
WEIGHTS = [("weighted", gettext_lazy("Weighted")), ("raw", gettext_lazy("Unweighted"))]
MOST_QUESTIONS, MOST_BANNERS = 12, 8  # on one page; the book holds them all
Choices = list[tuple[str, Any]]


@dataclass(frozen=True)
class Wanted:
    """The choices made. ``q`` are codes of topics, ``by`` of banners, ``waves`` of other waves put beside; ``sort`` is a column
    ("banner.column", "total") or ''."""

    q: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    per: str = "column"
    marks: str = "rest"
    weights: str = "weighted"
    base: str = ""
    sort: str = ""
    waves: tuple[str, ...] = ()
    valid: bool = False
    bonferroni: bool = False

    @property
    def address(self) -> str:
        """Return the query string of these choices, those that are usual left out."""
        usual = Wanted()
        told = {each.name: getattr(self, each.name) for each in fields(self) if getattr(self, each.name) != getattr(usual, each.name)}
        return urlencode({name: "on" if value is True else value for name, value in told.items()}, doseq=True)

    def of(self, code: str) -> Wanted:
        """Return the same choices for one other table."""
        return replace(self, q=(code,))

    def of_all(self, banners: Iterable[str]) -> Wanted:
        """Return the same choices for every table, by these banners where none was chosen."""
        return replace(self, q=(), by=self.by or tuple(banners))


class TablesForm(forms.Form):
    """The choices of a page of tables."""

    q = forms.MultipleChoiceField(label=gettext_lazy("Questions"), required=False, widget=forms.SelectMultiple(attrs={"size": 8}))
    by = forms.MultipleChoiceField(label=gettext_lazy("By"), required=False, widget=forms.SelectMultiple(attrs={"size": 8}))
    base = forms.ChoiceField(label=gettext_lazy("Among"), required=False)
    waves = forms.MultipleChoiceField(label=gettext_lazy("Beside, the waves"), required=False, widget=forms.CheckboxSelectMultiple)
    per = forms.ChoiceField(label=gettext_lazy("Numbers"), choices=PER, required=False)
    marks = forms.ChoiceField(label=gettext_lazy("Marks"), choices=MARKS, required=False)
    weights = forms.ChoiceField(label=gettext_lazy("Weights"), choices=WEIGHTS, required=False)
    sort = forms.ChoiceField(label=gettext_lazy("Answers in the order of"), required=False)
    valid = forms.BooleanField(label=gettext_lazy("Without those who have no opinion"), required=False)
    bonferroni = forms.BooleanField(label=gettext_lazy("Bonferroni’s correction of the letters"), required=False)

    def __init__(self, data: Mapping[str, object], wave: Wave, questionnaire: Questionnaire, titles: Titles) -> None:
        super().__init__(data, label_suffix="")
        press = titles.press
        made = topics(questionnaire)
        self._choose("q", [(topic.code, _short(topic, titles)) for topic in made])
        self._choose("by", _banners(made, titles))
        bases = [(code, press.base_line(base)) for code, base in questionnaire.bases.items() if base.condition]
        self._choose("base", [("", _("everybody asked")), *bases])
        if others := other_waves(wave):
            self._choose("waves", [(other.code, press.label_of(other)) for other in others])
        else:
            del self.fields["waves"]
        self._choose("sort", [("", _("the questionnaire")), *_columns(wave, questionnaire, titles)])

    def clean_q(self) -> list[str]:
        """Refuse more questions than a page can hold."""
        return self._at_most("q", MOST_QUESTIONS, _("At most %(most)s questions on one page: ask for the book of tables to have them all."))

    def clean_by(self) -> list[str]:
        """Refuse more banners than a page can hold."""
        return self._at_most("by", MOST_BANNERS, _("At most %(most)s banners side by side."))

    def clean_sort(self) -> str:
        """Refuse to sort by a column that is not shown."""
        column: str = self.cleaned_data["sort"]
        banner, _dot, inside = column.partition(".")
        if inside and banner not in self.cleaned_data.get("by", ()):
            raise forms.ValidationError(_("This column is not in the table: choose its banner too, or another order."))
        return column

    def wanted(self) -> Wanted:
        """Return the choices; what was left out is as usual."""
        told: dict[str, Any] = {
            name: tuple(dict.fromkeys(value)) if isinstance(value, list) else value for name, value in self.cleaned_data.items() if value
        }
        return Wanted(**told)

    def _choose(self, name: str, choices: Choices) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField), "only lists are filled"
        field.choices = choices

    def _at_most(self, name: str, most: int, refusal: str) -> list[str]:
        chosen: list[str] = self.cleaned_data[name]
        if len(chosen) > most:
            raise forms.ValidationError(refusal % {"most": most})
        return chosen


def other_waves(wave: Wave) -> list[Wave]:
    """Return the waves of interviews that may stand beside this one."""
    return list(wave.survey.waves.exclude(pk=wave.pk).exclude(questionnaire=None).select_related("survey", "questionnaire"))


def _short(topic: Topic, titles: Titles) -> str:
    return f"{topic.number}. {titles.topic(topic)}"


def _banners(made: tuple[Topic, ...], titles: Titles) -> Choices:
    questions = [(f"{QUESTION}{topic.code}", _short(topic, titles)) for topic in made if topic.kind in ("single", "multiple", "scale")]
    return [(_("Banners of the study"), list(titles.banners.items())), (_("Answers to a question"), questions)]


def _columns(wave: Wave, questionnaire: Questionnaire, titles: Titles) -> Choices:
    """The columns that answers can be sorted by: everybody's, and those of the study's banners."""
    of_banners = [
        (f"{code}.{name}", f"{titles.banner(code)} – {titles.words(words, name)}")
        for code, columns in sheet_banners(wave.survey, questionnaire).items()
        for name, words, _condition in columns
    ]
    return [("total", _("everybody")), *of_banners]
