"""The book of tables: every question by chosen banners, made by a worker into a file that the job keeps.

PostgreSQL alone says which book waits: a job without end whose worker has not been heard of is anybody's to take. Made twice, it
is the same file, byte for byte, and the first one that ends is kept.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from reports.dataset import RecordsDisagree
from reports.models import Job
from reports.press import Press
from reports.tables.beside import beside
from reports.tables.front import front_of
from reports.tables.people import people_of
from reports.tables.printed import Printed
from reports.tables.printing import Printer
from reports.tables.wanted import Wanted, other_waves
from surveys.models import Wave

logger = logging.getLogger(__name__)

KIND = "tables"
SHOWN = 5  # books listed on the page of tables
SILENCE = timedelta(seconds=60)  # after which a worker that says nothing is taken for dead


class Cancelled(Exception):
    """Somebody ended the job while it was being made."""


def ask(wave: Wave, wanted: Wanted, *, language: str, by: AbstractBaseUser) -> Job:
    """Return the job that will hold the book; one that waits for the same is not asked for twice. Call it in a transaction.

    Whoever asks is locked, so that a second click waits for the first.
    """
    get_user_model().objects.select_for_update(no_key=True).get(pk=by.pk)
    options: dict[str, Any] = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(wanted).items()}
    options |= {"language": language}
    waiting = Job.objects.filter(kind=KIND, wave=wave, options=options, finished_at=None).first()
    return waiting or Job.objects.create(kind=KIND, wave=wave, options=options, asked_by_id=by.pk, asked_at=timezone.now())


def wanted_of(job: Job) -> Wanted:
    """Return the choices that a book is made by."""
    choices: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in job.options.items()}
    choices.pop("language", None)
    return Wanted(**choices)


def latest(wave: Wave) -> list[Job]:
    """Return the last books asked for, the newest first, without their files."""
    return list(Job.objects.filter(kind=KIND, wave=wave).defer("content").order_by("-asked_at", "-pk")[:SHOWN])


def cancel(job: Job) -> bool:
    """End a job that is not done; its worker stops at the next table. Return whether it was still to be done."""
    ended = Job.objects.filter(pk=job.pk, finished_at=None).update(finished_at=Now(), error=_("Cancelled."))
    return bool(ended)


def make_waiting_books() -> int:
    """Make every book that waits and that no living worker is making; return how many were ended."""
    made = 0
    while (job := _taken()) is not None:
        with suppress(Cancelled):
            _make(job)
            made += 1
    return made


def _taken() -> Job | None:
    """Take the oldest job that nobody is working on; two workers never take the same."""
    is_alone = Q(heard_at=None) | Q(heard_at__lt=Now() - SILENCE)
    with transaction.atomic():
        waiting = Job.objects.select_for_update(skip_locked=True).filter(is_alone, kind=KIND, finished_at=None)
        job = waiting.order_by("asked_at").first()
        if job is not None:
            Job.objects.filter(pk=job.pk).update(heard_at=Now(), done=0)
    return job


def _make(job: Job) -> None:
    """Make the book and keep it with its fingerprint; what makes it impossible is kept as the job's error. Raises Cancelled."""
    wave = Wave.objects.select_related("survey", "questionnaire").get(pk=job.wave_id)
    try:
        with override(job.options["language"]):
            content = book(job, wave)
    except RecordsDisagree as refused:
        _end(job, error=_("No table can be made: the stored records disagree. %(reason)s") % {"reason": refused})
        return
    except Cancelled:
        raise
    except Exception:  # tried again it would fail again, every minute for ever
        logger.exception("The book of tables %s could not be made.", job.pk)
        _end(job, error=_("The book could not be made: the log of the worker says why."))
        return
    name = f"{wave.survey.slug}-{wave.code}-{_('tables')}.xlsx"
    _end(job, file_name=name, content=content, sha256=hashlib.sha256(content).hexdigest())


def book(job: Job, wave: Wave) -> bytes:
    """Return the workbook that a job asks for, telling its progress. Raises RecordsDisagree and Cancelled."""
    from reports.tables.excel import workbook  # noqa: PLC0415 -- heavy, and only a workbook needs it

    press, wanted = Press(wave.survey, job.options["language"]), wanted_of(job)
    is_weighted = wanted.weights == "weighted"
    others = [beside(wave, other, weighted=is_weighted) for other in other_waves(wave) if other.code in wanted.waves]
    people = people_of(wave, weighted=is_weighted)
    codes = [code for code in people.topics if not wanted.q or code in wanted.q]
    _hear(job, 0, total=len(codes))
    return workbook(front_of(wave, press), _tables(Printer(people, wanted, press, others), codes), lambda done: _hear(job, done))


def _tables(printer: Printer, codes: list[str]) -> Iterator[Printed]:
    return (printer.table(code) for code in codes)


def _hear(job: Job, done: int, **more: int) -> None:
    if not Job.objects.filter(pk=job.pk, finished_at=None).update(done=done, heard_at=Now(), **more):
        raise Cancelled


def _end(job: Job, **end: Any) -> None:
    Job.objects.filter(pk=job.pk, finished_at=None).update(finished_at=Now(), heard_at=Now(), **end)
