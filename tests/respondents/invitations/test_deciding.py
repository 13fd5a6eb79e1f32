"""Send-outs: people of open cells only, left in peace for their days of rest, reminded only while they are wanted, and sums that add up."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db.models import Sum
from django.test import Client
from django.utils import timezone

from respondents.invitations.deciding import AlreadyConfirmed, FieldNotOpen, confirm, prepare
from respondents.invitations.pool import Counts, Options, never_came, taken_part
from respondents.invitations.standing import standing
from respondents.models import Invitation, Letter, Panelist, QuotaCell, SendOut
from surveys.models import Wave
from tests.respondents.invitations.guests import OPTIONS, Guest, contacts, invite, remind, sent
from tests.worlds import open_wave

pytestmark = pytest.mark.django_db
WOMEN, MEN = {"sex": "F"}, {"sex": "H"}


@pytest.fixture
def wave():
    return open_wave(places=12)


def cell_of(wave, sex, target=None, ceiling=None):
    cell = QuotaCell.objects.filter(wave=wave, categories=[sex])
    if target is not None:
        cell.update(target=target, ceiling=target if ceiling is None else ceiling)
    return cell.get()


def stand(wave, options=OPTIONS):
    found = standing(wave, options)
    return found, {each.label: each for each in found.cells}


def invited():
    return set(Invitation.objects.values_list("panelist__known__sex", flat=True))


def test_twelve_missing_women_at_fifteen_per_cent_are_eighty_invitations(wave):
    contacts(200, known=WOMEN)
    cell_of(wave, "H", target=0)
    _, cells = stand(wave)
    women = cells["Une femme"]
    assert (women.need.missing, women.need.invitations, women.to_invite, women.counts.contacts) == (12, 80, 80, 200)
    assert invite(wave).queued == 80


def test_people_of_a_full_cell_are_never_invited(wave):
    contacts(100, known=WOMEN)
    contacts(100, start=100, known=MEN)
    cell_of(wave, "H", target=0)
    invite(wave)
    assert invited() == {"F"}


def test_people_whom_a_quota_would_turn_away_are_not_invited_and_those_outside_it_are(wave):
    contacts(1, known=WOMEN)
    contacts(1, start=1, known=MEN)
    contacts(1, start=2, known={"sex": "X"})  # flagged outside_quota: interviewed all the same
    QuotaCell.objects.filter(wave=wave, categories=["H"]).delete()
    invite(wave)
    assert invited() == {"F", "X"}


def test_people_whose_profile_is_not_known_serve_the_total(wave):
    contacts(300)
    assert invite(wave).queued == 80  # 12 / 0.15


def test_a_full_wave_invites_nobody(wave):
    contacts(20)
    QuotaCell.objects.filter(wave=wave).update(target=0, ceiling=0)
    assert invite(wave).queued == 0
    assert stand(wave)[0].to_invite == 0


def test_a_send_out_for_one_cell_draws_for_that_cell_alone(wave):
    contacts(100, known=WOMEN)
    contacts(100, start=100, known=MEN)
    invite(wave, replace(OPTIONS, cell=cell_of(wave, "F", target=3, ceiling=12).pk))
    assert invited() == {"F"}
    assert Invitation.objects.count() == 20  # 3 / 0.15


def test_nothing_leaves_before_it_is_confirmed_and_a_second_press_changes_nothing(wave):
    contacts(5)
    prepared = prepare(wave, "invitation", OPTIONS, None)
    assert (len(prepared.drawn), Invitation.objects.count(), Letter.objects.count()) == (5, 0, 0)
    assert confirm(prepared.pk).queued == 5
    with pytest.raises(AlreadyConfirmed):
        confirm(prepared.pk)
    assert (Invitation.objects.count(), Letter.objects.count()) == (5, 5)


def test_the_same_seed_draws_the_same_people(wave):
    contacts(200, known=WOMEN)
    one, two, other = (prepare(wave, "invitation", replace(OPTIONS, at_most=10), None, seed) for seed in (4, 4, 5))
    assert one.drawn == two.drawn != other.drawn


@pytest.mark.parametrize("kind", ["invitation", "reminder"])
def test_a_send_out_may_be_as_large_as_it_must_be(wave, kind):
    contacts(1)
    if kind == "reminder":
        invite(wave)
        sent(wave)
    prepared = prepare(wave, kind, OPTIONS, None)
    SendOut.objects.filter(pk=prepared.pk).update(
        drawn=[*prepared.drawn, *range(10**9, 10**9 + 70_000)]
    )  # a statement has 65,535 parameters
    assert confirm(prepared.pk).queued == 1


def test_whoever_changed_between_the_draw_and_the_confirmation_is_left_out(wave):
    people = contacts(3)
    prepared = prepare(wave, "invitation", OPTIONS, None)
    Panelist.objects.filter(pk=people[0].pk).update(unsubscribed_at=timezone.now())
    cell_of(wave, "F", target=0)
    Panelist.objects.filter(pk=people[1].pk).update(known=WOMEN)
    done = confirm(prepared.pk)
    assert (done.queued, done.left) == (1, 2)


def test_a_wave_that_is_not_in_the_field_writes_to_nobody(wave):
    contacts(1)
    prepared = prepare(wave, "invitation", OPTIONS, None)
    wave.move_to("paused")
    with pytest.raises(FieldNotOpen):
        confirm(prepared.pk)


def second_wave(wave):
    """Another wave of the same survey, in the field once the first is closed."""
    wave.move_to("closed")
    wave.pk, wave.code, wave.state = None, "v2", "draft"
    wave.save()
    wave.target = wave.ceiling = 12
    wave.save()
    wave.move_to("live")
    return wave


def test_people_rest_after_a_letter_of_any_wave(wave):
    contacts(3)
    invite(wave)
    sent(wave, days_ago=10)
    later = second_wave(wave)
    assert invite(later, replace(OPTIONS, rest_days=30)).queued == 0
    assert invite(later, replace(OPTIONS, rest_days=9)).queued == 3


def test_people_interviewed_in_an_earlier_wave_are_left_out_if_so_chosen(wave):
    contacts(2)
    invite(wave)
    Guest(Client(), Invitation.objects.first()).finish()
    sent(wave, days_ago=90)
    later = second_wave(wave)
    assert len(prepare(later, "invitation", replace(OPTIONS, exclude_earlier=False), None).drawn) == 2
    assert invite(later).queued == 1


def test_a_purge_during_the_field_lets_nobody_answer_the_same_wave_twice(wave, client):
    from respondents.invitations.purge import purge

    contacts(2)
    invite(wave)
    Guest(client, Invitation.objects.earliest("pk")).finish()
    purge(wave)
    again = invite(wave, Options(rest_days=0, exclude_earlier=False))
    assert again.queued == 1
    assert Invitation.objects.get().panelist != Panelist.objects.get(took_part=[wave.pk])


def test_a_purge_of_the_links_keeps_people_at_rest_and_out_of_later_waves(wave):
    from respondents.invitations.purge import purge

    contacts(2)
    invite(wave)
    Guest(Client(), Invitation.objects.first()).finish()
    sent(wave, days_ago=10)
    purge(wave)
    later = second_wave(wave)
    assert len(prepare(later, "invitation", replace(OPTIONS, rest_days=30), None).drawn) == 0
    assert len(prepare(later, "invitation", replace(OPTIONS, rest_days=9), None).drawn) == 1
    assert len(prepare(later, "invitation", replace(OPTIONS, rest_days=9, exclude_earlier=False), None).drawn) == 2


def test_links_of_a_field_that_ended_long_ago_go_by_themselves(wave):
    from respondents.core.retention import LINK_DAYS
    from respondents.invitations.purge import purge_due

    contacts(1)
    invite(wave)
    wave.move_to("closed")
    assert purge_due() == 0
    Wave.objects.update(state_since=timezone.now() - timedelta(days=LINK_DAYS + 1))
    assert purge_due() == 1
    assert (Invitation.objects.count(), Panelist.objects.count()) == (0, 1)


def test_reminders_go_to_those_who_did_not_answer_and_whose_cells_are_open(wave):
    contacts(2, known=WOMEN)
    contacts(2, start=2, known=MEN)
    invite(wave)
    sent(wave)
    Guest(Client(), Invitation.objects.get(panelist__email="person0@example.org")).finish()
    cell_of(wave, "H", target=0)
    assert remind(wave).queued == 1
    assert Letter.objects.get(kind="reminder").to == "person1@example.org"


def test_whoever_holds_a_place_is_reminded_although_their_cell_is_full_by_it(wave):
    contacts(1, known=WOMEN)
    invite(wave)
    Guest(Client(), Invitation.objects.get()).go_to("usages")
    sent(wave)
    cell_of(wave, "F", target=1)
    assert remind(wave).queued == 1


def test_at_most_two_reminders_three_days_apart(wave):
    contacts(1)
    invite(wave)
    queued = []
    for days_ago in (2, 4, 4, 4):
        sent(wave, days_ago)
        queued.append(remind(wave).queued)
    assert queued == [0, 1, 1, 0]
    assert Invitation.objects.get().reminders == 2


def test_a_reminder_that_waits_is_not_written_again(wave):
    contacts(1)
    invite(wave)
    sent(wave)
    assert [remind(wave).queued, remind(wave).queued] == [1, 0]


def test_the_return_rate_counts_what_had_time_to_return(wave):
    contacts(100, known=WOMEN)
    invite(wave)
    assert stand(wave)[0].whole.ripe == 0
    sent(wave, days_ago=3)
    for invitation in Invitation.objects.all()[:4]:
        Guest(Client(), invitation).finish()
    found, cells = stand(wave)
    women = cells["Une femme"]
    assert (women.counts.invited, women.counts.returned, women.counts.ripe, women.counts.ripe_returned) == (80, 4, 80, 4)
    whole = (4 + 20 * 0.15) / (80 + 20)
    assert women.need.rate == pytest.approx((4 + 20 * whole) / 100)
    assert found.whole.returned == 4


def test_sums_add_up_and_purged_links_stay_counted(wave):
    from respondents.invitations.purge import purge

    contacts(3, known=WOMEN)
    contacts(2, start=3, known=MEN)
    contacts(2, start=5)
    invite(wave)
    sent(wave)
    Guest(Client(), Invitation.objects.first()).finish()
    found, cells = stand(wave)
    assert (found.whole.contacts, found.whole.invited, found.whole.returned) == (7, 7, 1)
    assert [cells[name].counts.contacts for name in ("Une femme", "Un homme")] == [3, 2]
    assert found.total.counts == found.whole
    assert never_came(wave) == 6
    notice = Client().get("/results/petite-etude/v1/method/?lang=fr").content.decode()
    assert '<th scope="row">Invité, jamais venu</th><td>3.19</td><td class="number">6</td>' in notice
    purge(wave)
    whole = stand(wave)[0].whole
    assert (Invitation.objects.count(), whole.invited, whole.returned) == (0, 7, 1)
    assert taken_part(wave) == (7, 1)
    assert SendOut.objects.aggregate(sent=Sum("sent"))["sent"] == 7


@pytest.mark.parametrize("count", [1, 3])
def test_the_standing_takes_as_many_queries_for_one_contact_as_for_three(wave, count, django_assert_num_queries):
    contacts(count, known=WOMEN)
    invite(wave)
    standing(wave, OPTIONS)
    with django_assert_num_queries(5):
        standing(wave, OPTIONS)


def test_a_wave_without_quotas_invites_towards_its_target():
    wave = open_wave(quotas="")
    QuotaCell.objects.filter(wave=wave).delete()
    contacts(900)
    found = standing(wave, OPTIONS)
    assert (found.total.need.missing, found.to_invite, found.whole) == (100, 667, Counts(900, 900, 0, 0, 0, 0, 0, 0, 0))
    assert invite(wave).queued == 667


def test_missing_people_are_those_whom_the_pace_will_not_bring(wave):
    contacts(500, known=WOMEN)
    wave.closes_at = timezone.now() + timedelta(days=2)
    wave.save()
    from respondents.models import Interview

    invite(wave, replace(OPTIONS, at_most=4))
    for invitation in Invitation.objects.all():
        Guest(Client(), invitation).finish()
    Interview.objects.update(started_at=timezone.now() - timedelta(days=2))
    _, cells = stand(wave)
    assert cells["Une femme"].need.missing == 0  # 8 to do, 4 a day, two days left
    Interview.objects.filter(pk__in=Interview.objects.values("pk")[:3]).update(ended_at=timezone.now() - timedelta(days=1, hours=1))
    _, cells = stand(wave)
    assert cells["Une femme"].need.missing == 6  # one a day
