"""Random small questionnaires, and the reference study, with random states and posts of their pages, for property tests."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from surveys.core.expressions import parse
from surveys.core.files import read_workbook
from surveys.core.questionnaire import Block, Choice, Order, Page, Question, Questionnaire
from surveys.core.reading import read_questionnaire
from surveys.core.workbook import Report
from surveys.form.answers import BOXES, CONFIRMATION
from surveys.form.pages import PageView

REFERENCE = Path(__file__).parents[2] / "surveys" / "samples" / "numerique-en-sante"
LANGUAGES = ("fr", "en")
NASTY = ("<script>alert(1)</script>", "{{7*7}}", "{% now %}", "${7*7}", "%(x)s", "{0.__class__}", "&amp;", '"><b', "‮abc", "🙂", "slot0z")
CHOICE_NAMES = ("1", "2", "0", "autre", "nsp", "18-24", "65+", "a&b", "<b>", "é", "x=y", "{{x}}", "a_b", "%41", "#7")

LIMITS = {
    "multiple": [("", ""), ("1", "2"), ("2", ""), ("", "1")],
    "ranking": [("", ""), ("2", ""), ("", "2"), ("", "99")],
    "integer": [("", ""), ("1", "12"), ("", "5"), ("13", "")],
    "decimal": [("", ""), ("0.5", "12.5")],
    "date": [("", ""), ("2023-01-01", "2023-12-31"), ("2024-01-01", "")],
    "text": [("", ""), ("3", "10")],
}

words = st.one_of(
    st.sampled_from(NASTY), st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12), st.just("Un libellé ordinaire")
)
sentences = st.one_of(words, st.just("Une question assez longue pour être un paragraphe plutôt qu’un titre. " * 3))


@cache
def reference() -> Questionnaire:
    """The reference study's questionnaire."""
    report = Report()
    questionnaire = read_questionnaire(read_workbook(REFERENCE), report)
    report.raise_if_any()
    return questionnaire


@st.composite
def questionnaires(draw) -> Questionnaire:
    """Two pages of up to four questions of any kind; labels may pipe, conditions may use whatever stands before."""
    lists = {name: draw(choice_lists()) for name in ("l1", "l2")}
    steps = [Choice(str(step), {"fr": str(step), "en": str(step)}, step) for step in range(11)]
    lists["note"] = (*steps, Choice("98", {"fr": "Ne sait pas", "en": "Don’t know"}, 98, frozenset({"dont_know"})))
    known: list[Question] = []
    pages = []
    for name in ("p1", "p2"):
        here = [draw(lines(f"{name}_q{number}", lists, known)) for number in range(draw(st.integers(1, 4)))]
        grid = st.sampled_from([frozenset(), frozenset({"table-list"})])
        totals = st.sampled_from([None, Decimal(12), Decimal("12.5")])
        blocks = {block: Block(block, draw(labels(known)), {}, draw(grid), draw(totals)) for block in ("b1", "b2")}
        pages.append(Page(name, draw(labels(known)), tuple(here), appearance=draw(grid), blocks=blocks))
    kind = draw(st.sampled_from(["", "demonstration"]))
    settings = {
        "form_title": draw(words),
        "sponsor": draw(words),
        "sponsor_quality": draw(words),
        "institute": draw(words),
        "data_kind": kind,
    }
    return Questionnaire("etude", "1", LANGUAGES, "fr", tuple(pages), lists, {}, settings)


@st.composite
def choice_lists(draw) -> tuple[Choice, ...]:
    """One to five choices with flags of every sort."""
    names = draw(st.lists(st.sampled_from(CHOICE_NAMES), min_size=1, max_size=5, unique=True))
    flags = st.sampled_from([set(), set(), {"exclusive"}, {"other"}, {"dont_know", "exclusive"}, {"refused"}])
    return tuple(Choice(name, draw(labels([])), code, frozenset(draw(flags))) for code, name in enumerate(names))


@st.composite
def labels(draw, known) -> dict[str, str]:
    """A text in both languages, which may repeat an earlier answer."""
    pipes = [f" ${{{question.name}}} " for question in known] + [" ${nobody} "]
    return {language: draw(sentences) + draw(st.sampled_from(["", *pipes])) for language in LANGUAGES}


@st.composite
def lines(draw, name, lists, known) -> Question:
    """One line of a page: a question of any kind, a note or a calculation; it is added to ``known``."""
    kind = draw(
        st.sampled_from(["single", "single", "multiple", "ranking", "integer", "decimal", "date", "text", "note", "calculate", "hidden"])
    )
    list_name = draw(st.sampled_from(sorted(lists))) if kind in ("single", "multiple", "ranking") else ""
    entered = kind in ("integer", "decimal", "date", "text")
    low, high = draw(st.sampled_from(LIMITS[kind])) if kind in LIMITS else ("", "")
    condition = parse(draw(conditions(known))) if known and draw(st.booleans()) else None
    hints = draw(
        st.sampled_from([{}, {"fr": "ans", "en": "years"}, {"fr": "0 : nul ; 10 : parfait", "en": "0: poor; 10: great"}, NASTY[:1]])
    )
    question = Question(
        name=name,
        kind=kind,
        labels=draw(labels(known)),
        hints=hints if isinstance(hints, dict) else dict.fromkeys(LANGUAGES, hints[0]),
        list_name=list_name,
        choices=draw(some_filtered(lists.get(list_name, ()), known)),
        required=draw(st.booleans()),
        relevant=condition,
        constraint=parse(". != '13' and . <= 120") if kind in ("integer", "text") and draw(st.booleans()) else None,
        constraint_messages=draw(st.sampled_from([{}, dict.fromkeys(LANGUAGES, NASTY[0])])),
        calculation=parse(f"if({draw(conditions(known))}, '1', '2')") if kind == "calculate" else None,
        appearance=frozenset(draw(st.sampled_from([(), ("minimal",), ("likert",), ("multiline",)]))),
        block=draw(st.sampled_from(["", "", "b1", "b2"])),
        order=draw(st.sampled_from([None, None, Order("shuffle", "o"), Order("flip", "o2")])),
        minimum=low,
        maximum=high,
        steps=draw(st.sampled_from([(), ("0", "1", "2"), ("0", "0.5", "1")])) if kind in ("integer", "decimal") else (),
        format=draw(st.sampled_from(["", "email", "postcode"])) if kind == "text" else "",
        soft_constraint=parse(". != '12' and . != 'a@b.fr'") if entered and draw(st.booleans()) else None,
        soft_messages=draw(st.sampled_from([{}, dict.fromkeys(LANGUAGES, NASTY[0])])),
        choice_order=draw(st.sampled_from(("", "shuffle", "rotate", "flip"))),
        dont_know="NSP" if entered and draw(st.booleans()) else "",
        refused="REFUS" if entered and draw(st.booleans()) else "",
    )
    known.append(question)
    return question


@st.composite
def some_filtered(draw, choices, known):
    """The choices, some of them offered only under a condition on what stands before."""
    if not known or not draw(st.booleans()):
        return choices
    return tuple(replace(choice, relevant=parse(draw(conditions(known)))) if draw(st.booleans()) else choice for choice in choices)


@st.composite
def conditions(draw, known) -> str:
    """A condition on earlier questions, as an author writes it."""
    if not known:
        return "1 = 1"
    name, value = draw(st.sampled_from([question.name for question in known])), draw(st.sampled_from(CHOICE_NAMES[:5]))
    forms = [f"${{{name}}} = '{value}'", f"selected(${{{name}}}, '{value}')", f"not(${{{name}}} = '{value}')", f"${{{name}}} > 3"]
    forms.append(f"{forms[0]} or {forms[1]}")
    return draw(st.sampled_from(forms))


@st.composite
def answers_to(draw, questionnaire: Questionnaire) -> dict[str, object]:
    """Answers to any questions of the questionnaire, right and wrong."""
    answers = {}
    for question in questionnaire.questions.values():
        names = [choice.name for choice in question.choices] or ["12"]
        plain = st.one_of(st.sampled_from(names), words, st.just("NSP"), st.just(""))
        several = st.lists(st.sampled_from(names), max_size=4, unique=True).map(tuple)
        if draw(st.booleans()):
            answers[question.name] = draw(several if question.kind in ("multiple", "ranking") else plain)
    return answers


@st.composite
def views(draw, questionnaire: Questionnaire, page: Page) -> PageView:
    """A state in which the page may have to be shown."""
    names = st.sampled_from(["", *(question.name for question in page.asked)])
    offered = {"fr": "?lang=fr&x=1", "en": "?lang=en"}
    return PageView(
        action=draw(st.sampled_from(["/i/jeton/page/", '/s/x/?a="&lang=fr'])),
        request_id=draw(st.uuids().map(str)),
        answers=draw(answers_to(questionnaire)),
        errors=draw(st.dictionaries(names, words, max_size=3)),
        doubted=draw(st.frozensets(names, max_size=2)),
        confirmed=draw(st.frozensets(names, max_size=2)),
        order_seed=draw(st.sampled_from(["", "7", "personne"])),
        back=draw(st.sampled_from(["", "/i/jeton/avant/"])),
        progress=draw(st.sampled_from([None, 0, 37, 100])),
        languages=draw(st.sampled_from([{}, offered, {"en": "?lang=en"}])),
        is_test=draw(st.booleans()),
        notice=draw(st.sampled_from(["", "Une <annonce>"])),
        closing=draw(st.booleans()),
    )


@st.composite
def posts(draw, questionnaire: Questionnaire, page: Page) -> dict[str, list[str]]:
    """What a browser, or somebody who writes the request by hand, may post to the page."""
    post: dict[str, list[str]] = {}
    careful = draw(st.booleans())
    for question in page.asked:
        names = [choice.name for choice in question.choices]
        value = st.one_of(st.sampled_from([*names, ""]), ODD_VALUES)
        most = 3 if question.kind == "ranking" else 1
        likely = st.lists(st.sampled_from(names or LIKELY.get(question.kind, LIKELY["text"])), min_size=1, max_size=most)
        post[question.name] = draw(likely if careful else st.one_of(likely, st.lists(value, max_size=4)))
        for suffix in (*BOXES, CONFIRMATION):
            if draw(st.integers(0, 9 if careful else 2)) == 0:
                post[question.name + suffix] = draw(st.lists(st.sampled_from(["1", "", "x\0"]), max_size=2))
    if not careful and draw(st.integers(0, 4)) == 0:
        post[draw(st.sampled_from([*questionnaire.questions, "state", "wave_id", "request_id"]))] = ["1"]
    return {name: values for name, values in post.items() if values}


LIKELY = {
    "integer": ["12", "", "13", "1"],
    "decimal": ["12", "12,5", "0.5", ""],
    "date": ["2023-11-22", "31/12/2023", "2023-02-29", ""],
    "text": ["12", "", "13", "NSP", "a@b.fr", "75 011"],
}
ODD_VALUES = st.one_of(
    st.sampled_from(
        ["9" * 5_000, "-0", "007", "1e3", "٣", "½", " 12 ", "12\r\n", "\0", "a\0b", "\ud800", "x" * 4_001, "13", "-5", "+5", "None"]
    ),
    words,
    st.text(max_size=5),
)
