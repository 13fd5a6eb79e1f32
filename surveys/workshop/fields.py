"""What can be filled in for each type of line: the columns that make sense for it, in the words of a pollster."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _l


class Column(NamedTuple):
    """A column of a sheet as a field: what it is called, how it is typed in, and what is said under it.

    ``way``: line, text (several lines), texts (one per language), condition, tick, or choice among ``options``.
    """

    label: Promise
    way: str = "line"
    help: Promise | str = ""
    options: tuple[tuple[str, Promise | str], ...] = ()


TYPES: dict[str, Promise] = {
    "select_one": _l("One answer among a list"),
    "select_multiple": _l("Several answers among a list"),
    "rank": _l("Ranking of a list"),
    "integer": _l("Whole number"),
    "decimal": _l("Number with decimals"),
    "range": _l("Scale from one number to another"),
    "date": _l("Date"),
    "text": _l("Open text"),
    "note": _l("Text to read, without answer"),
    "calculate": _l("Calculation, not shown"),
    "hidden": _l("Panel variable, passed in the link"),
}
GROUPS: dict[str, Promise] = {
    "page": _l("Page"),
    "block": _l("Block of questions, or grid"),
    "section": _l("Section of several pages"),
    "loop": _l("Loop: the same pages for each choice"),
}
WITH_LIST = ("select_one", "select_multiple", "rank", "calculate")

_ORDERS = (("", _l("As written")), ("shuffle", _l("Shuffled for each person")), ("rotate", _l("Rotated for each person")),
           ("flip", _l("One way or the other")))  # fmt: skip
COLUMNS: dict[str, Column] = {
    "name": Column(_l("Name"), help=_l("Short and without blank, such as q1: conditions and files call it so.")),
    "label": Column(_l("Wording"), "texts"),
    "hint": Column(_l("Hint under the wording"), "texts"),
    "media::image": Column(_l("Image"), help=_l("The name of a file of the study’s media.")),
    "relevant": Column(_l("Asked only if"), "condition", _l("Empty: it is asked of everybody.")),
    "calculation": Column(_l("What is calculated"), "condition"),
    "split": Column(_l("Split sample"), "choice", options=(("", _l("No")), ("equal", _l("Each person gets one of the list’s groups, equal in size")))),
    "required": Column(_l("An answer is required"), "tick"),
    "sensitive": Column(_l("Sensitive question"), "tick", _l("A required sensitive question must offer a don’t know and a refusal.")),
    "min": Column(_l("At least"), help=_l("A number or a date; for a list, how many choices; for a text, how many characters.")),
    "max": Column(_l("At most")),
    "parameters": Column(_l("Parameters"), help=_l("For a scale: start=0 end=10 step=1.")),
    "appearance": Column(_l("Appearance")),
    "order": Column(_l("Order of the choices"), "choice", options=_ORDERS),
    "choice_filter": Column(_l("Choices offered only if"), "condition", _l("“name” is each choice in turn: selected(${q1}, name) offers what was ticked in q1.")),
    "dont_know": Column(_l("Code of the “don’t know” box"), help=_l("Such as NSP. Empty: no box.")),
    "refused": Column(_l("Code of the “prefer not to say” box"), help=_l("Such as REFUS. Empty: no box.")),
    "constraint": Column(_l("The answer must satisfy"), "condition", _l("A dot is the answer: . &gt;= 18")),
    "constraint_message": Column(_l("What is said otherwise"), "texts"),
    "soft_constraint": Column(_l("Ask “are you sure?” unless"), "condition"),
    "soft_constraint_message": Column(_l("What is then asked"), "texts"),
    "ends_if": Column(_l("The interview ends if"), "condition", _l("A dot is the answer: . = 'non'")),
    "ends_as": Column(_l("It then counts as"), "choice", options=(("", "–"), ("screened_out", _l("Outside the target")), ("refused", _l("Refusal")))),
    "total": Column(_l("The numbers must add up to"), help=_l("Such as 100. Empty: no total.")),
    "over": Column(_l("Gone through for each choice of"), help=_l("The name of a list, or ${name} of an earlier question: its ticked choices only.")),
    "back": Column(_l("Earlier pages can still be changed"), "choice", options=(("", _l("Yes")), ("no", _l("No, from this page on")))),
}  # fmt: skip
SHARED_ORDER = Column(
    _l("Changes places by person"), help=_l("shuffle A, rotate A or flip A: those that write the same word exchange their places.")
)
CODE_ORDER = Column(_l("Order of its rows"), help=_l("shuffle, rotate or flip; with a word (shuffle A) the block changes places as a whole."))

FIELDSETS: tuple[tuple[Promise, tuple[str, ...]], ...] = (
    (_l("What is asked"), ("type", "list", "label", "hint", "media::image", "over")),
    (_l("Who is asked"), ("relevant",)),
    (_l("How it is answered"), ("calculation", "split", "required", "sensitive", "parameters", "min", "max", "total", "appearance",
                                "order", "choice_filter", "dont_know", "refused", "back")),
    (_l("What is checked"), ("constraint", "constraint_message", "soft_constraint", "soft_constraint_message")),
    (_l("When it ends the interview"), ("ends_if", "ends_as")),
    (_l("What files and conditions call it"), ("name",)),
)  # fmt: skip

_ASKED = "name label hint media::image relevant required sensitive constraint constraint_message soft_constraint soft_constraint_message ends_if ends_as".split()
_BOXED = [*_ASKED, "dont_know", "refused"]
SENSIBLE: dict[str, list[str]] = {
    "select_one": [*_ASKED, "appearance", "order", "choice_filter"],
    "select_multiple": [*_ASKED, "min", "max", "order", "choice_filter"],
    "rank": [*_ASKED, "min", "max", "order", "choice_filter"],
    "integer": [*_BOXED, "min", "max"],
    "decimal": [*_BOXED, "min", "max"],
    "range": [*_BOXED, "parameters"],
    "date": [*_BOXED, "min", "max"],
    "text": [*_BOXED, "min", "max", "appearance"],
    "note": ["name", "label", "media::image", "relevant"],
    "calculate": ["name", "relevant", "calculation", "split", "ends_if", "ends_as"],
    "hidden": ["name", "parameters", "ends_if", "ends_as"],
    "page": ["name", "label", "relevant", "appearance", "order", "back"],
    "block": ["name", "label", "hint", "relevant", "appearance", "total", "order"],
    "section": ["name", "label", "relevant", "order"],
    "loop": ["name", "label", "over", "relevant", "order"],
}
APPEARANCES: dict[str, tuple[tuple[str, Promise | str], ...]] = {
    "select_one": (("", _l("Buttons, one under the other")), ("minimal", _l("Drop-down list")), ("autocomplete", _l("List with a search")),
                   ("likert", _l("Scale on one line")), ("consent", _l("Consent of the person"))),
    "text": (("", _l("One line")), ("multiline", _l("Several lines")), ("email", _l("E-mail address")), ("postcode", _l("Postcode"))),
    "page": (("field-list", _l("Questions one under the other")), ("field-list table-list", _l("Questions on one list as a grid"))),
    "block": (("", _l("Questions one under the other")), ("table-list", _l("Grid: questions on one list in a table"))),
}  # fmt: skip
