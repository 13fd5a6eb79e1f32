"""The mentions that go wherever a figure goes: who asked whom, when and how, the question, the base, and what it is compared with."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from reports.core.conditions import full_names
from reports.core.typography import percentage
from reports.edition import Edition, FigureView
from reports.evidence import DEMONSTRATION
from reports.note import benchmark_note, wave_note
from reports.press import Press
from reports.results import Result
from surveys.core.messages import N_, Message


@dataclass(frozen=True)
class Mentions:
    """What may not be cut from a figure. ``survey`` is the line of six facts, ``questions`` as they were put, ``comparisons`` the
    notes on another wave and on reference measures, ``margin`` what the line on a bar is, ``address`` that of the receipt."""

    survey: str
    questions: tuple[str, ...]
    margin: str
    comparisons: tuple[str, ...]
    address: str
    demonstration: str

    @property
    def lines(self) -> tuple[str, ...]:
        """Return them one after another, the demonstration apart."""
        parts = (self.survey, *self.questions, self.margin, *self.comparisons, self.address)
        return tuple(part for part in parts if part)


def mentions_of(edition: Edition, result: Result) -> Mentions:
    """Return the mentions of a figure."""
    press = edition.press
    return Mentions(
        survey=survey_line(edition),
        questions=tuple(_questions(edition, result)),
        margin=_margin(press, result) if edition.margin(result) else "",
        comparisons=tuple(_comparisons(edition, result)),
        address=address_of(edition, "receipt", result.figure.code),
        demonstration=demonstration_of(edition),
    )


def about_line(edition: Edition, view: FigureView) -> str:
    """Return a figure's base, its size, its margin and its change in one line."""
    parts = [_("Base: %(base)s, n = %(n)s") % {"base": view.base_line, "n": view.n}]
    parts += [_("unweighted")] if edition.state == "raw" else []
    parts += [part for part in (view.margin, view.gap) if part]
    parts += [_("small base, to be read with caution")] if view.is_weak else []
    return " · ".join(parts)


def survey_line(edition: Edition, *, is_brief: bool = False) -> str:
    """Return the survey in one line: institute, sponsor (and its quality unless brief), population, size, dates, mode."""
    press, wave, survey = edition.press, edition.wave, edition.wave.survey
    sponsor = ", ".join(text for text in (survey.sponsor, "" if is_brief else survey.sponsor_quality) if text)
    facts = [
        _("Institute: %(name)s") % {"name": wave.institute or survey.institute or _("not given")},
        _("Sponsor: %(name)s") % {"name": sponsor or _("not given")},
        press.text(survey.population),
        _people(edition),
        press.period_of(wave),
        press.mode_of(wave),
        "" if edition.state == "weighted" else _("unweighted"),
    ]
    return " · ".join(fact for fact in facts if fact)


def source_of(edition: Edition) -> str:
    """Return the survey as it is cited in brackets: who asked, when, how many, how; and that its data are invented."""
    press, wave, survey = edition.press, edition.wave, edition.wave.survey
    facts = [survey.sponsor or wave.institute or survey.institute, press.period_of(wave), _people(edition), press.mode_of(wave)]
    source = ", ".join(fact for fact in facts if fact)
    warnings = [_("unweighted") if edition.state == "raw" else "", _("demonstration data") if survey.is_demonstration else ""]
    return press.listed(part for part in (source, *warnings) if part)


def demonstration_of(edition: Edition) -> str:
    """Return the sentence that invented answers carry everywhere, '' for a survey's own."""
    return _(DEMONSTRATION) if edition.wave.survey.is_demonstration else ""


def address_of(edition: Edition, name: str, *parts: str) -> str:
    """Return the whole address of a page of the wave, in the language; it stays the same for ever."""
    wave = edition.wave
    return f"{settings.PUBLIC_URL}{reverse(name, args=[wave.survey.slug, wave.code, *parts])}?lang={edition.press.language}"


def _people(edition: Edition) -> str:
    values = {"n": edition.press.count(edition.n)}
    return _("%(n)s person") % values if edition.n == 1 else _("%(n)s people") % values


def _questions(edition: Edition, result: Result) -> list[str]:
    press, questionnaire = edition.press, edition.results.questionnaire
    names, variables = full_names(questionnaire, press.language), result.selection.variables | {result.figure.measure}
    return [
        _("Question: %(wording)s") % {"wording": press.quoted(names.get(name) or press.text(question.labels) or name)}
        for name, question in questionnaire.questions.items()
        if name in variables
    ]


def _margin(press: Press, result: Result) -> str:
    values = {"level": percentage("95", press.language)}
    if result.figure.is_measure:
        return _("The line on both sides of a point shows the margin of error at the %(level)s confidence level.") % values
    return _("The line across the end of a bar shows the margin of error at the %(level)s confidence level.") % values


def _comparisons(edition: Edition, result: Result) -> list[str]:
    press, comparison = edition.press, edition.comparison(result)
    notes = [benchmark_note(press, benchmark) for benchmark in edition.benchmarks(result)]
    if comparison is None:
        return notes
    note = {"wave": press.label_of(comparison.wave), "note": wave_note(press, [comparison])}
    return [press.say(Message(N_("%(wave)s: %(note)s"), note)), *notes]
