"""Which control a question is answered with, and the order and addresses of its options."""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import quote

from surveys.core import drawing
from surveys.core.drawing import Draw
from surveys.core.questionnaire import Choice, Page, Question
from surveys.searching import first_pick, is_searched
from surveys.slots import Order, Slot

Control = Literal["choices", "list", "scale", "number", "text", "search"]
SHORTEST_SCALE = 5  # steps
LONGEST_STEP = 4  # characters that a step 44 pixels wide can hold
LONGEST_UNIT = 12  # characters; a number's hint this short is its unit, and stands beside it
SCALE_ENDS = re.compile(r"(\S+\s*:[^;]+?)\s*;\s*(\S+\s*:.+)")
TEST = re.compile(r"\$\{([\w.-]+)\}\s*=\s*'([^']*)'|selected\(\s*\$\{([\w.-]+)\}\s*,\s*'([^']*)'\s*\)")


def control_of(question: Question) -> Control:
    """Say which control a question is answered with."""
    if question.kind in ("integer", "text"):
        return "number" if question.kind == "integer" else "text"
    if is_searched(question):
        return "search"
    if question.kind == "single" and "minimal" in question.appearance:
        return "list"
    return "scale" if question.kind == "single" and _is_scale(question) else "choices"


def grid_runs(page: Page) -> list[tuple[Question, ...]]:
    """Return the page's questions in order, those to be shown as one grid together.

    On a grid page these are consecutive single questions on the same list.
    """
    runs: list[tuple[Question, ...]] = []
    for question in page.questions:
        last = runs[-1][-1] if runs else None
        if page.is_grid and last is not None and question.kind == last.kind == "single" and question.list_name == last.list_name:
            runs[-1] += (question,)
        else:
            runs.append((question,))
    return runs


def choice_order(question: Question) -> Order:
    """Return, for a view, the positions of the question's choices in the order in which its person sees them."""
    if not question.choice_order:
        return lambda view: range(len(question.choices))
    return lambda view: drawing.choice_order(question, Draw(view.order_seed))


def first_control(question: Question, language: str) -> Slot:
    """Return the slot for the address, within the page, of the question's first control."""
    if is_searched(question):
        return first_pick(question, language)
    if control_of(question) in ("list", "number", "text"):
        return lambda view: f"#id_{question.name}"
    order = choice_order(question)
    addresses = [f"#{quote(option_id(question, choice), safe=':')}" for choice in question.choices]
    return lambda view: addresses[order(view)[0]]


def option_id(question: Question, choice: Choice) -> str:
    """Return the identifier of an option's control; no name of a question holds a colon, so none can be taken for another."""
    return f"id_{question.name}:{choice.name}"


def scale_ends(hint: str) -> tuple[str, str] | None:
    """Return the two ends that a hint gives a scale: "0: poor; 10: excellent" → ("0: poor", "10: excellent")."""
    found = SCALE_ENDS.fullmatch(hint)
    return (found[1], found[2]) if found else None


def opening_answers(question: Question) -> str:
    """Return the answers that open a question on its page, as "q6=other q7=1"; '' when its condition is not that simple."""
    text = question.relevant.text if question.relevant else ""
    if not all(TEST.fullmatch(part.strip()) for part in text.split(" or ")):
        return ""
    return " ".join(f"{found[1] or found[3]}={found[2] or found[4] or ''}" for found in TEST.finditer(text))


def _is_scale(question: Question) -> bool:
    steps = [choice for choice in question.choices if choice.is_valid_answer]
    labels = [label for step in steps for label in step.labels.values()]
    if "likert" in question.appearance:
        return all(len(label) <= LONGEST_STEP for label in labels)
    return len(steps) >= SHORTEST_SCALE and all(label.isdecimal() for label in labels)
