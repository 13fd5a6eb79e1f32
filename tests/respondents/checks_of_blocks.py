"""What the statements of places.py must do for somebody who may have any cell of a block, one named check each."""

from __future__ import annotations

import uuid

from respondents import places
from respondents.audit import audit
from tests.respondents.calls import Call, other
from tests.respondents.stage import QUOTA_PAGE, Stage


def a_block_gives_the_least_filled_of_its_cells(stage: Stage) -> None:
    stage.claim(stage.enter(), "F")
    assert _claim(stage, stage.enter()) == "reserved"
    assert stage.held() == {"F": (1, 0), "H": (1, 0), "total": (2, 0)}
    assert audit(stage.wave) == []


def a_block_passes_over_a_full_cell(stage: Stage) -> None:
    stage.allow(F=0)
    assert [_claim(stage, stage.enter()) for _ in range(2)] == ["reserved", "reserved"]
    assert stage.held() == {"F": (0, 0), "H": (2, 0), "total": (2, 0)}


def a_block_without_room_gives_no_place_at_all(stage: Stage) -> None:
    stage.allow(F=0, H=0)
    assert _claim(stage, stage.enter()) == "quota_full"
    assert stage.held()["total"] == (0, 0)


def a_full_total_closes_every_block(stage: Stage) -> None:
    stage.allow(total=0)
    assert _claim(stage, stage.enter()) == "quota_full"
    assert stage.held() == {"F": (0, 0), "H": (0, 0), "total": (0, 0)}


def an_unknown_cell_beside_a_block_gives_no_place_at_all(stage: Stage) -> None:
    post = stage.post(stage.enter(), QUOTA_PAGE)
    assert places.save(post, takes=True, cells=[999_999], blocks=[[stage.ids["F"], stage.ids["H"]]]).state == "quota_full"
    assert stage.held() == {"F": (0, 0), "H": (0, 0), "total": (0, 0)}


def a_block_is_judged_on_its_cells_as_locked(stage: Stage) -> None:
    stage.allow(F=1)
    person = stage.enter()
    stage.claim(stage.enter(), "H")  # so that the claim would take F, which somebody else is just taking
    with other() as somebody_else, Call(_claim, stage, person) as call:
        somebody_else.execute("UPDATE respondents_quotacell SET reserved = reserved + 1 WHERE id = %s", [stage.ids["F"]])
        call.start_and_wait_for_a_lock()
        somebody_else.commit()
        assert call.result() == "reserved"
    assert stage.held() == {"F": (1, 0), "H": (2, 0), "total": (2, 0)}


ALONE = (
    a_block_gives_the_least_filled_of_its_cells,
    a_block_passes_over_a_full_cell,
    a_block_without_room_gives_no_place_at_all,
    a_full_total_closes_every_block,
    an_unknown_cell_beside_a_block_gives_no_place_at_all,
)


def _claim(stage: Stage, person: uuid.UUID) -> str:
    """Post the quota page for a place in the total and in one of F and H."""
    block = [stage.ids["F"], stage.ids["H"]]
    return places.save(stage.post(person, QUOTA_PAGE), takes=True, cells=[stage.ids["total"]], blocks=[block]).state
