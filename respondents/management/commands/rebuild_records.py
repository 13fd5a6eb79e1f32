"""``manage.py rebuild_records SURVEY WAVE [--check]``: every record made anew from the log."""

from __future__ import annotations

from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from respondents.rebuilding import differing_records, rebuild_records
from surveys.asking import find_wave

NAMED_AT_MOST = 20


class Command(BaseCommand):
    """Make the records of a wave anew from the log of its interviews, or only say which ones differ."""

    help = "Makes every record of a wave anew from the log; with --check, only says which ones differ and fails if any does."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a wave, and whether only to check."""
        parser.add_argument("survey")
        parser.add_argument("wave")
        parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when a record differs from its log")

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild or check, and say how many records differed."""
        wave = find_wave(options["survey"], options["wave"])
        if not options["check"]:
            self.stdout.write(_("%(count)s record(s) replaced.") % {"count": rebuild_records(wave)})
            return
        differing = list(islice(differing_records(wave), NAMED_AT_MOST))
        if differing:
            lines = [f"{each.interview_id}: {', '.join(each.variables) or '–'}" for each in differing]
            raise CommandError("\n".join([_("These interviews’ records differ from their log:"), *lines]))
        self.stdout.write(_("Records checked: 0 difference."))
