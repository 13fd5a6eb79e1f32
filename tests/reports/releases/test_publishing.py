"""A publication freezes what it says: readers get it from its hour on, and a correction leaves the first at its address."""

import json
import re
from datetime import date, datetime, timedelta
from hashlib import sha256

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from reports.documents.formats import FORMATS
from reports.documents.shelf import KINDS
from reports.models import Release
from reports.releases.publishing import Order, PublicationRefused, publish
from respondents.models import Interview, Record
from tests.staff import log_in

pytestmark = pytest.mark.django_db
PAGE = "/results/numerique-en-sante/"
FRENCH = {"Accept-Language": "fr"}


def read(client, address=PAGE):
    return client.get(address, headers=FRENCH).content.decode()


def remove_some(wave, count=100):
    """Remove people, so that figures computed now differ from those published."""
    gone = list(Interview.objects.filter(wave=wave).values_list("pk", flat=True)[:count])
    Record.objects.filter(interview__in=gone).update(counted=False)
    Interview.objects.filter(pk__in=gone).update(state="removed", revision=10)


def test_before_any_publication_readers_see_the_figures_as_they_stand(client, done):
    call_command("aggregate", "numerique-en-sante", "2023")
    assert "Publication n°" not in read(client)
    assert "90" in read(client)


def test_a_publication_stays_as_it_was_whatever_is_computed_later(client, done):
    call_command("publish", "numerique-en-sante", "2023")
    before = read(client, f"{PAGE}2023/releases/1/")
    remove_some(done)
    call_command("aggregate", "numerique-en-sante", "2023")
    assert read(client, f"{PAGE}2023/releases/1/") == before
    assert ">678<" in read(client)
    assert client.get(f"{PAGE}2023/releases/1.json").json()["figures"]["n"] == 678


def test_a_correction_says_what_it_corrects_and_why(client, done):
    call_command("publish", "numerique-en-sante", "2023")
    with pytest.raises(CommandError, match="motif"):
        call_command("publish", "numerique-en-sante", "2023")
    remove_some(done)
    call_command("publish", "numerique-en-sante", "2023", reason="cent interviews retirées")
    page = read(client)
    assert "Publication n°\u00a02 du " in page
    assert "corrige la n°\u00a01\u00a0: cent interviews retirées" in page
    assert ">578<" in page
    assert "Elle a été corrigée\u00a0: lire la publication n°\u00a02." in read(client, f"{PAGE}2023/releases/1/")
    assert client.get(f"{PAGE}releases/1/").url == f"{PAGE}2023/releases/1/"


def test_a_receipt_names_its_publication_its_people_and_its_fingerprint(client, done, django_user_model):
    django_user_model.objects.create_user("claire", first_name="Claire", last_name="Martin")
    call_command("publish", "numerique-en-sante", "2023", by="claire")
    release = Release.objects.get()
    page = read(client, f"{PAGE}2023/figures/appointment/")
    assert all(told in page for told in ("n°\u00a01", "Claire Martin", release.sha256, f"{PAGE}2023/releases/1/"))
    receipt = client.get(f"{PAGE}2023/figures/appointment.json").json()
    assert (receipt["release"]["published_by"], receipt["release"]["evidence_sha256"]) == ("Claire Martin", release.sha256)
    assert client.get(f"{PAGE}2023/releases/1/figures/appointment.json").json() == receipt
    assert client.get(f"{PAGE}2023/releases/1/figures/nothing/").status_code == 404


def test_a_correction_that_waits_says_its_own_hour(client, done):
    call_command("publish", "numerique-en-sante", "2023")
    hour = datetime(2090, 2, 5, 8, tzinfo=timezone.get_fixed_timezone(0))
    call_command("publish", "numerique-en-sante", "2023", reason="erreur", public_from=hour)
    assert "Les résultats seront publiés le 5\u00a0février 2090 à 9" in read(client, f"{PAGE}2023/releases/2/")
    assert "Publication n°\u00a01 du " in read(client)


def test_before_its_hour_only_the_staff_read_it(client, done):
    call_command("publish", "numerique-en-sante", "2023", public_from=timezone.now() + timedelta(days=1))
    for address in (PAGE, f"{PAGE}2023/method/", f"{PAGE}2023/figures/appointment/", f"{PAGE}2023/releases/1/"):
        assert "Résultats à venir" in read(client, address)
        assert "%" not in read(client, address).split("<article", 1)[1]
    assert [client.get(f"{PAGE}2023/{name}").status_code for name in ("figures/appointment.json", "releases/1.json")] == [404, 404]
    log_in(client, "reports.view_release")
    assert "Publication n°\u00a01" in read(client, f"/admin/results/{done.pk}/release/1/")
    assert "Publication n°" not in read(client, f"/admin/results/{done.pk}/release/live/")


def test_a_survey_under_the_law_waits_for_its_mentions_and_its_filing(done):
    done.survey.electoral_scope, done.survey.sponsor_quality = "yes", ""
    done.survey.save()
    with pytest.raises(PublicationRefused) as refused:
        publish(done, Order(1))
    assert [reason.split(" (")[0] for reason in refused.value.reasons] == [
        "La qualité du commanditaire",
        "La date de dépôt de la notice à la Commission des sondages",
        "La nature et la valeur de la gratification",
    ]
    done.survey.sponsor_quality, done.survey.settings["reward"] = "Ministère", "points"
    done.survey.save()
    with pytest.raises(CommandError):
        call_command("publish", "numerique-en-sante", "2023")
    call_command("publish", "numerique-en-sante", "2023", filed_on=date(2024, 2, 2))
    assert Release.objects.get().notice["publication"]["filed_on"] == "2024-02-02"


def test_an_open_field_is_not_published(done):
    done.move_to("live")
    with pytest.raises(PublicationRefused):
        publish(done, Order(1))
    assert not Release.objects.exists()


def test_very_uneven_weights_need_a_person_and_a_reason(done, django_user_model, monkeypatch):
    monkeypatch.setattr("reports.releases.readiness.LEAST_EFFICIENCY", 1.01)  # as if the best weights were too uneven
    with pytest.raises(PublicationRefused):
        publish(done, Order(1, allowed_because="vu"))
    person = django_user_model.objects.create_user("claire")
    release = publish(done, Order(1, by=person, allowed_because="écart voulu"))
    assert release.notice["publication"]["uneven_weights"] == {"allowed_by": "claire", "because": "écart voulu"}


def test_a_publication_is_never_changed(done):
    call_command("publish", "numerique-en-sante", "2023")
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.update(reason="autre")
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.all().delete()


def test_the_open_file_hides_small_counts_and_says_that_it_is_a_demonstration(client, done):
    call_command("publish", "numerique-en-sante", "2023")
    file = Release.objects.get().files.get(media_type="text/csv")
    text = client.get(f"{PAGE}2023/releases/1/files/{file.name}").content.decode("utf-8-sig")
    assert "réponses fictives" in text.splitlines()[3]
    lines = {line.split(",")[0]: line for line in text.splitlines()[5:]}
    twin = client.get(f"{PAGE}2023/releases/1.json").json()["figures"]["receipts"]["fr"]
    for code, line in lines.items():
        selected, n = twin[code]["estimate"]["selected"], twin[code]["estimate"]["n"]
        assert ("…" in line) == (selected < 11 or n - selected < 11)


def test_a_publication_keeps_its_documents_byte_for_byte_and_offers_them_in_the_readers_language(client, done):
    call_command("publish", "numerique-en-sante", "2023")
    kept = Release.objects.get().files.filter(is_public=True).exclude(media_type="text/csv")
    before = {file.name: bytes(file.content) for file in kept}
    assert len(before) == len(KINDS) * 2 * len(FORMATS)
    remove_some(done)
    call_command("publish", "numerique-en-sante", "2023", reason="cent interviews retirées")
    page = read(client, f"{PAGE}2023/releases/1/")
    offered = re.findall(rf"{PAGE}2023/releases/1/files/(\S+-fr-demonstration\.\w+)", page)
    assert len(offered) == len(KINDS) * len(FORMATS)
    assert "-en-demonstration" not in page
    assert all(client.get(f"{PAGE}2023/releases/1/files/{name}").content == before[name] for name in offered)
    [notice] = [name for name in offered if name.endswith("notice-fr-demonstration.txt")]
    assert "678 personnes" in before[notice].decode()
    after = client.get(f"{PAGE}2023/releases/2/files/{notice.replace('no1', 'no2')}").content.decode()
    assert "578 personnes" in after
    told = client.get(f"{PAGE}2023/releases/1.json").json()["documents"]
    assert {each["name"]: each["sha256"] for each in told} == {name: sha256(content).hexdigest() for name, content in before.items()}


def test_the_frozen_notice_says_when_whoever_published_filed_it(done):
    done.survey.electoral_scope, done.survey.settings["reward"] = "yes", "points"
    done.survey.save()
    release = publish(done, Order(1, filed_on=date(2024, 2, 2)))
    notice = bytes(release.files.get(name__endswith="notice-fr-demonstration.txt").content).decode()
    assert "Déposée le 2\u00a0février 2024." in notice


def test_the_evidence_is_not_public(client, done):
    call_command("publish", "numerique-en-sante", "2023")
    file = Release.objects.get().files.get(is_public=False)
    assert client.get(f"{PAGE}2023/releases/1/files/{file.name}").status_code == 404
    assert json.dumps(Release.objects.get().pages)
