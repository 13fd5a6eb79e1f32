"""A study goes out as a form that pyxform, hence Kobo and ODK, accepts, and comes back cell by cell."""

from pathlib import Path

import pytest

from surveys.core.files import read_workbook, write_workbook
from surveys.core.foreign.xlsform import read_xlsform
from surveys.core.foreign.xlsform_out import write_xlsform
from tests.surveys.forms_of_every_kind import form
from tests.worlds import study

SAMPLE = Path("surveys/samples/numerique-en-sante")
EVERY_KIND = form("""
    begin_group,profil,Vous,,,,field-list
    integer,age,Âge ?,yes,,,,,,18,99
    calculate,groupe,,,,,,list=groupe,,,,,,,,equal
    select_multiple marque,q1,Lesquelles ?,yes,,,,randomize=true,,1,2
    text,q1_texte,Précisez.,,"selected(${q1}, 'autre')",,
    end_group
    begin_repeat,tour,Chacune,,,,,,,,,,,${q1}
    begin_group,page_tour,Sur ${tour},,,,field-list
    range,note,Votre note ?,,,,,start=0 end=10 step=1
    end_group
    end_repeat
    begin_group,fin,Fin,,,,field-list
    rank pays,rang,Dans l’ordre,,,,,,"selected(${q1}, name)"
    begin_group,somme,Cent points,,,,,,,,,,100
    integer,p1,Un
    decimal,p2,Deux,,,,,,,,5.5
    end_group
    date,d,Quand ?
    end_group
""")
STUDIES = {
    "the sample": read_workbook(SAMPLE),
    "the kitchen sink": read_workbook(SAMPLE.parent / "kitchen-sink"),
    "the small study": study(),
    "every kind of question": EVERY_KIND,
}


@pytest.mark.parametrize("name", STUDIES)
def test_pyxform_accepts_what_goes_out_and_it_comes_back_cell_by_cell(name, tmp_path):
    from pyxform.xls2xform import convert

    file = tmp_path / "kobo.xlsx"
    write_workbook(write_xlsform(STUDIES[name]), file)
    assert convert(file).xform.startswith("<?xml")
    back = read_xlsform(read_workbook(file))
    assert back.remarks == ()
    assert {title: (sheet.header, sheet.rows) for title, sheet in back.workbook.items()} == {
        title: (sheet.header, sheet.rows) for title, sheet in STUDIES[name].items()
    }


def test_kobo_is_told_in_its_own_words_what_our_columns_say():
    rows = {row["name"]: row for row in write_xlsform(EVERY_KIND)["survey"]}
    assert rows["age"]["constraint"] == ". >= 18 and . <= 99"
    assert rows["q1"]["constraint"] == "count-selected(.) >= 1 and count-selected(.) <= 2"
    assert rows["groupe"]["calculation"] == "once(selected-at('a b', int(random() * 2)))"
    assert rows["groupe"]["parameters"] == ""
    assert rows["tour"]["repeat_count"] == "count-selected(${q1})"


def test_what_was_changed_in_kobo_stays_changed_and_is_said():
    out = write_xlsform(EVERY_KIND)
    sheet = out["survey"]
    rows = [(row.number, {**row.cells, "constraint": ". > 20"} if row["name"] == "age" else row.cells) for row in sheet]
    changed = {**out, "survey": type(sheet)(sheet.name, sheet.header, tuple(type(sheet.rows[0])(*row) for row in rows))}
    back = read_xlsform(changed)
    assert [str(remark) for remark in back.remarks] == [
        "survey:6:constraint: This cell was changed since the study went out: it is read as it is now."
    ]
    assert {row["name"]: row["constraint"] for row in back.workbook["survey"]}["age"] == ". > 20"
