"""``manage.py figures`` and ``manage.py aggregate``: every published percentage, printed and unrounded."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override

from tests.reports.panel import interview, people
from tests.reports.test_aggregation import PUBLISHED, UNROUNDED

pytestmark = pytest.mark.django_db
STUDY = ("numerique-en-sante", "2023")


def said(*command: str) -> str:
    """Return what a command prints, in English."""
    output = StringIO()
    with override("en"):
        call_command(*command, stdout=output)
    return output.getvalue()


@pytest.fixture
def computed(wave):
    """The wave with its whole panel, computed."""
    interview(wave, people())
    assert said("aggregate", *STUDY) == "16 figures computed from 2032 interviews.\nWeights from 0.945 to 1.009, efficiency 100.0 %.\n"
    return wave


def test_json_gives_the_19_figures_with_their_base_n_comparison_and_reference(computed):
    figures = json.loads(said("figures", *STUDY, "--format", "json"))["figures"]
    printed, bases = {}, {}
    for figure in figures:
        now, *before = figure["published_as"]
        printed[now] = int(figure["printed"].rstrip("%"))
        bases[now] = (figure["base"]["code"], figure["n"])
        assert figure["percent"] == pytest.approx(UNROUNDED[now]["raked"], abs=1e-9)
        assert figure["raw_percent"] == pytest.approx(UNROUNDED[now]["raw"], abs=1e-9)
        for past in before:
            comparison = figure["comparison"]
            printed[past] = int(comparison["printed"].rstrip("%"))
            assert (comparison["kind"], comparison["n"], comparison["is_indicative"]) == ("external", 2100, True)
            assert comparison["printed_gap"] == printed[now] - printed[past]
    assert printed == PUBLISHED
    special = {"F14": ("users", 1016), "F18": ("activated", 711), "F19": ("non_users", 1016)}
    assert bases == {code: special.get(code, ("all", 2032)) for code in printed if code not in ("F03", "F05", "F07")}
    declared = next(figure for figure in figures if figure["code"] == "declared_activation")
    (reference,) = declared["reference_measures"]
    assert (reference["percent"], reference["population_differs"]) == (15.0, True)


def test_json_names_the_demonstration(computed):
    figures = json.loads(said("figures", *STUDY, "--format", "json"))
    assert figures["data_kind"] == "demonstration"
    assert figures["mention"].startswith("Demonstration data: fictitious answers")
    assert (figures["n"], figures["weighting"]["weighting_steps"]) == (2032, 3)


def test_text_is_one_line_a_figure(computed):
    lines = said("figures", *STUDY).splitlines()
    assert len(lines) == 18
    assert lines[3].split() == [
        "appointment",
        "78%",
        "78.009137",
        "±",
        "1.80",
        "n",
        "=",
        "2032",
        "all",
        "2020:",
        "70%",
        "(n",
        "=",
        "2100,",
        "+8)",
    ]
    assert lines[13].endswith("real_activation: 15 %")


def test_figures_that_were_never_computed_say_what_to_run(wave):
    with pytest.raises(CommandError, match=r"run manage\.py aggregate numerique-en-sante 2023"):
        said("figures", *STUDY)


def test_an_external_wave_has_nothing_to_compute(wave):
    for command in ("figures", "aggregate"):
        with pytest.raises(CommandError, match="Wave 2020 has no interviews of ours"):
            said(command, "numerique-en-sante", "2020")


def test_unweighted_figures_say_why(wave):
    interview(wave, people()[:40])
    assert "Not weighted: Weighting will be possible once" in said("aggregate", *STUDY)
    figures = json.loads(said("figures", *STUDY, "--format", "json"))
    assert figures["is_weighted"] is False
    assert "percent" not in figures["figures"][0]
    assert figures["figures"][0]["n"] == 40
