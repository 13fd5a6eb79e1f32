"""Whether conditions can hold together for somebody: what they, and the answers that they require, say of each answer.

An answer that a condition requires tells that its question was asked, hence that the conditions of its page and its own
held (as in ``surveys.core.asked``). Each step only drops what is impossible, alternatives are tried in turn and their
number is capped: *impossible* is certain, *possible* is shown by an example, and *unknown* is neither.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from itertools import product

from surveys.core.domains import EPOCH, FLIPPED, Domain, Impossible, Numbers, Texts, Ticks, answered, domain_of, equal_to_text
from surveys.core.expressions import Answer, Expression, as_number, as_text, evaluate, holds
from surveys.core.grammar import NEGATION, Call, Current, Literal, Node, Variable
from surveys.core.questionnaire import Page, Question, Questionnaire

MOST_STEPS = 3_000  # refinements in one verdict
MOST_CASES = 120  # alternatives looked into in one verdict
MOST_COMBINATIONS = 256  # of values of the questions in one comparison

Claim = tuple[Node, bool]  # a condition, and whether it holds


class Verdict(Enum):
    """Whether somebody can meet conditions together."""

    IMPOSSIBLE = "impossible"
    POSSIBLE = "possible"
    UNKNOWN = "unknown"


class _Tiring(Exception):
    """More steps than a verdict may cost."""


@dataclass
class _Case:
    """What is known of one person: the values left for each answer looked at, and what they must still satisfy."""

    domains: dict[str, Domain] = field(default_factory=dict)
    claims: dict[str, dict[Claim, None]] = field(default_factory=dict)  # the comparisons to look at again, by question
    choices: list[tuple[tuple[Claim, ...], ...]] = field(default_factory=list)  # one of each must hold
    looked_into: set[str] = field(default_factory=set)

    def copy(self) -> _Case:
        claims = {name: dict(claims) for name, claims in self.claims.items()}
        return _Case(dict(self.domains), claims, list(self.choices), set(self.looked_into))


class Reasoner:
    """Reasons about one questionnaire, whose conditions must only use answers given before them."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self.questionnaire = questionnaire
        self.place = {page.name: number for number, page in enumerate(questionnaire.pages)}
        self.first: dict[str, Domain] = {}  # what each answer can be, as far as its question tells
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
            wanted.append((at.relevant.tree, True))
        case = _Case()
        try:
            self._assume(case, wanted)
            return self._search(case, wanted)
        except Impossible:
            return Verdict.IMPOSSIBLE
        except _Tiring:
            return Verdict.UNKNOWN

    def _search(self, case: _Case, wanted: list[Claim]) -> Verdict:
        """Try the alternatives left. Raises Impossible when none can be."""
        self._settle(case)
        if not case.choices:
            return Verdict.POSSIBLE if self._is_example(case, wanted) else Verdict.UNKNOWN
        case.choices.sort(key=len, reverse=True)
        is_unknown = False
        for alternative in case.choices.pop():
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
        """Drop the alternatives that cannot be; where one is left, it holds."""
        is_settled = False
        while not is_settled:
            is_settled = True
            for choice in list(case.choices):
                left = [alternative for alternative in choice if self._can_be(case, alternative)]
                if not left:
                    raise Impossible
                if len(left) < len(choice):
                    case.choices.remove(choice)
                    if len(left) > 1:
                        case.choices.append(tuple(left))
                    else:
                        self._assume(case, left[0])
                    is_settled = False

    def _can_be(self, case: _Case, alternative: tuple[Claim, ...]) -> bool:
        """A quick look: whether each comparison can be as claimed by itself."""
        for node, truth in alternative:
            if isinstance(node, Call) and node.function in ("and", "or", "not", "if"):
                continue
            looked_at = _Case(dict(case.domains), {}, [], set(self.questionnaire.questions))
            try:
                self._compare(looked_at, node, truth)
            except Impossible:
                return False
        return True

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
                for name in _names(node):
                    case.claims.setdefault(name, {})[node, truth] = None
                ahead += self._compare(case, node, truth)
            elif len(parts) == 1:
                ahead += parts[0]
            else:
                case.choices.append(parts)

    def _compare(self, case: _Case, node: Node, truth: bool) -> list[Claim]:
        """Narrow the answers that one comparison is about; return the claims to look at next."""
        changed = list(_narrowed(node, truth, lambda name: self._domain(case, name)))
        following: list[Claim] = []
        for name, domain in changed:
            if domain == self._domain(case, name):
                continue
            case.domains[name] = domain
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
            case.choices.append(tuple(_outcomes(question.calculation.tree, question)))
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
        if name not in self.first:
            self.first[name] = domain_of(question)
        domain = self.first[name]
        if not self._was_asked_of_all(question):
            return domain
        if isinstance(domain, Texts) and question.kind == "calculate":
            return domain if question.split or self._can_come_out_empty(question) else domain.kept(domain.values - {""})
        if question.required and not question.is_filtered and (question.choices or question.kind not in ("single", "multiple", "ranking")):
            domain = answered(domain)
        return self._not_ended(question, domain)

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
            left |= _narrowed(node, truth, left.__getitem__)
        return left[question.name]

    def _is_example(self, case: _Case, wanted: list[Claim]) -> bool:
        for name in frozenset[str]().union(*(_names(node) for node, _ in wanted)):
            self._domain(case, name)
        answers = {name: _example(domain, self.questionnaire.questions.get(name)) for name, domain in case.domains.items()}
        given = [self.questionnaire.questions[name] for name, answer in answers.items() if answer and name in self.questionnaire.questions]
        if any(not holds(condition, answers) for question in given for condition in self._conditions(question)):
            return False
        calculated = [question for question in given if question.kind == "calculate" and question.calculation is not None]
        if any(
            as_text(evaluate(question.calculation, answers)) != answers[question.name] for question in calculated if question.calculation
        ):
            return False
        return all(holds(Expression("", node), answers) == truth for node, truth in wanted)


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


@lru_cache(maxsize=20_000)
def _names(node: Node) -> frozenset[str]:
    return Expression("", node).variables


def about(condition: Expression | None, name: str) -> Expression | None:
    """Return the condition with the answer to the question ``name`` in the place of the current one."""
    return None if condition is None else Expression(condition.text, _with_current(condition.tree, name))


def _with_current(node: Node, name: str) -> Node:
    if isinstance(node, Current):
        return Variable(name)
    if isinstance(node, Call):
        return Call(node.function, tuple(_with_current(argument, name) for argument in node.arguments))
    return node


def _narrowed(node: Node, truth: bool, domain_of: Callable[[str], Domain]) -> Iterator[tuple[str, Domain]]:
    """The answers that a comparison narrows, with what is left of them. Raises Impossible when nothing is."""
    names = sorted(_names(node))
    if not names:
        if holds(Expression("", node), {}) != truth:
            raise Impossible
        return
    domains = {name: domain_of(name) for name in names}
    lists = [domain.values for domain in domains.values() if isinstance(domain, Texts)]
    if len(lists) == len(names) and math.prod(map(len, lists)) <= MOST_COMBINATIONS:
        yield from _filtered(node, truth, names, domains)
    elif isinstance(node, Variable):
        yield node.name, equal_to_text(domains[node.name], "", not truth)
    elif isinstance(node, Call):
        yield from _by_sign(node, truth, domains)


def _filtered(node: Node, truth: bool, names: list[str], domains: Mapping[str, Domain]) -> Iterator[tuple[str, Domain]]:
    """Try every combination of a few texts."""
    condition = Expression("", node)
    texts = [domain.values for domain in domains.values() if isinstance(domain, Texts)]
    left = [values for values in product(*texts) if holds(condition, dict(zip(names, values, strict=True))) == truth]
    for position, name in enumerate(names):
        domain = domains[name]
        if isinstance(domain, Texts):
            yield name, domain.kept(values[position] for values in left)


def _by_sign(node: Call, truth: bool, domains: Mapping[str, Domain]) -> Iterator[tuple[str, Domain]]:
    function = node.function
    if function == "!=":
        function, truth = "=", not truth
    if function == "selected":
        yield from _selected(node, truth, domains)
    elif function in FLIPPED:
        left, right = map(_written, node.arguments)
        for one, other, sign in ((left, right, function), (right, left, FLIPPED[function])):
            if isinstance(other, Literal):
                yield from _against(one, sign, other.value, truth, domains)
                return
        if truth and function != "=":
            yield from _ordered(left, function, right, domains)


def _written(node: Node) -> Node:
    """A part without any answer in it, such as date('2023-11-22'), is what it comes to."""
    return node if isinstance(node, Literal) or _names(node) else Literal(evaluate(Expression("", node), {}))


def _selected(node: Call, truth: bool, domains: Mapping[str, Domain]) -> Iterator[tuple[str, Domain]]:
    subject, choice = node.arguments
    if not isinstance(subject, Variable) or not isinstance(choice, Literal):
        return
    domain = domains[subject.name]
    if isinstance(domain, Ticks):
        yield subject.name, domain.having(as_text(choice.value), truth)
    elif truth:
        yield subject.name, answered(domain)


def _against(subject: Node, sign: str, value: str | float, truth: bool, domains: Mapping[str, Domain]) -> Iterator[tuple[str, Domain]]:
    """Something compared with what is written beside it."""
    if sign == "=" and isinstance(value, str):
        if isinstance(subject, Variable):
            yield subject.name, equal_to_text(domains[subject.name], value, truth)
        return
    number = as_number(value)
    if number is None:
        if truth:  # no order among texts
            raise Impossible
        return
    name = _number_of(subject, domains)
    domain = domains.get(name)
    if isinstance(domain, Numbers):
        yield name, domain.compared(sign, number, truth)
    elif isinstance(domain, Ticks):
        yield from ((name, counted) for counted in _counted(domain, sign, number, truth))
    elif truth and isinstance(subject, Variable):
        yield subject.name, answered(domains[subject.name])
    elif truth:
        yield from _ordered(subject, sign, Literal(number), domains)


def _number_of(subject: Node, domains: Mapping[str, Domain]) -> str:
    """The question whose number, day or count of choices ``subject`` is; '' when it is none."""
    if isinstance(subject, Call) and len(subject.arguments) == 1 and subject.function in ("number", "date", "count-selected"):
        inside = subject.arguments[0]
        if isinstance(inside, Variable):
            domain = domains[inside.name]
            if isinstance(domain, Ticks):
                return inside.name if subject.function == "count-selected" else ""
            return (
                inside.name
                if isinstance(domain, Numbers) and domain.is_date == (subject.function == "date") and subject.function != "count-selected"
                else ""
            )
    if isinstance(subject, Variable):
        domain = domains[subject.name]
        return subject.name if isinstance(domain, Numbers) and not domain.is_date else ""
    return ""


def _counted(domain: Ticks, sign: str, number: float, truth: bool) -> Iterator[Ticks]:
    counts = Numbers(domain.few, domain.most, frozenset(), whole=True).compared(sign, number, truth)
    yield domain.counted(counts.low, counts.high)


def _ordered(left: Node, sign: str, right: Node, domains: Mapping[str, Domain]) -> Iterator[tuple[str, Domain]]:
    """An ordering that holds is of two numbers: each side narrows the other."""
    low, high = _span(left, domains), _span(right, domains)
    for one, other, way in ((left, high, sign), (right, low, FLIPPED[sign])):
        name = _number_of(one, domains)
        domain = domains.get(name)
        bound = other[1] if way in ("<", "<=") else other[0]
        if isinstance(domain, Numbers) and way != "=":
            yield name, domain.compared(way, bound, True) if math.isfinite(bound) else domain.made(domain.low, domain.high, frozenset())
    smallest, largest = (low, high) if sign in ("<", "<=") else (high, low)
    if sign == "=":
        if low[0] > high[1] or high[0] > low[1]:
            raise Impossible
    elif smallest[0] > largest[1] or (smallest[0] == largest[1] and sign in ("<", ">")):
        raise Impossible


def _span(node: Node, domains: Mapping[str, Domain]) -> tuple[float, float]:
    """The least and the largest number that a calculation can give, when it gives one."""
    if isinstance(node, Literal):
        number = as_number(node.value)
        return (-math.inf, math.inf) if number is None else (number, number)
    domain = domains.get(_number_of(node, domains))
    if isinstance(domain, Numbers):
        return domain.low, domain.high
    if isinstance(domain, Ticks):
        return domain.few, domain.most
    if isinstance(node, Call) and node.function in ("+", "-", NEGATION):
        spans = [_span(argument, domains) for argument in node.arguments]
        if node.function == NEGATION:
            return -spans[0][1], -spans[0][0]
        (a, b), (c, d) = spans
        return _widened(*((a + c, b + d) if node.function == "+" else (a - d, b - c)))
    return -math.inf, math.inf


def _widened(low: float, high: float) -> tuple[float, float]:
    """What rounding could add is allowed for; infinite less infinite is anything."""
    low, high = (-math.inf if math.isnan(low) else low), (math.inf if math.isnan(high) else high)
    return math.nextafter(low, -math.inf), math.nextafter(high, math.inf)


def _example(domain: Domain, question: Question | None) -> Answer:
    if not domain.is_answered:
        return ""
    if isinstance(domain, Texts):
        return min(domain.values)
    if isinstance(domain, Ticks):
        order = list(question.choice_by_name) if question else []
        names = set(domain.ticked) | set([name for name in order if name in domain.free][: domain.few - len(domain.ticked)])
        return tuple(name for name in order if name in names)
    if isinstance(domain, Numbers):
        return _number_example(domain)
    return "x"


def _number_example(domain: Numbers) -> str:
    if domain.low > domain.high:
        return min(domain.others)
    number = min(max(0.0, domain.low), domain.high)
    if domain.is_date:
        try:
            return (EPOCH + datetime.timedelta(days=number)).isoformat()
        except OverflowError:
            return ""
    return as_text(number)
