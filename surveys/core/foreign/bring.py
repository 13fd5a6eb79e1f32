"""A file of another program, whichever it is: told apart by its name and its first letters, and read by the one that knows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

from surveys.core.files import MAX_FILE_BYTES, read_workbook
from surveys.core.foreign.brought import Brought
from surveys.core.foreign.limesurvey import read_limesurvey
from surveys.core.foreign.surveyjs import read_surveyjs
from surveys.core.foreign.xlsform import read_xlsform
from surveys.core.messages import N_, Message
from surveys.core.workbook import Mistake, StudyRefused

Format = Literal["xlsform", "limesurvey", "surveyjs"]
FORMATS: tuple[Format, ...] = ("xlsform", "limesurvey", "surveyjs")
BY_NAME: Mapping[str, Format] = {".xlsx": "xlsform", ".lss": "limesurvey", ".json": "surveyjs"}
READERS: Mapping[Format, Callable[[bytes], Brought]] = {"limesurvey": read_limesurvey, "surveyjs": read_surveyjs}


def bring_in(path: Path, format_: Format | None = None) -> Brought:
    """Return the study that a file (or a folder of CSV sheets) describes; its format is guessed when none is given.

    Raises StudyRefused when it is not there, is of no known format, or is not readable as its format says.
    """
    format_ = format_ or _guessed(path)
    if format_ == "xlsform":
        return read_xlsform(read_workbook(path))
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise _refused(path, N_("This file is larger than 20 MB."))
        content = path.read_bytes()
    except OSError:
        raise _refused(path, N_("Not found, or not readable.")) from None
    return READERS[format_](content)


def _guessed(path: Path) -> Format:
    if path.is_dir():
        return "xlsform"
    known = BY_NAME.get(path.suffix.lower())
    if known:
        return known
    try:
        with path.open("rb") as file:
            start = file.read(1_000).removeprefix(b"\xef\xbb\xbf").lstrip()
    except OSError:
        raise _refused(path, N_("Not found, or not readable.")) from None
    if start.startswith(b"PK"):
        raise _refused(path, N_("This looks like a workbook: give its name the ending .xlsx."))
    if start.startswith(b"<") and b"LimeSurvey" in start:
        return "limesurvey"
    if start.startswith(b"{"):
        return "surveyjs"
    raise _refused(path, N_("Not a format that is known here: a workbook .xlsx (XLSForm), a LimeSurvey survey .lss, or a SurveyJS form .json. Save an old workbook .xls again as .xlsx."))  # fmt: skip


def _refused(path: Path, template: str) -> StudyRefused:
    return StudyRefused([Mistake(path.name, 0, "", Message(template))])
