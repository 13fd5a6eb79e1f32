"""What stands between a wave's figures and their publication: mentions never given, weights too uneven, nothing to publish."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from reports.edition import Edition
from reports.models import Weighting
from reports.models.weightings import MAIN
from surveys.models import Wave

LEAST_EFFICIENCY = 0.6  # under it a named person answers for publishing, with a reason


@dataclass(frozen=True)
class Lack:
    """Something that is missing, and whether nothing is published without it."""

    says: str
    is_blocking: bool


@dataclass(frozen=True)
class Readiness:
    """How far the figures of an edition are from being published."""

    edition: Edition

    @property
    def wave(self) -> Wave:
        """Return the wave."""
        return self.edition.wave

    @property
    def is_under_the_law(self) -> bool:
        """Say whether the law on opinion polls is taken to hold: it is, until somebody says that it does not."""
        return self.wave.survey.electoral_scope != "no"

    @cached_property
    def lacks(self) -> tuple[Lack, ...]:
        """Return everything that is missing."""
        return (*self._unpublishable(), *self.mentions)

    @cached_property
    def mentions(self) -> tuple[Lack, ...]:
        """Return what of the survey itself was never said, and a notice must say."""
        return tuple(self._mentions())

    @property
    def blocking(self) -> tuple[str, ...]:
        """Return what publication waits for."""
        return tuple(lack.says for lack in self.lacks if lack.is_blocking)

    @property
    def efficiency(self) -> float | None:
        """Return the efficiency of the weights, None when nothing is weighted."""
        aggregation = self.edition.results.aggregation
        return aggregation.efficiency if aggregation and self.edition.state == "weighted" else None

    @property
    def needs_allowance(self) -> bool:
        """Say whether the weights are so uneven that a person must answer for them, and nobody has yet."""
        return self.efficiency is not None and self.efficiency < LEAST_EFFICIENCY and self.allowed is None

    @cached_property
    def allowed(self) -> Weighting | None:
        """Return the record of these very weights that a person has allowed, with a reason."""
        aggregation = self.edition.results.aggregation
        if aggregation is None:
            return None
        same = Weighting.objects.filter(wave=self.wave, scheme=MAIN, n=aggregation.n, revisions=aggregation.revisions)
        return same.filter(allowed_by__isnull=False).exclude(allowed_because="").select_related("allowed_by").last()

    def _mentions(self) -> Iterator[Lack]:
        survey, press, is_held = self.wave.survey, self.edition.press, self.is_under_the_law
        mentions = (
            (_("Institute"), self.wave.institute or survey.institute, "settings.institute"),
            (_("Sponsor"), survey.sponsor, "settings.sponsor"),
            (_("Quality of the sponsor"), survey.sponsor_quality, "settings.sponsor_quality"),
            (_("Population"), press.text(survey.population), "settings.population"),
            (_("Dates"), press.period_of(self.wave), "waves.starts, waves.ends"),
            (_("Mode"), press.mode_of(self.wave), "settings.mode"),
        )
        for name, given, cell in mentions:
            if not given:
                yield Lack(_("%(mention)s: not given (%(cell)s).") % {"mention": name, "cell": cell}, is_held)
        if (self.wave.mode or survey.mode) == "online" and not press.text(survey.limits):
            yield Lack(_("An online survey must say its limits; fill in the limits columns."), is_blocking=True)
        if survey.electoral_scope not in ("yes", "no"):
            yield Lack(_("Nobody has said whether the law on opinion polls holds for this survey (settings.electoral_scope: yes or no): until then it is taken to."), is_blocking=False)  # fmt: skip

    def _unpublishable(self) -> Iterator[Lack]:
        state = self.edition.state
        if self.wave.is_open:
            yield Lack(_("The field is open: pause or close it, so that the figures published are final."), is_blocking=True)
        if state in ("nobody", "few"):
            yield Lack(_("Nothing to publish: %(n)s people interviewed.") % {"n": self.edition.n}, is_blocking=True)
        elif state == "raw":
            yield Lack(_("The percentages are not weighted: %(reason)s") % {"reason": self.edition.refusal}, is_blocking=True)
        elif not any(self.edition.value(result) is not None for result in self.edition.results):
            yield Lack(_("Nothing to publish: no figure has a large enough base."), is_blocking=True)
