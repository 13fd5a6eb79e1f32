"""Every sentence has its French, and what is shown is what the .po file says."""

from __future__ import annotations

import ast
import gettext
import re

from tests.config.houses import ROOT

FRENCH = ROOT / "locale" / "fr" / "LC_MESSAGES" / "django.po"
# An ordinary space, or none, where French wants one that does not break; a straight apostrophe within a word.
MISTYPED = re.compile(r"[^\s\u00a0\u202f?!…(«\[][;!?»]| [:;!?»]|« |[^\W\d_]'[^\W\d_]")
LINE = re.compile(r'^(?:(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?) )?(".*")$')


def entries(text):
    """The entries of a .po file: for each, its flags and its parts by keyword."""
    found, flags, keyword = [], "", ""
    for line in text.splitlines():
        if line.startswith("#,"):
            flags += line
        if not line.strip() or line.startswith("#"):
            continue
        match = LINE.match(line)
        assert match, f"not a line of a .po file: {line}"
        if match[1] == "msgctxt" or (match[1] == "msgid" and keyword != "msgctxt"):
            found.append((flags, {}))
            flags = ""
        assert match[1] not in found[-1][1], f"said twice in one entry: {line}"
        keyword = match[1] or keyword
        found[-1][1][keyword] = found[-1][1].get(keyword, "") + ast.literal_eval(match[2])
    return found


FOUND = entries(FRENCH.read_text(encoding="utf-8"))
SENTENCES = [(flags, parts) for flags, parts in FOUND if parts["msgid"]]


def test_no_sentence_is_left_in_english():
    translations = {parts["msgid"]: [text for key, text in parts.items() if key.startswith("msgstr")] for _flags, parts in SENTENCES}

    assert len(translations) > 100
    assert [sentence for sentence, texts in translations.items() if not all(texts)] == []


def test_no_translation_is_a_guess():
    assert [parts["msgid"] for flags, parts in SENTENCES if "fuzzy" in flags] == []


def test_no_sentence_is_translated_twice():
    keys = [(parts.get("msgctxt"), parts["msgid"]) for _flags, parts in SENTENCES]

    assert sorted({key[1] for key in keys if keys.count(key) > 1}) == []


def test_a_translation_names_the_same_values_as_its_sentence():
    named = re.compile(r"%\((\w+)\)")
    differing = [
        parts["msgid"]
        for _flags, parts in SENTENCES
        for key, text in parts.items()
        if key.startswith("msgstr") and not set(named.findall(text)) <= set(named.findall(parts["msgid"] + parts.get("msgid_plural", "")))
    ]

    assert differing == []


def test_french_is_typeset_as_french():
    texts = [text for _flags, parts in SENTENCES for key, text in parts.items() if key.startswith("msgstr")]

    assert [text for text in texts if MISTYPED.search(without_code(text))] == []


def without_code(text):
    """Leave out what is not prose: values, tags, addresses, commands."""
    return re.sub(r"%\(\w+\)[sd]|<[^>]*>|https?://\S+|&\w+;|`[^`]*`|[?&]\w+=", "x", text)


def test_the_compiled_file_says_what_the_source_says():
    with FRENCH.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    stale = [
        parts["msgid"]
        for flags, parts in SENTENCES
        if "fuzzy" not in flags and "msgid_plural" not in parts and said(compiled, parts) != parts["msgstr"]
    ]

    assert stale == []
    assert len(compiled._catalog) >= len(SENTENCES)


def said(compiled, parts):
    """What the compiled file gives for an entry."""
    return compiled.pgettext(parts["msgctxt"], parts["msgid"]) if "msgctxt" in parts else compiled.gettext(parts["msgid"])
