"""The titles of tables, rows and banners in one language."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from reports.core.rows import Words
from reports.core.topics import Topic
from reports.press import Press, capitalised
from reports.tables.people import QUESTION, labels_of, sheet_banners
from respondents.models import Quota
from surveys.core.expressions import Expression
from surveys.core.messages import Message
from surveys.core.questionnaire import Labels, Questionnaire
from surveys.core.wording.telling import PIPE
from surveys.models import Wave
from surveys.translation import say


class Titles:
    """What the tables of a wave are called. A calculation and a banner have the name of the quota on their one variable, if any."""

    def __init__(self, wave: Wave, questionnaire: Questionnaire, press: Press) -> None:
        self.press, self.questionnaire = press, questionnaire
        self.quotas = {
            quota.variables[0]: told
            for quota in wave.quotas.exclude(name=Quota.TOTAL)
            if len(quota.variables) == 1 and (told := press.text(labels_of(quota)))
        }
        self.banners = {code: self._banner(code, columns) for code, columns in sheet_banners(wave.survey, questionnaire).items()}

    def topic(self, topic: Topic) -> str:
        """Return the question as asked; a summary's the words above its rows."""
        if not topic.is_summary:
            name = topic.questions[0].name
            return self.as_asked(topic.questions[0].labels) or capitalised(self.quotas.get(name, name))
        heading = self.as_asked(topic.heading)
        if not heading:
            return _("Summary of %(first)s and what follows") % {"first": topic.questions[0].name}
        return _("%(heading)s (summary)") % {"heading": heading}

    def heading(self, topic: Topic) -> str:
        """Return the words that stand above the rows of a grid, '' for a question by itself or a summary."""
        return "" if topic.is_summary else self.as_asked(topic.heading)

    def banner(self, code: str) -> str:
        """Return the title of a banner: of the study's sheet, or a question."""
        name = code.removeprefix(QUESTION)
        if name == code:
            return self.banners.get(code, code)
        return self.as_asked(self.questionnaire.questions[name].labels) or capitalised(self.quotas.get(name, name))

    def as_asked(self, labels: Labels) -> str:
        """Return a question's wording; an earlier answer within it is left open."""
        return PIPE.sub("…", self.press.text(labels))

    def words(self, words: Words, otherwise: str = "") -> str:
        """Return a row's or a column's words, numbers within them as the language prints them."""
        if not isinstance(words, Message):
            return self.press.text(words) or otherwise
        values = {name: self.number(value) if isinstance(value, int | float) else value for name, value in words.values.items()}
        return say(Message(words.template, values))

    def number(self, value: float) -> str:
        """Return a number with the decimals that it has."""
        places = 0 if float(value).is_integer() else len(f"{value:.10g}".partition(".")[2])
        return self.press.decimals(value, places)

    def _banner(self, code: str, columns: Sequence[tuple[str, Labels, Expression]]) -> str:
        variables = frozenset[str]().union(*(condition.variables for _name, _words, condition in columns))
        return capitalised(self.quotas.get(next(iter(variables)), code) if len(variables) == 1 else code)
