"""Reads the sheets settings, survey, choices and bases into a Questionnaire, noting every mistake on the way."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import cast

from surveys.core.expressions import Expression, ExpressionError, as_number, parse
from surveys.core.messages import N_
from surveys.core.questionnaire import CHOICE_FLAGS, LARGEST_CODE, Base, Choice, Ending, Kind, Labels, Page, Question, Questionnaire
from surveys.core.workbook import Report, Row, Sheet, Workbook

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,62}")
CHOICE_NAME = re.compile(r"[^\s'\"]{1,64}")
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
LANGUAGE = re.compile(r".+\((?P<code>[a-z]{2,3}(-[A-Za-z0-9]+)?)\)")
LANGUAGE_CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]+)?")
MODES = ("online", "telephone", "face_to_face", "post", "mixed")
RESERVED_NAME = re.compile(r"request_id|.*__dk", re.IGNORECASE)  # what the form posts beside the answers
KINDS: Mapping[str, Kind] = {
    "select_one": "single",
    "select_multiple": "multiple",
    "integer": "integer",
    "text": "text",
    "note": "note",
    "calculate": "calculate",
}
BEGIN, END = {"begin_group", "begin group"}, {"end_group", "end group"}
XLSFORM_PREFIXES = ("bind", "body", "instance", "media")  # columns of other programs, which are no texts
KNOWN_COLUMNS = {
    "settings": "form_title form_id version default_language sponsor sponsor_quality institute population mode electoral_scope data_kind limits",
    "survey": "type name label hint required relevant constraint constraint_message calculation appearance parameters ends_if ends_as dont_know sensitive",
    "choices": "list_name name label code flags",
    "bases": "code condition subject subject_next among base_line",
}
REQUIRED_COLUMNS = {
    "settings": ("form_title", "form_id", "version", "default_language"),
    "survey": ("type", "name"),
    "choices": ("list_name", "name"),
    "bases": ("code", "condition"),
}


def read_questionnaire(workbook: Workbook, report: Report) -> Questionnaire:
    """Read the questionnaire from its sheets; mistakes go to ``report`` and leave harmless defaults behind.

    The result is only to be kept when the report is empty.
    """
    for name, columns in REQUIRED_COLUMNS.items():
        require_columns(workbook, name, columns, report)
    _check_languages(workbook, report)
    _check_headers(workbook, report)
    languages = languages_of(workbook["survey"]) if "survey" in workbook else ()
    settings = _settings(workbook, languages, report)
    reader = _Reader(report, languages)
    lists = reader.lists(workbook.get("choices"))
    pages = reader.pages(workbook.get("survey"), lists)
    default = language_code(settings.get("default_language", ""))
    if languages and default not in languages:
        report.add("settings", 2, "default_language", N_("“%(found)s” is not a language of the survey sheet; write one of: %(known)s."),
                   found=settings.get("default_language", ""), known=", ".join(languages))  # fmt: skip
    bases = reader.bases(workbook.get("bases"))
    return Questionnaire(settings.get("form_id", ""), settings.get("version", ""), languages, default, pages, lists, bases, settings)


def require_columns(workbook: Workbook, name: str, columns: Sequence[str], report: Report) -> None:
    """Note the sheet when it is absent, and each of ``columns`` that its header lacks."""
    if name not in workbook:
        report.add(name, 0, "", N_("This sheet is missing; its columns are: %(columns)s."), columns=", ".join(columns))
        return
    for column in columns:
        if column not in workbook[name].header:
            report.add(name, 1, column, N_("This column is missing from the sheet."))


def language_code(text: str) -> str:
    """Return the code in "Français (fr)", or the text itself when it is bare."""
    found = LANGUAGE.fullmatch(text.strip())
    return found["code"] if found else text.strip()


def languages_of(sheet: Sheet) -> tuple[str, ...]:
    """Return the language codes of the sheet's label columns, in order."""
    codes = (language_code(column.split("::", 1)[1]) for column in sheet.header if column.startswith("label::"))
    return tuple(dict.fromkeys(codes))


def texts(row: Row, column: str) -> dict[str, str]:
    """Return the row's non-empty texts of ``column`` by language ("label::English (en)" → {"en": …})."""
    found = {}
    for header in row.cells:
        name, separator, language = header.partition("::")
        if separator and name == column and row[header]:
            found[language_code(language)] = row[header]
    return found


def require_texts(row: Row, sheet: str, column: str, languages: Sequence[str], report: Report) -> Labels:
    """Return the texts of ``column``, noting each language that has none."""
    found = texts(row, column)
    for language in languages:
        if language not in found:
            report.add(sheet, row.number, _text_column(row, column, language), N_("The text is missing in this language."))
    return found


def same_texts(row: Row, sheet: str, column: str, languages: Sequence[str], report: Report) -> Labels:
    """Return the texts of a ``column`` that may be empty: in every language or in none."""
    return require_texts(row, sheet, column, languages, report) if texts(row, column) else {}


def _text_column(row: Row, column: str, language: str) -> str:
    """The header of a text, with the language as this sheet writes it."""
    written = (header.partition("::")[2] for header in row.cells if "::" in header)
    return f"{column}::{next((text for text in written if language_code(text) == language), language)}"


def parse_cell(row: Row, sheet: str, column: str, report: Report) -> Expression | None:
    """Parse the condition in a cell; None when it is empty or, noted, when it is wrong."""
    if not row[column]:
        return None
    try:
        return parse(row[column])
    except ExpressionError as error:
        report.add(sheet, row.number, column, N_("At character %(position)s: %(reason)s"),
                   position=error.position + 1, reason=error.message)  # fmt: skip
        return None


def _check_languages(workbook: Workbook, report: Report) -> None:
    if "survey" in workbook and not languages_of(workbook["survey"]):
        report.add("survey", 1, "label", N_("No label has a language: name its column label::Français (fr), for example."))
    for sheet in workbook.values():
        seen = set()
        for header in sheet.header:
            column, separator, written = header.partition("::")
            if not separator or column in XLSFORM_PREFIXES:
                continue
            code = language_code(written)
            if not LANGUAGE_CODE.fullmatch(code):
                report.add(sheet.name, 1, header, N_("Write the language with its code, as in label::Français (fr)."))
            elif (column, code) in seen:
                report.add(sheet.name, 1, header, N_("This language stands twice: remove or rename one of them."))
            seen.add((column, code))


def _check_headers(workbook: Workbook, report: Report) -> None:
    """Note columns that nothing would read because of a capital or a blank: a filter would be ignored without a word."""
    for name, known in KNOWN_COLUMNS.items():
        for header in workbook[name].header if name in workbook else ():
            column = header.partition("::")[0]
            meant = column.strip().lower().replace(" ", "_").replace("-", "_")
            if column not in known.split() and meant in known.split():
                report.add(name, 1, header, N_("Write this column's name as: %(name)s."), name=meant)


def _settings(workbook: Workbook, languages: Sequence[str], report: Report) -> dict[str, str]:
    rows = workbook["settings"].rows if "settings" in workbook else ()
    if len(rows) != 1 or rows[0].number != 2:
        report.add("settings", 0, "", N_("This sheet holds exactly one row below its header."))
    if not rows:
        return {}
    _check_settings(rows[0], languages, report)
    return {column: rows[0][column] for column in rows[0].cells}


def _check_settings(row: Row, languages: Sequence[str], report: Report) -> None:
    for column in REQUIRED_COLUMNS["settings"]:
        if not row[column]:
            report.add("settings", row.number, column, N_("This cell must be filled in."))
    if row["form_id"] and not SLUG.fullmatch(row["form_id"]):
        report.add("settings", row.number, "form_id", N_("Use small letters, digits and hyphens only: it is the study's address."))
    for column, known in (("mode", MODES), ("electoral_scope", ("yes", "no"))):
        if row[column] not in ("", *known):
            report.add("settings", row.number, column, N_("Write one of: %(known)s."), known=", ".join(known))
    if row["data_kind"] not in ("", "demonstration"):
        report.add("settings", row.number, "data_kind", N_("Leave it empty, or write “demonstration” for invented answers."))
    if row["mode"] == "online" and not texts(row, "limits"):
        report.add("settings", row.number, "limits", N_("An online survey must say its limits; fill in the limits columns."))
    for column in ("limits", "population"):
        same_texts(row, "settings", column, languages, report)


class _Reader:
    def __init__(self, report: Report, languages: Sequence[str]) -> None:
        self.report = report
        self.languages = languages

    def lists(self, sheet: Sheet | None) -> dict[str, tuple[Choice, ...]]:
        lists: dict[str, list[Choice]] = {}
        taken: set[tuple[str, str | int]] = set()
        for row in sheet or ():
            choices = lists.setdefault(row["list_name"], [])
            choice = self._choice(row, len(choices) + 1)
            name, code = (row["list_name"], choice.name), (row["list_name"], choice.code)
            if name in taken:
                self._note("choices", row, "name", N_("“%(name)s” stands twice in this list."), name=choice.name)
            elif code in taken:
                self._note("choices", row, "code", N_("Code %(code)s is taken by another choice of this list."), code=choice.code)
            taken |= {name, code}
            choices.append(choice)
        return {name: tuple(choices) for name, choices in lists.items() if name}

    def _choice(self, row: Row, position: int) -> Choice:
        if not row["list_name"]:
            self._note("choices", row, "list_name", N_("This cell must be filled in."))
        elif not CHOICE_NAME.fullmatch(row["list_name"]):
            self._note("choices", row, "list_name", N_("A list needs a name of 1 to 64 characters without blank or quotation mark."))
        if not CHOICE_NAME.fullmatch(row["name"]):
            self._note("choices", row, "name", N_("A choice needs a name of 1 to 64 characters without blank or quotation mark."))
        code = row["code"] or str(position)
        if not (code.isascii() and code.isdigit() and len(code) < 6 and int(code) <= LARGEST_CODE):
            self._note("choices", row, "code", N_("A code is a whole number from 0 to 32767."))
            code = str(position)
        flags = frozenset(row["flags"].split())
        for flag in sorted(flags - CHOICE_FLAGS):
            self._note(
                "choices", row, "flags", N_("“%(flag)s” is not a flag; known: %(known)s."), flag=flag, known=", ".join(sorted(CHOICE_FLAGS))
            )
        return Choice(row["name"], require_texts(row, "choices", "label", self.languages, self.report), int(code), flags)

    def pages(self, sheet: Sheet | None, lists: Mapping[str, tuple[Choice, ...]]) -> tuple[Page, ...]:
        pages: list[Page] = []
        opened: Row | None = None
        questions: list[Question] = []
        names: set[str] = set()
        for row in sheet or ():
            kind = row["type"]
            is_new = kind in END or self._is_new(row, names)
            if kind in BEGIN:
                if opened is not None:
                    self._note("survey", row, "type", N_("A page inside a page: write end_group before it."))
                    pages.append(self._page(opened, questions))
                opened, questions = row, []
            elif kind in END:
                if opened is None:
                    self._note("survey", row, "type", N_("No page is open here: write begin_group before it."))
                else:
                    pages.append(self._page(opened, questions))
                opened = None
            else:
                question = self._question(row, lists)
                if opened is None:
                    self._note("survey", row, "type", N_("Outside any page: put it between begin_group and end_group."))
                    pages.append(Page("", {}, (question,)))  # so that what depends on it is not a mistake too
                elif is_new:
                    questions.append(question)
        if opened is not None:
            self._note("survey", opened, "type", N_("This page is never closed: write end_group after its last question."))
            pages.append(self._page(opened, questions))
        return tuple(pages)

    def _is_new(self, row: Row, names: set[str]) -> bool:
        name = row["name"]
        is_new = name.lower() not in names  # many programs that read the files do not tell q1 from Q1
        if not NAME.fullmatch(name):
            self._note("survey", row, "name", N_("A name starts with a letter and holds only letters, digits, _ . or - (63 at most)."))
        elif RESERVED_NAME.fullmatch(name):
            self._note("survey", row, "name", N_("“%(name)s” is a name that the form itself uses: choose another."), name=name)
        elif not is_new:
            self._note("survey", row, "name", N_("“%(name)s” is already the name of another row."), name=name)
        names.add(name.lower())
        return is_new

    def _page(self, row: Row, questions: Sequence[Question]) -> Page:
        labels = require_texts(row, "survey", "label", self.languages, self.report)
        return Page(row["name"], labels, tuple(questions), self._parse("survey", row, "relevant"), frozenset(row["appearance"].split()))

    def _question(self, row: Row, lists: Mapping[str, tuple[Choice, ...]]) -> Question:
        word, _, list_name = row["type"].partition(" ")
        parameters = self._parameters(row)
        kind = self._kind(row, word)
        list_name = list_name.strip() or parameters.get("list", "")
        if list_name not in lists and (list_name or kind in ("single", "multiple")):
            column = "parameters" if kind == "calculate" else "type"
            self._note("survey", row, column, N_("List “%(name)s” is not in the choices sheet."), name=list_name)
        for column in ("required", "sensitive"):
            if row[column] not in ("", "yes", "no"):
                self._note("survey", row, column, N_("Write yes, no or nothing."))
        shown = kind != "calculate"
        return Question(
            name=row["name"],
            kind=kind,
            labels=require_texts(row, "survey", "label", self.languages, self.report) if shown else texts(row, "label"),
            hints=same_texts(row, "survey", "hint", self.languages, self.report),
            list_name=list_name,
            choices=lists.get(list_name, ()),
            required=row["required"] == "yes",
            relevant=self._parse("survey", row, "relevant"),
            constraint=self._parse("survey", row, "constraint"),
            constraint_messages=same_texts(row, "survey", "constraint_message", self.languages, self.report),
            calculation=self._parse("survey", row, "calculation"),
            appearance=frozenset(row["appearance"].split()),
            randomize=parameters.get("randomize") == "true",
            ends_if=self._parse("survey", row, "ends_if"),
            ends_as=self._ending(row, kind),
            dont_know=self._dont_know(row, kind),
            sensitive=row["sensitive"] == "yes",
        )

    def _parameters(self, row: Row) -> dict[str, str]:
        parameters = dict(part.partition("=")[::2] for part in row["parameters"].split())
        if parameters.get("randomize", "true") not in ("true", "false"):
            self._note("survey", row, "parameters", N_("Write randomize=true or randomize=false."))
        return parameters

    def _dont_know(self, row: Row, kind: Kind) -> str:
        code = row["dont_know"]
        if code and kind not in ("integer", "text"):
            self._note("survey", row, "dont_know", N_("Only a number or a text has this box: give a list a choice flagged dont_know."))
        elif code and (as_number(code) is not None or not CHOICE_NAME.fullmatch(code)):
            self._note("survey", row, "dont_know", N_("Write a word without blank, such as NSP: a number could be taken for an answer."))
        return code

    def _kind(self, row: Row, word: str) -> Kind:
        if word not in KINDS:
            self._note(
                "survey", row, "type", N_("“%(word)s” is not a known type; known: %(known)s."), word=word, known=", ".join(sorted(KINDS))
            )
        kind = KINDS.get(word, "note")
        if kind == "calculate" and not row["calculation"]:
            self._note("survey", row, "calculation", N_("This cell must be filled in."))
        return kind

    def _ending(self, row: Row, kind: Kind) -> Ending:
        if row["ends_if"] and kind == "note":
            self._note("survey", row, "ends_if", N_("A note has no answer that could end the interview."))
        if row["ends_as"] not in ("", "screened_out", "refused") or bool(row["ends_if"]) != bool(row["ends_as"]):
            self._note("survey", row, "ends_as", N_("Write screened_out or refused beside ends_if, and nothing without it."))
            return ""
        return cast(Ending, row["ends_as"])

    def bases(self, sheet: Sheet | None) -> dict[str, Base]:
        bases = {}
        for row in sheet or ():
            if not row["code"] or row["code"] in bases:
                self._note("bases", row, "code", N_("A base needs a code of its own."))
            words = {
                language: {form: texts(row, form).get(language, "") for form in ("subject", "subject_next", "among", "base_line")}
                for language in self.languages
            }
            for form in ("subject", "base_line"):
                require_texts(row, "bases", form, self.languages, self.report)
            bases[row["code"]] = Base(row["code"], self._parse("bases", row, "condition"), words)
        return bases

    def _parse(self, sheet: str, row: Row, column: str) -> Expression | None:
        return parse_cell(row, sheet, column, self.report)

    def _note(self, sheet: str, row: Row, column: str, template: str, **values: object) -> None:
        self.report.add(sheet, row.number, column, template, **values)
