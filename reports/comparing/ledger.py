"""The comparability ledger of two waves: six aspects computed from what is stored, each as a person may have confirmed it.

One decision comes of it, and every sentence, chart, table, receipt and document follows it: see ``Ledger.is_indicative``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import cast

from reports.core.comparing import PER_FIGURE, UNKNOWN, Judged, Ledger, Line, alike, measured_alike, weighted_alike
from reports.models import Comparability, Figure
from surveys.core.versions import SAME, Verdict, worst_of
from surveys.models import Survey, Wave
from surveys.versions import verdicts

Key = tuple[int | None, int | None, str, str]


@dataclass(frozen=True)
class Confirmed:
    """What people confirmed of a survey's waves, by (wave, other wave, aspect, figure)."""

    rows: Mapping[Key, Comparability] = field(default_factory=dict)

    @classmethod
    def of(cls, survey: Survey) -> Confirmed:
        """Read what was confirmed of all waves of a survey, in one query."""
        rows = Comparability.objects.filter(wave__survey=survey).exclude(confirmed="").select_related("by")
        return cls({(row.wave_id, row.other_id, row.aspect, row.subject): row for row in rows})

    def of_line(self, now: Wave, then: Wave, line: Line) -> Line:
        """Return the line as confirmed; a confirmation falls once what it judged is computed otherwise."""
        row = self.rows.get((now.pk, then.pk, line.aspect, line.subject))
        if row is None or row.computed != line.computed:
            return line
        return replace(line, confirmed=cast("Judged", row.confirmed), reason=row.reason, by=str(row.by or ""))


NOTHING_CONFIRMED = Confirmed()


def ledger_of(now: Wave, then: Wave, figures: Iterable[Figure], confirmed: Confirmed) -> Ledger:
    """Return what is judged of ``now`` against ``then``: of the waves as such, and of each of the figures."""
    lines = [*_of_waves(now, then), *(line for figure in figures for line in _of_figure(now, then, figure))]
    return Ledger(tuple(confirmed.of_line(now, then, line) for line in lines), is_declared=bool(then.comparability or now.comparability))


def verdict_on(figure: Figure, then: Wave, now: Wave) -> Verdict:
    """Say whether a figure measures the same in two waves of ours: its questions, its base, and whatever leads to them."""
    return _verdict(then, now, [*figure.questions, f"base {figure.base}"])


def is_broken(ledger: Ledger, verdict: Verdict) -> bool:
    """Say whether the questionnaires did not measure the same, and nobody confirmed that they did."""
    return not verdict.is_comparable and any(line.holds == "different" for line in ledger.lines if line.aspect in PER_FIGURE)


def _of_figure(now: Wave, then: Wave, figure: Figure) -> Iterable[Line]:
    if then.questionnaire_id is None or now.questionnaire_id is None:
        yield from (Line(aspect, figure.code, "different", UNKNOWN) for aspect in PER_FIGURE)
        return
    for aspect, names in (("wording", figure.questions), ("base", [f"base {figure.base}"])):
        verdict = _verdict(then, now, names)
        yield measured_alike(aspect, figure.code, verdict.weight, (difference.why for difference in verdict.because))


def _of_waves(now: Wave, then: Wave) -> Iterable[Line]:
    survey, is_ours = now.survey, then.kind != Wave.Kind.EXTERNAL
    yield alike("mode", now.mode or survey.mode, then.mode or survey.mode if is_ours else then.mode, blank_is_same=is_ours)
    theirs = then.institute or (survey.institute if is_ours else "")
    yield alike("institute", now.institute or survey.institute, theirs, blank_is_same=is_ours)
    people = next((text for text in survey.population.values() if text), "")
    yield alike("universe", people, people if is_ours else "", blank_is_same=is_ours)
    yield weighted_alike(now.weighting, then.weighting, is_known=is_ours)


def _verdict(then: Wave, now: Wave, names: Iterable[str]) -> Verdict:
    if then.questionnaire is None or now.questionnaire is None or then.questionnaire_id == now.questionnaire_id:
        return SAME
    found = verdicts(then.questionnaire, now.questionnaire)
    return worst_of(found[name] for name in sorted(names) if name in found)
