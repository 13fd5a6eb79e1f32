"""A wave copied for another size: its numbers add up anew, its shares and words are as they were, its schedule stays behind."""

import pytest

from reports.core.next_wave import NextWave, limit_of, rescaled, with_next_wave
from tests.worlds import study

WAVES = """
    code,label::Français (fr),label::English (en),kind,starts,ends,time_zone,target,ceiling,questionnaire_version,weighting,opens_at,soft_limit
    v1,Vague 1,Wave 1,own,2026-01-05,2026-01-09,Europe/Paris,100,110,1,sex,2026-01-05 08:00,30
"""
CELLS = """
    wave,quota,categories,target,ceiling,minimum
    v1,sex,H,49,52,10
    v1,sex,F,51,none,
"""
WANTED = NextWave("v2", {"fr": "Vague 2", "en": "Wave 2"}, "2027-01-05", "2027-01-09", 333, "1")


def test_numbers_of_people_are_rescaled_so_that_they_still_add_up():
    assert rescaled([33, 33, 34], 100, 10) == [3, 3, 4]
    assert rescaled([49, 51], 100, 333) == [163, 170]
    assert rescaled([20, 20], 100, 50) == [10, 10], "a plan of part of the people stays that part"
    assert rescaled([0, 0], 100, 50) == [0, 0]


def test_a_limit_keeps_its_room_in_proportion():
    assert limit_of(110, 100, 200, 100, 200) == 220
    assert limit_of(101, 100, 50, 100, 50) == 51, "never less room than a whole person where there was one"
    assert limit_of(100, 100, 50, 100, 50) == 50


def test_the_wave_stands_in_every_sheet_and_nothing_else_is_touched():
    book = study(waves=WAVES, quota_cells=CELLS)
    copied = with_next_wave(book, "v1", WANTED)
    [old, new] = copied["waves"].rows
    assert old == book["waves"].rows[0]
    told = {
        name: new[name] for name in ("code", "label::Français (fr)", "starts", "target", "ceiling", "weighting", "opens_at", "soft_limit")
    }
    assert told == {"code": "v2", "label::Français (fr)": "Vague 2", "starts": "2027-01-05", "target": "333", "ceiling": "367", "weighting": "sex", "opens_at": "", "soft_limit": "30"}  # fmt: skip
    assert [(row["categories"], row["target"], row["ceiling"], row["minimum"]) for row in copied["quota_cells"].rows[2:]] == [
        ("H", "163", "173", "33"),
        ("F", "170", "none", ""),
    ]
    assert [row.number for row in copied["margins"]] == [2, 3, 4, 5]
    assert [(row["wave"], row["category"], row["percent"]) for row in copied["margins"].rows[2:]] == [("v2", "H", "50"), ("v2", "F", "50")]
    assert {row["compare_with"] for row in copied["figures"]} == {"v1"}
    assert all(copied[name] is book[name] for name in ("settings", "survey", "choices", "bases"))


def test_a_wave_that_the_study_has_not_is_not_copied():
    with pytest.raises(KeyError):
        with_next_wave(study(), "v9", WANTED)
