"""What can be filled in for each type of line: the columns that make sense for it, in the words of a pollster."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Column(NamedTuple):
    """A column of a sheet as a field: what it is called, how it is typed in, and what is said under it.

    ``way``: line, text (several lines), texts (one per language), condition, tick, or choice among ``options``.
    """

    label: Promise | str
    way: str = "line"
    help: Promise | str = ""
    options: tuple[tuple[str, Promise | str], ...] = ()


TYPES: dict[str, Promise] = {
    "select_one": _("One answer among a list"),
    "select_multiple": _("Several answers among a list"),
    "rank": _("Ranking of a list"),
    "integer": _("Whole number"),
    "decimal": _("Number with decimals"),
    "range": _("Scale from one number to another"),
    "date": _("Date"),
    "text": _("Open text"),
    "note": _("Text to read, without answer"),
    "calculate": _("Calculation, not shown"),
    "hidden": _("Panel variable, passed in the link"),
}
GROUPS: dict[str, Promise] = {
    "page": _("Page"),
    "block": _("Block of questions, or grid"),
    "section": _("Section of several pages"),
    "loop": _("Loop: the same pages for each choice"),
}
WITH_LIST = ("select_one", "select_multiple", "rank", "calculate")

_ORDERS = (("", _("As written")), ("shuffle", _("Shuffled for each person")), ("rotate", _("Rotated for each person")),
           ("flip", _("One way or the other")))  # fmt: skip
COLUMNS: dict[str, Column] = {
    "name": Column(_("Name"), help=_("Short and without blank, such as q1: conditions and files call it so.")),
    "label": Column(_("Wording"), "texts"),
    "hint": Column(_("Hint under the wording"), "texts"),
    "media::image": Column(_("Image"), help=_("The name of a file of the study’s media.")),
    "relevant": Column(_("Asked only if"), "condition", _("Empty: it is asked of everybody.")),
    "calculation": Column(_("What is calculated"), "condition"),
    "split": Column(_("Split sample"), "choice", options=(("", _("No")), ("equal", _("Each person gets one of the list’s groups, equal in size")), ("least-filled", _("Each person gets the group that lags furthest behind its quota")))),
    "required": Column(_("An answer is required"), "tick"),
    "sensitive": Column(_("Sensitive question"), "tick", _("A required sensitive question must offer a don’t know and a refusal.")),
    "min": Column(_("At least"), help=_("A number or a date; for a list, how many choices; for a text, how many characters.")),
    "max": Column(_("At most")),
    "parameters": Column(_("Parameters"), help=_("For a scale: start=0 end=10 step=1.")),
    "appearance": Column(_("Appearance")),
    "order": Column(_("Order of the choices"), "choice", options=_ORDERS),
    "choice_filter": Column(_("Choices offered only if"), "condition", _("“name” is each choice in turn: selected(${q1}, name) offers what was ticked in q1.")),
    "dont_know": Column(_("Code of the “don’t know” box"), help=_("Such as NSP. Empty: no box.")),
    "refused": Column(_("Code of the “prefer not to say” box"), help=_("Such as REFUS. Empty: no box.")),
    "constraint": Column(_("The answer must satisfy"), "condition", _("A dot is the answer: . >= 18")),
    "constraint_message": Column(_("What is said otherwise"), "texts"),
    "soft_constraint": Column(_("Ask “are you sure?” unless"), "condition"),
    "soft_constraint_message": Column(_("What is then asked"), "texts"),
    "attention": Column(_("Right answers, if it says what to answer"), help=_("Names of choices: any other answer is flagged for a person to review.")),
    "ends_if": Column(_("The interview ends if"), "condition", _("A dot is the answer: . = 'non'")),
    "ends_as": Column(_("It then counts as"), "choice", options=(("", "–"), ("screened_out", _("Outside the target")), ("refused", _("Refusal")))),
    "total": Column(_("The numbers must add up to"), help=_("Such as 100. Empty: no total.")),
    "over": Column(_("Gone through for each choice of"), help=_("The name of a list, or ${name} of an earlier question: its ticked choices only.")),
    "back": Column(_("Earlier pages can still be changed"), "choice", options=(("", _("Yes")), ("no", _("No, from this page on")))),
}  # fmt: skip
SHARED_ORDER = Column(
    _("Changes places by person"), help=_("shuffle A, rotate A or flip A: those that write the same word exchange their places.")
)
CODE_ORDER = Column(_("Order of its rows"), help=_("shuffle, rotate or flip; with a word (shuffle A) the block changes places as a whole."))

FLAGS: tuple[tuple[str, Promise], ...] = (
    ("exclusive", _("Excludes the others")),
    ("other", _("Other, please specify")),
    ("dont_know", _("Don’t know")),
    ("refused", _("Refusal")),
    ("anchored", _("Keeps its place")),
    ("outside_quota", _("Outside the quotas")),
)
CHOICE_COLUMNS: dict[str, Column] = {
    "label": Column(_("Wording"), "texts"),
    "name": Column(_("Name"), help=_("Short and without blank: what conditions compare.")),
    "code": Column(_("Code"), help=_("A number; empty: its place in the list.")),
    "flags": Column(_("It is…"), "ticks", options=FLAGS),
    "relevant": Column(_("Offered only if"), "condition"),
}
BASE_COLUMNS: dict[str, Column] = {
    "code": Column(_("Code"), help=_("What figures call it.")),
    "condition": Column(_("Who is in it"), "condition", _("Empty: everybody.")),
    "subject": Column(_("In a sentence: “of respondents”"), "texts"),
    "subject_next": Column(_("In the sentence after it"), "texts"),
    "among": Column(_("Beginning a sentence: “Among them,”"), "texts"),
    "base_line": Column(_("Under a table: “All respondents”"), "texts"),
}
SETTINGS_COLUMNS: dict[str, Column] = {
    "form_title": Column(_("Title of the survey")),
    "sponsor": Column(_("Sponsor")),
    "sponsor_quality": Column(_("Sponsor’s quality")),
    "institute": Column(_("Institute")),
    "default_language": Column(_("Default language")),
    "data_kind": Column(
        _("Kind of data"), "choice", options=(("", _("Real answers")), ("demonstration", _("Demonstration: invented answers")))
    ),
}

FIELDSETS: tuple[tuple[Promise, tuple[str, ...]], ...] = (
    (_("What is asked"), ("type", "list", "label", "hint", "media::image", "over")),
    (_("Who is asked"), ("relevant",)),
    (_("How it is answered"), ("calculation", "split", "required", "sensitive", "parameters", "min", "max", "total", "appearance",
                                "order", "choice_filter", "dont_know", "refused", "back")),
    (_("What is checked"), ("constraint", "constraint_message", "soft_constraint", "soft_constraint_message", "attention")),
    (_("When it ends the interview"), ("ends_if", "ends_as")),
    (_("What files and conditions call it"), ("name",)),
)  # fmt: skip

_ASKED = ["name", "label", "hint", "media::image", "relevant", "required", "sensitive", "constraint", "constraint_message",
          "soft_constraint", "soft_constraint_message", "ends_if", "ends_as"]  # fmt: skip
_BOXED = [*_ASKED, "dont_know", "refused"]
SENSIBLE: dict[str, list[str]] = {
    "select_one": [*_ASKED, "appearance", "order", "choice_filter", "attention"],
    "select_multiple": [*_ASKED, "min", "max", "order", "choice_filter", "attention"],
    "rank": [*_ASKED, "min", "max", "order", "choice_filter"],
    "integer": [*_BOXED, "min", "max"],
    "decimal": [*_BOXED, "min", "max"],
    "range": [*_BOXED, "parameters", "attention"],
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
    "select_one": (("", _("Buttons, one under the other")), ("minimal", _("Drop-down list")), ("autocomplete", _("List with a search")),
                   ("likert", _("Scale on one line")), ("consent", _("Consent of the person"))),
    "text": (("", _("One line")), ("multiline", _("Several lines")), ("email", _("E-mail address")), ("postcode", _("Postcode"))),
    "page": (("field-list", _("Questions one under the other")), ("field-list table-list", _("Questions on one list as a grid"))),
    "block": (("", _("Questions one under the other")), ("table-list", _("Grid: questions on one list in a table"))),
}  # fmt: skip
