"""The screens of lists of choices, of bases and of the form's own texts: a few rows each, edited together."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from surveys.core.cells import CHOICE_NAME
from surveys.core.editing import CannotEdit, delete_rows, insert_rows, lists_used, rename_choice, replace_cells, swap_rows
from surveys.core.messages import N_
from surveys.core.workbook import Row, Workbook
from surveys.workshop.desk import Desk, make, open_desk
from surveys.workshop.fields import BASE_COLUMNS, CHOICE_COLUMNS, SETTINGS_COLUMNS, Column
from surveys.workshop.forms import RowForm
from surveys.workshop.lines import screen

BLANK_ROWS = 3


@require_GET
def lists(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the lists of choices, where each is used, and the way to a new one."""
    desk = open_desk(pk)
    name = request.GET.get("name", "").strip()
    if name and CHOICE_NAME.fullmatch(name) and "/" not in name:
        return redirect("workshop_list", pk, name)
    if name:
        messages.error(request, _("A list needs a name of 1 to 64 characters without blank or quotation mark."))
    users = {each: [row["name"] for row in desk.workbook["survey"] if each in lists_used(row)] for each in desk.lists}
    shown = [(each, list(desk.definition.lists.get(each, ())), users[each]) for each in desk.lists]
    return screen(request, desk, "lists", _("Lists of choices"), {"lists": shown})


def edit_list(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Edit the choices of one list; a list that has none yet is begun."""
    desk = open_desk(pk)
    rows = [row for row in desk.workbook["choices"] if row["list_name"] == name]
    return _edit_rows(request, desk, "choices", rows, CHOICE_COLUMNS, fixed={"list_name": name}, title=_("List %(name)s") % {"name": name})


def edit_bases(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit the bases."""
    desk = open_desk(pk)
    return _edit_rows(request, desk, "bases", list(desk.workbook["bases"]), BASE_COLUMNS, fixed={}, title=_("Bases"))


def edit_settings(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit what the form says around its questions."""
    desk = open_desk(pk)
    return _edit_rows(request, desk, "settings", list(desk.workbook["settings"]), SETTINGS_COLUMNS, fixed=None, title=_("Title and names"))


def _edit_rows(request: HttpRequest, desk: Desk, sheet: str, rows: list[Row], columns: Mapping[str, Column], *,
               fixed: Mapping[str, str] | None, title: str) -> HttpResponse:  # fmt: skip
    """Show the rows as forms, with a few blank ones to add to them where ``fixed`` gives what every new row holds."""
    new = [] if fixed is None else [Row(0, {}) for _turn in range(BLANK_ROWS if sheet == "choices" else 1)]
    posted = request.POST or None
    forms = [
        RowForm(
            posted, desk=desk, row=row, sheet=sheet, columns=_columns(row, columns), prefix=f"r{row.number or f'new{place - len(rows)}'}"
        )
        for place, row in enumerate([*rows, *new])
    ]
    refused = ""
    if request.method == "POST" and all([form.is_valid() for form in forms]):  # noqa: C419 -- each of them is read
        change = _Change(forms, sheet, fixed or {}, request.POST)
        refused = make(request, desk, change, _("%(title)s: edited.") % {"title": title})
        if not refused:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(request.path)
    about = {"forms": forms, "sheet": sheet, "refused": refused, "is_fixed": fixed is None}
    return screen(request, desk, "rows", title, about, status=409 if refused else 200)


class _Change:
    """What the forms of some rows change, and then the button that was pressed: up, down or delete."""

    def __init__(self, forms: list[RowForm], sheet: str, fixed: Mapping[str, str], post: Mapping[str, str]) -> None:
        self.forms, self.sheet, self.fixed, self.post = forms, sheet, fixed, post

    def __call__(self, book: Workbook) -> Workbook:
        stored = [form for form in self.forms if form.row.number]
        for form in stored:
            cells = form.cells()
            name = cells.pop("name", None) if self.sheet == "choices" else None
            book = replace_cells(book, self.sheet, form.row.number, cells)
            if name is not None:
                book = rename_choice(book, form.row.number, name)
        book = self._pressed(book, [form.row.number for form in stored])
        new = [{**self.fixed, **form.cells()} for form in self.forms if not form.row.number and form.cells()]
        return insert_rows(book, self.sheet, self._last(book), new) if new else book

    def _last(self, book: Workbook) -> int:
        numbers = [row.number for row in book[self.sheet] if all(row[column] == text for column, text in self.fixed.items())]
        return max(numbers, default=max((row.number for row in book[self.sheet]), default=1))

    def _pressed(self, book: Workbook, numbers: list[int]) -> Workbook:
        for button in ("up", "down", "delete"):
            if self.post.get(button, "").isdigit():
                number = int(self.post[button])
                if number not in numbers:
                    raise CannotEdit(N_("This row is no longer there."))
                if button == "delete":
                    return delete_rows(book, self.sheet, [number])
                place = numbers.index(number) + (-1 if button == "up" else 1)
                if not 0 <= place < len(numbers):
                    raise CannotEdit(N_("It cannot move any further."))
                return swap_rows(book, self.sheet, number, numbers[place])
        return book


def _columns(row: Row, columns: Mapping[str, Column]) -> dict[str, Column]:
    """The usual columns, and those of the author's own that the row fills in."""
    names = dict.fromkeys(
        header.partition("::")[0] if header.partition("::")[0] in columns else header for header in row.cells if row[header]
    )
    hidden = ("list_name", "form_id", "version", "id_string")
    return {**columns, **{name: Column(name) for name in names if name not in columns and name not in hidden}}
