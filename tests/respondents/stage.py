"""A wave seen from its places alone: people brought to a state by the verbs themselves, and what the cells then hold."""

from __future__ import annotations

import uuid

from django.db import connection

from respondents import places
from respondents.models import Interview, QuotaCell
from surveys.core.identifiers import uuid7

MINUTES = 10
PAGE, QUOTA_PAGE = "usages", "profil"


class Stage:
    """A wave of the small study; ``names`` maps its cells' identifiers to F, H and total."""

    def __init__(self, wave) -> None:
        self.wave = wave
        cells = QuotaCell.objects.filter(wave=wave).order_by("pk")
        self.names = {cell.pk: "".join(cell.categories) or "total" for cell in cells}
        self.ids = {name: pk for pk, name in self.names.items()}

    def cells(self, sex: str = "F") -> list[int]:
        """Return the cells of a woman (F), a man (H) or somebody outside the quota (X)."""
        return sorted(pk for name, pk in self.ids.items() if name in (sex, "total"))

    def held(self) -> dict[str, tuple[int, int]]:
        """Return (reserved, filled) of each cell."""
        rows = QuotaCell.objects.filter(wave=self.wave).values_list("pk", "reserved", "filled")
        return {self.names[pk]: (reserved, filled) for pk, reserved, filled in rows}

    def allow(self, **ceilings: int) -> None:
        """Change the ceilings of the cells named."""
        for name, ceiling in ceilings.items():
            QuotaCell.objects.filter(pk=self.ids[name]).update(target=0, ceiling=ceiling)

    def enter(self, *, is_test: bool = False) -> uuid.UUID:
        """Bring somebody in, at the quota page; nothing is held yet."""
        interview = uuid7()
        with connection.cursor() as cursor:
            cursor.execute(
                """INSERT INTO respondents_interview (id, wave_id, questionnaire_id, state, revision, cell_ids, language, is_test,
                     imported, started_at, saved_at)
                   VALUES (%s, %s, %s, 'screening', 1, '{}', 'fr', %s, false, now(), now())""",
                [interview, self.wave.pk, self.wave.questionnaire_id, is_test],
            )
        return interview

    def post(self, interview: uuid.UUID, page: str = PAGE, *, request: uuid.UUID | None = None, revision: int | None = None) -> places.Post:
        """Return a post of a page by somebody, as read now."""
        return places.Post(
            interview_id=interview,
            revision=self.revision(interview) if revision is None else revision,
            request_id=request or uuid.uuid4(),
            body_sha256=b"b" * 32,
            page=page,
            answers={},
            language="fr",
            closes=page == QUOTA_PAGE,
            place_minutes=MINUTES,
        )

    def claim(self, interview: uuid.UUID, sex: str = "F") -> str:
        """Post the quota page, which asks for places."""
        return places.save(self.post(interview, QUOTA_PAGE), takes=True, cells=self.cells(sex)).state

    def save(self, interview: uuid.UUID) -> str:
        """Post a page after the quota page."""
        return places.save(self.post(interview)).state

    def end(self, interview: uuid.UUID, ends_as: str = "screened_out") -> str:
        """Post a page whose answers end the interview."""
        return places.end(self.post(interview), ends_as).state

    def complete(self, interview: uuid.UUID, sex: str = "F") -> str:
        """Post the last page."""
        return places.complete(self.post(interview, "fin"), codes=b"", extra={}, cells=self.cells(sex)).state

    def expire(self, interview: uuid.UUID) -> int:
        """Let the place's time run out, and give back what is due."""
        with connection.cursor() as cursor:
            # A minute ago on the database's own clock, which is the only one that counts.
            cursor.execute("UPDATE respondents_interview SET expires_at = now() - interval '1 minute' WHERE id = %s", [interview])
        return places.expire(self.wave.pk)

    def state(self, interview: uuid.UUID) -> str:
        """Return the stored state."""
        return Interview.objects.values_list("state", flat=True).get(pk=interview)

    def revision(self, interview: uuid.UUID) -> int:
        """Return the stored revision."""
        return Interview.objects.values_list("revision", flat=True).get(pk=interview)

    def somebody(self, state: str, sex: str = "F") -> uuid.UUID:
        """Bring somebody into a state by the verbs that lead there; ceilings are left as they were."""
        interview = self.enter()
        if state == "quota_full":
            room = dict(QuotaCell.objects.filter(pk__in=self.cells(sex)).values_list("pk", "ceiling"))
            with connection.cursor() as cursor:
                cursor.execute("UPDATE respondents_quotacell SET target = 0, ceiling = reserved + filled WHERE id = ANY (%s)", [list(room)])
            self.claim(interview, sex)
            for pk, ceiling in room.items():
                QuotaCell.objects.filter(pk=pk).update(ceiling=ceiling)
        elif state == "abandoned":
            Interview.objects.filter(pk=interview).update(saved_at="2020-01-01T00:00Z")
            places.abandon()
        elif state != "screening":
            self.claim(interview, sex)
            self._go_on(interview, state, sex)
        assert self.state(interview) == state
        return interview

    def _go_on(self, interview: uuid.UUID, state: str, sex: str) -> None:
        if state in ("expired", "over"):
            self.expire(interview)
        if state in ("screened_out", "refused"):
            self.end(interview, state)
        elif state == "completed":
            self.complete(interview, sex)
        elif state == "over":
            room = dict(QuotaCell.objects.filter(pk__in=self.cells(sex)).values_list("pk", "ceiling"))
            with connection.cursor() as cursor:
                cursor.execute("UPDATE respondents_quotacell SET target = 0, ceiling = reserved + filled WHERE id = ANY (%s)", [list(room)])
            self.complete(interview, sex)
            for pk, ceiling in room.items():
                QuotaCell.objects.filter(pk=pk).update(ceiling=ceiling)
