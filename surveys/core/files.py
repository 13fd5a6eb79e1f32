"""A study's sheets read from a folder of CSV files or one .xlsx workbook, and written back unchanged."""

from __future__ import annotations

import csv
import datetime
import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from surveys.core.attachments import LOOKUPS, MEDIA, MEDIA_BYTES, check_attachments, media_bytes, media_sheet, name_of
from surveys.core.messages import N_, Message
from surveys.core.workbook import Report, Sheet, Workbook, sheet_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"  # the media type of a workbook
MAX_ROWS = 20_000
MAX_LOOKUP_ROWS = 100_000
MAX_COLUMNS = 300
MAX_CELL = 32_767  # Excel's own limit, so that every study can travel as .xlsx
MAX_FILE_BYTES = 20_000_000
MAX_UNZIPPED_BYTES = 100_000_000
LAST_EXCEL_ROW = 1_048_576

LINE_ENDS = re.compile(r"\r\n?")  # XML keeps no other line end than \n, and a study may travel as .xlsx
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # what XML cannot hold
MAX_ZIP_ENTRIES = 500


def read_workbook(path: Path) -> Workbook:
    """Read a folder of CSV sheets or one .xlsx file into sheets by name, with the lookups and media beside them.

    Raises StudyRefused with every unreadable sheet, or when ``path`` is neither.
    """
    report = Report()
    if path.is_dir():
        tables = _tables_of_folder(path, report)
    elif path.suffix.lower() == ".xlsx" and path.is_file():
        tables = _tables_of_excel(path, report)
    else:
        report.add(path.name, 0, "", N_("Not found: give a folder of CSV sheets or one .xlsx workbook."))
        tables = {}
    workbook = {name: _sheet(table, report) for name, table in tables.items()}
    if path.is_dir():
        workbook |= _media_of_folder(path, report)
    check_attachments(workbook, report)
    report.raise_if_any()
    return workbook


def read_table(path: Path) -> Sheet:
    """Read one table that is no sheet of a study: a CSV file in UTF-8, or the first sheet of an .xlsx; at most 100,000 rows.

    Raises StudyRefused with every mistake, each under the name of the file.
    """
    report = Report()
    if path.suffix.lower() == ".xlsx":
        table = next(iter(_tables_of_excel(path, report, MAX_LOOKUP_ROWS).values()), Table(path.name))
        table.name = path.name
    else:
        table = _table_of_csv(path.name, _text_of_file(path, report, path.name) or "", report, MAX_LOOKUP_ROWS)
    sheet = _sheet(table, report)
    report.raise_if_any()
    return sheet


def sheet_of_bytes(name: str, content: bytes) -> Sheet:
    """Return the sheet that ``bytes_of_sheet`` wrote."""
    if name.startswith(MEDIA):
        return media_sheet(name, content)
    report = Report()
    sheet = _sheet(_table_of_csv(name, content.decode(), report), report)
    report.raise_if_any()
    return sheet


def bytes_of_sheet(sheet: Sheet) -> bytes:
    """Return the file that a sheet is in a folder: an image, or UTF-8 text with commas."""
    if sheet.name.startswith(MEDIA):
        return media_bytes(sheet)
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(_table_of(sheet))
    return text.getvalue().encode()


def write_workbook(workbook: Workbook, path: Path, say: Callable[[Message], str] = str) -> None:
    """Write the sheets to ``path``: one .xlsx file when it ends so, a folder of CSV files otherwise.

    ``say`` translates what is said of the columns in the header cells of an .xlsx file.

    Raises FileExistsError when the folder holds a file that is none of the sheets: read back, it would be one.
    """
    if path.suffix.lower() == ".xlsx":
        from surveys.core.excel import write_excel  # noqa: PLC0415 -- a fifth of a second that only a workbook is worth

        write_excel(workbook, path, say)
        return
    path.mkdir(parents=True, exist_ok=True)
    files = {path / (name if name.startswith((LOOKUPS, MEDIA)) else f"{name}.csv"): sheet for name, sheet in workbook.items()}
    others = {*_sheet_files(path), *_sheet_files(path / LOOKUPS), *_media_files(path)} - set(files)
    if others:
        raise FileExistsError(", ".join(map(str, sorted(others))))
    for file, sheet in files.items():
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(bytes_of_sheet(sheet))


def _table_of(sheet: Sheet) -> Iterator[list[str]]:
    yield list(sheet.header)
    line = 1
    for row in sheet:
        for _ in range(row.number - line - 1):
            yield [""] * len(sheet.header)  # the author's blank lines, so that row numbers stay true
        yield [row.cells.get(column, "") for column in sheet.header]
        line = row.number


def _sheet_files(path: Path) -> list[Path]:
    """The CSV files of a folder; those that an operating system hides beside them are none."""
    return sorted(file for file in path.glob("*.csv") if not file.name.startswith("."))


def _media_files(path: Path) -> list[Path]:
    return sorted(file for file in (path / MEDIA).glob("*") if file.is_file() and not file.name.startswith("."))


def _media_of_folder(path: Path, report: Report) -> dict[str, Sheet]:
    sheets = {}
    for file in _media_files(path):
        name = f"{MEDIA}{file.name}"
        try:
            with file.open("rb") as opened:
                sheets[name] = media_sheet(name, opened.read(MEDIA_BYTES + 1))
        except OSError:
            report.add(name, 0, "", N_("This file cannot be read."))
    return sheets


def _tables_of_folder(path: Path, report: Report) -> dict[str, Table]:
    tables = {}
    named = {file.stem: file for file in _sheet_files(path)} | {f"{LOOKUPS}{file.name}": file for file in _sheet_files(path / LOOKUPS)}
    for name, file in named.items():
        text = _text_of_file(file, report, name)
        if text is not None:
            tables[name] = _table_of_csv(name, text, report)
    if not tables and not report.mistakes:
        report.add(path.name, 0, "", N_("This folder holds no .csv sheet."))
    return tables


def _text_of_file(file: Path, report: Report, name: str) -> str | None:
    """The text of a file, None when it is none, which is noted under ``name``."""
    try:
        if file.stat().st_size > MAX_FILE_BYTES:
            raise ValueError
        text = file.read_text(encoding="utf-8-sig")
        if "\0" in text:  # UTF-16 saved without its mark looks so
            raise ValueError
    except (ValueError, OSError):
        report.add(name, 0, "", N_("Not readable as UTF-8 text under 20 MB: save the sheet as “CSV UTF-8”."))
        return None
    return text


def _table_of_csv(name: str, text: str, report: Report, most_rows: int = 0) -> Table:
    first_line = text.split("\n", 1)[0]
    separator = ";" if first_line.count(";") > first_line.count(",") else ","
    csv.field_size_limit(MAX_FILE_BYTES)  # it is the whole program's, and whoever read before may have left another
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    table = Table(name, most_rows)
    try:
        for cells in rows:
            if not table.takes(cells):
                break
    except csv.Error:
        report.add(name, len(table.rows) + 1, "", N_("Not a well-formed CSV file: a quotation mark is missing, or stands where it should be doubled."))  # fmt: skip
    return table


def _tables_of_excel(path: Path, report: Report, most_rows: int = 0) -> dict[str, Table]:
    from openpyxl import load_workbook  # noqa: PLC0415 -- heavy, and only a workbook needs it

    from surveys.core.excel import LISTS_SHEET  # noqa: PLC0415 -- as above

    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
        if sum(entry.file_size for entry in entries) > MAX_UNZIPPED_BYTES or len(entries) > MAX_ZIP_ENTRIES:
            report.add(path.name, 0, "", N_("This workbook unpacks to more than 100 MB: keep only the study's sheets."))
            return {}
        with path.open("rb") as file:
            book = load_workbook(file, read_only=True, keep_links=False)
            return {name_of(page.title): _table_of_page(page, report, most_rows) for page in book.worksheets if page.title != LISTS_SHEET}
    except Exception:  # a file made by hand trips openpyxl in ways that it does not name
        report.add(path.name, 0, "", N_("Not readable as an .xlsx workbook: save it again as .xlsx, without a password."))
        return {}


def _table_of_page(page: Any, report: Report, most_rows: int) -> Table:
    page.reset_dimensions()  # the size that the file declares may be a lie
    table = Table(name_of(page.title), most_rows)
    for number, cells in enumerate(page.iter_rows(), 1):
        _check_excel_cells(table.name, number, cells, report)
        table.is_too_large |= number > LAST_EXCEL_ROW
        if not table.takes([_text_of(cell) for cell in cells]):
            break
    return table


def _check_excel_cells(name: str, number: int, cells: Iterable[object], report: Report) -> None:
    for cell in cells:
        column = str(getattr(cell, "column_letter", ""))
        if getattr(cell, "data_type", "") == "f":
            report.add(name, number, column, N_("A formula: paste its value instead (Paste special, Values)."))
        elif getattr(cell, "data_type", "") == "e":
            report.add(name, number, column, N_("An error of the spreadsheet (%(text)s): write the value itself."),
                       text=getattr(cell, "value", ""))  # fmt: skip


def _text_of(cell: object) -> str:
    """What the author sees in a cell that Excel keeps as a number, a truth or a date."""
    value = getattr(cell, "value", None)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        number = Decimal(repr(value))
        if "%" in getattr(cell, "number_format", ""):
            number *= 100  # 47.65 % is kept as 0.4765
        whole = number == number.to_integral_value()
        return format(number.to_integral_value() if whole else number.normalize(), "f")
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.isoformat(timespec="minutes")
    return str(value)


@dataclass
class Table:
    """The lines of a sheet as they are read: cells without the blank ones at the end of a line.

    ``most_rows`` is how many it may have below its header, 0 for as many as its name allows.
    """

    name: str
    most_rows: int = 0
    rows: list[list[str]] = field(default_factory=list)
    is_too_large: bool = False

    def __post_init__(self) -> None:
        self.most_rows = self.most_rows or (MAX_LOOKUP_ROWS if self.name.startswith(LOOKUPS) else MAX_ROWS)

    def takes(self, cells: Sequence[str]) -> bool:
        """Take one line more; False when there is no need to read on, because the sheet is too large."""
        width = len(cells)
        while width and not cells[width - 1].strip():
            width -= 1
        if width > MAX_COLUMNS or (width and len(self.rows) > self.most_rows):
            self.is_too_large = True
        elif len(self.rows) <= self.most_rows:
            self.rows.append([LINE_ENDS.sub("\n", text) for text in cells[:width]])
        return not self.is_too_large


def _sheet(table: Table, report: Report) -> Sheet:
    header = tuple(table.rows[0]) if table.rows else ()
    if table.is_too_large:
        most = (
            N_("Too large: at most 100,000 rows and 300 columns.")
            if table.most_rows == MAX_LOOKUP_ROWS
            else N_("Too large: at most 20,000 rows and 300 columns.")
        )
        report.add(table.name, 0, "", most)
    _check_header(table.name, header, report)
    rows = []
    for number, cells in enumerate(table.rows[1:], 2):
        if cells:
            _check_cells(table.name, number, header, cells, report)
            rows.append((number, dict(zip(header, [*cells, *[""] * len(header)], strict=False))))
    return sheet_of(table.name, header, rows)


def _check_header(name: str, header: Sequence[str], report: Report) -> None:
    for column, times in Counter(header).items():
        if column != column.strip():
            report.add(name, 1, column, N_("Remove the blanks before or after this column's name."))
        if times > 1 and column:
            report.add(name, 1, column, N_("This column stands twice: remove or rename one of them."))
        if UNPRINTABLE.search(column):
            report.add(name, 1, "", N_("This cell holds a character that is not printed: write it again."))


def _check_cells(name: str, number: int, header: Sequence[str], cells: Sequence[str], report: Report) -> None:
    if len(cells) > len(header):
        report.add(name, number, "", N_("More cells than the header has columns: is a comma outside quotation marks?"))
    for column, cell in zip(header, cells, strict=False):
        if cell and not column:
            report.add(name, number, "", N_("This row has a cell in a column without name: name the column or empty the cell."))
        if len(cell) > MAX_CELL:
            report.add(name, number, column, N_("This cell is longer than 32,767 characters."))
        if UNPRINTABLE.search(cell):
            report.add(name, number, column, N_("This cell holds a character that is not printed: write it again."))
