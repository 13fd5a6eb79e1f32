"""The French catalogue: every sentence is translated, keeps its placeholders and follows French typography."""

from __future__ import annotations

import gettext
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

CATALOGUE = Path(__file__).parents[1] / "locale" / "fr" / "LC_MESSAGES" / "django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w+\}")
TAG = re.compile(r"</?[a-z][^>]*>")
KEYWORD = re.compile(r'(msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?)\s+(?=")')

NBSP = "\u00a0"
FAULTS = {
    "straight apostrophe": re.compile(r"\w'[\w«]"),
    "quotation marks other than « »": re.compile(r'["“”„]'),
    "three dots instead of …": re.compile(r"\.\.\."),
    "no no-break space before ; ? ! %": re.compile(rf"(?<![{NBSP}(])[;?!%](?=[\s).,»]|$)"),
    "no no-break space before :": re.compile(rf"(?<![{NBSP}(]):(?=[\s).,»]|$)"),  # a colon inside a time or an address is none
    "no no-break space before »": re.compile(rf"(?<!{NBSP})»"),
    "no no-break space after «": re.compile(rf"«(?!{NBSP})"),
    "no narrow no-break space between thousands": re.compile(rf"\d[ {NBSP}]\d{{3}}(?!\d)"),
}


@dataclass
class Entry:
    """One sentence of the catalogue: its texts by keyword (msgctxt, msgid, msgid_plural, msgstr, msgstr[0]…) and its flags."""

    line: int
    texts: dict[str, str] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)

    def __str__(self) -> str:
        return f"line {self.line}: {self.texts['msgid']}"

    @property
    def translations(self) -> dict[str, str]:
        return {keyword: text for keyword, text in self.texts.items() if keyword.startswith("msgstr")}

    def sources_of(self, keyword: str) -> list[str]:
        """The English that a translation may take its placeholders from: a singular may count, or say "one"."""
        if keyword == "msgstr":
            return [self.texts["msgid"]]
        plural = self.texts["msgid_plural"]
        return [self.texts["msgid"], plural] if keyword == "msgstr[0]" else [plural]


def read_catalogue(text: str) -> list[Entry]:
    """Read a .po file; its header is the first entry, with an empty msgid. Obsolete entries (#~) are left out.

    Raises ValueError naming the line where an entry says the same thing twice, as a careless merge leaves it.
    """
    entries: list[Entry] = []
    entry, keyword = Entry(0), ""
    for number, line in enumerate([*text.splitlines(), ""], 1):
        found = KEYWORD.match(line)
        starts = line.startswith("#") or (found and found[1] in ("msgctxt", "msgid"))
        if entry.texts and (not line.strip() or (starts and keyword.startswith("msgstr"))):
            entries.append(entry)
            entry, keyword = Entry(number), ""
        if line.startswith("#,"):
            entry.flags |= {flag.strip() for flag in line[2:].split(",")}
        elif line.strip() and not line.startswith("#"):
            if found and found[1] in entry.texts:
                raise ValueError(f"line {number}: a second {found[1]}")
            keyword = found[1] if found else keyword
            entry.line = entry.line if entry.texts else number
            entry.texts[keyword] = entry.texts.get(keyword, "") + json.loads(line[found.end() :] if found else line)
    return entries


def typography_faults(french: str) -> list[str]:
    """Name the rules of French typography that a sentence breaks; what a placeholder will hold is not judged."""
    words = TAG.sub("", PLACEHOLDER.sub("X", french)).replace("%%", "%")
    return [name for name, fault in FAULTS.items() if fault.search(words)]


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


@pytest.fixture(scope="module")
def entries() -> Sequence[Entry]:
    header, *entries = read_catalogue(CATALOGUE.read_text(encoding="utf-8"))
    assert header.texts["msgid"] == ""
    assert "nplurals=2; plural=(n > 1);" in header.texts["msgstr"]
    assert len(entries) > 300
    return entries


def _shown(compiled: gettext.GNUTranslations, entry: Entry) -> str:
    context = entry.texts.get("msgctxt")
    return compiled.gettext(entry.texts["msgid"]) if context is None else compiled.pgettext(context, entry.texts["msgid"])


def _shown_for(compiled: gettext.GNUTranslations, entry: Entry, n: int) -> str:
    context, forms = entry.texts.get("msgctxt"), (entry.texts["msgid"], entry.texts["msgid_plural"])
    return compiled.ngettext(*forms, n) if context is None else compiled.npgettext(context, *forms, n)


def french(entries: Sequence[Entry]) -> Iterator[tuple[Entry, str, str]]:
    return ((entry, keyword, text) for entry in entries for keyword, text in entry.translations.items())


def test_every_sentence_is_translated_and_none_is_fuzzy(entries: Sequence[Entry]) -> None:
    assert [str(entry) for entry in entries if not all(entry.translations.values()) or "fuzzy" in entry.flags] == []


def test_a_sentence_with_a_plural_has_both_french_forms(entries: Sequence[Entry]) -> None:
    expected = {True: ["msgstr[0]", "msgstr[1]"], False: ["msgstr"]}
    assert [str(entry) for entry in entries if list(entry.translations) != expected["msgid_plural" in entry.texts]] == []


def test_every_sentence_stands_once(entries: Sequence[Entry]) -> None:
    keys = [(entry.texts.get("msgctxt"), entry.texts["msgid"]) for entry in entries]
    assert [key for key in keys if keys.count(key) > 1] == []


def test_a_translation_keeps_the_placeholders(entries: Sequence[Entry]) -> None:
    assert [
        str(entry)
        for entry, keyword, text in french(entries)
        if placeholders(text) not in [placeholders(source) for source in entry.sources_of(keyword)]
    ] == []


def test_a_translation_begins_and_ends_with_the_same_blanks(entries: Sequence[Entry]) -> None:
    assert [str(entry) for entry, keyword, text in french(entries) if _margins(text) != _margins(entry.sources_of(keyword)[-1])] == []


def test_what_is_shown_is_what_the_catalogue_says(entries: Sequence[Entry]) -> None:
    """The compiled catalogue is current: manage.py compilemessages -l fr makes it."""
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    assert [str(entry) for entry in entries if "msgid_plural" not in entry.texts and _shown(compiled, entry) != entry.texts["msgstr"]] == []
    plural = [entry for entry in entries if "msgid_plural" in entry.texts]
    shown = [[_shown_for(compiled, entry, n) for n in (1, 2)] for entry in plural]
    assert shown == [[entry.texts["msgstr[0]"], entry.texts["msgstr[1]"]] for entry in plural]


def test_the_french_follows_french_typography(entries: Sequence[Entry]) -> None:
    assert [f"{entry}: {', '.join(faults)}" for entry, _, text in french(entries) if (faults := typography_faults(text))] == []


@pytest.mark.parametrize(
    ("sentence", "fault"),
    [
        ("L'enquête est terminée.", "straight apostrophe"),
        ("Merci d'%(action)s.", "straight apostrophe"),
        ("l'« objectif »", "straight apostrophe"),
        ("Cochez “Oui”.", "quotation marks other than « »"),
        ('Cochez "Oui".', "quotation marks other than « »"),
        ("Choisissez...", "three dots instead of …"),
        ("Quel est votre âge ?", "no no-break space before ; ? ! %"),
        ("Merci!", "no no-break space before ; ? ! %"),
        ("Rien n’est perdu ; revenez.", "no no-break space before ; ? ! %"),
        ("Progression\u00a0: %(progress)s %%", "no no-break space before ; ? ! %"),
        ("Erreur : ", "no no-break space before :"),
        ("%(place)s: %(reason)s", "no no-break space before :"),
        ("«\u00a0Oui »", "no no-break space before »"),
        ("« Oui\u00a0»", "no no-break space after «"),
        ("2 032 personnes", "no narrow no-break space between thousands"),
        ("20\u00a0000 lignes", "no narrow no-break space between thousands"),
    ],
)
def test_a_fault_of_typography_is_seen(sentence: str, fault: str) -> None:
    assert fault in typography_faults(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "«\u00a0%(sign)s\u00a0» est un guillemet typographique\u00a0: écrivez ' à la place",
        "Écrivez ${name} = '1' ou ${name} != '2'.",
        "Écrivez une date comme 2023-11-22T08:00.",
        "La page est à l’adresse http://127.0.0.1:8000/?lang=fr",
        "tolérance (%)",
        'Lisez la <a href="%(url)s" class="link">note</a>\u00a0!',
        "%(percent)s\u00a0%% des 2\u202f032 personnes, le 5 février 2024",
    ],
)
def test_good_typography_and_code_samples_are_let_through(sentence: str) -> None:
    assert typography_faults(sentence) == []


def test_a_catalogue_is_read_with_its_flags_contexts_plurals_and_continued_lines() -> None:
    one, two = read_catalogue(
        '# of the house\n#, fuzzy, python-format\nmsgctxt "quota"\nmsgid ""\n"%(n)s "\n"place"\nmsgid_plural "%(n)s places"\n'
        'msgstr[0] "%(n)s place"\nmsgstr[1] "%(n)s places"\n\n#~ msgid "gone"\n#~ msgstr "parti"\n\nmsgid "a \\"b\\""\nmsgstr ""\n'
    )
    assert one.flags == {"fuzzy", "python-format"}
    assert (one.texts["msgctxt"], one.texts["msgid"], one.texts["msgid_plural"]) == ("quota", "%(n)s place", "%(n)s places")
    assert one.translations == {"msgstr[0]": "%(n)s place", "msgstr[1]": "%(n)s places"}
    assert (two.texts["msgid"], two.translations) == ('a "b"', {"msgstr": ""})


def test_entries_without_a_blank_line_between_them_are_two() -> None:
    one, two = read_catalogue('msgid "a"\nmsgstr "b"\n#, fuzzy\nmsgid "c"\nmsgstr "d"\n')
    assert (one.texts, one.flags) == ({"msgid": "a", "msgstr": "b"}, set())
    assert (two.texts, two.flags) == ({"msgid": "c", "msgstr": "d"}, {"fuzzy"})


def test_a_second_translation_of_one_sentence_is_refused() -> None:
    with pytest.raises(ValueError, match="line 3: a second msgstr"):
        read_catalogue('msgid "a"\nmsgstr "b"\nmsgstr ""\n')


def _margins(text: str) -> tuple[str, str]:
    words = text.strip(" \n")
    before, _, after = text.partition(words) if words else ("", "", "")
    return before, after
