"""The open answers of a wave as coders see them: those that say the same together, and of other coders only what may be seen."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from reports.coding.counting import standings_of
from reports.core.coding import Standing, folded, standing
from reports.dataset import COUNTED, count_by_version, joinable
from reports.models import CodeFrame
from surveys.core.codebook import IN_EXTRA
from surveys.core.questionnaire import Question, Questionnaire
from surveys.models import Questionnaire as Version
from surveys.models import Wave

NOBODY = standing(())
FILTERS = ("to_code", "mine", "disagreement", "all")


@dataclass(frozen=True)
class Group:
    """Answers that say the same: the ``text`` written most often, who wrote it, and what holds of each of them."""

    key: str
    text: str
    standings: Mapping[UUID, Standing]

    @property
    def people(self) -> int:
        """Return how many wrote it."""
        return len(self.standings)

    def mine(self, coder: int) -> frozenset[str]:
        """Return the codes that a coder gave to it, of the first who has some."""
        return next((each.by[coder] for each in self.standings.values() if coder in each.by), frozenset())

    def is_to_code(self, coder: int) -> bool:
        """Say whether it waits for this coder: not coded by them, nor by two others, nor settled."""
        return any(coder not in each.by and len(each.by) < 2 and each.state != "settled" for each in self.standings.values())

    @property
    def disagreed(self) -> tuple[UUID, ...]:
        """Return the interviews on which two coders disagree."""
        return tuple(who for who, each in self.standings.items() if each.state == "disagreed")

    def is_open_to(self, coder: int, *, settles: bool) -> bool:
        """Say whether the codes of others may be seen: once two have coded it, by one of them or by whoever settles."""
        return all(len(each.by) > 1 and (coder in each.by or settles) for each in self.standings.values() if each.by) and any(
            each.by for each in self.standings.values()
        )

    def is_in(self, wanted: str, coder: int, *, settles: bool) -> bool:
        """Say whether a filter shows it."""
        if wanted == "to_code":
            return self.is_to_code(coder)
        if wanted == "mine":
            return any(coder in each.by for each in self.standings.values())
        return wanted == "all" or bool(self.disagreed and self.is_open_to(coder, settles=settles))


def open_questions(questionnaire: Questionnaire) -> Iterator[Question]:
    """Yield the questions that people answer in their own words; addresses and postcodes are no opinions."""
    return (each for each in questionnaire.questions.values() if each.kind == "text" and not each.format)


def texts_of(wave: Wave, question: str) -> dict[UUID, str]:
    """Return what each counted person wrote, by interview; only those of versions that put the same question."""
    found: dict[UUID, str] = {}
    for version in count_by_version(wave):
        theirs = Version.objects.get(pk=version)
        if question not in (theirs.definition().questions if version == wave.questionnaire_id else joinable(theirs, wave)):
            continue
        place = theirs.codebook().positions_of[question].start
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT i.id, substring(r.codes FROM %s FOR 2), r.extra ->> %s FROM {COUNTED} AND i.questionnaire_id = %s ORDER BY i.id",
                [2 * place + 1, question, wave.pk, version],
            )
            for person, code, text in cursor:
                number = int.from_bytes(code, "little", signed=True)
                if number == IN_EXTRA or number >= 0:
                    found[person] = text if number == IN_EXTRA else str(number)
    return found


def groups_of(wave: Wave, frame: CodeFrame | None, question: str) -> list[Group]:
    """Return the answers to a question, those that say the same together, the most frequent first."""
    standings = standings_of(frame, wave) if frame and frame.pk else {}
    texts: dict[str, list[str]] = {}
    people: dict[str, dict[UUID, Standing]] = {}
    for person, text in texts_of(wave, question).items():
        same = folded(text)
        texts.setdefault(same, []).append(text)
        people.setdefault(same, {})[person] = standings.get(person, NOBODY)
    made = [Group(_key(same), Counter(texts[same]).most_common(1)[0][0], those) for same, those in people.items()]
    return sorted(made, key=lambda group: (-group.people, folded(group.text)))


def sifted(groups: Iterable[Group], wanted: str, search: str, coder: int, *, settles: bool) -> list[Group]:
    """Return the groups that a filter and a search let through."""
    words = folded(search)
    return [group for group in groups if group.is_in(wanted, coder, settles=settles) and words in folded(group.text)]


def _key(same: str) -> str:
    return hashlib.sha256(same.encode()).hexdigest()[:20]
