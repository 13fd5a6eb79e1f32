"""How long a questionnaire takes: the time to read each page and to answer it, along the routes that people can take.

The longest path is a safe upper bound: no route takes longer, since of pages and questions that exclude one another two by
two only the longest counts. The typical and the shortest path are those of people drawn at random who go to the end: their
median, and the shortest of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from surveys.core.expressions import Expression
from surveys.core.passing import Manner, Passage, passage
from surveys.core.questionnaire import Labels, Page, Question, Questionnaire
from surveys.core.reasoning import Reasoner, Verdict

# Words a minute, of texts read aloud (silently people read faster): Trauzettel-Klosinski and Dietz, Investigative Ophthalmology & Visual
# Science 53 (2012) 5452-5461. A language that is not among them is read as French is.
WORDS_A_MINUTE = {
    "ar": 138, "de": 179, "en": 228, "es": 218, "fi": 161, "fr": 195, "he": 187, "it": 188, "nl": 202, "pl": 166,
    "pt": 181, "ru": 184, "sl": 180, "sv": 199, "tr": 166,
}  # fmt: skip
OTHER_LANGUAGE = 195
# Seconds to think and to answer once everything is read, and to turn a page: our own proposals.
SECONDS = {"single": 3.0, "multiple": 6.0, "ranking": 12.0, "integer": 5.0, "decimal": 6.0, "date": 8.0, "text": 20.0, "note": 1.0}
SECONDS_OF_A_PAGE = 2.0
MOST_READ = 15  # choices: of a longer list one looks for one's own
MOST_PAIRS = 400  # of conditions compared with each other
PEOPLE = {Manner.ANY: 101, Manner.THOROUGH: 15, Manner.SPARING: 25}


@dataclass(frozen=True)
class Length:
    """The time a path takes, in ``seconds``, and how many ``questions`` are asked on it."""

    seconds: float
    questions: int

    @property
    def minutes(self) -> float:
        """Return the time in minutes."""
        return self.seconds / 60


@dataclass(frozen=True)
class Lengths:
    """How long a questionnaire takes at most, typically (None: nobody came to the end), and at the least.

    ``longest_pages`` are those that the longest path found passes.
    """

    longest: Length
    typical: Length | None
    shortest: Length | None
    longest_pages: tuple[str, ...] = ()

    @property
    def three(self) -> tuple[Length, Length | None, Length | None]:
        """Return the longest, the typical and the shortest, as they stand in a table."""
        return self.longest, self.typical, self.shortest


def lengths(questionnaire: Questionnaire, language: str = "") -> Lengths:
    """Return how long the questionnaire takes in a language, by default its own; the same whenever it is asked."""
    times = _Times(questionnaire, language or questionnaire.default_language)
    passages = {manner: list(_passages(questionnaire, manner, people)) for manner, people in PEOPLE.items()}
    everybody = [found for some in passages.values() for found in some]
    longest = _longest(questionnaire, times)
    if not passages[Manner.ANY] or not everybody:
        return Lengths(longest, None, None)
    usual = sorted((times.of(found) for found in passages[Manner.ANY]), key=lambda length: length.seconds)
    found = max(everybody, key=lambda each: times.of(each).seconds)
    shortest = min((times.of(each) for each in everybody), key=lambda length: length.seconds)
    return Lengths(longest, usual[len(usual) // 2], shortest, found.pages)


def _passages(questionnaire: Questionnaire, manner: Manner, people: int) -> Iterable[Passage]:
    for number in range(people):
        found = passage(questionnaire, manner, seed=number)
        if found is not None:
            yield found


class _Times:
    def __init__(self, questionnaire: Questionnaire, language: str) -> None:
        self.questionnaire = questionnaire
        self.language = language
        self.per_word = 60 / WORDS_A_MINUTE.get(language.partition("-")[0], OTHER_LANGUAGE)
        self.questions = {question.name: self._question(page, question) for page in questionnaire.pages for question in page.questions}
        self.pages = {page.name: self._page(page) for page in questionnaire.pages}

    def of(self, found: Passage) -> Length:
        seconds = sum(self.pages[name] for name in found.pages) + sum(self.questions[name] for name in found.shown)
        return Length(seconds, sum(self.questionnaire.questions[name].is_asked for name in found.shown))

    def _page(self, page: Page) -> float:
        texts = [page.labels, *(block.labels for block in page.blocks.values()), *(block.hints for block in page.blocks.values())]
        return SECONDS_OF_A_PAGE + self._read(texts) if any(_is_shown(question) for question in page.questions) else 0.0

    def _question(self, page: Page, question: Question) -> float:
        if not _is_shown(question):
            return 0.0
        choices = () if _repeats_a_grid(page, question) else question.choices[:MOST_READ]
        return SECONDS[question.kind] + self._read([question.labels, question.hints, *(choice.labels for choice in choices)])

    def _read(self, texts: Sequence[Labels]) -> float:
        words = (len(labels.get(self.language, "").split()) for labels in texts)
        return self.per_word * sum(words)


def _is_shown(question: Question) -> bool:
    return question.kind in SECONDS


def _repeats_a_grid(page: Page, question: Question) -> bool:
    """The choices of a grid are read once, above its first row."""
    is_grid = page.blocks[question.block].is_grid if question.block in page.blocks else page.is_grid
    above = page.questions[: page.questions.index(question)]
    return is_grid and any(other.list_name == question.list_name and other.block == question.block for other in above)


def _longest(questionnaire: Questionnaire, times: _Times) -> Length:
    """The sum over everything shown, of things that exclude each other only the longest."""
    total: dict[tuple[Expression | None, Expression | None], Length] = {}
    for page in questionnaire.pages:
        _add(total, (page.relevant, None), Length(times.pages[page.name], 0))
        for question in page.questions:
            _add(total, (page.relevant, question.relevant), Length(times.questions[question.name], int(question.is_asked)))
    groups = _exclusive(questionnaire, total)
    return Length(
        sum(max(total[member].seconds for member in group) for group in groups),
        sum(max(total[member].questions for member in group) for group in groups),
    )


Conditions = tuple[Expression | None, Expression | None]  # of a page, and of a question on it


def _add(total: dict[Conditions, Length], key: Conditions, more: Length) -> None:
    before = total.get(key, Length(0.0, 0))
    total[key] = Length(before.seconds + more.seconds, before.questions + more.questions)


def _exclusive(questionnaire: Questionnaire, total: dict[Conditions, Length]) -> list[list[Conditions]]:
    """The conditions in groups of which nobody meets two; a condition that was not compared is alone."""
    reasoner, left = Reasoner(questionnaire), MOST_PAIRS
    groups: list[list[Conditions]] = []
    for conditions in sorted(total, key=lambda key: -total[key].seconds):
        for group in groups:
            alike = [member for member in group if _names(member) & _names(conditions)]
            if len(alike) < len(group) or left < len(group):
                continue
            left -= len(group)
            if all(_exclude(reasoner, conditions, member) for member in group):
                group.append(conditions)
                break
        else:
            groups.append([conditions])
    return groups


def _names(conditions: Conditions) -> frozenset[str]:
    return frozenset().union(*(condition.variables for condition in conditions if condition is not None))


def _exclude(reasoner: Reasoner, one: Conditions, other: Conditions) -> bool:
    return reasoner.verdict([(condition, True) for condition in (*one, *other)]) is Verdict.IMPOSSIBLE
