"""Changes to a form's sheets: exact rows before and after, and names that follow wherever they are written."""

from __future__ import annotations

import pytest

from surveys.core.editing import (
    CannotEdit,
    delete_line,
    duplicate_line,
    insert_rows,
    move_line,
    references,
    rename,
    rename_choice,
    replace_cells,
    span,
    what_hinders,
)
from tests.surveys.forms_of_every_kind import form
from tests.worlds import changed, study

SECTION = """
    begin_group,partie,Une partie
    begin_group,p1,Page 1,,,,field-list
    text,a,A ?
    begin_group,g,Grille,,,,table-list
    select_one pays,r1,Hier
    end_group
    end_group
    end_group
    begin_group,p2,Page 2,,,,field-list
    text,b,B ?,,${a} != ''
    end_group
"""


def number(book, name: str) -> int:
    return next(row.number for row in book["survey"] if row["name"] == name)


def test_a_cell_is_replaced_and_nothing_else_moves():
    before = study()
    after = replace_cells(before, "survey", number(before, "q3"), {"label::English (en)": "How many times?"})
    assert {name for name in before if after[name] != before[name]} == {"survey"}
    changed_rows = [(old, new) for old, new in zip(before["survey"], after["survey"], strict=True) if old != new]
    assert [(new["name"], new["label::English (en)"]) for _old, new in changed_rows] == [("q3", "How many times?")]


def test_a_column_that_the_sheet_lacks_is_added_to_it():
    before = study()
    after = replace_cells(before, "survey", number(before, "q3"), {"min": "0", "max": ""})
    assert after["survey"].header == (*before["survey"].header, "min")


def test_blank_lines_stay_with_the_row_that_they_precede():
    book = study()
    rows = [row.number for row in book["survey"]]
    spaced = {**book, "survey": type(book["survey"])("survey", book["survey"].header, tuple(type(r)(r.number + (r.number > 4), r.cells) for r in book["survey"]))}  # fmt: skip
    assert [row.number for row in insert_rows(spaced, "survey", 2, [{"type": "note", "name": "n"}])["survey"]] == [
        2,
        3,
        4,
        5,
        *(n + 2 for n in rows[3:]),
    ]


def test_a_group_is_deleted_with_what_it_holds():
    book = form(SECTION)
    assert span(book["survey"], number(book, "p1")) == tuple(range(number(book, "p1"), number(book, "p1") + 6))
    assert [row["name"] for row in delete_line(book, number(book, "p1"))["survey"] if row["name"]] == [
        "accueil",
        "consentement",
        "partie",
        "p2",
        "b",
    ]


def order(book) -> list[str]:
    return [row["name"] for row in book["survey"] if row["name"]][2:]


@pytest.mark.parametrize(
    ("name", "ways", "expected"),
    [
        ("r1", ["up"], ["partie", "p1", "a", "r1", "g", "p2", "b"]),
        ("a", ["down"], ["partie", "p1", "g", "a", "r1", "p2", "b"]),
        ("b", ["up"], ["partie", "p1", "a", "g", "r1", "b", "p2"]),
        ("p2", ["up"], ["partie", "p1", "a", "g", "r1", "p2", "b"]),
        ("g", ["up"], ["partie", "p1", "g", "r1", "a", "p2", "b"]),
    ],
)
def test_a_line_moves_past_its_neighbour_into_it_or_out_of_what_holds_it(name, ways, expected):
    book = form(SECTION)
    for way in ways:
        book = move_line(book, number(book, name), up=way == "up")
        assert what_hinders(book).mistakes == []
    assert order(book) == expected


@pytest.mark.parametrize("name", ["accueil", "a", "r1", "g", "partie", "p2", "b"])
def test_down_after_up_comes_back(name):
    book = form(SECTION)
    if name == "accueil":
        with pytest.raises(CannotEdit, match="any further"):
            move_line(book, number(book, name), up=True)
        return
    up = move_line(book, number(book, name), up=True)
    back = move_line(up, number(up, name), up=False)
    assert [row["name"] for row in back["survey"]] == [row["name"] for row in book["survey"]]


def test_a_copy_has_names_of_its_own_and_conditions_about_itself():
    book = form(SECTION)
    copy = duplicate_line(book, number(book, "p1"))
    assert order(copy) == ["partie", "p1", "a", "g", "r1", "p1_2", "a_2", "g_2", "r1_2", "p2", "b"]
    assert what_hinders(copy).mistakes == []


def test_a_new_name_is_written_wherever_the_old_one_stood():
    book = rename(study(), number(study(), "q1"), "usages_du_jour")
    assert [row["relevant"] for row in book["survey"] if row["relevant"]] == [
        "selected(${usages_du_jour}, 'autre')",
        "not(selected(${usages_du_jour}, 'aucun'))",
    ]
    assert [row["condition"] for row in book["bases"]] == ["", "not(selected(${usages_du_jour}, 'aucun'))"]
    assert references(book, ["q1"]) == []


def test_in_a_loop_the_names_of_the_copies_follow():
    book = form("""
        begin_repeat,m,,,,,,,,,,,,marque
        begin_group,avis,Avis sur ${m},,,,field-list
        integer,note,Votre note ?
        end_group
        end_repeat
        begin_group,fin,Fin,,,,field-list
        text,mot,Pourquoi ${note_sncf} ?,,${note_sncf} > 5 and ${note_autrement} = ''
        end_group
    """)
    told = rename(book, number(book, "note"), "score")["survey"].rows[-2]
    assert told["label::Français (fr)"] == "Pourquoi ${score_sncf} ?"
    assert told["relevant"] == "${score_sncf} > 5 and ${note_autrement} = ''"


def test_a_choice_s_new_name_is_written_where_its_question_is_compared_with_it():
    book = study(**changed("survey", "select_one accord3,q2", "select_one sexe,q2"))
    female = next(row.number for row in book["choices"] if row["name"] == "F")
    book = replace_cells(book, "survey", number(book, "q3"), {"relevant": "${sex} = 'F' or 'F' != ${q2} or ${age} = 'F'"})
    book = replace_cells(book, "survey", number(book, "sex"), {"ends_if": ". = 'F' and 1.5 > 1"})
    book = rename_choice(book, female, "femme")
    cells = {row["name"]: row for row in book["survey"]}
    assert cells["q3"]["relevant"] == "${sex} = 'femme' or 'femme' != ${q2} or ${age} = 'F'"
    assert cells["sex"]["ends_if"] == ". = 'femme' and 1.5 > 1"


def test_what_refers_to_a_question_is_named():
    book = study()
    found = [(each.sheet, each.column) for each in references(book, ["q1"])]
    assert found == [("survey", "relevant"), ("survey", "relevant"), ("bases", "condition")]


def test_two_lines_of_one_name_cannot_be_stored():
    book = replace_cells(study(), "survey", number(study(), "q3"), {"name": "q2"})
    assert [(mistake.sheet, mistake.column) for mistake in what_hinders(book).mistakes] == [("survey", "name")] * 2
