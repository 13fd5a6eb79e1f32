"""The choices of two versions, list by list, for the questions that offer them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from surveys.core.messages import N_, Message
from surveys.core.questionnaire import Choice, Question, Questionnaire
from surveys.core.versions.difference import Difference, Weight
from surveys.core.versions.people import relation
from surveys.core.versions.wordings import compared

OPINION = frozenset({"dont_know", "refused"})
OTHER_MEANING = N_("This code stood for “%(label)s”: it now means something else.")


@dataclass(frozen=True)
class ChoiceLists:
    """The lists of choices of an earlier and of a later version."""

    earlier: Questionnaire
    later: Questionnaire

    def differences(self) -> Iterable[Difference]:
        """Yield the differences, once for all the questions that go from the same list to the same list."""
        users: dict[tuple[str, str], list[str]] = {}
        for name, question in self.later.questions.items():
            before = self.earlier.questions.get(name)
            if before and before.kind == question.kind and (before.choices or question.choices):
                users.setdefault((before.list_name, question.list_name), []).append(name)
        for names in users.values():
            yield from _List(self.earlier.questions[names[0]], self.later.questions[names[0]], frozenset(names), self.later).differences()


@dataclass(frozen=True)
class _List:
    before: Question
    after: Question
    users: frozenset[str]
    later: Questionnaire

    def differences(self) -> Iterable[Difference]:
        codes = {choice.code: choice for choice in self.before.choices}
        for choice in self.after.choices:
            known = self.before.choice_by_name.get(choice.name)
            if known is None:
                yield self._added(choice, codes.get(choice.code))
            else:
                yield from self._kept(known, choice)
        for choice in self.before.choices:
            if choice.name not in self.after.choice_by_name:
                yield self._made(
                    "breaking", "removed", choice, "name", self._label(choice), "", Message(N_("It can no longer be answered."))
                )
        yield from self._order()

    def _added(self, choice: Choice, holder: Choice | None) -> Difference:
        if holder and not self._by_name and holder.name not in self.after.choice_by_name:
            why = Message(OTHER_MEANING, {"label": self._label(holder)})
            return self._made(
                "breaking", "recoded", choice, "code", f"{holder.code} {self._label(holder)}", f"{choice.code} {self._label(choice)}", why
            )
        weight: Weight = "comparable" if self._is_drawn or self._is_last(choice) or self._by_name else "breaking"
        why = Message(N_("One answer more draws people from the others.") if weight == "comparable"
                      else N_("Put among answers that are read in order, it makes another scale."))  # fmt: skip
        return self._made(weight, "added", choice, "name", "", self._label(choice), why)

    def _kept(self, before: Choice, after: Choice) -> Iterable[Difference]:
        if before.code != after.code:
            weight = "harmless" if self._by_name else "breaking"
            why = Message(
                N_("Ticks and ranks are stored choice by choice: no code.")
                if self._by_name
                else N_("Its answers are stored under another code.")
            )
            yield self._made(weight, "recoded", after, "code", str(before.code), str(after.code), why)
        for language in sorted(before.labels.keys() | after.labels.keys()):
            texts = before.labels.get(language, ""), after.labels.get(language, "")
            found = compared(*texts)
            if found:
                weight, why = found if all(texts) else ("harmless", Message(N_("A translation came or went.")))
                yield self._made(weight, "reworded", after, "label", *texts, why, language)
        if before.flags != after.flags:
            weight = "breaking" if (before.flags ^ after.flags) & OPINION else "comparable"
            why = Message(N_("Whether it counts as an opinion changed.") if weight == "breaking" else N_("It goes with the other answers otherwise."))  # fmt: skip
            yield self._made(weight, "recoded", after, "flags", " ".join(sorted(before.flags)), " ".join(sorted(after.flags)), why)
        if relation(before.relevant, after.relevant, self.later.questions) != "same":
            first, second = (each.relevant.text if each.relevant else "" for each in (before, after))
            yield self._made("breaking", "refiltered", after, "relevant", first, second, Message(N_("It is offered to other people.")))
        if before.image != after.image:
            yield self._made("comparable", "set", after, "image", before.image, after.image, Message(N_("Another image is shown.")))

    def _order(self) -> Iterable[Difference]:
        first = [choice.name for choice in self.before.choices if choice.name in self.after.choice_by_name]
        second = [choice.name for choice in self.after.choices if choice.name in self.before.choice_by_name]
        if first != second:
            weight: Weight = "harmless" if self._is_drawn else "comparable"
            why = Message(
                N_("Their order is drawn for each person.") if self._is_drawn else N_("Answers read first are chosen more often.")
            )
            name = self.after.list_name or self.after.name
            yield Difference(weight, "reordered", "choice", name, "order", self._listed(first), self._listed(second), why, self.users)

    @property
    def _by_name(self) -> bool:
        return self.after.kind in ("multiple", "ranking")

    @property
    def _is_drawn(self) -> bool:
        return bool(self.before.choice_order and self.after.choice_order)

    def _is_last(self, choice: Choice) -> bool:
        """Say whether no opinion of before comes after it; don't know, none and other always stand last."""
        following = self.after.choices[self.after.choices.index(choice) + 1 :]
        return choice.stays_last or not any(each.name in self.before.choice_by_name and not each.stays_last for each in following)

    def _listed(self, names: Sequence[str]) -> str:
        return ", ".join(self._label(self.after.choice_by_name[name]) for name in names)

    def _label(self, choice: Choice) -> str:
        return choice.labels.get(self.later.default_language, "") or choice.name

    def _made(
        self, weight: str, kind: str, choice: Choice, part: str, before: str, after: str, why: Message, language: str = ""
    ) -> Difference:
        name = f"{self.after.list_name or self.after.name} / {choice.name}"
        return Difference(weight, kind, "choice", name, part, before, after, why, self.users, language)  # type: ignore[arg-type]
