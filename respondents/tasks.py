"""Celery tasks: what must happen in a field even if nobody arrives to ask for it. Each looks at what is due, and may run twice."""

from __future__ import annotations

from celery import shared_task

from respondents import places
from respondents.field import alerts, records, running
from respondents.invitations.contacts import forget_files
from respondents.invitations.purge import purge_due
from respondents.invitations.sending import send_due
from respondents.providers import calling
from respondents.quality import devices, looking

LETTERS_FOR = 8.0  # seconds; the beat comes every ten


@shared_task(name="respondents.expire_places", ignore_result=True)
def expire_places() -> None:
    """Give back the places that are due, and mark as abandoned those who never took one."""
    places.expire()
    places.abandon()


@shared_task(name="respondents.keep_to_schedule", ignore_result=True)
def keep_to_schedule() -> None:
    """Pause the soft launches that are complete, and close the waves whose hour is past."""
    running.stop_soft_launches()
    running.close_due()


@shared_task(name="respondents.call_panels", ignore_result=True)
def call_panels() -> None:
    """Tell panels' servers how interviews ended, those that were never told or did not answer."""
    calling.call_panels()


@shared_task(name="respondents.watch_fields", ignore_result=True)
def watch_fields() -> None:
    """Open and end the alerts of every field, and write the letters about them."""
    alerts.watch_fields()


@shared_task(name="respondents.flag_interviews", ignore_result=True)
def flag_interviews() -> None:
    """Look, with the rules of quality, at the completed interviews that are due."""
    looking.look_at_fields()


@shared_task(name="respondents.forget_devices", ignore_result=True)
def forget_devices() -> None:
    """Forget the devices of waves that are closed for long enough."""
    devices.forget_devices()


@shared_task(name="respondents.send_letters", ignore_result=True)
def send_letters() -> None:
    """Send the letters that are due, for less time than passes until the next beat. Harmless when it runs twice at once."""
    send_due(LETTERS_FOR)


@shared_task(name="respondents.forget_links", ignore_result=True)
def forget_links() -> None:
    """Take the panels' identifiers off the interviews of waves that have been closed for long enough, and delete their personal links.

    Files of contacts that nobody confirmed go too.
    """
    records.forget_due_links()
    purge_due()
    forget_files()
