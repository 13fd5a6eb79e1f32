"""The technical part of the results: who asked whom, how, when, with what margins. A fact that nobody entered is said to be so."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from reports.core.precision import PERCENTAGES, grid, margin_at
from reports.core.typography import percentage, plus_minus
from reports.edition import Edition
from reports.models import Aggregation
from reports.press import Press, uncapitalised
from surveys.core.cells import language_code


@dataclass(frozen=True)
class Fact:
    """A mention and what it says."""

    name: str
    says: str
    is_code: bool = False


@dataclass(frozen=True)
class MarginsGrid:
    """Margins of error: a column for each percentage and its complement, a row for each size that the study publishes."""

    percentages: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def facts_of(edition: Edition) -> list[Fact]:
    """Return the mentions that stand with every publication."""
    press, wave, survey = edition.press, edition.wave, edition.wave.survey
    sponsor = ", ".join(text for text in (survey.sponsor, survey.sponsor_quality) if text)
    people = {"n": press.count(edition.n)}
    return [
        Fact(_("Institute"), _given(wave.institute or survey.institute)),
        Fact(_("Sponsor"), _given(sponsor)),
        Fact(_("Population"), _given(press.text(survey.population))),
        Fact(_("People interviewed"), _("%(n)s person") % people if edition.n == 1 else _("%(n)s people") % people),
        Fact(_("Dates"), _given(press.period_of(wave))),
        Fact(_("Mode"), _given(press.mode_of(wave))),
        Fact(_("Sample"), sampling_of(edition)),
        Fact(_("Weighting"), weighting_of(edition)),
        Fact(_("Limits"), _given(press.text(survey.limits))),
    ]


def entered(edition: Edition, column: str) -> str:
    """Return what the settings sheet says in a column of ``reward``, ``buyer``… in the edition's language; '' where it says nothing."""
    said = {}
    for header, text in edition.wave.survey.settings.items():
        name, _separator, language = header.partition("::")
        if name == column and text:
            said[language_code(language) if language else edition.wave.survey.default_language] = str(text)
    return edition.press.text(said) if said else ""


def filed_on(edition: Edition) -> str:
    """Return when the notice was filed, as entered: by whoever publishes, else on the settings sheet; '' where nobody said it."""
    return edition.filed_on.isoformat() if edition.filed_on else entered(edition, "notice_filed")


def sampling_of(edition: Edition) -> str:
    """Return how people were chosen, in words."""
    variables = dict.fromkeys(name for quota in edition.quotas for name in quota.variables)
    quotas = [edition.variable_names[name] for name in variables]
    return _("quotas on: %(variables)s") % {"variables": ", ".join(quotas)} if quotas else _("no quotas")


def weighting_of(edition: Edition) -> str:
    """Return what the percentages were weighted on and how far the weights go, or why they were not."""
    if not edition.wave.weighting:
        return _("none: every answer counts the same")
    aggregation, values = edition.results.aggregation, {"variables": _variables(edition)}
    if edition.state == "raw":
        return _("not weighted: %(reason)s") % {"reason": uncapitalised(edition.refusal)}
    if edition.state != "weighted" or aggregation is None:
        return _("raking on: %(variables)s") % values
    return _("raking on: %(variables)s (%(weights)s)") % {**values, "weights": weights_of(edition.press, aggregation)}


def _variables(edition: Edition) -> str:
    told = ", ".join(edition.variable_names[name] for name in edition.wave.weighting)
    design = edition.results.design
    if not design:
        return told
    names = {"variables": told, "design": edition.variable_names.get(design, design)}
    return _("%(variables)s, the oversample first brought back to its share (%(design)s)") % names


def weights_of(press: Press, aggregation: Aggregation) -> str:
    """Return the summary of the weights: from 0,87 to 1,15, efficiency 98,3 %."""
    values = {
        "smallest": press.decimals(aggregation.min_weight or 0, 2),
        "largest": press.decimals(aggregation.max_weight or 0, 2),
        "efficiency": press.percent(100 * (aggregation.efficiency or 0), 1),
        "effective": press.count(aggregation.effective_n or 0),
    }
    return _("weights from %(smallest)s to %(largest)s, efficiency %(efficiency)s: as precise as %(effective)s people of equal weight") % values  # fmt: skip


def margin_statement(edition: Edition) -> str:
    """Return the sentences on margins of error that go with every publication, at the study's own size."""
    press = edition.press
    statement = [_("Like any sample survey, this one has margins of error.")]
    if edition.quotas:
        statement.append(_("The sample is built by quotas: the margins are given by reference to random sampling."))
    if edition.n >= edition.press.thresholds.smallest:
        values = {
            "n": press.count(edition.n),
            "half": percentage("50", press.language),
            "margin": press.margin(margin_at(edition.n, 50)),
            "level": percentage("95", press.language),
        }
        statement.append(
            _("For %(n)s people and a result of %(half)s, the margin is %(margin)s at the %(level)s confidence level.") % values
        )
    return " ".join(statement)


def margins_grid(edition: Edition) -> MarginsGrid:
    """Return the margins at the sizes of the study and of the bases that it publishes."""
    press = edition.press
    bases = {result.estimate.n for result in edition.results if result.estimate}
    sizes = [n for n in {edition.n, *bases} if n >= press.thresholds.smallest]
    headings = [_("%(low)s or %(high)s") % {"low": low, "high": percentage(str(100 - low), press.language)} for low in PERCENTAGES[:-1]]
    rows = [
        (press.count(n), tuple(plus_minus(press.decimals(margin, 1), press.language) for margin in margins)) for n, margins in grid(sizes)
    ]
    return MarginsGrid((*headings, percentage(str(PERCENTAGES[-1]), press.language)), tuple(rows))


def _given(text: str) -> str:
    return text or _("not given")
