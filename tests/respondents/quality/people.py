"""Completed interviews of the form of quality, stored as a finished field leaves them: log with its times, and record."""

from __future__ import annotations

import datetime
import itertools
import uuid

from respondents.core.record import pack
from respondents.models import Interview, Record, Submission
from surveys.core.identifiers import uuid7
from tests.respondents.core.quality.forms import BASES, CHOICES, SURVEY, grid
from tests.worlds import open_wave

FIGURES = """
    code,published_as,says::Français (fr),says::English (en),selection,base,not_asked,compare_with
    users,F1,utilisent le service,use the service,${uses} = 'oui',all,,
    agree,F2,le trouvent simple,find it simple,${v1} = '1',all,,
"""
WAVES = """
    code,label::Français (fr),label::English (en),kind,starts,ends,time_zone,target,ceiling,questionnaire_version,weighting
    v1,Vague 1,Wave 1,own,2026-01-05,2026-01-09,Europe/Paris,100,100,1,
"""
PAGES = ("accueil", "usages", "services", "views", "marks", "check")
ANSWERS = {
    "uses": "oui", "years": "44", "why": "", "trap": "2", "colours": ("bleu", "vert"), **grid("v", "1 2 1 4 5"), **grid("m", "7 8 6 7 9"),
}  # fmt: skip
START = datetime.datetime(2026, 1, 5, 9, tzinfo=datetime.timezone.utc)
_numbers = itertools.count(1)


def wave_of(**changes: str):
    """Return an open wave of that form, with the sheets of ``changes``."""
    sheets = {"survey": SURVEY, "choices": CHOICES, "bases": BASES, "figures": FIGURES, "waves": WAVES, "margins": "", "quotas": ""}
    return open_wave(**{**sheets, **changes})


def completed(wave, *, seconds: float | tuple[float, ...] = 30, device: bytes | None = None, **answers):
    """Store somebody who completed: ``seconds`` for each page after the first, or for each of them; answers that differ."""
    number = next(_numbers)
    given = {**ANSWERS, "why": f"Raison numéro {number}, dite autrement que les autres", **answers}
    questionnaire = wave.questionnaire
    each = seconds if isinstance(seconds, tuple) else (seconds,) * (len(PAGES) - 1)
    interview = Interview.objects.create(
        id=uuid7(), wave=wave, questionnaire=questionnaire, state="completed", revision=len(PAGES), language="fr", started_at=START,
        saved_at=START, ended_at=START + datetime.timedelta(seconds=number), source=wave.sources.first(), device="phone", device_sha256=device,
    )  # fmt: skip
    at = START
    for seq, page in enumerate(PAGES, 1):
        at += datetime.timedelta(seconds=each[seq - 2] if seq > 1 else 0)
        Submission.objects.create(wave=wave, interview=interview, seq=seq, request_id=uuid.uuid4(), body_sha256=b"b" * 32, page=page,
                                  answers={}, received_at=at)  # fmt: skip
    codes, extra = pack(questionnaire.codebook(), given, given.keys())
    Record.objects.create(wave=wave, interview=interview, codes=codes, extra=extra)
    return interview


def flags(*interviews):
    """Return the (rule, subject) flags of interviews, in order."""
    from respondents.models import Flag

    return list(Flag.objects.filter(interview__in=interviews).order_by("interview", "rule", "subject").values_list("rule", "subject"))
