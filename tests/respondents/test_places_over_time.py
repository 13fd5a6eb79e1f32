"""Any sequence of visits, ends, expiries and changed ceilings, against a model of a few lines, audited after each step."""

import pytest
from django.db import transaction
from django.db.models import F
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from respondents import places
from respondents.audit import audit
from respondents.models import QuotaCell
from tests.respondents.checks import NOTICED
from tests.respondents.mutants import ALONE, mutated
from tests.respondents.stage import MINUTES, Stage
from tests.worlds import open_wave

pytestmark = pytest.mark.django_db

SEXES = st.sampled_from("FHX")
CEILINGS = st.integers(0, 4)
WHO = st.integers(0, 31)


class Fieldwork(RuleBasedStateMachine):
    """People come and go; the model is their state, their sex and the ceilings, and says what each verb must answer."""

    stage: Stage

    def __init__(self) -> None:
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.ceilings = dict.fromkeys(self.stage.ids, 2)
        self.people: list[dict] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    # The model
    def taken(self, cell: str) -> int:
        return sum(person["state"] in ("reserved", "completed") and cell in person["cells"] for person in self.people)

    def has_room(self, person: dict) -> bool:
        return all(self.taken(cell) < self.ceilings[cell] for cell in person["cells"])

    def drawn(self, number: int, *states: str) -> dict:
        """Somebody in one of these states, where the verb does most, or once in four anybody."""
        likely = [person for person in self.people if person["state"] in states]
        among = likely if likely and number % 4 < 3 else self.people
        return among[number % len(among)]

    # What people and pollsters do
    @precondition(lambda self: len(self.people) < 8)
    @rule(sex=SEXES)
    def enter(self, sex: str) -> None:
        cells = [cell for cell in ("F", "H", "total") if cell in (sex, "total")]
        self.people.append({"id": self.stage.enter(), "state": "screening", "sex": sex, "cells": cells})

    @precondition(lambda self: self.people)
    @rule(number=WHO)
    def claim(self, number: int) -> None:
        person = self.drawn(number, "screening")
        if person["state"] == "screening":
            person["state"] = "reserved" if self.has_room(person) else "quota_full"
        assert self.stage.claim(person["id"], person["sex"]) == person["state"]

    @precondition(lambda self: self.people)
    @rule(number=WHO)
    def save(self, number: int) -> None:
        person = self.drawn(number, "expired")
        if person["state"] == "expired" and self.has_room(person):
            person["state"] = "reserved"
        assert self.stage.save(person["id"]) == person["state"]

    @precondition(lambda self: self.people)
    @rule(number=WHO, ends_as=st.sampled_from(["screened_out", "refused"]))
    def end(self, number: int, ends_as: str) -> None:
        person = self.drawn(number, "reserved", "expired")
        if person["state"] in ("screening", "reserved", "expired"):
            person["state"] = ends_as
        assert self.stage.end(person["id"], ends_as) == person["state"]

    @precondition(lambda self: self.people)
    @rule(number=WHO)
    def complete(self, number: int) -> None:
        person = self.drawn(number, "reserved", "expired")
        refused = {"screening": "quota_full", "expired": "over"}
        if person["state"] == "reserved":
            person["state"] = "completed"
        elif person["state"] in refused:
            person["state"] = "completed" if self.has_room(person) else refused[person["state"]]
        assert self.stage.complete(person["id"], person["sex"]) == person["state"]

    @precondition(lambda self: self.people)
    @rule(number=WHO)
    def expire(self, number: int) -> None:
        person = self.drawn(number, "reserved")
        was_held = person["state"] == "reserved"
        person["state"] = "expired" if was_held else person["state"]
        assert self.stage.expire(person["id"]) == was_held

    @precondition(lambda self: self.people)
    @rule(number=WHO)
    def come_back(self, number: int) -> None:
        person = self.drawn(number, "expired", "quota_full")
        lost = person["state"] in ("expired", "quota_full")
        if lost and self.has_room(person):
            person["state"] = "reserved"
        assert places.retake(person["id"], MINUTES) == (person["state"] if lost else "")

    @rule(cell=st.sampled_from(["F", "H", "total"]), ceiling=CEILINGS)
    def change_ceiling(self, cell: str, ceiling: int) -> None:
        allowed = QuotaCell.objects.filter(pk=self.stage.ids[cell]).annotate(taken=F("reserved") + F("filled")).filter(taken__lte=ceiling)
        if self.taken(cell) <= ceiling:
            self.ceilings[cell] = ceiling
        assert allowed.update(ceiling=ceiling) == (self.taken(cell) <= ceiling)

    @invariant()
    def the_audit_finds_nothing(self) -> None:
        assert audit(self.stage.wave) == []

    @invariant()
    def the_cells_hold_what_the_model_says(self) -> None:
        for cell, (reserved, filled) in self.stage.held().items():
            held = [person["state"] for person in self.people if cell in person["cells"]]
            assert (reserved, filled) == (held.count("reserved"), held.count("completed"))


def play(examples: int, phases=tuple(Phase)) -> None:
    Fieldwork.stage = Stage(open_wave(places=2))
    QuotaCell.objects.update(target=0)
    run_state_machine_as_test(
        Fieldwork,
        settings=settings(max_examples=examples, stateful_step_count=30, deadline=None, derandomize=True, database=None, phases=phases,
                          suppress_health_check=list(HealthCheck)),
    )  # fmt: skip


def test_no_sequence_oversells_loses_or_leaks_a_place():
    play(examples=40)


@pytest.mark.parametrize("name", ["an end gives back whatever the state", "a late completion looks for no room"])
def test_a_seeded_fault_is_found(name, monkeypatch):  # the control
    mutant = next(mutant for mutant in ALONE if mutant.name == name)
    with mutated(mutant, monkeypatch), pytest.raises(NOTICED):
        play(examples=100, phases=(Phase.generate,))
