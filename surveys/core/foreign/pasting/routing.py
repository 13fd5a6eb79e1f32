"""Filters, jumps and screen-outs turned into conditions, once every question and its codes are known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from surveys.core.foreign.pasting.drafts import Asked, Condition, Document, Entry, Section
from surveys.core.foreign.pasting.filters import AGE, Compared, Everybody, Filter, Joined, NotAFilter, read_filter
from surveys.core.foreign.pasting.ledger import Ledger
from surveys.core.foreign.pasting.plain import plain
from surveys.core.foreign.pasting.shaping import asks_for_age
from surveys.core.foreign.pasting.words import Words
from surveys.core.messages import N_, Message

UNREADABLE = N_("This filter was not understood at “%(rest)s”: write it as in IF Q7=1 OR 2.")


class _Unresolved(ValueError):
    """A filter that reads well and points to nothing; ``message`` says what is missing."""

    def __init__(self, template: str, **values: object) -> None:
        super().__init__(template)
        self.message = Message(template, values)


def route(document: Document, words: Words, ledger: Ledger) -> None:
    """Write the conditions of every part; filters that cannot be resolved are mistakes, for they change who is asked."""
    _Router(document, words, ledger).route()


class _Router:
    def __init__(self, document: Document, words: Words, ledger: Ledger) -> None:
        self.document = document
        self.words = words
        self.ledger = ledger
        self.questions = list(document.questions)
        self.targets: dict[str, tuple[Asked, str]] = {}  # by how filters call them: the question, and the variable
        for question in self.questions:
            self.targets.setdefault(question.name, (question, question.name))
            for row in question.rows:
                name = row_name(question, row)
                for called in (name, name.replace("_", ""), name.replace("_", ".")):
                    self.targets.setdefault(called, (question, name))
        age = next((question for question in self.questions if asks_for_age(question)), None)
        if age:
            self.targets.setdefault(AGE, (age, age.name))

    def route(self) -> None:
        for part in self.document.parts:
            for filtered in part.filters:
                if (text := self.expression(filtered, None)) is not None:
                    part.relevant += [text] if text else []
                    if isinstance(part, Section):
                        self.ledger.mark(filtered.line, "filter", part.title)
            if isinstance(part, Asked):
                self.stops(part)
        for position, question in enumerate(self.questions):
            self.jumps(position, question)

    def expression(self, condition: Condition, current: Asked | None) -> str | None:
        """Return the condition ('' = everybody); None when it is, noted, not to be resolved."""
        try:
            tree = read_filter(condition.text, self.targets)
            return "" if isinstance(tree, Everybody) else self.written(tree, current)
        except NotAFilter as stopped:
            self.ledger.mistake(condition.line, UNREADABLE, rest=str(stopped) or condition.text)
        except _Unresolved as missing:
            self.ledger.mistake(condition.line, missing.message.template, **missing.message.values)
        return None

    def written(self, tree: Filter, current: Asked | None) -> str:
        if isinstance(tree, Joined):
            parts = [self.written(part, current) for part in tree.parts]
            return f" {tree.word} ".join(f"({part})" if isinstance(inner, Joined) or " or " in part or " and " in part else part
                                         for inner, part in zip(tree.parts, parts, strict=True))  # fmt: skip
        assert isinstance(tree, Compared), "everybody is no part of a condition"
        question, name = self.target(tree.question)
        subject = "." if current is question and not question.rows else f"${{{name}}}"
        if question.kind in ("integer", "decimal", "scale"):
            return self.number(tree, question, subject)
        if tree.operator not in ("=", "!="):
            raise _Unresolved(N_("%(question)s has choices: compare it with = or ≠."), question=question.called)
        if question.kind not in ("single", "multiple", "ranking"):
            raise _Unresolved(N_("%(question)s has no choices that a filter could name."), question=question.called)
        names = [code for value in tree.values for code in self.codes(question, value)]
        is_one = question.kind == "single"
        if tree.operator == "=":
            parts = [f"{subject} = '{name}'" if is_one else f"selected({subject}, '{name}')" for name in names]
            return (" and " if tree.together and not is_one else " or ").join(parts)
        return " and ".join(f"{subject} != '{name}'" if is_one else f"not(selected({subject}, '{name}'))" for name in names)

    def target(self, called: str) -> tuple[Asked, str]:
        found = self.targets.get(called)
        if found is None and called == AGE:
            raise _Unresolved(N_("This filter is about age, and no question asks for it in years."))
        if found is None:
            raise _Unresolved(N_("%(question)s is not a question of this text."), question=called.upper())
        question, name = found
        if question.rows and name == question.name:
            first = row_name(question, question.rows[0]).upper()
            raise _Unresolved(N_("%(question)s has several rows: name one of them, as in %(row)s."), question=question.called, row=first)
        return found

    def number(self, tree: Compared, question: Asked, subject: str) -> str:
        boxes = {entry.code: word for entry, word in boxes_of(question, self.words)}
        if any(not value.isdigit() for value in tree.values):
            raise _Unresolved(N_("%(question)s is a number: compare it with a number."), question=question.called)
        if len(tree.values) > 1 and tree.operator not in ("=", "!="):
            raise _Unresolved(N_("Compare %(question)s with one number."), question=question.called)
        sign = " and " if tree.operator == "!=" else " or "
        parts = [f"{subject} {tree.operator} '{boxes[v]}'" if v in boxes else f"{subject} {tree.operator} {int(v)}" for v in tree.values]
        return sign.join(parts)

    def codes(self, question: Asked, value: str) -> Iterator[str]:
        """The codes that a value of a filter means: a code, a label, or the beginning of labels."""
        exact = [entry.code for entry in question.choices if value in (entry.code.lower(), plain(entry.label))]
        if value.isdigit():
            exact = exact or [entry.code for entry in question.choices if entry.code.isdigit() and int(entry.code) == int(value)]
        begun = [entry.code for entry in question.choices if len(value) > 1 and plain(entry.label).startswith((value + " ", value + ","))]
        found = exact or begun
        if not found:
            raise _Unresolved(N_("“%(value)s” is not a choice of %(question)s."), value=value, question=question.called)
        yield from found

    def stops(self, question: Asked) -> None:
        for stop in question.stops:
            if text := self.expression(stop, question):
                question.ends_if.append(text)
        subject = [entry for entry in question.choices if entry.has("end")]
        if subject and question.rows:
            self.ledger.mistake(
                subject[0].line, N_("This ends the interview from a grid: write the condition in full, as in STOP IF Q7_A=1.")
            )
        elif subject:
            question.ends_if += [
                f". = '{entry.code}'" if question.kind == "single" else f"selected(., '{entry.code}')" for entry in subject
            ]
        for line, instruction in question.instructions:
            if instruction.effect == "end":
                self.ledger.mistake(line, N_("Which answer ends the interview? Write it beside the choice, or as in STOP IF Q7=1."))

    def jumps(self, position: int, question: Asked) -> None:
        """A jump from a choice: the questions in between are for those who did not choose it."""
        for entry, line, called in _jumps_of(question):
            ahead = [other.name for other in self.questions[position + 1 :]]
            name = called.replace(" ", "").replace(".", "")
            name = f"q{int(name)}" if name.isdigit() else name
            if name not in ahead:
                self.ledger.mistake(line, N_("“%(question)s” is not a question further on."), question=called.upper())
            elif entry is None or question.kind not in ("single", "multiple") or question.rows:
                self.ledger.mistake(line, N_("Which answer goes to %(question)s? Write it beside the choice."), question=called.upper())
            else:
                unless = (
                    f"${{{question.name}}} != '{entry.code}'"
                    if question.kind == "single"
                    else f"not(selected(${{{question.name}}}, '{entry.code}'))"
                )
                for between in self._between(question, name):
                    between.relevant.append(unless)

    def _between(self, question: Asked, name: str) -> Iterator[Asked]:
        inside = False
        for other in self.questions:
            if other.name == name:
                return
            if inside:
                yield other
            inside |= other is question


def _jumps_of(question: Asked) -> Iterator[tuple[Entry | None, int, str]]:
    for entry in question.choices:
        yield from ((entry, entry.line, each.values[0]) for each in entry.instructions if each.effect == "jump")
    yield from ((None, line, each.values[0]) for line, each in question.instructions if each.effect == "jump")


def row_name(question: Asked, row: Entry) -> str:
    """Return the variable of a row: q10_a."""
    return f"{question.name}_{row.code.lower()}"


def boxes_of(question: Asked, words: Words) -> Sequence[tuple[Entry, str]]:
    """Return the choices beside a number, a date or a text that become boxes, with the word recorded for each."""
    by_flag: Mapping[str, str] = {"dont_know": words.dont_know, "refused": words.refused}
    return [(entry, by_flag[flag]) for entry in question.choices for flag in sorted(entry.flags & set(by_flag))]
