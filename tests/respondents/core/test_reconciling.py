"""A panel's file against what became of each interview: what is to be removed, and every contradiction said."""

import pytest

from respondents.core.reconciling import Columns, FileRefused, read_lines, settle
from tests.worlds import sheet

FILE = """
    RID,status,why
    A,Accepted,
    B,REJECTED,speeder
    C,rejected,
    D,accepted,
    E,rejected,
    '-F,accepted,
"""
COLUMNS = Columns("RID", "status", "why", ("rejected", "4"))
STATES = {"A": "completed", "B": "completed", "C": "screened_out", "D": "removed", "-F": "quota_full"}


def test_each_line_comes_to_one_thing_and_what_must_be_done_comes_first():
    settled = settle(read_lines(sheet("file", FILE), COLUMNS), STATES)
    assert [(each.line.identifier, each.verdict) for each in settled] == [
        ("B", "remove"), ("D", "removed_here"), ("-F", "not_complete"), ("E", "unknown"), ("C", "removed"), ("A", "agrees"),
    ]  # fmt: skip
    assert settled[0].line.reason == "speeder"


def test_who_finished_over_quota_is_paid_and_never_removed():
    lines = read_lines(sheet("file", "RID,status\nA,accepted\nB,rejected"), Columns("RID", "status", rejected=("rejected",)))
    assert [each.verdict for each in settle(lines, {"A": "over", "B": "over"})] == ["removed", "agrees"]


def test_without_a_column_of_status_everybody_is_rejected():
    assert [line.is_rejected for line in read_lines(sheet("file", FILE), Columns("RID"))] == [True] * 6


@pytest.mark.parametrize(
    ("text", "columns", "message"),
    [
        (FILE, Columns("id"), "The file has no column “id”: it has RID, status, why."),
        (FILE, Columns("RID", "status"), "Say which statuses mean rejected: the file has a column for them."),
        ("RID,status\nA,4\n,4", Columns("RID", "status", rejected=("4",)), "Row 3 has no identifier."),
        ("RID,status\nA,4\nB,4\nA,1", Columns("RID", "status", rejected=("4",)), "Row 4: the identifier of row 2 stands there again."),
        ("RID,status\nA,", Columns("RID", "status", rejected=("4",)), "Row 2 has no status."),
    ],
)
def test_a_file_with_a_mistake_is_refused_as_a_whole(text, columns, message):
    with pytest.raises(FileRefused) as refused:
        read_lines(sheet("file", text), columns)
    assert str(refused.value) == message
