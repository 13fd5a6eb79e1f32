"""A wave fills from a skewed list of arrivals, by the real statements on a clock that is told: the screen shows who is missing, and when.

Here the rows are real ones; only the time is not. What is wanted of a field of days is seen within a second.
"""

import re
from datetime import datetime, timezone

import pytest
from django.db import connection
from django.urls import reverse
from django.utils.translation import override

from respondents.audit import audit
from respondents.core.arrivals import Margins, Supposed, Table, Way, visitors
from respondents.field.alerts import watch_fields
from respondents.models import Alert, Interview, QuotaCell
from respondents.simulated.field import Setting, play_here
from surveys.models import Wave
from tests.staff import log_in
from tests.worlds import open_wave

pytestmark = pytest.mark.django_db(transaction=True)

OPENS = datetime(2100, 1, 4, 8, tzinfo=timezone.utc)
CLOSES = datetime(2100, 1, 5, 8, tzinfo=timezone.utc)
WAY = Way(("accueil", "profil", "usages", "avis", "fin"), 1)
SEX = Table(("sex",), {("H",): 50.0, ("F",): 50.0})
MANY_WOMEN = {("sex", "H"): 0.1}


@pytest.fixture
def told_clock():
    """This session's now() is the clock that a played field tells."""
    with connection.cursor() as cursor:
        cursor.execute("SET search_path = simulated, public, pg_catalog; SET synchronous_commit = off")
        cursor.execute("SELECT set_config('simulated.now', %s, false)", [OPENS.isoformat()])
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET search_path; RESET synchronous_commit")


@pytest.fixture
def wave():
    wave = open_wave(places=60)
    QuotaCell.objects.filter(wave=wave, quota__name="sex").update(target=30, ceiling=32)
    Wave.objects.filter(pk=wave.pk).update(target=60, closes_at=CLOSES)
    return Wave.objects.get(pk=wave.pk)


def watched_at(people, hour, look):
    """The people; when the first who comes after the hour is due, somebody looks."""
    looked = False
    for person in people:
        if person.arrives > 3600 * hour and not looked:
            looked = look() or True
        yield person


def test_while_a_skewed_field_fills_the_screen_says_who_is_missing(told_clock, wave, client):
    seen = []

    def look():
        watch_fields()
        with override("fr"):
            seen.append(client.get(reverse("fieldwork", args=[wave.pk]), headers={"accept-language": "fr"}).content.decode())

    log_in(client, "respondents.view_quotacell")
    people = visitors(Supposed(per_hour=6, incidence=0.95, break_off=0.12), Margins([SEX], MANY_WOMEN), [WAY], 8.0, 2)
    course = play_here(wave, Setting(OPENS, 10, 24, 150, every_page=True), watched_at(people, 10, look))
    men = QuotaCell.objects.get(wave=wave, categories=["H"])
    women = QuotaCell.objects.get(wave=wave, categories=["F"])
    (page,) = seen
    row = re.search(r"<tr[^>]*>(?:(?!</tr>).)*Un homme.*?</tr>", page, re.DOTALL)[0]
    assert "▲" in row
    assert "risque" in row
    assert {alert.kind for alert in Alert.objects.filter(wave=wave, subject=f"cell:{men.pk}")} == {"cell_at_risk"}
    assert women.filled == 32
    assert course.outcomes["quota_full"] == Interview.objects.filter(wave=wave, state="quota_full").count() > 10
    assert course.differences == audit(wave) == []
