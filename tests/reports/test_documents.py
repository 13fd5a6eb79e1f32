"""The technical notice and the disclosure as documents, what they lack, and where the staff find them."""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils.translation import override

from reports.core.typography import typeset
from reports.documents.elements import Heading, Paragraph
from reports.documents.formats import FORMATS
from reports.documents.missing import blocks_publication, missing
from reports.documents.shelf import KINDS, document_of
from reports.edition import Edition
from reports.models import Figure
from reports.results import results_of
from reports.study import store_study
from surveys.core.workbook import StudyRefused
from tests.reports.document_reader import words_in, words_of
from tests.reports.panel import interview, people
from tests.reports.stored import store
from tests.staff import log_in
from tests.worlds import study

pytestmark = pytest.mark.django_db

SECTIONS = [
    "1. Institut",
    "2. Commanditaire, sa qualité, et acheteur s’il est différent",
    "3. Personnes interrogées",
    "4. Dates des interviews",
    "5. Texte intégral des questions",
    "6. Marges d’erreur",
    "7. Marges d’erreur des résultats publiés",
    "8. Droit de consulter la notice",
    "9. Objet de l’enquête",
    "10. Choix des personnes interrogées, échantillon et composition",
    "11. Conditions des interviews",
    "12. Proportion de non-réponses, à l’enquête et à chaque question",
    "13. Nature et valeur de la gratification",
    "14. Critères de redressement",
]
AAPOR = [
    "1. Data collection strategy",
    "2. Who sponsored the research and who conducted it",
    "3. Measurement tools and instruments",
    "4. Population under study",
    "5. Method used to generate and recruit the sample",
    "6. Methods and modes of data collection",
    "7. Dates of data collection",
    "8. Sample sizes and precision of the results",
    "9. How the data were weighted",
    "10. How the data were processed and procedures to ensure data quality",
    "11. Limitations of the design and data collection",
]


@pytest.fixture
def told(wave):
    """The wave with forty people interviewed and its figures as if all had been."""
    interview(wave, people()[:40])
    store(wave)
    return wave


def _document(wave, kind, language="fr"):
    return document_of(results_of(wave), kind, language)


def _lacking(wave):
    with override("fr"):
        edition = Edition(results_of(wave), "fr")
        return [each.what for each in missing(edition)], blocks_publication(edition)


def _under(document, heading):
    """What stands below a heading, until the next one of its level or above."""
    elements = list(document.elements)
    start = next(at for at, each in enumerate(elements) if isinstance(each, Heading) and each.text == heading)
    below = []
    for element in elements[start + 1 :]:
        if isinstance(element, Heading) and element.level <= elements[start].level:
            break
        below.append(element)
    return below


def test_the_notice_has_the_eight_mentions_and_the_six_sections_in_their_order(told):
    document = _document(told, "notice")
    numbered = [each.text for each in document.elements if isinstance(each, Heading) and each.level == 2 and each.text[0].isdigit()]
    assert numbered == SECTIONS


def test_each_published_percentage_has_its_own_margin_on_its_own_base(told):
    [figures, grid] = _under(_document(told, "notice"), SECTIONS[6])
    rows = {row[0].text: [cell.text for cell in row[1:]] for row in figures.rows}
    assert len(rows) == 16
    assert rows["91\u00a0% des personnes ayant activé leur profil conseilleraient le service à leurs proches."] == [
        "ont activé leur profil", "711", "±\u00a02,1\u00a0points",
    ]  # fmt: skip
    assert "78\u00a0% des personnes interrogées ont déjà pris un rendez-vous en ligne." in rows, "said without the other institute's figure"
    assert [row[0].text for row in grid.rows] == ["2\u202f032", "1\u202f016", "711"]


def test_the_annex_is_the_whole_questionnaire_with_its_filters(told):
    annex = [
        text
        for element in _under(_document(told, "notice"), "Annexe\u00a0: le questionnaire tel qu’il a été posé")
        for text in element.texts
    ]
    questionnaire = told.questionnaire.definition()
    asked = [typeset(question.labels["fr"], "fr") for question in questionnaire.questions.values() if question.is_asked]
    assert [text for text in asked if text not in annex] == []
    assert [typeset(choice.labels["fr"], "fr") for choice in questionnaire.lists["region"] if choice.labels["fr"] not in annex] == []
    assert told.questionnaire.fingerprint in annex
    assert any(text.startswith(("Posée si\u00a0:", "Affichée si\u00a0:")) for text in annex)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("kind", ["notice", "disclosure"])
def test_every_format_says_the_same_words(told, kind, language):
    document = _document(told, kind, language)
    with override(language):
        for suffix in ("html", "docx", "pdf", "txt", "json"):
            assert words_in(document, suffix, FORMATS[suffix].write(document)) == words_of(document), suffix


def test_the_sample_lacks_its_reward_only_and_may_be_published_since_no_election_is_about(told):
    assert _lacking(told) == (["la nature et la valeur de la gratification (écrivez «\u00a0aucune\u00a0» s’il n’y en a pas eu)"], False)
    [reward] = _under(_document(told, "notice"), SECTIONS[12])
    assert [run.style for run in reward.runs] == ["missing"]


@pytest.mark.parametrize("scope", ["yes", ""])
def test_a_survey_under_the_law_is_not_published_while_anything_is_missing(told, scope):
    told.survey.electoral_scope = scope
    told.survey.settings |= {"reward::Français (fr)": "points du panel, environ 1 €", "reward::English (en)": "panel points, about €1"}
    told.survey.save()
    lacking, is_blocked = _lacking(told)
    assert is_blocked
    [what] = lacking
    assert what.startswith("la date de dépôt" if scope else "si l’enquête porte sur une élection")
    told.survey.electoral_scope = "yes"
    told.survey.settings |= {"notice_filed": "2024-02-05"}
    told.survey.save()
    assert _lacking(told) == ([], False)
    assert [element.texts for element in _under(_document(told, "notice"), SECTIONS[12])] == [("points du panel, environ 1 €",)]


def test_everything_that_was_never_entered_is_listed_at_its_section(wave):
    wave.margins.update(source="")
    wave.survey.__class__.objects.filter(pk=wave.survey_id).update(
        sponsor="", sponsor_quality="", institute="", mode="", limits={}, population={}
    )
    wave.__class__.objects.filter(pk=wave.pk).update(starts="", mode="")
    wave = wave.__class__.objects.select_related("survey", "questionnaire").get(pk=wave.pk)
    with override("en"):
        mentions = [each.mention for each in missing(Edition(results_of(wave), "en"))]
    assert mentions == [1, 2, 2, 3, 4, 10, 11, 11, 13, 14, 14, 14, 14, 14]
    red = [
        run.text
        for each in _document(wave, "disclosure", "en").elements
        if isinstance(each, Paragraph)
        for run in each.runs
        if run.style == "missing"
    ]
    assert red.count("Not given.") == 7


def test_the_disclosure_has_the_eleven_headings_in_order_and_their_twin_for_programs(told):
    document = _document(told, "disclosure", "en")
    twin = json.loads(FORMATS["json"].write(document))
    headed = [section for section in twin["sections"] if section["level"] == 1]
    assert [section["heading"] for section in headed][:11] == AAPOR
    assert [section["heading"] for section in headed if section["is_missing"]] == [AAPOR[4]]
    assert twin["mention"].startswith("Demonstration data")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_disclosure_speaks_of_no_margin_of_sampling_error(told, language):
    text = " ".join(_document(told, "disclosure", language).texts())
    assert "±" not in text
    for claim in ("margin of sampling error", "the margin is", "la marge est", "taux de réponse de"):
        assert claim not in text
    assert ("the design gives no margin of error" if language == "en" else "ne donne aucune marge d’erreur") in text


def test_the_staff_download_every_document_in_every_language_and_format(client, told):
    log_in(client, "reports.view_aggregation")
    page = client.get(f"/admin/results/{told.pk}/documents/", headers={"Accept-Language": "fr"})
    assert page.status_code == 200
    html = page.content.decode()
    assert "La nature et la valeur de la gratification" in html
    for kind in KINDS:
        for language in ("fr", "en"):
            for suffix in FORMATS:
                assert f"/admin/results/{told.pk}/documents/{kind}.{language}.{suffix}" in html
    file = client.get(f"/admin/results/{told.pk}/documents/note.fr.pdf")
    assert file.content.startswith(b"%PDF")
    assert file["Content-Disposition"] == 'attachment; filename="numerique-en-sante-2023-note-fr-demonstration.pdf"'
    assert client.get(f"/admin/results/{told.pk}/documents/note.de.pdf").status_code == 404
    assert client.get(f"/admin/results/{told.pk}/documents/note.fr.exe").status_code == 404


@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_document_as_a_page_passes_axe(told, browser, language):
    from axe_playwright_python.sync_playwright import Axe

    page = browser.new_page()
    for kind in KINDS:
        document = _document(told, kind, language)
        with override(language):
            page.set_content(FORMATS["html"].write(document).decode())
        assert [violation["id"] for violation in Axe().run(page).response["violations"]] == [], kind


def test_the_documents_are_behind_the_login(client, wave):
    for name in ("", "note.fr.pdf"):
        assert client.get(f"/admin/results/{wave.pk}/documents/{name}").status_code == 302


def test_the_command_writes_every_document_and_says_what_is_missing(wave, tmp_path, capsys):
    store(wave)
    call_command("write_documents", "numerique-en-sante", "2023", str(tmp_path / "documents"))
    written = sorted(file.name for file in (tmp_path / "documents").iterdir())
    assert len(written) == len(KINDS) * 2 * len(FORMATS)
    assert written[0] == "numerique-en-sante-2023-disclosure-en-demonstration.docx"
    assert "reward" in capsys.readouterr().err
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="file"):
        call_command("write_documents", "numerique-en-sante", "2023", str(tmp_path / "file"))
    with pytest.raises(CommandError, match="2020"):
        call_command("write_documents", "numerique-en-sante", "2020", str(tmp_path))


NOTE = """
    position,kind,figure,claims,text_fr,text_en
    1,title,,,Une note,A note
    2,sentence,satisfied,{claims},,
"""


def test_the_notes_sheet_asks_only_for_claims_that_there_are(db):
    store_study(study(note=NOTE.format(claims="majority trend")))
    with pytest.raises(StudyRefused) as refused:
        store_study(study(note=NOTE.format(claims="many")))
    [mistake] = refused.value.mistakes
    assert (mistake.sheet, mistake.row, mistake.column) == ("note", 3, "claims")


def test_a_claim_of_the_authors_that_the_figure_does_not_bear_out_is_listed(told):
    Figure.objects.filter(code="used").update(says={"fr": "ont, en majorité, déjà utilisé Mon espace santé", "en": "have used it"})
    [claim, _reward] = _lacking(told)[0]
    assert claim == "de quoi fonder «\u00a0ont, en majorité, déjà utilisé Mon espace santé\u00a0», dit du chiffre used"
