"""``manage.py print_questionnaire SURVEY --output FILE.html``: the paper version of a questionnaire, to be printed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from surveys.asking import find_version
from surveys.workshop.paper import printed


class Command(BaseCommand):
    """Write the paper version of a questionnaire into a file that needs nothing else."""

    help = "Writes the questionnaire as a page of HTML to print: numbered questions, boxes, codes, filters in words."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Let --version name the questionnaire's, where Django's own would print Django's."""
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the survey, one of its versions and of its languages, and the file."""
        parser.add_argument("survey")
        parser.add_argument("--version", dest="number", default="", help="by default the latest loaded")
        parser.add_argument("--language", default="", help="by default the questionnaire's own")
        parser.add_argument("--output", type=Path, required=True, help="the file to write")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file."""
        questionnaire = find_version(options["survey"], options["number"])
        definition = questionnaire.definition()
        language = options["language"] or definition.default_language
        if language not in definition.languages:
            known = {"language": language, "known": ", ".join(definition.languages)}
            raise CommandError(_("%(language)s is not a language of this questionnaire; write one of: %(known)s.") % known)
        try:
            options["output"].write_text(printed(questionnaire, language, standalone=True), encoding="utf-8")
        except OSError as error:
            raise CommandError(
                _("%(path)s cannot be written: %(reason)s") % {"path": options["output"], "reason": error.strerror}
            ) from None
        self.stdout.write(_("Written: %(path)s (version %(version)s).") % {"path": options["output"], "version": questionnaire.version})
