"""The reference study's results as values, read from its sheets without a database, with percentages given by the test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from decimal import Decimal

from reports.models import Aggregation, Benchmark, Estimate, Figure, NoteItem
from reports.results import Comparison, Result, Results
from surveys.core.cells import texts
from surveys.core.files import read_workbook
from surveys.core.reading import read_questionnaire
from surveys.core.workbook import Report, Row
from surveys.models import Survey, Wave
from tests.reports.panel import SAMPLE

SHEETS = read_workbook(SAMPLE)
QUESTIONNAIRE = read_questionnaire(SHEETS, Report())

# Weighted percentages, bases and margins close to those of the panel, with what rounds up and what rounds down.
MEASURED = {
    "any_service": (90.1, 2032, 1.3),
    "appointment": (77.9, 2032, 1.8),
    "insurer": (56.2, 2032, 2.2),
    "messages": (39.4, 2032, 2.1),
    "coordination": (73.7, 2032, 1.9),
    "paperwork": (72.0, 2032, 2.0),
    "sensitive": (86.2, 2032, 1.5),
    "fears": (77.6, 2032, 1.8),
    "know": (82.0, 2032, 1.7),
    "used": (50.0, 2032, 2.2),
    "not_activated_reasons": (22.05, 1016, 2.6),
    "declared_activation": (34.99, 2032, 2.1),
    "right_of_access": (93.1, 2032, 1.1),
    "trust": (75.2, 2032, 1.9),
    "recommend": (91.0, 711, 2.1),
    "doctor": (57.0, 1016, 3.1),
}
NOT_ASKED = {"used": 366, "not_activated_reasons": 711, "declared_activation": 1016}


@dataclass
class Given:
    """What a test wants of the results: percentages by figure, how many people, and why they are not weighted."""

    measured: Mapping[str, tuple[float, int, float]] | None = None
    n: int = 2032
    refusal: Mapping[str, str] | None = None
    state: str = "closed"


def results(given: Given | None = None) -> Results:
    """Return the study's results as they would be gathered from the database."""
    given = given or Given()
    wave = _wave(given.state)
    aggregation = Aggregation(
        wave=wave, n=given.n, refusal=given.refusal or {}, computed_at=datetime(2023, 11, 27, 20, 0, tzinfo=timezone.utc),
        weighting_steps=6, min_weight=0.87, max_weight=1.15, efficiency=0.983, effective_n=1997.6,
    )  # fmt: skip
    measured = MEASURED if given.measured is None else given.measured
    rows = SHEETS["figures"].rows
    return Results(wave, QUESTIONNAIRE, aggregation, tuple(_result(key, row, aggregation, measured) for key, row in enumerate(rows, 1)))


def note(results: Results) -> list[NoteItem]:
    """Return the lines of the note's sheet."""
    keys = {result.figure.code: result.figure.pk for result in results}
    return [
        NoteItem(kind=row["kind"], figure_id=keys.get(row["figure"]), text={"fr": row["text_fr"], "en": row["text_en"]})
        for row in SHEETS["note"].rows
    ]


def _wave(state: str) -> Wave:
    cells = SHEETS["settings"].rows[0]
    survey = Survey(
        slug=cells["form_id"], title=cells["form_title"], sponsor=cells["sponsor"], sponsor_quality=cells["sponsor_quality"],
        institute=cells["institute"], population=texts(cells, "population"), limits=texts(cells, "limits"), mode=cells["mode"],
        languages=["fr", "en"], default_language="fr", data_kind=cells["data_kind"],
    )  # fmt: skip
    return Wave(
        survey=survey, code="2023", labels={"fr": "2023", "en": "2023"}, kind=Wave.Kind.OWN, state=state, starts="2023-11-22T08:00",
        ends="2023-11-27T20:00", mode="online", target=2000, weighting=["sex", "age", "region", "pcs", "agglo"],
    )  # fmt: skip


def _result(key: int, row: Row, aggregation: Aggregation, measured: Mapping[str, tuple[float, int, float]]) -> Result:
    figure = Figure(
        pk=key, code=row["code"], published_as=row["published_as"], says=texts(row, "says"), says_next=texts(row, "says_next"),
        selection=row["selection"], base=row["base"], compare_with=row["compare_with"],
        not_asked_counts_as_no=row["not_asked"] == "counts_as_no",
    )  # fmt: skip
    estimate = None
    if row["code"] in measured:
        percent, n, margin = measured[row["code"]]
        estimate = Estimate(
            figure=figure, n=n, percent=percent, raw_percent=percent, margin=margin, not_asked=NOT_ASKED.get(row["code"], 0)
        )
    return Result(figure, QUESTIONNAIRE.bases[row["base"]], estimate, _comparison(aggregation.wave.survey, figure), _benchmarks(figure))


def _comparison(survey: Survey, figure: Figure) -> Comparison | None:
    for row in SHEETS["external_figures"].rows:
        if row["figure"] == figure.code and row["wave"] == figure.compare_with:
            [past] = [wave for wave in SHEETS["waves"].rows if wave["code"] == row["wave"]]
            wave = Wave(
                survey=survey, code=past["code"], labels=texts(past, "label"), kind=past["kind"], starts=past["starts"],
                ends=past["ends"], institute=past["institute"], mode=past["mode"], comparability=texts(past, "comparability"),
            )  # fmt: skip
            return Comparison(wave, float(row["percent"]), int(row["n"]), int(row["n"]), texts(row, "wording"))
    return None


def _benchmarks(figure: Figure) -> tuple[Benchmark, ...]:
    return tuple(
        Benchmark(
            figure=figure, code=row["code"], percent=Decimal(row["percent"]), says=texts(row, "says"), source=texts(row, "source"),
            population=texts(row, "population"), population_differs=row["population_differs"] == "yes", date=row["date"],
            note=texts(row, "note"),
        )
        for row in SHEETS["benchmarks"].rows
        if row["figure"] == figure.code
    )  # fmt: skip
