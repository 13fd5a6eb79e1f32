"""What the screens of invitations say beside the numbers: past send-outs with what became of their letters, and where letters go."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from django.conf import settings
from django.db.models import Count, Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from respondents.invitations.reasons import REASONS
from respondents.models import Letter, SendOut
from surveys.core.typography import NO_BREAK
from surveys.models import Wave


@dataclass(frozen=True)
class Share:
    """A share with its fraction, which never goes without it: "4 %", 11 of 273."""

    count: int
    of: int

    @property
    def percent(self) -> str:
        """Return the share in per cent as the reader writes it, "–" when there is nothing to divide."""
        if not self.of:
            return "–"
        return percent_of(Fraction(self.count, self.of))


@dataclass(frozen=True)
class PastSendOut:
    """A confirmed send-out: letters written, sent, waiting, given up, and the interviews that its invitations completed."""

    send_out: SendOut
    sent: int
    waiting: int
    given_up: int
    returned: int

    @property
    def share(self) -> Share:
        """Return the completed interviews among the letters sent."""
        return Share(self.returned, self.sent)


def percent_of(share: Fraction | float) -> str:
    """Return "15 %" in French, "15%" in English; below ten per cent with one decimal."""
    number = float(share) * 100
    text = f"{number:.1f}" if 0 < number < 10 else f"{number:.0f}"
    return f"{text.replace('.', ',')}{NO_BREAK}%" if get_language() == "fr" else f"{text}%"


def history(wave: Wave) -> list[PastSendOut]:
    """Return the confirmed send-outs of a wave, the last first, in two queries."""
    letters = Letter.objects.filter(wave=wave, send_out__isnull=False).values("send_out").order_by()
    counted = letters.annotate(
        sent=Count("pk", filter=Q(sent_at__isnull=False)),
        given_up=Count("pk", filter=Q(given_up_at__isnull=False)),
        written=Count("pk"),
    )
    by_send_out = {each["send_out"]: (each["sent"], each["given_up"], each["written"]) for each in counted}
    completed = Q(invitations__interview__state="completed", invitations__interview__is_test=False)
    done = SendOut.objects.filter(wave=wave, confirmed_at__isnull=False).select_related("by")
    return [
        _past(each, *by_send_out.get(each.pk, (0, 0, 0))) for each in done.annotate(now_returned=Count("invitations", filter=completed))
    ]


def _past(send_out: SendOut, sent: int, given_up: int, written: int) -> PastSendOut:
    """Of a purged send-out only what it kept is left."""
    returned = getattr(send_out, "now_returned", 0) + (send_out.returned or 0)
    return PastSendOut(send_out, sent + (send_out.sent or 0), written - sent - given_up, given_up, returned)


def given_up(wave: Wave) -> list[tuple[str, int]]:
    """Return why letters of the wave were given up, and how many for each reason, the most frequent first."""
    found = Letter.objects.filter(wave=wave, given_up_at__isnull=False).values("error").order_by("error").annotate(n=Count("pk"))
    return sorted(((str(REASONS.get(each["error"], each["error"])), each["n"]) for each in found), key=lambda each: -each[1])


def waiting(wave: Wave) -> int:
    """Return how many letters of the wave wait to leave."""
    return Letter.objects.filter(wave=wave, sent_at__isnull=True, given_up_at__isnull=True).count()


def where_letters_go() -> str:
    """Return where letters go when that is not a mail server, and what to do about it; '' when it is one."""
    if settings.LETTERS_LEAVE == "folder":
        values = {"folder": settings.LETTERS_FOLDER}
        return _("No mail server is set: letters are written to the folder %(folder)s. To send them, set BAROMETRE_MAIL_URL.") % values
    return "" if settings.LETTERS_LEAVE else _("No mail server is set: letters wait. To send them, set BAROMETRE_MAIL_URL.")
