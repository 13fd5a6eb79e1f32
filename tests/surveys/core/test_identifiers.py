"""UUIDv7: made here, sorted by time."""

from __future__ import annotations

import time
import uuid

from surveys.core.identifiers import uuid7


def test_it_is_a_version_7_uuid_of_this_millisecond():
    before = time.time_ns() // 1_000_000
    made = uuid7()
    after = time.time_ns() // 1_000_000
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert before <= made.int >> 80 <= after


def test_later_ones_sort_later_as_numbers_and_as_text():
    made = []
    for _ in range(5):
        made.append(uuid7())
        time.sleep(0.002)
    assert sorted(made) == made
    assert sorted(map(str, made)) == list(map(str, made))


def test_no_two_are_alike():
    assert len({uuid7() for _ in range(10_000)}) == 10_000


def test_every_free_bit_is_drawn():
    drawn = [uuid7().int & ~(0xF << 76 | 0x3 << 62) & (1 << 80) - 1 for _ in range(500)]
    ever, always = 0, -1
    for number in drawn:
        ever, always = ever | number, always & number
    assert ever == (1 << 80) - 1 & ~(0xF << 76 | 0x3 << 62)
    assert always == 0
