"""Tables as a workbook: an index with links, one sheet per table, numbers kept as numbers; the same tables give the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from reports.tables.front import Front
from reports.tables.printed import Cell, Printed, PrintedLine
from surveys.core.formulas import guard

NO_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip file can hold; nothing of a file says when it was made
WHEN_SAVED = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")
PLACES = 6  # decimals kept of a number

BLUE = "14467F"
HEAD_FONT, HEAD_FILL = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor=BLUE)
HEAD_PLACE = Alignment(wrap_text=True, vertical="center", horizontal="center")
LINK = Font(color="0563C1", underline="single")
BOLD, PLAIN, QUIET = Font(bold=True), Font(), Font(italic=True, color="555555")
COLOURS = {"▲": Font(bold=True, color="1B5E20"), "▼": Font(bold=True, color="9C1C1C")}
RIGHT = Alignment(horizontal="right")
ABOVE_TOTAL = Border(top=Side(style="thin"))


def workbook(front: Front, tables: Iterable[Printed], made: Callable[[int], None] = lambda done: None) -> bytes:
    """Return the tables as an .xlsx file; ``made`` is told how many are done after each."""
    book = Workbook()
    index = book.active
    assert isinstance(index, Worksheet), "a new workbook has a sheet"
    index.title = _("Index")
    row = _front(index, front)
    for done, table in enumerate(tables, 1):
        sheet = book.create_sheet(_name(table, book.sheetnames))
        _fill(sheet, table, front, index.title)
        _listed(index, row + done, table, sheet.title)
        made(done)
    file = io.BytesIO()
    book.save(file)
    return without_dates(file.getvalue())


def without_dates(content: bytes) -> bytes:
    """Return a zip file whose entries have no date of their own, so that the same contents are the same bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist()):
            held = WHEN_SAVED.sub(rb"\g<1>1980-01-01T00:00:00Z", source.read(name)) if name == "docProps/core.xml" else source.read(name)
            entry = zipfile.ZipInfo(name, NO_DATE)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            target.writestr(entry, held)
    return made.getvalue()


def _front(index: Worksheet, front: Front) -> int:
    """Write what stands above the list; return the row of its header."""
    index.cell(1, 1, guard(front.title)).font = Font(bold=True, size=14)
    for at, line in enumerate(front.lines, 2):
        index.cell(at, 1, guard(line)).alignment = Alignment(wrap_text=False)
    header = len(front.lines) + 3
    for at, (title, width) in enumerate(((_("Table"), 10), (_("Question"), 90), (_("Base"), 60)), 1):
        _as_head(index.cell(header, at, title))
        index.column_dimensions[get_column_letter(at)].width = width
    index.freeze_panes = f"A{header + 1}"
    return header


def _listed(index: Worksheet, row: int, table: Printed, sheet: str) -> None:
    for at, text in enumerate((table.number, _whole_title(table), table.base_line), 1):
        cell = index.cell(row, at, guard(text))
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if at < 3:
            _link(cell, sheet)


def _as_head(cell: Any) -> None:
    cell.font, cell.fill, cell.alignment = HEAD_FONT, HEAD_FILL, HEAD_PLACE


def _link(cell: Any, sheet: str) -> None:
    cell.hyperlink, cell.font = f"#'{sheet}'!A1", LINK


def _name(table: Printed, taken: Sequence[str]) -> str:
    """A sheet's name: the table's number; the summary of a grid has that of its rows without their place."""
    name = f"{table.number} {table.code}"[:31].replace(":", "_")
    return name if name not in taken else f"{name[:28]}~{len(taken)}"


def _whole_title(table: Printed) -> str:
    return f"{table.heading} – {table.title}" if table.heading else table.title


def _fill(sheet: Worksheet, table: Printed, front: Front, index: str) -> None:
    _link(sheet.cell(1, 1, _("Index")), index)
    sheet.cell(2, 1, guard(f"{table.number}. {_whole_title(table)}")).font = Font(bold=True, size=12)
    sheet.cell(3, 1, guard(table.base_line))
    sheet.cell(4, 1, guard(table.unit)).font = QUIET
    _heads(sheet, table)
    row = 7
    for line in (*table.body, *table.foot):
        _line(sheet, row, line)
        row += 1
    for note in (*table.notes, *front.lines[-1:]):
        row += 1
        sheet.cell(row, 1, guard(note)).font = QUIET
    sheet.column_dimensions["A"].width = 52
    for at in range(2, len(table.columns) + 2):
        sheet.column_dimensions[get_column_letter(at)].width = 13
    sheet.freeze_panes = "C7"


def _heads(sheet: Worksheet, table: Printed) -> None:
    """The two lines of heads: the banners over their columns, then the columns."""
    start = 3
    for title, span in table.banners:
        sheet.cell(5, start, guard(title))
        if span > 1:
            sheet.merge_cells(start_row=5, end_row=5, start_column=start, end_column=start + span - 1)
        start += span
    for at, column in enumerate(table.columns, 2):
        title = f"{column.title} ({column.letter})" if column.letter else column.title
        sheet.cell(6, at, guard(f"{title} *" if column.is_weak else title))
    for row in (5, 6):
        for at in range(1, len(table.columns) + 2):
            _as_head(sheet.cell(row, at))


def _line(sheet: Worksheet, row: int, line: PrintedLine) -> None:
    label = sheet.cell(row, 1, guard(line.label))
    font = BOLD if line.kind in ("net", "total", "heading") else QUIET if line.kind == "n" else PLAIN
    label.font = font
    label.alignment = Alignment(indent=line.level, wrap_text=True, vertical="top")
    for at, one in enumerate(line.cells, 2):
        cell = sheet.cell(row, at)
        if one.value is None:
            cell.value = one.text
        else:
            cell.value = round(one.value, PLACES)
            cell.number_format = _format(one)
        cell.alignment, cell.font = RIGHT, COLOURS.get(one.mark, font)
        if line.kind == "total":
            cell.border = ABOVE_TOTAL


def _format(cell: Cell) -> str:
    """The number's format, which shows what the page shows: "–" for none, "<1" below one half, its mark behind it."""
    behind = " ".join(part for part in (cell.mark, cell.after) if part)
    tail = f'" {behind}"' if behind else ""
    if cell.form == "decimal":
        return f"0.0{tail}"
    if cell.form == "value":
        return f"General{tail}"
    after = f" {behind}" if behind else ""
    return f'[=0]"–{after}";[<0.5]"<1{after}";#,##0{tail}'
