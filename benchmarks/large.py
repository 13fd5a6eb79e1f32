"""A large questionnaire, made for measuring: as many questions and conditions as asked for, all of them different.

It reads as a real one does: each page has its filter, each question depends on a few earlier ones, numbers have limits.
"""

from __future__ import annotations

import random

from surveys.core.workbook import Sheet, Workbook, sheet_of

PER_PAGE = 5
CHOICES = tuple("abcdef")
HEADER = ("type", "name", "label::Français (fr)", "label::English (en)", "required", "relevant", "constraint", "soft_constraint",
          "soft_constraint_message::Français (fr)", "soft_constraint_message::English (en)", "ends_if", "ends_as", "appearance", "calculation")  # fmt: skip


def large_workbook(questions: int = 200, conditions: int = 1_000, seed: int = 7) -> Workbook:
    """Return the sheets of a questionnaire with so many questions, and so many cells that hold a condition."""
    drawn = random.Random(seed)
    lines: list[dict[str, str]] = [
        _line("begin_group", "welcome"),
        _line("select_one yes_no", "consent", required="yes", appearance="consent", ends_if=". = 'no'", ends_as="refused"),
        _line("end_group"),
    ]
    asked: list[str] = []
    for number in range(questions):
        if number % PER_PAGE == 0:
            earlier = tuple(asked)
            lines.append(_line("begin_group", f"page{number // PER_PAGE}", relevant=_condition(drawn, earlier) if number else ""))
        lines.append(_question(drawn, f"q{number}", earlier))
        asked.append(f"q{number}")
        if number % PER_PAGE == PER_PAGE - 1 or number == questions - 1:
            lines.append(_line("end_group"))
    _dilute(lines, conditions, drawn)
    return {"settings": _settings(), "survey": _sheet("survey", HEADER, lines), "choices": _choices(), "bases": _bases()}


def conditions_in(workbook: Workbook) -> int:
    """Count the cells that hold a condition."""
    columns = ("relevant", "constraint", "soft_constraint", "ends_if", "calculation", "condition")
    return sum(bool(row[column]) for sheet in workbook.values() for row in sheet for column in columns)


def _question(drawn: random.Random, name: str, earlier: tuple[str, ...]) -> dict[str, str]:
    kind = _kind(name)
    limit = drawn.randrange(50, 120)
    own = {
        "select_one usual": (". != '' or ${consent} = 'yes'", f". != '{drawn.choice(CHOICES)}'", f". = '{drawn.choice(CHOICES)}'"),
        "select_multiple usual": (f"count-selected(.) <= {drawn.randrange(2, 6)}", f"not(selected(., '{drawn.choice(CHOICES)}'))",
                                  f"selected(., '{drawn.choice(CHOICES)}') and count-selected(.) = 1"),
        "integer": (f". >= 0 and . <= {limit}", f". < {limit - 5} or . = {limit}", f". > {limit - 2} and . < {limit}"),
    }[kind]  # fmt: skip
    relevant = _condition(drawn, earlier) if earlier else ""
    return _line(kind, name, required="yes", relevant=relevant, constraint=own[0], soft_constraint=own[1], ends_if=own[2], ends_as="screened_out",
                 **{"soft_constraint_message::Français (fr)": "Est-ce bien cela ?", "soft_constraint_message::English (en)": "Is that so?"})  # fmt: skip


def _kind(name: str) -> str:
    return ("select_one usual", "select_multiple usual", "integer")[int(name[1:]) % 3]


def _condition(drawn: random.Random, earlier: tuple[str, ...]) -> str:
    """Two to four comparisons with answers that most people give."""
    parts = [_comparison(drawn, drawn.choice(earlier[-40:])) for _ in range(drawn.randrange(2, 5))]
    return f"({parts[0]} or {' or '.join(parts[1:])})" if drawn.random() < 0.6 else f"{parts[0]} or not({' and '.join(parts[1:])})"


def _comparison(drawn: random.Random, name: str) -> str:
    return {
        "select_one usual": f"${{{name}}} != '{drawn.choice(CHOICES)}'",
        "select_multiple usual": f"selected(${{{name}}}, '{drawn.choice(CHOICES)}')",
        "integer": f"${{{name}}} >= {drawn.randrange(0, 40)}",
    }[_kind(name)]


def _dilute(lines: list[dict[str, str]], conditions: int, drawn: random.Random) -> None:
    """Leave as many conditions as asked for: those of the questions before those of the pages."""
    cells = [(line, column) for line in lines for column in ("soft_constraint", "ends_if", "constraint", "relevant") if line.get(column)]
    cells = [(line, column) for line, column in cells if line["name"] != "consent"]
    drawn.shuffle(cells)
    for line, column in cells[max(conditions - 2, 0) :]:  # the consent's and the base's
        line[column] = ""
        if column == "ends_if":
            line["ends_as"] = ""
    missing = conditions - 2 - len(cells)
    for number in range(missing):
        lines[-1:-1] = [
            _line("calculate", f"c{number}", calculation=f"if(${{q{number % 100}}} = 'a' or ${{q{number % 90 + 3}}} > {number}, 'a', 'b')")
        ]


def _line(kind: str, name: str = "", **cells: str) -> dict[str, str]:
    words = name and f"What do you think of the subject number {name}, all things considered?"
    return {"type": kind, "name": name, "label::Français (fr)": words, "label::English (en)": words, **cells}


def _sheet(name: str, header: tuple[str, ...], lines: list[dict[str, str]]) -> Sheet:
    return sheet_of(name, header, enumerate(lines, 2))


def _settings() -> Sheet:
    cells = {"form_title": "A large one", "form_id": "large", "version": "1", "default_language": "Français (fr)"}
    return sheet_of("settings", tuple(cells), [(2, cells)])


def _choices() -> Sheet:
    header = ("list_name", "name", "label::Français (fr)", "label::English (en)", "code")
    rows = [("yes_no", name) for name in ("yes", "no")] + [("usual", name) for name in CHOICES]
    return sheet_of(
        "choices",
        header,
        [(number, dict(zip(header, (*row, row[1], row[1], str(number)), strict=True))) for number, row in enumerate(rows, 2)],
    )


def _bases() -> Sheet:
    header = ("code", "condition", "subject::Français (fr)", "subject::English (en)", "base_line::Français (fr)", "base_line::English (en)")
    rows = [("all", "", "a", "b", "c", "d"), ("some", "${q0} = 'a' or ${q2} > 10", "a", "b", "c", "d")]
    return sheet_of("bases", header, [(number, dict(zip(header, row, strict=True))) for number, row in enumerate(rows, 2)])
