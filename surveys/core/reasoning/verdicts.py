"""Whether conditions can hold together for somebody: what they, and the answers that they require, say of each answer.

An answer that a condition requires tells that its question was asked, hence that the conditions of its page and its own
held (as in ``surveys.core.asked``). Each step only drops what is impossible, alternatives are tried in turn and their
number is capped: *impossible* is certain, *possible* is shown by an example, and *unknown* is neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum

from surveys.core.expressions import Expression, as_text, evaluate, holds
from surveys.core.grammar import Call, Current, Literal, Node, Variable
from surveys.core.questionnaire import Page, Question, Questionnaire
from surveys.core.reasoning.domains import Domain, Impossible, Texts, answered, domain_of
from surveys.core.reasoning.examples import example_of
from surveys.core.reasoning.narrowing import names_of, narrowed

MOST_STEPS = 3_000  # refinements in one verdict
MOST_CASES = 120  # alternatives looked into in one verdict

Claim = tuple[Node, bool]  # a condition, and whether it holds


class Verdict(Enum):
    """Whether somebody can meet conditions together."""

    IMPOSSIBLE = "impossible"
    POSSIBLE = "possible"
    UNKNOWN = "unknown"


class _Tiring(Exception):
    """More steps than a verdict may cost."""


@dataclass(frozen=True)
class _Choice:
    """Alternatives, one of which must hold, and the questions they are about."""

    alternatives: tuple[tuple[Claim, ...], ...]
    names: frozenset[str]


@dataclass
class _Case:
    """What is known of one person: the values left for each answer looked at, and what they must still satisfy."""

    domains: dict[str, Domain] = field(default_factory=dict)
    claims: dict[str, dict[Claim, None]] = field(default_factory=dict)  # the comparisons to look at again, by question
    choices: list[_Choice] = field(default_factory=list)
    fresh: list[_Choice] = field(default_factory=list)  # not looked at yet
    changed: set[str] = field(default_factory=set)  # since the choices were looked at
    looked_into: set[str] = field(default_factory=set)

    def copy(self) -> _Case:
        claims = {name: dict(claims) for name, claims in self.claims.items()}
        return _Case(dict(self.domains), claims, list(self.choices), list(self.fresh), set(self.changed), set(self.looked_into))

    def choose(self, alternatives: tuple[tuple[Claim, ...], ...]) -> None:
        self.fresh.append(_Choice(alternatives, _names_in(alternatives)))

    def to_look_at(self) -> list[_Choice]:
        """Take out the choices that are new, or about an answer that was narrowed."""
        found = self.fresh + [choice for choice in self.choices if not choice.names.isdisjoint(self.changed)]
        self.choices = [choice for choice in self.choices if choice.names.isdisjoint(self.changed)]
        self.fresh, self.changed = [], set()
        return found


class Reasoner:
    """Reasons about one questionnaire, whose conditions must only use answers given before them."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self.questionnaire = questionnaire
        self.place = {page.name: number for number, page in enumerate(questionnaire.pages)}
        self.first: dict[str, Domain] = {}  # what each answer can be, as far as its question tells
        self.narrowed: dict[tuple[object, ...], tuple[tuple[str, Domain], ...] | None] = {}
        self.last: tuple[tuple[str, tuple[Claim, ...]] | None, _Case] = (None, _Case())
        self.steps = self.cases = 0
        self.reached: int | None = None

    def verdict(self, claims: Iterable[tuple[Expression | None, bool]], at: Page | None = None, aside: bool = False) -> Verdict:
        """Say whether each condition can be as claimed (None always holds), for somebody who comes to the page ``at``.

        Somebody there gave every answer that earlier pages require of everybody, and none that ended the interview.
        None is the end of the questionnaire. With ``aside`` the page's own condition is left out.
        """
        self.steps = self.cases = 0
        self.reached = None if at is None else self.place[at.name]
        wanted = [(condition.tree, truth) for condition, truth in claims if condition is not None]
        if at is not None and at.relevant is not None and not aside:
            wanted.insert(0, (at.relevant.tree, True))
        try:
            case = self._begun(at, wanted[:-1]).copy()
            self._assume(case, wanted[-1:])
            return self._search(case, wanted)
        except Impossible:
            return Verdict.IMPOSSIBLE
        except _Tiring:
            return Verdict.UNKNOWN

    def has_answer(self, question: Question, claims: Iterable[tuple[Expression | None, bool]]) -> bool:
        """Say whether a question that is asked may have an answer as claimed; the claims are about this answer alone."""
        self.steps = self.cases = 0
        wanted = [(condition.tree, truth) for condition, truth in claims if condition is not None]
        case = _Case(domains={question.name: self._own_domain(question)}, looked_into={question.name})
        try:
            self._assume(case, wanted)
            self._search(case, wanted)
        except Impossible:
            return False
        except _Tiring:
            return True
        return True

    def _begun(self, at: Page | None, wanted: list[Claim]) -> _Case:
        """What follows from all claims but the last, which several verdicts in a row share."""
        key = (at.name if at else "", tuple(wanted))
        if key != self.last[0]:
            case = _Case()
            self._assume(case, wanted)
            self._settle(case)
            self.last = key, case
        return self.last[1]

    def _search(self, case: _Case, wanted: list[Claim]) -> Verdict:
        """Try the alternatives left. Raises Impossible when none can be."""
        self._settle(case)
        if not case.choices:
            return Verdict.POSSIBLE if self._is_example(case, wanted) else Verdict.UNKNOWN
        tried = min(case.choices, key=lambda choice: len(choice.alternatives))
        case.choices.remove(tried)
        is_unknown = False
        for alternative in tried.alternatives:
            self.cases += 1
            if self.cases > MOST_CASES:
                raise _Tiring
            trial = case.copy()
            try:
                self._assume(trial, alternative)
                verdict = self._search(trial, wanted)
            except Impossible:
                continue
            if verdict is Verdict.POSSIBLE:
                return verdict
            is_unknown = True
        if is_unknown:
            return Verdict.UNKNOWN
        raise Impossible

    def _settle(self, case: _Case) -> None:
        """Drop the alternatives that cannot be, and the choices that are made; where one alternative is left, it holds."""
        while ahead := case.to_look_at():
            for choice in ahead:
                left = tuple(alternative for alternative in choice.alternatives if self._can_be(case, alternative))
                if not left:
                    raise Impossible
                if len(left) == 1:
                    self._assume(case, left[0])
                elif not any(self._is_sure(case, alternative) for alternative in left):
                    case.choices.append(choice if len(left) == len(choice.alternatives) else _Choice(left, _names_in(left)))

    def _can_be(self, case: _Case, alternative: tuple[Claim, ...]) -> bool:
        """A quick look: whether each comparison can be as claimed by itself."""
        return all(_is_compound(node) or self._narrow(case, node, truth) is not None for node, truth in alternative)

    def _is_sure(self, case: _Case, alternative: tuple[Claim, ...]) -> bool:
        return all(not _is_compound(node) and self._narrow(case, node, not truth) is None for node, truth in alternative)

    def _narrow(self, case: _Case, node: Node, truth: bool) -> tuple[tuple[str, Domain], ...] | None:
        """What a comparison leaves of the answers it is about; None when it cannot be as claimed."""
        domains = {name: self._domain(case, name) for name in names_of(node)}
        key = (node, truth, *domains.values())
        if key not in self.narrowed:
            try:
                self.narrowed[key] = tuple(narrowed(node, truth, domains))
            except Impossible:
                self.narrowed[key] = None
        return self.narrowed[key]

    def _assume(self, case: _Case, claims: Iterable[Claim]) -> None:
        """Add what must hold, and all that follows from it. Raises Impossible."""
        ahead = list(claims)
        while ahead:
            node, truth = ahead.pop()
            self.steps += 1
            if self.steps > MOST_STEPS:
                raise _Tiring
            parts = _parts(node, truth)
            if parts is None:
                for name in names_of(node):
                    case.claims.setdefault(name, {})[node, truth] = None
                ahead += self._compare(case, node, truth)
            elif len(parts) == 1:
                ahead += parts[0]
            else:
                case.choose(parts)

    def _compare(self, case: _Case, node: Node, truth: bool) -> list[Claim]:
        """Narrow the answers that one comparison is about; return the claims to look at next."""
        changed = self._narrow(case, node, truth)
        if changed is None:
            raise Impossible
        following: list[Claim] = []
        for name, domain in changed:
            if domain == self._domain(case, name):
                continue
            case.domains[name] = domain
            case.changed.add(name)
            following += case.claims.get(name, ())
            if name not in case.looked_into and name in self.questionnaire.questions:
                following += self._consequences(case, name, domain)
        return following

    def _consequences(self, case: _Case, name: str, domain: Domain) -> list[Claim]:
        """What an answer tells: its question was asked; a calculation came out so."""
        if not domain.is_answered:
            return []
        case.looked_into.add(name)
        question = self.questionnaire.questions[name]
        if question.kind == "calculate" and question.calculation is not None and isinstance(domain, Texts):
            case.choose(tuple(_outcomes(question.calculation.tree, question)))
        return [(condition.tree, True) for condition in self._conditions(question)]

    def _conditions(self, question: Question) -> list[Expression]:
        if question.kind == "hidden":  # kept whatever is asked
            return []
        own = (
            self.questionnaire.page_of[question.name].relevant,
            question.relevant,
            question.offers_something if question.is_asked else None,
        )
        return [condition for condition in own if condition is not None]

    def _domain(self, case: _Case, name: str) -> Domain:
        found = case.domains.get(name)
        if found is None:
            found = case.domains[name] = self._beginning(name)
        return found

    def _beginning(self, name: str) -> Domain:
        question = self.questionnaire.questions.get(name)
        if question is None:
            return Texts(frozenset({""}))
        domain = self._own_domain(question)
        if not self._was_asked_of_all(question):
            return domain
        if isinstance(domain, Texts) and question.kind == "calculate":
            return domain if question.split or self._can_come_out_empty(question) else domain.kept(domain.values - {""})
        if question.required and not question.is_filtered and (question.choices or question.kind not in ("single", "multiple", "ranking")):
            domain = answered(domain)
        return self._not_ended(question, domain)

    def _own_domain(self, question: Question) -> Domain:
        if question.name not in self.first:
            self.first[question.name] = domain_of(question)
        return self.first[question.name]

    def _was_asked_of_all(self, question: Question) -> bool:
        page = self.questionnaire.page_of[question.name]
        is_past = self.reached is None or (self.place[page.name] < self.reached and page.order is None)
        return is_past and (question.is_asked or question.kind == "calculate") and not self._conditions(question)

    def _can_come_out_empty(self, question: Question) -> bool:
        return question.calculation is None or Literal("") in question.calculation.outcomes()

    def _not_ended(self, question: Question, domain: Domain) -> Domain:
        """Whoever goes on did not give an answer that ends the interview."""
        if question.ends_if is None or question.ends_if.variables - {question.name}:
            return domain
        tree = _with_current(question.ends_if.tree, question.name)
        left = {question.name: domain}
        for node, truth in _conjuncts(tree, False):
            left |= narrowed(node, truth, left)
        return left[question.name]

    def _is_example(self, case: _Case, wanted: list[Claim]) -> bool:
        for name in frozenset[str]().union(*(names_of(node) for node, _ in wanted)):
            self._domain(case, name)
        answers = {name: example_of(domain, self.questionnaire.questions.get(name)) for name, domain in case.domains.items()}
        given = [self.questionnaire.questions[name] for name, answer in answers.items() if answer and name in self.questionnaire.questions]
        if any(not holds(condition, answers) for question in given for condition in self._conditions(question)):
            return False
        calculated = [question for question in given if question.kind == "calculate" and question.calculation is not None]
        if any(
            as_text(evaluate(question.calculation, answers)) != answers[question.name] for question in calculated if question.calculation
        ):
            return False
        return all(holds(Expression("", node), answers) == truth for node, truth in wanted)


def _is_compound(node: Node) -> bool:
    return isinstance(node, Call) and node.function in ("and", "or", "not", "if")


def _parts(node: Node, truth: bool) -> tuple[tuple[Claim, ...], ...] | None:
    """The alternatives of a condition, each of claims that hold together; None for a comparison."""
    if not isinstance(node, Call):
        return None
    if node.function == "not":
        return (((node.arguments[0], not truth),),)
    if node.function in ("and", "or"):
        both = tuple((argument, truth) for argument in node.arguments)
        return (both,) if (node.function == "and") == truth else tuple((claim,) for claim in both)
    if node.function == "if":
        condition, one, other = node.arguments
        return ((condition, True), (one, truth)), ((condition, False), (other, truth))
    if node.function in ("=", "!="):
        for one, other in (node.arguments, node.arguments[::-1]):
            if isinstance(other, Literal) and isinstance(other.value, bool):
                return (((one, other.value == (truth == (node.function == "="))),),)
    return None


def _conjuncts(node: Node, truth: bool) -> Iterator[Claim]:
    """The comparisons that hold for sure when ``node`` is ``truth``."""
    parts = _parts(node, truth)
    if parts is None:
        yield node, truth
    elif len(parts) == 1:
        for part, claimed in parts[0]:
            yield from _conjuncts(part, claimed)


def _outcomes(node: Node, question: Question) -> Iterator[tuple[Claim, ...]]:
    """The ways in which a calculation comes out: what must hold, and its value."""
    if isinstance(node, Call) and node.function == "if":
        condition, one, other = node.arguments
        for truth, outcome in ((True, one), (False, other)):
            for way in _outcomes(outcome, question):
                yield ((condition, truth), *way)
    elif isinstance(node, Call) and node.function == "coalesce":
        first, second = node.arguments
        is_empty = Call("=", (first, Literal("")))
        for way in _outcomes(first, question):
            yield ((is_empty, False), *way)
        for way in _outcomes(second, question):
            yield ((is_empty, True), *way)
    else:
        value = Literal(as_text(node.value)) if isinstance(node, Literal) else node
        yield ((Call("=", (Variable(question.name), value)), True),)


def _names_in(alternatives: tuple[tuple[Claim, ...], ...]) -> frozenset[str]:
    return frozenset().union(*(names_of(node) for alternative in alternatives for node, _ in alternative))


def about(condition: Expression | None, name: str) -> Expression | None:
    """Return the condition with the answer to the question ``name`` in the place of the current one."""
    return None if condition is None else Expression(condition.text, _with_current(condition.tree, name))


def _with_current(node: Node, name: str) -> Node:
    if isinstance(node, Current):
        return Variable(name)
    if isinstance(node, Call):
        return Call(node.function, tuple(_with_current(argument, name) for argument in node.arguments))
    return node
