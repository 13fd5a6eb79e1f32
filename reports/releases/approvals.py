"""What clients say of the figures before publication: a named person agrees to exactly what they were shown, or asks for changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from reports.models import Approval, ClientLink
from reports.releases.drafts import draft_of
from surveys.models import Wave

DRAFT, APPROVAL = "draft", "approval"  # what a link shows, and that publication waits for its agreement


@dataclass(frozen=True)
class Said:
    """One answer of a client. It is void once the figures are no longer those that were shown."""

    approval: Approval
    is_void: bool


@dataclass(frozen=True)
class Agreement:
    """Everything that the clients of a wave said, latest first, against the fingerprint of its figures now."""

    sha256: str
    said: tuple[Said, ...]
    is_asked: bool

    @property
    def standing(self) -> tuple[Approval, ...]:
        """Return what each client said last of the figures as they stand."""
        latest: dict[int, Approval] = {}
        for each in self.said:
            if not each.is_void:
                latest.setdefault(each.approval.link_id, each.approval)
        return tuple(latest.values())

    @property
    def given(self) -> tuple[Approval, ...]:
        """Return the agreements that hold; none while somebody asks for changes."""
        return self.standing if all(each.agrees for each in self.standing) else ()

    @property
    def is_waiting(self) -> bool:
        """Say whether publication waits for an agreement that nobody has given to these figures."""
        return self.is_asked and not self.given

    def as_kept(self) -> list[dict[str, Any]]:
        """Return the agreements as a publication keeps them."""
        return [
            {"name": each.name, "for": each.link.label, "at": each.at, "remark": each.remark, "sha256": each.sha256} for each in self.given
        ]


def agreement_of(wave: Wave) -> Agreement:
    """Return what the clients of a wave said; the figures are read only where somebody said or was asked something."""
    said = list(Approval.objects.filter(link__wave=wave).select_related("link").order_by("-at", "-pk"))
    is_asked = ClientLink.objects.filter(wave=wave, shows__contains=APPROVAL).exists()
    draft = draft_of(wave) if said or is_asked else None
    sha256 = draft.sha256 if draft else ""
    return Agreement(sha256, tuple(_against(said, sha256)), is_asked)


def record(link: ClientLink, name: str, sha256: str, remark: str, *, agrees: bool) -> Approval:
    """Keep what a client said of the figures of that fingerprint; a form sent twice is kept once."""
    with transaction.atomic():
        ClientLink.objects.select_for_update().get(pk=link.pk)
        last = link.approvals.order_by("-at", "-pk").first()
        if last and (last.name, last.sha256, last.remark, last.agrees) == (name, sha256, remark, agrees):
            return last
        return link.approvals.create(name=name, at=timezone.now(), sha256=sha256, agrees=agrees, remark=remark)


def _against(said: list[Approval], sha256: str) -> Iterator[Said]:
    return (Said(each, each.sha256 != sha256) for each in said)
