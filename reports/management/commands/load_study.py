"""``manage.py load_study PATH``: checks a whole study, says every mistake at once, then stores all of it or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from reports.study import load_study
from surveys.core.workbook import StudyRefused
from surveys.translation import say_mistake


class Command(BaseCommand):
    """Load a study folder of CSV sheets or a workbook .xlsx."""

    help = "Loads a study folder of CSV sheets or a workbook .xlsx; nothing is stored while one mistake stands."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the path of the study."""
        parser.add_argument("path", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the study, or list its mistakes and exit with 1."""
        try:
            survey = load_study(options["path"])
        except StudyRefused as refused:
            lines = [say_mistake(mistake) for mistake in refused.mistakes]
            lines.append(_("Nothing was loaded: %(count)s mistake(s) to mend.") % {"count": len(lines)})
            raise CommandError("\n".join(lines)) from None
        self.stdout.write(_("Loaded: %(title)s (%(slug)s).") % {"title": survey.title, "slug": survey.slug})
