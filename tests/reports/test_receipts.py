"""A figure's receipt and its JSON twin, and the technical notice: whoever doubts a percentage can compute it again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils.translation import override

from config.sample import SAMPLES
from reports.aggregation import aggregate
from reports.core.typography import number
from reports.edition import Edition
from reports.notices import notice_of
from reports.results import results_of
from reports.study import load_study, store_study
from respondents.models import Interview
from surveys.core.files import read_workbook
from surveys.core.workbook import Row
from surveys.models import Wave
from tests.reports.page_reader import PageReader
from tests.reports.panel import interview, people
from tests.reports.stored import store

pytestmark = pytest.mark.django_db

PAGE = "/results/numerique-en-sante/"
RECEIPTS = f"{PAGE}2023/figures/"


def _read(client, address, language="fr"):
    return PageReader(client.get(address, headers={"Accept-Language": language}).content.decode())


def test_a_receipt_shows_the_question_with_the_counted_answers(client, wave):
    store(wave)
    page = _read(client, f"{RECEIPTS}doctor/")
    assert "57\u00a0% des non-utilisateurs de Mon espace santé seraient prêts" in page.text
    assert "Si votre médecin vous le recommandait, utiliseriez-vous «\u00a0Mon espace santé\u00a0»\u00a0?" in page.text
    assert "Oui, certainement comptée" in page.text
    assert "Oui, probablement comptée" in page.text
    assert page.html.count('class="chosen"') == 2
    assert "Réponse «\u00a0Oui, certainement\u00a0» ou «\u00a0Oui, probablement\u00a0» à la question" in page.text
    assert "ou question non posée" in page.text
    assert "les personnes de la base «\u00a0Non-utilisateurs, y compris ceux qui ne le connaissent pas\u00a0»" in page.text


def test_a_receipt_gives_every_number_and_the_way_to_them(client, wave):
    store(wave, {"recommend": (91.0042, 711, 2.1)})
    text = _read(client, f"{RECEIPTS}recommend/").text
    for said in [
        "Personnes dans la base 711",
        "dont ont donné une réponse comptée 647",
        "Pourcentage redressé, non arrondi 91,0042\u00a0%",
        "Somme des poids de la base 711,00",
        "Somme des poids des réponses comptées 647,04",
        "Effectif équivalent de la base 696,8",
        "Erreur type 1,071\u00a0point",
        "Marge d’erreur au seuil de 95\u00a0% ±\u00a02,1\u00a0points",
        "Intervalle au seuil de 95\u00a0% (de Wilson, avec l’effectif équivalent) de 88,9 à 93,1\u00a0%",
        "Prendre les 2\u202f032 interviews complètes de la vague (ni tests ni interviews retirées).",
        "6 pas de la méthode de Newton, poids moyen 1.",
        "Diviser les sommes de leurs poids\u00a0: 647,04 / 711,00 = 91,0042\u00a0%.",
        "Arrondir une seule fois, la moitié vers le haut\u00a0: 91\u00a0%.",
        wave.questionnaire.fingerprint,
        "version 2023.1",
        "Insee, estimations de population au 1er janvier 2022",
    ]:
        assert said in text, said


def test_a_receipt_says_who_was_not_asked_what_it_is_compared_with_and_what_it_stands_beside(client, wave):
    store(wave)
    used, appointment, declared = (_read(client, f"{RECEIPTS}{code}/").text for code in ("used", "appointment", "declared_activation"))
    assert (
        "Question posée aux 1\u202f666 personnes de la base «\u00a0Connaissent Mon espace santé\u00a0»\u00a0; les 366 autres sont comptées"
        in used
    )
    assert "Écart des pourcentages imprimés +8\u00a0points depuis 2020, comparaison indicative" in appointment
    assert "Libellé d’alors «\u00a0ont déjà pris un rendez-vous en ligne\u00a0»" in appointment
    assert "15\u00a0% des assurés l’ont effectivement activé" in declared
    assert "ensemble des assurés, enfants compris" in declared
    assert "février 2024" in declared


def test_the_json_twin_gives_the_same_unrounded(client, wave):
    store(wave, {"appointment": (77.9123456789, 2032, 1.8)})
    response = client.get(f"{RECEIPTS}appointment.json", headers={"Accept-Language": "fr"})
    assert (response["Content-Type"], response["X-Robots-Tag"]) == ("application/json", "noindex")
    evidence = response.json()
    assert evidence["figure"] == "appointment"
    assert evidence["published_as"] == ["F02", "F03"]
    assert evidence["printed"] == "78\u00a0%"
    assert evidence["estimate"]["percent"] == 77.9123456789
    assert evidence["estimate"]["n"] == evidence["base"]["n"] == 2032
    assert evidence["comparison"]["printed_gap"] == 8
    assert evidence["comparison"]["gap"] == pytest.approx(7.9123456789)
    assert evidence["comparison"]["is_indicative"] is True
    assert evidence["questionnaire"] == {"version": "2023.1", "sha256": wave.questionnaire.fingerprint}
    assert evidence["mention"].startswith("Données de démonstration")
    [question] = evidence["questions"]
    assert [choice["name"] for choice in question["choices"] if choice["is_counted"]] == ["rdv"]


def test_a_withheld_figure_gives_no_number_anywhere(client, wave):
    store(wave, {"recommend": (89.6552, 29, 11.1)}, n=100)
    page = _read(client, f"{RECEIPTS}recommend/")
    evidence = client.get(f"{RECEIPTS}recommend.json").json()
    assert "Non publié\u00a0: moins de 30 personnes." in page.text
    assert "89" not in page.text
    assert page.charts == []
    assert (evidence["is_published"], evidence["estimate"], evidence["printed"]) == (False, None, "")


def test_without_a_wave_the_address_leads_to_the_latest(client, wave):
    store(wave)
    assert client.get(f"{PAGE}figures/know/").headers["Location"] == f"{RECEIPTS}know/"
    assert client.get(f"{PAGE}figures/know.json?lang=en").headers["Location"] == f"{RECEIPTS}know.json?lang=en"


def test_the_notice_gives_the_composition_raw_wanted_and_weighted(client, wave):
    interview(wave, people()[:600])
    aggregate(wave)
    assert wave.aggregation.refusal == {}
    page = _read(client, f"{PAGE}method/")
    men = sum(person["sex"] == "H" for person in people()[:600])
    others = sum(person["sex"] == "X" for person in people()[:600])
    weighted = 47.65 * (600 - others) / 600  # those outside the quotas keep their share of the sample
    assert f"Un homme {men} {number(men / 6, 'fr', 1)}\u00a0% 47,7\u00a0% {number(weighted, 'fr', 1)}\u00a0%" in page.text
    assert "Entrées 600" in page.text


def test_the_notice_holds_the_whole_questionnaire_as_it_was_put(client, wave):
    page = _read(client, f"{PAGE}method/")
    questionnaire = wave.questionnaire.definition()
    asked = [question for question in questionnaire.questions.values() if question.is_asked or question.kind == "note"]
    assert page.html.count('<div class="wording">') == len(asked)
    assert "Affichée si\u00a0: réponse «\u00a0Oui\u00a0» à la question «\u00a0Connaissez-vous “Mon espace santé”" in page.text
    assert "L’ordre des réponses est tiré au hasard pour chaque personne." in page.text
    assert wave.questionnaire.fingerprint in page.text
    assert "Gratification non renseigné" in page.text


def test_the_notice_follows_the_interviews_that_are_not_completed(client, wave):
    interview(wave, people()[:2])
    before = client.get(f"{PAGE}method/")
    Interview.objects.filter(pk=Interview.objects.first().pk).update(state="screened_out")
    assert client.get(f"{PAGE}method/", headers={"If-None-Match": before["ETag"]}).status_code == 200


def test_the_notice_tells_how_interviews_ended_and_which_answers_are_missing(client, wave):
    interview(wave, people()[:50])
    Wave.objects.filter(pk=wave.pk).update(state="closed")
    store(wave, n=50)
    text = _read(client, f"{PAGE}method/").text
    undecided = sum(person["q2_coordination"] in ("8", "9") for person in people()[:50])
    assert f"qui suivent un même patient. 50 {undecided} {2 * undecided},0\u00a0%" in text


def test_the_notice_of_29_people_counts_them_and_gives_no_percentage(client, wave):
    for persons, is_withheld in ((people()[:29], True), (people()[29:60], False)):
        interview(wave, persons)
        with override("fr"):
            notice = notice_of(Edition(results_of(wave), "fr"))
        [sex] = [one for one in notice.compositions if one.name == "sexe"]
        assert [row[2] == "–" for row in sex.rows] == [is_withheld] * 2
        assert [row[3] for row in sex.rows] == ["47,7\u00a0%", "52,4\u00a0%"], "the population's shares are no result"
        assert (notice.unanswered[0][3] == "–") == is_withheld


def test_the_notice_says_of_every_kind_of_question_how_it_was_put(db):
    wave = load_study(SAMPLES / "kitchen-sink").waves.get()
    with override("en"):
        pages = notice_of(Edition(results_of(wave), "en")).pages
    put = {question.name: question for page in pages for question in page.questions}
    assert put["satisfaction"].remarks == ("One answer, from 0 to 10.", "“Don’t know” is on offer.")
    assert put["permis"].remarks[:2] == ("Answer as a date.", "Dates from 1\u00a0January 1920 to 31\u00a0December 2030.")
    assert put["permis"].remarks[-1] == "“I prefer not to answer” is on offer."
    assert "To be confirmed otherwise: More than 100 km: is that right?" in put["distance"].remarks
    assert put["criteres"].remarks[0] == "Number the answers in order: 1 for the first."
    assert put["part_essence"].heading == ("Share out 100% of your transport budget.", "These numbers must add up to 100.")
    assert put["part_tickets"].heading == ()
    assert put["version"].choices == ("€49", "€29")  # a split sample
    assert "origine" not in put  # came in the link: nobody read it
    assert "${" not in str(pages)


def test_a_figure_on_a_long_list_shows_the_answers_that_count_and_not_the_whole_table(client, db):
    book = dict(read_workbook(SAMPLES / "kitchen-sink"))
    town = {**book["figures"].rows[0].cells, "code": "isle", "selection": "${commune} = 'C04'"}
    book["figures"] = replace(book["figures"], rows=(*book["figures"].rows, Row(9, town)))
    store_study(book)
    address = "/results/kitchen-sink/1/figures/isle"
    [asked] = client.get(f"{address}.json").json()["questions"]
    assert [(choice["name"], choice["is_counted"]) for choice in asked["choices"]] == [("C04", True)]
    page = _read(client, f"{address}/").text
    assert "L’Isle-aux-Moines comptée" in page
    assert "Bourg-Neuf" not in page


def test_a_compared_figure_names_the_size_of_its_base(client, wave):
    store(wave)
    text = _read(client, f"{RECEIPTS}appointment/").text
    assert text.count("Personnes dans la base") == 2
    assert "Personnes interrogées 2\u202f100" not in text
