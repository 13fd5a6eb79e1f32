"""What the form says that no text brings: the consent, the line to specify, by language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """The standard texts of a language; ``column`` is how the sheets name it."""

    column: str
    title: str
    welcome: str
    consent: str
    consent_choices: tuple[str, str]
    specify: str
    yes_no: tuple[str, str]
    dont_know: str
    refused: str
    names: Mapping[str, str]


WORDS: Mapping[str, Words] = {
    "fr": Words(
        column="Français (fr)",
        title="Enquête",
        welcome="Vous êtes libre de répondre à cette enquête et pouvez arrêter à tout moment.",
        consent="Vos réponses servent uniquement à cette étude et sont restituées sous forme de statistiques qui ne permettent pas de vous "
        "reconnaître. Acceptez-vous de participer\u00a0?",
        consent_choices=("Oui, j’accepte", "Non, je préfère ne pas participer"),
        specify="Précisez\u00a0:",
        yes_no=("Oui", "Non"),
        dont_know="NSP",
        refused="REFUS",
        names={"welcome": "accueil", "presentation": "presentation", "consent": "consentement"},
    ),
    "en": Words(
        column="English (en)",
        title="Survey",
        welcome="You are free to take part in this survey and may stop at any time.",
        consent="Your answers are used only for this study and reported as statistics in which you cannot be recognised. Do you agree to take part?",
        consent_choices=("Yes, I agree", "No, I prefer not to take part"),
        specify="Please specify:",
        yes_no=("Yes", "No"),
        dont_know="DK",
        refused="REF",
        names={"welcome": "welcome", "presentation": "presentation", "consent": "consent"},
    ),
}
