"""A study as an .xlsx workbook that people can write in: every cell text, headers that explain, cells that offer what fits.

What helps is beside the cells, never in them: read back, the workbook is equal cell by cell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook as ExcelWorkbook
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from surveys.core.attachments import title_of
from surveys.core.column_notes import NOTES
from surveys.core.messages import Message
from surveys.core.questionnaire import CHOICE_FLAGS
from surveys.core.questions import KINDS
from surveys.core.reading import ELECTORAL
from surveys.core.workbook import Sheet, Workbook

LISTS_SHEET = "_lists"  # hidden; what the drop-downs offer
MORE_ROWS = 300  # below the last one, where drop-downs are offered too
HEADER = {"font": Font(bold=True, color="FFFFFF"), "fill": PatternFill("solid", fgColor="14467F"),
          "alignment": Alignment(wrap_text=True, vertical="center")}  # fmt: skip
BODY = Alignment(wrap_text=True, vertical="top")
WIDTHS = {"type": 26, "name": 18, "list_name": 20, "code": 14, "relevant": 34, "condition": 40, "calculation": 34, "constraint": 28,
          "selection": 40, "choice_filter": 28, "ends_if": 24, "source": 40, "wave": 12, "flags": 20}  # fmt: skip
TEXT_WIDTH, USUAL_WIDTH = 46, 16

YES_NO = ("yes", "no")
GROUP_TYPES = ("begin_group", "end_group", "begin_repeat", "end_repeat")
FIXED: Mapping[tuple[str, str], Sequence[str]] = {
    ("survey", "required"): YES_NO,
    ("survey", "sensitive"): YES_NO,
    ("survey", "appearance"): (
        "field-list",
        "table-list",
        "minimal",
        "autocomplete",
        "likert",
        "multiline",
        "email",
        "postcode",
        "consent",
    ),
    ("survey", "ends_as"): ("screened_out", "refused"),
    ("survey", "order"): ("shuffle", "rotate", "flip"),
    ("survey", "back"): ("no",),
    ("survey", "split"): ("equal", "least-filled"),
    ("choices", "flags"): tuple(sorted(CHOICE_FLAGS)),
    ("settings", "mode"): ("online", "telephone", "face_to_face", "post", "mixed"),
    ("settings", "electoral_scope"): ELECTORAL,
    ("settings", "data_kind"): ("demonstration",),
    ("waves", "kind"): ("own", "imported", "external"),
    ("quotas", "kind"): ("hard", "soft"),
    ("quotas", "outside"): ("refused", "interviewed"),
    ("figures", "not_asked"): ("counts_as_no",),
}


def write_excel(workbook: Workbook, path: Path, say: Callable[[Message], str] = str) -> None:
    """Write the sheets to the .xlsx file ``path``; ``say`` translates what the header cells' comments say."""
    book = ExcelWorkbook()
    book.remove(book.worksheets[0])
    offers = _offers(workbook)
    for sheet in workbook.values():
        page = book.create_sheet(title_of(sheet.name))
        _write_cells(page, sheet)
        _write_header(page, sheet, offers, say)
    places = _write_lists(book, [values for values in dict.fromkeys(offers.values()) if values])
    for sheet in workbook.values():
        _add_drop_downs(book[title_of(sheet.name)], sheet, offers, places)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)


def _write_cells(page: Worksheet, sheet: Sheet) -> None:
    for row in sheet:
        for place, column in enumerate(sheet.header, 1):
            if row.cells.get(column):
                _write(page, row.number, place, row.cells[column]).alignment = BODY


def _write(page: Worksheet, row: int, column: int, text: str) -> Cell:
    cell: Cell = page.cell(row, column, text)
    cell.data_type = "s"  # text stays text: a code 01 or a condition '= 1' is neither number nor formula
    cell.number_format = "@"
    return cell


def _write_header(page: Worksheet, sheet: Sheet, offers: Mapping[tuple[str, str], tuple[str, ...]], say: Callable[[Message], str]) -> None:
    for place, header in enumerate(sheet.header, 1):
        if header:
            cell = _write(page, 1, place, header)
            cell.font, cell.fill, cell.alignment = HEADER["font"], HEADER["fill"], HEADER["alignment"]
            cell.comment = _comment(sheet.name, header, offers.get((sheet.name, header), ()), say)
        column, separator, _language = header.partition("::")
        width = TEXT_WIDTH if separator else WIDTHS.get(column, USUAL_WIDTH)
        page.column_dimensions[get_column_letter(place)].width = width
    page.freeze_panes = "C2" if sheet.name in ("survey", "choices") else "A2"
    page.sheet_view.zoomScale = 100


def _comment(sheet: str, header: str, offered: Sequence[str], say: Callable[[Message], str]) -> Comment | None:
    note = NOTES.get((sheet, header.partition("::")[0]))
    if note is None:
        return None
    text = say(Message(note))
    if offered and len(offered) <= 12:
        text += "\n" + " · ".join(offered)
    comment = Comment(text, "Baromètre")
    comment.width, comment.height = 340, 40 + 18 * (len(text) // 42 + text.count("\n"))
    return comment


def _offers(workbook: Workbook) -> dict[tuple[str, str], tuple[str, ...]]:
    """What each column's cells may hold, by sheet and header: what never varies, and the study's own names."""
    lists = _column(workbook, "choices", "list_name")
    waves, bases = _column(workbook, "waves", "code"), _column(workbook, "bases", "code")
    names = _column(workbook, "survey", "name")
    with_list = [f"{word} {name}" for word in ("select_one", "select_multiple", "rank") for name in lists]
    alone = [word for word, kind in KINDS.items() if kind not in ("single", "multiple", "ranking")]
    own: dict[tuple[str, str], Sequence[str]] = {
        ("survey", "type"): [*with_list, *alone, *GROUP_TYPES],
        ("survey", "over"): lists,
        ("choices", "list_name"): lists,
        ("margins", "wave"): waves,
        ("margins", "variable"): names,
        ("quotas", "wave"): waves,
        ("quota_cells", "wave"): waves,
        ("quota_cells", "quota"): _column(workbook, "quotas", "name"),
        ("figures", "base"): bases,
        ("waves", "questionnaire_version"): _column(workbook, "settings", "version"),
        ("settings", "default_language"): [header.partition("::")[2] for header in _header(workbook, "survey") if header.startswith("label::")],
    }  # fmt: skip
    return {place: tuple(values) for place, values in {**FIXED, **own}.items()}


def _header(workbook: Workbook, sheet: str) -> Sequence[str]:
    return workbook[sheet].header if sheet in workbook else ()


def _column(workbook: Workbook, sheet: str, column: str) -> list[str]:
    return list(dict.fromkeys(row[column] for row in workbook.get(sheet, ()) if row[column]))


def _write_lists(book: ExcelWorkbook, lists: Sequence[tuple[str, ...]]) -> dict[tuple[str, ...], str]:
    """Write what is offered to the hidden sheet, a column each; return the address of each."""
    if not lists:
        return {}
    page = book.create_sheet(LISTS_SHEET)
    page.sheet_state = "hidden"
    places = {}
    for place, values in enumerate(lists, 1):
        for row, text in enumerate(values, 1):
            _write(page, row, place, text)
        letter = get_column_letter(place)
        places[values] = f"{quote_sheetname(LISTS_SHEET)}!${letter}$1:${letter}${len(values)}"
    return places


def _add_drop_downs(page: Worksheet, sheet: Sheet, offers: Mapping[tuple[str, str], tuple[str, ...]],
                    places: Mapping[tuple[str, ...], str]) -> None:  # fmt: skip
    last = max((row.number for row in sheet), default=1) + (1 if sheet.name == "settings" else MORE_ROWS)
    for place, header in enumerate(sheet.header, 1):
        values = offers.get((sheet.name, header), ())
        if values in places:
            # It offers and does not forbid: appearances and flags may stand together, and checks tell mistakes better.
            offer = DataValidation(type="list", formula1=places[values], allow_blank=True, showErrorMessage=False)
            offer.add(f"{get_column_letter(place)}2:{get_column_letter(place)}{last}")
            page.add_data_validation(offer)
