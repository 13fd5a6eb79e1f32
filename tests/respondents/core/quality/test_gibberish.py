"""Open answers that say nothing, and those that only look odd."""

import pytest

from respondents.core.quality.cases import Case
from respondents.core.quality.gibberish import gibberish, text_questions
from respondents.core.quality.letters import surprise
from respondents.core.quality.rules import Gibberish
from tests.respondents.core.quality.forms import form
from tests.test_translation import CATALOGUE, read_catalogue

QUESTIONS = text_questions(form())

NONSENSE = {
    ".": "empty", "?!": "empty", "x": "empty", "aaaaaaa": "repeated", "lolololol": "repeated", "hjkhjkhjk": "repeated",
    "azerty": "keyboard", "qsdfgh jkl": "keyboard", "poiuytreza": "keyboard", "asdfghjkl": "keyboard",
    "hsjdufkjhosdf": "letters", "xcvb nhjkqx": "letters", "dfgkjhz fdgkj": "letters", "bzrtwpkd": "consonants",
}  # fmt: skip
ODD = (
    "RAS", "nsp", "jsp", "non", "rien", "test", "oui oui oui", "42", "0000000", "SNCF", "rdv doctolib", "lol", "ok",
    "jai pas confience dans les site internet", "tkt cest bon pr moi", "slt jvx pas rep", "g pa le tps dsl", "trop kompliké pr les vieu",
    "nothing realy, its fine thx", "bcz my gp said so", "Strasbourg", "Przepraszam, Kowalczyk", "hydroxychloroquine", "Hirschsprung",
    "Knightsbridge", "zyrtec", "property", "La carte Vitale ne passe pas toujours", "œdème aigu", "Mme Szczepanski", "whatsapp",
    "https://www.monespacesante.fr", "l’appli bugge", "psychothérapeute", "rythmes", "abracadabra",
)  # fmt: skip


def reason(text, language="fr", question="why"):
    found = list(gibberish(Case({question: text}, {}, language), QUESTIONS, Gibberish()))
    return found[0].detail["because"] if found else ""


@pytest.mark.parametrize("text", NONSENSE)
def test_nonsense_is_found_with_its_reason(text):
    assert reason(text) == NONSENSE[text]


@pytest.mark.parametrize("text", ODD)
def test_what_is_short_misspelt_or_a_name_is_left_alone(text):
    assert reason(text) == ""


def test_no_sentence_of_our_own_screens_is_nonsense():
    texts = [text for entry in read_catalogue(CATALOGUE.read_text(encoding="utf-8")) for text in (entry.texts["msgid"], entry.texts.get("msgstr", ""))
             if text and "%" not in text]  # fmt: skip
    assert len(texts) > 1_000
    assert [text for text in texts if reason(text) not in ("", "empty")] == []


def test_an_address_is_not_read_for_its_words():
    assert [question.name for question in QUESTIONS] == ["why"]
    assert reason("hsjdhfkjhsdf", question="email") == ""


def test_another_language_is_not_judged_by_french_and_english_letters():
    assert reason("Wstrzymywaczkiewicz zszywczksz", "pl") == ""
    assert reason("aaaaaaaaa", "pl") == "repeated"


def test_what_is_no_latin_writing_has_no_surprise():
    assert reason("مرحبا بكم جميعا", "fr") == ""
    assert surprise("مرحبا") == 0


def test_french_is_less_surprising_than_the_keyboard():
    assert surprise("Je préfère prendre rendez-vous par téléphone") < 4 < 8 < surprise("sdfkjhgsdfkjh")
