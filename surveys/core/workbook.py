"""A study's sheets as text: read from a folder of CSV files or one .xlsx workbook, and written back unchanged."""

from __future__ import annotations

import csv
import datetime
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from openpyxl import Workbook as ExcelWorkbook
from openpyxl import load_workbook
from openpyxl.cell import WriteOnlyCell

from surveys.core.messages import N_, Message

MAX_ROWS = 20_000
MAX_COLUMNS = 300
MAX_CELL = 32_767  # Excel's own limit, so that every study can travel as .xlsx
MAX_FILE_BYTES = 20_000_000
MAX_UNZIPPED_BYTES = 100_000_000
MAX_ZIP_ENTRIES = 500


@dataclass(frozen=True)
class Row:
    """One line of a sheet: its number as a spreadsheet shows it (the header is 1) and its cells by column."""

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        """Return the cell without its outer blanks; an absent column is an empty cell."""
        return self.cells.get(column, "").strip()


@dataclass(frozen=True)
class Sheet:
    """A named table of text: its header in order, and its rows; blank rows are left out, their numbers are not."""

    name: str
    header: tuple[str, ...]
    rows: tuple[Row, ...] = ()

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)


Workbook = Mapping[str, Sheet]


@dataclass(frozen=True)
class Mistake:
    """What is wrong, where, and what to write instead. ``row`` 0 means the sheet as a whole."""

    sheet: str
    row: int
    column: str
    message: Message

    def __str__(self) -> str:
        place = ":".join(part for part in (self.sheet, str(self.row or ""), self.column) if part)
        return f"{place}: {self.message}"


class StudyRefused(ValueError):
    """A study with mistakes in it; nothing of it was kept. ``mistakes`` holds them all."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


@dataclass
class Report:
    """Mistakes as they are found, so that all of them can be shown at once."""

    mistakes: list[Mistake] = field(default_factory=list)

    def add(self, sheet: str, row: int, column: str, template: str, **values: object) -> None:
        """Note one mistake; ``template`` is marked with N_ by the caller."""
        self.mistakes.append(Mistake(sheet, row, column, Message(template, values)))

    def raise_if_any(self) -> None:
        """Raise StudyRefused when at least one mistake was noted."""
        if self.mistakes:
            raise StudyRefused(sorted(self.mistakes, key=lambda m: (m.sheet, m.row)))


def sheet_of(name: str, header: Sequence[str], rows: Iterable[tuple[int, Mapping[str, str]]]) -> Sheet:
    """Build a sheet from its header and (number, cells) pairs."""
    return Sheet(name, tuple(header), tuple(Row(number, dict(cells)) for number, cells in rows))


def read_workbook(path: Path) -> Workbook:
    """Read a folder of CSV sheets or one .xlsx file into sheets by name.

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
    workbook = {name: _sheet(name, table, report) for name, table in tables.items()}
    report.raise_if_any()
    return workbook


def write_workbook(workbook: Workbook, path: Path) -> None:
    """Write the sheets to ``path``: one .xlsx file when it ends so, a folder of CSV files otherwise."""
    if path.suffix.lower() == ".xlsx":
        _write_excel(workbook, path)
        return
    path.mkdir(parents=True, exist_ok=True)
    for sheet in workbook.values():
        with (path / f"{sheet.name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(_table_of(sheet))


def _table_of(sheet: Sheet) -> Iterator[list[str]]:
    yield list(sheet.header)
    line = 1
    for row in sheet:
        for _ in range(row.number - line - 1):
            yield [""] * len(sheet.header)  # the author's blank lines, so that row numbers stay true
        yield [row.cells.get(column, "") for column in sheet.header]
        line = row.number


def _write_excel(workbook: Workbook, path: Path) -> None:
    book = ExcelWorkbook(write_only=True)
    for sheet in workbook.values():
        page = book.create_sheet(sheet.name)
        for cells in _table_of(sheet):
            page.append([_text_cell(page, text) for text in cells])
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)


def _text_cell(page: object, text: str) -> object:
    if not text:
        return None
    cell = WriteOnlyCell(page, value=text)  # type: ignore[arg-type]
    cell.data_type = "s"  # text stays text: a code 01 or a condition '= 1' is neither number nor formula
    cell.number_format = "@"
    return cell


def _tables_of_folder(path: Path, report: Report) -> dict[str, list[list[str]]]:
    tables = {}
    for file in sorted(path.glob("*.csv")):
        try:
            if file.stat().st_size > MAX_FILE_BYTES:
                raise ValueError
            text = file.read_text(encoding="utf-8-sig")
        except ValueError:
            report.add(file.stem, 0, "", N_("Not readable as UTF-8 text under 20 MB: save the sheet as “CSV UTF-8”."))
            continue
        tables[file.stem] = _table_of_csv(file.stem, text, report)
    if not tables:
        report.add(path.name, 0, "", N_("This folder holds no .csv sheet."))
    return tables


def _table_of_csv(name: str, text: str, report: Report) -> list[list[str]]:
    first_line = text.split("\n", 1)[0]
    separator = ";" if first_line.count(";") > first_line.count(",") else ","
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        report.add(name, 0, "", N_("Not a well-formed CSV file (%(error)s): check the quotation marks."), error=error)
        return []


def _tables_of_excel(path: Path, report: Report) -> dict[str, list[list[str]]]:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            size = sum(entry.file_size for entry in entries)
        if size > MAX_UNZIPPED_BYTES or len(entries) > MAX_ZIP_ENTRIES:
            report.add(path.name, 0, "", N_("This workbook unpacks to more than 100 MB: keep only the study's sheets."))
            return {}
        book = load_workbook(path, read_only=True)
        return {page.title: _table_of_page(page.title, page.iter_rows(), report) for page in book.worksheets}
    except (zipfile.BadZipFile, KeyError, OSError, ValueError, SyntaxError) as error:
        report.add(path.name, 0, "", N_("Not readable as an .xlsx workbook (%(error)s): save it again."), error=error)
        return {}


def _table_of_page(name: str, rows: Iterable[Sequence[object]], report: Report) -> list[list[str]]:
    table = []
    for number, row in enumerate(rows, 1):
        if number > MAX_ROWS + 1:
            break
        for cell in row:
            if getattr(cell, "data_type", "") == "f":
                column = str(getattr(cell, "column_letter", ""))
                report.add(name, number, column, N_("A formula: paste its value instead (Paste special, Values)."))
        table.append([_text_of(getattr(cell, "value", None)) for cell in row])
    return table


def _text_of(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.isoformat(timespec="minutes")
    return str(value)


def _sheet(name: str, table: Sequence[Sequence[str]], report: Report) -> Sheet:
    header = tuple(table[0]) if table else ()
    while header and not header[-1].strip():
        header = header[:-1]
    for column in sorted({column for column in header if header.count(column) > 1}):
        report.add(name, 1, column, N_("This column stands twice: remove or rename one of them."))
    if len(header) > MAX_COLUMNS or len(table) > MAX_ROWS + 1:
        report.add(name, 0, "", N_("Too large: at most 20,000 rows and 300 columns."))
    rows = []
    for number, cells in enumerate(table[1:], 2):
        if not any(cells):
            continue
        _check_cells(name, number, header, cells, report)
        rows.append((number, dict(zip(header, [*cells, *[""] * len(header)], strict=False))))
    return sheet_of(name, header, rows)


def _check_cells(name: str, number: int, header: Sequence[str], cells: Sequence[str], report: Report) -> None:
    if any(cells[len(header) :]):
        report.add(name, number, "", N_("More cells than the header has columns: is a comma outside quotation marks?"))
    for column, cell in zip(header, cells, strict=False):
        if len(cell) > MAX_CELL or "\0" in cell:
            report.add(name, number, column, N_("This cell is longer than 32,767 characters or holds a NUL character."))
