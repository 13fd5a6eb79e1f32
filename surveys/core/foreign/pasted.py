"""A questionnaire pasted as research directors write it in Word, read into the sheets of a study, line by line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from surveys.core.checks import check_questionnaire
from surveys.core.foreign.pasting.drafts import Document
from surveys.core.foreign.pasting.headings import heads_in
from surveys.core.foreign.pasting.ledger import Ledger, Mark, Remark
from surveys.core.foreign.pasting.lines import lines_of
from surveys.core.foreign.pasting.plain import plain
from surveys.core.foreign.pasting.reader import read_lines
from surveys.core.foreign.pasting.routing import route
from surveys.core.foreign.pasting.shaping import shape
from surveys.core.foreign.pasting.sheets import sheets_of
from surveys.core.foreign.pasting.words import WORDS
from surveys.core.messages import N_
from surveys.core.questionnaire import Questionnaire
from surveys.core.reading import read_questionnaire
from surveys.core.workbook import Mistake, Report, Workbook

MAX_CHARACTERS = 200_000
MAX_LINES = 10_000
PIPED = re.compile(
    r"(?:(?:inserer|afficher|rappeler|rappel|reprendre|insert|pipe|show|recall) )?(?:(?:la |the )?(?:reponse|answer) )?(?:(?:a|en|de|from|to|in|at) )?"
    r"(?:la )?(?:question )?(?P<name>[a-z]{1,4}\d{1,3}[a-z]{0,3})"
)
DRAFT_ADDRESS = "draft"  # until the study has one


@dataclass(frozen=True)
class PastedLine:
    """A line as typed, what it became, and what there is to say about it."""

    number: int
    text: str
    marks: tuple[Mark, ...]
    remarks: tuple[Remark, ...]

    @property
    def weight(self) -> str:
        """Return the heaviest of its remarks: mistake, missed, note, or ''."""
        weights = {remark.weight for remark in self.remarks}
        return next((weight for weight in ("mistake", "missed", "note") if weight in weights), "")


@dataclass(frozen=True)
class Pasted:
    """What was understood of a pasted text.

    ``workbook`` holds the sheets settings, survey, choices and bases; ``questionnaire`` is what they read as; ``general``
    are the remarks about the text as a whole; ``origin`` gives the line of each (sheet, row).
    """

    workbook: Workbook
    questionnaire: Questionnaire
    lines: tuple[PastedLine, ...]
    general: tuple[Remark, ...]
    origin: Mapping[tuple[str, int], int]

    @cached_property
    def remarks(self) -> tuple[Remark, ...]:
        """Return every remark, those about the whole first, then line by line."""
        return (*self.general, *(remark for line in self.lines for remark in line.remarks))

    def of_weight(self, weight: str) -> tuple[Remark, ...]:
        """Return the remarks of one weight: mistake, missed or note."""
        return tuple(remark for remark in self.remarks if remark.weight == weight)

    def remark_of(self, mistake: Mistake) -> Remark:
        """Return a mistake in the sheets as a remark beside its line."""
        return _remark_of(mistake, self.origin)


def read_pasted(text: str, language: str, *, title: str = "", form_id: str = "") -> Pasted:
    """Read a questionnaire written in ``language`` ("fr" or "en"), with instructions in either.

    Nothing is dropped: each line that is not blank has a mark that says what it became, or a remark that says why it was not
    understood. Mistakes that the sheets' own checks find stand beside the lines that they come from. ``title`` replaces the
    text's own. Raises ValueError above MAX_CHARACTERS or MAX_LINES, KeyError for another language.
    """
    if len(text) > MAX_CHARACTERS or text.count("\n") >= MAX_LINES:
        raise ValueError(f"a pasted questionnaire has at most {MAX_CHARACTERS} characters and {MAX_LINES} lines")
    words, ledger = WORDS[language], Ledger()
    document = _document(text, ledger)
    shape(document, words, ledger)
    route(document, words, ledger)
    workbook, origin = sheets_of(document, words, ledger, title, form_id or DRAFT_ADDRESS)
    if not any(document.questions):
        ledger.mistake(0, N_("No question was found: begin each with its number, as in “Q1. …”."))
    report = Report()
    questionnaire = read_questionnaire(workbook, report)
    check_questionnaire(questionnaire, workbook, report)
    known = {remark.line for remark in ledger.remarks if remark.weight == "mistake"}
    ledger.remarks += [
        remark for mistake in report.mistakes if (remark := _remark_of(mistake, origin)).line not in known or not remark.line
    ]
    return Pasted(workbook, questionnaire, _lines(text, ledger), tuple(remark for remark in ledger.remarks if not remark.line), origin)


def _document(text: str, ledger: Ledger) -> Document:
    """The parts of the text; answers to be piped into it are found once its questions are known."""
    heads = heads_in(lines_of(text))
    names = {head.name for head in heads.values()}

    def decide(inner: str) -> str:
        found = PIPED.fullmatch(plain(inner)) if len(inner) < 80 else None
        return f"${{{found['name']}}}" if found and found["name"] in names else ""

    return read_lines(lines_of(text, decide), heads, ledger)


def _lines(text: str, ledger: Ledger) -> tuple[PastedLine, ...]:
    remarks: dict[int, list[Remark]] = {}
    for remark in ledger.remarks:
        remarks.setdefault(remark.line, []).append(remark)
    found = []
    for line in lines_of(text):
        marks = tuple(ledger.marks.get(line.number, ()))
        if not marks and line.number not in remarks:
            remarks[line.number] = [_unread(line.number)]
        found.append(PastedLine(line.number, line.raw, marks, tuple(remarks.get(line.number, ()))))
    return tuple(found)


def _unread(number: int) -> Remark:
    ledger = Ledger()
    ledger.missed(number, N_("This line was not understood: it is left out."))
    return ledger.remarks[0]


def _remark_of(mistake: Mistake, origin: Mapping[tuple[str, int], int]) -> Remark:
    return Remark(origin.get((mistake.sheet, mistake.row), 0), "mistake", mistake.message)
