"""The sample's note, word for word as it was published, in every format; and nothing in it that the figures do not bear out."""

from __future__ import annotations

import io
from itertools import pairwise

import pypdf
import pytest
from django.utils.translation import override

from reports.documents.elements import Paragraph, Table
from reports.documents.formats import FORMATS
from reports.documents.note import note_of
from reports.edition import Edition
from tests.reports.core.unsaved import Given, note, results
from tests.reports.document_reader import squeezed, words_in, words_of

# The order and the numbers of the note of 12 February 2024. What is ours beside it: the subject where a base begins, ± and the footnotes.
PUBLISHED = """
Numérique en santé : des services de plus en plus utilisés
Un recours massif et croissant au numérique en santé
90 % des personnes interrogées ont déjà utilisé au moins un outil ou service numérique en santé.
78 % ont déjà pris un rendez-vous en ligne (contre 70 % en 2020)¹.
56 % ont déjà utilisé les services en ligne de l’Assurance maladie ou des mutuelles (48 % en 2020)¹.
39 % ont déjà communiqué par e-mail ou SMS avec un professionnel de santé (32 % en 2020)¹.
74 % estiment que l’essor du numérique en santé améliorera la coordination des différents praticiens, et 72 % qu’il rendra les démarches administratives (prises en charge, remboursements…) plus fluides.
Des inquiétudes subsistent sur les risques de déshumanisation des soins et d’inégalité d’accès à ces services.
86 % considèrent leurs données de santé comme particulièrement sensibles, et 78 % redoutent qu’elles ne soient utilisées à des fins commerciales ou ne fassent l’objet d’un piratage.
Un usage encore restreint de Mon espace santé
82 % des personnes interrogées déclarent connaître Mon espace santé, au moins de nom.
50 % ont déjà utilisé Mon espace santé, ne serait-ce que pour le consulter.
Parmi eux, 22 % ont consulté le site mais n’ont pas activé leur profil, parce qu’ils n’en voyaient pas l’utilité, qu’ils percevaient cette opération comme longue et fastidieuse ou qu’ils ne disposaient pas de toutes les informations nécessaires.
35 % des personnes interrogées affirment avoir activé leur profil (± 2,1 points). Or, selon les indicateurs d’usage réel de Mon espace santé, 15 % des assurés l’ont effectivement activé².
93 % estiment avoir le droit d’accéder à tous les documents émis sur eux par les professionnels de santé et de gérer leurs données.
75 % jugent Mon espace santé à même de garantir la sécurité des données personnelles qui y sont stockées.
91 % des personnes ayant activé leur profil conseilleraient le service à leurs proches.
57 % des non-utilisateurs de Mon espace santé seraient prêts à recourir à Mon espace santé sur recommandation de leur médecin.
""".strip().replace("¹", "1").replace("²", "2").splitlines()  # fmt: skip


def _edition(language="fr", given=None):
    edition = Edition(results(given), language)
    edition.quotas = ()  # the study's plan is stored in the database, where these tests do not go
    return edition


def _note(language="fr", given=None):
    edition = _edition(language, given)
    with override(language):
        return note_of(edition, note(edition.results))


def _sentences(document):
    """The note without the small lines under its sentences, and without what follows its footnotes."""
    kept = [document.title]
    for element in document.elements:
        if element.texts == ("Fiche technique",):
            return kept
        if not (isinstance(element, Paragraph) and element.kind == "about") and not hasattr(element, "notes"):
            kept.extend(element.texts)
    return kept


def test_the_note_reads_as_it_was_published():
    assert [squeezed(line) for line in _sentences(_note())] == [squeezed(line) for line in PUBLISHED]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_says_the_same_words_and_no_other(kind, language):
    document = _note(language)
    with override(language):
        content = FORMATS[kind].write(document)
    assert words_in(document, kind, content) == words_of(document)
    assert "2\u202f032" in words_of(document) if language == "fr" else "2,032" in words_of(document)


@pytest.mark.parametrize("kind", FORMATS)
def test_the_same_figures_give_the_same_file_to_the_byte(kind):
    with override("fr"):
        first, again, other = (FORMATS[kind].write(_note("fr", given)) for given in (None, None, Given({"know": (81.0, 2032, 1.7)})))
    assert first == again
    assert first != other


def test_no_percentage_leaves_without_its_base_its_size_and_its_margin():
    document = _note()
    lines = [element for element in document.elements if isinstance(element, Paragraph)]
    for sentence, below in pairwise(lines):
        if any(run.style == "strong" for run in sentence.runs):
            assert below.kind == "about"
            for fact in ("Base\u00a0:", "n\u00a0=", "±"):
                assert fact in below.texts[0], sentence.texts


def test_each_percentage_says_which_answers_it_counts():
    tables = [element for element in _note().elements if isinstance(element, Table)]
    counted = {row[0].text: (row[1].text, row[2].text, row[3].text) for row in tables[-1].rows}
    assert len(counted) == 16
    [know] = [facts for answers, facts in counted.items() if "Connaissez-vous" in answers]
    assert know == ("ensemble", "2\u202f032", "82\u00a0%")


def test_the_mention_stands_on_every_page_and_in_every_format():
    document = _note()
    assert document.mention.startswith("Données de démonstration\u00a0: réponses fictives")
    with override("fr"):
        assert document.mention in FORMATS["html"].write(document).decode()
        assert FORMATS["txt"].write(document).decode().startswith(document.mention)


def test_the_page_printed_by_a_browser_carries_the_mention_on_every_sheet(browser):
    document = _note()
    with override("fr"):
        html = FORMATS["html"].write(document).decode()
    page = browser.new_page()
    page.set_content(html)
    sheets = pypdf.PdfReader(io.BytesIO(page.pdf())).pages
    assert len(sheets) > 2
    assert all(squeezed(sheet.extract_text()).startswith(squeezed(document.mention)) for sheet in sheets)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (Given({}, n=0), "Personne n’a encore été interrogé."),
        (Given({"know": (80.0, 29, 15.0)}, n=29), "Trop peu de personnes ont été interrogées pour qu’un pourcentage ait un sens\u00a0: aucun n’est publié en dessous de 30."),
        (Given({"know": (80.0, 60, 10.0)}, n=60, refusal={"fr": "Il manque encore\u00a0: Corse."}), "Pourcentages non redressés. Il manque encore\u00a0: Corse."),
        (Given(state="live"), "Résultats provisoires\u00a0: ils sont recalculés au fil des interviews."),
    ],
)  # fmt: skip
def test_a_note_that_is_not_to_be_published_yet_says_so_in_red_at_its_head(given, said):
    first = _note("fr", given).elements[0]
    assert [(run.text, run.style) for run in first.runs] == [(said, "missing")]
    printed = [
        run.text
        for element in _note("fr", given).elements
        if isinstance(element, Paragraph)
        for run in element.runs
        if run.style == "strong"
    ]
    assert bool(printed) is (given.n >= 30)
