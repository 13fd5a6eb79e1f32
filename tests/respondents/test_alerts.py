"""Alerts of a real field: opened once, ended once, told once, in the reader's language."""

import datetime

import pytest
from django.test import Client
from django.utils.translation import override

from respondents.core.alerts import digest_due
from respondents.field.alerts import open_alerts, watch, watch_fields
from respondents.field.fieldwork import fieldwork
from respondents.field.watching import watched
from respondents.models import Alert, Flag, Interview, Letter, PanelCall, QuotaCell, Source
from surveys.models import Wave
from tests.worlds import Respondent, open_wave

pytestmark = pytest.mark.django_db

NOON = datetime.datetime(2026, 1, 5, 11, 0, tzinfo=datetime.timezone.utc)  # in Paris
MAN = {"profil": {"sex": "H", "years": "30"}}


@pytest.fixture
def wave():
    wave = open_wave(places=10)
    Wave.objects.update(alert_emails=["ada@example.org", "bob@example.org"])
    Wave.objects.update(state_since=NOON - datetime.timedelta(minutes=1))
    return wave


def look(at=NOON):
    """Look at the field at a moment, and return the alerts opened and ended."""
    (found,) = watched()
    found.now = at
    return [(change.key.kind, change.is_new) for change in watch(found)]


def fill(sex, filled):
    """Let a cell and the total hold so many completed interviews, as the counters say it."""
    QuotaCell.objects.filter(categories=[sex]).update(filled=filled)


def standing():
    return sorted(Alert.objects.filter(ended_at=None).values_list("kind", "subject"))


def plain(text):
    """Return a text with ordinary spaces."""
    return text.replace("\u00a0", " ")


def quiet(monkeypatch):
    """Leave the audit out: these counters were changed by hand."""
    monkeypatch.setattr("respondents.field.watching.audit", lambda wave: [])


def test_a_field_without_trouble_has_no_alert_and_costs_few_queries(wave, django_assert_max_num_queries):
    wave.questionnaire.definition()
    look()
    with django_assert_max_num_queries(15):
        assert look() == []
    assert (Alert.objects.count(), Letter.objects.count()) == (0, 0)


def test_a_cell_is_told_once_to_each_address_however_often_it_is_looked_at(wave, monkeypatch):
    quiet(monkeypatch)
    fill("F", 9)
    assert [look(), look(), look()] == [[("cell_almost_full", True)], [], []]
    letters = list(Letter.objects.order_by("to"))
    assert [(letter.to, letter.kind) for letter in letters] == [("ada@example.org", "alert"), ("bob@example.org", "alert")]
    assert plain(letters[0].subject) == "Une petite étude · v1 – ○ Sex · Une femme : presque plein, 9 complètes sur 10 (90 %)."
    assert "Invitez moins de personnes de ce profil." in letters[0].body
    assert letters[0].body.endswith(f"/admin/fieldwork/{wave.pk}/")


def test_its_numbers_follow_without_a_letter(wave, monkeypatch):
    quiet(monkeypatch)
    QuotaCell.objects.filter(categories=["F"]).update(target=100, ceiling=100, filled=90)
    look()
    fill("F", 95)
    assert look() == []
    assert Alert.objects.get().value["filled"] == 95
    assert Letter.objects.count() == 2


def test_several_changes_of_one_look_are_one_letter(wave, monkeypatch):
    quiet(monkeypatch)
    fill("F", 10)
    fill("H", 9)
    assert sorted(look()) == [("cell_almost_full", True), ("cell_full", True)]
    letter = Letter.objects.get(to="ada@example.org")
    assert letter.subject == "Une petite étude · v1 – 2 changements sur le terrain"
    assert (
        plain(letter.body).count(" : plein, 10 complètes sur 10.")
        == plain(letter.body).count(" : presque plein, 9 complètes sur 10 (90 %).")
        == 1
    )


def test_needs_that_contradict_each_other_are_told(monkeypatch):
    quiet(monkeypatch)
    wave = open_wave(quotas="""
        wave,name,variables,kind,tolerance_percent,tolerance_min,minimum_only
        v1,sex,sex,hard,0,0,
        v1,age,age,hard,0,0,
    """, margins="""
        wave,variable,category,percent,source
        v1,sex,H,50,Insee
        v1,sex,F,50,Insee
        v1,age,jeune,50,Insee
        v1,age,ancien,50,Insee
    """)  # fmt: skip
    Respondent(Client()).finish()
    Wave.objects.update(state_since=NOON)
    QuotaCell.objects.filter(wave=wave, categories=["jeune"]).update(target=20, ceiling=20)
    QuotaCell.objects.filter(wave=wave, categories=["ancien"]).update(target=1, ceiling=1)
    QuotaCell.objects.filter(wave=wave, categories=["F"]).update(target=90, ceiling=90)
    assert ("contradiction", True) in look()
    assert Alert.objects.get(kind="contradiction").subject.startswith("cells:")
    with override("en"):
        assert "still wanted as" in open_alerts(wave.pk)[0].said.what


def test_a_silent_field_is_told_and_told_again_when_it_speaks(wave):
    Wave.objects.update(state_since=NOON - datetime.timedelta(minutes=40))
    assert look() == [("stalled", True)]
    Respondent(Client()).finish()
    Interview.objects.update(ended_at=NOON + datetime.timedelta(minutes=1))
    assert look(NOON + datetime.timedelta(minutes=2)) == [("stalled", False)]
    assert [letter.subject.partition(" – ")[2] for letter in Letter.objects.filter(to="ada@example.org").order_by("pk")] == [
        "▲ Aucune interview complète depuis 40 minutes.",
        "✓ Des interviews se terminent de nouveau.",
    ]


def test_a_field_of_tests_only_is_silent(wave, monkeypatch):
    quiet(monkeypatch)
    Respondent(Client()).finish()
    Interview.objects.update(ended_at=NOON, is_test=True)
    Wave.objects.update(state_since=NOON - datetime.timedelta(minutes=40))
    assert look() == [("stalled", True)]


def test_counters_that_differ_from_the_interviews_are_always_told(wave):
    fill("F", 2)
    assert ("audit", True) in look()
    said = open_alerts(wave.pk)[0].said
    assert (said.sign, said.loudness) == ("▲", "red")
    wave.move_to("closed")
    look()
    assert ("audit", "") in standing()
    fill("F", 0)
    assert ("audit", False) in look()


def test_people_who_stop_on_a_page_are_counted_on_the_page_that_they_saw(wave, monkeypatch):
    quiet(monkeypatch)
    QuotaCell.objects.update(target=1000, ceiling=1000)
    for _ in range(2):
        Respondent(Client()).finish()
        Respondent(Client()).go_to("avis")
    Interview.objects.filter(state="reserved").update(state="expired", expires_at=NOON)
    copies(wave)
    assert look() == [("drop_out", True)]
    alert = Alert.objects.get()
    assert (alert.subject, alert.value) == (
        "page:avis", {"label": {"fr": "Votre avis", "en": "Your view"}, "lost": 20, "seen": 40, "percent": 50},
    )  # fmt: skip
    with override("en"):
        assert open_alerts(wave.pk)[0].said.what == (
            "Page “Your view”: 20 of the 40 people who saw it stopped there (50%), more than chance would explain."
        )


def copies(wave, times=9):
    """Let every interview be there ``times`` times more, log included."""
    from surveys.core.identifiers import uuid7

    for interview in list(Interview.objects.filter(wave=wave)):
        log = list(interview.submissions.all())
        for _ in range(times):
            copy = Interview.objects.get(pk=interview.pk)
            copy.pk, copy.token_sha256, copy.entry_request_id = uuid7(), None, None
            copy.save(force_insert=True)
            for line in log:
                line.pk, line.interview_id = uuid7(), copy.pk
                line.save(force_insert=True)


def test_a_source_whose_interviews_are_doubted_much_more_often_is_told(wave, monkeypatch):
    quiet(monkeypatch)
    QuotaCell.objects.update(target=1000, ceiling=1000)
    for code in ("a", "b"):
        Source.objects.create(wave=wave, code=code, kind="open", label=f"Panel {code.upper()}")
        for _ in range(4):
            Respondent(Client(), query=f"?source={code}").finish()
    copies(wave)
    Interview.objects.update(ended_at=NOON)
    doubted = Interview.objects.filter(source__code="a")[:10]
    Flag.objects.bulk_create(Flag(interview=interview, rule="speeder", made_at=NOON) for interview in doubted)
    assert look() == [("source_quality", True)]
    assert Alert.objects.get().value == {"label": "Panel A", "count": 10, "n": 40, "percent": 25, "others": 0}


def test_what_was_given_up_is_told(wave):
    Respondent(Client()).finish()
    Interview.objects.update(ended_at=NOON)
    PanelCall.objects.create(interview=Interview.objects.get(), outcome="complete", due_at=NOON, given_up_at=NOON)
    Letter.objects.create(key="lost", kind="invitation", wave=wave, to="x@example.org", subject="", body="", due_at=NOON, given_up_at=NOON)
    assert look() == [("calls", True), ("letters", True)]


def test_a_soft_launch_that_stopped_asks_for_a_signature_until_it_is_signed():
    wave = open_wave(state="soft")
    Wave.objects.update(soft_limit=1, alert_emails=["ada@example.org"])
    Respondent(Client()).finish()
    assert watch_fields() == 1
    assert plain(Letter.objects.get(kind="alert").subject).endswith(
        "● Le lancement pilote s’est arrêté de lui-même : complètes 1, prévues 1."
    )
    Wave.objects.update(signed_off_at=NOON)
    assert (watch_fields(), standing()) == (1, [])
    assert wave.alerts.count() == 1


def test_what_happened_at_its_hour_is_news_for_a_while(wave):
    opens_at = NOON - datetime.timedelta(minutes=10)
    Wave.objects.update(state_since=NOON - datetime.timedelta(days=1), opens_at=opens_at, closes_at=NOON + datetime.timedelta(hours=3))
    assert look() == [("opened", True)]
    assert sorted(look(opens_at + datetime.timedelta(hours=1))) == [("opened", False), ("stalled", True)]
    Wave.objects.update(state="closed", state_since=NOON + datetime.timedelta(hours=3))
    assert sorted(look(NOON + datetime.timedelta(hours=4))) == [("closed", True), ("stalled", False)]
    assert look(NOON + datetime.timedelta(hours=27)) == [("closed", False)]
    assert [letter.subject.partition(" – ")[2] for letter in Letter.objects.filter(to="ada@example.org").order_by("pk")][-1] == (
        "2 changements sur le terrain"
    )


# Digest ---------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("at", "zone", "hour"),
    [
        ("2026-01-05T07:59", "Europe/Paris", None),
        ("2026-01-05T08:00", "Europe/Paris", "2026-01-05T09:00:00+01:00"),
        ("2026-07-05T07:00", "Europe/Paris", "2026-07-05T09:00:00+02:00"),
        ("2026-01-05T09:59", "Europe/Paris", "2026-01-05T09:00:00+01:00"),
        ("2026-01-05T10:00", "Europe/Paris", None),
        ("2026-01-05T17:30", "Europe/Paris", "2026-01-05T18:00:00+01:00"),
        ("2026-01-05T05:00", "Indian/Reunion", "2026-01-05T09:00:00+04:00"),
    ],
)
def test_a_digest_is_due_at_nine_and_at_six_and_not_two_hours_later(at, zone, hour):
    found = digest_due(datetime.datetime.fromisoformat(f"{at}+00:00"), zone)
    assert (found.isoformat() if found else None) == hour


def test_the_digest_of_an_hour_is_written_once_and_says_what_stands(wave):
    Respondent(Client()).finish()
    Interview.objects.update(ended_at=datetime.datetime(2026, 1, 5, 7, 50, tzinfo=datetime.timezone.utc))
    for minute in (0, 1, 30):
        look(datetime.datetime(2026, 1, 5, 8, minute, tzinfo=datetime.timezone.utc))
    digests = Letter.objects.filter(kind="digest").order_by("to")
    assert [digest.to for digest in digests] == ["ada@example.org", "bob@example.org"]
    assert digests[0].subject == "Une petite étude · v1 – le terrain à 09:00"
    assert "Complètes : 1 sur 100 ; dernières 24 heures : 1 ; en cours : 0." in plain(digests[0].body)
    assert "Aucune alerte en cours." in digests[0].body


def test_a_field_that_cannot_be_read_leaves_the_others_watched(wave, caplog):
    other = Wave.objects.create(survey=wave.survey, questionnaire=wave.questionnaire, row=9, code="v2", kind="own", state="closed")
    Alert.objects.create(wave=other, kind="stalled", value={"minutes": 40}, since=NOON)
    Wave.objects.filter(pk=wave.pk).update(time_zone="Mars/Olympus")
    assert wave.pk < other.pk
    assert (watch_fields(), standing()) == (1, [])
    assert f"The field of wave {wave.pk} cannot be watched." in caplog.text


# On screen ------------------------------------------------------------------------------------------------------------------
def test_the_loudest_comes_first_and_the_screen_reads_since_when_as_a_number(wave, django_assert_num_queries):
    for kind, value in [("cell_full", {"label": {"fr": "Une femme"}, "filled": 10, "target": 10}), ("stalled", {"minutes": 40})]:
        Alert.objects.create(wave=wave, kind=kind, value=value, since=NOON)
    with django_assert_num_queries(1):
        found = open_alerts(wave.pk)
    assert [(each.kind, each.said.sign) for each in found] == [("stalled", "▲"), ("cell_full", "○")]
    assert [row["since"] for row in fieldwork(wave.pk).head.alerts] == [NOON.timestamp()] * 2  # a text would have any number of decimals
