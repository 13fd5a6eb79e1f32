"""``manage.py missing_translations SURVEY``: the texts that a survey's languages lack, with their places."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from surveys.asking import find_survey
from surveys.core.languages import missing_texts
from surveys.form.page_messages import page_messages
from surveys.loading import study_sheets


class Command(BaseCommand):
    """List each text that stands in one language of a survey and is missing in another."""

    help = "Lists the texts that a survey's languages lack, with their places."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the survey's address."""
        parser.add_argument("survey")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line per missing text, then how many there are."""
        found = missing_texts(study_sheets(find_survey(options["survey"])), page_messages())
        for missing in found:
            self.stdout.write(f"{missing.sheet}:{missing.row}:{missing.column}: {missing.sample}")
        self.stdout.write(_("%(count)s text(s) missing.") % {"count": len(found)})
