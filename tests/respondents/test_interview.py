"""An interview from the door to the end: one person, one interview, nothing lost."""

import uuid

import pytest
from django.db import IntegrityError, transaction

from respondents import places
from respondents.audit import audit
from respondents.core.record import unpack
from respondents.models import Consent, Interview, QuotaCell, Record, Submission
from tests.worlds import ANSWERS, Respondent, open_wave

pytestmark = pytest.mark.django_db


@pytest.fixture
def wave():
    return open_wave(places=10)


@pytest.fixture
def person(client, wave):
    return Respondent(client)


def held(wave):
    """Return (reserved, filled) of each cell: F, H and the total."""
    cells = QuotaCell.objects.filter(wave=wave).order_by("quota__name", "categories")
    return {"×".join(cell.categories) or "total": (cell.reserved, cell.filled) for cell in cells}


def test_showing_the_first_page_stores_nothing(person):
    person.open()
    assert person.response.status_code == 200
    assert Interview.objects.count() == Submission.objects.count() == 0
    assert not person.response.cookies


def test_a_whole_interview_leaves_a_consent_a_log_a_record_and_a_filled_place(person, wave):
    person.finish()
    assert person.outcome == "completed"
    interview = person.interview
    assert interview.state == "completed"
    assert [submission.page for submission in interview.submissions.all()] == list(ANSWERS)
    assert Consent.objects.get(interview=interview).choice == "oui"
    record = Record.objects.get(interview=interview)
    assert record.counted
    assert unpack(wave.questionnaire.codebook(), record.codes, record.extra) == {
        "sex": "F", "years": "44", "age": "ancien", "q1": ("site",), "q2": "1", "q3": "4",
    }  # fmt: skip
    assert held(wave) == {"F": (0, 1), "H": (0, 0), "total": (0, 1)}
    assert audit() == []


def test_the_place_is_taken_on_the_quota_page_and_not_before(person, wave):
    person.go_to("profil")
    assert held(wave) == {"F": (0, 0), "H": (0, 0), "total": (0, 0)}
    person.post(**ANSWERS["profil"])
    assert person.page == "usages"
    assert held(wave) == {"F": (1, 0), "H": (0, 0), "total": (1, 0)}
    assert audit() == []


def test_a_full_cell_ends_the_interview_at_once_and_takes_nothing_elsewhere(person, wave):  # check 5
    QuotaCell.objects.filter(wave=wave, categories=["F"]).update(target=0, ceiling=0)
    person.go_to("profil").post(**ANSWERS["profil"])
    assert person.outcome == "quota_full"
    assert held(wave) == {"F": (0, 0), "H": (0, 0), "total": (0, 0)}


def test_somebody_outside_the_quota_counts_in_the_total_only(person, wave):  # check 19
    person.go_to("profil").post(sex="X", years="30")
    assert person.page == "usages"
    assert held(wave) == {"F": (0, 0), "H": (0, 0), "total": (1, 0)}
    assert audit() == []


def test_a_minor_is_thanked_and_takes_no_place(person, wave):
    person.go_to("profil").post(sex="F", years="17")
    assert person.outcome == "screened_out"
    assert held(wave)["total"] == (0, 0)


def test_refusing_to_take_part_stores_the_refusal_and_no_answer(person):
    person.open().post(consentement="non")
    assert person.outcome == "refused"
    assert Consent.objects.get().choice == "non"
    assert Record.objects.count() == 0


def test_a_double_click_on_every_page_makes_one_interview_and_one_completion(person, wave):
    person.open()
    while person.page:
        filled = person.form(**ANSWERS[person.page])
        person.send(filled)
        person.send(filled)
    assert person.outcome == "completed"
    assert Interview.objects.count() == Record.objects.count() == 1
    assert Submission.objects.count() == 5
    assert held(wave) == {"F": (0, 1), "H": (0, 0), "total": (0, 1)}


def test_reloading_the_last_page_makes_no_second_interview(person):
    person.finish().open()
    assert person.outcome == "completed"
    assert Interview.objects.count() == 1


def test_the_same_page_corrected_keeps_both_versions_and_counts_the_last(person, wave):
    person.go_to("avis")
    interview = person.interview
    person.open(f"{person.at.rsplit('/', 2)[0]}/usages/").post(q1=["appli"])
    person.finish()
    usages = interview.submissions.filter(page="usages")
    assert [submission.answers["q1"] for submission in usages] == [["site"], ["appli"]]
    record = Record.objects.get()
    assert unpack(wave.questionnaire.codebook(), record.codes, record.extra)["q1"] == ("appli",)


def test_an_answer_no_longer_on_the_route_stays_in_the_log_and_out_of_the_record(person, wave):
    person.go_to("fin")
    person.open(f"{person.at.rsplit('/', 2)[0]}/usages/").post(q1=["aucun"])
    assert person.page == "fin"
    person.post(q3="2")
    assert person.outcome == "completed"
    assert Submission.objects.get(page="avis").answers == {"q2": "1"}
    record = Record.objects.get()
    assert "q2" not in unpack(wave.questionnaire.codebook(), record.codes, record.extra)


def test_the_pages_before_the_place_are_closed_and_an_edit_of_them_is_kept_as_late(person, wave):
    person.go_to("profil")
    filled = person.form(sex="H", years="50")
    person.post(**ANSWERS["profil"])
    person.send(filled)
    assert person.page == "usages"
    assert [submission.late for submission in Submission.objects.filter(page="profil")] == [False, True]
    assert held(wave) == {"F": (1, 0), "H": (0, 0), "total": (1, 0)}


def test_an_edit_after_the_end_is_kept_and_changes_nothing(person, wave):  # check 9
    person.go_to("fin")
    late = person.form(q3="9")
    person.post(q3="4")
    person.send(late)
    assert person.outcome == "completed"
    assert [submission.late for submission in Submission.objects.filter(page="fin")] == [False, True]
    record = Record.objects.get()
    assert unpack(wave.questionnaire.codebook(), record.codes, record.extra)["q3"] == "4"


def test_two_tabs_lead_to_one_completion(client, wave):
    one = Respondent(client).go_to("usages")
    other = Respondent(client)
    other.open(one.at)
    one.post(q1=["site"])
    other.post(q1=["appli"])
    one.finish()
    other.open()
    assert (one.outcome, other.outcome) == ("completed", "completed")
    assert Record.objects.count() == 1
    assert audit() == []


def test_skipping_ahead_leads_back_to_the_first_unanswered_page(person):
    person.go_to("usages")
    person.open(f"{person.at.rsplit('/', 2)[0]}/fin/")
    assert person.page == "usages"


def test_a_wrong_answer_is_shown_again_and_nothing_is_logged(person):
    person.go_to("profil")
    before = Submission.objects.count()
    person.post(sex="F", years="cent")
    assert person.response.status_code == 422
    assert 'value="cent"' in person.response.content.decode()
    assert Submission.objects.count() == before


def test_an_unknown_token_opens_nothing(client, wave):
    assert client.get("/i/AAAAAAAAAAAAAAAAAAAAAA/").status_code == 404


def test_a_post_sent_by_another_site_is_refused(person):
    person.open()
    action, fields = person.form(consentement="oui")
    response = person.client.post(action, fields, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403
    assert Interview.objects.count() == 0


def test_hidden_fields_that_try_to_set_the_state_are_ignored(person):
    person.go_to("profil").post(**ANSWERS["profil"], state="completed", is_test="on", wave_id="99")
    interview = person.interview
    assert (interview.state, interview.is_test) == ("reserved", False)


def test_an_expired_place_is_taken_again_on_return(person, wave):
    person.go_to("avis")
    Interview.objects.update(expires_at="2020-01-01T00:00Z")
    assert places.expire(wave.pk) == 1
    assert held(wave)["total"] == (0, 0)
    person.open()
    assert person.page == "avis"
    assert held(wave)["total"] == (1, 0)
    assert audit() == []


def test_somebody_else_may_take_an_expired_place_and_the_return_is_courteous(person, wave):
    person.go_to("avis")
    Interview.objects.update(expires_at="2020-01-01T00:00Z")
    QuotaCell.objects.filter(wave=wave).update(target=1, ceiling=1)
    Respondent(person.client).finish()
    person.open()
    assert person.outcome == "expired_full"
    assert held(wave)["total"] == (0, 1)
    assert audit() == []


def test_finishing_after_the_place_was_lost_keeps_the_answers_outside_the_figures(person, wave):  # check 8
    person.go_to("fin")
    Interview.objects.update(expires_at="2020-01-01T00:00Z")
    QuotaCell.objects.filter(wave=wave).update(target=1, ceiling=1)
    Respondent(person.client).finish()
    person.post(q3="4")
    assert person.outcome == "over"
    assert sorted(Record.objects.values_list("counted", flat=True)) == [False, True]
    assert audit() == []


def test_places_due_are_given_back_just_before_the_next_one_is_taken(client, wave):  # check 6
    QuotaCell.objects.filter(wave=wave).update(target=1, ceiling=1)
    Respondent(client).go_to("usages")
    Interview.objects.update(expires_at="2020-01-01T00:00Z")
    assert Respondent(client).finish().outcome == "completed"


def test_test_interviews_take_no_place_and_never_count(client, wave):
    wave.sources.update(for_tests=True)
    assert Respondent(client).finish().outcome == "completed"
    assert held(wave)["total"] == (0, 0)
    assert Record.objects.get().counted is False
    assert audit() == []


def test_a_panel_member_who_comes_twice_has_one_interview(client, wave):
    wave.sources.create(code="panel", kind="panel", label="Panel")
    first = Respondent(client, query="?source=panel&id=0001").go_to("usages")
    second = Respondent(client, query="?source=panel&id=0001").open()
    assert second.at.split("?")[0] == first.at
    assert Interview.objects.get().external_id == "0001"


def test_a_panel_member_told_quota_full_may_come_back_when_places_are_free_again(client, wave):
    wave.sources.create(code="panel", kind="panel", label="Panel")
    QuotaCell.objects.filter(wave=wave, categories=["F"]).update(target=0, ceiling=0)
    assert Respondent(client, query="?source=panel&id=1").finish().outcome == "quota_full"
    QuotaCell.objects.filter(wave=wave, categories=["F"]).update(ceiling=5)
    assert Respondent(client, query="?source=panel&id=1").finish().outcome == "completed"
    assert audit() == []


def test_a_panel_member_who_was_silent_for_a_day_before_taking_a_place_goes_on(client, wave):
    wave.sources.create(code="panel", kind="panel", label="Panel")
    first = Respondent(client, query="?source=panel&id=1").go_to("profil")
    Interview.objects.update(saved_at="2020-01-01T00:00Z")
    assert places.abandon() == 1
    assert first.open("/".join(first.at.split("/")[:3]) + "/").at.split("?")[0].endswith("/profil/")  # by the address they kept
    assert Respondent(client, query="?source=panel&id=1").finish().outcome == "completed"  # and by the panel's link
    assert audit() == []


def test_a_panel_s_link_that_names_nobody_lets_nobody_in(client, wave):
    wave.sources.create(code="panel", kind="panel", label="Panel")
    person = Respondent(client, query="?source=panel&id=").open()
    assert (person.response.status_code, person.outcome) == (404, "not_found")


def test_somebody_whose_place_expired_is_told_that_the_wave_is_closed(person, wave):
    person.go_to("usages")
    Interview.objects.update(expires_at="2020-01-01T00:00Z")
    assert places.expire() == 1
    wave.move_to("closed")
    assert person.open().outcome == "closed"


def test_a_closed_wave_lets_nobody_in(client, wave):
    wave.move_to("closed")
    assert Respondent(client).open().outcome == "closed"


def test_the_log_refuses_to_be_overwritten(person):
    person.go_to("usages")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Submission.objects.update(answers={})


def test_a_page_costs_one_read_and_one_write(person, django_assert_num_queries):
    person.go_to("usages")
    action, fields = person.form(q1=["site"])
    with django_assert_num_queries(2):
        person.client.post(action, fields)


def test_a_lost_answer_sent_again_after_the_commit_has_the_same_outcome(person, wave):
    person.go_to("fin")
    filled = person.form(q3="4")
    person.client.post(*filled)  # the answer never reaches the browser
    assert person.send(filled).outcome == "completed"
    assert held(wave)["total"] == (0, 1)


def test_request_ids_are_new_for_each_page_shown(person):
    person.go_to("usages")
    ids = {person.open().form()[1]["request_id"] for _ in range(3)}
    assert len(ids) == 3
    assert all(uuid.UUID(each).version == 4 for each in ids)
