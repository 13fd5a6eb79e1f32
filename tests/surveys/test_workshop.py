"""The workshop: a draft changed screen by screen, nothing lost to two editors, published versions left alone."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports.study import load_study, store_study
from surveys.core.editing import replace_cells
from surveys.loading import study_sheets
from surveys.models import Questionnaire
from surveys.models.edits import KEPT, Edit
from surveys.rewriting import rewrite
from tests.staff import history, log_in
from tests.worlds import Respondent, study

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en"}
TABLES = ("surveys_questionnaire", "surveys_question", "surveys_page", "surveys_choice", "surveys_base", "surveys_edit", "django_admin_log")


@pytest.fixture
def draft():
    return store_study(study()).questionnaires.get()


@pytest.fixture
def editor(client, draft):
    """Somebody who may change questionnaires; ``do`` posts to an address of the workshop what its page would post."""
    log_in(client, "surveys.view_questionnaire", "surveys.change_questionnaire")

    def do(at: str, seen: str = "", **fields):
        address = f"/admin/workshop/{draft.pk}/{at}"
        seen = seen or Questionnaire.objects.get(pk=draft.pk).fingerprint
        return client.post(address, {"seen": seen, **fields}, headers=ENGLISH)

    client.do = do
    return client


def row_of(draft, name: str) -> int:
    return draft.questions.get(name=name).row


def line(draft, question: str, /, **changes) -> dict[str, str]:
    """What the form of a line posts when only ``changes`` are typed into it."""
    from surveys.workshop.desk import open_desk
    from surveys.workshop.forms import LineForm, sort_of

    desk = open_desk(draft.pk)
    row = next(row for row in desk.workbook["survey"] if row["name"] == question)
    form = LineForm(None, desk=desk, row=row, sort=sort_of(row, desk.kinds[row.number]))
    values = {name: field.initial for name, field in form.fields.items()}
    return {name: "on" if value is True else value for name, value in {**values, **changes}.items() if value not in (None, False)}


def told(response) -> str:
    return " ".join(response.content.decode().split())


def test_saving_a_line_untouched_changes_nothing(editor, draft):
    for question in draft.questions.exclude(name=""):
        assert editor.do(f"lines/{question.row}/", **line(draft, question.name)).status_code == 302
    assert Questionnaire.objects.get().fingerprint == draft.fingerprint
    assert (Edit.objects.count(), history(draft)) == (0, [])


def test_a_wording_is_changed_and_everything_else_stays(editor, draft):
    before = study_sheets(draft.survey)
    editor.do(f"lines/{row_of(draft, 'q2')}/", **line(draft, "q2", label__en="Are you happy?"))
    after = study_sheets(draft.survey)
    cells = [
        (row.number, column)
        for row, old in zip(after["survey"], before["survey"], strict=True)
        for column in row.cells
        if row.cells[column] != old.cells[column]
    ]
    assert cells == [(row_of(draft, "q2"), "label::English (en)")]
    assert {name for name in before if before[name] != after[name]} == {"survey"}
    assert Questionnaire.objects.get().is_intact()
    assert history(draft) == ["q2: edited."]


def test_a_question_is_added_where_it_was_asked_for(editor, draft):
    after = row_of(draft, "q2")
    response = editor.do(
        f"add/?sort=integer&after={after}", type="integer", name="q2b", label__fr="Combien ?", label__en="How many?", required="on", min="0"
    )
    assert response.url == f"/admin/workshop/{draft.pk}/lines/{after + 1}/"
    question = Questionnaire.objects.get().definition().questions["q2b"]
    assert (question.kind, question.labels, question.required, question.minimum) == (
        "integer",
        {"fr": "Combien ?", "en": "How many?"},
        True,
        "0",
    )
    assert [q.name for q in Questionnaire.objects.get().definition().page_by_name["avis"].questions] == ["q2", "q2b"]


def test_a_page_is_added_moved_copied_and_deleted(editor, draft):
    def pages():
        return list(Questionnaire.objects.get().pages.values_list("name", flat=True))

    last = max(page.end_row for page in draft.pages.all())
    editor.do(f"add/?sort=page&after={last}", name="merci", label__fr="Merci", label__en="Thanks", appearance="field-list")
    assert pages() == ["accueil", "profil", "usages", "avis", "fin", "merci"]
    editor.do(f"lines/{last + 1}/move/", up="")
    assert pages() == ["accueil", "profil", "usages", "avis", "merci", "fin"]
    row = Questionnaire.objects.get().pages.get(name="fin").row
    editor.do(f"lines/{row}/duplicate/")
    assert pages() == ["accueil", "profil", "usages", "avis", "merci", "fin", "fin_2"]
    page = told(
        editor.get(f"/admin/workshop/{draft.pk}/lines/{Questionnaire.objects.get().pages.get(name='usages').row}/delete/", headers=ENGLISH)
    )
    assert "It is referred to elsewhere" in page
    editor.do(f"lines/{row}/delete/")
    assert pages() == ["accueil", "profil", "usages", "avis", "merci", "fin_2"]


def test_a_new_name_follows_in_filters_and_bases(editor, draft):
    editor.do(f"lines/{row_of(draft, 'q1')}/", **line(draft, "q1", name="outils_employes"))
    form = Questionnaire.objects.get().definition()
    assert form.page_by_name["avis"].relevant.text == "not(selected(${outils_employes}, 'aucun'))"
    assert form.bases["users"].condition.text == "not(selected(${outils_employes}, 'aucun'))"


def test_an_unfinished_draft_is_kept_shows_its_mistakes_and_is_not_published(editor, draft):
    editor.do(f"lines/{row_of(draft, 'q3')}/", **line(draft, "q3", relevant="${q9} = '1'"))
    page = told(editor.get(f"/admin/workshop/{draft.pk}/", headers=ENGLISH))
    assert "${q9} is not a question of the survey sheet." in page
    assert f'href="/admin/workshop/{draft.pk}/lines/{row_of(draft, "q3")}/"' in page
    with pytest.raises(ValidationError):
        draft.waves.get().move_to("test")
    assert Questionnaire.objects.get().published_at is None


def test_what_could_not_be_read_back_is_refused_and_stays_on_the_screen(editor, draft):
    response = editor.do(f"lines/{row_of(draft, 'q3')}/", **line(draft, "q3", name="q2", label__en="Typed words"))
    assert response.status_code == 409
    assert "“q2” is already the name of another row." in told(response)
    assert "Typed words" in told(response)
    assert Questionnaire.objects.get().fingerprint == draft.fingerprint


def test_of_two_editors_the_second_is_told_and_overwrites_nothing(editor, draft):
    editor.do(f"lines/{row_of(draft, 'q2')}/", **line(draft, "q2", label__en="First"))
    response = editor.do(f"lines/{row_of(draft, 'q2')}/", seen=draft.fingerprint, **line(draft, "q2", label__en="Second"))
    assert response.status_code == 409
    assert "Somebody else has changed this questionnaire" in told(response)
    assert "Second" in told(response)
    assert Questionnaire.objects.get().definition().questions["q2"].labels["en"] == "First"
    again = editor.do(f"lines/{row_of(draft, 'q2')}/", seen=response.context["seen"], **line(draft, "q2", label__en="Second"))
    assert again.status_code == 409, "the page kept what it had seen"


def test_edits_are_undone_one_after_the_other(editor, draft):
    for wording in ("One", "Two"):
        editor.do(f"lines/{row_of(draft, 'q2')}/", **line(draft, "q2", label__en=wording))
    editor.do("undo/")
    assert Questionnaire.objects.get().definition().questions["q2"].labels["en"] == "One"
    editor.do("undo/")
    assert Questionnaire.objects.get().fingerprint == draft.fingerprint
    assert study_sheets(draft.survey)["survey"] == study()["survey"]
    editor.do("undo/")
    assert history(draft)[-2:] == ["Undone: q2: edited."] * 2


def test_the_latest_edits_only_are_kept(editor, draft):
    for turn in range(KEPT + 3):
        Edit.objects.keep(draft.pk, {}, said=str(turn), after="")
    assert list(Edit.objects.values_list("said", flat=True)) == [str(turn) for turn in range(3, KEPT + 3)]


def choices(draft, name: str) -> dict[str, str]:
    posted = {}
    for choice in draft.choices.filter(list_name=name):
        posted |= {f"r{choice.row}-name": choice.name, f"r{choice.row}-code": choice.cells.get("code", ""), f"r{choice.row}-label__fr": choice.cells["label::Français (fr)"],
                   f"r{choice.row}-label__en": choice.cells["label::English (en)"], f"r{choice.row}-flags": choice.cells.get("flags", "").split()}  # fmt: skip
    return posted


def test_a_list_is_reworded_reordered_lengthened_and_its_choice_renamed(editor, draft):
    posted = choices(draft, "outils")
    first = draft.choices.get(list_name="outils", name="site").row
    last = draft.choices.get(list_name="outils", name="aucun").row
    editor.do("lists/outils/", **{**posted, f"r{last}-name": "rien", "up": str(first + 1), "rnew0-name": "borne", "rnew0-label__fr": "Une borne", "rnew0-label__en": "A kiosk", "rnew0-flags": ["anchored"]})  # fmt: skip
    form = Questionnaire.objects.get().definition()
    assert [(choice.name, sorted(choice.flags)) for choice in form.lists["outils"]] == [
        ("appli", []), ("site", []), ("autre", ["other"]), ("rien", ["exclusive"]), ("borne", ["anchored"])]  # fmt: skip
    assert form.page_by_name["avis"].relevant.text == "not(selected(${q1}, 'rien'))"


def test_bases_and_titles_are_edited(editor, draft):
    editor.do("bases/", **{"r2-code": "all", "r2-subject__fr": "des gens", "r2-subject__en": "of people", "r2-base_line__fr": "Ensemble", "r2-base_line__en": "All respondents",
                           "r3-code": "users", "r3-condition": "not(selected(${q1}, 'aucun'))", "r3-subject__fr": "des utilisateurs", "r3-subject__en": "of users",
                           "r3-base_line__fr": "Utilisateurs", "r3-base_line__en": "Users"})  # fmt: skip
    assert Questionnaire.objects.get().definition().bases["all"].words["en"]["subject"] == "of people"
    editor.do("settings/", **{"r2-form_title": "Un autre titre", "r2-sponsor": "Un commanditaire", "r2-default_language": "Français (fr)"})
    draft.survey.refresh_from_db()
    assert (draft.survey.title, draft.survey.slug, Questionnaire.objects.get().version) == ("Un autre titre", "petite-etude", "1")


@pytest.mark.parametrize(
    ("text", "mistakes", "words"),
    [
        ("${q1} = ", ["At character 8: the condition stops where this was expected"], False),
        ("${q3} = '1'", ["${q3}"], False),
        ("${sex} = 'Z'", ["“Z” is not a choice of sex"], False),
        ("${sex} = 'F'", [], True),
    ],
)
def test_a_condition_is_checked_as_it_is_typed(editor, draft, text, mistakes, words):
    query = {"sheet": "survey", "row": row_of(draft, "q2"), "column": "relevant", "text": text}
    answer = editor.get(f"/admin/workshop/{draft.pk}/condition/", query, headers=ENGLISH).json()
    assert [found.startswith(start) for found, start in zip(answer["mistakes"], mistakes, strict=True)] == [True] * len(mistakes)
    assert ("A woman" in answer["words"]) is words
    assert Questionnaire.objects.get().fingerprint == draft.fingerprint


def test_a_published_version_is_read_and_never_changed(editor, draft):
    draft.publish()
    page = told(editor.get(f"/admin/workshop/{draft.pk}/", headers=ENGLISH))
    assert "published, can no longer change" in page
    assert "/move/" not in page
    response = editor.do(f"lines/{row_of(draft, 'q2')}/", **line(draft, "q2", label__en="Changed"))
    assert "This version is published" in told(response)
    assert Questionnaire.objects.get().is_intact()


def test_only_those_who_may_change_questionnaires_do(client, draft):
    reader = log_in(client, "surveys.view_questionnaire")
    assert reader.get(f"/admin/workshop/{draft.pk}/").status_code == 200
    assert (
        reader.post(
            f"/admin/workshop/{draft.pk}/lines/{row_of(draft, 'q2')}/", {**line(draft, "q2"), "seen": draft.fingerprint}
        ).status_code
        == 403
    )
    for at in ("undo/", f"lines/{row_of(draft, 'q2')}/move/"):
        assert reader.post(f"/admin/workshop/{draft.pk}/{at}").status_code == 403
    client.logout()
    assert client.get(f"/admin/workshop/{draft.pk}/").url.startswith("/admin/login/")


def test_the_outline_costs_the_same_with_one_question_more(editor, draft):
    address = f"/admin/workshop/{draft.pk}/"
    with CaptureQueriesContext(connection) as before:
        editor.get(address)
    editor.do(f"lines/{draft.pages.get(name='fin').row}/duplicate/")
    with CaptureQueriesContext(connection) as after:
        editor.get(address)
    assert len(after) == len(before)


@pytest.mark.parametrize("state", ["draft", "published"])
def test_a_preview_writes_nothing(editor, draft, state):
    if state == "published":
        draft.publish()
    base = f"/admin/workshop/{draft.pk}/preview/"
    with CaptureQueriesContext(connection) as queries:
        for page in ("accueil", "profil", "usages", "avis", "fin"):
            for query in ({}, {"errors": "1", "test": "1", "seed": "b", "language": "en"}, {"random": "3"}):
                assert editor.get(base, {"page": page, **query}, follow=True).status_code == 200
                assert editor.get(base + "frame/", {"page": page, **query}).status_code == 200
    assert [query["sql"] for query in queries if not query["sql"].startswith(("SELECT", "SAVEPOINT", "RELEASE"))] == []


def test_a_preview_walks_from_page_to_page_with_its_answers_in_the_address(editor, draft):
    frame = f"/admin/workshop/{draft.pk}/preview/frame/"
    refused = editor.post(f"{frame}?page=profil&language=en", {"sex": "F", "years": "abc"})
    assert "Enter a whole number" in told(refused)
    following = editor.post(f"{frame}?page=profil&language=en", {"sex": "F", "years": "44"})
    assert following.url == f"{frame}?page=usages&language=en&answers=sex%3DF%0Ayears%3D44%0Aage%3Dancien".replace("%0Aage%3Dancien", "")
    skipped = editor.post(f"{frame}?page=usages&language=en", {"q1": "aucun"})
    assert "page=fin" in skipped.url
    assert "This is the end" in told(editor.post(f"{frame}?page=fin&language=en", {"q3": "2"}, headers=ENGLISH))
    assert editor.get(f"{frame}?page=fin").headers["X-Frame-Options"] == "SAMEORIGIN"


def test_a_line_is_previewed_as_typed_without_being_saved(editor, draft):
    response = editor.do(f"lines/{row_of(draft, 'q2')}/unsaved/", **line(draft, "q2", label__en="Another question?"))
    assert "Another question?" in told(response)
    assert Questionnaire.objects.get().fingerprint == draft.fingerprint


def test_trying_it_leads_to_a_door_whose_interviews_are_tests(editor, draft):
    from respondents.models import Interview, QuotaCell

    wave = draft.waves.get()
    wave.move_to("test")
    Respondent(editor).finish()
    interview = Interview.objects.get()
    assert (interview.state, interview.is_test) == ("completed", True)
    assert [(cell.reserved, cell.filled) for cell in QuotaCell.objects.filter(wave=wave)] == [(0, 0)] * QuotaCell.objects.filter(
        wave=wave
    ).count()
    assert "Open the test door" in told(editor.get(f"/admin/workshop/{draft.pk}/try/", headers=ENGLISH))


@pytest.fixture
def kitchen_sink():
    return load_study(Path("surveys/samples/kitchen-sink")).questionnaires.get()


def test_every_line_of_every_type_opens_and_saved_untouched_changes_nothing(client, kitchen_sink):
    log_in(client, "surveys.view_questionnaire", "surveys.change_questionnaire")
    before = study_sheets(kitchen_sink.survey)
    for name in [row["name"] for row in before["survey"] if row["name"]]:
        number = next(row.number for row in before["survey"] if row["name"] == name)
        address = f"/admin/workshop/{kitchen_sink.pk}/lines/{number}/"
        assert client.get(address).status_code == 200
        assert client.post(address, {"seen": kitchen_sink.fingerprint, **line(kitchen_sink, name)}).status_code == 302, name
    for name in dict.fromkeys(row["list_name"] for row in before["choices"]):
        assert client.get(f"/admin/workshop/{kitchen_sink.pk}/lists/{name}/").status_code == 200
    assert study_sheets(kitchen_sink.survey) == before
    assert Edit.objects.count() == 0


def test_every_page_of_every_type_is_previewed_with_and_without_its_errors(client, kitchen_sink):
    log_in(client, "surveys.view_questionnaire")
    frame = f"/admin/workshop/{kitchen_sink.pk}/preview/frame/"
    for page in kitchen_sink.definition().pages:
        answers = client.get(f"/admin/workshop/{kitchen_sink.pk}/preview/", {"page": page.name, "random": "7"})
        state = dict(parse_qsl(urlsplit(answers.url).query))
        for extra in ({}, {"errors": "1"}, {"seed": "x", "test": "1"}):
            assert client.get(frame, {**state, **extra}).status_code == 200, (page.name, extra)


@pytest.mark.parametrize(
    "broken", [{"type": "select_one nowhere"}, {"relevant": "${"}, {"type": "rubbish"}, {"label::Français (fr)": ""}, {"name": "é"}]
)
def test_a_broken_draft_still_opens_and_is_still_previewed(editor, draft, broken):
    book = replace_cells(draft.workbook(), "survey", row_of(draft, "q2"), broken)
    rewrite(draft, book, seen=draft.fingerprint, said="broken")
    for at in (
        "",
        f"lines/{row_of(draft, broken.get('name', 'q2'))}/",
        "lists/",
        "bases/",
        "settings/",
        "preview/?page=avis",
        "preview/frame/?page=avis&errors=1",
        "try/",
    ):
        assert editor.get(f"/admin/workshop/{draft.pk}/{at}").status_code == 200, at
