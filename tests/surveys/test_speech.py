"""A page in a language of the study that is none of ours: the study's words, English for the rest, and never a mix of others."""

from __future__ import annotations

from django.utils.translation import get_language, gettext, override

from surveys.core.languages import missing_texts
from surveys.core.reading import read_questionnaire
from surveys.core.workbook import Report, sheet_of
from surveys.form.page_messages import page_messages
from surveys.form.pages import PageView, compile_page
from surveys.form.speech import speaking
from tests.surveys.forms_of_every_kind import form
from tests.worlds import sheet

WORDS = """
    message,text::العربية (ar)
    Continue,متابعة
    Progress: %(progress)s%%,التقدم: %(progress)s%%
    Choose an answer.,اختر إجابة.
"""


def arabic(words: str = WORDS):
    book = form("begin_group,p,Une page,,,,field-list\nselect_one pays,q1,Un pays ?,yes\nend_group")
    report = Report()
    for name in ("survey", "choices", "bases"):
        given = book[name]
        columns = [column for column in given.header if column.endswith(("(fr)", "::fr"))]
        rows = [(row.number, {**row.cells, **{f"{c.partition('::')[0]}::ar": row[c] for c in columns}}) for row in given]
        book[name] = sheet_of(name, (*given.header, *(f"{c.partition('::')[0]}::ar" for c in columns)), rows)
    if words:
        book["words"] = sheet("words", words)
    return book, read_questionnaire(book, report), [str(mistake) for mistake in report.mistakes]


def test_a_study_brings_its_own_words():
    _book, questionnaire, mistakes = arabic()
    page = compile_page(questionnaire, questionnaire.page_by_name["p"], "ar")
    html = page.html(PageView("/", "r", {}, progress=40))
    assert mistakes == []
    assert 'lang="ar"' in html
    assert "متابعة" in html
    assert "التقدم: 40%" in html
    assert "Skip to content" in html
    assert page.parse({}, {}).errors == {"q1": "اختر إجابة."}


def test_the_words_of_django_never_come_between():
    with override("ar"):
        assert gettext("Yes") != "Yes"  # Django's own Arabic
    with override("fr"):
        with speaking("ar", {}):
            assert (get_language(), gettext("Yes"), gettext("Continue")) == ("ar", "Yes", "Continue")
        assert (get_language(), gettext("Continue")) == ("fr", "Continuer")


def test_words_that_lose_what_is_filled_in_are_refused():
    assert arabic("message,text::ar\nProgress: %(progress)s%%,التقدم\nContinue,100 %\n")[2] == [
        "words:2:text::ar: Keep what is filled in, such as %(count)s, as it stands in the message; a percent sign is doubled.",
        "words:3:text::ar: Keep what is filled in, such as %(count)s, as it stands in the message; a percent sign is doubled.",
    ]


def test_every_text_that_a_language_lacks_is_listed_with_its_place():
    book, _questionnaire, _mistakes = arabic()
    survey = book["survey"]
    rows = [(row.number, {**row.cells, "label::ar": ""} if row["name"] == "q1" else row.cells) for row in survey]
    book["survey"] = sheet_of("survey", survey.header, rows)
    book["lookups/a.csv"] = sheet("lookups/a.csv", "name,label::fr,label::ar\nx,Un,\n")
    found = missing_texts(book, ("Continue", "Back"))
    assert [(each.sheet, each.row, each.column, each.language, each.sample) for each in found] == [
        ("survey", 6, "label::ar", "ar", "Un pays ?"),
        ("lookups/a.csv", 2, "label::ar", "ar", "Un"),
        ("words", 0, "text", "ar", "Back"),
    ]


def test_the_messages_to_translate_are_those_of_the_pages():
    messages = page_messages()
    assert {"Continue", "Back", "Progress: %(progress)s%%", "Choose an answer.", "None of these: search again", "Thank you"} <= set(
        messages
    )
    with override("fr"):
        assert [message for message in messages if gettext(message) == message] == []
