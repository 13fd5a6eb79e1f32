"""Rows of the sheets as forms: the fields that make sense for each, and whatever else the row holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from surveys.core.workbook import Row
from surveys.form.frame import own_name
from surveys.workshop.desk import Desk
from surveys.workshop.fields import (
    APPEARANCES,
    BASE_COLUMNS,
    CHOICE_COLUMNS,
    CODE_ORDER,
    COLUMNS,
    FIELDSETS,
    SENSIBLE,
    SETTINGS_COLUMNS,
    SHARED_ORDER,
    TYPES,
    WITH_LIST,
    Column,
)

GROUP_TYPES = ("page", "block", "section", "loop")
NOT_FILLED_IN = ("type", "repeat_count")


class RowForm(forms.Form):
    """One row of a sheet. ``cells()`` are the cells to write: only those that changed, so that nothing else of the row moves."""

    def __init__(
        self, data: Mapping[str, Any] | None, *, desk: Desk, row: Row, sheet: str, columns: Mapping[str, Column], prefix: str = ""
    ) -> None:
        super().__init__(data, label_suffix="", prefix=prefix or None)
        self.desk, self.row, self.sheet = desk, row, sheet
        self.headers: dict[str, str] = {}  # by field name
        for column, about in columns.items():
            self._add(column, about)

    def _add(self, column: str, about: Column) -> None:
        if about.way == "texts" or f"{column}::" in "".join(self.row.cells):
            for language in self.desk.languages:
                self._add_one(f"{column}__{language}", self.desk.header(column, language, self.sheet), about, language)
        else:
            self._add_one(column, column, about)

    def _add_one(self, name: str, header: str, about: Column, language: str = "") -> None:
        if name in self.fields:
            return
        self.headers[name] = header
        field = _field(about, self.row[header])
        if language:
            field.widget.attrs["lang"] = language
            field.label = own_name(language)
        self.fields[name] = field

    def cells(self) -> dict[str, str]:
        """Return the cells to write, by header."""
        cells = {self.headers[name]: _typed(self.cleaned_data[name], self.row[self.headers[name]]) for name in self.headers}
        return {header: text for header, text in cells.items() if text != self.row[header]}

    @property
    def number(self) -> int:
        """Return the number of its row, 0 of a new one."""
        return self.row.number

    @property
    def called(self) -> str:
        """Return what its row is called."""
        return self.row["name"] or self.row["code"]

    @property
    def has_more(self) -> bool:
        """Say whether what is seldom filled in of a choice is."""
        return bool(self.row["flags"] or self.row["relevant"])

    @property
    def mistakes(self) -> list[str]:
        """Return what is wrong in its row as it is stored."""
        return self.desk.mistakes_at(self.sheet, self.row.number) if self.row.number else []

    @property
    def groups(self) -> list[Group]:
        """Return its fields in order, the texts of one column together."""
        columns = dict.fromkeys(name.partition("__")[0] for name in self.fields)
        return [group for column in columns if (group := self._group(column))]

    def _group(self, column: str) -> Group | None:
        names = [name for name in self.fields if name == column or name.startswith(f"{column}__")]
        about = self._about(column)
        return Group(about.label, about.way, [self[name] for name in names], about.help) if names else None

    def _about(self, column: str) -> Column:
        return {"choices": CHOICE_COLUMNS, "bases": BASE_COLUMNS, "settings": SETTINGS_COLUMNS}[self.sheet].get(column, _own(column))


class LineForm(RowForm):
    """One line of the survey sheet; ``sort`` is the type of a question ("select_one") or of a group ("page")."""

    def __init__(self, data: Mapping[str, Any] | None, *, desk: Desk, row: Row, sort: str) -> None:
        super().__init__(data, desk=desk, row=row, sheet="survey", columns={})
        self.sort = sort
        if sort not in GROUP_TYPES:
            self._add_type()
        known = [*SENSIBLE.get(sort, ("name", "label"))]
        held = [header for header in row.cells if row[header] and header not in NOT_FILLED_IN]
        others = [header for header in held if header.partition("::")[0] not in known and header not in known]
        for column in known:
            self._add(column, _column(column, sort))
        for column in dict.fromkeys(header if header in COLUMNS else header.partition("::")[0] for header in others):
            self._add(column, _column(column, sort))

    def _add_type(self) -> None:
        word, _blank, list_name = self.row["type"].partition(" ")
        known = {**TYPES} if word in TYPES or not word else {word: word, **TYPES}
        self.fields["type"] = forms.ChoiceField(label=_("Type"), choices=list(known.items()), initial=word or self.sort)
        if self.sort in WITH_LIST:
            lists = list(dict.fromkeys([*self.desk.lists, *([list_name] if list_name else [])]))
            chosen = list_name or _parameters(self.row).get("list", "")
            self.fields["list"] = forms.ChoiceField(
                label=_("List of choices"), required=False, choices=[("", "–"), *((name, name) for name in lists)], initial=chosen
            )

    def cells(self) -> dict[str, str]:
        """Return the cells to write, by header."""
        types = self._type_cells() if "type" in self.fields else {}
        return {**super().cells(), **{header: text for header, text in types.items() if text != self.row[header]}}

    def _type_cells(self) -> dict[str, str]:
        word, name = self.cleaned_data["type"], self.cleaned_data.get("list", "")
        if word not in WITH_LIST:  # what follows another word, as a table's file, is not the form's to change
            return {"type": self.row["type"] if self.row["type"].partition(" ")[0] == word else word}
        if word != "calculate":
            return {"type": f"{word} {name}".strip()}
        parameters = {**_parameters(self.row), "list": name}
        return {"type": word, "parameters": " ".join(f"{key}={value}" for key, value in parameters.items() if value)}

    @property
    def fieldsets(self) -> list[tuple[Promise, list[Group]]]:
        """Return the fields under their headings, the texts of one column together."""
        placed = set[str]()
        found = []
        for heading, columns in FIELDSETS:
            groups = [group for column in columns if (group := self._group(column))]
            placed |= {field.name for group in groups for field in group.fields}
            if groups:
                found.append((heading, groups))
        rest = [Group("", "", [self[name]]) for name in self.fields if name not in placed]
        return [*found, (_("Other columns"), rest)] if rest else found

    def _about(self, column: str) -> Column:
        return _column(column, self.sort)


class Group:
    """Fields shown together: one, or the same text in each language side by side."""

    def __init__(self, label: object, way: str, fields: list[forms.BoundField], remark: object = "") -> None:
        self.label, self.way, self.fields, self.remark = label, way, fields, remark


def sort_of(row: Row, kind: str) -> str:
    """Return what a row is for its form: "page", "loop", or the word of its type."""
    if kind == "section" and "repeat" in row["type"]:
        return "loop"
    return row["type"].partition(" ")[0] if kind == "line" else kind


def _column(column: str, sort: str) -> Column:
    if column == "order" and sort == "block":
        return CODE_ORDER
    if column == "order" and sort not in WITH_LIST:
        return SHARED_ORDER
    about = COLUMNS.get(column, _own(column))
    return about._replace(way="choice", options=APPEARANCES[sort]) if column == "appearance" and sort in APPEARANCES else about


def _own(column: str) -> Column:
    """A column of the author's own."""
    return Column(column)


def _field(about: Column, value: str) -> forms.Field:
    if about.way == "tick":
        return forms.BooleanField(label=str(about.label), required=False, initial=value == "yes")
    if about.way == "ticks":
        return forms.MultipleChoiceField(
            label=str(about.label), required=False, choices=about.options, initial=value.split(), widget=forms.CheckboxSelectMultiple
        )
    if about.way == "choice":
        options = list(about.options) if value in dict(about.options) else [*about.options, (value, value)]
        return forms.ChoiceField(label=str(about.label), required=False, choices=options, initial=value)
    attributes: dict[str, object] = {"spellcheck": "false", "autocomplete": "off"}
    if about.way == "texts":
        return forms.CharField(label=str(about.label), required=False, strip=True, initial=value, widget=forms.Textarea({"rows": 2}))
    if about.way == "condition":
        widget = forms.Textarea({**attributes, "rows": 1, "class": "condition"})
        return forms.CharField(label=str(about.label), required=False, initial=value, widget=widget)
    return forms.CharField(label=str(about.label), required=False, initial=value, widget=forms.TextInput(attributes))


def _typed(value: Any, before: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no" if before == "no" else ""
    if isinstance(value, list):
        return before if set(before.split()) == set(value) else " ".join(value)
    return str(value).replace("\r\n", "\n").strip()


def _parameters(row: Row) -> dict[str, str]:
    return dict(part.partition("=")[::2] for part in row["parameters"].split())
