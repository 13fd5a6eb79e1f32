"""``manage.py export SURVEY WAVE --output PATH``: the completed interviews of a wave as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from reports.core.cells import UnknownCode
from reports.dataset import RecordsDisagree
from reports.exports import CsvOptions, export_csv, file_name
from surveys.asking import find_wave

FORMATS = ("csv",)
SEPARATORS = (",", ";", "\t")


class Command(BaseCommand):
    """Write one row per completed interview."""

    help = "Writes the completed interviews of a wave to a file: one row per person, columns in the questionnaire's order."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the wave, where to write and how."""
        parser.add_argument("survey")
        parser.add_argument("wave")
        parser.add_argument("--output", type=Path, required=True, help="the file, or a folder where it gets its usual name")
        parser.add_argument("--format", default="csv")
        parser.add_argument("--values", default="names", choices=("names", "codes", "labels"), help="how choices appear")
        parser.add_argument("--separator", default=",", help="a comma, a semicolon or a tab")
        parser.add_argument("--bom", action="store_true", help="begin with a byte order mark, for old versions of Excel")
        parser.add_argument("--language", default="", help="of the labels; by default the survey's own")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file whole or not at all."""
        if options["format"] not in FORMATS:
            raise CommandError(
                _("There is no format “%(format)s”; known: %(known)s.") % {"format": options["format"], "known": ", ".join(FORMATS)}
            )
        separator = options["separator"].replace("\\t", "\t")
        if separator not in SEPARATORS:
            raise CommandError(_("The separator is a comma, a semicolon or a tab."))
        wave = find_wave(options["survey"], options["wave"])
        if wave.questionnaire is None:
            raise CommandError(_("Wave %(code)s has no interviews: it holds another institute's figures.") % {"code": wave.code})
        language = options["language"] or wave.survey.default_language
        path = options["output"] / file_name(wave) if options["output"].is_dir() else options["output"]
        try:
            people = export_csv(wave, path, CsvOptions(options["values"], separator, options["bom"], language))
        except (RecordsDisagree, UnknownCode) as refused:
            raise CommandError(_("Nothing was written: the stored records disagree. %(reason)s") % {"reason": refused}) from refused
        except OSError as error:
            raise CommandError(_("%(path)s cannot be written: %(reason)s.") % {"path": path, "reason": error.strerror}) from error
        self.stdout.write(_("Written: %(path)s (%(people)s people)") % {"path": path, "people": people})
