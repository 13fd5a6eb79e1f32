"""Questionnaires at random: filters, draws, carry-forward, loops, endings and pages that close those before; and walks through them."""

from __future__ import annotations

from functools import lru_cache

from hypothesis import strategies as st

from respondents.core.route import follow
from surveys.core.questionnaire import Questionnaire
from tests.surveys.forms_of_every_kind import read

ANSWERS = {"single": ("sncf", "db", "autre", "aucune"), "integer": ("0", "5", "17"), "multiple": ("sncf", "db", "autre", "aucune")}


def _condition(number: int, chosen: int) -> str:
    """A condition on an earlier question, or none."""
    if number == 0 or chosen == 0:
        return ""
    earlier = (chosen - 1) % number
    kind = _kind(earlier)
    if kind == "multiple":
        return f"selected(${{q{earlier}}}, 'db')"
    return f"${{q{earlier}}} = 'sncf'" if kind == "single" else f"not(${{q{earlier}}} > 4)"


def _kind(number: int) -> str:
    return ("multiple", "single", "integer")[number % 3]


def _line(number: int, chosen: int) -> str:
    kind, condition = _kind(number), _condition(number, chosen)
    relevant = f'"{condition}"' if condition and chosen % 2 else ""
    required = "yes" if chosen % 3 else ""
    if kind == "integer":
        ending = ". = 17,screened_out" if chosen % 5 == 4 else ","
        return f"integer,q{number},Q{number},{required},{relevant}" + "," * 12 + ending
    earlier = next((each for each in range(number) if _kind(each) == "multiple"), None)
    choice_filter = f'"selected(${{q{earlier}}}, name)"' if earlier is not None and chosen % 4 == 3 else ""
    order = ("", "shuffle", "rotate", "flip")[chosen % 4]
    word = "select_one" if kind == "single" else "select_multiple"
    return f"{word} marque,q{number},Q{number},{required},{relevant},,,,{choice_filter},,,{order}"


@lru_cache(maxsize=500)
def _form(pages: tuple[tuple[int, tuple[int, ...]], ...]) -> Questionnaire:
    lines, number = [], 0
    for index, (chosen, questions) in enumerate(pages):
        condition = _condition(number, chosen)
        relevant = f'"{condition}"' if condition else ""
        order = ("", "shuffle A", "rotate B", "flip C", "")[chosen % 5]
        back = "no" if chosen % 7 == 6 and not order else ""
        looped = chosen % 6 == 5 and number > 0
        if looped:
            lines.append(f"begin_repeat,tour{index},Tour{index},,,,,,,,,shuffle,,${{q0}}")
        lines.append(f"begin_group,page{index},Page {index},,{relevant},,field-list,,,,,{order},,,{back}")
        for question in questions:
            lines.append(_line(number, 0 if looped else question))
            number += 1
        lines.append("end_group")
        if looped:
            lines.append("end_repeat")
            number -= len(questions)
            lines = _renamed(lines, index, questions)
            number += 0
    return read("\n".join(lines))


def _renamed(lines: list[str], index: int, questions: tuple[int, ...]) -> list[str]:
    """What is asked in a loop has names of its own: nothing after it can depend on one of its turns."""
    inside = len(questions) + 1  # and the end of the page
    head, loop, tail = lines[: -inside - 1], lines[-inside - 1 : -2], lines[-2:]
    return [*head, *(line.replace(",q", f",tour{index}_q", 1).replace(",Q", ",Tour", 1) for line in loop), *tail]


pages = st.lists(
    st.tuples(st.integers(0, 30), st.lists(st.integers(0, 40), min_size=1, max_size=4).map(tuple)), min_size=1, max_size=8
).map(tuple)
forms = pages.map(_form)


def answer_page(data, questionnaire: Questionnaire, name: str) -> dict[str, object]:
    """Draw the answers of a page as its form would accept them: what is required is given, nothing else must be."""
    page = questionnaire.page_by_name[name]
    given: dict[str, object] = {}
    for question in page.asked:
        if question.is_consent:
            given[question.name] = "oui"
        elif question.kind == "multiple":
            ticked = data.draw(st.sets(st.sampled_from(ANSWERS["multiple"]), min_size=int(question.required)))
            given[question.name] = tuple(choice for choice in ANSWERS["multiple"] if choice in ticked)
        else:
            offered = ANSWERS[question.kind] if question.required else ("", *ANSWERS[question.kind])
            given[question.name] = data.draw(st.sampled_from(offered))
    return given


def usable(questionnaire: Questionnaire, saved, name: str, given, draw):
    """Return the answers with, where a required one would not count, another on offer; the form would insist on it."""
    route = follow(questionnaire, {**saved, name: given}, draw)
    if route.current != name:
        return given
    fixed = dict(given)
    for question in questionnaire.page_by_name[name].asked:
        if question.choices and not route.answers.get(question.name):
            for choice in question.choices:
                trial = {**fixed, question.name: (choice.name,) if question.kind == "multiple" else choice.name}
                if follow(questionnaire, {**saved, name: trial}, draw).answers.get(question.name):
                    fixed = trial
                    break
    return fixed
