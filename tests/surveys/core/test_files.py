"""Sheets read from a folder or a workbook, written back unchanged, and what is refused of them."""

from __future__ import annotations

import datetime
import resource
import tracemalloc
import zipfile
from pathlib import Path
from time import process_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook as ExcelWorkbook
from openpyxl import load_workbook

from surveys.core.files import read_workbook, write_workbook
from surveys.core.workbook import StudyRefused, sheet_of

SAMPLE = Path(__file__).parents[3] / "surveys" / "samples" / "numerique-en-sante"


def folder(path, **files):
    """Write the files into a folder: text as UTF-8, bytes as they are."""
    path.mkdir(exist_ok=True)
    for name, content in files.items():
        (path / f"{name}.csv").write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def excel(path, *rows, name="bases"):
    """Write one sheet as a spreadsheet program would, cells with their own types."""
    book = ExcelWorkbook()
    book.active.title = name
    for row in rows:
        book.active.append(row)
    book.save(path / "study.xlsx")
    return path / "study.xlsx"


def cells(workbook, name="bases"):
    return [(row.number, dict(row.cells)) for row in workbook[name]]


def mistakes(path):
    with pytest.raises(StudyRefused) as refused:
        read_workbook(path)
    return [str(mistake) for mistake in refused.value.mistakes]


# ---- a folder of CSV sheets


@pytest.mark.parametrize(
    "text",
    [
        "code,condition\nall,\nusers,\"${q8} = '1', yes\"\n",
        "\ufeffcode,condition\r\nall,\r\nusers,\"${q8} = '1', yes\"\r\n",
        "code;condition\nall;\nusers;${q8} = '1', yes\n",
        "code,condition,,\nall,,,\nusers,\"${q8} = '1', yes\",,  \n",
    ],
    ids=["commas", "as Excel saves it", "semicolons", "blank cells at the end"],
)
def test_the_dialects_of_spreadsheets_give_the_same_sheet(tmp_path, text):
    read = read_workbook(folder(tmp_path / "study", bases=text))
    assert read["bases"].header == ("code", "condition")
    assert cells(read) == [(2, {"code": "all", "condition": ""}), (3, {"code": "users", "condition": "${q8} = '1', yes"})]


def test_blank_rows_are_left_out_and_row_numbers_are_the_spreadsheets(tmp_path):
    read = read_workbook(folder(tmp_path / "study", bases='code,condition\n\n , \n"two\r\nlines",x\n'))
    assert cells(read) == [(4, {"code": "two\nlines", "condition": "x"})]


def test_hidden_files_are_no_sheets(tmp_path):
    folder(tmp_path / "study", bases="code\nall\n")
    (tmp_path / "study" / "._bases.csv").write_bytes(b"\0\5\x16\7")
    assert list(read_workbook(tmp_path / "study")) == ["bases"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("code,condition\nall,".encode("utf-16"), "bases: Not readable as UTF-8 text under 20 MB: save the sheet as “CSV UTF-8”."),
        ("code,condition\nall,".encode("utf-16-le"), "bases: Not readable as UTF-8 text under 20 MB: save the sheet as “CSV UTF-8”."),
        ("code,subject\nall,enquêtés".encode("cp1252"), "bases: Not readable as UTF-8 text under 20 MB: save the sheet as “CSV UTF-8”."),
        ("code\na\0ll\n", "bases: Not readable as UTF-8 text under 20 MB: save the sheet as “CSV UTF-8”."),
        ("code\n" + "x" * 20_000_000, "bases: Not readable as UTF-8 text under 20 MB: save the sheet as “CSV UTF-8”."),
        ('code,condition\nall,\nusers,"${q8} = 1\n', "bases:3: Not a well-formed CSV file: a quotation mark is missing, or stands where it should be doubled."),
        ('code,condition\nall,"a" b\n', "bases:2: Not a well-formed CSV file: a quotation mark is missing, or stands where it should be doubled."),
        ("code,code\nall,all\n", "bases:1:code: This column stands twice: remove or rename one of them."),
        ("code ,condition\nall,\n", "bases:1:code : Remove the blanks before or after this column's name."),
        ("code,condition\nall,1,2\n", "bases:2: More cells than the header has columns: is a comma outside quotation marks?"),
        ("code,,condition\nall,x,\n", "bases:2: This row has a cell in a column without name: name the column or empty the cell."),
        ("code\nbell\a\n", "bases:2:code: This cell holds a character that is not printed: write it again."),
        ("co\ade\nall\n", "bases:1: This cell holds a character that is not printed: write it again."),
        ("code\n" + "x" * 32_768, "bases:2:code: This cell is longer than 32,767 characters."),
        (",".join(f"c{n}" for n in range(1_000_000)), "bases: Too large: at most 20,000 rows and 300 columns."),
        ("code\n" + "all\n" * 20_001, "bases: Too large: at most 20,000 rows and 300 columns."),
    ],
    ids=["UTF-16", "UTF-16 unmarked", "Windows", "NUL", "over 20 MB", "unterminated quote", "quote inside", "column twice", "blank after name",
         "comma too many", "nameless column", "control character", "control character in header", "long cell", "a million columns", "20,001 rows"],
)  # fmt: skip
def test_what_is_wrong_with_a_file_is_said_with_its_place(tmp_path, content, said):  # check 90
    start = process_time()
    assert mistakes(folder(tmp_path / "study", bases=content)) == [said]
    assert process_time() - start < 1.0


def test_20_000_rows_and_300_columns_are_read(tmp_path):
    assert len(read_workbook(folder(tmp_path / "study", bases="code\n" + "all\n" * 20_000))["bases"].rows) == 20_000
    wide = ",".join(f"c{n}" for n in range(300))
    assert len(read_workbook(folder(tmp_path / "study", bases=wide))["bases"].header) == 300


def test_every_unreadable_sheet_is_named_at_once(tmp_path):
    study = folder(tmp_path / "study", bases="code\nall\n".encode("utf-16"), waves="code,code\n", quotas="a\n1,2\n")
    assert [line.split(":")[0] for line in mistakes(study)] == ["bases", "quotas", "waves"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("missing", "missing: Not found: give a folder of CSV sheets or one .xlsx workbook."),
        ("missing.xlsx", "missing.xlsx: Not found: give a folder of CSV sheets or one .xlsx workbook."),
        ("empty", "empty: This folder holds no .csv sheet."),
    ],
)
def test_a_study_that_is_not_there(tmp_path, name, said):
    (tmp_path / "empty").mkdir()
    assert mistakes(tmp_path / name) == [said]


# ---- one workbook


def test_excels_own_types_are_read_as_the_author_sees_them(tmp_path):
    day, minute = datetime.datetime(2023, 11, 22), datetime.datetime(2023, 11, 22, 8, 30)
    path = excel(
        tmp_path,
        ["code", "a", "b", "c", "d", "e"],
        [1, 2.5, 1e-7, 47.65, 1e15, True],
        [day, minute, datetime.date(2024, 2, 5), -3, "01", None],
    )
    assert cells(read_workbook(path)) == [
        (2, {"code": "1", "a": "2.5", "b": "0.0000001", "c": "47.65", "d": "1000000000000000", "e": "yes"}),
        (3, {"code": "2023-11-22", "a": "2023-11-22T08:30", "b": "2024-02-05", "c": "-3", "d": "01", "e": ""}),
    ]  # fmt: skip


def test_a_cell_shown_in_percent_is_read_in_percent(tmp_path):
    path = excel(tmp_path, ["percent"], [0.4765])
    book = load_workbook(path)
    book["bases"]["A2"].number_format = "0.00%"
    book.save(path)
    assert cells(read_workbook(path)) == [(2, {"percent": "47.65"})]


def test_formulas_and_errors_are_refused_one_by_one(tmp_path):  # check 89
    path = excel(tmp_path, ["code", "n"], ["all", "=1+1"], ["users", "#N/A"], ["=[1]other!A1", "2"])
    assert mistakes(path) == [
        "bases:2:B: A formula: paste its value instead (Paste special, Values).",
        "bases:3:B: An error of the spreadsheet (#N/A): write the value itself.",
        "bases:4:A: A formula: paste its value instead (Paste special, Values).",
    ]


SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{dimension}<sheetData>{rows}</sheetData></worksheet>'


def forged(path, rows, *, dimension="", prologue=""):
    """Write a workbook whose one sheet is written by hand."""
    honest = excel(path, ["code"])
    forgery = path / "forged.xlsx"
    with zipfile.ZipFile(honest) as source, zipfile.ZipFile(forgery, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.namelist():
            if entry == "xl/worksheets/sheet1.xml":
                target.writestr(entry, prologue + SHEET.format(dimension=dimension, rows=rows))
            else:
                target.writestr(entry, source.read(entry))
    return forgery


def text_cell(place, text):
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def test_a_lying_dimension_costs_nothing(tmp_path):  # check 89
    row = f'<row r="1">{text_cell("A1", "code")}</row><row r="2">{text_cell("A2", "all")}</row>'
    start = process_time()
    assert cells(read_workbook(forged(tmp_path, row, dimension='<dimension ref="A1:XFD1048576"/>'))) == [(2, {"code": "all"})]
    assert process_time() - start < 1.0


@pytest.mark.parametrize(
    "rows",
    [
        f'<row r="1">{text_cell("A1", "code")}</row><row r="30000">{text_cell("A30000", "all")}</row>',
        f'<row r="1">{text_cell("A1", "code")}</row><row r="999999999">{text_cell("A1", "all")}</row>',
        f'<row r="1">{text_cell("XFD1", "code")}</row>',
    ],
    ids=["row 30,000", "row 999,999,999", "column XFD"],
)
def test_cells_far_away_are_too_large_a_sheet(tmp_path, rows):
    assert mistakes(forged(tmp_path, rows)) == ["bases: Too large: at most 20,000 rows and 300 columns."]


def test_blank_cells_far_away_are_nothing(tmp_path):
    rows = f'<row r="1">{text_cell("A1", "code")}<c r="XFD1"/></row><row r="2">{text_cell("A2", "all")}</row><row r="500000"><c r="A500000"/></row>'
    assert cells(read_workbook(forged(tmp_path, rows))) == [(2, {"code": "all"})]


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))


@pytest.mark.parametrize(
    "prologue",
    [f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>', '<!DOCTYPE x [<!ENTITY l11 SYSTEM "file:///etc/passwd">]>'],
    ids=["a thousand million laughs", "a file of this machine"],
)
def test_entities_are_refused(tmp_path, prologue):  # check 89
    path = forged(tmp_path, f'<row r="1">{text_cell("A1", "&l11;")}</row>', prologue=prologue)
    start = process_time()
    assert mistakes(path) == ["forged.xlsx: Not readable as an .xlsx workbook: save it again as .xlsx, without a password."]
    assert process_time() - start < 1.0


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):  # check 88
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 200_000_000)
    tracemalloc.start()
    start, before = process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        assert mistakes(bomb) == ["bomb.xlsx: This workbook unpacks to more than 100 MB: keep only the study's sheets."]
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()
    assert process_time() - start < 1.0
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def test_too_many_entries_are_refused(tmp_path):
    path = tmp_path / "many.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for n in range(501):
            archive.writestr(f"{n}", "")
    assert mistakes(path) == ["many.xlsx: This workbook unpacks to more than 100 MB: keep only the study's sheets."]


def test_a_lying_size_is_refused(tmp_path):  # check 88
    path = forged(tmp_path, "".join(f'<row r="{n}">{text_cell(f"A{n}", "x" * 1_000)}</row>' for n in range(1, 500)))
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    path.write_bytes(path.read_bytes().replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little")))
    assert mistakes(path) == ["forged.xlsx: Not readable as an .xlsx workbook: save it again as .xlsx, without a password."]


@pytest.mark.parametrize("content", [b"", b"PK", b"code,condition\nall,\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600])
def test_what_is_no_workbook_is_refused(tmp_path, content):
    (tmp_path / "study.xlsx").write_bytes(content)
    assert mistakes(tmp_path / "study.xlsx") == [
        "study.xlsx: Not readable as an .xlsx workbook: save it again as .xlsx, without a password."
    ]


# ---- written back


def test_the_sample_goes_through_excel_and_comes_back_byte_by_byte(tmp_path):
    loaded = read_workbook(SAMPLE)
    write_workbook(loaded, tmp_path / "study.xlsx")
    through_excel = read_workbook(tmp_path / "study.xlsx")
    assert through_excel == loaded
    write_workbook(through_excel, tmp_path / "study")
    assert {file.name: file.read_bytes() for file in (tmp_path / "study").iterdir()} == {
        file.name: file.read_bytes() for file in SAMPLE.glob("*.csv")
    }


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=12).map(lambda text: text.replace("\r", "\n"))
likely = st.sampled_from(
    ["", "01", "=1+1", "#N/A", "1e5", "2018-2022", "a\nb", '"', "';", " x ", "_x000D_", "&lt;", "TRUE", "+33", "@x", "é’ "]
)
names = texts.map(lambda text: text.translate({ord(";"): None, 0xFEFF: None}).strip()).filter(bool)
headers = st.lists(names, min_size=1, max_size=5, unique=True)


@st.composite
def sheets(draw, name):
    header = draw(headers)
    rows, number = [], 1
    for values in draw(st.lists(st.lists(texts | likely, min_size=len(header), max_size=len(header)), max_size=5)):
        number += draw(st.integers(1, 3))
        while values and not values[-1].strip():
            values.pop()  # blank cells at the end of a row are read as empty, and a row of them as none
        if values:
            rows.append((number, dict(zip(header, [*values, *[""] * len(header)], strict=False))))
    return sheet_of(name, header, rows)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_sheets_come_back_cell_by_cell_from_both_kinds(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("round")
    workbook = {name: data.draw(sheets(name)) for name in ("bases", "notes")}
    write_workbook(workbook, path / "study")
    write_workbook(workbook, path / "study.xlsx")
    assert read_workbook(path / "study") == workbook
    assert read_workbook(path / "study.xlsx") == workbook


def test_a_folder_that_holds_another_sheet_is_not_written_to(tmp_path):
    folder(tmp_path / "study", quotas="wave\n")
    with pytest.raises(FileExistsError, match=r"quotas\.csv"):
        write_workbook({"bases": sheet_of("bases", ("code",), [])}, tmp_path / "study")
    assert [file.name for file in (tmp_path / "study").iterdir()] == ["quotas.csv"]
