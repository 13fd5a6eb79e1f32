"""A label is found by what people type: no accents, no capitals, no hyphens, the beginning of its words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.core.searching import Finder, plain

TOWNS = ("Saint-Étienne", "Saint-Étienne-du-Rouvray", "Saint-Denis (93)", "Saint-Denis (974)", "L’Haÿ-les-Roses", "Œuilly", "Lyon",
         "Lyons-la-Forêt", "Rueil-Malmaison", "القاهرة", "Sainte-Foy")  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Saint-Étienne", "saint etienne"),
        ("  ST  ETIENNE ", "saint etienne"),
        ("Ste-Foy-lès-Lyon", "sainte foy les lyon"),
        ("L’Haÿ-les-Roses", "l hay les roses"),
        ("L'HAY LES ROSES", "l hay les roses"),
        ("Œuilly", "oeuilly"),
        ("Straße", "strasse"),
        ("a_b", "a b"),
        ("…", ""),
    ],
)
def test_words_are_compared_plainly(text, words):
    assert plain(text) == words


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("st etienne", ["Saint-Étienne"]),
        ("saint etienne r", ["Saint-Étienne-du-Rouvray"]),
        ("etienne", ["Saint-Étienne", "Saint-Étienne-du-Rouvray"]),
        ("denis", ["Saint-Denis (93)", "Saint-Denis (974)"]),
        ("974", ["Saint-Denis (974)"]),
        ("lyon", ["Lyon"]),
        ("lyo", ["Lyon", "Lyons-la-Forêt"]),
        ("hay roses", ["L’Haÿ-les-Roses"]),
        ("oeu", ["Œuilly"]),
        ("القا", ["القاهرة"]),
        ("foret lyons", ["Lyons-la-Forêt"]),
        ("uei", []),  # a word is known by its beginning
        ("xyz", []),
        ("", []),
        ("-", []),
    ],
)
def test_what_is_typed_finds(typed, found):
    assert [TOWNS[position] for position in Finder(TOWNS).find(typed)] == found


def test_only_what_is_on_offer_is_found():
    assert Finder(TOWNS).find("denis", {3}) == [3]
    assert Finder(TOWNS).find("lyon", {7}) == [7]
    assert Finder(TOWNS).find("denis", set()) == []


@given(labels=st.lists(st.text("aeé -’", max_size=8), max_size=8), typed=st.text("aeé -", max_size=6))
def test_the_index_finds_what_going_through_the_labels_would(labels, typed):
    words = plain(typed).split()
    same = [number for number, label in enumerate(labels) if words and plain(label).split() == words]
    beginning = [
        number
        for number, label in enumerate(labels)
        if words and all(any(part.startswith(word) for part in plain(label).split()) for word in words)
    ]
    assert sorted(Finder(labels).find(typed)) == (same or beginning)
