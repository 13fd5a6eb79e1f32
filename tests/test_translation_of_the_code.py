"""Every sentence that the code or a template marks for translation stands in the French catalogue, or in Django's own.

The tools that collect sentences pass over some (those inside an f-string, on older Pythons); this reads the code itself.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import django
import pytest
from django.utils.translation.template import templatize

from tests.test_translation import CATALOGUE, read_catalogue

ROOT = Path(__file__).parents[1]
DJANGO = Path(django.__file__).parent
CATALOGUES = (CATALOGUE, *(DJANGO / part / "locale/fr/LC_MESSAGES/django.po" for part in ("conf", "contrib/admin", "contrib/auth")))
APPS = ("config", "surveys", "respondents", "reports")
MARK = re.compile(r"(N?_|n?p?gettext(_lazy)?)")
CALL_IN_TEMPLATE = re.compile(r"""\bn?p?gettext\((?:u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*"|,\s*)+""")

Sentence = tuple[str | None, str]  # context, English


def sentences_of_python(source: str) -> Iterator[Sentence]:
    """Find the calls that mark a literal for translation: _(), N_(), gettext(), ngettext(), pgettext() and their lazy kin."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            words = [argument.value for argument in node.args if isinstance(argument, ast.Constant) and isinstance(argument.value, str)]
            if words and MARK.fullmatch(name):
                yield _sentence(name, words)


def sentences_of_template(source: str) -> Iterator[Sentence]:
    """Find what {% translate %} and {% blocktranslate %} mark."""
    for found in CALL_IN_TEMPLATE.finditer(templatize(source)):
        call = ast.parse(found[0].rstrip(", ") + ")", mode="eval").body
        assert isinstance(call, ast.Call)
        yield _sentence(found[0].partition("(")[0], [ast.literal_eval(argument) for argument in call.args])


def test_every_sentence_of_the_code_and_the_templates_stands_in_the_catalogue() -> None:
    entries = [entry for path in CATALOGUES for entry in read_catalogue(path.read_text(encoding="utf-8"))]
    known = {(entry.texts.get("msgctxt"), entry.texts["msgid"]) for entry in entries}
    missing = [f"{path.relative_to(ROOT)}: {sentence[1]}" for path, sentence in _marked() if sentence not in known]
    assert missing == []


def test_code_and_templates_are_both_read() -> None:
    suffixes = [path.suffix for path, _ in _marked()]
    assert suffixes.count(".py") > 300
    assert suffixes.count(".html") > 20


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('say(_("Stopping…"))', (None, "Stopping…")),
        ("f\"{_('about %(seconds)s s left')}\"", (None, "about %(seconds)s s left")),
        ('translation.gettext("a " "b")', (None, "a b")),
        ('ngettext("%(n)s place", "%(n)s places", n)', (None, "%(n)s place")),
        ('pgettext_lazy("questionnaire", "page")', ("questionnaire", "page")),
    ],
)
def test_a_sentence_marked_in_python_is_found(source: str, expected: Sentence) -> None:
    assert list(sentences_of_python(source)) == [expected]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('{% translate "Don\'t know" %}', (None, "Don't know")),
        ('{% translate "page" context "questionnaire" %}', ("questionnaire", "page")),
        ("{% blocktranslate trimmed %}\n  Progress: {{ progress }}%\n{% endblocktranslate %}", (None, "Progress: %(progress)s%%")),
        ("{% blocktranslate count n=n %}{{ n }} place{% plural %}{{ n }} places{% endblocktranslate %}", (None, "%(n)s place")),
    ],
)
def test_a_sentence_marked_in_a_template_is_found(source: str, expected: Sentence) -> None:
    assert list(sentences_of_template("{% load i18n %}" + source)) == [expected]


def _marked() -> Iterator[tuple[Path, Sentence]]:
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield from ((path, sentence) for sentence in sentences_of_python(path.read_text(encoding="utf-8")))
    for folder in ("templates", *APPS):
        for path in sorted((ROOT / folder).rglob("*.html")):
            yield from ((path, sentence) for sentence in sentences_of_template(path.read_text(encoding="utf-8")))


def _sentence(name: str, words: list[str]) -> Sentence:
    return (words[0], words[1]) if "pgettext" in name else (None, words[0])
