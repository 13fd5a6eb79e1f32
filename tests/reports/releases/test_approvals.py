"""The client reads every question before publication and agrees to exactly that; changed figures make the agreement void."""

import re

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from reports.models import Approval, ClientLink, Release
from reports.releases.approvals import agreement_of
from reports.releases.drafts import draft_of, protected
from reports.tables.printed import Cell, Printed, PrintedLine
from tests.reports.releases.test_publishing import FRENCH, remove_some
from tests.staff import log_in

pytestmark = pytest.mark.django_db
STAFF = ("reports.view_release", "reports.add_release", "reports.add_clientlink")


@pytest.fixture
def ready(done):
    """The wave, computed."""
    call_command("aggregate", "numerique-en-sante", "2023")
    return done


def link_of(client, wave, **asked):
    """Make a link as the staff do, and return the address that they are told."""
    given = {"label": "DNS", "expires_at": "2090-01-01T08:00", **asked}
    made = log_in(client, *STAFF).post(f"/admin/results/{wave.pk}/release/links/", given, follow=True)
    client.logout()
    return re.findall(r"(/results/client/[^/]+/)", made.content.decode())[0]


def answer(client, address, **given):
    page = client.get(f"{address}draft/", headers=FRENCH).content.decode()
    [shown] = re.findall(r'name="sha256" value="([0-9a-f]{64})"', page)
    filled = {"sha256": shown, "name": "Anne Roy", "answer": "agrees", "remark": "", **given}
    return client.post(f"{address}draft/", filled, headers=FRENCH)


def test_the_client_reads_every_question_and_publication_waits_for_their_agreement(client, ready):
    address = link_of(client, ready, approval="on")
    response = client.get(address, headers=FRENCH, follow=True)
    page = response.content.decode()
    assert "PROVISOIRE – ne pas publier" in page
    assert "Données de démonstration" in page
    assert page.count('<section class="crosstab"') == len(draft_of(ready).tables["fr"])
    assert (response["Cache-Control"], response["X-Robots-Tag"]) == ("private, no-store", "noindex")
    note = client.get(f"{address}draft/note.fr.txt")
    assert note.content.decode().startswith("PROVISOIRE – ne pas publier · Données de démonstration")

    with pytest.raises(CommandError, match="accord"):
        call_command("publish", "numerique-en-sante", "2023")
    assert answer(client, address).status_code == 302
    assert answer(client, address).status_code == 302  # a double click
    call_command("publish", "numerique-en-sante", "2023")
    [kept] = Release.objects.get().notice["publication"]["approvals"]
    assert (kept["name"], kept["for"], kept["sha256"]) == ("Anne Roy", "DNS", Approval.objects.get().sha256)
    staff = log_in(client, *STAFF).get(f"/admin/results/{ready.pk}/release/", headers=FRENCH).content.decode()
    assert "Accord donné avant publication\u00a0: Anne Roy (DNS)" in staff


def test_changed_figures_make_an_agreement_void_and_it_is_said(client, ready, django_user_model):
    address = link_of(client, ready, approval="on")
    read_before = re.findall(r'value="([0-9a-f]{64})"', client.get(f"{address}draft/").content.decode())[0]
    answer(client, address)
    remove_some(ready)
    assert "ne sont pas prêts" in client.get(f"{address}draft/", headers=FRENCH).content.decode(), "not computed again yet"
    call_command("aggregate", "numerique-en-sante", "2023")
    assert agreement_of(ready).is_waiting
    assert "Caduc\u00a0: les chiffres ont changé depuis." in client.get(f"{address}draft/", headers=FRENCH).content.decode()
    late = answer(client, address, sha256=read_before)
    assert (late.status_code, Approval.objects.count()) == (409, 1)

    assert answer(client, address, answer="changes").status_code == 409, "says not which"
    answer(client, address, answer="changes", remark="Revoir F3")
    staff = log_in(client, *STAFF).get(f"/admin/results/{ready.pk}/release/", headers=FRENCH).content.decode()
    assert "Revoir F3" in staff
    assert 'name="unapproved_because"' in staff
    with pytest.raises(CommandError):
        call_command("publish", "numerique-en-sante", "2023", without_approval="urgence")
    django_user_model.objects.create_user("claire")
    call_command("publish", "numerique-en-sante", "2023", by="claire", without_approval="urgence")
    assert Release.objects.get().notice["publication"]["unapproved"] == {"by": "claire", "because": "urgence"}


def test_a_link_that_shows_publications_only_shows_no_draft_and_a_closed_one_records_nothing(client, ready):
    assert client.get(f"{link_of(client, ready)}draft/").status_code == 404
    address = link_of(client, ready, draft="on")
    assert not agreement_of(ready).is_waiting, "it was not asked to agree"
    filled = {"sha256": draft_of(ready).sha256, "name": "Anne Roy", "answer": "agrees"}
    foreign = client.post(f"{address}draft/", filled, headers={"Sec-Fetch-Site": "cross-site"})
    assert (foreign.status_code, Approval.objects.exists()) == (403, False)
    ClientLink.objects.update(revoked_at=timezone.now())
    assert client.post(f"{address}draft/", filled).status_code == 404
    assert not Approval.objects.exists()


def test_what_a_client_said_is_never_changed(client, ready):
    answer(client, link_of(client, ready, draft="on"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.update(agrees=False)


def _table(counts, kinds, *, is_whole):
    lines = [PrintedLine(str(at), kind, 0, (Cell(count, str(count)),)) for at, (count, kind) in enumerate(zip(counts, kinds, strict=True))]
    foot = [PrintedLine("Total", "total", 0, (Cell(100, "100"),))] if is_whole else []
    n = PrintedLine("n", "n", 0, (Cell(100, "100"),))
    return Printed("1", "q", "", "", "", "", (), (), (*lines, *foot, n), ())


@pytest.mark.parametrize(
    ("counts", "kinds", "is_whole", "shown"),
    [
        ([60, 25, 15], ["answer"] * 3, True, ["60", "25", "15"]),
        ([60, 35, 5], ["answer"] * 3, True, ["60", "…", "…"]),  # alone it would be what is left of the total
        ([95, 60, 35, 5], ["net", "answer", "answer", "answer"], True, ["…", "60", "…", "…"]),
        ([60, 95, 5], ["answer"] * 3, False, ["60", "…", "…"]),  # 95 told that 5 did not
    ],
)
def test_answers_of_too_few_people_are_hidden_so_that_none_can_be_worked_out(counts, kinds, is_whole, shown):
    table = _table(counts, kinds, is_whole=is_whole)
    assert [line.cells[0].text for line in protected(table, table).body] == shown
