"""Random questionnaires, answers and conditions, for the properties of the condition language."""

from __future__ import annotations

from hypothesis import strategies as st

from surveys.core.grammar import FUNCTIONS, LEVELS, NEGATION, Call, Literal, Node, Variable

SINGLES = ("sex", "q8", "age")
NUMBERS = ("years", "q16")
MULTIPLES = {"q1": ("rdv", "documents", "7", "aucun"), "q6": ("vol", "1")}
NEVER_ASKED = ("q99",)
TEXTS = (
    "",
    "2024-02-29",
    "2023-02-29",
    "1",
    "2",
    "01",
    "H",
    "18-24",
    "NSP",
    "7",
    "-3",
    "2.50",
    "rdv",
    "vol",
    "rdv documents",
    "true",
    "1e3",
    "-0",
    "９",
)

OPERATORS = tuple(sign for level in LEVELS for sign in level)

answers = st.fixed_dictionaries(
    {
        **{name: st.sampled_from(TEXTS) for name in SINGLES},
        **{name: st.sampled_from(("", "NSP", "0", "7", "-3", "2.50", "18", "1000000")) for name in NUMBERS},
        **{
            name: st.sets(st.sampled_from(choices)).map(lambda ticked, choices=choices: tuple(c for c in choices if c in ticked))
            for name, choices in MULTIPLES.items()
        },
    }
)

_leaves = st.one_of(
    st.sampled_from((*SINGLES, *NUMBERS, *MULTIPLES, *NEVER_ASKED)).map(Variable),
    st.sampled_from(TEXTS).map(Literal),
    st.sampled_from((0.0, 1.0, 2.5, 7.0, 18.0, 100.0)).map(Literal),
    st.booleans().map(Literal),
)


def _calls(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    operators = st.builds(lambda sign, a, b: Call(sign, (a, b)), st.sampled_from(OPERATORS), nodes, nodes)
    negations = nodes.map(lambda a: Call(NEGATION, (a,)))
    functions = [
        st.tuples(*[nodes] * count).map(lambda given, name=name: Call(name, given))
        for name, (fewest, most) in FUNCTIONS.items()
        for count in {fewest, min(most, fewest + 1)} - {0}
    ]
    asked = st.builds(
        lambda name, choice: Call("selected", (Variable(name), Literal(choice))),
        st.sampled_from(tuple(MULTIPLES)), st.sampled_from(("rdv", "vol", "7", "", "nobody")),
    )  # fmt: skip
    return st.one_of(operators, operators, negations, asked, *functions)


trees = st.recursive(_leaves, _calls, max_leaves=12)


def written(node: Node, level: int = 0) -> str:
    """Return the condition as text, with no more brackets than its tree needs."""
    if isinstance(node, Variable):
        return f"${{{node.name}}}"
    if isinstance(node, Literal):
        if isinstance(node.value, bool):
            return "true()" if node.value else "false()"
        return f"'{node.value}'" if isinstance(node.value, str) else f"{node.value:g}"
    assert isinstance(node, Call)
    if node.function in FUNCTIONS:
        return f"{node.function}({', '.join(written(argument) for argument in node.arguments)})"
    if node.function == NEGATION:
        return f"- {written(node.arguments[0], len(LEVELS))}"
    own = next(number for number, signs in enumerate(LEVELS) if node.function in signs)
    text = f"{written(node.arguments[0], own)} {node.function} {written(node.arguments[1], own + 1)}"
    return f"({text})" if own < level else text
