"""Contacts as a file holds them: one row per person, with what is known of their profile, and every row that cannot be taken."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from surveys.core.messages import N_, Message
from surveys.core.questionnaire import Question
from surveys.core.workbook import Row, Sheet

EMAIL, NAME, LANGUAGE = "email", "name", "language"
HEADINGS = {
    EMAIL: EMAIL, "e-mail": EMAIL, "mail": EMAIL, "courriel": EMAIL, "adresse e-mail": EMAIL,
    NAME: NAME, "nom": NAME, LANGUAGE: LANGUAGE, "langue": LANGUAGE,
}  # fmt: skip
LONGEST_NAME, LONGEST_VALUE = 200, 200
LONGEST_ADDRESS, LONGEST_LOCAL = 254, 64  # RFC 5321 §4.5.3.1, less the angle brackets
NAMED_AT_MOST = 12  # choices

LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+(?!\d+$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
BLANKS = re.compile(r"\s+")

NO_EMAIL_COLUMN = N_("There is no column email: each person needs an address.")
NOBODY = N_("The file holds no contact.")
NO_ADDRESS = N_("This person has no e-mail address.")
MALFORMED = N_("“%(value)s” is not an e-mail address.")
REPEATED = N_("“%(value)s” stands in row %(other)s too.")
UNKNOWN_LANGUAGE = N_("“%(value)s” is not a language of the survey; its languages are: %(known)s.")
UNKNOWN_CATEGORY = N_("“%(value)s” is not a choice of %(name)s; its choices are: %(known)s.")
TOO_LONG = N_("At most %(limit)s characters.")


@dataclass(frozen=True)
class Contact:
    """A person of the file: the address in lower case, and the profile as choice names by variable."""

    row: int
    email: str
    name: str
    language: str
    known: Mapping[str, str]


@dataclass(frozen=True)
class Fault:
    """What is wrong in the file: ``row`` as a spreadsheet numbers it (0: the whole file), column and sentence."""

    row: int
    column: str
    message: Message


@dataclass
class Reading:
    """What a file of contacts says: its people, its faults, the variables that it knows and the columns that mean nothing here."""

    contacts: list[Contact] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    variables: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


def normal_address(text: str) -> str:
    """Return an e-mail address as it is kept, '' when it is none.

    Lower case, compatible characters made plain (a full-width @), invisible ones taken out, the domain in ASCII (IDNA). What
    stands before the @ must be an unquoted dot-atom (RFC 5321 §4.1.2): every mail server takes those.
    """
    plain = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf").strip().lower()
    local, _, domain = plain.rpartition("@")
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode()
        except UnicodeError:
            return ""
    address = f"{local}@{domain}"
    fits = len(local) <= LONGEST_LOCAL and len(address) <= LONGEST_ADDRESS
    return address if fits and LOCAL.fullmatch(local) and DOMAIN.fullmatch(domain) else ""


def profile_questions(questions: Iterable[Question]) -> dict[str, Question]:
    """Return, by name, what may be known of people beforehand: one category of a list, or what an entry link passes."""
    return {each.name: each for each in questions if each.kind == "hidden" or (each.choices and each.kind in ("single", "calculate"))}


def read_contacts(sheet: Sheet, questions: Mapping[str, Question], languages: Sequence[str], default_language: str) -> Reading:
    """Read a file of contacts: columns email, name, language, and the variables of ``questions`` by name.

    A category is written as its choice's name or as its label in any language. An empty cell is not known. Every mistake is a
    fault of the reading; addresses of the file are all different once they are normal.
    """
    headings = {column: HEADINGS.get(column.strip().casefold(), column) for column in sheet.header}
    reading = Reading(
        variables=tuple(column for column in sheet.header if column in questions),
        ignored=tuple(column for column, kind in headings.items() if column and kind not in (EMAIL, NAME, LANGUAGE, *questions)),
    )
    if EMAIL not in headings.values():
        reading.faults.append(Fault(1, "", Message(NO_EMAIL_COLUMN)))
        return reading
    by_kind = {kind: column for column, kind in reversed(headings.items())}
    reader = _Reader(by_kind, {name: questions[name] for name in reading.variables}, languages, default_language, reading)
    for row in sheet:
        reader.read(row)
    if not sheet.rows:
        reading.faults.append(Fault(0, "", Message(NOBODY)))
    return reading


@dataclass
class _Reader:
    columns: Mapping[str, str]
    questions: Mapping[str, Question]
    languages: Sequence[str]
    default_language: str
    reading: Reading
    seen: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.categories = {name: _spellings(question) for name, question in self.questions.items()}

    def read(self, row: Row) -> None:
        before = len(self.reading.faults)
        contact = Contact(row.number, self._email(row), self._name(row), self._language(row), self._known(row))
        if len(self.reading.faults) == before:
            self.reading.contacts.append(contact)

    def _email(self, row: Row) -> str:
        column = self.columns[EMAIL]
        written = row[column]
        email = normal_address(written)
        if not written:
            self._note(row, column, NO_ADDRESS)
        elif not email:
            self._note(row, column, MALFORMED, value=written)
        elif email in self.seen:
            self._note(row, column, REPEATED, value=email, other=self.seen[email])
        self.seen.setdefault(email or written, row.number)
        return email

    def _name(self, row: Row) -> str:
        column = self.columns.get(NAME, "")
        name = BLANKS.sub(" ", row[column])
        if len(name) > LONGEST_NAME:
            self._note(row, column, TOO_LONG, limit=LONGEST_NAME)
        return name

    def _language(self, row: Row) -> str:
        column = self.columns.get(LANGUAGE, "")
        written = row[column].lower().replace("_", "-")
        for language in (written, written.partition("-")[0]):
            if language in self.languages:
                return language
        if written:
            self._note(row, column, UNKNOWN_LANGUAGE, value=row[column], known=", ".join(self.languages))
        return self.default_language

    def _known(self, row: Row) -> dict[str, str]:
        known = {}
        for name, question in self.questions.items():
            written = row[name]
            value = self.categories[name].get(_folded(written), "") if question.choices else written
            if written and not value:
                self._note(row, name, UNKNOWN_CATEGORY, value=written, name=name, known=_listed(question.choice_by_name))
            elif len(value) > LONGEST_VALUE:
                self._note(row, name, TOO_LONG, limit=LONGEST_VALUE)
            elif value:
                known[name] = value
        return known

    def _note(self, row: Row, column: str, template: str, **values: object) -> None:
        self.reading.faults.append(Fault(row.number, column, Message(template, values)))


def _spellings(question: Question) -> dict[str, str]:
    """The choice's name by everything that says it; what would say two choices says none, and names come first."""
    labels: dict[str, set[str]] = {}
    for choice in question.choices:
        for label in choice.labels.values():
            labels.setdefault(_folded(label), set()).add(choice.name)
    once = {label: next(iter(names)) for label, names in labels.items() if len(names) == 1}
    return once | {_folded(choice.name): choice.name for choice in question.choices}


def _folded(text: str) -> str:
    return BLANKS.sub(" ", unicodedata.normalize("NFKC", text).replace("’", "'")).strip().casefold()


def _listed(names: Collection[str]) -> str:
    return ", ".join(list(names)[:NAMED_AT_MOST]) + ("…" if len(names) > NAMED_AT_MOST else "")
