"""Reads the lines one after the other into the parts of a questionnaire: titles, texts, questions and their choices."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import count

from surveys.core.foreign.pasting.drafts import Asked, Condition, Document, Entry, Section, Told
from surveys.core.foreign.pasting.filters import Everybody, asked_by, opens_a_filter, questions_in
from surveys.core.foreign.pasting.flags import is_special
from surveys.core.foreign.pasting.headings import LAST_WORDS, section_title
from surveys.core.foreign.pasting.instructions import MARKS_A_CHOICE, Instruction, Understood, instructions_in
from surveys.core.foreign.pasting.ledger import Ledger, MarkKind
from surveys.core.foreign.pasting.lines import (
    FIELD,
    LONGEST_LINE,
    Head,
    Line,
    alternatives,
    alternatives_in,
    arrow_in,
    digits_in,
    entry_of,
    head_of,
    inline_entries,
    is_left_to_write_on,
    numbered_head_of,
    take_out,
    unwrapped,
)
from surveys.core.foreign.pasting.orders import Orders
from surveys.core.foreign.pasting.plain import asks, is_sentence, plain
from surveys.core.foreign.pasting.tables import Table, table_at
from surveys.core.messages import N_

MOST_QUESTIONS = 1_000
QUESTION = re.compile(r"[a-z]{0,4}\d{1,3}[a-z]{0,3}")
KIND_OF_MARK: Mapping[str, MarkKind] = {"end": "ending", "interviewer": "interviewer"}
ONE_TOO_MANY = N_("A questionnaire has at most %(limit)s questions: this one is left out.")
ELSEWHERE = N_("This filter is about %(question)s: write it above that question.")
NOT_UNDERSTOOD = N_("“%(text)s” was not understood: it is left out.")


def read_lines(lines: Sequence[Line], heads: Mapping[int, Head], ledger: Ledger) -> Document:
    """Read the lines of a text, whose questions begin at ``heads``; what becomes of each goes to ``ledger``."""
    return _Reader(lines, heads, ledger).read()


class _Reader:
    def __init__(self, lines: Sequence[Line], heads: Mapping[int, Head], ledger: Ledger) -> None:
        self.lines = lines
        self.heads = heads
        self.ledger = ledger
        self.document = Document()
        self.orders = Orders(frozenset(head.name for head in heads.values()))
        self.names: set[str] = set()
        self.question: Asked | None = None
        self.waiting: list[tuple[int, str, str]] = []  # what stands before its question: line, text, sign
        self.unnumbered = 0
        self.position = 0

    def read(self) -> Document:
        while self.position < len(self.lines):
            line = self.lines[self.position]
            table = table_at(self.lines, self.position) if self.question and "\t" in line.raw else None
            if table:
                self.take_table(table)
            else:
                self.take(line)
            self.position += table.length if table else 1
        for number, text, _ in self.waiting:
            self.ledger.mistake(number, N_("No question follows “%(text)s”: move it below the question that it is about."), text=text)
        return self.document

    @property
    def is_after_blank(self) -> bool:
        return self.position == 0 or self.lines[self.position - 1].is_blank

    @property
    def is_before_blank(self) -> bool:
        return self.position + 1 >= len(self.lines) or self.lines[self.position + 1].is_blank

    def take(self, line: Line) -> None:
        if line.is_blank:
            self.ledger.mark(line.number, "blank")
        elif len(line.raw) > LONGEST_LINE:
            self.ledger.missed(line.number, N_("This line has more than %(limit)s characters: cut it into several."), limit=LONGEST_LINE)
        elif len(self.names) >= MOST_QUESTIONS and (line.number in self.heads or line.body.endswith("?")):
            self.ledger.missed(line.number, ONE_TOO_MANY, limit=MOST_QUESTIONS)
            self.question = None
        elif line.number in self.heads:
            self.begin(line, self.heads[line.number])
        elif not line.body:
            self.stand_alone([(bracket.text, bracket.sign) for bracket in line.brackets], line.number)
        elif self.orders.is_instruction(line.body, in_question=self.question is not None):
            self.stand_alone([(line.body, "line"), *((bracket.text, bracket.sign) for bracket in line.brackets)], line.number)
        elif title := section_title(self.lines, self.position, self.heads, self.last_letter):
            self.begin_section(line, title)
        elif LAST_WORDS.fullmatch(plain(line.body)) and self.document.parts:
            self.ledger.mark(line.number, "ending")
            self.ledger.note(line.number, N_("The form ends and thanks by itself: this line is not shown."))
        else:
            self.take_text(line)

    @property
    def last_letter(self) -> str:
        entries = self.question.entries if self.question else []
        return entries[-1].code if entries and entries[-1].family == "letter" else ""

    def begin(self, line: Line, head: Head) -> None:
        self.open(line, head.label if head.prefix else head.name.upper(), head.name)
        again = head_of(line.body) if head.prefix else numbered_head_of(line.body)  # with the answers that are piped into it
        self.take_wording(line, (again or head).text)

    def open(self, line: Line, label: str, name: str) -> Asked:
        free = next(free for copies in count(1) if (free := f"{name}_{copies}" if copies > 1 else name) not in self.names)
        if free != name:
            self.ledger.mistake(line.number, N_("%(label)s stands twice: give this question a number of its own."), label=label)
        self.names.add(free)
        question = Asked(line.number, label, free)
        self.ledger.mark(line.number, "question", free)
        self.question = question
        self.document.parts.append(question)
        waiting, self.waiting = self.waiting, []
        for number, text, sign in waiting:
            self.attach(number, text, sign, None)
        return question

    def open_unnumbered(self, line: Line) -> None:
        self.unnumbered += 1
        name = f"question_{self.unnumbered}" if self.heads else f"q{self.unnumbered}"
        self.open(line, "", name)
        if self.heads:
            self.ledger.note(line.number, N_("This question has no number: it is called %(name)s."), name=name)
        self.take_wording(line, line.body)

    def begin_section(self, line: Line, title: str) -> None:
        self.question = None
        section = Section(line.number, title)
        self.document.parts.append(section)
        self.ledger.mark(line.number, "section", title)
        for bracket in line.brackets:
            if self.orders.filter_of(bracket.text) is not None:
                section.filters.append(Condition(line.number, bracket.text))
                self.ledger.mark(line.number, "filter")
            else:
                self.waiting.append((line.number, bracket.text, bracket.sign))

    def take_wording(self, line: Line, text: str) -> None:
        question = self.question
        assert question is not None
        body, entries = inline_entries(line.number, text)
        body, tail = arrow_in(body)
        before, body = self.orders.filter_before(body)
        if before:
            self.attach(line.number, before, "[", None)
        body = self.without_parentheses(line.number, body, None).lstrip(" .:)–-")
        if not entries:
            body, entries = alternatives_in(line.number, body)
        if FIELD.search(body):
            self.take_field(line.number, body)
            body = FIELD.sub(" ", body)
        if body.strip():
            question.wording.append(body.strip().rstrip("_").rstrip(" \t.…" if "...." in body or "……" in body else " "))
        for entry in entries:
            self.add(entry)
        self.attach_all(line, tail, None)

    def take_text(self, line: Line) -> None:
        if self.question is None:
            self.take_loose_text(line)
            return
        if is_left_to_write_on(line.body) or FIELD.search(line.body):
            self.take_field(line.number, line.body)
            self.attach_all(line, "", None)
            return
        body, tail = arrow_in(line.body)
        if not body:
            self.attach_all(line, tail, self.question.entries[-1] if self.question.entries else None)
            return
        entry = entry_of(line.number, body, self.expected)
        if entry is None:
            self.take_unmarked(line, body, tail)
            return
        before, several = inline_entries(line.number, body)
        if len(several) > 1 and not before:
            for one in several[:-1]:
                self.add(one)
            entry = several[-1]
        self.add(entry)
        self.attach_all(line, tail, entry)

    @property
    def expected(self) -> int:
        last = self.question.entries[-1].code if self.question and self.question.entries else ""
        return int(last) + 1 if last.isdigit() else 1

    def take_unmarked(self, line: Line, body: str, tail: str) -> None:
        question = self.question
        assert question is not None
        before, several = inline_entries(line.number, body)
        if several:
            if before:
                self.add_loose(question, line, before)
            for entry in several:
                self.add(entry)
            self.attach_all(line, tail, several[-1] if tail else None)
        elif body.endswith("?") and self.is_complete(question):
            self.open_unnumbered(line)
            self.attach_all(line, tail, None)
        elif question.entries or self.is_alone(question, body):
            self.take_after_choices(question, line, body, tail)
        else:
            entry = self.add_loose(question, line, body)
            self.attach_all(line, tail, entry)

    def is_complete(self, question: Asked) -> bool:
        """Whether a line that asks begins another question."""
        return bool(question.entries) or (asks(question.text) and (self.is_after_blank or len(question.loose) > 1))

    def is_alone(self, question: Asked, body: str) -> bool:
        """Whether it stands apart from a question that is complete, with nothing below but the next one."""
        above = question.loose[-1].label if question.loose else question.text
        if not (self.is_after_blank and asks(above)) or alternatives(0, body):
            return False
        below = next((line for line in self.lines[self.position + 1 : self.position + 9] if line.body), None)
        return below is None or below.number in self.heads

    def take_after_choices(self, question: Asked, line: Line, body: str, tail: str) -> None:
        last = question.entries[-1] if question.entries else None
        if is_special(body):
            entry = Entry(line.number, body)
            self.add(entry)
            self.attach_all(line, tail, entry)
        elif last and not self.is_after_blank and body[0].islower():
            last.label = f"{last.label} {self.without_parentheses(line.number, body, last)}"
            self.ledger.mark(line.number, "choice", question.name, last.code)
            self.attach_all(line, tail, last)
        elif self.is_after_blank and is_sentence(body):
            self.tell(line, body)
        else:
            self.ledger.missed(
                line.number,
                N_(
                    "“%(text)s”: a choice of %(question)s, or a text to read? Give the choice its number, or leave a blank line before the text."
                ),
                text=body,
                question=question.called,
            )
            self.attach_all(line, tail, None)

    def add_loose(self, question: Asked, line: Line, text: str) -> Entry:
        entry = Entry(line.number, text)
        entry.label = self.without_parentheses(line.number, text, entry if asks(question.text) else None)
        question.loose.append(entry)
        return entry

    def add(self, entry: Entry) -> None:
        assert self.question is not None
        label, tail = arrow_in(entry.label)
        entry.label = self.without_parentheses(entry.line, label, entry)
        self.question.entries.append(entry)
        if tail:
            self.attach(entry.line, tail, "→", entry)

    def take_field(self, line: int, text: str) -> None:
        """|__|__| ans: as many digits, and what they count; ______: something to write."""
        assert self.question is not None
        digits, unit = digits_in(text)
        if digits:
            self.question.instructions.append((line, Instruction("bounds", ("0", "9" * min(digits, 9)))))
            if unit and line != self.question.line:
                self.question.hints.append(unit)
        else:
            self.question.instructions.append((line, Instruction("open")))
        self.ledger.mark(line, "instruction", self.question.name)

    def take_table(self, table: Table) -> None:
        assert self.question is not None
        for number in table.lines[1:]:
            if number not in {entry.line for entry in table.rows}:
                self.ledger.mark(number, "choice", self.question.name)
        for entry in (*table.rows, *table.choices):
            entry.label = self.without_parentheses(entry.line, entry.label, entry)
        self.question.rows += table.rows
        self.question.choices += table.choices
        for number in table.lines:
            self.attach_all(self.lines[number - 1], "", None)

    def take_loose_text(self, line: Line) -> None:
        if line.body.endswith("?"):
            self.open_unnumbered(line)
            self.attach_all(line, "", None)
            return
        if not self.document.parts and not self.document.title and not self.document.welcome and not is_sentence(line.body):
            self.document.title, self.document.title_line = line.body.strip("# "), line.number
            self.ledger.mark(line.number, "title")
        elif not self.document.parts:
            self.document.welcome.append((line.number, line.body))
            self.ledger.mark(line.number, "information")
        else:
            self.tell(line, line.body)
            return
        self.waiting += [(line.number, bracket.text, bracket.sign) for bracket in line.brackets]

    def tell(self, line: Line, text: str) -> None:
        """A text to read on a page of its own, or more of the one just begun."""
        last = self.document.parts[-1] if self.document.parts else None
        self.question = None
        if isinstance(last, Told) and not self.waiting:
            last.texts.append(text)
        else:
            last = Told(line.number, [text])
            self.document.parts.append(last)
            kept = [each for each in self.waiting if self.orders.filter_of(each[1]) is None]
            last.filters += [Condition(number, text) for number, text, sign in self.waiting if (number, text, sign) not in kept]
            self.waiting = kept
        self.ledger.mark(line.number, "information")
        for bracket in line.brackets:
            if self.orders.filter_of(bracket.text) is not None:
                last.filters.append(Condition(line.number, bracket.text))
                self.ledger.mark(line.number, "filter")
            elif instructions_in(bracket.text).is_whole:
                self.ledger.mark(line.number, "instruction")
            else:
                self.ledger.missed(line.number, NOT_UNDERSTOOD, text=bracket.text)

    def stand_alone(self, texts: Sequence[tuple[str, str]], number: int) -> None:
        """Instructions on a line of their own: about the question above, or the one below when they stand nearer to it."""
        for text, sign in texts:
            inner = unwrapped(text) if sign == "line" else text
            is_below = self.question is None or self.belongs_below(inner)
            if is_below and not any(mark in plain(inner)[:12] for mark in ("enq", "interviewer")):
                self.waiting.append((number, inner, "[" if sign == "line" else sign))
            else:
                self.attach(number, inner, sign, None)

    def belongs_below(self, text: str) -> bool:
        assert self.question is not None
        tree = self.orders.filter_of(text)
        following = next((line for line in self.lines[self.position + 1 : self.position + 9] if line.body), None)
        is_told = following is not None and tree is not None and is_sentence(following.body)
        nears_head = following is not None and (following.number in self.heads or bool(self.waiting) or is_told)
        if tree is None or self.orders.stop_in(text):
            return nears_head and self.is_after_blank and not self.is_before_blank and not self.orders.stop_in(text)
        if self.question.name in questions_in(tree):
            return True
        return nears_head and not (not self.is_after_blank and self.is_before_blank)

    def attach_all(self, line: Line, tail: str, entry: Entry | None) -> None:
        for bracket in line.brackets:
            self.attach(line.number, bracket.text, bracket.sign, entry)
        if tail:
            self.attach(line.number, tail, "→", entry)

    def attach(self, number: int, text: str, sign: str, entry: Entry | None) -> None:
        """Give an instruction or a filter to the choice or the question that it is about."""
        question = self.question
        if question is None:
            self.waiting.append((number, text, sign))
            return
        if condition := self.orders.stop_in(text):
            question.stops.append(Condition(number, condition))
            self.ledger.mark(number, "ending", question.name)
            return
        tree = self.orders.filter_of(text)
        if tree is not None or (opens_a_filter(text) and not instructions_in(text).is_whole):
            question.filters.append(Condition(number, text))
            self.ledger.mark(number, "filter", question.name)
            if asked_by(text) not in ("", question.name):
                self.ledger.mistake(number, ELSEWHERE, question=asked_by(text).upper())
            if isinstance(tree, Everybody):
                question.filters.pop()
            return
        self.give(number, text, sign, entry, question)

    def give(self, number: int, text: str, sign: str, entry: Entry | None, question: Asked) -> None:
        understood = instructions_in(text)
        if sign == "→" and QUESTION.fullmatch(plain(text)):
            understood = Understood((Instruction("jump", (plain(text),)),), ())
        if understood.left or not understood.instructions:
            self.ledger.missed(number, NOT_UNDERSTOOD, text=text if not understood.instructions else " ".join(understood.left))
        for instruction in understood.instructions:
            if entry is not None and instruction.effect in MARKS_A_CHOICE:
                entry.instructions.append(instruction)
            else:
                question.instructions.append((number, instruction))
            self.ledger.mark(number, KIND_OF_MARK.get(instruction.effect, "instruction"), question.name)

    def without_parentheses(self, number: int, text: str, entry: Entry | None) -> str:
        """Take out of a text the brackets that hold instructions or filters, and leave those that people read."""
        body, brackets = take_out(text, "(", lambda inner: "" if self.orders.are_in(inner, in_choice=entry is not None) else None)
        for bracket in brackets:
            self.attach(number, bracket.text, "(", entry)
        return body or text
