"""The book of tables: asked once, made by whoever is alive, the same bytes each time, and cancelled when somebody says so."""

import hashlib
import io
import zipfile
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone
from openpyxl import load_workbook

from reports.models import Job
from reports.tables import book
from reports.tables.wanted import Wanted
from tests.reports.panel import interview, people
from tests.staff import history, log_in

pytestmark = pytest.mark.django_db
FRENCH = {"Accept-Language": "fr"}


@pytest.fixture
def some(wave):
    """The wave of 2023 with one in eight of its people."""
    interview(wave, people()[::8])
    return wave


def asked(wave, **wanted):
    by, _created = get_user_model().objects.get_or_create(username="qui demande")
    return book.ask(wave, Wanted(**wanted), language="fr", by=by)


def test_a_book_holds_every_table_behind_its_index_and_comes_out_the_same_twice(some):
    first = asked(some, by=("sexe", "age"))
    assert asked(some, by=("sexe", "age")) == first, "what waits is not asked for twice"
    assert book.make_waiting_books() == 1
    again = asked(some, by=("sexe", "age"))
    assert book.make_waiting_books() == 1
    one, other = (Job.objects.get(pk=job.pk) for job in (first, again))
    assert one.sha256 == other.sha256 == hashlib.sha256(one.content).hexdigest()
    assert (one.done, one.total, one.error, one.file_name) == (27, 27, "", "numerique-en-sante-2023-tableaux.xlsx")
    read = load_workbook(io.BytesIO(one.content))
    assert read.sheetnames[:2] == ["Sommaire", "1 sex"]
    assert len(read.sheetnames) == 28
    links = {cell.hyperlink.location or cell.hyperlink.target for row in read["Sommaire"].iter_rows() for cell in row if cell.hyperlink}
    assert links == {f"#'{name}'!A1" for name in read.sheetnames[1:]}
    with zipfile.ZipFile(io.BytesIO(one.content)) as file:
        assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_dead_worker_s_book_is_taken_again_and_a_living_one_s_is_not(some):
    job = asked(some, q=("q1",))
    Job.objects.filter(pk=job.pk).update(heard_at=timezone.now())
    assert book.make_waiting_books() == 0, "somebody is making it"
    Job.objects.filter(pk=job.pk).update(heard_at=timezone.now() - book.SILENCE - timedelta(seconds=1))
    assert book.make_waiting_books() == 1
    assert Job.objects.get(pk=job.pk).content


def test_a_cancelled_book_stops_at_the_next_table(some):
    job = asked(some, q=("q1", "sex"))
    assert book.cancel(job)
    with pytest.raises(book.Cancelled):
        book.book(job, some)
    assert not book.cancel(job), "it is over already"
    assert Job.objects.get(pk=job.pk).content is None


def test_the_staff_ask_watch_and_take_a_book(client, some, django_capture_on_commit_callbacks):
    log_in(client, "reports.view_estimate")
    response = client.post(f"/admin/results/{some.pk}/tables/book/?by=sexe", headers=FRENCH)
    job = Job.objects.get()
    assert response.url == f"/admin/results/{some.pk}/tables/book/{job.pk}/"
    assert (job.options["by"], history(some)) == (["sexe"], ["Cahier de tableaux demandé."])
    listed = client.get(f"/admin/results/{some.pk}/tables/", headers=FRENCH).content.decode()
    assert f'<a href="{response.url}">' in listed
    assert 'tables/?by=sexe">Les tableaux, avec les mêmes choix' in client.get(response.url, headers=FRENCH).content.decode()
    waiting = client.get(response.url, headers=FRENCH)
    assert waiting["Refresh"] == "2"
    assert client.get(f"{response.url}book.xlsx").status_code == 404
    book.make_waiting_books()
    ready = client.get(response.url, headers=FRENCH)
    assert "Refresh" not in ready
    assert "27 tableaux" in ready.content.decode()
    assert client.get(f"{response.url}book.xlsx").content == bytes(Job.objects.get().content)


def test_a_book_without_banner_chosen_is_by_all_of_the_study_and_can_be_cancelled(client, some):
    log_in(client, "reports.view_estimate")
    watched = client.post(f"/admin/results/{some.pk}/tables/book/").url
    assert Job.objects.get().options["by"] == ["sexe", "age", "csp", "region5", "usage"]
    assert client.post(f"{watched}cancel/", headers=FRENCH).url == watched
    assert "Annulé" in client.get(watched, headers=FRENCH).content.decode()


def test_whoever_only_sees_results_is_led_nowhere_that_is_closed_to_them(client, some):
    log_in(client, "reports.view_estimate")
    client.post(f"/admin/results/{some.pk}/tables/book/")
    start = client.get("/admin/").content.decode()
    assert str(some) in start, "what they did lately"
    assert f"/admin/surveys/wave/{some.pk}/change/" not in start
