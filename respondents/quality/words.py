"""What the rules found, said to the person who reviews."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from respondents.core.quality.rules import Contradiction, Rules
from surveys.core.questionnaire import Labels, Questionnaire
from surveys.core.typography import typeset

Detail = Mapping[str, Any]

RULES = {
    "speeder": pgettext_lazy("rule", "Too fast"),
    "rushing": pgettext_lazy("rule", "Hurried pages"),
    "straight_line": pgettext_lazy("rule", "Straight line"),
    "attention": pgettext_lazy("rule", "Attention check"),
    "device": pgettext_lazy("rule", "Same device"),
    "gibberish": pgettext_lazy("rule", "Gibberish"),
    "same_text": pgettext_lazy("rule", "Same words"),
    "identical": pgettext_lazy("rule", "Same answers"),
}
BECAUSE = {
    "empty": gettext_lazy("no word where an answer was required"),
    "repeated": gettext_lazy("one pattern over and over"),
    "keyboard": gettext_lazy("a run along the keyboard"),
    "consonants": gettext_lazy("consonants without end"),
    "letters": gettext_lazy("letters that do not follow one another in any word"),
}


class Speaker:
    """Says flags of a study in the reader's language, or in the study's own where the study has not that one."""

    def __init__(self, rules: Rules, questionnaire: Questionnaire) -> None:
        self.contradictions: Mapping[str, Contradiction] = {each.rule: each for each in rules.contradictions}
        self.questionnaire = questionnaire
        active = (get_language() or "").split("-")[0]
        self.language = active if active in questionnaire.languages else questionnaire.default_language

    def text(self, labels: Labels) -> str:
        """Return a text of the study, typeset."""
        return typeset(labels.get(self.language, "") or next(iter(labels.values()), ""), self.language)

    def rule(self, rule: str) -> str:
        """Return the name of a rule."""
        if rule in self.contradictions:
            return self.text(self.contradictions[rule].labels)
        return str(RULES[rule]) if rule in RULES else rule.removeprefix("rule:")

    def told(self, rule: str, subject: str, detail: Detail) -> str:
        """Return why a rule flags an interview, in a sentence."""
        said = SAID.get(rule)
        return said(self, subject, detail) if said else _("Answers that do not go together.")

    def subject(self, name: str) -> str:
        """Return what a question, a page or a grid is called by those who read it, or its name."""
        if name in self.questionnaire.questions:
            return self.text(self.questionnaire.questions[name].labels) or name
        if name in self.questionnaire.page_by_name:
            return self.text(self.questionnaire.page_by_name[name].labels) or name
        blocks = (block for page in self.questionnaire.pages for block in page.blocks.values())
        return next((self.text(block.labels) for block in blocks if block.name == name and block.labels), name)


def duration(seconds: float) -> str:
    """Return a time as "1 min 05 s", "42 s"."""
    minutes, rest = divmod(round(seconds), 60)
    return (
        _("%(minutes)s min %(seconds)s s") % {"minutes": minutes, "seconds": f"{rest:02d}"}
        if minutes
        else _("%(seconds)s s") % {"seconds": rest}
    )


def _speeder(speaker: Speaker, subject: str, detail: Detail) -> str:
    values = {"seconds": duration(detail["seconds"]), "expected": duration(detail["expected"])}
    return _("%(seconds)s for pages that take %(expected)s at the median.") % values


def _rushing(speaker: Speaker, subject: str, detail: Detail) -> str:
    return _("%(rushed)s of %(pages)s pages in less than a fraction of their usual time.") % detail


def _straight_line(speaker: Speaker, subject: str, detail: Detail) -> str:
    values = {"rows": detail["rows"], "grid": speaker.subject(subject)}
    if detail["contradicts"]:
        return _("One answer for %(rows)s rows that ask opposite things: %(grid)s") % values
    if detail["same"]:
        return _("One answer for %(rows)s rows: %(grid)s") % values
    return _("Almost one answer for %(rows)s rows: %(grid)s") % values


def _attention(speaker: Speaker, subject: str, detail: Detail) -> str:
    return _("Another answer than the one asked for: %(question)s") % {"question": speaker.subject(subject)}


def _device(speaker: Speaker, subject: str, detail: Detail) -> str:
    return ngettext("What looks like the device of %(n)s other interview.", "What looks like the device of %(n)s other interviews.", detail["others"]) % {"n": detail["others"]}  # fmt: skip


def _gibberish(speaker: Speaker, subject: str, detail: Detail) -> str:
    because = BECAUSE.get(detail["because"], detail["because"])
    return _("An open answer with %(because)s: %(question)s") % {"because": because, "question": speaker.subject(subject)}


def _same_text(speaker: Speaker, subject: str, detail: Detail) -> str:
    text = ngettext("Word for word the answer of %(n)s other person: %(question)s", "Word for word the answer of %(n)s other people: %(question)s", detail["others"])  # fmt: skip
    return text % {"n": detail["others"], "question": speaker.subject(subject)}


def _identical(speaker: Speaker, subject: str, detail: Detail) -> str:
    text = ngettext("All %(answers)s closed answers are those of %(n)s other person.", "All %(answers)s closed answers are those of %(n)s other people.", detail["others"])  # fmt: skip
    return text % {"n": detail["others"], "answers": detail["answers"]}


SAID: Mapping[str, Callable[[Speaker, str, Detail], str]] = {
    "speeder": _speeder,
    "rushing": _rushing,
    "straight_line": _straight_line,
    "attention": _attention,
    "device": _device,
    "gibberish": _gibberish,
    "same_text": _same_text,
    "identical": _identical,
}
