"""What readers take away from the report: pictures, numbers, an embedded chart; whatever leaves carries its mentions."""

from __future__ import annotations

import csv
import io
from xml.etree import ElementTree

import pytest
from PIL import Image

from tests.reports.page_reader import PageReader
from tests.reports.stored import store

pytestmark = pytest.mark.django_db

WAVE = "/results/numerique-en-sante/2023/"
FIGURE = f"{WAVE}figures/appointment"
SENTENCE = "78\u00a0% des personnes interrogées ont déjà pris un rendez-vous en ligne (contre 70\u00a0% en\u00a02020)."
MENTIONS = [
    "Données de démonstration\u00a0: réponses fictives",
    "Institut\u00a0: (démonstration)",
    "Commanditaire\u00a0: Délégation au numérique en santé, Ministère du travail, de la santé et des solidarités",
    "Personnes âgées de 18 ans et plus résidant en France métropolitaine",
    "2\u202f032 personnes",
    "du 22 au 27\u00a0novembre 2023",
    "en ligne",
    "Question\u00a0: «\u00a0Parmi les services et outils numériques suivants, lesquels avez-vous déjà utilisés",
    "2020\u00a0: OpinionWay",
    "Base\u00a0: ensemble, n\u00a0=\u00a02\u202f032 · ±\u00a01,8\u00a0point · +8\u00a0points depuis 2020, comparaison indicative",
]


def words_of(drawing: str) -> str:
    """Return all that an SVG file says to who sees it, lines joined."""
    return " ".join(part.text or "" for part in ElementTree.fromstring(drawing).iter("{http://www.w3.org/2000/svg}text"))


def test_every_file_and_the_embedded_chart_carry_the_mentions(client, wave):
    store(wave)
    picture = Image.open(io.BytesIO(client.get(f"{FIGURE}.png?lang=fr").content))
    said = {
        "svg": words_of(client.get(f"{FIGURE}.svg?lang=fr").content.decode()),
        "png": picture.info["Description"],
        "csv": client.get(f"{FIGURE}.csv?lang=fr").content.decode(),
        "embed": PageReader(client.get(f"{FIGURE}/embed/?lang=fr").content.decode()).text,
    }
    for kind, text in said.items():
        for mention in MENTIONS:
            assert mention in text, (kind, mention)
    assert picture.info["Title"] == SENTENCE
    assert picture.width == 1600


def test_a_data_file_gives_the_unrounded_numbers_one_line_for_each_bar(client, wave):
    store(wave)
    response = client.get(f"{FIGURE}.csv?lang=fr")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    lines = response.content.decode("utf-8-sig").splitlines()
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    assert [(row["kind"], row["printed"], row["n"], row["data_kind"]) for row in rows] == [
        ("measured", "78\u00a0%", "2032", "demonstration"),
        ("compared", "70\u00a0%", "2100", "external"),
    ]
    everything = client.get(f"{WAVE}figures.csv?lang=fr").content.decode("utf-8-sig").splitlines()
    assert MENTIONS[0] in everything[0]
    measured = [row for row in csv.DictReader(line for line in everything if not line.startswith("#")) if row["kind"] == "measured"]
    assert len(measured) == 16


def test_the_picture_of_a_link_has_the_size_that_is_shown_whole(client, wave):
    store(wave)
    for address in (f"{WAVE}social.png", f"{FIGURE}/social.png"):
        response = client.get(address)
        assert response["Content-Type"] == "image/png"
        assert Image.open(io.BytesIO(response.content)).size == (1200, 630)
    assert "90\u00a0% des personnes interrogées" in Image.open(io.BytesIO(client.get(f"{WAVE}social.png?lang=fr").content)).info["Title"]


def test_only_the_embedded_chart_may_stand_in_another_sites_frame(client, wave):
    store(wave)
    embedded = client.get(f"{FIGURE}/embed/")
    assert "X-Frame-Options" not in embedded
    assert embedded["Content-Security-Policy"].endswith("frame-ancestors *")
    for address in (WAVE, f"{FIGURE}/", f"{WAVE}method/", f"{FIGURE}.svg"):
        page = client.get(address)
        assert page["X-Frame-Options"] == "DENY"
        assert page["Content-Security-Policy"].endswith("frame-ancestors 'none'")


def test_an_embedded_chart_needs_no_script(client, wave):
    store(wave)
    page = PageReader(client.get(f"{FIGURE}/embed/?lang=en").content.decode())
    assert "<script" not in page.html
    assert page.inline == []
    assert "78% of respondents have booked an appointment online (against 70% in 2020)." in page.headings[0]
    assert len(page.charts) == 1


def test_a_figure_of_too_few_people_gives_no_number_in_any_file(client, wave):
    store(wave, {"appointment": (78.0, 29, 15.0), "know": (80.0, 2032, 1.7)})
    for kind in ("svg", "csv"):
        text = client.get(f"{FIGURE}.{kind}?lang=fr").content.decode()
        assert "78" not in text.replace(f"{FIGURE}.", "")
        assert "moins de 30 personnes" in text.replace("\n", " ")
    assert "<rect" in client.get(f"{WAVE}figures/know.svg").content.decode()


@pytest.mark.parametrize("address", ["figures/nothing.svg", "figures/nothing.png", "figures/nothing.csv", "figures/nothing/embed/"])
def test_there_is_nothing_to_take_away_of_a_figure_that_does_not_exist(client, wave, address):
    assert client.get(f"{WAVE}{address}").status_code == 404
    assert client.get(f"{WAVE.replace('2023', '2020')}figures/appointment.svg").status_code == 404


def test_a_picture_is_drawn_once_and_asked_again_for_nothing(client, wave, django_assert_num_queries):
    store(wave)
    first = client.get(f"{FIGURE}.png")
    with django_assert_num_queries(2):
        assert client.get(f"{FIGURE}.png", headers={"If-None-Match": first["ETag"]}).status_code == 304
    with django_assert_num_queries(2):
        assert client.get(f"{FIGURE}.png").content == first.content


def test_before_any_figure_there_is_no_picture_for_a_link(client, wave):
    assert client.get(f"{WAVE}social.png").status_code == 404
