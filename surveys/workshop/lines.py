"""The screens of the survey sheet: its outline, one line of it, and what is done with a line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from surveys.core.editing import (
    CannotEdit,
    delete_line,
    duplicate_line,
    free_name,
    insert_rows,
    move_line,
    references,
    rename,
    replace_cells,
    row_of,
    span,
)
from surveys.core.expressions import ExpressionError, parse
from surveys.core.questionnaire import Questionnaire
from surveys.core.wording.telling import in_words
from surveys.core.workbook import Mistake, Row, Workbook
from surveys.rewriting import undo
from surveys.staff import require, staff_context, write_down
from surveys.translation import say
from surveys.workshop.desk import CHANGE, Desk, make, open_desk, read_form
from surveys.workshop.fields import GROUPS, TYPES
from surveys.workshop.forms import GROUP_TYPES, LineForm, sort_of
from surveys.workshop.outline import outline_of, title_of

MOST_CHOICES_SHOWN = 40


@require_GET
def outline(request: HttpRequest, pk: int) -> HttpResponse:
    """Show pages, blocks and questions, and what is wrong in them."""
    desk = open_desk(pk)
    last = desk.questionnaire.edits.last() if desk.is_open else None
    about = {
        "lines": list(outline_of(desk)),
        "types": TYPES.items(),
        "last_edit": last if last and last.after == desk.questionnaire.fingerprint else None,
        "last_row": max((row.number for row in desk.workbook["survey"]), default=1),
    }
    return screen(request, desk, "outline", desk.questionnaire.survey.title, about)


def edit_line(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Edit one line."""
    desk = open_desk(pk)
    row = _row(desk, number)
    form = LineForm(request.POST or None, desk=desk, row=row, sort=sort_of(row, desk.kinds[number]))
    if request.method == "POST" and form.is_valid():
        said = _("%(name)s: edited.") % {"name": row["name"] or number}
        refused = make(request, desk, lambda book: written(book, form), said)
        if not refused:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(reverse("workshop_line", args=[pk, number]))
        form.add_error(None, refused)
    return _line_screen(request, desk, form, row["name"] or str(number))


def add_line(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a question, a note, a calculation, a page, a block, a section or a loop below a row."""
    desk = open_desk(pk)
    sort, after = request.GET.get("sort", ""), request.GET.get("after", "")
    if sort not in {*TYPES, *GROUPS} or not after.isdigit():
        raise Http404
    row = _new_row(desk, sort)
    form = LineForm(request.POST or None, desk=desk, row=row, sort=sort)
    if request.method == "POST" and form.is_valid():
        said = _("%(name)s: added.") % {"name": form.cleaned_data.get("name", "")}
        refused = make(request, desk, lambda book: insert_rows(book, "survey", int(after), _new_cells(form)), said)
        if not refused:
            messages.success(request, _("Added."))
            return HttpResponseRedirect(reverse("workshop_line", args=[pk, int(after) + 1]))
        form.add_error(None, refused)
    return _line_screen(request, desk, form, str(TYPES.get(sort) or GROUPS[sort]))


@require_POST
def move(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Move a line one step up or down."""
    desk = open_desk(pk)
    name, up = _row(desk, number)["name"], "up" in request.POST
    said = (_("%(name)s: moved up.") if up else _("%(name)s: moved down.")) % {"name": name}
    return _done(request, desk, make(request, desk, lambda book: move_line(book, number, up=up), said), name)


@require_POST
def duplicate(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Copy a line, with all that it holds, right below it."""
    desk = open_desk(pk)
    name = _row(desk, number)["name"]
    said = _("%(name)s: duplicated.") % {"name": name}
    return _done(request, desk, make(request, desk, lambda book: duplicate_line(book, number), said), name)


def delete(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Ask before a line is deleted, saying what refers to it; then delete it."""
    desk = open_desk(pk)
    row = _row(desk, number)
    gone = span(desk.workbook["survey"], number)
    rows = [each for each in desk.workbook["survey"] if each.number in gone and each["name"]]
    names = [each["name"] for each in rows]
    if request.method == "POST":
        said = _("%(name)s: deleted.") % {"name": row["name"]}
        return _done(request, desk, make(request, desk, lambda book: delete_line(book, number), said), said=said)
    require(request, CHANGE)
    about = {
        "row": row,
        "gone": [(each["name"], title_of(each)) for each in rows],
        "references": [(found, named(desk, found.sheet, found.row)) for found in references(desk.workbook, names, gone)],
    }
    return screen(request, desk, "delete", _("Delete %(name)s") % {"name": row["name"]}, about)


@require_POST
def undo_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the latest edit back."""
    require(request, CHANGE)
    desk = open_desk(pk)
    try:
        with transaction.atomic():
            done = _("Undone: %(said)s") % {"said": undo(desk.questionnaire, seen=request.POST.get("seen", ""))}
            write_down(request, desk.questionnaire, done)
    except ValidationError as refused:
        return _done(request, desk, " ".join(refused.messages))
    return _done(request, desk, "", said=done)


@require_GET
def check_condition(request: HttpRequest, pk: int) -> JsonResponse:
    """Say what is wrong with a condition as it is typed: what saving it in its cell would note there."""
    desk = open_desk(pk)
    sheet, column, text = (request.GET.get(name, "") for name in ("sheet", "column", "text"))
    number = request.GET.get("row", "")
    if sheet not in ("survey", "choices", "bases") or not number.isdigit() or "\0" in text:
        raise Http404
    try:
        book = replace_cells(desk.workbook, sheet, int(number), {column: text})
        row = int(number)
    except CannotEdit:
        row = int(request.GET["after"]) + 1 if request.GET.get("after", "").isdigit() else 2
        book = insert_rows(desk.workbook, sheet, row - 1, [{"type": "text", "name": "_", column: text}])
    definition, mistakes, _warnings = read_form(book)
    here = [say(mistake.message) for mistake in mistakes if (mistake.sheet, mistake.row, mistake.column) == (sheet, row, column)]
    return JsonResponse({"mistakes": here, "words": "" if here else _in_words(text, definition, column)})


def _in_words(text: str, definition: Questionnaire, column: str) -> str:
    """A condition as it is read aloud; '' where it compares what only the row knows: its choices, its own answer."""
    if column not in ("relevant", "condition"):
        return ""
    try:
        expression = parse(text)
    except ExpressionError:
        return ""
    return _("Asked if %(words)s") % {"words": in_words(expression, definition, get_language() or definition.default_language)}


def written(book: Workbook, form: LineForm) -> Workbook:
    """Return the workbook with what the form changes in its line; a new name is written wherever the old one stood."""
    cells = form.cells()
    name = cells.pop("name", None)
    changed = replace_cells(book, "survey", form.row.number, cells)
    return changed if name is None else rename(changed, form.row.number, name)


def screen(request: HttpRequest, desk: Desk, template: str, title: str, about: dict[str, Any], status: int = 200) -> HttpResponse:
    """Show a screen of the workshop in its frame."""
    about = {"desk": desk, "questionnaire": desk.questionnaire, "seen": request.POST.get("seen") or desk.questionnaire.fingerprint,
             "may_change": desk.is_open and request.user.has_perm(CHANGE),
             "mistakes": _told(desk, desk.mistakes), "warnings": _told(desk, desk.warnings), **about}  # fmt: skip
    return TemplateResponse(request, f"surveys/workshop/{template}.html", staff_context(request, title, about), status=status)


def _told(desk: Desk, mistakes: Sequence[Mistake]) -> list[tuple[Mistake, str, str]]:
    return [(mistake, say(mistake.message), named(desk, mistake.sheet, mistake.row)) for mistake in mistakes]


def named(desk: Desk, sheet: str, number: int) -> str:
    """Return what a row of a sheet is called."""
    row = next((row for row in desk.workbook.get(sheet, ()) if row.number == number), None)
    if row is None:
        return ""
    return f"{row['list_name']} / {row['name']}" if sheet == "choices" else row["name"] or row["code"]


def _row(desk: Desk, number: int) -> Row:
    try:
        row = row_of(desk.workbook, "survey", number)
    except CannotEdit as gone:
        raise Http404 from gone
    if desk.kinds[number] == "end":
        raise Http404
    return row


def _done(request: HttpRequest, desk: Desk, refused: str, name: str = "", said: str = "") -> HttpResponse:
    """Go back to the outline, to the line that was acted on, and say what happened."""
    if refused:
        messages.error(request, refused)
    elif said:
        messages.success(request, said)
    address = reverse("workshop", args=[desk.questionnaire.pk])
    return HttpResponseRedirect(f"{address}#line-{name}" if name else address)


def _line_screen(request: HttpRequest, desk: Desk, form: LineForm, title: str) -> HttpResponse:
    number = form.row.number
    page = page_at(desk, number or int(request.GET["after"]))
    about = {
        "form": form,
        "row": form.row,
        "number": number,
        "after": request.GET.get("after", ""),
        "problems": desk.mistakes_at("survey", number) if number else [],
        "earlier": _earlier(desk, number or int(request.GET["after"]) + 1),
        "page": page,
    }
    return screen(request, desk, "line", title, about, status=409 if form.non_field_errors() else 422 if form.errors else 200)


def page_at(desk: Desk, number: int) -> str:
    """Return the name of the page that holds a row of the survey sheet (of its first turn, in a loop); '' outside of any."""
    pages = [page for page in desk.definition.pages if number in span(desk.workbook["survey"], page.row)]
    return pages[0].name if pages else ""


def _earlier(desk: Desk, number: int) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """The questions asked before a row: name, wording, and of each choice the condition that it was given and its label."""
    found = []
    for row in desk.workbook["survey"]:
        question = desk.definition.questions.get(row["name"])
        if row.number >= number or question is None or question.kind == "note":
            continue
        choices = [(choice.name, desk.text(choice.labels)) for choice in question.choices[:MOST_CHOICES_SHOWN]]
        test = "selected(${%s}, '%s')" if question.kind in ("multiple", "ranking") else "${%s} = '%s'"
        found.append((question.name, title_of(row), [(test % (question.name, name), label or name) for name, label in choices]))
    return found


def _new_row(desk: Desk, sort: str) -> Row:
    taken = {row["name"].lower() for row in desk.workbook["survey"]}
    stems = {"page": "page", "block": "bloc", "section": "section", "loop": "boucle", "note": "note"}
    number = sum(kind == "line" for kind in desk.kinds.values()) + 1
    cells = {"name": free_name(stems.get(sort, f"q{number}"), taken)}
    if sort == "page":
        cells["appearance"] = "field-list"
    return Row(0, cells)


def _new_cells(form: LineForm) -> list[dict[str, str]]:
    cells = {**form.row.cells, **form.cells()}
    if form.sort not in GROUP_TYPES:
        return [cells]
    word = "repeat" if form.sort == "loop" else "group"
    return [{"type": f"begin_{word}", **cells}, {"type": f"end_{word}"}]
