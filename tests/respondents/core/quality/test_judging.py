"""All the rules together on one interview: attention, contradictions, and what two interviews share."""

import pytest

from respondents.core.quality.cases import Case
from respondents.core.quality.judging import Judge
from respondents.core.quality.rules import SHEET, Contradiction, Rules, Speeder, StraightLine, read_rules
from respondents.core.quality.times import PageTime
from surveys.core.expressions import parse
from surveys.core.workbook import Report
from tests.respondents.core.quality.forms import SURVEY, form, grid
from tests.worlds import sheet

FORM = form()
CAREFUL = {
    "uses": "oui", "years": "44", "why": "Parce que c’est plus simple que d’attendre au téléphone", "trap": "2", "colours": ("bleu", "vert"),
    **grid("v", "1 2 1 4 5"), **grid("m", "7 8 6 7 9"),
}  # fmt: skip


def found(rules=None, **answers):
    judge = Judge(FORM, rules or Rules(), {"usages": PageTime(40, 10, 30, 60)}, 40)
    return [(each.rule, each.subject) for each in judge.findings(Case({**CAREFUL, **answers}, {"usages": 30}, "fr"))]


def marks(rules=None, **answers):
    return {mark: each.rule for mark, each in Judge(FORM, rules or Rules(), {}, 40).marks(Case({**CAREFUL, **answers})).items()}


def test_nothing_is_found_in_a_careful_interview():
    assert found() == []


@pytest.mark.parametrize(("answers", "subjects"), [
    ({"trap": "1"}, ["trap"]), ({"trap": ""}, []), ({"colours": ("bleu",)}, ["colours"]),
    ({"colours": ("bleu", "vert", "rouge")}, ["colours"]), ({"colours": ("vert", "bleu")}, []), ({"colours": ()}, []),
])  # fmt: skip
def test_an_attention_question_wants_what_it_says(answers, subjects):
    assert found(**answers) == [("attention", name) for name in subjects]


def test_an_attention_question_of_a_form_names_possible_answers():
    from surveys.core.checks import check_workbook
    from tests.respondents.core.quality.forms import BASES, CHOICES
    from tests.worlds import study

    _, report = check_workbook(study(survey=SURVEY.replace(",,,,,,2\n", ",,,,,,7\n"), choices=CHOICES, bases=BASES))
    assert [str(mistake) for mistake in report.mistakes] == ["survey:28:attention: “7” is no possible answer to trap."]


def test_a_contradiction_is_what_the_study_says_it_is():
    rules = Rules(contradictions=(Contradiction("young", parse("${years} < 18 and ${uses} = 'oui'"), {}),))
    assert found(rules, years="12") == [("rule:young", "")]
    assert found(rules, years="12", uses="non") == []


def test_a_contradiction_about_a_question_of_another_version_is_none():
    assert found(Rules(contradictions=(Contradiction("old", parse("${gone} = ''"), {}),))) == []


def test_the_same_words_are_told_whatever_their_case_and_accents():
    louder = marks(why="PARCE QUE C'EST PLUS SIMPLE, QUE D’ATTENDRE AU TELEPHONE !")
    assert louder.keys() & marks().keys() == {mark for mark, rule in marks().items() if rule == "same_text"}
    assert len(marks().keys() & marks(why="Parce que c’est moins simple que d’attendre au téléphone").keys()) == 0


def test_short_answers_may_be_the_same_words():
    assert "same_text" not in marks(why="Je ne sais pas trop").values()


def test_twins_need_many_answers_and_all_the_same():
    few = Rules(identical=Rules.identical.__class__(answers=14))
    assert "identical" in marks(few).values()
    assert "identical" not in marks().values()  # fourteen answers may be the same by chance
    assert not {m for m, rule in marks(few).items() if rule == "identical"} & marks(few, m5="1").keys()
    assert {m for m, rule in marks(few).items() if rule == "identical"} <= marks(few, why="Autre chose").keys()


def rules_of(text):
    report = Report()
    return read_rules(sheet(SHEET, text), ("fr", "en"), report), [str(mistake) for mistake in report.mistakes]


def test_a_study_without_the_sheet_has_every_rule():
    assert read_rules((), ("fr", "en"), Report()) == Rules()
    assert Rules().speeder == Speeder(share=1 / 3, completes=30)


def test_the_sheet_changes_parameters_switches_off_and_adds_contradictions():
    rules, mistakes = rules_of("""
        rule,name,parameters,condition,label::Français (fr),label::English (en)
        speeder,,share=0.4 completes=50,,,
        straight_line,,"rows=6 spread=0.25 reversed=v4,v5",,,
        identical,,off,,,
        consistency,young,,${years} < 18,Trop jeune,Too young
    """)
    assert mistakes == []
    assert rules.speeder == Speeder(0.4, 50)
    assert rules.straight_line == StraightLine(6, 0.25, 1, ("v4", "v5"))
    assert rules.identical is None
    assert [(each.rule, each.labels["en"]) for each in rules.contradictions] == [("rule:young", "Too young")]


def test_every_mistake_of_the_sheet_is_named():
    _, mistakes = rules_of("""
        rule,name,parameters,condition,label::Français (fr),label::English (en)
        speeder,,share=fast,,,
        speeder,,,,,
        quickness,,,,,
        gibberish,,surprise=-1 characters=2.5,,,
        attention,,rows=3,,,
        consistency,,,${years} <,Trop jeune,
    """)
    assert mistakes == [
        "quality:2:parameters: “share=fast”: write off, or some of these with a number: share=0.333 completes=30.",
        "quality:3:rule: The same rule stands above.",
        "quality:4:rule: “quickness” is not a known rule; known: speeder, rushing, straight_line, attention, device, gibberish, same_text, identical, consistency.",
        "quality:5:parameters: “surprise=-1”: write off, or some of these with a number: characters=2 surprise=7.",
        "quality:5:parameters: “characters=2.5”: write off, or some of these with a number: characters=2 surprise=7.",
        "quality:6:parameters: “rows=3”: write off, or some of these with a number: –.",
        mistakes[6],
        "quality:7:label::English (en): The text is missing in this language.",
        "quality:7:name: This cell must be filled in.",
    ]
    assert mistakes[6].startswith("quality:7:condition: At character")
