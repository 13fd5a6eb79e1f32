"""A soft launch signed off: what its interviews say, read at one instant; the open answers to read; the signature that opens the field."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from respondents.audit import audit
from respondents.core.signoff import TITLES, Fact, SoftLaunch
from respondents.field.cells import LANGUAGES
from respondents.field.recent import recent
from respondents.models import Alert, Interview, SignOff
from surveys.core.clocks import wall_of
from surveys.core.messages import Message
from surveys.core.questionnaire import Questionnaire
from surveys.models import Wave
from surveys.translation import say

MOST_TEXTS = 500  # open answers shown

COUNT = """
WITH people AS MATERIALIZED (
  SELECT i.state, i.returned_at IS NOT NULL AS told, i.source_id, i.is_test,
    i.ended_at IS NOT NULL AND (s.returns <> '{}' OR s.return_url <> '') AS wants_to_know
  FROM respondents_interview i LEFT JOIN respondents_source s ON s.id = i.source_id
  WHERE i.wave_id = %(wave)s AND NOT i.imported AND i.state NOT IN ('duplicate', 'forged')),
counted AS (SELECT * FROM people WHERE NOT is_test)
SELECT (SELECT count(*) FROM counted),
  (SELECT count(*) FROM counted WHERE state = 'completed'),
  (SELECT count(*) FROM counted WHERE state = 'screened_out'),
  (SELECT count(*) FROM counted WHERE wants_to_know AND told),
  (SELECT count(*) FROM counted WHERE wants_to_know),
  (SELECT count(*) FROM people WHERE is_test)
"""

BY_SOURCE = """
SELECT s.label, count(i.id) FROM respondents_source s
LEFT JOIN respondents_interview i ON i.source_id = s.id AND i.state = 'completed' AND NOT i.is_test
WHERE s.wave_id = %(wave)s AND NOT s.for_tests GROUP BY s.id, s.label, s.code ORDER BY s.code
"""

TEXTS = """
SELECT answer.key, answer.value FROM respondents_record r CROSS JOIN LATERAL jsonb_each_text(r.extra) AS answer
WHERE r.wave_id = %(wave)s AND r.counted AND answer.key = ANY (%(questions)s) ORDER BY answer.key, r.id LIMIT %(most)s
"""


class OpenAnswers(NamedTuple):
    """The answers to an open question, without anything that tells who gave them."""

    question: str
    label: str
    answers: list[str]


def soft_launch(wave: Wave) -> SoftLaunch:
    """Return what came of the soft launch of a wave read ``on_the_clock``."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"wave": wave.pk})
        entered, completed, screened_out, told, to_tell, tests = cursor.fetchone()
        cursor.execute(BY_SOURCE, {"wave": wave.pk})
        completes = dict(cursor.fetchall())
    latest = recent(wave.pk, wave.place_minutes, wave.now)
    minutes, n = latest.length
    return SoftLaunch(
        entered=entered,
        completed=completed,
        screened_out=screened_out,
        told=told,
        to_tell=to_tell,
        differences=len(audit(wave)),
        median_minutes=minutes if n else None,
        expected_minutes=float(wave.expected_minutes) if wave.expected_minutes else None,
        completes=completes,
        pages=latest.pages(LANGUAGES),
        texts={each.question: len(each.answers) for each in open_answers(wave)},
        tests=tests,
    )


def open_answers(wave: Wave, language: str = "") -> list[OpenAnswers]:
    """Return what people wrote in the counted interviews of a wave, question by question in their order, 500 answers at most.

    Addresses and postcodes are left out: they tell who wrote them.
    """
    definition = wave.questionnaire.definition() if wave.questionnaire else None
    open_questions = (
        [name for name, question in definition.questions.items() if question.kind == "text" and not question.format] if definition else []
    )
    if definition is None or not open_questions:
        return []
    with connection.cursor() as cursor:
        cursor.execute(TEXTS, {"wave": wave.pk, "questions": open_questions, "most": MOST_TEXTS})
        answers: defaultdict[str, list[str]] = defaultdict(list)
        for name, answer in cursor.fetchall():
            answers[name].append(answer)
    return [OpenAnswers(name, _label(definition, name, language), answers[name]) for name in open_questions if answers[name]]


def sign_off(wave_id: int, *, by: User, facts: Mapping[str, Fact], note: str) -> Wave:
    """Keep a person's signature under the ``facts`` that they judged, and open the field, both or neither.

    Raises ValidationError when there is nothing to sign: no soft launch that waits, or no completed interview in it.
    """
    with transaction.atomic():
        wave = Wave.objects.on_the_clock().select_for_update(of=("self",), no_key=True).select_related("survey").get(pk=wave_id)
        if wave.state not in (Wave.State.SOFT, Wave.State.PAUSED) or not wave.awaits_sign_off:
            raise ValidationError(_("No soft launch of this wave waits to be signed off."))
        completes = Interview.objects.filter(wave=wave, state=Interview.State.COMPLETED, is_test=False, imported=False).count()
        if not completes:
            raise ValidationError(_("Nobody has completed the soft launch yet: there is nothing to judge."))
        checks: dict[str, Any] = {code: {"found": found(fact), "judgement": fact.judgement} for code, fact in facts.items()}
        SignOff.objects.create(wave=wave, by=by, at=wave.now, completes=completes, checks=checks, note=note)
        Alert.objects.filter(wave=wave, kind="soft_stop", ended_at__isnull=True).update(ended_at=wave.now)
        Wave.objects.filter(pk=wave.pk).update(signed_off_at=wave.now)
        wave.refresh_from_db(fields=["signed_off_at"])
        wave.move_to(Wave.State.LIVE)
    return wave


def signatures_of(wave: Wave) -> list[dict[str, object]]:
    """Return the signatures under the soft launches of a wave: who, when on the clock of its place, on how many, why, and what was judged."""
    signed = SignOff.objects.filter(wave=wave).select_related("by").order_by("at")
    return [
        {
            "by": each.by.get_full_name() or each.by.get_username(),
            "at": wall_of(each.at, wave.time_zone),
            "completes": each.completes,
            "note": each.note,
            "checks": [(_(TITLES[code]), check["found"]) for code, check in each.checks.items() if code in TITLES],
        }
        for each in signed
    ]


def found(fact: Fact) -> str:
    """Return what a fact found, in the active language and with its numbers as that writes them."""
    values = {name: number_format(value, 1) if isinstance(value, float) else value for name, value in fact.found.values.items()}
    return say(Message(fact.found.template, values))


def _label(definition: Questionnaire, name: str, language: str) -> str:
    labels = definition.questions[name].labels
    return labels.get(language) or labels.get(definition.default_language) or name
