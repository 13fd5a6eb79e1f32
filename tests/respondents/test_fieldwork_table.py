"""The cells of the fieldwork screen: what each is said to miss, order, filter, columns, and the same table in a file."""

import csv
import datetime
import io
import re

import openpyxl
import pytest
from django.utils.translation import override

from respondents.field.fieldwork import fieldwork
from respondents.field.screen import to_do
from respondents.models import NEVER_CLOSES, Interview, QuotaCell, Source
from surveys.core.identifiers import uuid7
from surveys.models import Wave
from tests.staff import log_in
from tests.worlds import open_wave

pytestmark = pytest.mark.django_db

WATCH = "respondents.view_quotacell"


@pytest.fixture
def wave():
    """A field of two days that closes in two: 40 of 50 men, half of them today; 6 of 50 women, one of them today."""
    wave = open_wave(places=50)
    QuotaCell.objects.filter(wave=wave, quota__name="total").update(target=100, ceiling=100)
    men, women, total = cells_of(wave)
    Wave.objects.filter(pk=wave.pk).update(closes_at=now() + datetime.timedelta(days=2, minutes=10))
    completed(wave, [men, total], 20, days_ago=2)
    completed(wave, [men, total], 20, days_ago=0.5)
    completed(wave, [women, total], 5, days_ago=1.5)
    completed(wave, [women, total], 1, days_ago=0.5)
    return wave


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def cells_of(wave):
    return [QuotaCell.objects.get(wave=wave, categories=categories) for categories in (["H"], ["F"], [])]


def completed(wave, cells, people, days_ago):
    ended = now() - datetime.timedelta(days=days_ago)
    source, _made = Source.objects.get_or_create(wave=wave, code="panel", defaults={"kind": "panel", "label": "Panel"})
    Interview.objects.bulk_create(
        Interview(id=uuid7(), wave=wave, questionnaire=wave.questionnaire, source=source, state="completed", language="fr",
                  cell_ids=sorted(cell.pk for cell in cells), started_at=ended - datetime.timedelta(minutes=5), saved_at=ended, ended_at=ended)
        for _ in range(people)
    )  # fmt: skip
    for cell in cells:
        cell.refresh_from_db()
        QuotaCell.objects.filter(pk=cell.pk).update(filled=cell.filled + people)


def shown(wave):
    with override("en"):
        return fieldwork(wave.pk)


def page(client, wave, query="", part=""):
    return client.get(f"/admin/fieldwork/{wave.pk}/{part}{query}", headers={"Accept-Language": "en"})


def names(response):
    """The cells' names in the order of the lines."""
    return re.findall(r'<tr id="c\d+"[^>]*><th scope="row">([^<]+)', response.content.decode())


def test_a_cell_says_what_will_be_missing_and_when_it_ends(wave):
    men, women = shown(wave).cells
    assert (men.state, men.missing, men.pace.recent, men.pace.needed) == ("ahead", 0, 20, 5)
    assert (women.state, women.missing, women.pace.recent, women.pace.needed) == ("at_risk", 42, 1, 22)  # 44 to do, 2 still come
    assert men.pace.expected_end - shown(wave).head.now == pytest.approx(datetime.timedelta(hours=12), abs=datetime.timedelta(seconds=5))


def test_a_cell_is_held_against_its_share_of_the_plan(wave):
    men, women = shown(wave).cells
    assert (round(men.structure.gap, 1), round(women.structure.weight, 2)) == (37.0, 3.83)
    assert round(shown(wave).dimensions[0].weighting.efficiency, 1) == 45.4


def test_what_is_to_be_done_comes_first(wave):
    whole, women = to_do(shown(wave))
    assert (whole.kind, whole.cell.missing) == ("whole", 12)  # 54 to do, 21 a day for two days
    assert (women.kind, women.cell.label, women.sign, women.to_send) == ("short", "A woman", "▲", None)


def test_without_a_closing_time_it_says_that_nothing_can_be_told(wave):
    Wave.objects.filter(pk=wave.pk).update(closes_at=None)
    assert [item.kind for item in to_do(shown(wave))] == ["closing"]


def test_a_closed_field_leaves_nothing_to_do(wave):
    wave.refresh_from_db()
    wave.move_to("closed")
    assert to_do(shown(wave)) == []
    assert [cell.state for cell in shown(wave).cells] == ["closed", "closed"]


def test_a_soft_cell_and_a_minimum_turn_nobody_away_and_say_so(wave, admin_client):
    QuotaCell.objects.filter(wave=wave, quota__name="sex").update(ceiling=NEVER_CLOSES)
    men, women = shown(wave).cells
    assert (women.state, women.missing) == ("minimum", 0)
    wave.quotas.filter(name="sex").update(kind="soft")
    men, women = shown(wave).cells
    assert (men.state, women.state, women.missing) == ("ahead", "at_risk", 42)
    assert "soft: turns nobody away" in page(admin_client, wave).content.decode()


def test_a_merged_cell_bears_all_its_names_and_people_outside_are_counted(wave):
    _men, women, total = cells_of(wave)
    QuotaCell.objects.filter(pk=women.pk).update(merged=[["X"]])
    completed(wave, [total], 3, days_ago=0.1)
    assert [cell.label for cell in shown(wave).cells] == ["A man", "A woman + Other"]
    assert (shown(wave).dimensions[0].outside.filled, shown(wave).dimensions[0].outside.reserved) == (3, 0)


@pytest.mark.parametrize(
    ("query", "expected"),
    [("", ["A woman", "A man"]), ("?sort=plan", ["A man", "A woman"]), ("?sort=to_do", ["A woman", "A man"]), ("?see=at_risk", ["A woman"]),
     ("?see=full", []), ("?sort=nonsense&see=nonsense", ["A woman", "A man"])],
)  # fmt: skip
def test_order_and_filter_are_links_that_hold_over_a_refresh(wave, client, query, expected):
    watcher = log_in(client, WATCH)
    whole, part = page(watcher, wave, query), page(watcher, wave, query, "live/")
    assert names(whole) == names(part) == expected
    if query and "nonsense" not in query:
        assert f'hx-get="/admin/fieldwork/{wave.pk}/live/{query}"' in whole.content.decode()


def test_a_filter_says_how_many_it_shows(wave, admin_client):
    body = page(admin_client, wave).content.decode()
    assert 'href="?see=at_risk">At risk <span class="n">1</span>' in body
    assert 'href="?see=full">Full <span class="n">0</span>' in body


def test_the_columns_chosen_are_those_shown(wave, admin_client):
    body = page(admin_client, wave, "?columns=weight&columns=target&columns=nonsense").content.decode()
    assert body.count('<th scope="col" class="') == 2
    assert '<td class=" c-target" data-h="Target">50</td><td class="n c-weight" data-h="Weight">3.83</td></tr>' in body


def test_the_file_is_the_table_as_it_is_shown(wave, client):
    response = page(
        log_in(client, WATCH), wave, "?sort=plan&columns=target&columns=filled&columns=bar&columns=gap&columns=state", "cells.csv"
    )
    assert response["Content-Disposition"].startswith('attachment; filename="petite-etude-v1-quotas-')
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows == [
        ["Quota", "Category", "Target", "Done", "Achieved less wanted, in points", "State"],
        ["Sex", "A man", "50", "40", "37.0", "Ahead"],
        ["Sex", "A woman", "50", "6", "-37.0", "At risk"],
    ]


def test_a_french_file_opens_in_a_french_spreadsheet(wave, client):
    address = f"/admin/fieldwork/{wave.pk}/cells.csv?see=at_risk&columns=gap&columns=end"
    response = log_in(client, WATCH).get(address, headers={"Accept-Language": "fr"})
    line = response.content.decode("utf-8-sig").splitlines()[1].split(";")
    assert line[:2] == ["Sex", "Une femme"]
    assert line[3] == "-37,0"
    assert datetime.datetime.strptime(line[2], "%Y-%m-%d %H:%M")


def test_nothing_in_a_file_is_computed_by_a_spreadsheet(wave, client):
    wave.quotas.filter(name="sex").update(cells={"label::Français (fr)": "@SUM(A1)", "label::English (en)": "@SUM(A1)"})
    watcher = log_in(client, WATCH)
    rows = list(csv.reader(io.StringIO(page(watcher, wave, "", "cells.csv").content.decode("utf-8-sig"))))
    assert {row[0] for row in rows[1:]} == {"'@SUM(A1)"}
    sheet = openpyxl.load_workbook(io.BytesIO(page(watcher, wave, "", "cells.xlsx").content)).active
    assert (sheet["A2"].value, sheet["A2"].data_type) == ("@SUM(A1)", "s")


def test_numbers_stay_numbers_in_excel(wave, client):
    response = page(log_in(client, WATCH), wave, "?columns=target&columns=weight&columns=end", "cells.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    assert [sheet[place].value for place in ("B2", "C2", "E2")] == ["A woman", 50, 3.8333]
    assert isinstance(sheet["D2"].value, datetime.datetime)


@pytest.mark.parametrize("name", ["cells.csv", "cells.xlsx"])
def test_a_file_is_for_those_who_may_watch(wave, client, name):
    assert page(client, wave, "", name).status_code == 302
    assert page(log_in(client), wave, "", name).status_code == 403


def test_invitations_are_proposed_from_the_return_seen(wave):
    from dataclasses import replace

    field = shown(wave)
    seen = replace(field, head=field.head._replace(invited=[200, 30]))
    assert [item.to_send for item in to_do(seen) if item.kind == "short"] == [280]  # 42 / 15 %
