"""What a note may claim of a figure in words, and what it may not; no database."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from reports.core.claims import change, majority, one_in_two, unfounded
from reports.core.comparing import Ledger, alike
from reports.core.sentences import Item, Saying, compose
from reports.core.typography import agreed
from reports.edition import Edition
from reports.note import claiming, paragraphs_of
from surveys.models import Wave
from surveys.translation import say
from tests.reports.core.unsaved import Given, note, results


def _in_french(message):
    with override("fr"):
        return say(message) if message else None


@pytest.mark.parametrize(
    ("low", "said"), [(54.0, ", soit une majorité,"), (50.0001, ", soit une majorité,"), (50.0, None), (49.9, None), (None, None)]
)
def test_a_majority_needs_the_whole_interval_above_one_half(low, said):
    assert _in_french(majority(low)) == said


@pytest.mark.parametrize(
    ("percent", "low", "said"),
    [
        (44.9, 42.0, None),
        (45.0, 43.0, ", soit près d’une personne sur deux,"),
        (49.4, 47.0, ", soit près d’une personne sur deux,"),
        (49.6, 47.0, ", soit une personne sur deux,"),
        (50.4, 48.0, ", soit une personne sur deux,"),
        (51.0, 48.8, ", soit environ une personne sur deux,"),
        (53.0, 50.8, ", soit un peu plus d’une personne sur deux,"),
        (55.1, 53.0, None),
    ],
)
def test_one_person_in_two_is_said_from_the_side_on_which_the_figure_is(percent, low, said):
    assert _in_french(one_in_two(percent, low)) == said


def test_a_change_is_significant_only_where_its_test_says_so():
    assert [_in_french(change(points, p)) for points, p in [(8.0, 0.001), (-8.0, 0.049), (3.0, 0.05), (-1.0, 0.9)]] == [
        "hausse significative", "baisse significative", "évolution non significative", "évolution non significative",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("says", "low", "p", "is_unfounded"),
    [
        ("sont en majorité satisfaits", 49.0, None, True),
        ("sont en majorité satisfaits", 51.0, None, False),
        ("sont majoritairement satisfaits", None, None, True),
        ("le sont significativement plus", 51.0, None, True),
        ("le sont significativement plus", 51.0, 0.2, True),
        ("le sont significativement plus", 51.0, 0.01, False),
        ("are significantly more so, a majority of them", 51.0, 0.01, False),
        ("sont majeurs et signifient leur accord", 10.0, None, False),
    ],
)
def test_an_authors_own_claim_is_caught_where_the_figure_does_not_bear_it_out(says, low, p, is_unfounded):
    assert unfounded(says, low, p) is is_unfounded


def _sentence(code, claims, *, low, wave_before=None, standard_errors=(None, None)):
    with override("fr"):
        edition = Edition(results(Given({code: (56.2, 2032, 2.2)})), "fr")
        result = edition.results[code]
        result.estimate.low, result.estimate.standard_error = low, standard_errors[0]
        if wave_before is not None:
            object.__setattr__(result.comparison, "wave", wave_before)
            object.__setattr__(result.comparison, "standard_error", standard_errors[1])
            object.__setattr__(result.comparison, "ledger", Ledger((alike("mode", "online", "online"),)))
        [block] = compose([Item("sentence", saying=claiming(edition, result, claims))])
        return edition.press.plain(block.pieces).replace("\u00a0", " ")


OURS = {"code": "2022", "labels": {"fr": "2022"}, "kind": Wave.Kind.OWN}


@pytest.mark.parametrize(
    ("low", "claims", "said"),
    [
        (54.0, ["majority"], "56 % des personnes interrogées, soit une majorité, ont déjà utilisé"),
        (49.0, ["majority"], "56 % des personnes interrogées ont déjà utilisé"),
        (54.0, [], "56 % des personnes interrogées ont déjà utilisé"),
    ],
)
def test_a_sentence_says_a_majority_where_its_author_asks_and_the_interval_allows(low, claims, said):
    assert _sentence("insurer", claims, low=low).startswith(said)


@pytest.mark.parametrize(
    ("errors", "said"),
    [((1.1, 1.1), "(contre 48 % en 2022, hausse significative)"), ((5.0, 5.0), "(contre 48 % en 2022, évolution non significative)")],
)
def test_a_change_between_our_own_waves_is_said_as_tested(errors, said):
    ours = Wave(**OURS)
    assert said in _sentence("insurer", ["trend"], low=54.0, wave_before=ours, standard_errors=errors)
    assert "significative" not in _sentence("insurer", [], low=54.0, wave_before=ours, standard_errors=errors)


def test_nothing_is_claimed_of_a_change_from_another_institutes_survey():
    assert "(contre 48 % en 2020)" in _sentence("insurer", ["trend"], low=54.0, standard_errors=(1.1, None))


def test_the_samples_note_claims_nothing_that_it_does_not_ask_for():
    with override("fr"):
        edition = Edition(results(), "fr")
        said = " ".join(str(piece.words) for paragraph in paragraphs_of(edition, note(edition.results)) for piece in paragraph.pieces)
    assert "majorité" not in said
    assert "significati" not in said


MEAN = Saying(code="visits", percent="3,5", says="en moyenne {value} consultations en douze mois", base_code="all", is_measure=True,
              base={"subject": "des personnes interrogées", "among": "Parmi l’ensemble des personnes interrogées", "base_line": "Ensemble"})  # fmt: skip


def _said(*items):
    with override("fr"):
        edition = Edition(results(), "fr")
        return [edition.press.plain(block.pieces) for block in compose(items)]


def test_a_mean_stands_where_its_author_wants_it_and_names_its_base_once():
    assert _said(Item("sentence", saying=MEAN), Item("sentence", saying=MEAN)) == [
        "Parmi l’ensemble des personnes interrogées, en moyenne 3,5 consultations en douze mois.",
        "En moyenne 3,5 consultations en douze mois.",
    ]


@pytest.mark.parametrize(("value", "said"), [(0, "consultation"), (1.9, "consultation"), (2, "consultations"), (3.5, "consultations")])
def test_a_noun_agrees_with_the_number_before_it(value, said):
    assert agreed("{value} {consultation|consultations}", value, "fr") == f"{{value}} {said}"
    assert agreed("{a visit|visits}", 1, "en") == "a visit"
    assert agreed("{a visit|visits}", 1.5, "en") == "visits"


def test_an_estimate_below_thirty_people_claims_nothing():
    with override("fr"):
        edition = Edition(results(Given({"insurer": (56.2, 29, 18.0)})), "fr")
        assert claiming(edition, edition.results["insurer"], ["majority", "half", "trend"]).size == ""
