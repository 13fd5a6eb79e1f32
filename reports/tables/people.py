"""The people of a wave as tables count them: their answers, their weights, and the banners that a study or a question gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from reports.coding.counting import definition_of
from reports.core.computation import combine, single_columns
from reports.core.rows import Answered, Content, Mask, SubTotal, content_of
from reports.core.tabulation import Banner, Head
from reports.core.topics import Topic, topics
from reports.dataset import Dataset, read, snapshot
from reports.weightings.raking import main_plan, weigh
from surveys.core.cells import language_code
from surveys.core.codebook import NOT_ASKED, codebook_of
from surveys.core.columns import Column, holds_column
from surveys.core.expressions import Expression, parse
from surveys.core.questionnaire import Questionnaire
from surveys.models import SheetRow, Survey, Wave

QUESTION = "q:"  # before the name of a question whose answers are a banner


@dataclass(frozen=True)
class People:
    """Everybody counted in a wave, without those whom its weighting leaves out. ``weights`` are of mean 1, all 1 where weighting was refused for the reasons of ``refusal``."""

    wave: Wave
    questionnaire: Questionnaire
    dataset: Dataset
    weights: NDArray[np.float64]
    refusal: Mapping[str, str]
    subtotals: tuple[SubTotal, ...]

    @property
    def n(self) -> int:
        """Return how many they are."""
        return len(self.dataset.matrix)

    @property
    def everybody(self) -> Mask:
        """Return the mask of all of them."""
        return np.ones(self.n, np.bool_)

    @cached_property
    def topics(self) -> Mapping[str, Topic]:
        """Return the tables that can be made, by code."""
        return {topic.code: topic for topic in topics(self.questionnaire)}

    def content(self, topic: Topic) -> Content:
        """Return what the table of a topic counts."""
        return content_of(topic, {question.name: self.answered(question.name) for question in topic.questions}, self.subtotals)

    def among(self, code: str) -> Mask | None:
        """Return the people of a base of the study, None for everybody."""
        condition = self.questionnaire.bases[code].condition if code else None
        return None if condition is None else self.holding(condition)

    def holding(self, condition: Expression) -> Mask:
        """Return who fulfils a condition."""
        return holds_column(condition, self.dataset.columns(condition.variables), self.n)

    def banner(self, code: str) -> Banner:
        """Return the columns of a banner: one of the study's sheet, or the answers of a question. Raises KeyError."""
        if code.startswith(QUESTION):
            topic = self.topics[code.removeprefix(QUESTION)]
            heads = tuple(Head(row.name, row.words, row.people, row.kind == "net")
                          for row in self.content(topic).rows if row.kind != "heading")  # fmt: skip
            return Banner(code, topic.questions[0].labels, heads)
        columns = self._sheet[code]
        return Banner(code, {}, tuple(Head(name, words, self.holding(condition)) for name, words, condition in columns))

    @cached_property
    def _sheet(self) -> Mapping[str, list[tuple[str, Mapping[str, str], Expression]]]:
        return sheet_banners(self.wave.survey, self.questionnaire)

    def answered(self, name: str) -> Answered:
        """Return the answers to one question."""
        codes = np.ascontiguousarray(self.dataset.matrix[:, self.dataset.codebook.positions_of[name].start])
        question = self.questionnaire.questions[name]
        is_read = question.choices or question.is_number
        column = self.dataset.columns([name])[name] if is_read else Column(("",), np.zeros(self.n, np.intp))
        return Answered(codes != NOT_ASKED, codes, column)


def people_of(wave: Wave, *, weighted: bool = True) -> People:
    """Read the people of a wave, in one state of the database, and weight them as its figures are. Raises RecordsDisagree."""
    assert wave.questionnaire is not None, "a wave of figures only has no people"
    questionnaire, codebook = definition_of(wave), wave.questionnaire.codebook()
    names = [name for name, question in codebook_of(questionnaire).questions.items() if question.choices or question.is_number]
    with snapshot():
        dataset, by = read(wave, codebook, names), main_plan(wave).names
        combinations = combine(single_columns(dataset.columns(by), by), len(dataset.matrix))
        weighting, refusal = weigh(wave, questionnaire, combinations) if weighted and len(dataset.matrix) else (None, {})
        subtotals = tuple(stored_subtotals(wave.survey))
    weights = np.ones(len(dataset.matrix)) if weighting is None else weighting.combination_weights[combinations.of]
    counted = weights > 0  # a scheme may leave out those without an answer: they are in no figure, nor in any table
    return People(wave, questionnaire, dataset.only(counted), weights[counted], refusal, subtotals)


def stored_subtotals(survey: Survey) -> Iterator[SubTotal]:
    """Yield the sub-totals of the study's sheet."""
    for net in survey.nets.all():
        yield SubTotal(net.list_name, net.name, labels_of(net), tuple(net.cells["choices"].split()), net.cells.get("counts", ""))


def sheet_banners(survey: Survey, questionnaire: Questionnaire) -> dict[str, list[tuple[str, Mapping[str, str], Expression]]]:
    """Return the columns of each banner of the study's sheet, by its code; those of questions that this version lacks are left out."""
    found: dict[str, list[tuple[str, Mapping[str, str], Expression]]] = {}
    for column in survey.banner_columns.all():
        condition = parse(column.cells["condition"])
        if condition.variables <= questionnaire.questions.keys():
            found.setdefault(column.banner, []).append((column.name, labels_of(column) or {"": column.name}, condition))
    return found


def labels_of(row: SheetRow) -> dict[str, str]:
    """Return the labels of a stored line by language."""
    return {language_code(name[7:]): text for name, text in row.cells.items() if name.startswith("label::") and text}
