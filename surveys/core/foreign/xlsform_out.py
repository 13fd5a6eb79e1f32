"""A study as an XLSForm that Kobo and ODK take, and back: what they refuse waits in columns of its own, which they ignore."""

from __future__ import annotations

import re
from collections.abc import Mapping

from surveys.core.foreign.brought import Ledger, Place
from surveys.core.messages import N_
from surveys.core.outline import BEGIN_LOOP, REFERENCE
from surveys.core.workbook import Row, Sheet, Workbook, sheet_of

CHANGED = "study_changed"  # the columns of the row that were written otherwise for Kobo and ODK
KEPT = "study_"  # before the name of a column: what the study itself says there


def write_xlsform(workbook: Workbook) -> Workbook:
    """Return the study with its survey sheet as Kobo and ODK accept it; ``read_xlsform`` gives it back cell by cell."""
    survey = workbook.get("survey")
    if survey is None:
        return workbook
    lists = _names_by_list(workbook.get("choices"))
    rows = [(row.number, _outward(row, lists)) for row in survey]
    added = dict.fromkeys(column for _, cells in rows for column in cells if column not in survey.header)
    header = (*survey.header, *added)
    return {
        **workbook,
        "survey": sheet_of("survey", header, ((number, {column: cells.get(column, "") for column in header}) for number, cells in rows)),
    }


def taken_back(workbook: Workbook, ledger: Ledger) -> Workbook:
    """Return the study that ``write_xlsform`` wrote. What was changed meanwhile stays changed, and is said."""
    survey = workbook.get("survey")
    if survey is None or CHANGED not in survey.header:
        return workbook
    lists = _names_by_list(workbook.get("choices"))
    gone = {CHANGED, *(column for column in survey.header if column.startswith(KEPT))}
    rows = []
    changed: set[str] = set()
    for row in survey:
        cells = {column: text for column, text in row.cells.items() if column not in gone}
        before = {**cells, **{column: row.cells.get(KEPT + column, "") for column in row[CHANGED].split()}}
        outward = _outward(Row(row.number, before), lists)
        for column in row[CHANGED].split():
            if outward.get(column, "") == cells.get(column, ""):
                cells[column] = before[column]
            else:
                ledger.note(
                    Place("survey", row.number), column, N_("This cell was changed since the study went out: it is read as it is now.")
                )
        rows.append((row.number, cells))
        changed |= {column for column in ADDED if cells.get(column)}
    header = tuple(
        column for column in survey.header if column not in gone and (column not in ADDED or column in changed or _had(survey, column))
    )
    back = sheet_of("survey", header, ((number, {column: cells.get(column, "") for column in header}) for number, cells in rows))
    return {**workbook, "survey": back}


ADDED = ("parameters", "calculation", "constraint", "repeat_count", "label")


def _had(survey: Sheet, column: str) -> bool:
    """Say whether the study itself had the column: what is added on the way out stands after ours."""
    return survey.header.index(column) < survey.header.index(CHANGED)


def _outward(row: Row, lists: Mapping[str, list[str]]) -> dict[str, str]:
    cells = dict(row.cells)
    changes = {column: text for column, text in _changes(row, lists).items() if text != cells.get(column, "")}
    if not changes:
        return cells
    kept = {KEPT + column: cells.get(column, "") for column in changes if cells.get(column)}
    # The mark comes first among the new columns, so that those added after it are known on the way back.
    return {**cells, CHANGED: " ".join(changes), **kept, **changes}


def _changes(row: Row, lists: Mapping[str, list[str]]) -> dict[str, str]:
    """What Kobo and ODK are told instead, by column."""
    word = row["type"].partition(" ")[0]
    changes: dict[str, str] = {}
    if word in ("calculate", "hidden", "text", "integer", "decimal", "date", "note") and row["parameters"]:
        changes["parameters"] = ""
    if word == "calculate" and row["split"] == "equal" and not row["calculation"]:
        names = lists.get(re.sub(r".*list=(\S+).*", r"\1", row["parameters"]), [])
        changes["calculation"] = f"once(selected-at('{' '.join(names)}', int(random() * {len(names)})))"
    if word in ("integer", "decimal") and (row["min"] or row["max"]):
        limits = [f". >= {row['min']}" if row["min"] else "", f". <= {row['max']}" if row["max"] else ""]
        changes["constraint"] = " and ".join(part for part in (f"({row['constraint']})" if row["constraint"] else "", *limits) if part)
    if word == "select_multiple" and (row["min"] or row["max"]) and not row["constraint"]:
        limits = [f"count-selected(.) >= {row['min']}" if row["min"] else "", f"count-selected(.) <= {row['max']}" if row["max"] else ""]
        changes["constraint"] = " and ".join(part for part in limits if part)
    if row["type"] in BEGIN_LOOP:
        asked = REFERENCE.fullmatch(row["over"])
        changes["repeat_count"] = f"count-selected({row['over']})" if asked else str(len(lists.get(row["over"], [])))
    return changes


def _names_by_list(sheet: Sheet | None) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for row in sheet or ():
        names.setdefault(row["list_name"], []).append(row["name"])
    return names
