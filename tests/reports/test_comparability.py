"""The ledger of two waves: six aspects, computed, confirmed by a person, and one decision that everything follows."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.utils.translation import override

from reports.edition import Edition
from reports.models import Comparability
from reports.note import wave_note
from reports.results import results_of
from tests.reports.test_two_versions import second_wave

pytestmark = pytest.mark.django_db
WHY = "Essai en demi-échantillons : mêmes réponses."


def staff(client, *permissions):
    user = User.objects.create_user("Claire", password="x", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(user)
    return client


def gap(wave, code="satisfied"):
    with override("fr"):
        edition = Edition(results_of(wave), "fr")
        return edition.view(edition.results[code]).gap


@pytest.fixture
def reworded():
    """Two waves of ours, one question of which was reworded."""
    return second_wave("Êtes-vous satisfait ?,Are you satisfied?", "En êtes-vous satisfait ?,Are you satisfied with it?")


def confirm(client, wave, *lines, verdict="same", reason=WHY):
    data = {"other": wave.survey.waves.get(code="v1").pk, "lines": lines, "verdict": verdict, "reason": reason}
    return client.post(f"/admin/results/{wave.pk}/comparability/", data)


def test_a_person_who_confirms_a_rewording_makes_the_change_one_that_can_be_claimed(client, reworded):
    assert gap(reworded) == "+10\u00a0points depuis Vague 1, comparaison indicative"
    looking = staff(client, "view_comparability", "change_comparability")
    assert confirm(looking, reworded, "wording:satisfied").status_code == 302
    assert gap(reworded) == "+10\u00a0points depuis Vague 1"
    row = Comparability.objects.get(aspect="wording", subject="satisfied")
    assert (row.computed, row.confirmed, str(row.by), row.reason) == ("close", "same", "Claire", WHY)
    assert Comparability.objects.filter(confirmed="").count() == 7, "the whole ledger is kept, as it was computed"
    assert WHY in LogEntry.objects.get().change_message
    page = looking.get(f"/admin/results/{reworded.pk}/comparability/", headers={"Accept-Language": "fr"}).content.decode()
    assert f"<strong>Identique, par Claire</strong><br>{WHY}" in page

    confirm(looking, reworded, "wording:satisfied", verdict="", reason="Finalement, personne n’en sait rien.")
    assert gap(reworded).endswith("comparaison indicative")


def test_a_person_may_doubt_what_was_computed_the_same_and_everything_follows(client, reworded):
    assert gap(reworded, "site") == "+10\u00a0points depuis Vague 1"
    confirm(staff(client, "view_comparability", "change_comparability"), reworded, "mode:", verdict="different")
    result = results_of(reworded)["site"]
    assert gap(reworded, "site") == "+10\u00a0points depuis Vague 1, comparaison indicative"
    with override("fr"):
        edition = Edition(results_of(reworded), "fr")
        assert wave_note(edition.press, [result.comparison]).endswith(
            "Différents, ou non connus\u00a0: mode de recueil. Comparaison indicative."
        )
    assert "confirmé par une personne" in client.get("/results/petite-etude/v2/figures/site/?lang=fr").content.decode()
    twin = client.get("/results/petite-etude/v2/figures/site.json").json()["comparison"]
    assert twin["is_indicative"] is True
    assert {"aspect": "mode", "computed": "same", "confirmed": "different", "reason": WHY} in twin["ledger"]


def test_a_confirmation_falls_once_what_it_judged_is_computed_otherwise(client, reworded):
    confirm(staff(client, "view_comparability", "change_comparability"), reworded, "wording:satisfied")
    Comparability.objects.filter(aspect="wording").update(computed="same")
    assert gap(reworded).endswith("comparaison indicative")


def test_nobody_confirms_without_the_right_a_line_and_a_reason(client, reworded):
    looking = staff(client, "view_comparability")
    assert confirm(looking, reworded, "wording:satisfied").status_code == 403
    assert "<textarea" not in looking.get(f"/admin/results/{reworded.pk}/comparability/").content.decode()
    User.objects.get().user_permissions.add(Permission.objects.get(codename="change_comparability"))
    assert [confirm(looking, reworded, *lines, reason=reason).status_code for lines, reason in (((), WHY), (("mode:",), "Oui"))] == [
        422,
        422,
    ]
    assert not Comparability.objects.exists()
