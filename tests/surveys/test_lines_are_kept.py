"""Sections, loops and blocks are stored line by line, and come back as they were written."""

from __future__ import annotations

import pytest

from surveys.core.attachments import media_sheet
from surveys.loading import read_draft, save_study, study_sheets
from surveys.models import Page
from tests.surveys.core.test_attachments import PNG
from tests.surveys.forms_of_every_kind import form
from tests.worlds import sheet

LINES = """
    begin_group,bloc,
    begin_repeat,m,,,,,,,,,,shuffle,,marque
    begin_group,avis,Votre avis sur ${m},,,,field-list
    integer,note,La note
    begin_group,g,Grille,,,,table-list
    select_one pays,r,Hier
    end_group
    end_group
    end_repeat
    end_group
    begin_group,fin,Fin,,,,field-list
    text,mot,Un mot ?
    end_group
"""


@pytest.mark.django_db
def test_a_form_with_sections_loops_and_blocks_is_stored_and_comes_back():
    waves = sheet("waves", "code,kind,starts,ends,label::fr,questionnaire_version\nv1,own,2026-01-05,2026-01-09,Vague 1,1")
    draft = read_draft({**form(LINES), "waves": waves, "media/sncf.png": media_sheet("media/sncf.png", PNG)})
    draft.report.raise_if_any()
    survey = save_study(draft)
    questionnaire = survey.questionnaires.get()
    assert study_sheets(survey)["survey"] == form(LINES)["survey"]
    assert questionnaire.is_intact()
    assert [page.name for page in questionnaire.definition().pages] == ["accueil", "avis_sncf", "avis_db", "avis_autre", "fin"]
    assert [(page.name, page.row, page.end_row) for page in Page.objects.all()] == [("accueil", 2, 4), ("avis", 7, 12), ("fin", 15, 17)]
    assert [(line.type, line.page.name if line.page else "") for line in questionnaire.questions.filter(row__gt=4)] == [
        ("begin_group", ""),
        ("begin_repeat", ""),
        ("integer", "avis"),
        ("begin_group", "avis"),
        ("select_one pays", "avis"),
        ("end_group", "avis"),
        ("end_repeat", ""),
        ("end_group", ""),
        ("text", "fin"),
    ]
