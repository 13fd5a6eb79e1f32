"""No line of a pasted text is lost, whatever it holds, and none takes long."""

from __future__ import annotations

import random
import time

import pytest

from surveys.core.foreign.pasted import read_pasted
from tests.surveys.core.test_pasted import LANGUAGES, TEXTS

PIECES = [
    "Q{n}. Aimez-vous ceci ?", "Q{n} – Et cela", "{n}) Pourquoi ?", "{n}. Oui", "{n} - Non", "a) peut-être", "□ rouge", "• bleu", "Vert\t{n}",
    "Jaune ........ {n}", "NSP", "Autre, précisez : ____", "Autre", "[PLUSIEURS RÉPONSES – {n} MAX]", "[ROTATION]", "(ouverte)", "[SI Q{n}=1]",
    "SI Q{n} = 1 OU 2", "À CEUX QUI ONT RÉPONDU OUI À Q{n}", "→ STOP INTERVIEW", "Oui → Q{n}", "BLOC B : LA SUITE", "A. PROFIL", "une ligne",
    "Une phrase qui n’est ni une question ni une réponse.", "", "\tBien\tMal", "La poste\t1\t2", "|__|__| ans", "[BLABLA]", "((", "]]", "[", "${{x}}",
    "STOP SI MOINS DE 18 ANS", "[ÉCHELLE DE 0 À 10]", "[SOMME = 100]", "[CLASSEMENT]", "1. a 2. b 3. c", "Oui / Non", "<b>&amp;</b>", "12/07/2024", "TF1",
]  # fmt: skip
NASTY = {
    "open brackets": "[" * 199_000,
    "closed brackets": "]" * 199_000,
    "dots": ("Q1. a ? " + "." * 3_900 + "\n") * 50,
    "commas": ("Q1. a ?\n1. Autre" + " ," * 1_900 + "\n") * 50,
    "fields": ("|_" * 1_990 + "\n") * 50,
    "arrows": "Q1. a ?\n" + ("1. b " + "→" * 3_900 + "\n") * 50,
    "filters": ("Q1. a ? [SI " + "(" * 3_800 + "]\n") * 50,
    "tabs": ("\t" * 3_000 + "\n") * 60,
    "the same question": "Q1. a ?\n" * 9_999,
    "questions without a number": "a ?\n" * 9_999,
    "choices": "Q1. a ?\n" + "1. a\n" * 9_990,
    "tables": "Q1. a ?\n" + "\ta\tb\nx\t\t\n" * 4_000,
    "rows": "Q1. Pour chacun ?\n" + "".join(f"{chr(65 + number % 26)}. x\n" for number in range(4_000)) + "1. a\n2. b\n",
    "counts": ("Q1. a ? [" + "3 " * 1_900 + "max]\n") * 50,
    "stops": ("stop si " * 480 + "\n") * 50,
    "short lines": "a\n" * 9_999,
    "jumps": "Q1. a ?\n"
    + "".join(f"{number}. b → Q900\n" for number in range(1, 900))
    + "".join(f"Q{number}. a ?\n1. b\n2. c\n" for number in range(2, 901)),
}


def lost(text: str, language: str = "fr") -> list[str]:
    """The lines that neither became something nor are said not to be understood."""
    read = read_pasted(text, language)
    assert [line.text for line in read.lines] == text.split("\n")
    assert [line.number for line in read.lines] == list(range(1, len(read.lines) + 1))
    return [line.text for line in read.lines if not line.marks and line.weight not in ("missed", "mistake")]


@pytest.mark.parametrize("name", LANGUAGES)
def test_no_line_of_a_real_questionnaire_is_lost(name):
    assert lost((TEXTS / name / "text.txt").read_text(encoding="utf-8"), LANGUAGES[name]) == []


@pytest.mark.parametrize("seed", range(100))
def test_no_line_of_pieces_put_together_at_random_is_lost(seed):
    chance = random.Random(seed)
    lines = [" ".join(chance.choices(PIECES, k=chance.choice([1, 1, 1, 2, 3]))).format(n=chance.randint(1, 9)) for _ in range(30)]
    assert lost("\n".join(lines)) == []


def test_every_word_stands_in_the_form_or_is_said_to_be_left_out():
    chance = random.Random(7)
    for _ in range(40):
        words = [f"mot{chance.randrange(10**6)}x" for _ in range(12)]
        lines = [
            f"Q{number}. Que pensez-vous de {word} ?" if number % 4 == 0 else f"{number % 4}. {word}" for number, word in enumerate(words)
        ]
        read = read_pasted("\n".join(lines), "fr")
        form = " ".join(text for sheet in read.workbook.values() for row in sheet for text in row.cells.values())
        remarks = " ".join(str(remark.message) for remark in read.remarks)
        assert [word for word in words if word not in form + remarks] == []


@pytest.mark.parametrize("name", NASTY)
def test_a_text_made_to_be_slow_is_not(name):
    began = time.process_time()
    lost("\n".join(NASTY[name][:200_000].split("\n")[:9_999]))
    assert time.process_time() - began < 5
