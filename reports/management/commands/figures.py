"""``manage.py figures SURVEY WAVE [--format json]``: every figure of a wave, printed and unrounded."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from reports.edition import Edition
from reports.evidence import figures_of
from reports.results import results_of
from surveys.asking import find_wave


class Command(BaseCommand):
    """Print the figures of one wave as they were last computed."""

    help = "Prints every figure of a wave as last computed: percentage, base, n, margin, comparison and reference measures."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the wave, and text or JSON."""
        parser.add_argument("survey")
        parser.add_argument("wave")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the figures; exit with 1 when none was computed."""
        wave = find_wave(options["survey"], options["wave"])
        if wave.questionnaire is None:
            raise CommandError(_("Wave %(code)s has no interviews of ours: its figures are given, not computed.") % {"code": wave.code})
        results = results_of(wave)
        if results.aggregation is None:
            names = {"survey": options["survey"], "code": wave.code}
            raise CommandError(_("Nothing was computed for wave %(code)s yet: run manage.py aggregate %(survey)s %(code)s.") % names)
        language = get_language() or ""
        language = language if language in wave.survey.languages else wave.survey.default_language
        with override(language):
            figures = figures_of(Edition(results, language))
            lines = [json.dumps(figures, ensure_ascii=False, indent=1)] if options["format"] == "json" else list(_lines(figures))
        self.stdout.write("\n".join(lines))


def _lines(figures: Mapping[str, Any]) -> Iterator[str]:
    yield f"{figures['title']} · {figures['wave']} · n = {figures['n']}"
    if figures["mention"]:
        yield figures["mention"]
    if figures["weighting"]["refusal"]:
        yield _("Not weighted: %(reason)s") % {"reason": figures["weighting"]["refusal"]}
    for figure in figures["figures"]:
        yield "  ".join(_cells(figure))


def _cells(figure: Mapping[str, Any]) -> Iterator[str]:
    yield f"{figure['code']:<24}"
    yield f"{figure['printed'] or '–':>6}"
    unrounded = figure.get("percent", figure.get("raw_percent"))
    yield f"{'–' if unrounded is None else f'{unrounded:.6f}':>11}"
    yield f"± {figure['margin']:.2f}" if figure.get("margin") is not None else "      "
    yield f"n = {figure['n']:<5} {figure['base']['code']:<14}"
    if comparison := figure["comparison"]:
        yield f"{comparison['wave']}: {comparison['printed']} (n = {comparison['n']}, {comparison['printed_gap']:+d})"
    for reference in figure["reference_measures"]:
        yield f"{reference['code']}: {reference['percent']:g} %"
