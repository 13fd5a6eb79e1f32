"""Celery tasks: places of people who stopped are given back, even if nobody arrives to ask for them."""

from __future__ import annotations

from celery import shared_task

from respondents import places
from respondents.invitations.sending import send_due

LETTERS_FOR = 8.0  # seconds; the beat comes every ten


@shared_task(name="respondents.expire_places", ignore_result=True)
def expire_places() -> None:
    """Give back the places that are due, and mark as abandoned those who never took one."""
    places.expire()
    places.abandon()


@shared_task(name="respondents.send_letters", ignore_result=True)
def send_letters() -> None:
    """Send the letters that are due, for less time than passes until the next beat. Harmless when it runs twice at once."""
    send_due(LETTERS_FOR)
