"""``manage.py flag_interviews SURVEY WAVE``: every completed interview looked at again by the rules of quality."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db.models import Count
from django.utils.translation import gettext as _

from respondents.models import Flag
from respondents.quality.looking import look
from surveys.asking import find_wave


class Command(BaseCommand):
    """Look at a wave's completed interviews with the rules of quality, and say how many each rule flags."""

    help = "Looks at every completed interview of a wave with the rules of quality; flags are for a person to judge, nothing is decided."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a wave."""
        parser.add_argument("survey")
        parser.add_argument("wave")

    def handle(self, *args: Any, **options: Any) -> None:
        """Look at all of them, and print the flags by rule."""
        wave = find_wave(options["survey"], options["wave"])
        self.stdout.write(_("%(count)s interview(s) looked at.") % {"count": look(wave, everything=True)})
        counted = Flag.objects.filter(interview__wave=wave, interview__state="completed").values_list("rule")
        for rule, people in counted.annotate(people=Count("interview", distinct=True)).order_by("rule"):
            self.stdout.write(f"{rule}: {people}")
