"""What a wave's notice lacks: each thing that the law or the trade asks to be said and that nobody has entered or computed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from reports.core.claims import unfounded
from reports.edition import Edition
from reports.note import interval_of, tested_change
from reports.technical import entered, filed_on
from surveys.models import Survey


@dataclass(frozen=True)
class Missing:
    """Something that the notice cannot say, and where it is to be entered. ``mention`` is its number among those of the law;
    ``is_blocking`` says that nothing is published without it, ``is_asked`` that whoever publishes is asked for it."""

    mention: int
    what: str
    remedy: str
    is_blocking: bool = False
    is_asked: bool = False


def missing(edition: Edition) -> list[Missing]:
    """Return what the notice lacks, in its own order; empty when it is complete. Under the law of 1977 all of it blocks."""
    is_held = is_under_the_law(edition.wave.survey)
    found = sorted(_missing(edition), key=lambda each: each.mention)
    return [replace(each, is_blocking=each.is_blocking or is_held) for each in found]


def is_under_the_law(survey: Survey) -> bool:
    """Say whether the law on opinion polls is taken to hold: it is, until somebody says that it does not."""
    return survey.electoral_scope != "no"


def blocks_publication(edition: Edition) -> bool:
    """Say whether the wave may not be published as its notice stands."""
    return any(each.is_blocking for each in missing(edition))


def _missing(edition: Edition) -> Iterator[Missing]:
    for mention, what, column, said in _of_settings(edition):
        if not said:
            yield Missing(mention, what, _("settings sheet, column %(column)s") % {"column": column})
    yield from _missing_by_the_law(edition)
    if edition.state in ("nobody", "few"):
        yield Missing(3, _("enough people interviewed for a percentage"), _("wait for the interviews, then compute"), is_blocking=True)
    elif edition.state == "raw":
        yield Missing(14, _("the weighting: %(reason)s") % {"reason": edition.refusal}, _("weighting of the wave"), is_blocking=True)
    if not (edition.wave.starts and edition.wave.ends):
        yield Missing(4, _("the dates of the interviews"), _("waves sheet, columns starts and ends"))
    yield from _missing_margins(edition)
    yield from _unfounded(edition)


def _of_settings(edition: Edition) -> Iterator[tuple[int, str, str, str]]:
    """Each fact of the settings sheet: the mention it belongs to, its name, its column, and what was entered."""
    wave, survey, press = edition.wave, edition.wave.survey, edition.press
    yield 1, _("the institute"), "institute", wave.institute or survey.institute
    yield 2, _("the sponsor"), "sponsor", survey.sponsor
    yield 2, _("the sponsor’s quality"), "sponsor_quality", survey.sponsor_quality
    yield (
        8,
        _("whether the survey is about an election, and so falls under the law of 19 July 1977"),
        "electoral_scope",
        survey.electoral_scope if survey.electoral_scope in ("yes", "no") else "",
    )
    yield 10, _("the population"), "population", press.population
    yield 11, _("how people were interviewed"), "mode", press.mode_of(wave)
    yield 13, _("the nature and the value of the reward (write “none” if there was none)"), "reward", entered(edition, "reward")


def _missing_by_the_law(edition: Edition) -> Iterator[Missing]:
    """What the law asks of some surveys: the limits of one that was taken online, the filing of one that is about an election."""
    wave, survey = edition.wave, edition.wave.survey
    if not edition.press.text(survey.limits):
        is_online = (wave.mode or survey.mode) == "online"
        yield Missing(11, _("the limits of the survey"), _("settings sheet, column %(column)s") % {"column": "limits"}, is_online)
    if survey.electoral_scope == "yes" and not filed_on(edition):
        what = _("the date on which the notice was filed with the Commission des sondages")
        yield Missing(8, what, _("form of publication, or settings sheet, column notice_filed"), is_asked=True)


def _missing_margins(edition: Edition) -> Iterator[Missing]:
    found: dict[str, list[bool]] = {}
    for margin in edition.wave.margins.all():
        for name in margin.variable.split():
            found.setdefault(name, []).append(bool(margin.source and margin.date))
    for name in edition.wave.weighting:
        if not all(found.get(name, [False])):
            told = {"variable": edition.variable_names[name]}
            yield Missing(14, _("the source and the date of the population’s shares: %(variable)s") % told, _("margins sheet, columns source and date"))  # fmt: skip


def _unfounded(edition: Edition) -> Iterator[Missing]:
    """Words of the study that claim a majority or a significance which the figure does not have."""
    for result in edition.results:
        says, tested = edition.press.text(result.figure.says), tested_change(edition, result)
        if edition.value(result) is not None and unfounded(says, interval_of(edition, result), tested.p if tested else None):
            told = {"figure": result.figure.code, "says": edition.press.quoted(says)}
            yield Missing(7, _("what bears out %(says)s, said of the figure %(figure)s") % told, _("figures sheet, column %(column)s") % {"column": "says"})  # fmt: skip
