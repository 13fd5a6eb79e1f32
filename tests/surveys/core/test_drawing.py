"""What chance decides for a person: orders that keep everybody asked everything, and groups of equal size."""

from __future__ import annotations

from collections import Counter

from surveys.core.drawing import Draw, allocated, choice_order, page_order, question_order
from tests.surveys.forms_of_every_kind import read

PEOPLE = [Draw(f"interview {number}", number) for number in range(600)]


def pages(*orders):
    """Return a form with one page per order cell, '' for a page that stays."""
    lines = (f"begin_group,p{n},Page,,,,field-list,,,,,{order}\ninteger,q{n},Combien ?\nend_group" for n, order in enumerate(orders))
    return read("\n".join(lines))


def orders_of(form):
    """Return how often each order of the pages after the consent is drawn."""
    return Counter(" ".join(page.name for page in page_order(form, draw)[1:]) for draw in PEOPLE)


def test_pages_that_share_a_word_are_shuffled_and_the_others_stay():
    found = orders_of(pages("shuffle A", "", "shuffle A", "shuffle A"))
    assert set(found) == {"p0 p1 p2 p3", "p0 p1 p3 p2", "p2 p1 p0 p3", "p2 p1 p3 p0", "p3 p1 p0 p2", "p3 p1 p2 p0"}
    assert all(60 <= times <= 140 for times in found.values())  # 100 expected of each


def test_a_rotation_starts_anywhere_and_a_flip_goes_back():
    assert set(orders_of(pages("rotate A", "rotate A", "rotate A"))) == {"p0 p1 p2", "p1 p2 p0", "p2 p0 p1"}
    assert set(orders_of(pages("flip A", "flip A", "flip A"))) == {"p0 p1 p2", "p2 p1 p0"}


def test_two_words_are_drawn_apart():
    assert len(orders_of(pages("flip A", "flip A", "flip B", "flip B"))) == 4


def test_without_an_interview_the_author_s_order_is_kept():
    form = pages("shuffle A", "shuffle A")
    assert page_order(form, Draw()) == form.pages


def test_the_turns_of_a_loop_and_the_pages_of_a_section_move_together():
    form = read("""
        begin_repeat,m,,,,,,,,,,shuffle,,marque
        begin_group,a,Un,,,,field-list
        integer,qa,Combien ?
        end_group
        begin_group,b,Deux,,,,field-list
        integer,qb,Combien ?
        end_group
        end_repeat
    """)
    found = orders_of(form)
    assert len(found) == 6
    assert all(order.split()[0].replace("a_", "b_", 1) == order.split()[1] for order in found)


def test_rows_of_a_grid_change_places_and_a_question_without_word_stays():
    form = read("""
        begin_group,p,Page,,,,field-list
        integer,avant,Combien ?
        begin_group,g,Grille,,,,table-list,,,,,shuffle
        select_one pays,r1,Hier
        select_one pays,r2,Demain
        end_group
        integer,apres,Combien ?
        end_group
    """)
    found = {" ".join(question.name for question in question_order(form.page_by_name["p"], draw)) for draw in PEOPLE[:50]}
    assert found == {"avant r1 r2 apres", "avant r2 r1 apres"}


def test_other_and_none_of_these_stay_last_and_an_anchored_choice_stays_where_it_is():
    form = read("begin_group,p,Page,,,,field-list\nselect_one marque,q,Laquelle ?,,,,,randomize=true\nend_group")
    assert {choice_order(form.questions["q"], draw) for draw in PEOPLE[:50]} == {(0, 1, 2, 3), (1, 0, 2, 3)}
    assert choice_order(form.questions["q"], Draw()) == (0, 1, 2, 3)


def test_groups_of_a_split_sample_never_differ_by_more_than_one():
    form = read("begin_group,p,Page,,,,field-list\ninteger,q,Combien ?\ncalculate,g,,,,,,list=groupe,,,,,,,,equal\nend_group")
    counts: Counter[str] = Counter()
    for draw in PEOPLE:
        counts[allocated(form.questions["g"], draw).name] += 1
        assert max(counts.values()) - (min(counts.values()) if len(counts) == 2 else 0) <= 1
    firsts = Counter(allocated(form.questions["g"], draw).name for draw in PEOPLE[::2])
    assert 120 <= firsts["a"] <= 180  # which of the two comes first in a block is drawn anew
