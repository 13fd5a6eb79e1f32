"""Another wave beside this one's column: the same table there, and whether a change can be claimed."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan, sqrt

from reports.comparing.ledger import Confirmed, ledger_of
from reports.core.comparing import Ledger
from reports.core.precision import thresholds_in
from reports.core.tabulation import Crossing, Line, Tabulated, cross, tabulated
from reports.core.topics import Topic
from reports.tables.people import People, people_of
from reports.tables.wanted import Wanted
from surveys.core.versions import SAME, Verdict, worst_of
from surveys.models import Wave
from surveys.versions import verdicts


@dataclass(frozen=True)
class Beside:
    """Another wave of the survey put beside ``now``."""

    now: Wave
    people: People
    crossing: Crossing
    verdicts: dict[str, Verdict]
    ledger: Ledger

    @property
    def is_indicative(self) -> bool:
        """Say whether the waves as such differ in more than their date."""
        return self.ledger.is_indicative

    def verdict(self, topic: Topic) -> Verdict:
        """Say how far the questions of a topic measure the same in both waves."""
        return worst_of(self.verdicts.get(question.name, SAME) for question in topic.questions)

    def tabulated(self, topic: Topic, wanted: Wanted) -> Tabulated | None:
        """Return the same table of the other wave; None where it was not asked, or not the same way."""
        theirs = self.people.topics.get(topic.code)
        if theirs is None or not self.people.n or not self.verdict(topic).is_comparable or not self._has_base(wanted.base):
            return None
        table = tabulated(self.people.content(theirs), self.crossing, among=self.people.among(wanted.base), valid_only=wanted.valid)
        return table if table.base.base.n[0] else None

    def change(self, topic: Topic, now: Line, then: Line) -> float:
        """Return z of this wave's share against the other's, NaN where no change can be claimed."""
        if self.is_indicative or self.verdict(topic).is_indicative:
            return nan
        error = sqrt(float(now.error[0]) ** 2 + float(then.error[0]) ** 2)
        return (float(now.column[0]) - float(then.column[0])) / error if error else nan

    def _has_base(self, code: str) -> bool:
        return not code or code in self.people.questionnaire.bases


def beside(now: Wave, other: Wave, *, weighted: bool) -> Beside:
    """Read another wave of the survey. Raises RecordsDisagree."""
    assert now.questionnaire is not None, "a wave with tables has a questionnaire"
    assert other.questionnaire is not None, "a wave of figures only has no tables"
    people = people_of(other, weighted=weighted)
    found = {} if now.questionnaire_id == other.questionnaire_id else dict(verdicts(other.questionnaire, now.questionnaire))
    crossing = cross(people.everybody, [], people.weights, thresholds_in(now.survey.settings).smallest)
    ledger = ledger_of(now, other, [], Confirmed.of(now.survey))
    return Beside(now, people, crossing, found, ledger)
