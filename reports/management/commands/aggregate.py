"""``manage.py aggregate SURVEY WAVE``: computes every figure of a wave again, now."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from reports.aggregation import AlreadyRunning, aggregate
from reports.dataset import RecordsDisagree
from surveys.asking import find_wave


class Command(BaseCommand):
    """Recompute the figures of one wave."""

    help = "Computes every figure of a wave again from its records, and stores them in place of the last ones."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the wave."""
        parser.add_argument("survey")
        parser.add_argument("wave")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compute, and say how the weighting came out; exit with 1 when nothing could be computed."""
        wave = find_wave(options["survey"], options["wave"])
        if wave.questionnaire is None:
            raise CommandError(_("Wave %(code)s has no interviews of ours: its figures are given, not computed.") % {"code": wave.code})
        try:
            aggregation = aggregate(wave)
        except AlreadyRunning:
            raise CommandError(_("Wave %(code)s is being computed just now.") % {"code": wave.code}) from None
        except RecordsDisagree as disagreement:
            raise CommandError(_("Nothing was computed: %(reason)s") % {"reason": disagreement}) from None
        counts = {"figures": aggregation.estimates.count(), "n": aggregation.n, "steps": aggregation.weighting_steps}
        self.stdout.write(_("%(figures)s figures computed from %(n)s interviews.") % counts)
        if aggregation.refusal:
            reason = aggregation.refusal.get(get_language() or "", next(iter(aggregation.refusal.values())))
            self.stdout.write(_("Not weighted: %(reason)s") % {"reason": reason})
        elif wave.weighting:
            weights = {
                "low": f"{aggregation.min_weight:.3f}",
                "high": f"{aggregation.max_weight:.3f}",
                "efficiency": f"{100 * (aggregation.efficiency or 0):.1f}",
            }
            self.stdout.write(_("Weights from %(low)s to %(high)s, efficiency %(efficiency)s %%.") % weights)
