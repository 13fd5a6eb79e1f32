"""The table of cells as a file, for a spreadsheet: exactly what the screen shows, numbers as numbers, texts that compute nothing."""

from __future__ import annotations

import csv
import datetime
import io

from django.utils.translation import get_language

from respondents.field.table import Table, Value, values
from surveys.core.formulas import guard

CSV = "text/csv; charset=utf-8"
WIDE, NARROW_COLUMN = 34, 12  # characters


def as_csv(table: Table) -> bytes:
    """Return the table as CSV: UTF-8 with its mark; in French semicolons and decimal commas, as French spreadsheets read them."""
    french = get_language() == "fr"
    header, rows = values(table)
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";" if french else ",")
    writer.writerow([guard(name) for name in header])
    writer.writerows([_written(value, french) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(table: Table) -> bytes:
    """Return the table as an Excel workbook of one sheet; a text stays a text, whatever it begins with."""
    from openpyxl import Workbook  # noqa: PLC0415 -- heavy, and only a workbook needs it
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    header, rows = values(table)
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = guard(table.field.head.code)[:31]
    lines: list[list[Value]] = [[*header], *rows]
    for number, row in enumerate(lines, 1):
        for place, value in enumerate(row, 1):
            cell = sheet.cell(number, place, value.replace(tzinfo=None) if isinstance(value, datetime.datetime) else value)
            if isinstance(value, str):
                cell.data_type = "s"
            if number == 1:
                cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
    for place in range(1, len(header) + 1):
        sheet.column_dimensions[get_column_letter(place)].width = WIDE if place <= 2 else NARROW_COLUMN
    sheet.freeze_panes = "C2"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _written(value: Value, french: bool) -> str:
    if isinstance(value, str):
        return guard(value)
    if isinstance(value, datetime.datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    text = "" if value is None else str(value)
    return text.replace(".", ",") if french else text
