"""Writes the words of a study on a page, in a language: earlier answers piped into them, pictures by their address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.utils.formats import get_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from surveys.core.expressions import Answer
from surveys.core.questionnaire import Kind, Labels, Questionnaire
from surveys.core.typography import typeset
from surveys.form.answers import DONT_KNOW, ISO_DATE, REFUSED
from surveys.form.slots import Printer

PIPE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_.-]*)\}")


@dataclass(frozen=True)
class Hand:
    """Writes the texts of a questionnaire in a language, with a live printer or with one that leaves slots."""

    questionnaire: Questionnaire
    language: str
    printer: Printer

    def words(self, labels: Labels) -> SafeString:
        """Print the text of ``labels``, each ``${name}`` in it replaced by the answer given earlier.

        An answer has its own direction: a Latin name in an Arabic question disturbs nothing around it.
        """
        return self._printed(labels, "<bdi>", "</bdi>")

    def plain(self, labels: Labels) -> SafeString:
        """Print the same where no element can stand: the title of a document, an option of a list."""
        return self._printed(labels, "", "")

    def _printed(self, labels: Labels, before: str, after: str) -> SafeString:
        first, *rest = PIPE.split(typeset(labels.get(self.language, ""), self.language))
        printed: list[str] = [escape(first)]
        for name, literal in zip(rest[::2], rest[1::2], strict=True):
            printed += [before, self._piped(name), after, escape(literal)]
        return mark_safe("".join(printed))  # noqa: S308 -- every piece is escaped

    def image_address(self, image: str) -> str:
        """Return the address of a picture of the study, by its content; '' when the study has no such file."""
        content = self.questionnaire.media.get(image, "")
        return f"/s/{self.questionnaire.form_id}/media/{content}{PurePosixPath(image).suffix}" if content else ""

    def _piped(self, name: str) -> SafeString:
        question = self.questionnaire.questions.get(name)
        if question is None:
            return escape(f"${{{name}}}")
        labels = {choice.name: choice.labels.get(self.language, "") for choice in question.choices}
        for code, words in ((question.dont_know, DONT_KNOW), (question.refused, REFUSED)):
            if code:
                labels[code] = _(words.template)
        kind, language = question.kind, self.language
        return self.printer.text(lambda view: _as_text(view.answers.get(name, ""), labels, kind, language))


def number_text(text: str, language: str) -> str:
    """Return a number with its decimals as the language writes them."""
    return text.replace(".", str(get_format("DECIMAL_SEPARATOR", language)))


def _as_text(answer: Answer, labels: Mapping[str, str], kind: Kind, language: str) -> str:
    names = (answer,) if isinstance(answer, str) else answer
    return ", ".join(labels.get(name) or _as_written(name, kind, language) for name in names)


def _as_written(text: str, kind: Kind, language: str) -> str:
    """A date with its day first, a decimal with the language's own sign."""
    if kind == "date" and (found := ISO_DATE.fullmatch(text)):
        return f"{found[3]}/{found[2]}/{found[1]}"
    return number_text(text, language) if kind == "decimal" else text
