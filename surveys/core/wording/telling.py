"""Tells a condition in words, in the language of the questionnaire's reader.

A denial includes those who were never asked, which is said wherever somebody may not have been.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from surveys.core.expressions import Expression, as_text
from surveys.core.grammar import NEGATION, Attribute, Call, Literal, Node, Variable
from surveys.core.questionnaire import Labels, Question, Questionnaire
from surveys.core.typography import typeset
from surveys.core.wording.numbering import references
from surveys.core.wording.phrases import phrases
from surveys.core.wording.reading import Answers, Comparison, Fact, Forward, Range, Several, Truth, fact, height

SIGNS = {"+": "+", "-": "\u2212", "*": "×", "div": "÷", "mod": "mod"}
TALLEST = 40  # beyond, no sentence could be understood: the condition is quoted as it was written
PIPE = re.compile(r"\$\{\s*([A-Za-z_][A-Za-z0-9_.-]*)\s*\}")


def in_words(expression: Expression, questionnaire: Questionnaire, language: str, *, current: str = "") -> str:
    """Return what a condition says, to be read after "if": « « Oui » à Q8 », “Yes” at Q8.

    Questions go by their number (``references``), choices by their label. ``current`` names the question whose answer "." is.
    Told in French, and in English for any other language; labels are those of the language, or the questionnaire's own.
    """
    return Teller(questionnaire, language).tell(expression, current)


class Teller:
    """Tells the conditions of one questionnaire in one language; ``called`` names the questions otherwise than by number."""

    def __init__(self, questionnaire: Questionnaire, language: str, called: Mapping[str, str] | None = None) -> None:
        self.questionnaire = questionnaire
        self.language = language
        self.phrases = phrases(language)
        self.references = references(questionnaire, language) if called is None else called

    def tell(self, expression: Expression, current: str = "") -> str:
        """Return what a condition says, to be read after "if"; ``current`` names the question whose answer "." is."""
        told = fact(expression.tree, self.questionnaire.questions, current)
        return self._said(told) if height(told) <= TALLEST else self.quoted(expression.text)

    def sentence(self, expression: Expression, current: str = "") -> str:
        """Return the condition with its "if": « Si « Oui » à Q8 »."""
        return self._say("if", condition=self.tell(expression, current))

    def value(self, expression: Expression) -> str:
        """Return what a calculation gives, in words."""
        tall = isinstance(expression.tree, Call) and expression.tree.height > TALLEST
        return self.quoted(expression.text) if tall else self._value(expression.tree)

    def text(self, labels: Labels) -> str:
        """Return an author's text in the language, or in the questionnaire's own; what is piped into it is named in brackets."""
        used = next(
            (each for each in (self.language, self.language.split("-")[0]) if labels.get(each)), self.questionnaire.default_language
        )
        return PIPE.sub(lambda found: self._piped(found[1]), typeset(labels.get(used, ""), used))

    def date(self, text: str) -> str:
        """Return a date written 2023-11-22 in words; any other text between quotation marks, '' as it is."""
        return self._date(Literal(text)) if text else ""

    def quoted(self, text: str) -> str:
        """Return a text between quotation marks, those inside it changed for the inner ones."""
        for mark, within in zip(self.phrases["quotes"].split("|"), self.phrases["inner_quotes"].split("|"), strict=True):
            text = text.replace(mark, within)
        return self._say("quoted", text=text)

    def joined(self, texts: Sequence[str], word: str) -> str:
        """Return texts one after another, the last after ``word``: "and", "or"; "nor" stands between all."""
        if word == "nor":
            return self.phrases["nor"].join(texts)
        *first, last = texts
        return self.phrases["comma"].join(first) + self.phrases[word] + last if first else last

    def _say(self, phrase: str, **values: object) -> str:
        return self.phrases[phrase].format(**values)

    def _said(self, said: Fact) -> str:
        match said:
            case Several():
                return self.joined([self._within(each) for each in said.facts], said.joined)
            case Answers():
                return self._answers(said)
            case Forward():
                return self._say("forward" if said.affirmed else "not_forward", at=self._at(said.question))
            case Range():
                phrase = "date between" if self._is_date(said.subject) else "between"
                return self._say(
                    phrase,
                    subject=self._value(said.subject),
                    low=self._value(said.low, said.subject),
                    high=self._value(said.high, said.subject),
                )
            case Comparison():
                return self._comparison(said)
            case Truth():
                return self._truth(said)

    def _within(self, said: Fact) -> str:
        return f"({self._said(said)})" if isinstance(said, Several) else self._said(said)

    def _answers(self, said: Answers) -> str:
        question, at = said.question, self._at(said.question)
        if said.values == ("",):
            return self._say("not_answered" if said.affirmed else "answered", at=at)
        choices = [self._choice(question, value) for value in said.values]
        if question.kind not in ("multiple", "ranking"):
            return self._but_unasked(question, "given" if said.affirmed else "not_given", choices=self.joined(choices, "or"), at=at)
        if said.only:
            return self._but_unasked(question, "only" if said.affirmed else "not_only", choices=choices[0], at=at)
        if said.affirmed:
            return self._say("both" if len(choices) > 1 and said.joined == "and" else "selected", choices=self.joined(choices, said.joined), at=at)  # fmt: skip
        several = len(choices) > 1
        return self._but_unasked(question, "neither" if several else "not_selected", choices=self.joined(choices, "nor"), at=at)

    def _but_unasked(self, question: Question, phrase: str, **values: object) -> str:
        """The phrase; where it denies something, also of whom else it is true."""
        said = self._say(phrase, **values)
        if not phrase.startswith(("not", "neither")) or not question.is_asked:
            return said
        page = self.questionnaire.page_of[question.name]
        exceptions = ["not_asked"] if question.relevant or page.relevant else []
        exceptions += [] if question.required or question.kind == "multiple" else ["left_empty"]
        return self._say("or_else", condition=said, exceptions=self.joined([self.phrases[each] for each in exceptions], "or")) if exceptions else said  # fmt: skip

    def _comparison(self, said: Comparison) -> str:
        sign = said.sign if said.affirmed else "!=" if said.sign == "=" else f"not {said.sign}"
        if isinstance(said.subject, Call) and said.subject.function == "count-selected" and isinstance(said.value, Literal):
            counted = self._counted(said.subject, said.sign, said.value.value, affirmed=said.affirmed)
            if counted:
                return counted
        values = {"subject": self._value(said.subject), "value": self._value(said.value, said.subject)}
        is_date = self._is_date(said.subject) or self._is_date(said.value)
        return self._say(f"date {sign}" if is_date else sign, **values)

    def _counted(self, subject: Call, sign: str, value: object, *, affirmed: bool) -> str:
        """How many answers there are: a whole number at least, at most or exactly; '' when it is none of these."""
        opposite = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "=": ""}
        sign = sign if affirmed else opposite[sign]
        if not sign or not isinstance(value, float) or not value.is_integer():
            return ""
        n = int(value) + {"<": -1, ">": 1}.get(sign, 0)
        answers = self._say("one_answer" if n == 1 else "answers", n=n)
        return self._say("count " + {"<": "<=", ">": ">="}.get(sign, sign), value=answers, at=self._at_node(subject.arguments[0]))

    def _truth(self, said: Truth) -> str:
        node, affirmed = said.node, said.affirmed
        if isinstance(node, Literal) and isinstance(node.value, bool):
            return self.phrases["always" if node.value == affirmed else "never"]
        if isinstance(node, Variable):
            return self._say("answered" if affirmed else "not_answered", at=self._at_node(node))
        if isinstance(node, Call) and node.function == "count-selected":
            return self._say("answered" if affirmed else "not_answered", at=self._at_node(node.arguments[0]))
        if isinstance(node, Call) and node.function in ("contains", "starts-with", "selected"):
            first, second = node.arguments
            phrase = "starts-with" if node.function == "starts-with" else "contains"
            phrase = phrase if affirmed else f"not {phrase}"
            return self._say(phrase, subject=self._value(first), value=self._value(second, first))
        return self._say("true" if affirmed else "false", subject=self._value(node))

    def _value(self, node: Node, of: Node | None = None) -> str:
        """A value in words; a written text is that of a choice where ``of`` is a question with choices."""
        match node:
            case Literal():
                return self._literal(node.value, of)
            case Variable():
                question = self.questionnaire.questions.get(node.name)
                return self._say("the_answer", question=self.references[node.name]) if node.name in self.references else self._variable(node.name, question)  # fmt: skip
            case Attribute():
                return self.phrases["the_choice"] if node.name == "name" else self._say("attribute", column=node.name)
            case Call():
                return self._call(node)
            case _:
                return self.phrases["this_answer"]

    def _call(self, node: Call) -> str:
        function, arguments = node.function, node.arguments
        match function, arguments:
            case "date", (day,):
                return self._date(day)
            case "if", (condition, yes, no):
                said = self._said(fact(condition, self.questionnaire.questions))
                return self._say("if_else", condition=said, yes=self._value(yes), no=self._value(no))
            case "selected-at", (answer, position):
                return self._say("selected-at", at=self._at_node(answer), n=self._position(position))
            case "pulldata", (table, column, _key, value):
                return self._say("pulldata", table=self._bare(table), column=self._bare(column), key=self._value(value))
            case _:
                return self._computed(function, arguments)

    def _computed(self, function: str, arguments: Sequence[Node]) -> str:
        if function == NEGATION:
            return f"\u2212{self._operand(arguments[0])}"
        if function in SIGNS:
            return f" {SIGNS[function]} ".join(map(self._operand, arguments))
        if function == "count-selected":
            return self._say("count-selected", at=self._at_node(arguments[0]))
        if function in ("min", "max", "concat", "coalesce"):
            return self._say(function, values=self.joined([self._value(each) for each in arguments], "else" if function == "coalesce" else "and"))  # fmt: skip
        if function in ("round", "int", "string-length"):
            return self._say(function, value=self._value(arguments[0]))
        return self.quoted(self._said(fact(Call(function, tuple(arguments)), self.questionnaire.questions)))  # a truth taken as a value

    def _operand(self, node: Node) -> str:
        return f"({self._value(node)})" if isinstance(node, Call) and node.function in SIGNS else self._value(node)

    def _position(self, node: Node) -> str:
        return str(int(node.value) + 1) if isinstance(node, Literal) and isinstance(node.value, float) else f"({self._value(node)}) + 1"

    def _bare(self, node: Node) -> str:
        return as_text(node.value) if isinstance(node, Literal) else self._value(node)

    def _literal(self, value: str | float | bool, of: Node | None) -> str:
        if isinstance(value, bool):
            return self.phrases["yes" if value else "no"]
        asked = of.arguments[0] if isinstance(of, Call) and of.function == "selected-at" else of
        question = self.questionnaire.questions.get(asked.name) if isinstance(asked, Variable) else None
        if question and as_text(value) in question.choice_by_name:
            return self._choice(question, as_text(value))
        if isinstance(value, float):
            return as_text(value).replace(".", self.phrases["decimal"]).replace("-", "\u2212")
        if self._is_date(of):
            return self._date(Literal(value))
        return self.quoted(value) if value else self.phrases["nothing"]

    def _date(self, node: Node) -> str:
        if not isinstance(node, Literal):
            return self._value(node)
        try:
            day = date.fromisoformat(as_text(node.value))
        except ValueError:
            return self.quoted(as_text(node.value))
        first = self.phrases["first"] if day.day == 1 else str(day.day)
        return f"{first}\u00a0{self.phrases['months'].split()[day.month - 1]} {day.year}"

    def _is_date(self, node: Node | None) -> bool:
        if isinstance(node, Variable):
            question = self.questionnaire.questions.get(node.name)
            return question is not None and question.kind == "date"
        return isinstance(node, Call) and node.function == "date"

    def _at_node(self, node: Node) -> str:
        question = self.questionnaire.questions.get(node.name) if isinstance(node, Variable) else None
        return self._at(question) if question else self._say("of", question=self._value(node))

    def _at(self, question: Question) -> str:
        number = self.phrases["consent"] if question.is_consent else self.references.get(question.name)
        return self._say("at", question=number) if number else self._say("of", question=self._variable(question.name, question))

    def _variable(self, name: str, question: Question | None) -> str:
        return self.quoted(self.text(question.labels) if question and question.labels else name)

    def _choice(self, question: Question, name: str) -> str:
        if name in question.choice_by_name:
            return self.quoted(self.text(question.choice_by_name[name].labels) or name)
        if name in question.boxes:
            return self.quoted(self.phrases["dont_know" if name == question.dont_know else "refused"])
        return self.quoted(name)

    def _piped(self, name: str) -> str:
        number = self.references.get(name)
        question = self.questionnaire.questions.get(name)
        return f"[{self._say('the_answer', question=number)}]" if number else f"[{self._variable(name, question)}]"
