"""A stored publication held against the database of today: what of it can still be computed again from the interviews."""

from __future__ import annotations

import csv
import io
import json
import tempfile
import zipfile
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from reports.aggregation import aggregate, is_stale
from reports.dataset import RecordsDisagree
from reports.models import Release, ReleaseEvent
from reports.releases.evidence import Evidence, evidence_of_wave
from reports.releases.verify import VERSION, WEIGHT, Verdict, verify
from surveys.models import Wave


@dataclass(frozen=True)
class Check:
    """What a publication's own evidence gives (``verdicts``), and what the database gives now: how many of its people are no
    longer stored as they were, how many others there are, and which figures (by code) come out otherwise."""

    verdicts: tuple[Verdict, ...]
    gone: int
    others: int
    changed: tuple[str, ...]

    @property
    def is_proven(self) -> bool:
        """Say whether the evidence proves every figure."""
        return all(is_equal for is_equal, _line in self.verdicts)

    @property
    def is_same(self) -> bool:
        """Say whether the interviews of today are those of the publication."""
        return not (self.gone or self.others or self.changed)


def check(release: Release) -> Check:
    """Verify a publication's evidence, and compare it with the evidence of today. Raises RecordsDisagree, AlreadyRunning."""
    wave = release.wave
    if is_stale(wave):
        aggregate(wave)
    stored = evidence_in(release)
    language = json.loads(_file(stored, "figures.json"))["language"]
    now = evidence_of_wave(wave, language)
    gone, others = told_apart(stored, now.content)
    return Check(
        tuple(_verdicts(stored, release)),
        gone,
        others,
        tuple(_changed(json.loads(_file(stored, "figures.json")), now)),
    )


def remember_what_is_gone(wave: Wave) -> None:
    """Keep, of each publication of the wave, how many of its people are no longer stored; its page says so.

    While people come in every second nothing is looked at, nor when some came between the computation and this look.
    """
    if wave.is_open:
        return
    for release in Release.objects.light().filter(wave=wave).select_related("wave__survey", "wave__questionnaire"):
        stored = evidence_in(release)
        language = json.loads(_file(stored, "figures.json"))["language"]
        try:
            now = evidence_of_wave(wave, language)
        except RecordsDisagree:
            return
        remember_gone(release, told_apart(stored, now.content)[0])


def remember_gone(release: Release, gone: int) -> int:
    """Keep that people of a publication are no longer stored, where more are missing than was known; return how many more."""
    known = release.events.aggregate(people=Sum("people"))["people"] or 0
    if gone <= known:
        return 0
    text = _("No longer stored as they were when this was published.")
    ReleaseEvent.objects.create(release=release, kind=ReleaseEvent.Kind.ERASED, at=timezone.now(), text=text, people=gone - known)
    return gone - known


def evidence_in(release: Release) -> bytes:
    """Return the evidence of a publication as it was frozen."""
    return bytes(release.files.get(is_public=False, media_type="application/zip").content)


def told_apart(then: bytes, now: bytes) -> tuple[int, int]:
    """Return how many people of one evidence are not in another, and how many of the other not in the first.

    They are known by their answers to the questions that stand in both: a figure added since brings columns of its own, and one
    person less moves everybody's weight.
    """
    before, after = _people(then), _people(now)
    names = [name for name in before[0] if name in after[0] and name not in (WEIGHT, VERSION)]
    first, second = (Counter(tuple(person[header.index(name)] for name in names) for person in people)
                     for header, *people in (before, after))  # fmt: skip
    return (first - second).total(), (second - first).total()


def _people(evidence: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(_file(evidence, "records.csv").decode())))


def _verdicts(evidence: bytes, release: Release) -> list[Verdict]:
    with tempfile.NamedTemporaryFile(suffix=".zip") as file:
        file.write(evidence)
        file.flush()
        return [*verify(file.name, release.sha256)]


def _changed(then: dict[str, Any], now: Evidence) -> list[str]:
    computed = {figure["code"]: figure for figure in now.figures["figures"]}
    return [each["code"] for each in then["figures"] if _numbers(each) != _numbers(computed.get(each["code"], {}))]


def _numbers(figure: dict[str, Any]) -> list[Any]:
    return [figure.get(name) for name in ("n", "percent", "margin", "value", "printed")]


def _file(evidence: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(evidence)) as archive:
        return archive.read(name)
