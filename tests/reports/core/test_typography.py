"""How numbers, dates and texts are printed in French and in English."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from reports.core.typography import (
    dated,
    is_singular,
    moment,
    number,
    percentage,
    period,
    plus_minus,
    quoted,
    rounded_half_up,
    signed,
    typeset,
)


@pytest.mark.parametrize(
    ("value", "places", "french", "english"),
    [
        (2032, 0, "2\u202f032", "2,032"),
        (1016, 0, "1\u202f016", "1,016"),
        (711, 0, "711", "711"),
        (1234567.891, 2, "1\u202f234\u202f567,89", "1,234,567.89"),
        (2.174, 1, "2,2", "2.2"),
        (-3.25, 1, "\u22123,3", "\u22123.3"),
        (12.5, 0, "13", "13"),
        (0, 1, "0,0", "0.0"),
    ],
)
def test_numbers_have_the_signs_of_their_language(value, places, french, english):
    assert number(value, "fr", places) == french
    assert number(value, "en", places) == english


def test_halves_go_away_from_zero_once():
    assert [int(rounded_half_up(value)) for value in (0.5, 1.5, 12.5, 77.4999, -0.5)] == [1, 2, 13, 77, -1]
    assert rounded_half_up(2.25, 1) == Decimal("2.3")


def test_a_percent_sign_stands_apart_in_french_only():
    assert percentage("78", "fr") == "78\u00a0%"
    assert percentage("78", "fr-CA") == "78\u00a0%"
    assert percentage("78", "en") == "78%"
    assert percentage("78", "de") == "78%"


def test_a_margin_has_its_sign():
    assert plus_minus("2,2", "fr") == "±\u00a02,2"
    assert plus_minus("2.2", "en") == "±2.2"


def test_differences_are_signed():
    assert [signed(value) for value in (8, 0, -3)] == ["+8", "0", "\u22123"]


@pytest.mark.parametrize(
    ("value", "french", "english"), [(0, True, False), (1, True, True), (1.8, True, False), (-1, True, True), (2, False, False)]
)
def test_french_counts_in_the_singular_below_two(value, french, english):
    assert is_singular(value, "fr") is french
    assert is_singular(value, "en") is english


def test_french_texts_get_their_spaces_and_apostrophes():
    text = 'L\'essor : « oui » ? 78 % ; 1 000 000 de "profils" !'
    set_once = "L’essor\u00a0: «\u00a0oui\u00a0»\u00a0? 78\u00a0%\u00a0; 1\u202f000\u202f000 de «\u00a0profils\u00a0»\u00a0!"
    assert typeset(text, "fr") == set_once
    assert typeset(set_once, "fr") == set_once


def test_years_and_addresses_are_no_thousands():
    assert (
        typeset("en 2020 100 personnes, RP2020 123 https://insee.fr/a?b=1", "fr")
        == "en 2020 100 personnes, RP2020 123 https://insee.fr/a?b=1"
    )


def test_english_texts_get_curly_quotes_and_no_french_space():
    assert typeset('Have you heard of "Mon espace santé"? It\'s 78%: yes', "en") == "Have you heard of “Mon espace santé”? It’s 78%: yes"


def test_a_quotation_within_a_quotation_changes_its_marks():
    assert (
        quoted("Connaissez-vous «\u00a0Mon espace santé\u00a0»\u00a0?", "fr") == "«\u00a0Connaissez-vous “Mon espace santé”\u00a0?\u00a0»"
    )
    assert quoted("Have you heard of “Mon espace santé”?", "en") == "“Have you heard of ‘Mon espace santé’?”"


@pytest.mark.parametrize(
    ("starts", "ends", "french", "english"),
    [
        ("2023-11-22T08:00", "2023-11-27T20:00", "du 22 au 27\u00a0novembre 2023", "22–27\u00a0November 2023"),
        ("2023-12-30", "2024-01-01", "du 30\u00a0décembre 2023 au 1er\u00a0janvier 2024", "30\u00a0December 2023 – 1\u00a0January 2024"),
        ("2023-11-30", "2023-12-02", "du 30\u00a0novembre au 2\u00a0décembre 2023", "30\u00a0November – 2\u00a0December 2023"),
        ("2023-11-22", "2023-11-22", "le 22\u00a0novembre 2023", "22\u00a0November 2023"),
        ("printemps 2018", "", "printemps 2018", "printemps 2018"),
        ("", "", "", ""),
    ],
)
def test_fieldwork_dates_are_said_shortly(starts, ends, french, english):
    assert period(starts, ends, "fr") == french
    assert period(starts, ends, "en") == english


def test_a_source_may_be_dated_by_its_month_or_by_any_text():
    assert [dated(text, "fr") for text in ("2024-02", "2024-02-05", "2018-2022", "")] == [
        "février 2024",
        "5\u00a0février 2024",
        "2018-2022",
        "",
    ]
    assert dated("2024-02", "en") == "February 2024"


def test_a_moment_is_said_in_its_own_time_zone():
    computed = datetime(2023, 11, 27, 20, 5)
    assert moment(computed, "fr") == "27\u00a0novembre 2023 à 20\u00a0h\u00a005"
    assert moment(computed, "en") == "27\u00a0November 2023 at 20:05"
