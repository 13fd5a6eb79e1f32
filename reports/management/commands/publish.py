"""``manage.py publish SURVEY WAVE``: freezes a wave's figures, notice and evidence as a publication."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from reports.dataset import RecordsDisagree
from reports.releases.publishing import AlreadyPublishing, Order, PublicationRefused, next_number, publish
from reports.releases.showing import address_of
from surveys.asking import find_wave


class Command(BaseCommand):
    """Publish one wave."""

    help = "Freezes a wave's figures, notice and evidence as a publication; a correction is a new one, with its reason."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the wave and what a publication says of itself."""
        parser.add_argument("survey")
        parser.add_argument("wave")
        parser.add_argument("--language", default="", help="of the evidence's printed figures; by default the survey's own")
        parser.add_argument("--reason", default="", help="why an earlier publication is corrected")
        parser.add_argument("--public-from", type=datetime.fromisoformat, help="2024-02-05T06:00 in the wave's time zone; by default now")
        parser.add_argument("--filed-on", type=date.fromisoformat, help="2024-02-02: when the notice was filed, where the law asks for it")
        parser.add_argument("--by", default="", help="the login of the person who publishes")
        parser.add_argument("--without-approval", default="", metavar="REASON", help="why the client's agreement is not waited for")
        parser.add_argument("--allow-uneven-weights", default="", metavar="REASON", help="why very uneven weights may be used")

    def handle(self, *args: Any, **options: Any) -> None:
        """Publish, or say everything that stands in the way and exit with 1."""
        wave = find_wave(options["survey"], options["wave"])
        hour: datetime | None = options["public_from"]
        if hour is not None and hour.tzinfo is None:
            hour = hour.replace(tzinfo=ZoneInfo(wave.time_zone))
        order = Order(
            number=next_number(wave),
            by=_person(options["by"]),
            reason=options["reason"],
            public_from=hour,
            filed_on=options["filed_on"],
            allowed_because=options["allow_uneven_weights"],
            unapproved_because=options["without_approval"],
            language=options["language"],
        )
        try:
            release = publish(wave, order)
        except PublicationRefused as refused:
            raise CommandError("\n".join([_("Nothing was published:"), *(f"- {reason}" for reason in refused.reasons)])) from None
        except AlreadyPublishing:
            raise CommandError(_("Another publication of this wave was made at the same time: nothing more was published.")) from None
        except RecordsDisagree as disagreement:
            raise CommandError(_("Nothing was published: %(reason)s") % {"reason": disagreement}) from None
        self.stdout.write(_("Published: no. %(number)s, %(address)s") % {"number": release.number, "address": address_of(release)})
        self.stdout.write(_("Fingerprint of the evidence (SHA-256): %(sha256)s") % {"sha256": release.sha256})


def _person(login: str) -> User | None:
    if not login:
        return None
    person = User.objects.filter(username=login).first()
    if person is None:
        raise CommandError(_("There is nobody with the login “%(login)s”.") % {"login": login})
    return person
