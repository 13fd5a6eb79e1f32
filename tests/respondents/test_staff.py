"""What staff do to a wave in the field: change a cell's places, remove an interview."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.test import Client

from respondents import places
from respondents.audit import audit
from respondents.models import NEVER_CLOSES, Interview, QuotaCell, Record
from respondents.quotas.editing import Change, change_cells
from tests.staff import history, log_in
from tests.worlds import ANSWERS, Respondent, open_wave

pytestmark = pytest.mark.django_db

CHANGE = ("respondents.view_quotacell", "respondents.change_quotacell")
REMOVE = ("respondents.view_interview", "respondents.change_interview")
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def wave():
    return open_wave(places=2)


@pytest.fixture
def women(wave):
    return QuotaCell.objects.get(wave=wave, categories=["F"])


@pytest.fixture
def completed(client, wave):
    """A woman who completed."""
    return Respondent(client).finish().interview


def counters(wave):
    """Return (reserved, filled, target, ceiling) of the women's cell and of the total."""
    return [
        tuple(QuotaCell.objects.values_list("reserved", "filled", "target", "ceiling").get(wave=wave, **which))
        for which in ({"categories": ["F"]}, {"quota__name": "total"})
    ]


def change(client, cell, **values):
    return client.post(f"/admin/fieldwork/{cell.wave_id}/cells/{cell.pk}/", {"reason": "sample was short", **values}, headers=ENGLISH)


def test_new_places_can_be_taken_at_once(client, wave, women):
    total = QuotaCell.objects.get(wave=wave, quota__name="total")
    for _ in range(2):
        Respondent(Client()).finish()
    assert Respondent(Client()).finish().outcome == "quota_full"
    staff = log_in(client, *CHANGE)
    for cell in (women, total):
        assert change(staff, cell, target=3, ceiling=4).url == f"/admin/fieldwork/{wave.pk}/"
    assert Respondent(Client()).finish().outcome == "completed"
    assert counters(wave) == [(0, 3, 3, 4), (0, 3, 3, 4)]
    assert audit() == []


def test_who_changed_what_and_why_is_written_down(client, women):
    change(log_in(client, *CHANGE), women, target=3, ceiling=4)
    assert history(women) == ["Target / ceiling: 2 / 2 → 3 / 4. Reason: sample was short"]


def test_a_ceiling_below_the_places_taken_is_refused_with_the_numbers(client, wave, women, completed):  # check 11
    Respondent(client).go_to("usages")
    response = change(log_in(client, *CHANGE), women, target=1, ceiling=1)
    assert response.status_code == 422
    assert "the ceiling cannot be below 2: 1 interviews are completed and 1 in progress." in response.content.decode()
    assert counters(wave) == [(1, 1, 2, 2), (1, 1, 2, 2)]
    assert history(women) == []


def test_a_ceiling_below_its_target_is_refused(women):
    with pytest.raises(ValidationError, match="5"):
        change_cells(women.wave_id, [Change(women, 5, 4)])


def test_a_stale_page_does_not_undo_the_counters(wave, women, completed):
    change_cells(wave.pk, [Change(women, 1, 1)])  # read before anybody came
    assert counters(wave)[0] == (0, 1, 1, 1)


@pytest.mark.parametrize("values", [{"target": "", "ceiling": 4}, {"target": -1, "ceiling": 4}, {"target": 2, "ceiling": 4, "reason": ""}])
def test_a_change_needs_whole_numbers_and_a_reason(client, wave, women, values):
    assert change(log_in(client, *CHANGE), women, **values).status_code == 422
    assert counters(wave)[0] == (0, 0, 2, 2)


def test_looking_at_the_page_changes_nothing(client, wave, women):
    response = log_in(client, *CHANGE).get(f"/admin/fieldwork/{wave.pk}/cells/{women.pk}/?target=9&ceiling=9&reason=x")
    assert response.status_code == 200
    assert counters(wave)[0] == (0, 0, 2, 2)


def test_raising_is_said_before_it_is_done(client, wave, women):
    page = log_in(client, *CHANGE).get(f"/admin/fieldwork/{wave.pk}/cells/{women.pk}/?by=8", headers=ENGLISH).content.decode()
    assert "The target goes from 2 to 10, the ceiling from 2 to 10; the total’s ceiling stays at 2." in page
    assert 'name="target" value="10"' in page
    assert 'name="ceiling" value="10"' in page
    assert counters(wave)[0] == (0, 0, 2, 2)


@pytest.mark.parametrize("by", ["", "0", "-3", "many"])
def test_nothing_is_raised_by_nothing(client, wave, women, by):
    page = log_in(client, *CHANGE).get(f"/admin/fieldwork/{wave.pk}/cells/{women.pk}/?by={by}", headers=ENGLISH)
    assert page.status_code == 200
    assert 'name="target" value="2"' in page.content.decode()


def test_a_cell_tells_whom_it_turned_away_and_what_was_changed(client, wave, women):
    for _ in range(3):
        Respondent(Client()).finish()
    staff = log_in(client, *CHANGE, "respondents.view_interview")
    change(staff, women, target=3, ceiling=4)
    page = staff.get(f"/admin/fieldwork/{wave.pk}/cells/{women.pk}/", headers=ENGLISH).content.decode()
    assert page.count("/admin/respondents/interview/") == 1
    assert "Target / ceiling: 2 / 2 → 3 / 4. Reason: sample was short" in page


def test_a_soft_cell_may_lose_its_ceiling_and_stays_open(client, wave, women):
    QuotaCell.objects.filter(pk=women.pk).update(ceiling=NEVER_CLOSES, soft_ceiling=5)
    assert change(log_in(client, *CHANGE), women, target=3, ceiling="").status_code == 302
    women.refresh_from_db()
    assert (women.target, women.ceiling, women.soft_ceiling) == (3, NEVER_CLOSES, None)
    assert history(women) == ["Target / ceiling: 2 / 5 → 3 / –. Reason: sample was short"]


@pytest.mark.parametrize("turned_away", [1, 3])
def test_a_cell_s_panel_costs_the_same_however_many_were_turned_away(wave, women, admin_client, turned_away, django_assert_num_queries):
    for _ in range(2 + turned_away):
        Respondent(Client()).finish()
    wave.questionnaire.definition()
    ContentType.objects.get_for_model(QuotaCell)  # read once per process, as the questionnaire
    with django_assert_num_queries(6):
        assert admin_client.get(f"/admin/fieldwork/{wave.pk}/cells/{women.pk}/").status_code == 200


def test_a_cell_of_another_wave_is_not_found(admin_client, wave, women):
    assert admin_client.get(f"/admin/fieldwork/{wave.pk + 1}/cells/{women.pk}/").status_code == 404


def test_watching_is_not_changing(client, women):
    assert change(log_in(client, "respondents.view_quotacell"), women, target=3, ceiling=4).status_code == 403


def test_without_its_csrf_token_a_post_is_refused(wave, women, completed):
    careful = log_in(Client(enforce_csrf_checks=True), *CHANGE, *REMOVE)
    assert change(careful, women, target=3, ceiling=4).status_code == 403
    assert careful.post(f"/admin/fieldwork/interviews/{completed.pk}/remove/", {"reason": "fraud"}).status_code == 403
    assert counters(wave)[0] == (0, 1, 2, 2)


def remove(client, interview, reason="twice the same person"):
    return client.post(f"/admin/fieldwork/interviews/{interview.pk}/remove/", {"reason": reason}, headers=ENGLISH)


def test_a_removed_interview_gives_its_places_back_and_counts_no_more(client, wave, completed):  # check 13
    revision = Interview.objects.get(pk=completed.pk).revision
    assert remove(log_in(client, *REMOVE), completed).status_code == 302
    removed = Interview.objects.get(pk=completed.pk)
    assert (removed.state, removed.revision) == ("removed", revision + 1)
    assert not Record.objects.get(interview=completed).counted
    assert counters(wave) == [(0, 0, 2, 2), (0, 0, 2, 2)]
    assert audit() == []
    assert history(completed) == ["Removed. Reason: twice the same person"]


def test_what_a_removed_person_answered_is_kept(client, completed):
    remove(log_in(client, *REMOVE), completed)
    assert [submission.page for submission in completed.submissions.all()] == list(ANSWERS)


def test_the_place_of_a_removed_interview_is_open_for_somebody_else(client, wave, completed):
    Respondent(Client()).finish()
    assert Respondent(Client()).finish().outcome == "quota_full"
    places.remove(completed.pk)
    assert Respondent(Client()).finish().outcome == "completed"
    assert audit() == []


def test_removing_twice_removes_once(client, wave, completed):
    Respondent(Client()).finish()
    assert [places.remove(completed.pk), places.remove(completed.pk)] == [True, False]
    assert counters(wave)[0] == (0, 1, 2, 2)


def test_an_interview_in_progress_cannot_be_removed(client, wave):
    person = Respondent(Client()).go_to("usages").interview
    response = remove(log_in(client, *REMOVE), person)
    assert response.status_code == 422
    assert "Only a completed interview can be removed." in response.content.decode()
    assert counters(wave)[0] == (1, 0, 2, 2)
    assert history(person) == []


def test_removing_needs_a_reason_the_permission_and_a_post(client, completed):
    assert remove(log_in(client, *REMOVE), completed, reason="").status_code == 422
    assert remove(log_in(client, "respondents.view_interview"), completed).status_code == 403
    assert log_in(client, *REMOVE).get(f"/admin/fieldwork/interviews/{completed.pk}/remove/?reason=x").status_code == 200
    assert Interview.objects.get(pk=completed.pk).state == "completed"
