"""What is done to a code frame and to answers: a code added, named anew, joined to another; answers coded; disagreements settled."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils.text import slugify

from reports.models import Aggregation, CodeFrame, Coding
from surveys.models import Survey

LONGEST = 32


class NotCoded(ValueError):
    """The codes are not those of the frame, or there are none: somebody changed it meanwhile, or nothing was chosen."""


def frame_for_change(survey: Survey, question: str) -> CodeFrame:
    """Return the frame of a question, made where there is none, locked until the transaction ends."""
    CodeFrame.objects.get_or_create(survey=survey, question=question)
    return CodeFrame.objects.select_for_update().get(survey=survey, question=question)


def code_named(label: str, taken: Collection[str]) -> str:
    """Return a code's name made from its label, unlike those taken."""
    plain = re.sub(r"[^a-z0-9]+", "_", slugify(label)).strip("_")[:LONGEST] or "code"
    plain = plain if plain[0].isalpha() else f"c_{plain}"[:LONGEST]
    names = (plain, *(f"{plain[: LONGEST - 4]}_{number}" for number in range(2, 999)))
    return next(name for name in names if name not in taken)


@transaction.atomic
def add_code(survey: Survey, question: str, labels: Mapping[str, str], choice: str, taken: Collection[str]) -> str:
    """Add a code, and return its name; ``choice`` is the listed answer that it goes back into."""
    frame = frame_for_change(survey, question)
    name = code_named(next(iter(labels.values())), {*taken, *(each["code"] for each in frame.codes)})
    frame.codes = [*frame.codes, {"code": name, "label": dict(labels), "choice": choice}]
    _save(frame)
    return name


@transaction.atomic
def change_code(survey: Survey, question: str, code: str, labels: Mapping[str, str], choice: str) -> None:
    """Name a code anew, or have it go back into another listed answer. Raises NotCoded."""
    frame = frame_for_change(survey, question)
    _require(frame, [code])
    changed = {"code": code, "label": dict(labels), "choice": choice}
    frame.codes = [changed if each["code"] == code else each for each in frame.codes]
    _save(frame)


@transaction.atomic
def merge_codes(survey: Survey, question: str, code: str, into: str) -> int:
    """Join a code to another: every coding that holds follows by a new row, and their number is returned. Raises NotCoded."""
    frame = frame_for_change(survey, question)
    _require(frame, [code, into])
    if code == into:
        raise NotCoded
    latest: dict[tuple[UUID, int, bool], Coding] = {}
    for coding in Coding.objects.filter(frame=frame).order_by("at", "pk"):
        latest[coding.interview_id, coding.by_id, coding.settles] = coding
    follow = sorted((each for each in latest.values() if code in each.codes), key=lambda each: (each.at, each.pk))
    Coding.objects.bulk_create(
        Coding(frame=frame, interview_id=each.interview_id, by_id=each.by_id, settles=each.settles, at=Now(),
               codes=sorted({into if one == code else one for one in each.codes}))
        for each in follow
    )  # fmt: skip
    frame.codes = [each for each in frame.codes if each["code"] != code]
    _save(frame)
    return len(follow)


@transaction.atomic
def code_answers(survey: Survey, question: str, people: Collection[UUID], codes: Collection[str], by: int, *, settles: bool = False) -> int:
    """Give codes to these people's answers, or settle them; return how many. Raises NotCoded."""
    frame = frame_for_change(survey, question)
    _require(frame, codes)
    made = Coding.objects.bulk_create(
        Coding(frame=frame, interview_id=person, codes=sorted(codes), by_id=by, at=Now(), settles=settles) for person in people
    )
    _out_of_date(frame)
    return len(made)


def _require(frame: CodeFrame, codes: Collection[str]) -> None:
    if not codes or not set(codes) <= {each["code"] for each in frame.codes}:
        raise NotCoded


def _save(frame: CodeFrame) -> None:
    frame.save(update_fields=["codes"])
    _out_of_date(frame)


def _out_of_date(frame: CodeFrame) -> None:
    """The figures are computed again with the codes that hold now."""
    Aggregation.objects.filter(wave__survey=frame.survey_id).update(revisions=Aggregation.OUT_OF_DATE)
