"""``manage.py weights SURVEY WAVE [--scheme CODE] [--format text|json|csv]``: what each weighting of a wave gave."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from reports.models import MAIN, Weighting
from reports.weightings.freezing import SUMMARY, latest_of
from surveys.asking import find_wave

COLUMNS = ("variable", "category", "people", "raw", "target", "weighted")


class Command(BaseCommand):
    """Print the weightings of one wave as they were last computed."""

    help = "Prints each scheme of a wave as last computed: weights, efficiency, margins before and after, the study's figures under it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the wave, one scheme or all, and text, JSON or the margins as CSV."""
        parser.add_argument("survey")
        parser.add_argument("wave")
        parser.add_argument("--scheme", default="")
        parser.add_argument("--format", choices=["text", "json", "csv"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print them; exit with 1 when there are none."""
        wave = find_wave(options["survey"], options["wave"])
        if wave.questionnaire is None:
            raise CommandError(_("Wave %(code)s has no interviews of ours: its figures are given, not computed.") % {"code": wave.code})
        kept = sorted(latest_of(wave).items(), key=lambda each: each[0] != MAIN)
        rows = [row for code, row in kept if options["scheme"] in ("", code)]
        if kept and not rows:
            known = ", ".join(code for code, _row in kept)
            raise CommandError(_("No scheme %(code)s in wave %(wave)s; there are: %(known)s.") % {"code": options["scheme"], "wave": wave.code, "known": known})  # fmt: skip
        if not rows:
            names = {"survey": options["survey"], "code": wave.code}
            raise CommandError(_("No weighting of wave %(code)s is kept: run manage.py aggregate %(survey)s %(code)s.") % names)
        if options["format"] == "json":
            self.stdout.write(json.dumps([_told(row) for row in rows], ensure_ascii=False, indent=1))
        elif options["format"] == "csv":
            writer = csv.writer(self.stdout, lineterminator="\n")
            writer.writerow(["scheme", *COLUMNS])
            writer.writerows([row.scheme, *margin] for row in rows for margin in row.margins)
        else:
            self.stdout.write("\n".join(line for row in rows for line in _lines(row)))


def _told(row: Weighting) -> dict[str, Any]:
    return {
        "scheme": row.scheme,
        "computed_at": row.computed_at.isoformat(),
        "n": row.n,
        "variables": row.variables,
        "bounds": None if row.low is None else [row.low, row.high],
        "missing": row.missing,
        **{name: getattr(row, name) for name in SUMMARY},
        "margins": [dict(zip(COLUMNS, margin, strict=True)) for margin in row.margins],
        "histogram": row.histogram,
        "warnings": row.warnings,
        "refusal": row.refusal,
        "allowed_by": str(row.allowed_by) if row.allowed_by else None,
        "allowed_because": row.allowed_because,
        "figures": row.figures,
    }


def _lines(row: Weighting) -> Iterator[str]:
    if row.min_weight is not None and row.max_weight is not None and row.efficiency is not None and row.effective_n is not None:
        yield (
            f"{row.scheme:<16}n = {row.n}  {row.min_weight:.3f}–{row.max_weight:.3f}  {100 * row.efficiency:.1f} %  n_eff = {row.effective_n:.0f}"
        )
    else:
        yield f"{row.scheme:<16}n = {row.n}"
    if row.refusal:
        reason = row.refusal.get(get_language() or "", next(iter(row.refusal.values())))
        yield _("Not weighted: %(reason)s") % {"reason": reason}
