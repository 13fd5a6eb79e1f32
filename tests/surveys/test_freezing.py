"""A published questionnaire does not change: the database itself refuses it."""

from __future__ import annotations

import threading

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone, translation

from reports.study import store_study
from surveys.models import Base, Choice, Page, Question, Questionnaire
from tests.worlds import changed, study

ROWS = [Page, Question, Choice, Base]


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def published(db):
    """The small study's questionnaire, published."""
    questionnaire = store_study(study()).questionnaires.get()
    questionnaire.publish()
    return questionnaire


@pytest.fixture
def draft(published):
    """The next version of the same form, not published."""
    changes = {**changed("settings", "etude,1", "etude,2"), **changed("waves", "100,1,", "100,2,")}
    return store_study(study(**changes)).questionnaires.get(version="2")


def refused(action):
    with pytest.raises(IntegrityError, match="is published"), transaction.atomic():
        action()


def copy_of(row, **changes):
    """Return the row as a new one, with a name of its own."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key}
    named = {"code": "another"} if isinstance(row, Base) else {"name": "another"}
    return type(row)(**{**values, **named, **changes})


@pytest.mark.parametrize("model", ROWS)
def test_no_row_is_added_changed_or_deleted(published, model):
    row = model.objects.filter(questionnaire=published).first()
    refused(lambda: copy_of(row).save())
    refused(lambda: model.objects.filter(pk=row.pk).update(cells={}))
    refused(lambda: model.objects.filter(pk=row.pk)._raw_delete("default"))
    assert published.is_intact()


@pytest.mark.parametrize("model", ROWS)
def test_no_row_moves_in_or_out(published, draft, model):
    inside = model.objects.filter(questionnaire=published).first()
    outside = copy_of(inside, questionnaire_id=draft.pk)
    outside.save()
    refused(lambda: model.objects.filter(pk=outside.pk).update(questionnaire=published))
    refused(lambda: model.objects.filter(pk=inside.pk).update(questionnaire=draft))


def test_the_version_itself_is_neither_changed_unpublished_nor_deleted(published):
    row = Questionnaire.objects.filter(pk=published.pk)
    for change in ({"published_at": None}, {"published_at": timezone.now()}, {"version": "9"}, {"settings": {}}, {"fingerprint": "0" * 64}):
        refused(lambda change=change: row.update(**change))
    refused(lambda: row._raw_delete("default"))


@pytest.mark.parametrize("model", ROWS)
def test_a_draft_may_change(draft, model):
    row = model.objects.filter(questionnaire=draft).first()
    copy_of(row).save()
    model.objects.filter(pk=row.pk).update(cells={})
    assert not draft.is_intact()
    with pytest.raises(ValidationError, match="differs from its fingerprint"):
        draft.publish()
    assert Questionnaire.objects.get(pk=draft.pk).published_at is None


def test_publishing_twice_keeps_the_first_date(published):
    date = Questionnaire.objects.get(pk=published.pk).published_at
    Questionnaire.objects.get(pk=published.pk).publish()
    assert Questionnaire.objects.get(pk=published.pk).published_at == date


def test_opening_the_wave_publishes_its_version(db):
    wave = store_study(study()).waves.get()
    assert wave.questionnaire.published_at is None
    wave.move_to("test")
    assert Questionnaire.objects.get().published_at


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_whoever_writes_while_it_is_being_published_comes_too_late():
    """The trigger waits for the publication's lock; read without it, the version still looked like a draft."""
    questionnaire = store_study(study()).questionnaires.get()
    row = Choice.objects.filter(questionnaire=questionnaire).first()
    outcome = []

    def write():
        try:
            copy_of(row).save()
            outcome.append("written")
        except IntegrityError as error:
            outcome.append("refused" if "is published" in str(error) else str(error))
        finally:
            connection.close()

    writer = threading.Thread(target=write)
    with transaction.atomic():
        questionnaire.publish()
        writer.start()
        writer.join(0.3)
        assert writer.is_alive(), "it waits"
    writer.join(10)
    assert outcome == ["refused"]
    assert Questionnaire.objects.get().is_intact()


@pytest.mark.django_db(transaction=True)
def test_tests_may_still_empty_the_database():
    store_study(study()).questionnaires.get().publish()
    call_command("flush", interactive=False, verbosity=0)
    assert not Choice.objects.exists()


def number_new_rows_from(first: int) -> None:
    """New tables would count from 1 again, and what other tests of this process remember goes by number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(format('%%I.%%I', schemaname, sequencename)::regclass, %s) FROM pg_sequences", [first])


@pytest.mark.django_db(transaction=True)
def test_the_migrations_go_back_and_forth_again():
    def frozen():
        with connection.cursor() as cursor:
            cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'frozen' ORDER BY 1")
            return [table for (table,) in cursor.fetchall()]

    everything = ["surveys_attachment", "surveys_base", "surveys_choice", "surveys_page", "surveys_question", "surveys_questionnaire"]
    assert frozen() == everything
    try:
        call_command("migrate", "surveys", "0001", verbosity=0)
        assert frozen() == []
        call_command("migrate", "surveys", "zero", verbosity=0)
        assert not [table for table in connection.introspection.table_names() if table.startswith(("surveys_", "respondents_", "reports_"))]
    finally:
        call_command("migrate", verbosity=0)
        number_new_rows_from(1_000_000)
    assert frozen() == everything
    store_study(study()).waves.get().move_to("live")
