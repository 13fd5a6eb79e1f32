"""``manage.py audit_quotas [SURVEY WAVE]``: the invariants of quota places; exit 1 and the rows where they fail."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from respondents.audit import audit
from surveys.asking import find_wave


class Command(BaseCommand):
    """Audit the quota places of one wave or of all."""

    help = "Checks, from the database alone, that no place is oversold, lost or miscounted."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a wave, or nothing for all of them."""
        parser.add_argument("survey", nargs="?")
        parser.add_argument("wave", nargs="?")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the verdict; fail on the first broken invariant, naming all of them."""
        if options["survey"] and not options["wave"]:
            raise CommandError(_("Name the wave too, or neither."))
        wave = find_wave(options["survey"], options["wave"]) if options["survey"] else None
        differences = audit(wave)
        if differences:
            raise CommandError("\n".join([*map(str, differences), _("%(count)s difference(s) found.") % {"count": len(differences)}]))
        self.stdout.write(_("Quotas checked: 0 difference."))
