"""``manage.py import_bounces FILE``: addresses that do not exist, from a mailbox of reports (RFC 3464) or a list."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from respondents.invitations.bounces import mark_bounced


class Command(BaseCommand):
    """Mark the contacts whose letters came back."""

    help = "Marks the contacts whose address does not exist, from a mailbox of delivery reports (mbox, .eml) or a list of addresses."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, and whether only to count."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="count them and mark nobody")

    def handle(self, *args: Any, **options: Any) -> None:
        """Mark them and say how many."""
        try:
            marked = mark_bounced(options["file"].read_bytes(), dry_run=options["dry_run"])
        except OSError as error:
            raise CommandError(_("%(path)s cannot be read: %(error)s.") % {"path": options["file"], "error": error.strerror}) from None
        self.stdout.write(
            _("Addresses named: %(named)s; among the contacts: %(contacts)s; marked now: %(marked)s.") % marked._asdict()
        )  # fmt: skip
