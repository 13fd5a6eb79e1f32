"""Versions of a stored questionnaire: copied, compared, given to a wave in the field."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import override

from surveys.core.versions import differences
from surveys.models import Questionnaire
from surveys.versions import Switch, next_version
from tests.worlds import open_wave

NOT_COPIED = {"Edit"}  # what was done to a version is its own history

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    """The sentences below are read in English."""
    with override("en"):
        yield


def reword(questionnaire, name, old, new):
    """Change the cells of one question of an unpublished version, as an editor would."""
    question = questionnaire.questions.get(name=name)
    question.cells = {column: cell.replace(old, new) for column, cell in question.cells.items()}
    question.save()
    from surveys.core.fingerprint import fingerprint

    questionnaire.fingerprint = fingerprint(questionnaire.workbook())
    questionnaire.save()


@pytest.mark.parametrize(("version", "following"), [("2023.1", "2023.2"), ("2023.9", "2023.10"), ("v1b", "v2b"), ("essai", "essai.2")])
def test_the_number_that_follows(version, following):
    assert next_version(version) == following


def test_a_copy_holds_the_same_rows_under_another_number_and_is_not_published():
    first = open_wave().questionnaire
    copy = first.copy_as("2")
    assert (copy.version, copy.published_at, copy.is_intact()) == ("2", None, True)
    assert {**copy.workbook(), "settings": None} == {**first.workbook(), "settings": None}
    assert copy.definition().version == "2"
    assert differences(first.definition(), copy.definition()) == ()
    assert copy.fingerprint != first.fingerprint


def test_a_copy_leaves_out_nothing_that_belongs_to_a_version():
    belongings = {each.related_model.__name__ for each in Questionnaire._meta.related_objects if each.on_delete is models.CASCADE}
    assert belongings - NOT_COPIED == {"Page", "Question", "Choice", "Base", "Attachment"}


def test_a_number_that_exists_is_refused_and_nothing_is_copied():
    first = open_wave().questionnaire
    with pytest.raises(ValidationError, match="Version 1 of this survey already exists"):
        first.copy_as("1")
    assert Questionnaire.objects.count() == 1


def test_a_wave_in_the_field_goes_over_to_a_reworded_version_which_is_published():
    wave = open_wave()
    copy = wave.questionnaire.copy_as("2")
    reword(copy, "q3", "Combien de fois ?", "Combien de fois en tout ?")
    Switch(wave, copy).make()
    wave.refresh_from_db()
    assert (wave.questionnaire.version, wave.cells["questionnaire_version"]) == ("2", "2")
    assert wave.questionnaire.published_at is not None


@pytest.mark.parametrize(
    ("name", "old", "new", "reason"),
    [
        ("sex", "Vous êtes…", "Quel jour sommes-nous ?", "Its quotas count sex"),
        ("q1", "Qu’utilisez-vous ?", "Qu’avez-vous utilisé depuis 12 mois ?", "Its figures put together the answers to base users, q1, q2"),
    ],
)
def test_a_version_that_breaks_what_the_wave_counts_is_refused(name, old, new, reason):
    wave = open_wave()
    copy = wave.questionnaire.copy_as("2")
    reword(copy, name, old, new)
    with pytest.raises(ValidationError, match=reason):
        Switch(wave, copy).make()
    wave.refresh_from_db()
    assert wave.questionnaire.version == "1"


def test_a_closed_wave_keeps_its_version():
    wave = open_wave()
    wave.move_to("closed")
    assert Switch(wave, wave.questionnaire.copy_as("2")).obstacles == [
        "Only a wave asked here that is not closed can go over to another version."
    ]
