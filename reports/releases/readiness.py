"""What stands between a wave's figures and their publication: mentions never given, weights too uneven, nothing to publish."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from reports.documents.missing import missing
from reports.edition import Edition
from reports.models import Weighting
from reports.models.weightings import MAIN
from reports.press import capitalised
from surveys.models import Wave

LEAST_EFFICIENCY = 0.6  # under it a named person answers for publishing, with a reason


@dataclass(frozen=True)
class Lack:
    """Something that is missing, whether nothing is published without it, and whether whoever publishes is asked for it."""

    says: str
    is_blocking: bool
    is_asked: bool = False


@dataclass(frozen=True)
class Readiness:
    """How far the figures of an edition are from being published."""

    edition: Edition

    @property
    def wave(self) -> Wave:
        """Return the wave."""
        return self.edition.wave

    @cached_property
    def lacks(self) -> tuple[Lack, ...]:
        """Return everything that is missing."""
        return (*self._unpublishable(), *self.mentions)

    @cached_property
    def mentions(self) -> tuple[Lack, ...]:
        """Return what the notice must say and lacks."""
        return tuple(self._mentions())

    @property
    def blocking(self) -> tuple[str, ...]:
        """Return what publication waits for."""
        return tuple(lack.says for lack in self.lacks if lack.is_blocking)

    @property
    def is_waiting(self) -> bool:
        """Say whether publication waits for something that its form does not ask for."""
        return any(lack.is_blocking and not lack.is_asked for lack in self.lacks)

    @property
    def asks_for_filing(self) -> bool:
        """Say whether whoever publishes must say when the notice was filed."""
        return any(lack.is_asked for lack in self.lacks)

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
        for each in missing(self.edition):
            text = _("%(what)s (%(where)s)") % {"what": capitalised(each.what), "where": each.remedy}
            yield Lack(text, each.is_blocking, each.is_asked)

    def _unpublishable(self) -> Iterator[Lack]:
        if self.wave.is_open:
            yield Lack(_("The field is open: pause or close it, so that the figures published are final."), is_blocking=True)
        is_weighted = self.edition.state == "weighted"  # that nobody was interviewed, or nothing weighted, is missing from the notice
        if is_weighted and not any(self.edition.value(result) is not None for result in self.edition.results):
            yield Lack(_("Nothing to publish: no figure has a large enough base."), is_blocking=True)
