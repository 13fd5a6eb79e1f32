"""``manage.py compare_versions SURVEY V1 V2``: what changed between two versions of a questionnaire, and how much it matters."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from surveys.asking import find_version
from surveys.core.versions import comparability, differences
from surveys.workshop.changes import Change, in_groups


class Command(BaseCommand):
    """List the differences of two versions: what breaks comparison first."""

    help = "Lists what changed between two versions of a questionnaire: breaking, comparable, harmless."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the survey and the two versions, the earlier first."""
        parser.add_argument("survey")
        parser.add_argument("earlier")
        parser.add_argument("later")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the differences by class, then the variables that can no longer be compared."""
        earlier, later = (find_version(options["survey"], options[name]).definition() for name in ("earlier", "later"))
        groups = in_groups(differences(earlier, later))
        for group in groups:
            self.stdout.write(f"{group.title} ({len(group.changes)})")
            for change in group.changes:
                self.stdout.write(_line(change))
        if not groups:
            self.stdout.write(_("The two versions ask the same."))
        broken = [name for name, verdict in comparability(earlier, later).items() if not verdict.is_comparable]
        self.stdout.write(_("No longer comparable: %(names)s.") % {"names": ", ".join(broken) or "–"})


def _line(change: Change) -> str:
    texts = f" {change.before or '–'} → {change.after or '–'}." if change.before or change.after else ""
    return f"  {change.place}: {change.kind}.{texts} {change.why}"
