"""``manage.py import_contacts SURVEY WAVE FILE``: people who may be invited, from a CSV file or a workbook, all of them or none."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from respondents.core.contacts import Fault
from respondents.invitations.contacts import LEFT_OUT, ContactsRefused, bring_in
from surveys.asking import find_wave
from surveys.translation import say

SHOWN = 50


class Command(BaseCommand):
    """Import contacts against a wave's questionnaire, which names the profile that may be known."""

    help = "Imports contacts (columns email, name, language, and variables of the wave's questionnaire); nothing while a mistake stands."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the wave, the file, and whether only to check it."""
        parser.add_argument("survey")
        parser.add_argument("wave")
        parser.add_argument("file", type=Path, help="a CSV file in UTF-8, or an .xlsx workbook whose first sheet is read")
        parser.add_argument("--update", action="store_true", help="bring what is known of contacts already here up to date")
        parser.add_argument("--dry-run", action="store_true", help="check the file and keep nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, or list the mistakes and exit with 1."""
        wave, file = find_wave(options["survey"], options["wave"]), options["file"]
        try:
            found = bring_in(wave, file.name, file.read_bytes(), update=options["update"], dry_run=options["dry_run"])
        except OSError as error:
            raise CommandError(_("%(path)s cannot be read: %(error)s.") % {"path": file, "error": error.strerror}) from None
        except ContactsRefused as refused:
            lines = [said(fault) for fault in refused.faults[:SHOWN]]
            if len(refused.faults) > SHOWN:
                lines.append(_("… and %(count)s more mistakes.") % {"count": len(refused.faults) - SHOWN})
            raise CommandError("\n".join([*lines, _("Nothing was imported.")])) from None
        for contact, reason in found.left_out[:SHOWN]:
            self.stdout.write(
                _("row %(row)s, %(email)s: %(reason)s") % {"row": contact.row, "email": contact.email, "reason": LEFT_OUT[reason]}
            )
        for reason, count in Counter(reason for _contact, reason in found.left_out).items():
            self.stdout.write(_("Left out: %(count)s (%(reason)s).") % {"count": count, "reason": LEFT_OUT[reason]})
        counts = {"new": len(found.new)}
        self.stdout.write((_("Would be imported: %(new)s.") if options["dry_run"] else _("Imported: %(new)s.")) % counts)


def said(fault: Fault) -> str:
    """Return "row 4, column sex: what is wrong" in the active language."""
    place = [_("row %(number)s") % {"number": fault.row}] if fault.row else []
    if fault.column:
        place.append(_("column %(name)s") % {"name": fault.column})
    return _("%(place)s: %(reason)s") % {"place": ", ".join(place), "reason": say(fault.message)} if place else say(fault.message)
