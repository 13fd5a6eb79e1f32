"""Tables and images beside the sheets: read from a folder and from a workbook, refused when they are not what they say."""

from __future__ import annotations

import pytest

from surveys.core.attachments import media_bytes, media_fault, media_sheet
from surveys.core.files import bytes_of_sheet, read_workbook, sheet_of_bytes, write_workbook
from surveys.core.fingerprint import fingerprint
from surveys.core.workbook import StudyRefused, sheet_of
from tests.surveys.forms_of_every_kind import form

PNG = b"\x89PNG\r\n\x1a\n" + b"\0\1\2" * 20_000 + b"\0\0\0\0IEND\xaeB`\x82"
SVG = b'<?xml version="1.0"?>\n<!-- drawn by hand -->\n<svg xmlns="http://www.w3.org/2000/svg"><path fill="url(#g)" d="M0 0"/></svg>'
COMMUNES = "code,label,postcode\n42218,Saint-Étienne,42000\n42218b,Saint-Étienne,42100\n\n69123,Lyon,69001\n"


def study_folder(path):
    path.mkdir()
    for folder, name, content in [
        (".", "settings.csv", b"form_title\nForm\n"),
        ("lookups", "communes.csv", COMMUNES.encode()),
        ("media", "logo.png", PNG),
        ("media", "plan.svg", SVG),
    ]:
        (path / folder).mkdir(exist_ok=True)
        (path / folder / name).write_bytes(content)
    return path


def mistakes(path):
    with pytest.raises(StudyRefused) as refused:
        read_workbook(path)
    return [str(mistake) for mistake in refused.value.mistakes]


def test_tables_and_images_are_sheets_of_the_workbook(tmp_path):
    book = read_workbook(study_folder(tmp_path / "study"))
    assert sorted(book) == ["lookups/communes.csv", "media/logo.png", "media/plan.svg", "settings"]
    assert [(row.number, row["label"]) for row in book["lookups/communes.csv"]] == [(2, "Saint-Étienne"), (3, "Saint-Étienne"), (5, "Lyon")]
    assert [len(row["base64"]) for row in book["media/logo.png"]] == [32_000, 32_000, 16_028]
    assert media_bytes(book["media/logo.png"]) == PNG


def test_they_travel_as_a_workbook_and_come_back_byte_for_byte(tmp_path):
    book = read_workbook(study_folder(tmp_path / "study"))
    write_workbook(book, tmp_path / "study.xlsx")
    again = read_workbook(tmp_path / "study.xlsx")
    assert again == book
    write_workbook(again, tmp_path / "again")
    for file in ("media/logo.png", "media/plan.svg"):
        assert (tmp_path / "again" / file).read_bytes() == (tmp_path / "study" / file).read_bytes()
    assert (tmp_path / "again" / "lookups" / "communes.csv").read_text() == COMMUNES.replace("\n\n", "\n,,\n")  # as every sheet


def test_a_sheet_and_its_bytes_are_the_same_thing(tmp_path):
    for name, sheet in read_workbook(study_folder(tmp_path / "study")).items():
        assert sheet_of_bytes(name, bytes_of_sheet(sheet)) == sheet


def test_a_file_that_is_none_of_the_sheets_keeps_the_folder_from_being_written(tmp_path):
    study_folder(tmp_path / "study")
    with pytest.raises(FileExistsError, match=r"lookups/communes\.csv.*media/logo\.png"):
        write_workbook({"settings": sheet_of("settings", ("form_title",), [])}, tmp_path / "study")


def test_a_table_may_have_a_hundred_thousand_rows_and_a_sheet_twenty_thousand(tmp_path):
    folder = study_folder(tmp_path / "study")
    (folder / "lookups" / "communes.csv").write_text("code\n" + "".join(f"{number}\n" for number in range(100_000)))
    assert len(read_workbook(folder)["lookups/communes.csv"].rows) == 100_000
    (folder / "lookups" / "communes.csv").write_text("code\n" + "".join(f"{number}\n" for number in range(100_001)))
    assert mistakes(folder) == ["lookups/communes.csv: Too large: at most 100,000 rows and 300 columns."]


@pytest.mark.parametrize(
    ("file", "content", "reason"),
    [
        ("logo.png", b"GIF89a", "Its content is not what its name says"),
        ("logo.png", SVG, "Its content is not what its name says"),
        ("photo.jpg", PNG, "Its content is not what its name says"),
        ("a.webp", b"RIFF\0\0\0\0WAVE", "Its content is not what its name says"),
        ("a.svg", b"<html></html>", "Its content is not what its name says"),
        ("a.svg", b"\xff\xfe<\0s\0v\0g\0", "Its content is not what its name says"),
        ("a.svg", b"<svg><script>alert(1)</script></svg>", "This svg holds more than a drawing"),
        ("a.svg", b"<svg onload='alert(1)'></svg>", "This svg holds more than a drawing"),
        ("a.svg", b"<svg><a xlink:href='https://example.org'/></svg>", "This svg holds more than a drawing"),
        ("a.svg", b"<svg><image href=x.png /></svg>", "This svg holds more than a drawing"),
        ("a.svg", b"<svg><style>@import 'x';</style></svg>", "This svg holds more than a drawing"),
        ("a.svg", b'<svg><path fill="url( \'http://x\')"/></svg>', "This svg holds more than a drawing"),
        ("a.svg", b"<svg><!-- never closed </svg>", "This svg holds more than a drawing"),
        ("a.svg", b"<?xml version='1.0'?><!DOCTYPE svg [<!ENTITY a 'b'>]><svg></svg>", "Its content is not what its name says"),
        ("logo.png", PNG + b"\0" * 300_000, "An image has at most 300 kB"),
    ],
)  # fmt: skip
def test_an_image_that_is_not_what_it_says_or_could_run_is_refused(file, content, reason):
    assert media_fault(file, content).startswith(reason)


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("logo.png", PNG),
        ("a.svg", SVG),
        ("a.jpg", b"\xff\xd8\xff\xe0"),
        ("a.jpeg", b"\xff\xd8\xff\xe1"),
        ("a.webp", b"RIFF\1\0\0\0WEBPVP8 "),
    ],
)
def test_an_image_that_is_one_is_kept(file, content):
    assert media_fault(file, content) == ""


def test_reading_a_hostile_svg_takes_no_time():
    assert media_fault("a.svg", b"<!---->" * 40_000 + b"<sv")
    assert media_fault("a.svg", b"<!--" * 70_000)
    assert media_fault("a.svg", b"<?xml " + b" " * 290_000)


def test_names_that_no_workbook_can_hold_are_refused(tmp_path):
    folder = study_folder(tmp_path / "study")
    (folder / "media" / "Logo.png").write_bytes(PNG)
    (folder / "media" / "été.png").write_bytes(PNG)
    (folder / "media" / "setup.exe").write_bytes(b"MZ")
    (folder / "lookups" / f"{'c' * 24}.csv").write_text("code\n1\n")
    said = mistakes(folder)
    assert [mistake.partition(": ")[0] for mistake in said if "Name this file" in mistake] == [
        f"lookups/{'c' * 24}.csv",
        "media/setup.exe",
        "media/été.png",
    ]
    assert "media/logo.png: “Logo.png” has the same name but for capitals: rename one of them." in said


def test_a_sheet_of_base64_that_is_none_is_refused(tmp_path):
    write_workbook(
        {"settings": sheet_of("settings", ("a",), []), "media/logo.png": media_sheet("media/logo.png", PNG)}, tmp_path / "a.xlsx"
    )
    assert read_workbook(tmp_path / "a.xlsx")["media/logo.png"].name == "media/logo.png"
    broken = sheet_of("media/logo.png", ("base64",), [(2, {"base64": "no!"})])
    write_workbook({"settings": sheet_of("settings", ("a",), []), "media/logo.png": broken}, tmp_path / "b.xlsx")
    (said,) = mistakes(tmp_path / "b.xlsx")
    assert said.startswith("media/logo.png:base64: This is not a file in base64")


def test_every_byte_beside_the_sheets_is_part_of_the_fingerprint():
    book = form("begin_group,p,Une page,,,,field-list\ntext,mot,Un mot ?\nend_group")
    table = sheet_of("lookups/a.csv", ("code", "label"), [(2, {"code": "1", "label": "Un"})])
    other = sheet_of("lookups/a.csv", ("code", "label"), [(2, {"code": "1", "label": "Une"})])
    images = [media_sheet("media/a.png", content) for content in (PNG, PNG[:-1])]
    books = [book, *({**book, sheet.name: sheet} for sheet in (table, other, *images))]
    assert len({fingerprint(each) for each in books}) == 5
