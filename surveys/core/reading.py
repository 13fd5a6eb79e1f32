"""Reads the sheets settings, survey, choices and bases into a Questionnaire, noting every mistake on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from surveys.core.attachments import media_of
from surveys.core.cells import (
    CHOICE_NAME,
    LANGUAGE_CODE,
    SLUG,
    language_code,
    languages_of,
    parse_cell,
    require_columns,
    require_texts,
    same_texts,
    texts,
)
from surveys.core.expressions import Expression
from surveys.core.lines import read_pages
from surveys.core.lookups import Lookup, read_lookups
from surveys.core.messages import N_
from surveys.core.questionnaire import CHOICE_FLAGS, LARGEST_CODE, Base, Choice, Questionnaire
from surveys.core.words import read_words
from surveys.core.workbook import Report, Row, Sheet, Workbook

MODES = ("online", "telephone", "face_to_face", "post", "mixed")
ELECTORAL = ("yes", "no", "undecided")  # whether the French law on opinion polls (no. 77-808) holds for the survey
XLSFORM_PREFIXES = ("bind", "body", "instance", "media")  # columns of other programs, which are no texts
KNOWN_COLUMNS = {
    "settings": "form_title form_id version default_language sponsor sponsor_quality institute population mode electoral_scope electoral_reason data_kind limits "
    "buyer funder reward conditions notice_filed smallest_base weak_base",
    "survey": "type name label hint required relevant constraint constraint_message calculation appearance parameters "
    "choice_filter ends_if ends_as dont_know refused sensitive min max soft_constraint soft_constraint_message order total over back split attention",
    "choices": "list_name name label code flags relevant",
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
    lookups = read_lookups(workbook, report)
    reader = _Reader(report, languages, lookups)
    lists = reader.lists(workbook.get("choices"))
    pages = read_pages(workbook.get("survey"), lists, languages, _attributes(workbook.get("choices")), lookups, report)
    default = language_code(settings.get("default_language", ""))
    if languages and default not in languages:
        report.add("settings", 2, "default_language", N_("“%(found)s” is not a language of the survey sheet; write one of: %(known)s."),
                   found=settings.get("default_language", ""), known=", ".join(languages))  # fmt: skip
    bases = reader.bases(workbook.get("bases"))
    return Questionnaire(
        form_id=settings.get("form_id", ""),
        version=settings.get("version", ""),
        languages=languages,
        default_language=default,
        pages=pages,
        lists=lists,
        bases=bases,
        settings=settings,
        lookups=lookups,
        media=media_of(workbook),
        words=read_words(workbook, report),
    )


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
    for column, known in (("mode", MODES), ("electoral_scope", ELECTORAL)):
        if row[column] not in ("", *known):
            report.add("settings", row.number, column, N_("Write one of: %(known)s."), known=", ".join(known))
    if row["data_kind"] not in ("", "demonstration"):
        report.add("settings", row.number, "data_kind", N_("Leave it empty, or write “demonstration” for invented answers."))
    if row["mode"] == "online" and not texts(row, "limits"):
        report.add("settings", row.number, "limits", N_("An online survey must say its limits; fill in the limits columns."))
    for column in ("limits", "population", "reward", "conditions"):
        same_texts(row, "settings", column, languages, report)


def _attributes(sheet: Sheet | None) -> frozenset[str]:
    """The columns of the choices that a choice filter may name."""
    return frozenset(column for column in (sheet.header if sheet else ()) if "::" not in column)


class _Reader:
    def __init__(self, report: Report, languages: Sequence[str], lookups: Mapping[str, Lookup]) -> None:
        self.report = report
        self.languages = languages
        self.lookups = lookups

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
        return Choice(
            name=row["name"],
            labels=require_texts(row, "choices", "label", self.languages, self.report),
            code=int(code),
            flags=flags,
            relevant=self._parse("choices", row, "relevant"),
            image=row["media::image"],
            attributes={column: row[column] for column in row.cells if "::" not in column},
            row=row.number,
        )

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
        return parse_cell(row, sheet, column, self.report, lookups=self.lookups)

    def _note(self, sheet: str, row: Row, column: str, template: str, **values: object) -> None:
        self.report.add(sheet, row.number, column, template, **values)
