"""Languages as other programs name them, and what every questionnaire says in them: consent, and who is counted."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import TypeVar

from surveys.core.cells import LANGUAGE, LANGUAGE_CODE

Said = TypeVar("Said")

# Code → how a header writes it, and the other names it goes by.
KNOWN = {
    "fr": ("Français", "french", "francais"), "en": ("English", "anglais", "eng"), "es": ("Español", "spanish", "espagnol", "espanol"),
    "de": ("Deutsch", "german", "allemand"), "it": ("Italiano", "italian", "italien"), "pt": ("Português", "portuguese", "portugais", "portugues"),
    "nl": ("Nederlands", "dutch", "néerlandais"), "ar": ("العربية", "arabic", "arabe"), "ru": ("Русский", "russian", "russe"),
    "pl": ("Polski", "polish"), "ro": ("Română", "romanian"), "tr": ("Türkçe", "turkish"), "uk": ("Українська", "ukrainian"),
    "zh": ("中文", "chinese"), "hi": ("हिन्दी", "hindi"), "sw": ("Kiswahili", "swahili"), "ca": ("Català", "catalan"),
    "el": ("Ελληνικά", "greek"), "sv": ("Svenska", "swedish"), "da": ("Dansk", "danish"), "fa": ("فارسی", "persian", "farsi"),
    "ku": ("Kurdî", "kurdish"), "so": ("Soomaali", "somali"), "am": ("አማርኛ", "amharic"), "ha": ("Hausa",), "ne": ("नेपाली", "nepali"),
}  # fmt: skip
PRIVATE = [f"q{first}{second}" for first in "abcdefghijklmnopqrst" for second in "abcdefghijklmnopqrstuvwxyz"]  # ISO 639-2's own use
BY_NAME = {name.lower(): code for code, names in KNOWN.items() for name in names}

CONSENT = {
    "fr": ("Avant de commencer", ("Vos réponses servent uniquement à cette étude et sont restituées sous forme de statistiques. Vous êtes libre de "
           "participer et pouvez arrêter à tout moment. Acceptez-vous de participer ?"), "Oui, j’accepte", "Non, je préfère ne pas participer"),
    "en": ("Before you start", ("Your answers are used only for this study and reported as statistics. You are free to take part and may stop at "
           "any time. Do you agree to take part?"), "Yes, I agree", "No, I prefer not to take part"),
    "es": ("Antes de empezar", ("Sus respuestas se utilizan únicamente para este estudio y se publican en forma de estadísticas. Usted es libre de "
           "participar y puede parar en cualquier momento. ¿Acepta participar?"), "Sí, acepto", "No, prefiero no participar"),
    "de": ("Bevor Sie beginnen", ("Ihre Antworten dienen nur dieser Studie und werden als Statistik wiedergegeben. Die Teilnahme ist freiwillig, Sie "
           "können jederzeit abbrechen. Sind Sie mit der Teilnahme einverstanden?"), "Ja, ich bin einverstanden", "Nein, ich möchte nicht teilnehmen"),
}  # fmt: skip
EVERYBODY = {
    "fr": ("des personnes interrogées", "Ensemble"),
    "en": ("of respondents", "All respondents"),
    "es": ("de las personas encuestadas", "Total"),
    "de": ("der Befragten", "Alle Befragten"),
}
YES_NO = {"fr": ("Oui", "Non"), "en": ("Yes", "No"), "es": ("Sí", "No"), "de": ("Ja", "Nein")}
OTHER = {"fr": ("Autre", "Précisez."), "en": ("Other", "Please specify."), "es": ("Otro", "Precise."), "de": ("Sonstiges", "Bitte angeben.")}  # fmt: skip


def code_of(written: str, taken: Collection[str] = ()) -> str:
    """Return the code of a language: "English (en)", "en", "English" and "eng" are all en; an unknown one gets qaa, qab…"""
    written = written.strip()
    found = LANGUAGE.fullmatch(written)
    if found:
        return found["code"]
    if written.lower() in BY_NAME:
        return BY_NAME[written.lower()]
    bare = re.sub(r"[_](?=\w)", "-", written)
    base = bare.partition("-")[0].lower()
    code = f"{base}-{bare.partition('-')[2]}" if "-" in bare else base
    if LANGUAGE_CODE.fullmatch(code) and (base in KNOWN or len(base) == 2):
        return code
    return next(private for private in PRIVATE if private not in taken)


def title_of(code: str, written: str = "") -> str:
    """Return a language as headers write it: "English (en)"."""
    name = written.strip() if written and not LANGUAGE_CODE.fullmatch(written.strip()) else KNOWN.get(code.partition("-")[0], (code,))[0]
    return name if LANGUAGE.fullmatch(name) else f"{name} ({code})"


def said(sentences: Mapping[str, Said], code: str) -> Said:
    """Return what is said in a language, in English where nothing is."""
    return sentences.get(code.partition("-")[0], sentences["en"])
