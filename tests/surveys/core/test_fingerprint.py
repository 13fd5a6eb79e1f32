"""The fingerprint of a form: what counts in it, and what does not."""

from __future__ import annotations

import pytest

from surveys.core.fingerprint import fingerprint
from surveys.core.workbook import sheet_of
from tests.worlds import changed, sheet, study

MORE_SETTINGS = """
    form_title,form_id,version,default_language,sponsor,limits::fr,population::fr,mode,remark
    Une petite étude,petite-etude,1,Français (fr),Un commanditaire,Des limites,Des gens,online,Rien
"""


TINY = {
    "settings": sheet("settings", "form_title,form_id,version,default_language\nÉtude,etude,1,fr"),
    "survey": sheet("survey", "type,name,label::fr\nselect_one oui,q1,Vrai ?"),
    "choices": sheet("choices", "list_name,name,label::fr\noui,1,Oui"),
    "bases": sheet("bases", "code,condition\nall,"),
}


def test_it_is_the_same_from_one_day_to_the_next():
    assert fingerprint(TINY) == "28b9a5a6b4cfd82d66b68c53fe4283b467b5ed9d261ad2af3e77bf239911e63f"


def reordered(book):
    survey = book["survey"]
    return {**book, "survey": sheet_of("survey", survey.header[::-1], [(r.number, dict(reversed(r.cells.items()))) for r in survey.rows])}


def moved(book):
    return {**book, "choices": sheet_of("choices", book["choices"].header, [(r.number + 5, r.cells) for r in book["choices"].rows])}


@pytest.mark.parametrize(
    "book",
    [
        reordered(study()),
        moved(study()),
        study(settings=MORE_SETTINGS),
        study(**changed("survey", "How often?", "  How often?  ")),
        study(**changed("waves", "Wave 1", "First wave")),
        study(**changed("figures", "use a site", "use some site")),
    ],
    ids=["columns in another order", "blank rows", "settings that no page prints", "blanks around a cell", "a wave", "a figure"],
)
def test_what_does_not_count(book):
    assert fingerprint(book) == fingerprint(study())


@pytest.mark.parametrize(
    "changes",
    [
        changed("survey", "How often?", "How often ?"),
        changed("survey", ". >= 0,,,NSP", ". >= 1,,,NSP"),
        changed("choices", "A woman,2,", "A woman,4,"),
        changed("bases", "of users", "of those who use it"),
        changed("settings", "Une petite étude", "Une étude"),
        changed("settings", "etude,1,", "etude,2,"),
        changed("settings", "Un commanditaire", "Un autre"),
    ],
    ids=["a label", "a constraint", "a code", "a base", "the title", "the version", "the sponsor"],
)
def test_what_counts(changes):
    assert fingerprint(study(**changes)) != fingerprint(study())


def test_the_order_of_rows_counts():
    book = study()
    rows = [(row.number, row.cells) for row in book["choices"].rows]
    swapped = [*rows[:3], (rows[3][0], rows[4][1]), (rows[4][0], rows[3][1]), *rows[5:]]
    assert fingerprint({**book, "choices": sheet_of("choices", book["choices"].header, swapped)}) != fingerprint(book)
