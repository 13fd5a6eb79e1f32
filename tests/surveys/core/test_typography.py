"""French is printed with the spaces that its readers expect, whatever its author typed."""

import pytest

from surveys.core.typography import typeset


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Quel est votre âge ?", "Quel est votre âge\u00a0?"),
        ("« Mon espace santé » : oui", "«\u00a0Mon espace santé\u00a0»\u00a0: oui"),
        ("De 2 000 à 19 999 habitants", "De 2\u202f000 à 19\u202f999 habitants"),
        ("1 234 567 personnes, 57 %", "1\u202f234\u202f567 personnes, 57\u00a0%"),
        ("le 5 février 2024, vers 10 heures", "le 5 février 2024, vers 10 heures"),
    ],
)
def test_plain_spaces_become_no_break_ones_in_french(typed, printed):
    assert typeset(typed, "fr") == typeset(typed, "fr-CA") == printed
    assert typeset(printed, "fr") == printed
    assert typeset(typed, "en") == typed
