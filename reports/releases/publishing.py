"""Publishing a wave: its figures, notice, pages and evidence frozen together, once, under a lock."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, OperationalError, connection
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from reports.aggregation import AlreadyRunning, aggregate, is_stale
from reports.dataset import snapshot
from reports.documents.shelf import files_of
from reports.edition import Edition
from reports.models import Release, ReleaseFile
from reports.releases.approvals import Agreement, agreement_of
from reports.releases.evidence import evidence_of_wave, file_name
from reports.releases.filing import listed, numbered
from reports.releases.freezing import freeze, plain
from reports.releases.opendata import figures_csv
from reports.releases.readiness import Readiness
from reports.results import results_of
from reports.technical import filed_on
from surveys.models import Wave

LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended('reports.publish', %s))"


class AlreadyPublishing(Exception):
    """Another publication of the wave is being made, or was made since the person looked: this one was not."""


class PublicationRefused(Exception):
    """Nothing was published; ``reasons`` say everything that stands in the way."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True)
class Order:
    """What a person asks to be published. ``number`` is the one they were told that it would get; ``public_from`` the hour before
    which readers see nothing, None for at once; ``filed_on`` when the notice was filed; ``allowed_because`` why weights that
    are very uneven may be used, ``unapproved_because`` why nobody waits for the client's agreement; ``language`` that of the evidence's printed figures, '' for the survey's own."""

    number: int
    by: User | None = None
    reason: str = ""
    public_from: datetime | None = None
    filed_on: date | None = None
    allowed_because: str = ""
    unapproved_because: str = ""
    language: str = ""


def next_number(wave: Wave) -> int:
    """Return the number that the wave's next publication would get."""
    last = Release.objects.filter(wave=wave).values_list("number", flat=True).order_by("-number").first()
    return (last or 0) + 1


def publish(wave: Wave, order: Order) -> Release:
    """Freeze the wave's figures as a publication, computed again first when interviews have come since.

    Everything is stored in one transaction or nothing is. Raises PublicationRefused with every reason, AlreadyPublishing when
    the number that was told is taken or being taken, and RecordsDisagree.
    """
    if wave.questionnaire is None:
        raise PublicationRefused(
            (_("Wave %(code)s has no interviews of ours: its figures are given, not computed.") % {"code": wave.code},)
        )
    try:
        if is_stale(wave):
            aggregate(wave)
        with snapshot():
            _lock(wave, order.number)
            return _store(wave, order)
    except AlreadyRunning:
        raise PublicationRefused((_("Wave %(code)s is being computed just now.") % {"code": wave.code},)) from None
    except IntegrityError as error:
        if "release_number_once" in str(error):  # taken between our view of the database and our lock
            raise AlreadyPublishing from error
        raise
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") == "40001":
            raise AlreadyPublishing from error
        raise


def refusals(wave: Wave, order: Order, ready: Readiness, agreement: Agreement) -> Iterator[str]:
    """Yield everything that stands between an order and its publication."""
    yield from ready.blocking
    if order.number > 1 and not order.reason.strip():
        yield _("A correction says why: give the reason.")
    if ready.needs_allowance and not (order.by and order.allowed_because.strip()):
        yield _("The weights are so uneven (efficiency %(efficiency)s) that a named person must allow their use, with a reason.") % {
            "efficiency": ready.edition.press.percent(100 * (ready.efficiency or 0), 1)
        }
    if agreement.is_waiting and not (order.by and order.unapproved_because.strip()):
        yield _("The client has not agreed to these figures: wait for it, or let a named person publish without it, with a reason.")
    if order.language and order.language not in wave.survey.languages:
        known = ", ".join(wave.survey.languages)
        yield _("The survey has no language “%(language)s”; known: %(known)s.") % {"language": order.language, "known": known}


def _lock(wave: Wave, number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [wave.pk])
        if not cursor.fetchone()[0]:
            raise AlreadyPublishing
    if next_number(wave) != number:
        raise AlreadyPublishing


def _store(wave: Wave, order: Order) -> Release:
    language = order.language or wave.survey.default_language
    results = results_of(wave)
    ready = Readiness(Edition(results, translation.get_language() or language, order.filed_on))
    agreement = agreement_of(wave)
    if reasons := tuple(refusals(wave, order, ready, agreement)):
        raise PublicationRefused(reasons)
    with translation.override(language):
        evidence = evidence_of_wave(wave, language)
    frozen, now = freeze(wave, results), timezone.now()
    documents = [numbered(file, order.number) for file in files_of(wave, order.filed_on)]
    release = Release.objects.create(
        wave=wave,
        number=order.number,
        published_at=now,
        public_from=order.public_from or now,
        by=order.by,
        reason=order.reason.strip(),
        figures=frozen.figures,
        notice={"languages": frozen.notice, "publication": plain(_about(order, ready, agreement) | listed(documents))},
        pages=frozen.pages,
        sha256=evidence.sha256,
    )
    _keep(release, file_name(wave), "application/zip", evidence.content, is_public=False)
    _keep(release, f"{wave.survey.slug}-{wave.code}-{order.number}-figures.csv", "text/csv", figures_csv(release), is_public=True)
    for file in documents:
        _keep(release, file.name, file.media_type, file.content, is_public=True)
    return release


def _about(order: Order, ready: Readiness, agreement: Agreement) -> dict[str, Any]:
    allowed = ready.allowed
    by, because = (allowed.allowed_by, allowed.allowed_because) if allowed else (order.by, order.allowed_because.strip())
    is_uneven = ready.needs_allowance or allowed is not None
    return {
        "by": name_of(order.by),
        "filed_on": filed_on(ready.edition) or None,
        "uneven_weights": {"allowed_by": name_of(by), "because": because} if is_uneven else None,
        "approvals": agreement.as_kept(),
        "unapproved": {"by": name_of(order.by), "because": order.unapproved_because.strip()} if agreement.is_waiting else None,
        "lacking": [lack.says for lack in ready.lacks],
    }


def name_of(person: User | None) -> str:
    """Return a person's name as it is printed, their login where they gave none, '' for nobody."""
    if person is None:
        return ""
    return person.get_full_name() or person.get_username()


def _keep(release: Release, name: str, media_type: str, content: bytes, *, is_public: bool) -> None:
    digest = hashlib.sha256(content).hexdigest()
    ReleaseFile.objects.create(release=release, name=name, media_type=media_type, sha256=digest, content=content, is_public=is_public)
