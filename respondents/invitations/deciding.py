"""A send-out decided: prepared by a draw, looked at by a person, then confirmed, which writes every link and letter at once."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import override

from respondents.core.sendouts import Need, Person, draw
from respondents.invitations.links import code_of
from respondents.invitations.pool import Options, among, available, remindable
from respondents.invitations.reasons import HOLDS_PLACES, Cells
from respondents.invitations.standing import Standing, standing
from respondents.invitations.texts import Text, texts_of
from respondents.models import Invitation, Letter, Panelist, SendOut, Source
from respondents.tokens import sha256_of
from surveys.models import Wave

BATCH = 2_000
SEED_BITS = 62


class AlreadyConfirmed(Exception):
    """The send-out was confirmed before: its letters are written, none is written twice."""


class FieldNotOpen(Exception):
    """The wave is not in the field: a letter would lead people to a closed door."""


def prepare(wave: Wave, kind: str, options: Options, by: User | None, seed: int | None = None) -> SendOut:
    """Draw whom to invite, or find whom to remind; nobody is written to before it is confirmed.

    The draw can be made again from its ``seed``. Of those who may be reminded, all are, or as many as ``at_most`` drawn at random.
    """
    seed = secrets.randbits(SEED_BITS) if seed is None else seed
    stands = standing(wave, options)
    cells = Cells(wave)
    if kind == SendOut.Kind.REMINDER:
        drawn, profiles = _to_remind(wave, cells, options, seed)
    else:
        drawn, profiles = _to_invite(stands, cells, options, seed)
    chosen = [cells.of(profiles[each]) for each in drawn]
    made = SendOut(
        wave=wave, kind=kind, prepared_at=Now(), by=by, seed=seed, drawn=drawn, options=asdict(options), cells=_told(stands, chosen)
    )
    made.save()
    made.refresh_from_db(fields=["prepared_at"])
    return made


def confirm(send_out_id: int) -> SendOut:
    """Write the links and letters of a prepared send-out, all in one transaction, and return it.

    Whoever unsubscribed, was written to or whose cell filled meanwhile is left out. The people are locked, so that two
    send-outs at the same time do not write to anybody twice. Raises AlreadyConfirmed and FieldNotOpen.
    """
    with transaction.atomic():
        send_out = SendOut.objects.select_for_update(of=("self",)).select_related("wave__survey").get(pk=send_out_id)
        if send_out.confirmed_at is not None:
            raise AlreadyConfirmed
        if send_out.wave.state not in (Wave.State.SOFT, Wave.State.LIVE):
            raise FieldNotOpen
        write = _remind if send_out.kind == SendOut.Kind.REMINDER else _invite
        queued = write(send_out, Options(**send_out.options))
        SendOut.objects.filter(pk=send_out.pk).update(
            confirmed_at=Now(), queued=queued, left=len(send_out.drawn) - queued, drawn=[]
        )  # fmt: skip
    send_out.refresh_from_db()
    return send_out


def source_of(wave: Wave) -> Source:
    """Return the wave's source of personal invitations, made when it is first needed."""
    found = wave.sources.filter(kind=Source.Kind.INVITATIONS).first()
    if found is None:
        with override(wave.survey.default_language):
            label = _("Personal invitations")
        found, _made = Source.objects.get_or_create(
            wave=wave, code="invitations", defaults={"kind": Source.Kind.INVITATIONS, "label": label}
        )  # fmt: skip
    return found


def _to_invite(stands: Standing, cells: Cells, options: Options, seed: int) -> tuple[list[int], Mapping[int, Mapping[str, str]]]:
    profiles = dict(available(stands.wave, options))
    needs = {cell: need if options.cell in (None, cell) else _only_bears(need) for cell, need in stands.needs.items()}
    if stands.total.id == 0:  # a wave without quotas: everybody stands in the whole
        people: Iterable[Person] = (Person(each, (0,)) for each in profiles)
    else:
        people = (Person(each, cells.of(known)) for each, known in profiles.items())
    return draw(people, needs, seed, options.at_most), profiles


def _only_bears(need: Need) -> Need:
    return replace(need, missing=0)


def _to_remind(wave: Wave, cells: Cells, options: Options, seed: int) -> tuple[list[int], Mapping[int, Mapping[str, str]]]:
    profiles = {each: known for each, known, state in remindable(wave, options) if _is_wanted(cells, known, state, options)}
    if options.at_most is None or len(profiles) <= options.at_most:
        return sorted(profiles), profiles
    everybody = [Person(each, (0,)) for each in profiles]
    return sorted(draw(everybody, {0: Need(options.at_most, None, 1.0)}, seed)), profiles


def _is_wanted(cells: Cells, known: Mapping[str, str], state: str, options: Options) -> bool:
    """Say whether somebody can still be interviewed: none of their cells is full, or they hold their places already."""
    own = cells.of(known)
    return (state in HOLDS_PLACES or not cells.full & set(own)) and (options.cell is None or options.cell in own)


def _invite(send_out: SendOut, options: Options) -> int:
    wave = send_out.wave
    _lock(Panelist.objects.filter(pk__in=among(send_out.drawn)))
    cells = Cells(wave)
    free = [each for each, known in available(wave, options, send_out.drawn) if not cells.closed_to(known)]
    source = source_of(wave)
    made = [
        Invitation(
            wave=wave, source=source, panelist_id=each, send_out=send_out, code_sha256=sha256_of(code_of(wave.pk, each)), made_at=Now()
        )
        for each in sorted(free)
    ]
    Invitation.objects.bulk_create(made, BATCH, ignore_conflicts=True)
    return _write(send_out, send_out.invitations.select_related("panelist"))


def _remind(send_out: SendOut, options: Options) -> int:
    wave = send_out.wave
    _lock(Invitation.objects.filter(wave=wave, pk__in=among(send_out.drawn)))
    cells = Cells(wave)
    still = [each for each, known, state in remindable(wave, options, send_out.drawn) if _is_wanted(cells, known, state, options)]
    Invitation.objects.filter(pk__in=among(still)).update(reminders=F("reminders") + 1)
    return _write(send_out, Invitation.objects.filter(pk__in=among(still)).select_related("panelist"))


def _lock(rows: QuerySet[Any]) -> None:
    """Lock people or their links in one order: of two send-outs at the same time the second sees what the first wrote."""
    list(rows.select_for_update().order_by("pk").values_list("pk"))


def _write(send_out: SendOut, invitations: Iterable[Invitation]) -> int:
    """Write a letter to each: text as it stands now, its places filled in when it leaves, so that no link is stored."""
    texts = texts_of(send_out.wave, send_out.kind)
    letters = [_letter(send_out, invitation, texts) for invitation in invitations]
    return len(Letter.objects.bulk_create(letters, BATCH))


def _letter(send_out: SendOut, invitation: Invitation, texts: Mapping[str, Text]) -> Letter:
    person = invitation.panelist
    text = texts.get(person.language) or texts[send_out.wave.survey.default_language]
    reminder = f":{invitation.reminders}" if send_out.kind == SendOut.Kind.REMINDER else ""
    return Letter(
        key=f"{send_out.kind}:{invitation.pk}{reminder}",
        kind=send_out.kind,
        wave=send_out.wave,
        invitation=invitation,
        send_out=send_out,
        to=person.email,
        subject=text.subject,
        body=text.body,
        due_at=Now(),
    )


def _told(stands: Standing, chosen: Iterable[Iterable[int]]) -> list[dict[str, Any]]:
    """What each cell needed and got, to be read later when its numbers have changed."""
    counts: dict[int, int] = {}
    for cells in chosen:
        for cell in cells:
            counts[cell] = counts.get(cell, 0) + 1
    return [
        {"id": each.id, "missing": each.need.missing, "rate": round(each.need.rate, 4), "sent": each.counts.ripe,
         "returned": each.counts.ripe_returned, "wanted": 0 if each.is_full else each.need.invitations, "drawn": counts.get(each.id, 0)}
        for each in (*stands.cells, stands.total)
    ]  # fmt: skip
