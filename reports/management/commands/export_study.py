"""``manage.py export_study SURVEY PATH``: writes a study back as it was loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from reports.study import export_study
from surveys.asking import find_survey


class Command(BaseCommand):
    """Write a study folder of CSV sheets, or a workbook when PATH ends in .xlsx."""

    help = "Writes a study back as it was loaded: a folder of CSV sheets, or one workbook when PATH ends in .xlsx."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the survey's address, where to write, and which questionnaire version."""
        parser.add_argument("survey")
        parser.add_argument("path", type=Path)
        parser.add_argument("--version-of-form", default="", help="the questionnaire version; by default the latest loaded")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the sheets."""
        survey, version = find_survey(options["survey"]), options["version_of_form"]
        known = survey.questionnaires.values_list("version", flat=True)
        if version and version not in known:
            raise CommandError(_("Survey %(slug)s has no version “%(version)s” of its form; known: %(known)s.")
                               % {"slug": survey.slug, "version": version, "known": ", ".join(known)})  # fmt: skip
        try:
            export_study(survey, options["path"], version)
        except FileExistsError as error:
            raise CommandError(_("This folder holds other sheets, give an empty one: %(files)s.") % {"files": error}) from None
        except OSError as error:
            raise CommandError(_("Not written: %(reason)s") % {"reason": error}) from None
        self.stdout.write(_("Written: %(path)s") % {"path": options["path"]})
