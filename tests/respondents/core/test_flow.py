"""Flow, by example: orders, carry-forward, groups of a split sample, loops, pages that close those before, what a record keeps."""

from collections import Counter

from respondents.core.foresight import closes_next, progress
from respondents.core.route import follow
from respondents.core.seen import columns_seen, seen
from surveys.core.drawing import Draw
from tests.surveys.forms_of_every_kind import read

WELCOME = {"accueil": {"consentement": "oui"}}

CARRIED = read("""
    begin_group,connues,Connues,,,,field-list
    select_multiple marque,q1,Lesquelles connaissez-vous ?,yes
    end_group
    begin_group,choisie,Préférée,,,,field-list
    select_one marque,q2,Laquelle préférez-vous ?,yes,,,,,"selected(${q1}, name)"
    end_group
    begin_group,rejetees,Rejetées,,,,field-list
    select_multiple marque,q3,Et parmi les autres ?,,,,,,"not(selected(${q1}, name))"
    end_group
""")


def test_a_required_answer_no_longer_on_offer_brings_its_page_back():
    saved = {**WELCOME, "connues": {"q1": ("sncf", "db")}, "choisie": {"q2": "db"}, "rejetees": {"q3": ("autre",)}}
    assert follow(CARRIED, saved).is_finished
    route = follow(CARRIED, {**saved, "connues": {"q1": ("sncf",)}})
    assert (route.current, route.answers["q2"], route.pages) == ("choisie", "", ("accueil", "connues", "choisie"))
    assert follow(CARRIED, {**saved, "connues": {"q1": ("sncf",)}, "choisie": {"q2": "sncf"}}).is_finished


def test_an_optional_answer_no_longer_on_offer_does_not_count_and_holds_nobody_up():
    saved = {**WELCOME, "connues": {"q1": ("sncf", "autre")}, "choisie": {"q2": "sncf"}, "rejetees": {"q3": ("autre", "db")}}
    route = follow(CARRIED, saved)
    assert (route.is_finished, route.answers["q3"]) == (True, ("db",))


def test_a_question_with_nothing_to_offer_is_not_asked_nor_its_page_shown():
    everything = ("sncf", "db", "autre", "aucune")
    route = follow(CARRIED, {**WELCOME, "connues": {"q1": everything}, "choisie": {"q2": "sncf"}})
    assert (route.is_finished, "rejetees" in route.pages, "q3" in route.asked, "q3" in route.answers) == (True, False, False, False)


SHUFFLED = read("""
    begin_group,a,A,,,,field-list,,,,,shuffle P
    integer,qa,Qa,yes
    end_group
    begin_group,b,B,,,,field-list,,,,,shuffle P
    integer,qb,Qb,yes
    end_group
    begin_group,fixe,Fixe,,,,field-list
    integer,qf,Qf,yes
    end_group
    begin_group,c,C,,,,field-list,,,,,shuffle P
    select_one marque,qc,Qc,yes,,,,,,,,shuffle
    end_group
""")
EVERYTHING = {**WELCOME, "a": {"qa": "1"}, "b": {"qb": "2"}, "fixe": {"qf": "3"}, "c": {"qc": "db"}}


def test_pages_of_one_key_exchange_their_places_and_the_others_stay():
    routes = [follow(SHUFFLED, EVERYTHING, Draw(f"person {number}")) for number in range(600)]
    assert all(route.is_finished and (route.pages[0], route.pages[3]) == ("accueil", "fixe") for route in routes)
    found = Counter((route.pages[1], route.pages[2], route.pages[4]) for route in routes)
    assert len(found) == 6
    assert min(found.values()) > 60  # 100 expected of each order; 60 would be 4.4 standard deviations away


def test_the_way_back_and_forth_follows_the_persons_order():
    draw = next(Draw(str(number)) for number in range(100) if follow(SHUFFLED, EVERYTHING, Draw(str(number))).pages[1] == "c")
    route = follow(SHUFFLED, {**WELCOME, "c": {"qc": "db"}}, draw)
    assert (route.pages[:2], route.current, route.page_before(route.current)) == (("accueil", "c"), route.pages[2], "c")


def test_the_record_keeps_the_orders_that_were_seen():
    draw = Draw("person 1")
    route = follow(SHUFFLED, EVERYTHING, draw)
    kept = seen(SHUFFLED, route, draw)
    assert tuple(kept) == columns_seen(SHUFFLED) == ("pages(P)", "order(qc)")
    assert kept["pages(P)"].split() == [page for page in route.pages if page in "abc"]
    assert sorted(kept["order(qc)"].split()[:2]) == ["db", "sncf"]
    assert kept["order(qc)"].split()[2:] == ["autre", "aucune"]  # those that stay last


GROUPS = read("""
    begin_group,tirage,Tirage,,,,field-list
    calculate,groupe,,,,,,list=groupe,,,,,,,,equal
    note,merci,Merci
    end_group
    begin_group,questions_a,A,,${groupe} = 'a',,field-list
    integer,qa,Qa
    end_group
    begin_group,questions_b,B,,${groupe} = 'b',,field-list
    integer,qb,Qb
    end_group
""")


def test_successive_entries_fall_into_equal_groups_and_each_is_asked_its_own_questions():
    routes = [follow(GROUPS, {**WELCOME, "tirage": {}}, Draw("any seed", number)) for number in range(101)]
    found = Counter(str(route.answers["groupe"]) for route in routes)
    assert abs(found["a"] - found["b"]) == 1
    assert {(route.answers["groupe"], route.current) for route in routes} == {("a", "questions_a"), ("b", "questions_b")}


LOOP = read("""
    begin_group,connues,Connues,,,,field-list
    select_multiple marque,q1,Lesquelles ?,yes
    end_group
    begin_repeat,tour,Tour,,,,,,,,,shuffle,,${q1}
    begin_group,note,Note,,,,field-list
    integer,q2,Quelle note ?,yes,,,,,,,,,,,,,. = 0,screened_out
    end_group
    begin_group,pourquoi,Pourquoi,,${q2} < 5,,field-list
    text,q3,Pourquoi ?,yes
    end_group
    end_repeat
""")


def test_a_loop_goes_through_the_selected_choices_each_turn_whole_in_the_persons_order():
    saved = {
        **WELCOME,
        "connues": {"q1": ("sncf", "db", "aucune")},
        "note_sncf": {"q2_sncf": "3"},
        "pourquoi_sncf": {"q3_sncf": "Retards"},
        "note_db": {"q2_db": "8"},
    }
    routes = {follow(LOOP, saved, Draw(str(number))).pages[2:] for number in range(40)}
    assert routes == {("note_sncf", "pourquoi_sncf", "note_db"), ("note_db", "note_sncf", "pourquoi_sncf")}
    assert all(follow(LOOP, saved, Draw(str(number))).is_finished for number in range(40))


def test_a_turn_of_a_loop_may_end_the_interview():
    route = follow(LOOP, {**WELCOME, "connues": {"q1": ("db",)}, "note_db": {"q2_db": "0"}})
    assert (route.ends_as, route.pages) == ("screened_out", ("accueil", "connues", "note_db"))


CLOSING = read("""
    begin_group,avant,Avant,,,,field-list
    integer,q1,Q1,yes
    end_group
    begin_group,parfois,Parfois,,${q1} > 5,,field-list
    integer,q2,Q2,yes
    end_group
    begin_group,apres,Après,,,,field-list,,,,,,,,no
    integer,q3,Q3,yes
    end_group
""")


def test_a_page_without_way_back_closes_those_before_once_it_is_reached():
    assert follow(CLOSING, WELCOME).closed == frozenset()
    route = follow(CLOSING, {**WELCOME, "avant": {"q1": "3"}})
    assert (route.current, route.closed) == ("apres", {"accueil", "avant", "parfois"})


def test_the_page_before_announces_that_it_closes():
    before = follow(CLOSING, WELCOME)
    assert closes_next(CLOSING, before, "avant")  # "parfois" may or may not come between
    sometimes = follow(CLOSING, {**WELCOME, "avant": {"q1": "9"}})
    assert (sometimes.current, closes_next(CLOSING, sometimes, "parfois")) == ("parfois", True)
    assert not closes_next(CLOSING, before, "accueil")


def test_progress_counts_the_questions_that_can_still_come():
    assert progress(CLOSING, follow(CLOSING, {}), "accueil") == 0
    route = follow(CLOSING, WELCOME)
    assert progress(CLOSING, route, "avant") == 25  # one of four
    assert progress(CLOSING, follow(CLOSING, {**WELCOME, "avant": {"q1": "3"}}), "apres") == 66  # two of three
    full = follow(CLOSING, {**WELCOME, "avant": {"q1": "9"}, "parfois": {"q2": "1"}})
    assert [progress(CLOSING, full, name) for name in full.pages] == [0, 25, 50, 75]


SOFT = read("""
    begin_group,foyer,Foyer,,,,field-list
    integer,q1,Combien de personnes ?,yes,,,,,,,,,,,,,,,,,. <= 10,Êtes-vous sûr ?
    end_group
""")


def test_a_confirmation_is_recorded_for_the_unusual_answer_it_was_given_to_only():
    def kept(**given):
        return seen(SOFT, follow(SOFT, {**WELCOME, "foyer": given}), Draw())

    assert kept(q1="12", q1__ok="1") == {"q1__ok": "1"}
    assert kept(q1="4", q1__ok="1") == kept(q1="12") == {}
    assert columns_seen(SOFT) == ("q1__ok",)


SKIPPED = read("""
    begin_group,filtre,Filtre,,,,field-list
    integer,q1,Q1,yes
    end_group
    begin_group,vide,Vide,,,,field-list
    integer,q2,Q2,yes,${q1} > 5
    integer,q3,Q3,yes,${q2} > 5
    end_group
    begin_group,fin,Fin,,,,field-list
    integer,q4,Q4,yes
    end_group
""")


def test_a_page_of_questions_that_are_all_ruled_out_is_skipped():
    assert follow(SKIPPED, {**WELCOME, "filtre": {"q1": "3"}}).current == "fin"
    assert follow(SKIPPED, {**WELCOME, "filtre": {"q1": "9"}}).current == "vide"


def test_a_question_that_becomes_required_after_its_page_was_answered_brings_the_page_back():
    saved = {**WELCOME, "filtre": {"q1": "9"}, "vide": {"q2": "6", "q3": ""}}
    assert follow(SKIPPED, saved).current == "vide"
