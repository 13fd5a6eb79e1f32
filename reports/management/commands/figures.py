"""``manage.py figures SURVEY WAVE [--format json] [--without-flagged]``: every figure of a wave, printed and unrounded."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from reports.doubts import Pair, WithAndWithout, with_and_without
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
        parser.add_argument(
            "--without-flagged", action="store_true", help="each figure with and without the interviews in doubt; nothing is stored"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the figures; exit with 1 when none was computed."""
        wave = find_wave(options["survey"], options["wave"])
        if wave.questionnaire is None:
            raise CommandError(_("Wave %(code)s has no interviews of ours: its figures are given, not computed.") % {"code": wave.code})
        if options["without_flagged"]:
            self.stdout.write("\n".join(_compared(with_and_without(wave), options["format"])))
            return
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


def _compared(both: WithAndWithout, written: str) -> Iterator[str]:
    if written == "json":
        yield json.dumps({"in_doubt": both.in_doubt, "n": both.given.counted.n, "is_weighted": both.is_weighted,
                          "figures": [_pair(pair) for pair in both.pairs]}, ensure_ascii=False, indent=1)  # fmt: skip
        return
    yield _("%(n)s interviews, %(in_doubt)s of them in doubt. Not for publication.") % {
        "n": both.given.counted.n,
        "in_doubt": both.in_doubt,
    }
    for pair in both.pairs:
        first, second = (f"{value:.2f}" if value is not None else "–" for value in pair.percents)
        difference = "–" if pair.difference is None else f"{pair.difference:+.2f}"
        n = pair.without.n if pair.without else 0
        yield f"{pair.figure.code:<24}{first:>8}{second:>8}{difference:>8}  n = {pair.given.n} / {n}"


def _pair(pair: Pair) -> dict[str, Any]:
    with_doubt, without = pair.percents
    return {"code": pair.figure.code, "with": with_doubt, "without": without, "difference": pair.difference,
            "margin": pair.margin, "n_with": pair.given.n, "n_without": pair.without.n if pair.without else 0}  # fmt: skip


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
