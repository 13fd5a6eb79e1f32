"""The figures of a publication as an open file: how many people gave each answer, small counts hidden."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from reports.core.suppression import guard
from reports.evidence import DEMONSTRATION
from reports.models import Release
from reports.press import Press

COLUMNS = ("figure", "published_as", "sentence", "base", "n", "gave_the_answer", "did_not", "printed", "percent", "margin")
HIDDEN = "…"


def figures_csv(release: Release) -> bytes:
    """Return one line for each published figure, under lines that say what it is; a count under eleven is hidden, and with it
    every number that would give it away. The lines are in the survey's own language."""
    survey, text = release.wave.survey, io.StringIO()
    with override(survey.default_language):
        about = list(_about(release))
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([f"# {line}"] for line in about)
    writer.writerow(COLUMNS)
    receipts = release.figures["receipts"][survey.default_language]
    writer.writerows(_row(receipts[code]) for code in receipts if receipts[code]["is_published"])
    return text.getvalue().encode("utf-8-sig")


def _about(release: Release) -> Iterator[str]:
    survey, press = release.wave.survey, Press(release.wave.survey, release.wave.survey.default_language)
    yield _("%(survey)s, %(wave)s, publication %(number)s (%(day)s)") % {
        "survey": survey.title, "wave": release.wave.code, "number": release.number, "day": f"{release.published_at:%Y-%m-%d}",
    }  # fmt: skip
    yield _("Institute: %(institute)s. Sponsor: %(sponsor)s. People interviewed: %(n)s.") % {
        "institute": release.wave.institute or survey.institute, "sponsor": survey.sponsor, "n": press.count(release.figures["n"]),
    }  # fmt: skip
    yield _("Counts are unweighted, percentages weighted. %(hidden)s = hidden, since fewer than 11 people could be told apart.") % {
        "hidden": HIDDEN
    }
    if survey.is_demonstration:
        yield _(DEMONSTRATION)


def _row(receipt: dict[str, Any]) -> list[Any]:
    estimate = receipt["estimate"]
    [[selected, others]] = guard([[estimate["selected"], estimate["n"] - estimate["selected"]]]).counts
    base, told = receipt["base"]["name"], [receipt["figure"], " ".join(receipt["published_as"]), receipt["sentence"]]
    if selected is None:
        return [*told[:2], HIDDEN, base, estimate["n"], HIDDEN, HIDDEN, HIDDEN, HIDDEN, HIDDEN]
    percent = estimate.get("percent", estimate["raw_percent"])
    return [*told, base, estimate["n"], selected, others, receipt["printed"], f"{percent:.4f}", f"{estimate.get('margin') or 0:.4f}"]
