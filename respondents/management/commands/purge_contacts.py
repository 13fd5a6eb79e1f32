"""``manage.py purge_contacts SURVEY WAVE``: the links between a wave's answers and its people deleted, the answers kept."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from respondents.invitations.purge import purge
from surveys.asking import find_wave


class Command(BaseCommand):
    """Delete a wave's links and letters, and with --contacts the people whom no other wave knows."""

    help = "Deletes a wave's personal links and letters; answers stay. With --contacts also the contacts that no other wave invited."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the wave, whether contacts go too, and whether only to count."""
        parser.add_argument("survey")
        parser.add_argument("wave")
        parser.add_argument("--contacts", action="store_true", help="delete the contacts too, unless another wave invited them")
        parser.add_argument("--dry-run", action="store_true", help="count what would go and delete nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete, and say how many of each."""
        wave = find_wave(options["survey"], options["wave"])
        gone = purge(wave, contacts=options["contacts"], dry_run=options["dry_run"])
        said = (
            _(
                "Would go: %(links)s links, %(letters)s letters, %(contacts)s contacts, of whom %(kept_out)s leave a hash that keeps them out."
            )
            if options["dry_run"]
            else _(
                "Gone: %(links)s links, %(letters)s letters, %(contacts)s contacts, of whom %(kept_out)s left a hash that keeps them out."
            )
        )
        self.stdout.write(said % gone._asdict())
