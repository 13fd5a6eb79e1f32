"""Sections, loops, pages and blocks: what the survey sheet's groups become."""

from __future__ import annotations

from decimal import Decimal

import pytest

from surveys.core.questionnaire import Order
from tests.surveys.forms_of_every_kind import mistakes, read

BRANDS = """
    begin_group,connues,Notoriété,,,,field-list
    select_multiple marque,q1,Lesquelles connaissez-vous ?,yes
    end_group
"""
LOOP = """
    begin_repeat,m,,,,,,,,,,{order},,{over},
    begin_group,avis,Votre avis sur ${{m}},,${{q1}} != '',,field-list
    integer,q2,"Quelle note pour ${{m}} ?",yes
    text,q3,Pourquoi ${{q2}} ?,,"${{q2}} < 5 and ${{m}} = 'db'"
    end_group
    end_repeat
"""


def test_a_group_of_groups_is_a_section_whose_filter_holds_for_its_pages():
    form = read("""
        begin_group,bloc,,,${consentement} = 'oui'
        begin_group,p1,Un,,,,field-list
        integer,q1,Combien ?
        end_group
        begin_group,p2,Deux,,${q1} > 3,,field-list
        integer,q2,Combien ?
        end_group
        end_group
        begin_group,p3,Trois,,,,field-list
        integer,q3,Combien ?
        end_group
    """)
    assert [(page.name, page.relevant.text if page.relevant else "") for page in form.pages[1:]] == [
        ("p1", "${consentement} = 'oui'"),
        ("p2", "(${consentement} = 'oui') and (${q1} > 3)"),
        ("p3", ""),
    ]


def test_a_group_within_a_page_is_a_block_whose_filter_holds_for_its_questions():
    form = read("""
        begin_group,page,Budget,,,,field-list
        integer,revenu,Combien gagnez-vous ?
        begin_group,budget,Répartissez 100 %.,,${revenu} > 0,,,,,,,,100
        integer,loyer,Loyer
        integer,reste,Le reste,,${loyer} < 100
        end_group
        note,merci,Merci.
        end_group
    """)
    page = form.page_by_name["page"]
    assert [(q.name, q.block, q.relevant.text if q.relevant else "") for q in page.questions] == [
        ("revenu", "", ""),
        ("loyer", "budget", "${revenu} > 0"),
        ("reste", "budget", "(${revenu} > 0) and (${loyer} < 100)"),
        ("merci", "", ""),
    ]
    assert (page.blocks["budget"].total, page.blocks["budget"].labels) == (Decimal(100), {"fr": "Répartissez 100 %."})


def test_a_page_of_blocks_alone_says_that_it_is_a_page():
    form = read("""
        begin_group,page,Deux grilles,,,,field-list
        begin_group,une,Une,,,,table-list
        select_one pays,q1,Hier
        end_group
        begin_group,deux,Deux,,,,table-list
        select_one pays,q2,Demain
        end_group
        end_group
    """)
    assert [(page.name, [block.is_grid for block in page.blocks.values()]) for page in form.pages[1:]] == [("page", [True, True])]


def test_a_loop_is_laid_out_once_per_choice_selected_earlier_and_not_for_none_of_these():
    form = read(BRANDS + LOOP.format(order="", over="${q1}"))
    assert [page.name for page in form.pages[2:]] == ["avis_sncf", "avis_db", "avis_autre"]
    page = form.page_by_name["avis_db"]
    assert page.labels == {"fr": "Votre avis sur Deutsche Bahn"}
    assert page.relevant is not None
    assert page.relevant.text == "(selected(${q1}, 'db')) and (${q1} != '')"
    assert [(q.name, q.labels["fr"]) for q in page.questions] == [
        ("q2_db", "Quelle note pour Deutsche Bahn ?"),
        ("q3_db", "Pourquoi ${q2_db} ?"),
    ]
    assert page.questions[1].relevant is not None
    assert page.questions[1].relevant.text == "${q2_db} < 5 and 'db' = 'db'"


def test_a_loop_over_a_list_is_gone_through_whole_and_its_turns_move_as_a_whole():
    form = read(BRANDS + LOOP.format(order="shuffle", over="marque"))
    assert [(page.name, page.order) for page in form.pages[2:]] == [
        ("avis_sncf", Order("shuffle", "m", "m_sncf")),
        ("avis_db", Order("shuffle", "m", "m_db")),
        ("avis_autre", Order("shuffle", "m", "m_autre")),
    ]
    assert [page.relevant.text for page in form.pages[2:] if page.relevant] == ["${q1} != ''"] * 3


def test_a_loop_in_a_loop_is_laid_out_for_every_pair():
    form = read("""
        begin_repeat,m,,,,,,,,,,,,marque
        begin_repeat,p,,,,,,,,,,,,pays
        begin_group,avis,${m} en ${p},,,,field-list
        integer,note,La note
        end_group
        end_repeat
        end_repeat
    """)
    assert [(page.name, page.labels["fr"]) for page in form.pages[1:3]] == [
        ("avis_sncf_fr", "SNCF en France"),
        ("avis_sncf_de", "SNCF en Allemagne"),
    ]
    assert len(form.pages) == 1 + 3 * 2


def test_sections_pages_blocks_and_questions_that_share_a_word_exchange_their_places():
    form = read("""
        begin_group,s1,,,,,,,,,,rotate S
        begin_group,p1,Un,,,,field-list
        integer,q1,Un
        end_group
        begin_group,p2,Deux,,,,field-list
        integer,q2,Deux,,,,,,,,,shuffle Q
        integer,q3,Trois,,,,,,,,,shuffle Q
        begin_group,b,Bloc,,,,,,,,,flip
        integer,q4,Quatre
        end_group
        begin_group,c,Bloc,,,,,,,,,flip B
        integer,q5,Cinq
        end_group
        end_group
        end_group
    """)
    assert [page.order for page in form.pages[1:]] == [Order("rotate", "S", "s1")] * 2
    assert [question.order for question in form.pages[2].questions] == [
        Order("shuffle", "Q"),
        Order("shuffle", "Q"),
        Order("flip", "b"),
        Order("flip", "B", "c"),
    ]


PAGE = "begin_group,p,Une page,,,,field-list\n"
QUESTION = "integer,q,Combien ?\n"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (PAGE + QUESTION, ["survey:5:type: This is never closed: write end_group, or end_repeat, after its last question."]),
        (PAGE + QUESTION + "end_repeat\nend_group", ["survey:7:type: No loop is open here: write begin_repeat before it."]),
        ("end_group", ["survey:5:type: No page is open here: write begin_group before it."]),
        (QUESTION, ["survey:5:type: Outside any page: put it between begin_group and end_group."]),
        (
            PAGE + QUESTION + "begin_repeat,m,,,,,,,,,,,,marque\ninteger,r,Combien ?\nend_repeat\nend_group",
            ["survey:7:type: A loop inside a page: a loop holds pages, write it around them."],
        ),
        (
            PAGE + "begin_group,b,Bloc\nbegin_group,c,Bloc\ninteger,q,Combien ?\nend_group\nend_group\nend_group",
            ["survey:7:type: A block inside a block: close the first one with end_group before it."],
        ),
        (PAGE + QUESTION + "begin_group,b,Bloc\nend_group\nend_group", ["survey:7:name: This block is empty."]),
        (
            "begin_repeat,m,,,,,,,,,,,,marques\n" + PAGE + QUESTION + "end_group\nend_repeat",
            ["survey:5:over: Write the name of a list, or ${name} of an earlier question whose selected choices it goes through."],
        ),
        (
            PAGE + "integer,q_oui,Combien ?\nend_group\nbegin_repeat,m,,,,,,,,,,,,accord\nbegin_group,r,R,,,,field-list\n"
            + QUESTION + "end_group\nend_repeat",
            ["survey:10:name: “q_oui” is already the name of another row."],
        ),
        (PAGE.replace("list", "list,,,,,shuffle") + QUESTION + "end_group",
         ["survey:5:order: Give those that exchange their places a word to share: shuffle A."]),
        (PAGE + QUESTION.strip() + ",,,,,,,,,shuffle\nend_group",
         ["survey:6:order: Only choices change places without a word of their own: write shuffle A, and the same for those it exchanges places with."]),
        (PAGE.replace("list", "list,,,,,mix") + QUESTION + "end_group",
         ["survey:5:order: Write shuffle, rotate or flip, and a word that those who exchange their places share: shuffle A."]),
        (PAGE + "begin_group,b,Bloc,,,,,,,,,,cent\n" + QUESTION + "end_group\nend_group", ["survey:6:total: Write a number."]),
        (PAGE.replace("list", "list,,,,,,,,yes") + QUESTION + "end_group", ["survey:5:back: Write no, or nothing."]),
    ],
)  # fmt: skip
def test_what_stands_wrong_is_said(lines, said):
    assert mistakes(lines) == said
