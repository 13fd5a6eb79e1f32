"""What stands beside the sheets is stored with its version, frozen with it, and comes back byte for byte."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from reports.study import export_study, load_study, store_study
from surveys.core.attachments import media_sheet
from surveys.core.files import read_workbook, write_workbook
from surveys.core.workbook import StudyRefused, sheet_of
from surveys.models import Attachment
from surveys.rewriting import rewrite
from tests.surveys.core.test_attachments import PNG, SVG
from tests.worlds import SMALL, sheet, study

pytestmark = pytest.mark.django_db
COMMUNES = sheet("lookups/communes.csv", "code,label,region\n42218,Saint-Étienne,84\n69123,Lyon,84\n75056,Paris,11")


def with_files(**changes):
    files = [COMMUNES, media_sheet("media/logo.png", PNG), media_sheet("media/plan.svg", SVG)]
    return {**study(**changes), **{each.name: each for each in files}}


def test_a_study_with_tables_and_images_comes_back_as_it_was(tmp_path):
    write_workbook(with_files(), tmp_path / "study")
    survey = load_study(tmp_path / "study")
    export_study(survey, tmp_path / "again")
    export_study(survey, tmp_path / "again.xlsx")
    files = sorted(path.relative_to(tmp_path / "study") for path in (tmp_path / "study").rglob("*.*"))
    assert len(files) == len(SMALL) + 3
    assert {file: (tmp_path / "again" / file).read_bytes() for file in files} == {
        file: (tmp_path / "study" / file).read_bytes() for file in files
    }
    assert read_workbook(tmp_path / "again.xlsx") == read_workbook(tmp_path / "study")
    assert survey.questionnaires.get().is_intact()


def test_another_image_or_table_is_another_version():
    store_study(with_files())
    store_study(with_files())
    with pytest.raises(StudyRefused, match="Version 1 is already stored with another content"):
        store_study({**with_files(), "media/logo.png": media_sheet("media/logo.png", PNG[:8] + PNG[9:])})


def test_once_published_the_database_refuses_any_change_to_them():
    questionnaire = store_study(with_files()).questionnaires.get()
    questionnaire.publish()
    for change in (
        lambda: Attachment.objects.update(content=b""),
        lambda: questionnaire.attachments.all().delete(),
        lambda: questionnaire.attachments.create(name="media/other.svg", content=SVG, sha256=""),
    ):
        with pytest.raises(DatabaseError, match="is published"), transaction.atomic():
            change()
    assert questionnaire.is_intact()


def test_the_tables_and_images_of_a_definition_are_read_from_what_is_stored():
    definition = store_study(with_files()).questionnaires.get().definition()
    assert definition.lookups["communes.csv"].values("region", "code") == {"42218": "84", "69123": "84", "75056": "11"}
    assert sorted(definition.media) == ["logo.png", "plan.svg"]


def test_an_image_that_no_file_is_is_a_mistake_with_its_place():
    choices = SMALL["choices"].replace("code,flags", "code,flags,media::image").replace(",\n", ",,\n")
    lines = [line if line.count(",") == 6 else f"{line}," for line in choices.strip().splitlines()]
    lines[1] = lines[1].strip() + "photo.png"
    with pytest.raises(StudyRefused) as refused:
        store_study(with_files(choices="\n".join(line.strip() for line in lines)))
    assert [str(mistake) for mistake in refused.value.mistakes] == [
        "choices:2:media::image: The media folder has no file “photo.png”; it has: logo.png, plan.svg."
    ]


def test_a_draft_that_is_edited_and_a_new_version_keep_them():
    questionnaire = store_study(with_files()).questionnaires.get()
    book = questionnaire.workbook()
    choices = book["choices"]
    rows = [
        (row.number, {**row.cells, "label::English (en)": "A person" if row["name"] == "X" else row.cells["label::English (en)"]})
        for row in choices
    ]
    changed = {**book, "choices": sheet_of("choices", choices.header, rows)}
    rewrite(questionnaire, changed, seen=questionnaire.fingerprint, said="Reworded")
    questionnaire.refresh_from_db()
    kept = questionnaire.workbook()
    assert [name for name in changed if kept[name] != changed[name]] == ["settings"]  # whose columns JSON puts in an order of its own
    assert questionnaire.is_intact()
    copy = questionnaire.copy_as("2")
    assert [(each.name, each.sheet()) for each in copy.attachments.all()] == [
        (each.name, each.sheet()) for each in questionnaire.attachments.all()
    ]
