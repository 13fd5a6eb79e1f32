"""Brings a panel of the reference study into a wave as completed interviews with their records."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from django.utils import timezone

from respondents.core.record import pack
from respondents.core.route import Route, follow
from respondents.models import Interview, Record
from surveys.core.expressions import Answer
from surveys.core.questionnaire import Question, Questionnaire
from surveys.models import Wave

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "surveys" / "samples" / "numerique-en-sante"
PANEL_2023 = ROOT / "surveys" / "samples" / "panel_2023.csv"
PANEL_2020 = ROOT / "tests" / "data" / "panel_2020.csv"

Person = Mapping[str, str]


def people(path: Path = PANEL_2023) -> list[dict[str, str]]:
    """Return the rows of a panel file, by column."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def interview(wave: Wave, persons: Iterable[Person]) -> None:
    """Make each person a completed interview of the wave, with the record that filling the form would have left."""
    questionnaire = wave.questionnaire.definition()
    codebook = wave.questionnaire.codebook()
    now = timezone.now()
    interviews, records = [], []
    for person in persons:
        route = route_of(questionnaire, person)
        codes, extra = pack(codebook, route.answers, route.asked)
        done = Interview(wave=wave, questionnaire=wave.questionnaire, state="completed", language="fr", revision=9,
                         started_at=now, saved_at=now, ended_at=now)  # fmt: skip
        interviews.append(done)
        records.append(Record(wave=wave, interview=done, codes=codes, extra=extra))
    Interview.objects.bulk_create(interviews, batch_size=1000)
    Record.objects.bulk_create(records, batch_size=1000)


def route_of(questionnaire: Questionnaire, person: Person) -> Route:
    """Return the route of a person who fills the whole form."""
    return follow(questionnaire, _saved(questionnaire, person))


def _saved(questionnaire: Questionnaire, person: Person) -> dict[str, dict[str, Answer]]:
    """Return the person's answers page by page; the consent is given."""
    saved = {
        page.name: {question.name: _answer(question, person) for question in page.asked if not question.is_consent}
        for page in questionnaire.pages
    }
    saved[questionnaire.page_of[questionnaire.consent.name].name] = {questionnaire.consent.name: "1"}
    return saved


def _answer(question: Question, person: Person) -> Answer:
    if question.kind == "multiple":
        return tuple(choice.name for choice in question.choices if person.get(f"{question.name}_{choice.name}") == "1")
    return person.get(question.name) or ""
