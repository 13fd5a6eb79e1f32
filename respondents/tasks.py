"""Celery tasks: places of people who stopped are given back, even if nobody arrives to ask for them."""

from __future__ import annotations

from celery import shared_task

from respondents import places


@shared_task(name="respondents.expire_places", ignore_result=True)
def expire_places() -> None:
    """Give back the places that are due, and mark as abandoned those who never took one."""
    places.expire()
    places.abandon()
