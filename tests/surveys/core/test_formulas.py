"""No open text becomes a formula in a spreadsheet, and every text can be read back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.core.formulas import guard, unguard


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ('=HYPERLINK("http://x")', '\'=HYPERLINK("http://x")'),
        ("+33 6", "'+33 6"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r'=1"),
        ("＝1", "'＝1"),
        ("＋1", "'＋1"),
        ("－1", "'－1"),
        ("＠A", "'＠A"),
        (" =1", " '=1"),
        ("a;=1", "a;'=1"),
        ('a,"=1', "a,\"'=1"),
        ("prix\n- qualité", "prix\n'- qualité"),
        ("'déjà", "''déjà"),
    ],
)
def test_what_would_be_computed_is_made_text(written, shown):
    assert guard(written) == shown
    assert unguard(shown) == written


@pytest.mark.parametrize("text", ["", "l’hôpital", "1 = 1", "a-b", "moi, toi", "mon e-mail : x@y.fr", "é😀"])
def test_ordinary_texts_stay_as_they_are(text):
    assert guard(text) == unguard(text) == text


@given(st.text(alphabet="=+-@'\t\r\n;, \"a＝＋－＠"))
def test_every_text_comes_back(text):
    assert unguard(guard(text)) == text


@given(st.text(alphabet="=+-@'\t\r\n;, \"a＝＋－＠"))
def test_nothing_guarded_begins_like_a_formula_whatever_the_separator(text):
    for piece in guard(text).replace("\r", "\n").replace(";", "\n").replace(",", "\n").replace("\t", "\n").split("\n"):
        assert piece.lstrip(' "')[:1] not in set("=+-@＝＋－＠")
