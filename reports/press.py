"""Prints a study's texts, numbers and dates in one language, for a reader's eyes.

To be used in that language (``translation.override``), since the few words that are ours are translated on the way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from django.utils.translation import gettext as _

from reports.core.conditions import label
from reports.core.precision import thresholds_in
from reports.core.sentences import Piece, Words
from reports.core.typography import is_singular, number, percentage, period, plus_minus, quoted, rounded_half_up, signed, typeset
from surveys.core.messages import N_, Message
from surveys.core.questionnaire import Base
from surveys.models import Survey, Wave
from surveys.translation import say


class Press:
    """What a study prints in one language."""

    def __init__(self, survey: Survey, language: str) -> None:
        self.survey = survey
        self.language = language
        self.thresholds = thresholds_in(survey.settings)

    def text(self, labels: Mapping[str, str]) -> str:
        """Return a study's text in the language, or in the study's own, typeset."""
        return label(labels, self.language, self.survey.default_language)

    def own_text(self, labels: Mapping[str, str]) -> str:
        """Return a study's text in the language, typeset; '' when the study has none in it."""
        return typeset(labels.get(self.language, ""), self.language)

    def say(self, words: Words) -> str:
        """Return words in the language."""
        return say(words) if isinstance(words, Message) else words

    def pieces(self, pieces: Sequence[Piece]) -> tuple[Piece, ...]:
        """Return the pieces of a sentence in the language, a capital at its start."""
        said = [replace(piece, words=self.say(piece.words)) for piece in pieces]
        return tuple(replace(piece, words=capitalised(str(piece.words))) if not at else piece for at, piece in enumerate(said))

    def plain(self, pieces: Sequence[Piece]) -> str:
        """Return the pieces of a sentence as one text; its footnote numbers are left out."""
        return "".join(str(piece.words) for piece in self.pieces(pieces) if not piece.mark)

    def quoted(self, text: str) -> str:
        """Return a text between the quotation marks of the language."""
        return quoted(text, self.language)

    def listed(self, texts: Iterable[str]) -> str:
        """Return texts one after another, semicolons between them."""
        return _("; ").join(texts)

    def count(self, n: float) -> str:
        """Return a whole number: 2 032."""
        return number(n, self.language)

    def decimals(self, value: float, places: int) -> str:
        """Return a number with its decimals: 98,3."""
        return number(value, self.language, places)

    def percent(self, value: float, places: int = 0) -> str:
        """Return a percentage as a table or a bar shows it: 78 %, "<1" below one half, a dash for none."""
        if value == 0:
            return "–"
        small = places == 0 and value < 0.5
        return percentage("<1" if small else number(value, self.language, places), self.language)

    def percent_in_words(self, value: float) -> Words:
        """Return a percentage as it is said: 78 %, 0 %, less than 1 %."""
        if 0 < value < 0.5:
            return Message(N_("less than %(percent)s"), {"percent": percentage("1", self.language)})
        return percentage(number(value, self.language), self.language)

    def figure(self, kind: str, value: float) -> str:
        """Return a figure's number as a table shows it: 78 %; a mean 3,5; a median 3; a score +12."""
        if kind == "share":
            return self.percent(value)
        if kind == "score":
            return signed(int(rounded_half_up(value)))
        return self.decimals(value, places_of(kind, value))

    def figure_in_words(self, kind: str, value: float) -> Words:
        """Return a figure's number as it is said: 78 %, less than 1 %, 3,5, +12 points of score."""
        if kind == "share":
            return self.percent_in_words(value)
        if kind != "score":
            return self.figure(kind, value)
        rounded = int(rounded_half_up(value))
        words = N_("%(score)s point of score") if is_singular(rounded, self.language) else N_("%(score)s points of score")
        return Message(words, {"score": signed(rounded)})

    def figure_margin(self, kind: str, value: float) -> str:
        """Return a figure's margin of error: ± 2,2 points of a share or a score, ± 0,12 of a mean."""
        return plus_minus(self.decimals(value, 2), self.language) if kind in ("mean", "median") else self.margin(value)

    def figure_gap(self, kind: str, value: float, since: str, *, indicative: bool) -> str:
        """Return the change since another wave: +8 points depuis 2020, +0,3 depuis 2020 of a mean."""
        if kind in ("share", "score"):
            return self.gap(int(value), since, indicative=indicative)
        change = _("%(gap)s since %(wave)s") % {"gap": ("+" if value > 0 else "") + self.decimals(value, 1), "wave": since}
        return _("%(gap)s, indicative comparison") % {"gap": change} if indicative else change

    def points(self, value: float, places: int = 1) -> str:
        """Return a number of points with its unit: 1,8 point, 2,2 points."""
        printed = {"number": number(value, self.language, places)}
        is_one = is_singular(rounded_half_up(value, places), self.language)
        return _("%(number)s point") % printed if is_one else _("%(number)s points") % printed

    def margin(self, value: float) -> str:
        """Return a margin of error: ± 2,2 points."""
        return plus_minus(self.points(value), self.language)

    def gap(self, value: int, since: str, *, indicative: bool) -> str:
        """Return the change since another wave: +8 points depuis 2020."""
        values = {"gap": signed(value), "wave": since}
        change = _("%(gap)s point since %(wave)s") if is_singular(value, self.language) else _("%(gap)s points since %(wave)s")
        return _("%(gap)s, indicative comparison") % {"gap": change % values} if indicative else change % values

    def label_of(self, wave: Wave) -> str:
        """Return a wave's name: its label, or its code."""
        return self.text(wave.labels) or wave.code

    def source_of(self, wave: Wave) -> str:
        """Return a wave's name, with the institute when it is another's."""
        is_theirs = wave.kind == Wave.Kind.EXTERNAL and wave.institute
        return f"{self.label_of(wave)}, {wave.institute}" if is_theirs else self.label_of(wave)

    def period_of(self, wave: Wave) -> str:
        """Return a wave's fieldwork dates in words."""
        return period(wave.starts, wave.ends, self.language)

    def mode_of(self, wave: Wave) -> str:
        """Return how people were interviewed, in words."""
        mode = wave.mode or self.survey.mode
        return {"online": _("online"), "phone": _("by telephone"), "face-to-face": _("face to face")}.get(mode, mode)

    def words_of(self, base: Base) -> dict[str, str]:
        """Return the printed forms of a base."""
        used = self.language if base.words.get(self.language, {}).get("subject") else self.survey.default_language
        return {form: typeset(text, used) for form, text in base.words[used].items()}

    def base_line(self, base: Base) -> str:
        """Return the base's name as it stands after "Base:"."""
        return uncapitalised(self.words_of(base)["base_line"])

    @cached_property
    def population(self) -> str:
        """Return the population of the survey as it stands inside a sentence."""
        return uncapitalised(self.text(self.survey.population))


def places_of(kind: str, value: float) -> int:
    """Return the decimals that a figure of this kind is printed with: one of a mean, one of a median unless it is whole."""
    return 1 if kind == "mean" or (kind == "median" and not float(value).is_integer()) else 0


def capitalised(text: str) -> str:
    """Return the text with a capital at its start, the rest as it is."""
    return text[:1].upper() + text[1:]


def uncapitalised(text: str) -> str:
    """Return the text without the capital of a sentence's start; a name in capitals keeps it."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text
