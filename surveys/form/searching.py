"""How a long list is searched on a page: an entry for words, and what they may mean as radios to pick from.

With a small script suggestions come while typing; nothing depends on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote, urlencode

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _

from surveys.core.offering import offered
from surveys.core.questionnaire import Choice, Question, Questionnaire
from surveys.core.typography import typeset
from surveys.form.finding import FIND, LONGEST_LIST, LONGEST_TYPED, MOST_SHOWN, NONE_OF_THESE, matches
from surveys.form.slots import PageView, Printer, Slot

MOST_SUGGESTED = 8
MARK, END = "\ue000", "\ue001"  # where a choice stands in the template; no text of ours holds them


def search_values(question: Question, questionnaire: Questionnaire, language: str, printer: Printer) -> dict[str, object]:
    """Return what ``surveys/search.html`` prints: the entry, unless few are on offer, and the choices to pick from."""
    name = question.name
    described = escape(f"hint_{name} error_{name}" if question.hints.get(language) else f"error_{name}")
    values = {
        "question": question,
        "find": name + FIND,
        "longest": LONGEST_TYPED,
        "typed": printer.text(lambda view: _typed(view, name).strip()),
        "source": "" if question.is_filtered else suggestions_address(questionnaire, question, language),
        "described": printer.markup(lambda view: f' aria-describedby="{described}"' if name in view.errors else ""),
        "invalid": printer.markup(lambda view: ' aria-invalid="true"' if name in view.errors else ""),
    }
    shows_entry = shows_entry_of(question)
    return {
        "entry": printer.block(lambda view: bool(shows_entry(view)), lambda: render_to_string("surveys/search_entry.html", values)),
        "picks": printer.markup(Picks(question, language).drawn),
    }


def shows_entry_of(question: Question) -> Slot:
    """Return the slot that says ("1" or "") whether the entry is shown: few choices on offer are all shown instead."""
    if not question.is_filtered:
        return lambda view: "1"
    return lambda view: "1" if len(offered(question, view.answers)) > LONGEST_LIST else ""


def first_pick(question: Question) -> Slot:
    """Return the slot for the address, within the page, of the first control of a searched question."""
    shows_entry = shows_entry_of(question)

    def address(view: PageView) -> str:
        choices = () if shows_entry(view) else offered(question, view.answers)
        return f"#{quote(f'id_{question.name}:{choices[0].name}', safe=':')}" if choices else f"#id_{question.name}"

    return address


def suggestions_address(questionnaire: Questionnaire, question: Question, language: str) -> str:
    """Return where the script asks for suggestions. A filtered list has none: its address would hold answers."""
    path = reverse("suggestions", args=[questionnaire.form_id, questionnaire.version, question.name])
    return f"{path}?{urlencode({'lang': language})}"


def suggestions(question: Question, typed: str, language: str) -> list[tuple[str, str]]:
    """Return the names and labels to suggest for what is typed."""
    found = matches(question, typed[:LONGEST_TYPED], language)[:MOST_SUGGESTED]
    return [(choice.name, typeset(choice.labels.get(language, ""), language)) for choice in found]


class Picks:
    """The radios of a searched question, in the language that is active when it is made."""

    def __init__(self, question: Question, language: str) -> None:
        self.question, self.language = question, language
        self.shows_entry = shows_entry_of(question)
        marks = {name: f"{MARK}{name}{END}" for name in ("ID", "VALUE", "LABEL", "STATE")}
        option = {"id": marks["ID"], "choice": {"name": marks["VALUE"]}, "label": marks["LABEL"], "state": marks["STATE"]}
        self.option = render_to_string("surveys/choice.html", {"option": option, "question": question})
        self.none_label = _("None of these: search again")
        self.before, _mark, self.after = render_to_string("surveys/search_picks.html", {"question": question, "options": MARK}).partition(
            MARK
        )

    def drawn(self, view: PageView) -> str:
        """Draw the choices to pick from, and the way back to the search."""
        choices = self.choices(view)
        if not choices:
            return ""
        answer = view.answers.get(self.question.name, "")
        options = [self._option(choice, is_chosen=choice.name == answer) for choice in choices]
        if self.shows_entry(view):
            options.append(self._filled(f"id_{self.question.name}:", NONE_OF_THESE, self.none_label, ""))
        return self.before + "".join(options) + self.after

    def choices(self, view: PageView) -> Sequence[Choice]:
        """Return the answer already given, what the words typed may mean, or the few on offer."""
        answer = view.answers.get(self.question.name, "")
        on_offer = offered(self.question, view.answers) if self.question.is_filtered else None
        if on_offer is not None and len(on_offer) <= LONGEST_LIST:
            return on_offer
        if isinstance(answer, str) and answer in self.question.choice_by_name:
            return (self.question.choice_by_name[answer],)
        typed = _typed(view, self.question.name)
        if not typed or typed.startswith(NONE_OF_THESE * 2):
            return ()
        return matches(self.question, typed, self.language, on_offer)[:MOST_SHOWN]

    def _option(self, choice: Choice, *, is_chosen: bool) -> str:
        label = typeset(choice.labels.get(self.language, ""), self.language)
        return self._filled(f"id_{self.question.name}:{choice.name}", choice.name, label, " checked" if is_chosen else "")

    def _filled(self, identifier: str, value: str, label: str, state: str) -> str:
        values = {"ID": escape(identifier), "VALUE": escape(value), "LABEL": escape(label), "STATE": state}
        first, *rest = self.option.split(MARK)
        parts = [first]
        for part in rest:
            name, _end, text = part.partition(END)
            parts += [values[name], text]
        return "".join(parts)


def _typed(view: PageView, name: str) -> str:
    answer = view.answers.get(name, "")
    return answer if isinstance(answer, str) and answer.startswith(" ") else ""
