"""Changes to a form's sheets: a workbook in, a changed workbook out; nothing else of it moves."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from surveys.core.messages import N_, Message
from surveys.core.outline import BEGIN, BEGIN_LOOP, END, REFERENCE, Group, pages_of, read_outline
from surveys.core.workbook import Report, Row, Sheet, Workbook

Cells = Mapping[str, str]
HOLDS = {"": ("page", "section"), "section": ("page", "section"), "page": ("line", "block"), "block": ("line",)}
MOST_COPIES = 1_000
CURRENT_ANSWER = r"(?<![\w.)}'\"])\."  # a dot that stands alone


class CannotEdit(ValueError):
    """A change that cannot be made; ``message`` says why."""

    def __init__(self, template: str, /, **values: object) -> None:
        self.message = Message(template, values)
        super().__init__(str(self.message))


@dataclass(frozen=True)
class Reference:
    """A cell that names a question."""

    sheet: str
    row: int
    column: str


def row_of(workbook: Workbook, sheet: str, number: int) -> Row:
    """Return the row with this number. Raises CannotEdit when there is none any more."""
    found = next((row for row in workbook[sheet] if row.number == number), None)
    if found is None:
        raise CannotEdit(N_("This row is no longer there."))
    return found


def replace_cells(workbook: Workbook, sheet: str, number: int, cells: Cells) -> Workbook:
    """Write ``cells`` into a row, the others of the row kept; a column that the sheet lacks is added to it."""
    row_of(workbook, sheet, number)
    rows = [replace(row, cells={**row.cells, **cells}) if row.number == number else row for row in workbook[sheet]]
    return _with(workbook, sheet, rows, cells)


def insert_rows(workbook: Workbook, sheet: str, after: int, rows: Sequence[Cells]) -> Workbook:
    """Put new rows right below the row ``after`` (1 is the header)."""
    old = list(workbook[sheet])
    place = sum(row.number <= after for row in old)
    new = [Row(0, dict(cells)) for cells in rows]
    gaps = _gaps(old)
    kept = _numbered([*old[:place], *new, *old[place:]], [*gaps[:place], *[1] * len(new), *gaps[place:]])
    return _with(workbook, sheet, kept, {column: text for cells in rows for column, text in cells.items()})


def delete_rows(workbook: Workbook, sheet: str, numbers: Iterable[int]) -> Workbook:
    """Take rows out; those below move up."""
    gone = set(numbers)
    kept = [(row, gap) for row, gap in zip(workbook[sheet], _gaps(workbook[sheet].rows), strict=True) if row.number not in gone]
    return _with(workbook, sheet, _numbered([row for row, _ in kept], [gap for _, gap in kept]))


def swap_rows(workbook: Workbook, sheet: str, one: int, other: int) -> Workbook:
    """Put two rows in each other's places."""
    rows = {number: row_of(workbook, sheet, number) for number in (one, other)}
    places = {one: rows[other], other: rows[one]}
    return _with(workbook, sheet, [replace(places.get(row.number, row), number=row.number) for row in workbook[sheet]])


def delete_line(workbook: Workbook, number: int) -> Workbook:
    """Take a line of the survey sheet out, with all that it holds when it begins a group."""
    marked = with_pages_marked(workbook)
    return delete_rows(marked, "survey", span(marked["survey"], number))


def span(sheet: Sheet, number: int) -> tuple[int, ...]:
    """Return the numbers of the rows that a line of the survey sheet stands for: itself or, of a group, up to its end."""
    rows = [row for row in sheet if row.number >= number]
    depth = 0
    for position, row in enumerate(rows):
        depth += (row["type"] in BEGIN) - (row["type"] in END)
        if depth <= 0:
            return tuple(each.number for each in rows[: position + 1])
    return tuple(row.number for row in rows[:1])


def move_line(workbook: Workbook, number: int, *, up: bool) -> Workbook:
    """Move a line of the survey sheet one step: past its neighbour, into it, or out of what holds it.

    What has no place there goes on to the next that has one: from the top of a page to the end of the page before.
    Raises CannotEdit at the end of the way.
    """
    marked = with_pages_marked(workbook)
    sheet = marked["survey"]
    rows, gaps, kinds = list(sheet), _gaps(sheet.rows), kinds_of(sheet)
    taken = span(sheet, number)
    kind = kinds[number]
    first = next(place for place, row in enumerate(rows) if row.number == number)
    last = first + len(taken) - 1
    places = range(first - 1, -1, -1) if up else range(last + 2, len(rows) + 1)
    parents = _parents(rows, kinds)
    inside = set(range(first, last + 1))
    for place in places:  # the moved lines would stand just before rows[place]
        if kind in HOLDS[parents[place]]:
            others = [(row, gap) for position, (row, gap) in enumerate(zip(rows, gaps, strict=True)) if position not in inside]
            held = [(rows[position], gaps[position]) for position in range(first, last + 1)]
            target = place if up else place - len(taken)
            moved = [*others[:target], *held, *others[target:]]
            return _with(marked, "survey", _numbered([row for row, _ in moved], [gap for _, gap in moved]))
    raise CannotEdit(N_("It cannot move any further."))


def duplicate_line(workbook: Workbook, number: int) -> Workbook:
    """Put a copy of a line, or of a group with all that it holds, right below it; the copies get names of their own."""
    sheet = workbook["survey"]
    numbers = span(sheet, number)
    rows = [row for row in sheet if row.number in numbers]
    taken = {row["name"].lower() for row in sheet}
    names = dict[str, str]()
    for row in rows:
        if row["name"]:
            names[row["name"]] = free_name(row["name"], taken)
            taken.add(names[row["name"]].lower())
    copies = [_renamed_cells({**row.cells, **({"name": names[row["name"]]} if row["name"] else {})}, names.get) for row in rows]
    return insert_rows(workbook, "survey", numbers[-1], copies)


def free_name(wanted: str, taken: Iterable[str]) -> str:
    """Return ``wanted``, or the first of wanted_2, wanted_3… that is not among ``taken`` (in small letters)."""
    used = set(taken)
    names = (wanted if turn == 1 else f"{wanted[:58]}_{turn}" for turn in range(1, MOST_COPIES))
    return next(name for name in names if name.lower() not in used)


def rename(workbook: Workbook, number: int, name: str) -> Workbook:
    """Give a line another name, and write it wherever the form names it: conditions, bases and texts.

    Of a line inside a loop, the names of its copies (old_CHOICE) change too.
    """
    row = row_of(workbook, "survey", number)
    old = row["name"]
    changed = replace_cells(workbook, "survey", number, {"name": name})
    if not old or old == name:
        return changed
    suffixes = {choice["name"] for choice in workbook["choices"]} if _is_in_loop(workbook["survey"], number) else set[str]()
    names = {row["name"] for row in workbook["survey"]}

    def renamed(found: str) -> str | None:
        if found == old:
            return name
        is_copy = found.startswith(f"{old}_") and found[len(old) + 1 :] in suffixes and found not in names
        return f"{name}{found[len(old) :]}" if is_copy else None

    return {key: _renamed_sheet(sheet, renamed) if key in ("survey", "choices", "bases") else sheet for key, sheet in changed.items()}


def rename_choice(workbook: Workbook, number: int, name: str) -> Workbook:
    """Give a choice another name, and write it in the conditions that compare a question on its list with it."""
    row = row_of(workbook, "choices", number)
    old, list_name = row["name"], row["list_name"]
    changed = replace_cells(workbook, "choices", number, {"name": name})
    if not old or old == name:
        return changed
    users = {line["name"]: line for line in workbook["survey"] if list_name in lists_used(line)}
    named = [re.escape(f"${{{user}}}") for user in users]

    def rewritten(sheet: Sheet) -> Sheet:
        rows = []
        for line in sheet:
            answers = [*named, CURRENT_ANSWER] if sheet.name == "survey" and line["name"] in users else named
            rows.append(replace(line, cells={column: _requoted(text, answers, old, name) for column, text in line.cells.items()}))
        return replace(sheet, rows=tuple(rows))

    return {key: rewritten(sheet) if key in ("survey", "choices", "bases") else sheet for key, sheet in changed.items()}


def references(workbook: Workbook, names: Iterable[str], outside: Iterable[int] = ()) -> list[Reference]:
    """Return the cells that name one of the questions ``names``, but for those of the survey rows ``outside``."""
    wanted, apart = set(names), set(outside)
    found = []
    for sheet in ("survey", "choices", "bases"):
        for row in workbook.get(sheet, ()):
            if sheet == "survey" and row.number in apart:
                continue
            found += [Reference(sheet, row.number, column) for column in row.cells if wanted & set(REFERENCE.findall(row[column]))]
    return found


def lists_used(row: Row) -> tuple[str, ...]:
    """Return the lists of choices that a line of the survey sheet uses."""
    word, _, name = row["type"].partition(" ")
    parameters = dict(part.partition("=")[::2] for part in row["parameters"].split())
    own = [name.strip()] if word in ("select_one", "select_multiple", "rank") and name.strip() else []
    over = [row["over"]] if row["over"] and not row["over"].startswith("$") else []
    return (*own, *([parameters["list"]] if "list" in parameters else []), *over)


def kinds_of(sheet: Sheet) -> dict[int, str]:
    """Return what each line of the survey sheet is, by its number: page, block, section (or loop), line, end."""
    kinds: dict[int, str] = {}

    def walk(nodes: Iterable[Group | Row], inside_page: bool) -> None:
        for node in nodes:
            if isinstance(node, Row):
                kinds[node.number] = "line"
            else:
                is_page = node.is_page and not inside_page
                kinds[node.row.number] = "block" if inside_page else "page" if is_page else "section"
                walk(node.children, inside_page or is_page)

    walk(read_outline(sheet, Report()), False)
    return {row.number: kinds.get(row.number, "end") for row in sheet}


def with_pages_marked(workbook: Workbook) -> Workbook:
    """Write field-list on the pages that hold blocks: emptied of their own questions, they must not become sections."""
    for page in pages_of(read_outline(workbook["survey"], Report())):
        words = page.row["appearance"].split()
        if "field-list" not in words and any(isinstance(child, Group) for child in page.children):
            cells = {"appearance": " ".join([*words, "field-list"])}
            workbook = replace_cells(workbook, "survey", page.row.number, cells)
    return workbook


def what_hinders(workbook: Workbook) -> Report:
    """Return what keeps the sheets from being stored, even unfinished: what is not closed, and names that stand twice."""
    report = Report()
    read_outline(workbook["survey"], report)
    keys: dict[str, Callable[[Row], tuple[str, ...]]] = {
        "survey": lambda row: (row["name"],),
        "choices": lambda row: (row["list_name"], row["name"]),
        "bases": lambda row: (row["code"],),
    }
    for sheet, key in keys.items():
        column = "code" if sheet == "bases" else "name"
        times = Counter(key(row) for row in workbook[sheet])
        for row in workbook[sheet]:
            name = row[column]
            if times[key(row)] > 1 and (name or sheet != "survey"):
                report.add(sheet, row.number, column, N_("“%(name)s” is already the name of another row."), name=name)
            if len(name) > 64:
                report.add(sheet, row.number, column, N_("At most %(limit)s characters."), limit=64)
    return report


def _with(workbook: Workbook, sheet: str, rows: Sequence[Row], cells: Cells | None = None) -> dict[str, Sheet]:
    header = workbook[sheet].header
    added = tuple(column for column, text in (cells or {}).items() if text and column not in header)
    kept = [replace(row, cells={column: text for column, text in row.cells.items() if column in (*header, *added)}) for row in rows]
    return {**workbook, sheet: Sheet(sheet, (*header, *added), tuple(kept))}


def _gaps(rows: Sequence[Row]) -> list[int]:
    """How far below the line before it each row stands: the author's blank lines stay with the row that they precede."""
    before = [1, *(row.number for row in rows[:-1])]
    return [row.number - above for row, above in zip(rows, before, strict=True)] if rows else []


def _numbered(rows: Sequence[Row], gaps: Sequence[int]) -> list[Row]:
    number, numbered = 1, []
    for row, gap in zip(rows, gaps, strict=True):
        number += gap
        numbered.append(replace(row, number=number))
    return numbered


def _parents(rows: Sequence[Row], kinds: Mapping[int, str]) -> list[str]:
    """What would hold a line put just before each row, and last, below all of them: '' outside of everything."""
    parents, opened = [], [""]
    for row in rows:
        parents.append(opened[-1])
        if row["type"] in BEGIN:
            opened.append(kinds[row.number])
        elif row["type"] in END and len(opened) > 1:
            opened.pop()
    return [*parents, ""]


def _is_in_loop(sheet: Sheet, number: int) -> bool:
    loops = (row.number for row in sheet if row["type"] in BEGIN_LOOP)
    return any(number in span(sheet, loop) for loop in loops)


def _renamed_sheet(sheet: Sheet, renamed: Callable[[str], str | None]) -> Sheet:
    return replace(sheet, rows=tuple(replace(row, cells=_renamed_cells(row.cells, renamed)) for row in sheet))


def _renamed_cells(cells: Cells, renamed: Callable[[str], str | None]) -> dict[str, str]:
    def one(found: re.Match[str]) -> str:
        new = renamed(found[1])
        return found[0] if new is None else f"${{{new}}}"

    return {column: REFERENCE.sub(one, text) for column, text in cells.items()}


def _requoted(text: str, answers: Sequence[str], old: str, new: str) -> str:
    if old not in text:
        return text
    quoted = rf"(?P<quote>['\"]){re.escape(old)}(?P=quote)"
    for answer in answers:
        before = rf"(?P<before>{answer}\s*(?:=|!=|,)\s*){quoted}"
        after = rf"{quoted}(?P<after>\s*(?:=|!=)\s*{answer})"
        text = re.sub(before, lambda found: f"{found['before']}{found['quote']}{new}{found['quote']}", text)
        text = re.sub(after, lambda found: f"{found['quote']}{new}{found['quote']}{found['after']}", text)
    return text
