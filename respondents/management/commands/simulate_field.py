"""``manage.py simulate_field SURVEY WAVE``: how long the field will take, whom it needs and which cells are at risk, before it opens."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from respondents.core.arrivals import CannotSuppose
from respondents.core.forecast import forecast
from respondents.core.panel import PanelRefused
from respondents.simulated.supposing import SupposedField
from respondents.simulated.telling import as_json, lifetime_lines, lines_of
from surveys.asking import find_wave
from surveys.translation import say

LIFETIMES = (2, 5, 10, 20, 60)
NOT_REACHED = 3


class Command(BaseCommand):
    """Play a wave's field several times on a virtual clock, through the statements of the real places, and tell what came of it."""

    help = (
        "Predicts a field before it opens: hours, starts and cells at risk. Nothing is kept. "
        "Exit code 1: a mistake or a broken invariant; 3: the total is not reached in half of the simulated fields."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the wave and what is supposed of its field."""
        parser.add_argument("survey")
        parser.add_argument("wave")
        parser.add_argument("--arrivals-per-hour", type=float, default=60.0, help="starts in an hour of an average day (default 60)")
        parser.add_argument("--by-hour", help="24 weights from midnight on, separated by commas; by default all hours alike")
        parser.add_argument("--incidence", type=float, default=1.0, help="the share of starts that belong to the population asked")
        parser.add_argument("--refusal", type=float, default=0.0, help="the share that does not consent")
        parser.add_argument("--break-off", type=float, default=0.15, help="the share that leaves after some page (default 0.15)")
        parser.add_argument("--minutes", help="the length: MEDIAN or MEDIAN:WHAT A TENTH EXCEEDS, such as 10:18")
        parser.add_argument("--skew", action="append", default=[], help="variable=category:factor, or a CSV file with these three columns")
        parser.add_argument("--panel", type=Path, help="a CSV file of people to draw from; with arrives_at, they come when it says")
        parser.add_argument("--days", type=float, help="give up after so many days (default 30)")
        parser.add_argument("--until", help="give up at this time, such as 2026-01-09T20:00")
        parser.add_argument("--starts", type=int, help="give up after so many starts (default 20 for each interview wanted)")
        parser.add_argument("--place-minutes", type=int, help="how long a place is held; by default as the wave says")
        parser.add_argument(
            "--lifetimes", default=",".join(map(str, LIFETIMES)), help="minutes to compare, by commas; none to leave it out"
        )
        parser.add_argument("--seeds", type=int, default=5, help="how many fields to simulate (default 5)")
        parser.add_argument("--seed", type=int, default=1, help="the seed of the first one")
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        """Simulate and tell."""
        wave = find_wave(options["survey"], options["wave"])
        try:
            field = SupposedField(wave, options)
            courses = field.courses()
            lifetimes = field.lifetimes(courses[0])
        except (CannotSuppose, PanelRefused) as mistake:
            raise CommandError(say(mistake.message)) from None
        told = forecast(courses)
        if options["format"] == "json":
            found = as_json(told, field.supposed, field.opens, lifetimes, field.names())
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2))
        else:
            lines = [*lines_of(told, field.supposed, field.opens, field.place_minutes, field.names(), field.listed)]
            self.stdout.write("\n".join([*lines, "", *lifetime_lines(lifetimes)] if lifetimes else lines))
        broken = [*told.differences, *(found for course in lifetimes for found in course.differences)]
        if broken:
            raise CommandError("\n".join([*broken[:20], _("%(count)s difference(s) found.") % {"count": len(broken)}]))
        if 2 * told.reached_in <= told.courses and told.reached_in < told.courses:
            raise CommandError(_("The total is not reached in half of the simulated fields."), returncode=NOT_REACHED)
