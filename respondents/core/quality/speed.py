"""Too fast for the pages they had: over the whole interview, or page after page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from respondents.core.quality.cases import Case, Finding
from respondents.core.quality.rules import Rules, Rushing, Speeder
from respondents.core.quality.times import PageTime

PageTimes = Mapping[str, PageTime]

SHORTEST = 1.0  # second: a page that takes less at the median is filled by a program, and says nothing of reading


def too_fast(case: Case, times: PageTimes, completes: int, rules: Rules) -> Iterator[Finding]:
    """Yield at most one finding: a speeder, or else somebody who rushed; ``times`` are those of the wave's ``completes``.

    The yardstick is made of the pages that the person had, so a short route is not taken for haste.
    """
    pages = _comparable(case, times)
    slow_enough = True
    if rules.speeder is not None and completes >= rules.speeder.completes:
        found = _speeder(pages, times, rules.speeder)
        slow_enough = found is None
        yield from filter(None, [found])
    if rules.rushing is not None and slow_enough and completes >= rules.rushing.completes:
        yield from filter(None, [_rushed(pages, times, rules.rushing)])


def expected_seconds(case: Case, times: PageTimes) -> float:
    """Return how long the measured pages of an interview take at the median: the sum of their medians."""
    return sum(times[page].median for page in _comparable(case, times))


def _comparable(case: Case, times: PageTimes) -> Mapping[str, float]:
    """The seconds of the pages that were measured, here and in general, and that people read."""
    read = {page for page, time in times.items() if time.median >= SHORTEST}
    return {page: seconds for page, seconds in case.seconds.items() if seconds is not None and page in read}


def _speeder(pages: Mapping[str, float], times: PageTimes, rule: Speeder) -> Finding | None:
    seconds, expected = sum(pages.values()), sum(times[page].median for page in pages)
    if seconds >= rule.share * expected:
        return None
    return Finding("speeder", "", {"seconds": round(seconds, 1), "expected": round(expected, 1)})


def _rushed(pages: Mapping[str, float], times: PageTimes, rule: Rushing) -> Finding | None:
    rushed = [page for page, seconds in pages.items() if seconds < rule.share * times[page].median]
    if len(pages) < rule.measured or len(rushed) < rule.pages * len(pages):
        return None
    return Finding("rushing", "", {"rushed": len(rushed), "pages": len(pages)})
