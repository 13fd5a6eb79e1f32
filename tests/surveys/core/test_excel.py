"""The workbook for people who write in spreadsheets: it explains, it offers, and reads back cell by cell."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from surveys.core.excel import LISTS_SHEET
from surveys.core.files import read_workbook, write_workbook
from surveys.core.workbook import sheet_of
from tests.worlds import study

SAMPLE = Path("surveys/samples/numerique-en-sante")


@pytest.fixture
def written(tmp_path):
    write_workbook(study(), tmp_path / "study.xlsx", lambda message: f"¶ {message}")
    return load_workbook(tmp_path / "study.xlsx")


@pytest.mark.parametrize("book", [study(), read_workbook(SAMPLE)], ids=["small", "sample"])
def test_it_reads_back_equal_cell_by_cell(tmp_path, book):
    write_workbook(book, tmp_path / "study.xlsx")
    assert read_workbook(tmp_path / "study.xlsx") == dict(book)


def test_text_stays_text(tmp_path):
    cells = {"code": "01", "label": "= 1", "hint": "+33 6", "note": " deux\nlignes ", "date": "2023-11-22"}
    book = {"choices": sheet_of("choices", tuple(cells), [(2, cells), (4, cells)])}
    write_workbook(book, tmp_path / "study.xlsx")
    assert read_workbook(tmp_path / "study.xlsx") == book
    page = load_workbook(tmp_path / "study.xlsx")["choices"]
    assert [(cell.value, cell.data_type, cell.number_format) for cell in page[2][:2]] == [("01", "s", "@"), ("= 1", "s", "@")]


def test_header_cells_say_what_their_column_is(written):
    page = written["survey"]
    comments = {cell.value: cell.comment.text for cell in page[1] if cell.comment}
    assert comments["required"] == "¶ yes: an answer is required.\nyes · no"
    assert comments["label::English (en)"].startswith("¶ What people read")
    assert page.freeze_panes == "C2"
    assert page["A1"].font.bold
    assert page["C3"].alignment.wrap_text


def test_cells_offer_the_study_s_own_names(written):
    offered = {}
    for page in written.worksheets:
        for offer in page.data_validations.dataValidation:
            column = page[f"{str(offer.sqref).split(':')[0].rstrip('0123456789')}1"].value
            place = offer.formula1.split("!")[1].replace("$", "")
            offered[page.title, column] = [cell.value for (cell,) in written[LISTS_SHEET][place]] if ":" in place else []
    assert offered["choices", "list_name"] == ["accord", "sexe", "age", "outils", "accord3"]
    assert {"select_one sexe", "select_multiple outils", "integer", "begin_group"} < set(offered["survey", "type"])
    assert offered["survey", "required"] == ["yes", "no"]
    assert offered["figures", "base"] == ["all", "users"]
    assert offered["quotas", "wave"] == ["v1"]
    assert written[LISTS_SHEET].sheet_state == "hidden"
