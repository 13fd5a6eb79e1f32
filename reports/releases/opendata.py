"""The figures of a publication as an open file: how many people gave each answer, small counts hidden."""

from __future__ import annotations

import csv
import io
from typing import Any

from reports.core.suppression import guard
from reports.evidence import DEMONSTRATION
from reports.models import Release

COLUMNS = ("figure", "published_as", "sentence", "base", "n", "gave_the_answer", "did_not", "printed", "percent", "margin")
HIDDEN = "…"


def figures_csv(release: Release) -> bytes:
    """Return one line for each published figure, under lines that say what it is; a count under eleven is hidden, and with it
    every number that would give it away."""
    survey, text = release.wave.survey, io.StringIO()
    about = [
        f"{survey.title}, {release.wave.code}, publication {release.number} ({release.published_at:%Y-%m-%d})",
        f"Institute: {release.wave.institute or survey.institute}. Sponsor: {survey.sponsor}. n = {release.figures['n']}.",
        f"Counts are unweighted, percentages weighted. {HIDDEN} = hidden, since fewer than 11 people could be told apart.",
        *([DEMONSTRATION] if survey.is_demonstration else []),
    ]
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([f"# {line}"] for line in about)
    writer.writerow(COLUMNS)
    receipts = release.figures["receipts"][survey.default_language]
    writer.writerows(_row(receipts[code]) for code in receipts if receipts[code]["is_published"])
    return text.getvalue().encode("utf-8-sig")


def _row(receipt: dict[str, Any]) -> list[Any]:
    estimate = receipt["estimate"]
    [[selected, others]] = guard([[estimate["selected"], estimate["n"] - estimate["selected"]]]).counts
    base, told = receipt["base"]["name"], [receipt["figure"], " ".join(receipt["published_as"]), receipt["sentence"]]
    if selected is None:
        return [*told[:2], HIDDEN, base, estimate["n"], HIDDEN, HIDDEN, HIDDEN, HIDDEN, HIDDEN]
    percent = estimate.get("percent", estimate["raw_percent"])
    return [*told, base, estimate["n"], selected, others, receipt["printed"], f"{percent:.4f}", f"{estimate.get('margin') or 0:.4f}"]
