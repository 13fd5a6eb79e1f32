"""A person decides: what is kept, removed and brought back, by whom, why, and what that changes."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from respondents.audit import audit
from respondents.models import Flag, Interview, QuotaCell, Record, Review
from respondents.quality.looking import look
from respondents.quality.reviewing import take_back
from tests.respondents.quality.people import completed, wave_of
from tests.staff import history, log_in
from tests.worlds import Respondent, open_wave

pytestmark = pytest.mark.django_db

WATCH = ("respondents.view_flag",)
REVIEW = (*WATCH, "respondents.add_review", "respondents.change_interview")
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def wave():
    """A wave of two places."""
    return open_wave(places=2)


@pytest.fixture
def woman(wave):
    """A woman who completed, and was flagged."""
    interview = Respondent(Client()).finish().interview
    Flag.objects.create(
        interview=interview, rule="gibberish", subject="q1_texte", detail={"because": "keyboard"}, made_at="2026-01-05T10:00Z"
    )
    return interview


def decide(client, interview, verdict, reason="", query=""):
    return client.post(
        f"/admin/quality/{interview.wave_id}/{interview.pk}/{query}", {"verdict": verdict, "reason": reason}, headers=ENGLISH
    )


def page(client, interview):
    return client.get(f"/admin/quality/{interview.wave_id}/{interview.pk}/", headers=ENGLISH).content.decode()


def listed(client, wave, query=""):
    """Return the short ids of the interviews that the list shows."""
    response = client.get(f"/admin/quality/{wave.pk}/{query}", headers=ENGLISH)
    assert response.status_code == 200
    return [line["case"].id for line in response.context_data["lines"]]


def filled(wave):
    return QuotaCell.objects.get(wave=wave, quota__name="total").filled


def state(interview):
    return Interview.objects.get(pk=interview.pk).state


def test_what_is_kept_stays_as_it_is_and_is_no_longer_asked(client, wave, woman):
    staff = log_in(client, *REVIEW)
    assert listed(staff, wave) == [woman.pk]
    assert decide(staff, woman, "kept", "looks fine").url == f"/admin/quality/{wave.pk}/"
    assert (state(woman), filled(wave), listed(staff, wave)) == ("completed", 1, [])
    assert list(Review.objects.values_list("interview", "verdict", "reason")) == [(woman.pk, "kept", "looks fine")]
    assert history(woman) == ["Kept. Reason: looks fine"]
    assert listed(staff, wave, "?status=kept") == [woman.pk]


def test_what_is_removed_gives_its_place_back_and_counts_no_more(client, wave, woman):  # check 13
    staff = log_in(client, *REVIEW)
    decide(staff, woman, "removed", "typed nonsense")
    assert (state(woman), filled(wave), Record.objects.get(interview=woman).counted) == ("removed", 0, False)
    assert audit() == []
    review = Review.objects.get(interview=woman)
    assert (review.verdict, review.reason, review.by.username) == ("removed", "typed nonsense", "staff0")
    assert history(woman) == ["Removed. Reason: typed nonsense"]


def test_removing_needs_a_reason(client, wave, woman):
    response = decide(log_in(client, *REVIEW), woman, "removed")
    assert response.status_code == 422
    assert "Write why: the reason is kept with the removal." in response.content.decode()
    assert (state(woman), Review.objects.count()) == ("completed", 0)


def test_a_new_flag_asks_again_about_what_was_kept(client, wave, woman):
    staff = log_in(client, *REVIEW)
    decide(staff, woman, "kept")
    Flag.objects.create(interview=woman, rule="device", detail={"others": 1, "with": ""}, made_at="2099-01-05T10:00Z")
    assert listed(staff, wave) == [woman.pk]


def test_what_was_removed_comes_back_while_its_place_is_free(client, wave, woman):
    staff = log_in(client, *REVIEW)
    decide(staff, woman, "removed", "typed nonsense")
    decide(staff, woman, "restored", "it was a quotation")
    assert (state(woman), filled(wave), Record.objects.get(interview=woman).counted) == ("completed", 1, True)
    assert [review.verdict for review in woman.reviews.order_by("at", "pk")] == ["removed", "kept"]
    assert history(woman)[-1] == "Brought back. Reason: it was a quotation"
    assert audit() == []


def test_what_was_removed_does_not_come_back_over_others(client, wave, woman):
    staff = log_in(client, *REVIEW)
    decide(staff, woman, "removed", "typed nonsense")
    assert [Respondent(Client()).finish().outcome for _ in range(2)] == ["completed"] * 2
    response = decide(staff, woman, "restored", "it was a quotation")
    assert "It cannot be brought back: its places were given to others since." in response.content.decode()
    assert (state(woman), filled(wave)) == ("removed", 2)
    assert Review.objects.filter(interview=woman).count() == 1
    assert audit() == []


def test_what_a_person_took_back_never_comes_back(client, wave, woman):
    staff = log_in(client, *REVIEW)
    decide(staff, woman, "removed", "typed nonsense")
    for _ in range(2):
        take_back(woman.pk, wave.pk)  # twice the same wish
    assert "The person took their answers back: it stays removed." in decide(staff, woman, "restored", "why not").content.decode()
    assert (state(woman), filled(wave), [review.by_id is None for review in woman.reviews.order_by("pk")]) == ("removed", 0, [False, True])
    shown = staff.get(f"/admin/quality/{wave.pk}/removals/", headers=ENGLISH).content.decode()
    assert "The person took their answers back." in shown


def test_a_completed_interview_is_taken_back_with_its_place(wave, woman):
    take_back(woman.pk, wave.pk)
    assert (state(woman), filled(wave)) == ("removed", 0)
    assert audit() == []


def test_only_what_is_completed_can_be_decided(client, wave, woman):
    staff = log_in(client, *REVIEW)
    decide(staff, woman, "removed", "typed nonsense")
    for verdict in ("removed", "kept"):
        assert decide(staff, woman, verdict, "again").status_code == 422
    assert (filled(wave), Review.objects.count()) == (0, 1)


def test_a_review_is_never_overwritten(woman):
    from django.db import IntegrityError

    review = Review.objects.create(interview=woman, verdict="kept", at="2026-01-05T10:00Z")
    with pytest.raises(IntegrityError, match="append-only"):
        Review.objects.filter(pk=review.pk).update(reason="another")


@pytest.mark.parametrize(
    ("permissions", "kept", "removed"), [((), 403, 403), (WATCH, 403, 403), (REVIEW[:2], 302, 403), (REVIEW, 302, 302)]
)
def test_who_may_decide(client, wave, woman, permissions, kept, removed):
    staff = log_in(client, *permissions)
    assert decide(staff, woman, "removed", "typed nonsense").status_code == removed
    if removed != 302:
        assert decide(staff, woman, "kept").status_code == kept
        assert state(woman) == "completed"


def test_an_interview_of_another_wave_is_not_found(admin_client, wave, woman):
    assert admin_client.get(f"/admin/quality/{wave.pk + 1}/{woman.pk}/").status_code == 404


def test_answers_need_a_permission_of_their_own_and_looking_is_written_down(client, wave, woman):
    assert "Femme" not in page(log_in(client, *REVIEW), woman)
    assert "A woman" not in page(client, woman)
    assert history(woman) == []
    assert "A woman" in page(log_in(Client(), *REVIEW, "respondents.see_answers"), woman)
    assert history(woman) == ["Answers seen in the quality review."]


def test_flags_are_explained_and_the_next_one_comes_by_itself():
    wave = wave_of()
    people = [completed(wave, trap="5", m1=str(n)) for n in range(3)]
    look(wave)
    staff = log_in(Client(), *REVIEW)
    assert listed(staff, wave) == [person.pk for person in people]
    shown = page(staff, people[1])
    assert "Another answer than the one asked for: Answer “rather agree”." in shown
    assert "2 / 3" in shown
    assert decide(staff, people[1], "kept").url == f"/admin/quality/{wave.pk}/{people[2].pk}/"
    assert decide(staff, people[2], "kept").url == f"/admin/quality/{wave.pk}/{people[0].pk}/"
    assert decide(staff, people[0], "kept", query="?rule=attention").url == f"/admin/quality/{wave.pk}/?rule=attention"


def test_the_list_is_sieved_by_rule_flags_device_and_source():
    wave = wave_of()
    careless, nonsense = completed(wave, trap="5", m1="1"), completed(wave, trap="5", why="aaaaaaaa", m1="2")
    Interview.objects.filter(pk=careless.pk).update(device="computer")
    look(wave)
    staff = log_in(Client(), *REVIEW)
    assert listed(staff, wave) == [nonsense.pk, careless.pk]  # most flags first
    assert (
        listed(staff, wave, "?rule=gibberish") == listed(staff, wave, "?least=2") == listed(staff, wave, "?device=phone") == [nonsense.pk]
    )
    assert listed(staff, wave, f"?source={wave.sources.get().pk}") == [nonsense.pk, careless.pk]
    assert listed(staff, wave, "?source=999999") == listed(staff, wave, "?rule=speeder") == []
    assert listed(staff, wave, "?status=nonsense&source=x&least=-1") == [nonsense.pk, careless.pk]


def test_all_of_a_rule_are_removed_with_one_reason_once_their_number_was_seen():
    wave = wave_of()
    people = [completed(wave, trap="5", m1=str(n)) for n in range(3)]
    sound = completed(wave)
    QuotaCell.objects.filter(wave=wave).update(filled=4)
    Interview.objects.update(cell_ids=[QuotaCell.objects.get(wave=wave).pk])
    look(wave)
    staff = log_in(Client(), *REVIEW)
    address = f"/admin/quality/{wave.pk}/remove/?rule=attention"
    assert staff.post(address, {"reason": "trap", "people": 2}).status_code == 200  # not the number that is there
    assert staff.post(address, {"reason": "", "people": 3}).status_code == 422
    assert {state(person) for person in people} == {"completed"}
    assert staff.post(address, {"reason": "trap", "people": 3}).status_code == 302
    assert {state(person) for person in people} == {"removed"}
    assert (state(sound), filled(wave)) == ("completed", 1)
    assert {review.reason for review in Review.objects.all()} == {"trap"}


def test_removals_are_listed_and_exported_with_who_when_and_why(client, wave, woman):
    staff = log_in(client, *REVIEW)
    decide(staff, woman, "removed", "=nonsense")
    assert "=nonsense" in staff.get(f"/admin/quality/{wave.pk}/removals/", headers=ENGLISH).content.decode()
    lines = staff.post(f"/admin/quality/{wave.pk}/removals.csv", headers=ENGLISH).content.decode().splitlines()
    assert lines[0] == "interview,source,removed_at,by,reason,rules"
    assert lines[1].startswith(f"{woman.pk},Open link,")
    assert lines[1].endswith(",staff0,'=nonsense,gibberish")
    assert history(wave)[-1] == "1 removals exported."


@pytest.mark.parametrize("address", ["", "removals/"])
def test_a_list_costs_the_same_number_of_queries_with_one_and_with_three(address):
    wave = wave_of()
    staff = log_in(Client(), *REVIEW)
    counts = []
    for size in (1, 3):
        for n in range(size):
            person = completed(wave, trap="5", m1=str(n))
            if address:
                Interview.objects.filter(pk=person.pk).update(state="removed")
        look(wave)
        staff.get(f"/admin/quality/{wave.pk}/{address}")
        with CaptureQueriesContext(connection) as captured:
            assert staff.get(f"/admin/quality/{wave.pk}/{address}").status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]
