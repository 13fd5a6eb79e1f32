"""Which control a question is answered with, and the order and addresses of its options."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal
from urllib.parse import quote

from surveys.core import drawing
from surveys.core.drawing import Draw
from surveys.core.expressions import Expression, holds
from surveys.core.questionnaire import Choice, Page, Question
from surveys.form.finding import is_searched
from surveys.form.searching import first_pick
from surveys.form.slots import Order, PageView, Slot

Control = Literal["choices", "list", "scale", "ranking", "number", "date", "line", "text", "search"]
GROUPS = ("choices", "scale", "ranking", "search")  # of several fields, which the question's legend names together
SHORTEST_SCALE = 5  # steps
LONGEST_STEP = 4  # characters that a step 44 pixels wide can hold
LONGEST_UNIT = 12  # characters; a number's hint this short is its unit, and stands beside it
SCALE_ENDS = re.compile(r"(\S+\s*:[^;]+?)\s*;\s*(\S+\s*:.+)")
TEST = re.compile(r"\$\{([\w.-]+)\}\s*=\s*'([^']*)'|selected\(\s*\$\{([\w.-]+)\}\s*,\s*'([^']*)'\s*\)")


def control_of(question: Question) -> Control:
    """Say which control a question is answered with."""
    if question.kind == "text":
        return "text" if "multiline" in question.appearance else "line"
    if question.is_number:
        return "scale" if question.steps else "number"
    if question.kind == "date":
        return "date"
    if question.kind == "ranking":
        return "ranking"
    if is_searched(question):
        return "search"
    if question.kind == "single" and "minimal" in question.appearance:
        return "list"
    return "scale" if question.kind == "single" and _is_scale(question) else "choices"


def options_of(question: Question) -> Sequence[Choice]:
    """Return what a question offers to choose among: its choices, or the steps of its scale."""
    if question.steps:
        return tuple(Choice(step, dict.fromkeys(question.labels, step), 0) for step in question.steps)
    return question.choices


def grid_runs(page: Page, questions: Sequence[Question]) -> list[tuple[Question, ...]]:
    """Return the ``questions`` of a page or of one of its blocks in order, those to be shown as one grid together.

    On a grid page or block these are consecutive questions of one kind, on the same list or the same steps.
    """
    runs: list[tuple[Question, ...]] = []
    for question in questions:
        if runs and _is_in_grid(page, question) and _column_heads(runs[-1][-1]) == _column_heads(question) != ():
            runs[-1] += (question,)
        else:
            runs.append((question,))
    return runs


def _is_in_grid(page: Page, question: Question) -> bool:
    return page.blocks[question.block].is_grid if question.block in page.blocks else page.is_grid


def _column_heads(question: Question) -> tuple[object, ...]:
    """What two rows of a grid have in common; () cannot be a row."""
    if question.kind in ("single", "multiple"):
        return question.kind, question.list_name, question.block
    return ("steps", question.steps, question.block) if question.steps and not question.boxes else ()


def choice_order(question: Question) -> Order:
    """Return, for a view, the positions of the question's choices in the order in which its person sees them."""
    if not question.choice_order:
        return lambda view: range(len(options_of(question)))
    return lambda view: drawing.choice_order(question, Draw(view.order_seed))


def first_control(question: Question) -> Slot:
    """Return the slot for the address, within the page, of the question's first control."""
    if control_of(question) == "search":
        return first_pick(question)
    if control_of(question) == "ranking":
        return lambda view: f"#id_{question.name}:1"
    if control_of(question) not in GROUPS:
        return lambda view: f"#id_{question.name}"
    order, options = choice_order(question), options_of(question)
    addresses = [f"#{quote(option_id(question, option), safe=':')}" for option in options]

    def address(view: PageView) -> str:
        shown = (position for position in order(view) if is_offered(options[position], view))
        return addresses[next(shown, 0)]

    return address


def is_offered(choice: Choice, view: PageView) -> bool:
    """Say whether a choice is on offer in a view."""
    return choice.relevant is None or holds(choice.relevant, view.answers)


def depends_on(page: Page, condition: Expression | None) -> bool:
    """Say whether a condition looks at answers of the page itself."""
    return condition is not None and any(question.name in condition.variables for question in page.questions)


def option_id(question: Question, choice: Choice) -> str:
    """Return the identifier of an option's control; no name of a question holds a colon, so none can be taken for another."""
    return f"id_{question.name}:{choice.name}"


def scale_ends(question: Question, hint: str) -> tuple[str, str] | None:
    """Return the two ends that a hint gives a scale: "0: poor; 10: excellent" → ("0: poor", "10: excellent").

    The steps of a range may have ends without their numbers: "Cheap; Expensive".
    """
    found = SCALE_ENDS.fullmatch(hint)
    if found is None and question.steps and hint.count(";") == 1:
        left, _, right = hint.partition(";")
        return left.strip(), right.strip()
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
