"""Codes of the small study as the cells of a file."""

import numpy as np
import pytest

from reports.core.cells import Cells, UnknownCode
from respondents.core.record import CODE, pack
from surveys.core.codebook import DONT_KNOW, NO_ANSWER, NOT_ASKED, REFUSED, Codebook, Variable, codebook_of
from surveys.core.questionnaire import Choice, Question
from surveys.core.reading import read_questionnaire
from surveys.core.workbook import Report
from tests.surveys.forms_of_every_kind import read as read_form
from tests.worlds import changed, study

NAMES = {-1: "", -2: "no_answer", -3: "dont_know", -4: "refused"}
CODES = {-1: "", -2: "-2", -3: "-3", -4: "-4"}
COLUMNS = ["sex", "years", "age", "q1_site", "q1_appli", "q1_autre", "q1_aucun", "q1_texte", "q2", "q3"]


def codebook(**changes):
    return codebook_of(read_questionnaire(study(**changes), Report()))


def rows(people, shown="names", reserved=NAMES, language="fr", book=None):
    """Return the cells of people given as (answers, questions asked)."""
    book = book or codebook()
    records = [pack(book, answers, asked) for answers, asked in people]
    matrix = np.frombuffer(b"".join(codes for codes, _ in records), dtype=CODE).reshape(len(records), len(book))
    columns = Cells(book, shown, reserved, language=language, default_language="fr").columns(matrix, [extra for _, extra in records])
    return list(zip(*columns, strict=True))


SATISFIED = ({"sex": "F", "years": "44", "age": "ancien", "q1": ("site", "autre"), "q1_texte": "=1+1", "q2": "1", "q3": "4"}, set(COLUMNS))
SILENT = ({"sex": "H", "years": "18", "age": "jeune", "q1": ("aucun",), "q3": "NSP"}, {"sex", "years", "q1", "q3"})


def test_the_columns_are_those_of_the_codebook():
    assert [variable.name for variable in codebook().variables] == COLUMNS


def test_names_of_choices_ticks_as_0_and_1_and_nothing_where_nothing_was_asked():
    assert rows([SATISFIED, SILENT]) == [
        ("F", "44", "ancien", "1", "0", "1", "0", "'=1+1", "1", "4"),
        ("H", "18", "jeune", "0", "0", "0", "1", "", "", "NSP"),
    ]


def test_numeric_codes():
    assert rows([SATISFIED, SILENT], "codes", CODES) == [
        ("2", "44", "2", "1", "0", "1", "0", "'=1+1", "1", "4"),
        ("1", "18", "1", "0", "0", "0", "1", "", "", "-3"),
    ]


def test_labels_in_the_language_asked_for():
    labels = {-1: "", -2: "No answer", -3: "Don't know", -4: "Refused"}
    assert rows([SILENT], "labels", labels, "en") == [("A man", "18", "Under 40", "0", "0", "0", "1", "", "", "Don't know")]


def test_a_question_left_without_answer_is_not_one_that_was_not_asked():
    assert rows([({"sex": "F"}, {"sex", "q1", "q2", "q1_texte"})])[0][3:9] == ("no_answer",) * 6


def test_large_and_negative_numbers_stay_numbers():
    assert [rows([({"q3": number}, {"q3"})])[0][-1] for number in ("70000", "-5", "0")] == ["70000", "-5", "0"]


def test_a_text_made_of_digits_stays_as_it_was_written():
    assert [rows([({"q1_texte": text}, {"q1_texte"})])[0][7] for text in ("7", "007", "-7")] == ["7", "007", "'-7"]


def test_the_author_cannot_write_a_formula_either():
    book = codebook(**changed("choices", "sexe,H,Un homme,A man", "sexe,=1+1,=2+2,A man"))
    answers = [({"sex": "=1+1"}, {"sex"})]
    assert rows(answers, book=book)[0][0] == "'=1+1"
    assert rows(answers, "labels", book=book)[0][0] == "'=2+2"


def test_a_code_that_the_codebook_lacks_stops_everything():
    book = codebook()
    matrix = np.full((1, len(book)), 77, dtype=CODE)
    with pytest.raises(UnknownCode, match="sex: 77"):
        Cells(book, "names", NAMES).columns(matrix, [{}])


def test_nobody_gives_no_row():
    assert rows([]) == []


def test_rankings_decimals_dates_and_both_boxes_have_their_cells():
    form = read_form("""
        begin_group,p,Une page,,,,field-list
        rank marque,ordre,Dans quel ordre ?
        decimal,prix,Combien ?,,,,,,,,,,,,,,,,NSP,REFUS
        date,jour,Quand ?
        text,mot,Un mot ?
        end_group
    """)
    codebook = codebook_of(form)
    people = [{"ordre": ("db", "sncf"), "prix": "-12.5", "jour": "2023-11-22", "mot": "-1+1"}, {"prix": "REFUS"}, {"prix": "NSP"}]
    records = [pack(codebook, answers, ["ordre", "prix"]) for answers in people]
    matrix = np.array([np.frombuffer(codes, "<i2") for codes, _ in records])
    columns = Cells(codebook, "names", {NOT_ASKED: "", NO_ANSWER: "-", DONT_KNOW: "dont_know", REFUSED: "refused"}).columns(
        matrix, [extra for _, extra in records]
    )
    assert dict(zip([variable.name for variable in codebook.variables], columns, strict=True)) == {
        "ordre_sncf": ["2", "-", "-"],
        "ordre_db": ["1", "-", "-"],
        "ordre_autre": ["0", "-", "-"],
        "ordre_aucune": ["0", "-", "-"],
        "prix": ["-12.5", "REFUS", "NSP"],
        "jour": ["2023-11-22", "", ""],
        "mot": ["'-1+1", "", ""],
    }


@pytest.mark.parametrize(
    ("shown", "cells"), [("names", ("T32767", "T35000")), ("codes", ("32767", "35000")), ("labels", ("Ville 32767", "Ville 35000"))]
)
def test_the_far_end_of_a_long_list_is_written_like_its_beginning(shown, cells):
    towns = tuple(Choice(f"T{number}", {"fr": f"Ville {number}"}, number) for number in range(1, 35_001))
    book = Codebook((Variable("commune", Question("commune", "single", choices=towns, lookup="communes.csv")),))
    people = [({"commune": name}, {"commune"}) for name in ("T32767", "T35000")]
    assert [cell for (cell,) in rows(people, shown, book=book)] == list(cells)
