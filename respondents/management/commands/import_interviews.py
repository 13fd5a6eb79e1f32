"""``manage.py import_interviews SURVEY WAVE FILE.csv``: past interviews by variable name, all of them or none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from respondents.importing import Fault, ImportRefused, import_interviews
from surveys.asking import find_wave
from surveys.translation import say


class Command(BaseCommand):
    """Import past interviews into a wave of the kind ``imported``."""

    help = "Imports past interviews by variable name into a wave of imported interviews; nothing is kept while one mistake stands."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the wave, the file, and whether only to check it."""
        parser.add_argument("survey")
        parser.add_argument("wave")
        parser.add_argument("file", type=Path, help="a CSV file, one person per row, columns by variable name")
        parser.add_argument("--dry-run", action="store_true", help="check the file and keep nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, or list the mistakes and exit with 1."""
        wave = find_wave(options["survey"], options["wave"])
        try:
            imported = import_interviews(wave, options["file"], dry_run=options["dry_run"])
        except ImportRefused as refused:
            lines = [_said(fault) for fault in refused.faults]
            if refused.more:
                lines.append(_("… and %(count)s more mistakes.") % {"count": refused.more})
            raise CommandError("\n".join([*lines, _("Nothing was imported.")])) from None
        counts = {"people": imported.people, "variables": len(imported.variables), "wave": wave.code}
        if options["dry_run"]:
            self.stdout.write(
                _("The file is right: %(people)s people and %(variables)s variables for wave %(wave)s. Nothing was imported.") % counts
            )
        else:
            self.stdout.write(_("Imported into wave %(wave)s: %(people)s people, %(variables)s variables.") % counts)
        if imported.ignored:
            self.stdout.write(_("Columns that are no variable, left out: %(names)s.") % {"names": ", ".join(imported.ignored)})


def _said(fault: Fault) -> str:
    place = [_("row %(number)s") % {"number": fault.row}] if fault.row else []
    if fault.column:
        place.append(_("column %(name)s") % {"name": fault.column})
    return _("%(place)s: %(reason)s") % {"place": ", ".join(place), "reason": say(fault.message)} if place else say(fault.message)
