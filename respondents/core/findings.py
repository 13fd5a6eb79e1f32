"""What simulated people find out about a questionnaire: pages nobody reached, answers nobody gave, where it ends, how long it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field

from surveys.core.questionnaire import Question, Questionnaire


@dataclass
class Trace:
    """One person's way: the pages they answered, and for each the seconds from sending it to having the next one; what they
    gave, by question and value; the pages that refused an answer of theirs; how it ended.
    """

    pages: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    given: set[tuple[str, str]] = field(default_factory=set)
    refused_on: list[str] = field(default_factory=list)
    outcome: str = ""

    @property
    def questions(self) -> int:
        """Return how many questions were answered."""
        return len({name for name, _ in self.given})


@dataclass(frozen=True)
class Spread:
    """How a quantity is spread over people or pages; all 0 where there is none."""

    least: float = 0
    median: float = 0
    p95: float = 0
    most: float = 0


@dataclass(frozen=True)
class Findings:
    """What a simulation found. Times are in milliseconds, as those who sent the pages waited: the server's work, the network
    and the waiting for one another, and not the time that people need to read and to think.
    """

    people: int
    outcomes: Mapping[str, int]
    never_reached: Sequence[str]
    never_given: Sequence[str]
    screened_out_on: Mapping[str, int]
    refused_on: Mapping[str, int]
    page_ms: Spread
    interview_ms: Spread
    pages: Spread
    questions: Spread

    def as_json(self) -> dict[str, object]:
        """Return the findings as plain values."""
        return asdict(self)


def findings(questionnaire: Questionnaire, traces: Collection[Trace]) -> Findings:
    """Return what ``traces`` say of the questionnaire."""
    first = questionnaire.pages[0].name  # answered at the door, whose address names no page
    reached = {page or first for trace in traces for page in trace.pages}
    given = {pair for trace in traces for pair in trace.given}
    ended = [trace.pages[-1] or first for trace in traces if trace.outcome == "screened_out" and trace.pages]
    finished = [trace for trace in traces if trace.outcome == "completed"]
    return Findings(
        people=len(traces),
        outcomes=dict(Counter(trace.outcome or "stuck" for trace in traces).most_common()),
        never_reached=[page.name for page in questionnaire.pages if _is_seen(page.questions) and page.name not in reached],
        never_given=[f"{name} = {value}" for name, value in _possible(questionnaire) if (name, value) not in given],
        screened_out_on=dict(Counter(ended).most_common()),
        refused_on=dict(Counter(page or first for trace in traces for page in trace.refused_on).most_common()),
        page_ms=_spread([1000 * seconds for trace in traces for seconds in trace.seconds]),
        interview_ms=_spread([1000 * sum(trace.seconds) for trace in finished]),
        pages=_spread([len(trace.pages) for trace in finished]),
        questions=_spread([trace.questions for trace in finished]),
    )


def _is_seen(questions: Sequence[Question]) -> bool:
    return any(question.is_asked or question.kind == "note" for question in questions)


def _possible(questionnaire: Questionnaire) -> list[tuple[str, str]]:
    asked = [question for question in questionnaire.questions.values() if question.is_asked]
    offered = ((question.name, [*question.steps, *question.choice_by_name]) for question in asked)
    return [(name, value) for name, values in offered for value in values]


def _spread(values: Sequence[float]) -> Spread:
    if not values:
        return Spread()
    ordered = sorted(values)
    last = len(ordered) - 1
    least, median, p95, most = (round(ordered[round(share * last)], 1) for share in (0, 0.5, 0.95, 1))
    return Spread(least, median, p95, most)
