"""The JSON of a SurveyJS form: read within limits, its texts by language, its properties as texts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from surveys.core.files import MAX_FILE_BYTES
from surveys.core.foreign.brought import Ledger, Place
from surveys.core.foreign.languages import code_of, title_of
from surveys.core.foreign.markup import without_markup
from surveys.core.messages import N_, Message
from surveys.core.workbook import Mistake, StudyRefused

MOST_VALUES = 200_000
MOST_DEPTH = 60
TEXT_KEYS = frozenset(["title", "description", "text", "html", "label", "labelTrue", "labelFalse", "otherText", "noneText", "refuseText", "dontKnowText", "minRateDescription", "maxRateDescription", "commentText", "completedHtml", "requiredErrorText"])  # fmt: skip
PIPED = re.compile(r"\{([^{}\n]+)\}")
Json = dict[str, Any]


def read_json(content: bytes) -> Json:
    """Return the form. Raises StudyRefused when it is no JSON object, too large or too deep."""
    if len(content) > MAX_FILE_BYTES:
        raise _refused(N_("This file is larger than 20 MB."))
    try:
        form = json.loads(content.decode("utf-8-sig"), parse_int=_number, parse_float=str)
    except (ValueError, RecursionError):
        raise _refused(N_("Not readable as the JSON of a SurveyJS form.")) from None
    if not isinstance(form, dict) or not ({"pages", "elements", "questions"} & form.keys()):
        raise _refused(N_("Not a SurveyJS form: its JSON holds pages, or elements."))
    for number, (depth, _) in enumerate(_values(form)):
        if number > MOST_VALUES or depth > MOST_DEPTH:
            raise _refused(N_("This form is too large, or nested too deeply."))
    return form


def languages_of_json(form: Json) -> dict[str, str]:
    """Return the languages of the form's texts, its own first: code → as headers write it."""
    own = code_of(str(form.get("locale") or "en"))
    found = [own]
    for _, value in _values(form):
        if isinstance(value, dict):
            for key in TEXT_KEYS & value.keys():
                if isinstance(value[key], dict):
                    found += [code_of(str(code), found) for code in value[key] if code != "default" and isinstance(value[key][code], str)]
    return {code: title_of(code) for code in dict.fromkeys(found)}


def texts_of(value: object, default: str, place: Place, ledger: Ledger) -> dict[str, str]:
    """Return a text by language: a string, or {"default": …, "fr": …}; {name} becomes ${name}."""
    written = value if isinstance(value, dict) else {"default": value}
    found: dict[str, str] = {}
    for code, text in written.items():
        if isinstance(text, str) and text.strip():
            bare = PIPED.sub(lambda name: f"${{{name[1].strip()}}}", without_markup(text, place, ledger))
            found[default if code == "default" else code_of(str(code))] = bare
    return found


def word(value: object) -> str:
    """Return a property as text: true and false as such, null as ''."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None or isinstance(value, dict | list) else str(value)


def items(value: object) -> list[Json]:
    """Return the objects of a list; what is none is left out."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _number(text: str) -> str:
    return text


def _values(form: object) -> Iterator[tuple[int, object]]:
    """Every value within, with its depth, without going down the interpreter's own stack."""
    ahead: list[tuple[int, object]] = [(0, form)]
    while ahead:
        depth, value = ahead.pop()
        yield depth, value
        inside = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
        ahead += [(depth + 1, each) for each in inside]


def _refused(template: str, **values: object) -> StudyRefused:
    return StudyRefused([Mistake("surveyjs", 0, "", Message(template, values))])
