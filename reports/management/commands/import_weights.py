"""``manage.py import_weights SURVEY WAVE SCHEME FILE.csv [--dry-run]``: weights made elsewhere, all of them or none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from reports.weightings.importing import WeightsRefused, import_weights
from surveys.asking import find_wave
from surveys.translation import say


class Command(BaseCommand):
    """Import the weights of an imported scheme."""

    help = "Imports one weight per completed interview into an imported scheme of a wave; nothing is kept while one mistake stands."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the wave, the scheme, the file, and whether only to check it."""
        parser.add_argument("survey")
        parser.add_argument("wave")
        parser.add_argument("scheme")
        parser.add_argument("file", type=Path, help="a CSV file with the columns interview (or external_id) and weight")
        parser.add_argument("--dry-run", action="store_true", help="check the file and keep nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, or list the mistakes and exit with 1."""
        wave = find_wave(options["survey"], options["wave"])
        scheme = wave.schemes.filter(code=options["scheme"], is_imported=True).first()
        if scheme is None:
            raise CommandError(_("“%(code)s” is no imported scheme of this wave: write it in the sheet weightings, with yes in the column imported.") % {"code": options["scheme"]})  # fmt: skip
        try:
            imported = import_weights(scheme, options["file"], dry_run=options["dry_run"])
        except WeightsRefused as refused:
            lines = [(_("row %(number)s: ") % {"number": fault.row} if fault.row else "") + say(fault.message) for fault in refused.faults]
            if refused.more:
                lines.append(_("… and %(count)s more mistakes.") % {"count": refused.more})
            raise CommandError("\n".join([*lines, _("Nothing was imported.")])) from None
        about = {"people": imported.people, "mean": f"{imported.mean:.4f}", "least": f"{imported.least:.4f}", "greatest": f"{imported.greatest:.4f}"}  # fmt: skip
        self.stdout.write(_("%(people)s weights from %(least)s to %(greatest)s, of mean %(mean)s, brought to a mean of 1.") % about)
        if options["dry_run"]:
            self.stdout.write(_("Nothing was imported."))
