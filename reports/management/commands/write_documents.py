"""``manage.py write_documents SURVEY WAVE FOLDER``: the note, the technical notice and the disclosure, in every language and format."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from reports.documents.missing import missing
from reports.documents.shelf import files_of
from reports.edition import Edition
from reports.results import results_of
from surveys.asking import find_wave


class Command(BaseCommand):
    """Write the documents of one wave into a folder."""

    help = "Writes the note, the technical notice and the disclosure of a wave into a folder, in every language and format."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the wave and the folder."""
        parser.add_argument("survey")
        parser.add_argument("wave")
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write every file, name each, then say what the notice lacks."""
        wave = find_wave(options["survey"], options["wave"])
        if wave.questionnaire is None:
            raise CommandError(_("Wave %(code)s has no interviews of ours: its figures are given, not computed.") % {"code": wave.code})
        folder: Path = options["folder"]
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for file in files_of(wave):
                (folder / file.name).write_bytes(file.content)
                self.stdout.write(str(folder / file.name))
        except OSError as refused:
            raise CommandError(
                _("Nothing can be written in %(folder)s: %(reason)s") % {"folder": folder, "reason": refused.strerror}
            ) from refused
        for each in missing(Edition(results_of(wave), wave.survey.default_language)):
            self.stderr.write(_("Missing: %(what)s (%(where)s)") % {"what": each.what, "where": each.remedy})
