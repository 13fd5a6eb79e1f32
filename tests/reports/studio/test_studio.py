"""A figure is made by picking, shown before it is kept, kept as a row of the study's sheet, and put in its place in the note."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from reports.aggregation import aggregate, is_stale
from reports.edition import Edition
from reports.models import Estimate, Figure, Release
from reports.page.pictures import poster_of
from reports.results import results_of
from reports.study import store_study, stored_study
from tests.reports.panel import interview, people
from tests.staff import history, log_in

pytestmark = pytest.mark.django_db
MAY = tuple(f"reports.{verb}_figure" for verb in ("view", "add", "change", "delete"))
ENGLISH = {"accept-language": "en"}
TRUST = {
    "kind": "share", "question": "q12_confiance_securite", "of": "q12_confiance_securite", "how": "any", "answers": ["1"], "base": "all",
    "base_kind": "named", "code": "very_sure", "says_fr": "font tout à fait confiance", "says_en": "fully trust it",
}  # fmt: skip


@pytest.fixture
def some(wave):
    """The wave of 2023 with one in four of its people, computed."""
    interview(wave, people()[::4])
    aggregate(wave)
    return wave


@pytest.fixture
def staff(client):
    """Somebody who may do everything in the studio."""
    return log_in(client, *MAY)


def rows(sheets):
    """Every cell of every sheet that holds something."""
    return {
        name: [(row.number, {column: text for column, text in row.cells.items() if text}) for row in sheet]
        for name, sheet in sheets.items()
    }


def post(client, wave, sent, code="", part="new/"):
    place = f"figures/{code}/" if code else part
    return client.post(f"/admin/results/{wave.pk}/studio/{place}", sent, headers=ENGLISH)


def as_shown(client, wave, code) -> dict[str, object]:
    """What the form of a figure would send, untouched."""
    form = client.get(f"/admin/results/{wave.pk}/studio/figures/{code}/").context["form"]
    return {name: value for name, value in form.initial.items() if value not in ("", None, False)}


def plain(response) -> str:
    return re.sub("[\u00a0\u202f]", " ", response.content.decode())


def test_the_preview_says_what_the_page_will_say(staff, some):
    shown = plain(post(staff, some, TRUST, part="new/preview/"))
    [number] = set(re.findall(r'<p class="proof-number">(\d+) ?%', shown))
    assert f"{number} % des personnes interrogées font tout à fait confiance." in shown
    assert f"{number}% of respondents fully trust it." in shown
    assert "n = 508" in shown
    assert f'<p class="proof-number">{number} %' in plain(post(staff, some, {**TRUST, "preview": "1"}))  # the button, without script
    assert not Figure.objects.filter(code="very_sure").exists()
    assert post(staff, some, {**TRUST, "keep": "1"}).status_code == 302
    assert is_stale(some)
    aggregate(some)
    assert f"{results_of(some)['very_sure'].estimate.percent:.0f}" == number


def test_a_figure_made_here_is_one_that_a_workbook_brings(staff, some):
    post(staff, some, {**TRUST, "keep": "1"})
    before = stored_study(some.survey)
    assert rows(before)["figures"][-1][1] == {
        "code": "very_sure", "selection": "${q12_confiance_securite} = '1'", "base": "all",
        "says::Français (fr)": "font tout à fait confiance", "says::English (en)": "fully trust it",
    }  # fmt: skip
    assert rows(before)["note"][-1][1]["figure"] == "very_sure"
    figures = list(some.survey.figures.order_by("row").values())
    store_study(before)
    assert rows(stored_study(some.survey)) == rows(before)
    assert list(some.survey.figures.order_by("row").values()) == figures


def test_a_figure_kept_as_it_was_changes_nothing_in_the_study(staff, some):
    before, estimates = rows(stored_study(some.survey)), set(Estimate.objects.values_list("pk", flat=True))
    for code in some.survey.figures.values_list("code", flat=True):
        assert post(staff, some, {**as_shown(staff, some, code), "keep": "1"}, code).status_code == 302, code
    assert rows(stored_study(some.survey)) == before
    assert set(Estimate.objects.values_list("pk", flat=True)) == estimates
    assert not is_stale(some)


def test_means_are_drawn_on_the_scale_of_their_question(staff, some):
    question = next(name for name, each in some.questionnaire.definition().questions.items() if name == "q12_confiance_securite")
    shown = plain(
        post(staff, some, {**TRUST, "kind": "mean", "measure": question, "question": "", "of": "", "answers": []}, part="new/preview/")
    )
    assert '<line class="scale"' in shown
    assert "Points on a scale from 1 to 4:" in shown
    assert "95 per cent interval:" in shown


def test_the_picture_of_a_mean_says_what_its_line_is(staff, some):
    sent = {**TRUST, "kind": "mean", "measure": "q12_confiance_securite", "question": "", "of": "", "answers": [], "keep": "1"}
    assert post(staff, some, sent).status_code == 302
    aggregate(some)
    with override("en"):
        edition = Edition(results_of(some), "en")
        poster = poster_of(edition, edition.results["very_sure"])
    assert poster.scale == ("1", "4")
    assert "The line on both sides of a point shows the margin of error at the 95% confidence level." in poster.mentions


def test_each_refusal_stands_at_its_field(staff, some):
    for sent, field, words in (
        ({"answers": ["perhaps"]}, "answers", "Select a valid choice"),
        ({"how": "written", "selection": "${q12_confiance_securite = 1"}, "selection", "At character"),
        ({"question": "q8_mes_utilise", "of": "q8_mes_utilise"}, "not_asked", "The base holds people not asked"),
        ({"answers": []}, "question", "This cell must be filled in."),
        ({"code": "appointment"}, "code", "Another figure has this code."),
        ({"says_en": ""}, "says_en", "This field is required."),
    ):
        response = post(staff, some, {**TRUST, **sent, "keep": "1"})
        assert response.status_code == 422
        with override("en"):
            assert words in str(response.context["form"].errors[field]), (field, response.context["form"].errors)
    assert not Figure.objects.filter(code="very_sure").exists()


def test_fewer_than_thirty_people_are_named_and_not_shown(staff, wave):
    interview(wave, people()[:29])
    shown = plain(post(staff, wave, TRUST, part="new/preview/"))
    assert "Not published: fewer than 30 people." in shown
    assert 'class="proof-number">…' in shown


def test_the_second_of_two_tabs_is_told_and_changes_nothing(staff, some):
    first = as_shown(staff, some, "know")
    assert post(staff, some, {**first, "says_en": "know it", "keep": "1"}, "know").status_code == 302
    second = post(staff, some, {**first, "says_en": "have no idea", "keep": "1"}, "know")
    assert second.status_code == 422
    assert "Somebody changed this figure since you opened it" in second.content.decode()
    assert Figure.objects.get(code="know").says["en"] == "know it"
    assert history(some.survey) == ["Figure know changed."]


def test_the_note_is_put_in_order_line_by_line(staff, some):
    page = staff.get(f"/admin/results/{some.pk}/studio/")
    before = list(some.survey.note_items.order_by("position").values_list("pk", flat=True))
    sent = {"item": before[3], "to": 2, "seen": page.context["seen"]}
    staff.post(f"/admin/results/{some.pk}/studio/order/", sent)
    texts = list(some.survey.note_items.order_by("position").values_list("pk", flat=True))
    assert texts == [*before[:2], before[3], before[2], *before[4:]]
    staff.post(f"/admin/results/{some.pk}/studio/order/", sent)
    assert list(some.survey.note_items.order_by("position").values_list("pk", flat=True)) == texts
    store_study(stored_study(some.survey))


def test_a_hidden_figure_is_read_by_nobody_until_it_is_shown_again(staff, some):
    seen = as_shown(staff, some, "know")["seen"]
    staff.post(f"/admin/results/{some.pk}/studio/figures/know/standing/", {"standing": "hidden", "seen": seen})
    assert "know" not in [result.figure.code for result in results_of(some)]
    assert staff.get("/results/numerique-en-sante/2023/figures/know/").status_code == 404
    assert rows(stored_study(some.survey))["figures"][8][1]["standing"] == "hidden"
    store_study(stored_study(some.survey))
    seen = as_shown(staff, some, "know")["seen"]
    staff.post(f"/admin/results/{some.pk}/studio/figures/know/standing/", {"standing": "shown", "seen": seen})
    assert results_of(some)["know"].estimate is not None


def test_a_published_figure_is_retired_and_never_deleted(staff, some):
    now = timezone.now()
    Release.objects.create(
        wave=some, number=1, published_at=now, public_from=now, figures={"figures": [{"code": "know"}]}, notice={}, sha256="0"
    )
    page = staff.get(f"/admin/results/{some.pk}/studio/figures/know/", headers=ENGLISH)
    assert "This figure is published." in page.content.decode()
    staff.post(f"/admin/results/{some.pk}/studio/figures/know/delete/", {"seen": page.context["seen"]})
    assert Figure.objects.filter(code="know").exists()
    seen = as_shown(staff, some, "trust")["seen"]
    staff.post(f"/admin/results/{some.pk}/studio/figures/trust/delete/", {"seen": seen})
    assert not Figure.objects.filter(code="trust").exists()


def test_those_who_may_only_look_change_nothing(client, some):
    log_in(client, "reports.view_figure")
    assert client.get(f"/admin/results/{some.pk}/studio/figures/know/").status_code == 200
    assert post(client, some, {**as_shown(client, some, "know"), "keep": "1"}, "know").status_code == 403
    assert post(client, some, TRUST, part="new/preview/").status_code == 403
    assert client.post(f"/admin/results/{some.pk}/studio/order/", {}).status_code == 403


def test_the_list_asks_as_much_of_three_figures_as_of_one(staff, some):
    def queries(kept):
        some.survey.figures.exclude(code__in=kept).delete()
        with CaptureQueriesContext(connection) as asked:
            staff.get(f"/admin/results/{some.pk}/studio/")
        return len(asked)

    staff.get(f"/admin/results/{some.pk}/studio/")
    assert queries(["know", "trust", "used"]) == queries(["know"])
