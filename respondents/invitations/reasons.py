"""Why a letter is not sent after all: what became of its person, of their interview, of their cells, since it was decided."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from respondents.core.quotas import Plan
from respondents.core.sendouts import known_cells
from respondents.models import Interview, Letter
from respondents.plans import plans_of
from surveys.models import Wave

GOING_ON = (Interview.State.SCREENING, Interview.State.RESERVED, Interview.State.EXPIRED, Interview.State.ABANDONED)
NOWHERE = -1  # no cell has this identifier: it stands for having none, and is always full
HOLDS_PLACES = (Interview.State.RESERVED,)

# How each reason is told; a mail server's own refusal is told as it came.
REASONS: Mapping[str, Promise] = {
    "erased": gettext_lazy("erased"),
    "unsubscribed": gettext_lazy("unsubscribed"),
    "bounced": gettext_lazy("address not found"),
    "closed": gettext_lazy("field closed"),
    "answered": gettext_lazy("has answered meanwhile"),
    "full": gettext_lazy("cell full"),
}

FULL = (
    "SELECT coalesce(max(id), 0), array_agg(id) FILTER (WHERE reserved + filled >= ceiling) FROM respondents_quotacell WHERE wave_id = %s"
)


def why_not(letter: Letter) -> str:
    """Return why a letter must not be sent any more, as a key of REASONS; '' when it may. Alerts always may."""
    invitation = letter.invitation
    if invitation is None:
        return ""
    person, interview = invitation.panelist, invitation.interview
    state = interview.state if interview else ""
    reasons = {
        "erased": person.erased_at is not None,
        "unsubscribed": person.unsubscribed_at is not None,
        "bounced": person.bounced_at is not None,
        "closed": letter.wave.state == Wave.State.CLOSED,
        "answered": bool(state) and state not in GOING_ON,
        "full": state not in HOLDS_PLACES and bool(Cells(letter.wave).closed_to(person.known)),
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


class Cells:
    """A wave's quota cells as the profile of a contact meets them: which ones somebody surely belongs to, which are full now."""

    def __init__(self, wave: Wave) -> None:
        with connection.cursor() as cursor:
            cursor.execute(FULL, [wave.pk])
            made, full = cursor.fetchone()
        self.full = frozenset((NOWHERE, *(full or ())))
        self._wave = plans_of(wave.pk, wave.questionnaire_id or 0, made)
        self.plans = [(plan.variables, plan.cells) for plan in self._wave.plans]

    @property
    def variables(self) -> list[str]:
        """Return the variables of all plans, each once, in order."""
        return list(dict.fromkeys(variable for variables, _ in self.plans for variable in variables))

    def of(self, known: Mapping[str, str]) -> tuple[int, ...]:
        """Return the cells that a known profile surely belongs to, the total among them; NOWHERE for one that a quota turns away."""
        found = known_cells(self.plans, known)
        return (NOWHERE, *found) if any(self._turns_away(plan, known) for plan in self._wave.plans) else found

    def closed_to(self, known: Mapping[str, str]) -> frozenset[int]:
        """Return the full cells among those that a known profile surely belongs to."""
        return self.full & set(self.of(known))

    def _turns_away(self, plan: Plan, known: Mapping[str, str]) -> bool:
        """Say whether a profile known in full has no cell in a plan that interviews nobody outside its cells."""
        categories = tuple(known.get(variable, "") for variable in plan.variables)
        if plan.interviews_outside or not categories or not all(categories) or categories in plan.cells:
            return False
        questions = self._wave.questionnaire.questions
        chosen = (questions[variable].choice_by_name.get(name) for variable, name in zip(plan.variables, categories, strict=True))
        return not any(choice and "outside_quota" in choice.flags for choice in chosen)
