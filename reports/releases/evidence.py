"""The evidence of a publication: everything that its figures are computed from, in files that anybody can read and compute again.

The people's lines are sorted by what they hold, so that their order tells nothing of who came when; only the variables that the
figures and the weights need are in it. The same interviews give the same bytes.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from reports.core.computation import combine, single_columns
from reports.core.in_r import in_r
from reports.dataset import Dataset, RecordsDisagree, read, snapshot
from reports.edition import Edition
from reports.releases.verify import VERSION, WEIGHT
from reports.results import Result, counted_base, results_of
from reports.weightings.raking import Plan, design_weights, main_plan, weigh
from surveys.core.columns import Column, MultipleColumn
from surveys.core.expressions import as_text
from surveys.models import Wave

HERE = Path(__file__).parent
VERIFIERS = ("verify.py", "verify.R")
NUMBERS = ("n", "raw", "percent", "value", "weighted_n", "effective_n", "standard_error", "margin", "low", "high")
PRECISION = NUMBERS[4:]
FOR_R = ("code", "kind", "measure", "selection", "base", "versions", *NUMBERS, "printed")
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the date of every file in the archive: the moment is no part of the proof

README = """Evidence of {survey}, wave {wave}: {n} people.

    python3 verify.py {name}

computes every published figure again from records.csv alone, and says which are equal. It needs nothing but Python 3.10.
Rscript verify.R {name} does the same with R, which needs no package; figures.csv and margins.csv hold for it
what figures.json and study.json hold. study.json holds the conditions of the figures, the margins and how the weights
were made; figures.json what was published; manifest.json the fingerprint (SHA-256) of each file. The fingerprint of
manifest.json itself is the one printed with the publication.
"""


@dataclass(frozen=True)
class Evidence:
    """An evidence file: its bytes, the fingerprint of its manifest, and the figures as published."""

    content: bytes
    sha256: str
    figures: Mapping[str, Any]


def evidence_of_wave(wave: Wave, language: str) -> Evidence:
    """Return the evidence of a wave's figures as they stand, printed in ``language``.

    Raises RecordsDisagree when the figures were computed from other interviews than those stored now.
    """
    with snapshot():
        edition = Edition(results_of(wave), language)
        names = _names(wave, edition)
        assert wave.questionnaire is not None, "a wave with results has a questionnaire"
        dataset = read(wave, wave.questionnaire.codebook(), names)
        aggregation = edition.results.aggregation
        if aggregation is None or (aggregation.n, aggregation.revisions) != (dataset.counted.n, dataset.counted.revisions):
            raise RecordsDisagree(f"{wave}: the figures are not those of the interviews stored now.")
        columns = dataset.columns(names)
        weights = _weights(wave, columns, len(dataset.matrix)) if edition.state == "weighted" else None
    figures, study = _figures(edition, dataset), _study(wave, columns, weights is not None)
    files = {
        "records.csv": _records(columns, dataset, weights),
        "study.json": _json(study),
        "figures.json": _json(figures),
        "figures.csv": _table(FOR_R, [_for_r(edition, result, figure) for result, figure in _published(edition, dataset)]),
        "margins.csv": _table(("variable", "category", "percent", "low", "high"), _margins(study)),
        **({"design.csv": _table(("variable", "answer", "weight"), designed)} if (designed := _designed(study)) else {}),
        **{name: (HERE / name).read_bytes() for name in VERIFIERS},
        "README.txt": README.format(survey=wave.survey.title, wave=wave.code, n=edition.n, name=file_name(wave)).encode(),
    }
    manifest = _json({"files": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}})
    return Evidence(_zipped({**files, "manifest.json": manifest}), hashlib.sha256(manifest).hexdigest(), figures)


def file_name(wave: Wave) -> str:
    """Return the name of a wave's evidence file."""
    return f"{wave.survey.slug}-{wave.code}-evidence.zip"


def _names(wave: Wave, edition: Edition) -> list[str]:
    needed = set(main_plan(wave).names)
    for result in edition.results:
        needed |= result.questions | (result.base.condition.variables if result.base.condition else frozenset())
    return [name for name in edition.results.questionnaire.questions if name in needed]


def _weights(wave: Wave, columns: Mapping[str, Column | MultipleColumn], size: int) -> Sequence[float]:
    assert wave.questionnaire is not None, "a wave with results has a questionnaire"
    combinations = combine(single_columns(columns, main_plan(wave).names), size)
    weighting, _refusal = weigh(wave, wave.questionnaire.definition(), combinations)
    assert weighting is not None, "the figures are weighted"
    found: list[float] = weighting.combination_weights[combinations.of].tolist()
    return found


def _records(columns: Mapping[str, Column | MultipleColumn], dataset: Dataset, weights: Sequence[float] | None) -> bytes:
    size = len(dataset.matrix)
    cells = [_texts(column.answers(size) if isinstance(column, MultipleColumn) else column) for column in columns.values()]
    beside = {VERSION: _versions(dataset)} if dataset.earlier else {}
    if weights is not None:
        beside[WEIGHT] = [repr(weight) for weight in weights]
    return _table([*columns, *beside], sorted(zip(*cells, *beside.values(), strict=True)))


def _versions(dataset: Dataset) -> list[str]:
    """The version of the questionnaire that each person filled, '' the wave's own."""
    versions = [""] * len(dataset.matrix)
    for each in dataset.earlier:
        versions[each.rows.start : each.rows.stop] = [each.version] * len(each.rows)
    return versions


def _texts(column: Column) -> list[str]:
    words = np.array([as_text(value) for value in column.values], dtype=object)
    return list(words[column.index])


def _study(wave: Wave, columns: Mapping[str, Column | MultipleColumn], is_weighted: bool) -> dict[str, Any]:
    plan = main_plan(wave)
    margins: dict[str, dict[str, float]] = {name: {} for name in wave.weighting}
    for margin in wave.margins.filter(variable__in=wave.weighting).order_by("row"):
        margins[margin.variable][margin.category] = float(margin.percent)
    questionnaire = wave.questionnaire
    return {
        "survey": wave.survey.slug,
        "title": wave.survey.title,
        "wave": wave.code,
        "data_kind": wave.survey.data_kind or "survey",
        "questionnaire": {"version": questionnaire.version, "sha256": questionnaire.fingerprint} if questionnaire else None,
        "multiples": [name for name, column in columns.items() if isinstance(column, MultipleColumn)],
        "is_weighted": is_weighted,
        "weighting": {
            "method": "bounded raking" if plan.bounds else "raking",
            "bounds": plan.bounds,
            "margins": margins,
            **({"design": _design(wave, plan, columns)} if plan.design else {}),
        }
        if is_weighted
        else None,
    }


def _design(wave: Wave, plan: Plan, columns: Mapping[str, Column | MultipleColumn]) -> dict[str, Any]:
    """The weight by design that people start from, by their answer."""
    own = single_columns(columns, plan.names)
    combinations = combine(own, len(next(iter(own.values())).index))
    given = {own[plan.design].values[place] for place in np.unique(own[plan.design].index).tolist()}
    weights = design_weights(wave, combinations, plan)
    return {"variable": plan.design, "weights": {answer: weight for answer, weight in weights.items() if answer in given}}


def _designed(study: Mapping[str, Any]) -> list[list[str]]:
    design = (study["weighting"] or {}).get("design")
    return [[design["variable"], answer, repr(weight)] for answer, weight in design["weights"].items()] if design else []


def _figures(edition: Edition, dataset: Dataset) -> dict[str, Any]:
    return {
        "language": edition.press.language,
        "n": edition.n,
        "figures": [figure for _result, figure in _published(edition, dataset)],
    }


def _published(edition: Edition, dataset: Dataset) -> list[tuple[Result, dict[str, Any]]]:
    return [(result, _figure(edition, result, dataset)) for result in edition.results if result.estimate]


def _for_r(edition: Edition, result: Result, figure: Mapping[str, Any]) -> list[str]:
    base = counted_base(result, edition.results.questionnaire)
    conditions = [in_r(result.selection if result.figure.selection else None), in_r(base)]
    numbers = ["" if figure[name] is None else repr(figure[name]) for name in NUMBERS]
    versions = "|".join(f":{version}" for version in figure["versions"] or ())
    return [figure["code"], figure["kind"], figure["measure"], *conditions, versions, *numbers, figure["printed"] or ""]


def _margins(study: Mapping[str, Any]) -> list[list[str]]:
    margins = study["weighting"]["margins"] if study["is_weighted"] else {}
    bounds = [repr(bound) for bound in (study["weighting"] or {}).get("bounds") or ()] or ["", ""]
    return [[variable, category, repr(percent), *bounds] for variable, shares in margins.items() for category, percent in shares.items()]


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return text.getvalue().encode()


def _figure(edition: Edition, result: Result, dataset: Dataset) -> dict[str, Any]:
    value, estimate, figure = edition.value(result), result.estimate, result.figure
    assert estimate is not None, "only what was estimated is published"
    told, base = value is not None, counted_base(result, edition.results.questionnaire)
    return {
        "code": figure.code,
        "kind": figure.kind,
        "measure": figure.measure,
        "selection": figure.selection,
        "base": {"code": result.base.code, "condition": base.text if base else ""},
        "versions": _counted_versions(result, dataset),
        "n": estimate.n,
        "percent": value if not figure.is_measure else None,
        "value": value if figure.is_measure else None,
        "raw": estimate.raw_number if told else None,
        **{name: getattr(estimate, name) if told else None for name in PRECISION},
        "printed": edition.printed(result) or None,
        "sentence": edition.sentence(result) if told else None,
    }


def _counted_versions(result: Result, dataset: Dataset) -> list[str] | None:
    """The versions that measure what a figure needs, '' the wave's own; None where everybody filled that one."""
    needed = result.questions | (result.base.condition.variables if result.base.condition else frozenset())
    measuring = [each.version for each in dataset.earlier if not each.unmeasured.intersection(needed)]
    return ["", *measuring] if dataset.earlier else None


def _json(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _zipped(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, LONG_AGO), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
