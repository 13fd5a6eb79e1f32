"""A commune asked of people who have no script, found, recorded with its region, counted in its quota; and what pages load."""

from __future__ import annotations

import json

import pytest

from reports.study import store_study
from respondents.core.record import unpack
from respondents.models import QuotaCell, Record
from surveys.core.attachments import media_sheet
from surveys.form.hand import Hand
from surveys.form.slots import LivePrinter, PageView
from tests.surveys.core.test_attachments import PNG, SVG
from tests.worlds import SMALL, Respondent, sheet, study

pytestmark = pytest.mark.django_db
TOWNS = """
    code,name,label,region
    42218,42218,Saint-Étienne,84
    69123,69123,Lyon,84
    93066,93066,Saint-Denis,11
    97411,97411,Saint-Denis,11
    75056,75056,Paris,11
"""
LINE = "        integer,years"
ASKED = (
    "        select_one_from_file towns.csv,town,Où habitez-vous ?,Where do you live?,yes,,,autocomplete,,,,,\n"
    "        calculate,region,,,,,\"pulldata('towns', 'region', 'code', ${town})\",,list=region,,,,\n"
)
REGIONS = "        region,84,Auvergne-Rhône-Alpes,Auvergne-Rhône-Alpes,,\n        region,11,Île-de-France,Île-de-France,,\n"


def towns(**changes):
    book = study(
        survey=SMALL["survey"].replace(LINE, ASKED + LINE, 1),
        choices=SMALL["choices"].rstrip() + "\n" + REGIONS,
        margins=SMALL["margins"].rstrip() + "\n        v1,region,84,50,Insee\n        v1,region,11,50,Insee\n",
        quotas=SMALL["quotas"].rstrip() + "\n        v1,region,region,hard,0,0,\n",
        **changes,
    )
    return {**book, "lookups/towns.csv": sheet("lookups/towns.csv", TOWNS), "media/logo.png": media_sheet("media/logo.png", PNG),
            "media/plan.svg": media_sheet("media/plan.svg", SVG)}  # fmt: skip


@pytest.fixture
def wave():
    wave = store_study(towns()).waves.get()
    wave.move_to("live")
    return wave


def image_address(definition, file):
    return Hand(definition, "fr", LivePrinter(PageView("/", "r", {}))).image_address(file)


def places(wave):
    cells = QuotaCell.objects.filter(wave=wave, quota__name="region").order_by("pk")
    return {cell.categories[0]: (cell.reserved, cell.filled) for cell in cells}


def test_a_town_is_searched_picked_recorded_and_counted_in_its_region(wave, client):
    person = Respondent(client).go_to("profil").post(sex="F", years="44", town__find="saint denis")
    assert person.page == "profil"
    assert 'value="97411"' in person.response.content.decode()
    person.post(sex="F", years="44", town__find="saint denis", town="97411")
    assert person.page == "usages"
    assert places(wave) == {"84": (0, 0), "11": (1, 0)}
    person.finish()
    record = Record.objects.get()
    codebook = wave.questionnaire.codebook()
    assert unpack(codebook, bytes(record.codes), record.extra).items() >= {"town": "97411", "region": "11"}.items()
    assert places(wave) == {"84": (0, 0), "11": (0, 1)}


def test_one_match_is_taken_without_a_further_page(wave, client):
    person = Respondent(client).go_to("profil").post(sex="F", years="44", town__find="lyo")
    assert person.page == "usages"
    assert places(wave) == {"84": (1, 0), "11": (0, 0)}


def test_the_log_holds_the_town_and_not_what_was_typed(wave, client):
    person = Respondent(client).go_to("profil").post(sex="F", years="44", town__find="lyo")
    saved = person.interview.submissions.order_by("seq").last()
    assert saved.answers["town"] == "69123"
    assert "town__find" not in saved.answers


def test_suggestions_come_from_a_small_address_that_anybody_may_cache(wave, client, django_assert_num_queries):
    client.get("/s/petite-etude/find/1/town/?q=x")
    with django_assert_num_queries(1):
        response = client.get("/s/petite-etude/find/1/town/?q=st%20de&lang=en")
    assert json.loads(response.content) == [["93066", "Saint-Denis"], ["97411", "Saint-Denis"]]
    assert response["Cache-Control"] == "public, max-age=86400"
    assert not response.cookies
    for path in ("find/1/years/?q=a", "find/1/nothing/?q=a", "find/2/town/?q=a"):
        assert client.get(f"/s/petite-etude/{path}").status_code == 404


def test_an_image_is_served_by_its_content_for_ever_and_runs_nothing(wave, client, django_assert_num_queries):
    definition = wave.questionnaire.definition()
    address = image_address(definition, "plan.svg")
    assert address == f"/s/petite-etude/media/{definition.media['plan.svg']}.svg"
    with django_assert_num_queries(1):
        response = client.get(address)
    assert (response.content, response["Content-Type"]) == (SVG, "image/svg+xml")
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert not response.cookies
    assert client.get(image_address(definition, "logo.png")).content == PNG
    assert client.post(address).status_code == 405


def test_any_other_address_of_an_image_is_not_found(wave, client):
    sha = wave.questionnaire.definition().media["plan.svg"]
    table = wave.questionnaire.attachments.get(name="lookups/towns.csv")
    for path in (f"{sha}.png", f"{sha[:-1]}.svg", f"{table.sha256}.csv", "plan.svg"):
        assert client.get(f"/s/petite-etude/media/{path}").status_code == 404
    assert client.get(f"/s/autre/media/{sha}.svg").status_code == 404


def test_the_image_of_a_version_not_yet_published_is_served_too(client):
    definition = store_study(towns()).questionnaires.get().definition()
    assert client.get(image_address(definition, "logo.png")).status_code == 200
