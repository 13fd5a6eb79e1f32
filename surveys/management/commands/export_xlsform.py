"""``manage.py export_xlsform SURVEY FILE.xlsx``: a questionnaire as Kobo and ODK take it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from surveys.asking import find_survey
from surveys.core.files import write_workbook
from surveys.core.foreign.xlsform_out import write_xlsform
from surveys.loading import study_sheets


class Command(BaseCommand):
    """Write a study's form as an XLSForm."""

    help = "Writes a study's form as an XLSForm for Kobo and ODK; import_study gives it back cell by cell."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the survey's address, where to write, and which questionnaire version."""
        parser.add_argument("survey")
        parser.add_argument("path", type=Path)
        parser.add_argument("--version-of-form", default="", help="the questionnaire version; by default the latest loaded")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the workbook."""
        survey, version, path = find_survey(options["survey"]), options["version_of_form"], options["path"]
        known = survey.questionnaires.values_list("version", flat=True)
        if version and version not in known:
            raise CommandError(_("Survey %(slug)s has no version “%(version)s” of its form; known: %(known)s.")
                               % {"slug": survey.slug, "version": version, "known": ", ".join(known)})  # fmt: skip
        if path.suffix.lower() != ".xlsx":
            raise CommandError(_("Give a file whose name ends in .xlsx."))
        try:
            write_workbook(write_xlsform(study_sheets(survey, version)), path)
        except OSError as error:
            raise CommandError(_("Not written: %(reason)s") % {"reason": error}) from None
        self.stdout.write(_("Written: %(path)s") % {"path": path})
