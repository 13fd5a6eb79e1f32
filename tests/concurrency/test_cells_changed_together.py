"""Several cells changed while somebody takes a place in one of them: the change is judged on what is then taken."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from respondents.models import QuotaCell
from respondents.quotas import editing
from respondents.quotas.editing import Change, change_cells
from tests.respondents.calls import Call, other
from tests.worlds import open_wave

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]

TAKE = "UPDATE respondents_quotacell SET reserved = reserved + 1 WHERE id = %s"


def change_while_a_woman_takes_a_place():
    """Lower both sexes to nobody while a place is being taken; return the two cells' ceilings after it."""
    wave = open_wave(places=10)
    women, men = QuotaCell.objects.get(categories=["F"]), QuotaCell.objects.get(categories=["H"])
    with other() as somebody, Call(change_cells, wave.pk, [Change(women, 0, 0), Change(men, 0, 0)]) as change:
        somebody.execute(TAKE, [women.pk])
        change.start_and_wait_for_a_lock()
        somebody.commit()
        with pytest.raises((ValidationError, IntegrityError)) as refused:
            change.result()
    return refused.value, set(QuotaCell.objects.filter(quota__name="sex").values_list("ceiling", flat=True))


def test_a_place_taken_meanwhile_stops_the_whole_change():  # check 11
    refused, ceilings = change_while_a_woman_takes_a_place()
    assert isinstance(refused, ValidationError)
    assert ceilings == {10}


def test_without_the_lock_only_the_databases_own_guard_stops_it(monkeypatch):  # the control
    assert "FOR NO KEY UPDATE" in editing.CHANGE
    monkeypatch.setattr(editing, "CHANGE", editing.CHANGE.replace("FOR NO KEY UPDATE", ""))
    refused, ceilings = change_while_a_woman_takes_a_place()
    assert isinstance(refused, IntegrityError)
    assert ceilings == {10}
