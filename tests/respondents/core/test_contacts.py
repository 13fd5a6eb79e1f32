"""A file of contacts: addresses made normal, categories by name or label, and every row that cannot be taken named."""

import pytest

from respondents.core.contacts import Contact, normal_address, profile_questions, read_contacts
from surveys.core.files import read_table
from surveys.core.reading import read_questionnaire
from surveys.core.workbook import Report
from tests.worlds import sheet, study


@pytest.fixture(scope="module")
def questions():
    return profile_questions(read_questionnaire(study(), Report()).questions.values())


@pytest.fixture
def read(questions):
    return lambda text: read_contacts(sheet("contacts", text), questions, ("fr", "en"), "fr")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Anne.Martin@Example.ORG", "anne.martin@example.org"),
        (" anne@example.org\u200b ", "anne@example.org"),
        ("anne＠example.org", "anne@example.org"),
        ("o'neil+panel@mail.example.org", "o'neil+panel@mail.example.org"),
        ("anne@université.fr", "anne@xn--universit-j4a.fr"),
        *[(wrong, "") for wrong in ("", "anne", "anne@", "@example.org", "anne@localhost", "a..b@example.org", ".a@example.org", "a b@example.org",
          "anne@example.org\nBcc: all@example.org", "anne@-example.org", "é@example.org", "a@10.0.0.1", "x" * 65 + "@example.org")],
    ],
)  # fmt: skip  # checks 77, 93
def test_an_address_is_kept_in_one_spelling(written, kept):
    assert normal_address(written) == kept


def test_a_profile_is_what_a_list_holds_and_what_a_link_passes(questions):
    assert list(questions) == ["consentement", "sex", "age", "q2"]


def test_people_are_read_with_their_categories_by_name_or_label(read):
    reading = read("""
        E-mail,nom,langue,sex,age,segment
        A@example.org,Anne  Martin,en,F,40 ans et plus,x
        b@example.org,,,un HOMME,,y
    """)
    assert reading.faults == []
    assert reading.contacts == [
        Contact(2, "a@example.org", "Anne Martin", "en", {"sex": "F", "age": "ancien"}),
        Contact(3, "b@example.org", "", "fr", {"sex": "H"}),
    ]
    assert (reading.variables, reading.ignored) == (("sex", "age"), ("segment",))


def test_every_bad_row_is_named_and_the_good_ones_are_still_read(read):
    reading = read("""
        email,language,sex
        a@example.org,fr,F
        nobody,fr,F
        A@Example.org,fr,F
        c@example.org,de,F
        d@example.org,fr,Z
        ,fr,F
    """)
    assert [(fault.row, fault.column, str(fault.message)) for fault in reading.faults] == [
        (3, "email", "“nobody” is not an e-mail address."),
        (4, "email", "“a@example.org” stands in row 2 too."),
        (5, "language", "“de” is not a language of the survey; its languages are: fr, en."),
        (6, "sex", "“Z” is not a choice of sex; its choices are: H, F, X."),
        (7, "email", "This person has no e-mail address."),
    ]
    assert [contact.email for contact in reading.contacts] == ["a@example.org"]


@pytest.mark.parametrize(("text", "said"), [("name\nAnne", "There is no column email"), ("email,sex", "The file holds no contact.")])
def test_a_file_without_addresses_or_people_is_refused(read, text, said):
    assert [said in str(fault.message) for fault in read(text).faults] == [True]


def test_a_table_is_read_from_csv_and_from_a_workbook_alike(tmp_path):
    from openpyxl import Workbook

    (tmp_path / "a.csv").write_text("email;sex\na@example.org;F\n", encoding="utf-8-sig")
    book = Workbook()
    for line in (["email", "sex"], ["a@example.org", "F"]):
        book.active.append(line)
    book.save(tmp_path / "b.xlsx")
    tables = [read_table(tmp_path / name) for name in ("a.csv", "b.xlsx")]
    assert [(table.header, [dict(row.cells) for row in table]) for table in tables] == 2 * [
        (("email", "sex"), [{"email": "a@example.org", "sex": "F"}])
    ]
