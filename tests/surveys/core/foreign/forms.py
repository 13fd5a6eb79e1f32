"""Small forms of other programs, and what became of them."""

from __future__ import annotations

from surveys.core.workbook import Workbook, sheet_of


def kobo(text: str) -> Workbook:
    """Return an XLSForm written as Markdown tables, as pyxform's own documentation writes them."""
    tables: dict[str, list[list[str]]] = {}
    name = ""
    for line in text.strip().splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) == 1:
            name = cells[0]
            tables[name] = []
        else:
            tables[name].append(cells[1:])
    return {
        name: sheet_of(name, rows[0], ((number, dict(zip(rows[0], cells, strict=False))) for number, cells in enumerate(rows[1:], 2)))
        for name, rows in tables.items()
    }


def asked(brought) -> list[tuple[str, str]]:
    """Return (type, name) of every row of the survey sheet after the page of consent."""
    rows = [(row["type"], row["name"]) for row in brought.workbook["survey"]]
    return rows[3:] if rows[0] == ("begin_group", "welcome") else rows


def row_of(brought, name: str):
    """Return the row of the survey sheet with this name."""
    return next(row for row in brought.workbook["survey"] if row["name"] == name)


def said(brought) -> list[str]:
    """Return the remarks as sentences with their place."""
    return [str(remark) for remark in brought.remarks]
