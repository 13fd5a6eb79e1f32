"""The results page: what it says at each stage of the fieldwork, in both languages, and what it costs to ask again."""

from __future__ import annotations

import gzip
import json
import re
import sys
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.db import connection

from reports.aggregation import aggregate
from reports.models import Figure
from reports.reading import HOUSE, ROOT
from reports.study import store_study
from surveys.models import Wave
from tests.reports.page_reader import PageReader
from tests.reports.panel import interview, people
from tests.reports.stored import store
from tests.worlds import SMALL, changed, open_wave, study

pytestmark = pytest.mark.django_db

PAGE = "/results/numerique-en-sante/"
RECEIPTS = "/results/numerique-en-sante/2023/figures/"
FIGURES = json.loads((Path(__file__).parents[1] / "data" / "figures.json").read_text(encoding="utf-8"))
ENGLISH = re.compile(r"\b(the|people|of|and|with|was|were|from|survey|interviewed|margin|answers|not|results|which)\b", re.IGNORECASE)
MENTION = {
    "fr": "Données de démonstration\u00a0: réponses fictives, construites pour reproduire les pourcentages publiés le 5 février 2024. Ce ne sont pas les réponses de l’enquête.",
    "en": "Demonstration data: fictitious answers, built to reproduce the percentages published on 5 February 2024. They are not the answers of the survey.",
}
EVERY_PAGE = [
    PAGE,
    f"{PAGE}2023/",
    f"{PAGE}2020/",
    f"{PAGE}method/",
    f"{PAGE}2023/method/",
    f"{RECEIPTS}appointment/",
    f"{RECEIPTS}declared_activation/",
]


def _read(client, address=PAGE, language="fr"):
    response = client.get(address, headers={"Accept-Language": language})
    assert response.status_code == 200
    return PageReader(response.content.decode())


def _percent(page, code):
    """Return the percentage that leads to the figure's receipt, as its sentence prints it."""
    return page.links[f"{RECEIPTS}{code}/"].replace("Comment ce pourcentage a été calculé", "").split(" –")[0]


def test_the_whole_panel_gives_every_published_figure(client, wave):
    interview(wave, people())
    aggregate(wave)
    page = _read(client)
    found = {published: code for code, figure in page.figures.items() for published in figure["data-published-as"].split()}
    assert sorted(found) == [figure["id"] for figure in FIGURES["figures"]]
    for figure in FIGURES["figures"]:
        printed = f"{figure['expected']}\u00a0%"
        if figure["wave"] == 2023:
            assert _percent(page, found[figure["id"]]) == printed, figure
        else:
            assert re.search(rf"\((contre )?{printed} en\u00a02020\)", page.text), figure
    assert f"{FIGURES['external'][0]['value']}\u00a0% des assurés l’ont effectivement activé" in page.text
    assert page.figures.keys() == set(Figure.objects.values_list("code", flat=True))


def test_figures_say_their_base_their_size_their_margin_and_their_gap(client, wave):
    store(wave)
    text = _read(client).text
    assert (
        "Base\u00a0: ensemble, n\u00a0=\u00a02\u202f032 · ±\u00a01,8\u00a0point · +8\u00a0points depuis 2020, comparaison indicative"
        in text
    )
    assert "Base\u00a0: ont utilisé ou consulté Mon espace santé, n\u00a0=\u00a01\u202f016 · ±\u00a02,6\u00a0points" in text
    assert "Base\u00a0: ont activé leur profil, n\u00a0=\u00a0711 · ±\u00a02,1\u00a0points" in text
    assert (
        "Pour 2\u202f032 personnes et un résultat de 50\u00a0%, la marge est de ±\u00a02,2\u00a0points au seuil de confiance de 95\u00a0%."
        in text
    )
    assert "Commentaire de l’auteur, non calculé." in text
    assert (
        "calage sur marges\u00a0: sexe, âge, région, catégorie socioprofessionnelle, taille de l’agglomération (poids de 0,87 à 1,15, efficacité 98,3\u00a0%"
        in text
    )


def test_nobody_interviewed_yet_is_said_and_nothing_is_claimed(client, wave):
    page = _read(client)
    assert "Personne n’a encore été interrogé." in page.text
    assert page.headings[0] == "Les Français et le numérique en santé"
    assert page.figures == {}


def test_a_few_people_give_no_percentage(client, wave):
    store(wave, {"know": (80.0, 29, 15.0)}, n=29)
    page = _read(client)
    assert "aucun n’est publié en dessous de 30" in page.text
    assert page.figures == {}
    assert "80" not in page.text


def test_unweighted_percentages_are_said_to_be_so_with_the_reason(client, wave):
    store(wave, {"know": (80.0, 60, 10.0)}, n=60, refusal={"fr": "Il manque encore\u00a0: Corse.", "en": "Still missing: Corsica."})
    text = _read(client).text
    assert "Pourcentages non redressés." in text
    assert "Il manque encore\u00a0: Corse." in text
    assert "n\u00a0=\u00a060 · non redressé · base faible, à interpréter avec prudence" in text
    assert "Unweighted percentages." in _read(client, language="en").text


def test_the_page_refreshes_itself_while_the_fieldwork_is_open_only(client, wave):
    store(wave)
    page = _read(client)
    assert "Terrain en cours" in page.text
    assert 'data-refresh="2"' in page.html
    assert "live.js" in page.html
    Wave.objects.filter(pk=wave.pk).update(state="closed")
    page = _read(client)
    assert "Terrain terminé" in page.text
    assert "data-refresh" not in page.html
    assert "live.js" not in page.html


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_is_sound_and_says_that_its_data_are_a_demonstration(client, wave, language):
    store(wave)
    for address in EVERY_PAGE:
        page = _read(client, address, language)
        assert f'<html lang="{language}">' in page.html
        assert MENTION[language] in page.text
        assert '<meta name="robots" content="noindex">' in page.html
        assert (page.html.count("<h1"), page.html.count("<main")) == (1, 1)
        assert page.inline == []
        assert page.table_headers_without_scope == 0
        for chart in page.charts:
            assert chart.get("role") == "img"
            assert [part.tag.split("}")[1] for part in chart][:2] == ["title", "desc"]
        if language == "fr":
            assert ENGLISH.findall(page.text) == [], address


def test_every_published_figure_has_its_drawing_and_its_table(client, wave):
    store(wave)
    page = _read(client)
    assert len(page.charts) == 16
    assert page.html.count("<details>") == 16
    assert page.html.count("<pattern") == 1


def test_the_language_is_the_one_asked_for_then_the_browsers_then_the_studys(client, wave):
    store(wave)
    assert '<html lang="fr">' in _read(client, f"{PAGE}?lang=fr", "en").html
    assert '<html lang="en">' in _read(client, PAGE, "de, en-GB;q=0.8, fr;q=0.5").html
    assert '<html lang="fr">' in _read(client, PAGE, "de").html
    assert '<html lang="fr">' in _read(client, f"{PAGE}?lang=xx", "de").html
    english = _read(client, f"{PAGE}?lang=en", "fr")
    assert "78% have booked an appointment online (against 70% in 2020)1." in english.text
    assert "Base: all respondents, n = 2,032 · ±1.8 points · +8 points since 2020, indicative comparison" in english.text
    assert f"{RECEIPTS}know/?lang=en" in english.links
    assert client.get(PAGE)["Vary"].lower().count("accept-language") == 1
    assert client.get(PAGE).cookies == {}


def test_asking_again_costs_two_queries_and_no_page(client, wave, django_assert_num_queries):
    store(wave)
    first = client.get(PAGE)
    assert first["Cache-Control"] == "no-cache"
    with django_assert_num_queries(2):
        again = client.get(PAGE, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    with django_assert_num_queries(2):
        assert client.get(PAGE).content == first.content


@pytest.mark.parametrize(
    "change",
    [
        lambda wave: store(wave, {"know": (81.0, 2032, 1.7)}),
        lambda wave: Wave.objects.filter(pk=wave.pk).update(state="closed"),
        lambda wave: wave.survey.figures.filter(code="know").update(says={"fr": "le connaissent", "en": "know it"}),
        lambda wave: wave.survey.note_items.filter(kind="title").delete(),
    ],
    ids=["figures", "fieldwork", "wording", "note"],
)
def test_whatever_the_page_shows_makes_it_a_new_page(client, wave, change):
    store(wave)
    before = client.get(PAGE)
    change(wave)
    after = client.get(PAGE, headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert after.content != before.content


def test_each_language_is_a_page_of_its_own(client, wave):
    store(wave)
    french = client.get(PAGE, headers={"Accept-Language": "fr"})
    english = client.get(PAGE, headers={"Accept-Language": "en", "If-None-Match": french["ETag"]})
    assert english.status_code == 200
    assert '<html lang="en">' in english.content.decode()


FIGURE = "code,says::Français (fr),says::English (en),selection,base,not_asked,compare_with\n"
LINES = [
    "satisfied,sont satisfaits,are satisfied,${q2} = '1',users,,",
    "site,utilisent un site,use a site,\"selected(${q1}, 'site')\",all,,",
    "app,utilisent une application,use an app,\"selected(${q1}, 'appli')\",all,,",
]


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_depend_on_the_number_of_figures(client, db, django_assert_num_queries, count):
    wave = open_wave(figures=FIGURE + "\n".join(LINES[:count]))
    store(wave, dict.fromkeys(("satisfied", "site", "app")[:count], (50.0, 200, 7.0)), n=200)
    wave.questionnaire.definition()
    with django_assert_num_queries(14):  # two of them open and close the snapshot
        page = _read(client, "/results/petite-etude/")
    assert len(page.figures) == count


def test_the_page_weighs_less_than_30_kilobytes_with_all_that_it_needs(client, wave):
    store(wave)
    parts = [client.get(PAGE).content]
    parts += [Path(finders.find(name)).read_bytes() for name in ("surveys/public.css", "reports/results.css", "reports/live.js")]
    assert sum(len(gzip.compress(part)) for part in parts) < 30_000


def test_readers_who_can_get_it_compressed(client, wave):
    store(wave)
    plain, small = client.get(PAGE), client.get(PAGE, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(small.content) == plain.content
    assert client.get(PAGE, headers={"Accept-Encoding": "gzip", "If-None-Match": small["ETag"]}).status_code == 304


NOTHING = [
    "/results/nothing/",
    "/results/nothing/figures/know/",
    f"{PAGE}1999/",
    f"{PAGE}2020/method/",
    f"{PAGE}2020/figures/know/",
    f"{RECEIPTS}nothing/",
    f"{RECEIPTS}nothing.json",
]


def test_what_does_not_exist_is_said_in_the_readers_language(client, wave):
    for address in NOTHING:
        french = client.get(address, headers={"Accept-Language": "fr"})
        english = client.get(address, headers={"Accept-Language": "en"})
        assert (french.status_code, english.status_code) == (404, 404), address
        assert '<html lang="fr">' in french.content.decode()
        assert '<html lang="en">' in english.content.decode()
        assert "Page not found" in english.content.decode()


def test_the_page_of_another_institutes_wave_shows_its_figures_and_leads_to_ours(client, wave):
    page = _read(client, f"{PAGE}2020/")
    assert "Chiffres d’une autre enquête, par OpinionWay" in page.text
    assert page.text.rstrip().endswith("Enquête réalisée par OpinionWay")
    assert "Du 17 au 30\u00a0juillet 2020, en ligne" in page.text
    assert PAGE in page.links


def test_only_reading_is_allowed(client, wave):
    assert client.post(PAGE).status_code == 405


@pytest.mark.django_db(transaction=True)
def test_a_computation_stored_while_a_page_is_drawn_leaves_it_whole(client, wave):
    store(wave)
    other = connection.copy()

    def replace_first(execute, sql, params, many, context):
        if 'FROM "reports_estimate"' in sql:
            with other.cursor() as cursor:
                cursor.execute("DELETE FROM reports_estimate")
        return execute(sql, params, many, context)

    try:
        with connection.execute_wrapper(replace_first):
            page = _read(client)
    finally:
        other.close()
    assert _percent(page, "appointment") == "78\u00a0%"


def test_a_page_is_drawn_anew_when_any_code_that_draws_it_changes():
    files = [Path(module.__file__) for module in list(sys.modules.values()) if getattr(module, "__file__", None)]
    ours = {file.relative_to(ROOT).parts[0] for file in files if file.is_relative_to(ROOT)}
    assert ours - {".venv", "config", "tests", "benchmarks", "manage.py"} <= set(HOUSE)


def test_a_figure_that_now_counts_something_else_shows_no_percentage_until_it_is_computed(client):
    wave = open_wave()
    store(wave, {"satisfied": (83.0, 200, 5.0), "site": (61.0, 200, 7.0)}, n=200)
    said = "utilisent un site,use a site,\"selected(${q1}, 'site')\""
    store_study(study(**changed("figures", said, "utilisent une application,use an app,\"selected(${q1}, 'appli')\"")))
    text = _read(client, "/results/petite-etude/v1/", "en").text
    assert "83% of users are satisfied." in text
    assert "… of respondents use an app." in text
    assert "Base: all respondents, n = – Not published: not computed for this wave." in text
    assert "61%" not in text


def test_an_earlier_wave_leaves_out_the_figures_that_its_version_of_the_form_cannot_give(client):
    wave = open_wave()
    store_study(
        study(
            settings=SMALL["settings"].replace("petite-etude,1,", "petite-etude,2,"),
            bases=SMALL["bases"] + "    young,des jeunes,of the young,Jeunes,The young,\"${age} = 'jeune'\"\n",
            waves=SMALL["waves"] + "    v2,Vague 2,Wave 2,own,2026-02-05,2026-02-09,Europe/Paris,100,100,2,\n",
            figures=SMALL["figures"] + "    young_site,F3,utilisent un site,use a site,\"selected(${q1}, 'site')\",young,,\n",
            note="""
                position,kind,figure,text_fr,text_en
                1,sentence,young_site,,
                2,sentence,site,,
            """,
        )
    )
    aggregate(wave)
    store(wave, {"satisfied": (83.0, 200, 5.0), "site": (61.0, 200, 7.0)}, n=200)
    assert list(_read(client, "/results/petite-etude/v1/").figures) == ["site", "satisfied"]
    assert client.get("/results/petite-etude/v1/figures/young_site/").status_code == 404
    assert client.get("/results/petite-etude/v2/figures/young_site/").status_code == 200
