"""What a question is answered with, as the values that its template prints: options, ranks, entries, boxes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from surveys.core.expressions import Answer
from surveys.core.questionnaire import Choice, Question
from surveys.form.answers import DONT_KNOW, DONT_KNOW_BOX, REFUSED, REFUSED_BOX, TEXT_LENGTH, boxes_of
from surveys.form.controls import choice_order, control_of, depends_on, is_offered, option_id, options_of
from surveys.form.hand import Hand, number_text
from surveys.form.searching import search_values

ENTRY_TYPES = {"email": "email"}
# RGAA 11.13: what a browser may fill in for the person, by format or as a word of the appearance.
AUTOCOMPLETE = {"email": "email", "postcode": "postal-code"}
PURPOSES = frozenset(
    [
        "name",
        "given-name",
        "family-name",
        "tel",
        "street-address",
        "address-level2",
        "country-name",
        "organization",
        "organization-title",
        "bday",
        "bday-year",
        "sex",
    ]
)
BOX_WORDS = {DONT_KNOW_BOX: DONT_KNOW, REFUSED_BOX: REFUSED}


def widget(hand: Hand, question: Question) -> dict[str, object]:
    """Return what the template of the question's control prints."""
    control = control_of(question)
    if control == "search":
        return search_values(question, hand.questionnaire, hand.language, hand.printer)
    if control == "ranking":
        return {"ranks": _ranks(hand, question)}
    if control in ("choices", "list", "scale"):
        return _options(hand, question)
    return _entry(hand, question)


def option(hand: Hand, question: Question, choice: Choice) -> dict[str, object]:
    """Return one option: its field, its label and its state."""
    name = question.name
    chosen = " selected" if control_of(question) == "list" else " checked"
    invalid = ' aria-invalid="true"' if question.kind == "multiple" else ""  # otherwise their group says it
    states = {(ticked, wrong): chosen * ticked + invalid * wrong for ticked in (False, True) for wrong in (False, True)}
    return {
        "id": option_id(question, choice),
        "choice": choice,
        "label": hand.plain(choice.labels) if control_of(question) == "list" else hand.words(choice.labels),
        "image": hand.image_address(choice.image) if choice.image else "",
        "is_aside": not choice.is_valid_answer,
        "state": hand.printer.markup(lambda view: states[_has(view.answers.get(name, ""), choice.name), name in view.errors]),
    }


def where_offered(hand: Hand, question: Question, choice: Choice, draw: Callable[[], str]) -> SafeString:
    """Print a choice for those to whom it is offered, as far as earlier pages tell.

    One that depends on its own page is always there, because nothing could bring it in; the post is judged.
    """
    if choice.relevant is None or depends_on(hand.questionnaire.page_of[question.name], choice.relevant):
        return SafeString(draw())
    return hand.printer.block(lambda view: is_offered(choice, view), draw)


def _options(hand: Hand, question: Question) -> dict[str, object]:
    """The drawn options, in the person's order where they change places; apart, those that are no opinions."""
    options, template = options_of(question), "surveys/item.html" if control_of(question) == "list" else "surveys/choice.html"

    def drawn(choice: Choice) -> SafeString:
        values = {"option": option(hand, question, choice), "question": question}
        return where_offered(hand, question, choice, lambda: render_to_string(template, values))

    options = (*options, *_ways_out(question))
    pieces = [drawn(choice) for choice in options]
    if question.choice_order:
        return {"options": [hand.printer.ordered(choice_order(question), pieces)]}
    if control_of(question) != "scale":
        return {"options": pieces}
    steps, asides = (
        [piece for piece, choice in zip(pieces, options, strict=True) if choice.is_valid_answer == valid] for valid in (True, False)
    )
    return {"steps": steps, "options": asides}


def _ways_out(question: Question) -> list[Choice]:
    """The boxes beside a scale, as options of it: without script nobody could untick a step to tick a box."""
    if not question.steps:
        return []
    flags = {DONT_KNOW_BOX: "dont_know", REFUSED_BOX: "refused"}
    return [
        Choice(code, dict.fromkeys(question.labels, _(BOX_WORDS[suffix].template)), 0, frozenset({flags[suffix]}))
        for suffix, code in boxes_of(question).items()
    ]


def _ranks(hand: Hand, question: Question) -> list[dict[str, object]]:
    """One list per rank, each with every choice: it works with keys and fingers alike, and without script."""
    count = int(question.maximum or len(question.choices))
    return [_rank(hand, question, rank) for rank in range(1, min(count, len(question.choices)) + 1)]


def _rank(hand: Hand, question: Question, rank: int) -> dict[str, object]:
    def item(choice: Choice) -> SafeString:
        state = hand.printer.markup(lambda view: " selected" if _at(view.answers.get(question.name, ""), rank) == choice.name else "")
        values = {"option": {"choice": choice, "label": hand.plain(choice.labels), "state": state}, "question": question}
        return where_offered(hand, question, choice, lambda: render_to_string("surveys/item.html", values))

    items = [item(choice) for choice in question.choices]
    if question.choice_order:
        items = [hand.printer.ordered(choice_order(question), items)]
    return {"number": rank, "label": _("Rank %(rank)s") % {"rank": rank}, "items": items}


def _entry(hand: Hand, question: Question) -> dict[str, object]:
    name, codes = question.name, question.boxes
    return {
        "value": hand.printer.text(lambda view: entered(question, view.answers.get(name, ""), codes, hand.language)),
        "text_length": question.maximum if question.kind == "text" and question.maximum else TEXT_LENGTH,
        "entry_type": ENTRY_TYPES.get(question.format, "text"),
        "autocomplete": _purpose(question),
        "inputmode": _inputmode(question),
        "left": _("%(count)s characters left") if question.kind == "text" and question.maximum else "",
        "boxes": _boxes(hand, question),
    }


def entered(question: Question, answer: Answer, codes: frozenset[str], language: str) -> str:
    """Return an answer as its entry shows it: nothing for a box's code, and the decimal comma where people write one."""
    if not isinstance(answer, str) or answer in codes:
        return ""
    return number_text(answer, language) if question.kind == "decimal" else answer


def _purpose(question: Question) -> str:
    said = sorted(question.appearance & PURPOSES)
    return said[0] if said else AUTOCOMPLETE.get(question.format, "off" if question.is_number else "")


def _inputmode(question: Question) -> str:
    if question.kind == "decimal":
        return "decimal"
    return "numeric" if question.kind == "integer" or question.format == "postcode" else ""


def _boxes(hand: Hand, question: Question) -> list[dict[str, object]]:
    return [_box(hand, question, suffix, code) for suffix, code in boxes_of(question).items()]


def _box(hand: Hand, question: Question, suffix: str, code: str) -> dict[str, object]:
    return {
        "name": question.name + suffix,
        "label": _(BOX_WORDS[suffix].template),
        "chosen": hand.printer.markup(lambda view: " checked" if view.answers.get(question.name) == code else ""),
    }


def described_by(*ids: str) -> str:
    """Return the attribute that ties a control to what explains it."""
    return f' aria-describedby="{escape(" ".join(ids))}"' if ids else ""


def _has(answer: Answer, name: str) -> bool:
    return answer == name if isinstance(answer, str) else name in answer


def _at(answer: Answer, rank: int) -> str:
    names: Sequence[str] = answer if isinstance(answer, tuple) else ()
    return names[rank - 1] if rank <= len(names) else ""
