"""What is to be known of a question beside its words: how many answers, within which limits, in which order, checked how."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from surveys.core.questionnaire import Order, Question
from surveys.core.wording import Teller


class Remarks:
    """Says it in sentences, in the language of a teller, which is also the active one."""

    def __init__(self, teller: Teller) -> None:
        self.teller = teller

    def exchange(self, order: Order) -> str:
        """Return how something exchanges its place with others of its key."""
        sentences = {
            "shuffle": _("Changes places at random with what is marked %(key)s."),
            "rotate": _("Takes its turn, in rotation with what is marked %(key)s."),
            "flip": _("In reverse order, with what is marked %(key)s, for half of the people."),
        }
        return sentences[order.way] % {"key": order.key}

    def block_order(self, order: Order) -> str:
        """Return how the rows of a block change places."""
        if order.unit:
            return self.exchange(order)
        return {
            "shuffle": _("The rows come in an order drawn for each person."),
            "rotate": _("The rows rotate: each person begins with another one."),
            "flip": _("The rows come in the reverse order for half of the people."),
        }[order.way]

    def of(self, question: Question) -> Iterator[str]:
        """Yield the sentences on one question."""
        yield from self._how_many(question)
        if question.is_asked and not question.required and not question.is_consent:
            yield _("May be left without an answer.")
        if question.choice_filter is not None:
            yield _("Only the answers such that: %(condition)s.") % {"condition": self.teller.tell(question.choice_filter)}
        yield from self._orders(question)
        yield from self._checks(question)
        if question.calculation is not None:
            yield _("Computed: %(value)s.") % {"value": self.teller.value(question.calculation)}
        if question.split == "least-filled":
            yield _("Each person is given the group that lags furthest behind its quota, among those on offer.")
        elif question.split:
            yield _("Each person is allocated at random to one of these groups, in equal numbers.")
        if question.kind == "hidden":
            yield _("Passed in the link of the invitation.")

    def _how_many(self, question: Question) -> Iterator[str]:
        bounds = {"min": self._bound(question, question.minimum), "max": self._bound(question, question.maximum)}
        if question.kind == "single":
            yield _("One answer.")
        elif question.kind in ("multiple", "ranking"):
            yield _("Several answers possible.") if question.kind == "multiple" else _("Number the answers in order: 1 for the first.")
            yield from [_("At least %(min)s.") % bounds] if question.minimum else []
            yield from [_("At most %(max)s.") % bounds] if question.maximum else []
        elif question.kind == "text":
            yield from [_("%(max)s characters at most.") % bounds] if question.maximum else []
        elif not question.steps and (question.minimum or question.maximum):
            numbers = _("From %(min)s to %(max)s."), _("At least %(min)s."), _("At most %(max)s.")
            dates = _("Dates from %(min)s to %(max)s."), _("From %(min)s on."), _("Until %(max)s.")
            both, least, most = dates if question.kind == "date" else numbers
            yield (both if question.minimum and question.maximum else least if question.minimum else most) % bounds

    def _bound(self, question: Question, bound: str) -> str:
        if question.kind == "date":
            return self.teller.date(bound)
        if question.choices and bound:
            return self.teller.phrases["one_answer" if bound == "1" else "answers"].format(n=bound)
        return bound.replace(".", self.teller.phrases["decimal"])

    def _orders(self, question: Question) -> Iterator[str]:
        ways = {
            "shuffle": _("The answers come in an order drawn for each person."),
            "rotate": _("The answers rotate: each person begins with another one."),
            "flip": _("The answers come in the reverse order for half of the people."),
        }
        if question.choice_order:
            yield ways[question.choice_order]
        if question.order and not question.block:
            yield self.exchange(question.order)

    def _checks(self, question: Question) -> Iterator[str]:
        if question.constraint is not None:
            told = self.teller.text(question.constraint_messages) or self.teller.sentence(question.constraint, question.name)
            yield _("Refused otherwise: %(message)s") % {"message": told}
        if question.soft_constraint is not None:
            told = self.teller.text(question.soft_messages) or self.teller.sentence(question.soft_constraint, question.name)
            yield _("To be confirmed otherwise: %(message)s") % {"message": told}
