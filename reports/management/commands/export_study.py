"""``manage.py export_study SURVEY PATH``: writes a study back as it was loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
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
        export_study(find_survey(options["survey"]), options["path"], options["version_of_form"])
        self.stdout.write(_("Written: %(path)s") % {"path": options["path"]})
