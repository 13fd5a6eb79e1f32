"""The panel's pages for the staff: rules from a preset, five outcomes tried, calls looked after, accounts settled."""

import csv
import io
import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from respondents.core.presets import PRESETS
from respondents.models import Interview, PanelCall, QuotaCell, Review
from respondents.providers.forms import initial_of
from respondents.providers.secrecy import SecretLost, decrypted, encrypted
from tests.respondents.test_panel_journeys import COMPLETE, RID, goes_to, source_of
from tests.staff import history, log_in
from tests.worlds import Respondent, open_wave

pytestmark = pytest.mark.django_db

ALL = ("respondents.view_source", "respondents.change_source", "respondents.view_interview", "respondents.change_interview")
MINOR = {"profil": {"sex": "F", "years": "16"}}


@pytest.fixture
def wave():
    return open_wave(places=10)


@pytest.fixture
def source(wave):
    return wave.sources.create(code="lucid", kind="panel", label="Lucid")


@pytest.fixture
def lucid(wave):
    return source_of(wave, "lucid", "lucid")


@pytest.fixture
def staff(client, admin_user):
    return log_in(client, *ALL)


def filled(preset, **changes):
    """Return what the browser posts of the form filled by a preset."""
    values = {**initial_of(PRESETS[preset].provider, preset), "secret": "supersecret", "reason": "Mise en place", **changes}
    return {name: "on" if value is True else value for name, value in values.items() if value is not False}


def sent(html: str) -> list[str]:
    """Return the five addresses that the trial shows."""
    shown = html.partition('id="trial"')[2].partition("</section>")[0]
    return [unescape(address) for address in re.findall(r'<p class="code" translate="no"><a href="([^"]+)"', shown)]


def test_a_preset_and_a_secret_are_enough_to_send_people_back(staff, source, client):
    page = staff.get(f"/admin/sources/{source.pk}/rules/?preset=lucid").content.decode()
    assert "RIS=10&amp;RID={id}" in page
    source.refresh_from_db()
    assert source.returns == {}  # nothing is kept until it is saved
    answer = staff.post(f"/admin/sources/{source.pk}/rules/", filled("lucid"), follow=True)
    assert answer.redirect_chain == [(f"/admin/sources/{source.pk}/", 302)]
    assert goes_to(Respondent(client, query=f"?source=lucid&RID={RID}").finish()) == COMPLETE
    assert history(source) == [
        "Règles du panel modifiées : id_parameter, returns, signer, signer_options, allowed_hosts, preset, secret. Motif : Mise en place"
    ]


def test_the_five_outcomes_are_shown_as_they_would_be_sent_with_what_was_signed(staff, lucid):
    page = staff.get(f"/admin/sources/{lucid.pk}/?id={RID}").content.decode()
    addresses = sent(page)
    assert addresses[0] == COMPLETE
    assert [address.partition("RIS=")[2][:2] for address in addresses] == ["10", "20", "40", "30", "30"]
    assert (
        f'https://samplicio.us/s/ClientCallBack.aspx?RIS=10&amp;RID={RID}&amp;</code> → <code translate="no">TPBxbZSxLS-yddC2Je4TW7G1K_w'
        in page
    )
    assert "/s/petite-etude/?source=lucid&amp;RID=[%RID%]" in page
    assert not Interview.objects.exists()


def test_the_test_link_that_is_shown_makes_a_test_interview(staff, lucid, client, settings):
    page = staff.get(f"/admin/sources/{lucid.pk}/").content.decode()
    link = unescape(re.findall(r'href="([^"]+&amp;test=[^"]+)"', page)[0]).removeprefix(settings.PUBLIC_URL)
    person = Respondent(client)
    person.door = person.at = link
    assert person.open().finish().interview.is_test
    assert goes_to(person).startswith("https://samplicio.us/s/ClientCallBack.aspx?RIS=10&RID=test-")


def test_a_secret_once_saved_is_never_shown_and_stays_when_left_empty(staff, lucid):
    stored = bytes(lucid.secret)
    assert b"supersecret" not in stored
    for address in ("", "rules/", "rules/?preset=lucid"):
        assert "supersecret" not in staff.get(f"/admin/sources/{lucid.pk}/{address}").content.decode()
    refused = staff.post(f"/admin/sources/{lucid.pk}/rules/", filled("lucid", secret="othersecret", reason=""))
    assert refused.status_code == 422
    assert "othersecret" not in refused.content.decode()
    staff.post(f"/admin/sources/{lucid.pk}/rules/", filled("lucid", secret=""))
    lucid.refresh_from_db()
    assert bytes(lucid.secret) == stored


def test_another_preset_does_not_take_over_the_secret_of_the_one_before(staff, lucid):
    answer = staff.post(f"/admin/sources/{lucid.pk}/rules/", filled("cint-s2s", secret=""))
    assert answer.status_code == 422
    lucid.refresh_from_db()
    assert lucid.preset == "lucid"
    assert staff.post(f"/admin/sources/{lucid.pk}/rules/", filled("generic", secret="", returns_complete="")).status_code == 422


def test_a_secret_outlives_a_new_secret_key_while_the_old_one_is_kept(settings):
    old = settings.SECRET_KEY
    stored = encrypted("supersecret")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 50, [old]
    assert decrypted(stored) == "supersecret"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(SecretLost):
        decrypted(stored)


def test_a_secret_that_is_lost_is_said_and_sends_nobody_anywhere(staff, lucid, client):
    lucid.secret = b"made under another key"
    lucid.save()
    assert "n’existe plus" in staff.get(f"/admin/sources/{lucid.pk}/").content.decode()
    person = Respondent(client, query=f"?source=lucid&RID={RID}").open()
    assert (person.response.status_code, person.outcome, goes_to(person)) == (503, "paused", "")
    assert not Interview.objects.exists()


def test_mistakes_stand_at_their_field_and_nothing_is_kept(staff, source):
    answer = staff.post(
        f"/admin/sources/{source.pk}/rules/",
        filled("lucid", returns_quality="https://evil.example/?id={id}", returns_duplicate="https://samplicio.us/?id={pid}", carried="w"),
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Cette ligne ne peut pas être lue : « w »" in page
    page = staff.post(
        f"/admin/sources/{source.pk}/rules/",
        filled("lucid", returns_quality="https://evil.example/?id={id}", returns_duplicate="https://samplicio.us/?id={pid}"),
    ).content.decode()
    assert "L’hôte evil.example n’est pas autorisé" in page
    assert "Rien n’est connu sous le nom {pid}" in page
    source.refresh_from_db()
    assert (source.returns, source.secret) == ({}, None)


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_survives_the_form(staff, source, preset):
    written = {f"returns_{o}": text.replace("[address given by Prodege]", "p.example/").replace("[address given by the panel]", "p.example/")
               for o, text in PRESETS[preset].provider.returns.items()}  # fmt: skip
    hosts = "\n".join([*PRESETS[preset].provider.allowed_hosts, "p.example"])
    answer = staff.post(f"/admin/sources/{source.pk}/rules/", filled(preset, secret="66213", allowed_hosts=hosts, **written))
    assert answer.status_code == 302, answer.context["form"].errors
    source.refresh_from_db()
    kept, given = source, PRESETS[preset].provider
    assert (kept.id_parameter, kept.carried, kept.signer, kept.call) == (given.id_parameter, given.carried, given.signer, given.call)


@pytest.mark.parametrize(
    ("address", "needs"),
    [
        ("", "respondents.view_source"),
        ("rules/", "respondents.change_source"),
        ("reconciliation.csv", "respondents.view_interview"),
        ("reconcile/", "respondents.change_interview"),
    ],
)
def test_each_page_opens_to_those_who_may(client, lucid, address, needs):
    sees_by_changing = {"respondents.view_source": "respondents.change_source"}
    others = [permission for permission in ALL if permission not in (needs, sees_by_changing.get(needs))]
    assert log_in(client, *others).get(f"/admin/sources/{lucid.pk}/{address}").status_code == 403
    assert log_in(client, needs).get(f"/admin/sources/{lucid.pk}/{address}").status_code == 200


@pytest.mark.parametrize("interviews", [1, 3])
def test_the_page_costs_the_same_however_many_calls_there_are(staff, wave, django_assert_num_queries, client, interviews):
    cint = source_of(wave, "cint-s2s", "cint", call=PRESETS["cint-s2s"].provider.call)
    for number in range(interviews):
        Respondent(client, query=f"?source=cint&RID={number}").finish()
    PanelCall.objects.update(given_up_at="2026-01-05T00:00Z", error="The server refused the call.")
    with django_assert_num_queries(7):
        page = staff.get(f"/admin/sources/{cint.pk}/").content.decode()
    assert page.count("Le serveur a refusé l’appel.") == interviews
    staff.post(f"/admin/sources/{cint.pk}/calls/")
    assert PanelCall.objects.filter(given_up_at=None, tries=0).count() == interviews


# Accounts --------------------------------------------------------------------------------------------------------------
def test_the_reconciliation_file_tells_each_identifier_its_outcome_and_is_written_down(staff, lucid, client):
    finished = Respondent(client, query=f"?source=lucid&RID={RID}").finish()
    Respondent(client, query="?source=lucid&RID==1%2B1").finish(**MINOR)
    answer = staff.get(f"/admin/sources/{lucid.pk}/reconciliation.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["identifier"], row["accepted"], row["outcome"], row["told"]) for row in rows] == [
        (RID, "yes", "completed", "complete"), ("'=1+1", "no", "screened_out", "screened_out"),
    ]  # fmt: skip
    book = load_workbook(io.BytesIO(staff.get(f"/admin/sources/{lucid.pk}/reconciliation.xlsx").content))
    assert [row[0].value for row in book.active.iter_rows(min_row=2)] == [RID, "=1+1"]
    assert all(row[0].data_type == "s" for row in book.active.iter_rows())
    assert history(lucid) == ["Fichier de réconciliation pris : 2 identifiants."] * 2
    assert finished.interview.state == "completed"


def test_a_late_rejection_is_shown_first_then_removes_and_frees_the_place(staff, lucid, client, wave):
    Respondent(client, query=f"?source=lucid&RID={RID}").finish()
    Respondent(client, query="?source=lucid&RID=KEPT").finish()
    content = f"RID,status,why\n{RID},rejected,speeder\nKEPT,accepted,\nELSEWHERE,rejected,\n"
    posted = {"identifier": "RID", "status": "status", "rejected": "rejected", "reason_column": "why", "reason": "Facture de janvier"}
    answer = staff.post(f"/admin/sources/{lucid.pk}/reconcile/", {**posted, "file": SimpleUploadedFile("r.csv", content.encode())})
    page = answer.content.decode()
    assert "Refusée par le panel : l’interview sera retirée" in page
    assert "Inconnu ici" in page
    assert set(Interview.objects.values_list("state", flat=True)) == {"completed"}  # nothing is changed by looking
    kept = re.findall(r'name="kept" value="([^"]+)"', page)[0]
    for _ in range(2):  # applied twice, it removes once
        staff.post(f"/admin/sources/{lucid.pk}/reconcile/", {"kept": kept})
    removed = Interview.objects.get(external_id=RID)
    assert (removed.state, removed.returned_as) == ("removed", "complete")
    assert QuotaCell.objects.get(wave=wave, categories=["F"]).filled == 1
    assert [review.reason for review in Review.objects.all()] == ["Facture de janvier – speeder"]
    assert history(removed) == ["Retirée. Motif : Facture de janvier – speeder"]
    rows = csv.DictReader(io.StringIO(staff.get(f"/admin/sources/{lucid.pk}/reconciliation.csv").content.decode("utf-8-sig")))
    assert [row["reason"] for row in rows] == ["Facture de janvier – speeder", ""]


def test_an_identifier_deleted_since_the_file_was_checked_holds_up_no_other(staff, lucid, client):
    for identifier in ("FORGOTTEN", RID):
        Respondent(client, query=f"?source=lucid&RID={identifier}").finish()
    posted = {"identifier": "RID", "reason": "Facture", "file": SimpleUploadedFile("r.csv", f"RID\nFORGOTTEN\n{RID}\n".encode())}
    page = staff.post(f"/admin/sources/{lucid.pk}/reconcile/", posted).content.decode()
    kept = re.findall(r'name="kept" value="([^"]+)"', page)[0]
    Interview.objects.filter(external_id="FORGOTTEN").update(external_id=None)
    staff.post(f"/admin/sources/{lucid.pk}/reconcile/", {"kept": kept})
    assert {each.external_id: each.state for each in Interview.objects.all()} == {None: "completed", RID: "removed"}


def test_what_was_shown_cannot_be_changed_before_it_is_applied(staff, lucid, client):
    Respondent(client, query=f"?source=lucid&RID={RID}").finish()
    answer = staff.post(f"/admin/sources/{lucid.pk}/reconcile/", {"kept": "forged"}, follow=True)
    assert "Rien n’a été changé." in answer.content.decode()
    assert Interview.objects.get().state == "completed"


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"RID,status\nA,\n", b'RID,status\n"A,rejected\n', b"id,status\nA,rejected\n"])
def test_a_file_that_cannot_be_read_is_refused_with_its_reason(staff, lucid, content):
    posted = {"identifier": "RID", "status": "status", "rejected": "rejected", "reason": "x", "file": SimpleUploadedFile("r.csv", content)}
    answer = staff.post(f"/admin/sources/{lucid.pk}/reconcile/", posted)
    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]


def test_identifiers_are_in_no_other_export(staff, lucid, client, wave):
    Respondent(client, query=f"?source=lucid&RID={RID}").finish()
    exporter = log_in(client, "respondents.view_record")
    answer = exporter.post(f"/admin/studies/waves/{wave.pk}/export/", {"shown": "names", "separator": ","})
    content = b"".join(answer.streaming_content)
    assert content.count(b"\r\n") == 2
    assert RID.encode() not in content
