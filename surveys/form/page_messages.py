"""The English messages of the respondent's pages, read from their templates and modules: what a sheet of words translates."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

HOUSE = Path(__file__).parents[2]

TEMPLATES = ("base.html", "_demonstration.html", "surveys/*.html", "respondents/end.html", "respondents/_end_*.html")
MODULES = ("answers", "finding", "frame", "hand", "limits", "pen", "posted", "searching", "widgets")  # of this room
WORDS = re.compile(r"""{%\s*translate\s+"([^"]+)"|{%\s*blocktranslate[^%]*%}(.*?){%\s*endblocktranslate""", re.DOTALL)
BLANK = re.compile(r"{{\s*(\w+)\s*}}")


def page_messages() -> list[str]:
    """Return the messages in the order of their first use, each once, as a catalogue writes them."""
    return list(dict.fromkeys([*_of_templates(), *_of_modules()]))


def _of_templates() -> Iterator[str]:
    folder = HOUSE / "templates"
    for pattern in TEMPLATES:
        for file in sorted(folder.glob(pattern)):
            for plain, block in WORDS.findall(file.read_text(encoding="utf-8")):
                yield plain or BLANK.sub(r"%(\1)s", " ".join(block.replace("%", "%%").split()))


def _of_modules() -> Iterator[str]:
    for module in MODULES:
        tree = ast.parse((HOUSE / "surveys" / "form" / f"{module}.py").read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "N_"):
                text = node.args[0]
                if isinstance(text, ast.Constant) and isinstance(text.value, str):
                    yield text.value
