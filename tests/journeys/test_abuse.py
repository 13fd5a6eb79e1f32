"""People and programs that send what no page of ours would: refused with a sentence or kept as text, and never a fault of ours."""

from __future__ import annotations

import json

import pytest

from respondents.models import Interview, Submission
from tests.surveys.markup import read_markup
from tests.surveys.questionnaires import NASTY
from tests.worlds import ANSWERS, Respondent, changed, open_wave

pytestmark = pytest.mark.django_db
TOKEN = "AAAAAAAAAAAAAAAAAAAAAA"


@pytest.fixture
def wave():
    return open_wave(places=50)


@pytest.fixture
def person(client, wave):
    return Respondent(client)


@pytest.mark.parametrize(
    "address",
    [
        "/i/%00/",
        f"/i/{TOKEN}%00/usages/",
        "/i/' OR 1=1 --/",
        "/i/" + "A" * 10_000 + "/",
        f"/i/{TOKEN}/?token[]={TOKEN}",
        f"/i/{TOKEN}/?t=a&t=b",
        "/i/%ff%fe/",
        "/i/%F0%9F%99%82/",
        "/s/%2569ndex/",
        "/s/..%2f..%2fetc/",
        "/s/petite-etude;x/",
        "/s/petite-etude/admin/",
        "/s/petite-etude/%00/",
        "/s/numerique/",
        "/s/petite-etude/?source=%00",
        "/s/petite-etude/?source=a&source=b",
        "/s/petite-etude/?source=" + "a" * 300,
        "/s/petite-etude/?source=../admin",
    ],
)  # checks 55, 56, 71
def test_addresses_that_lead_nowhere(client, wave, address):
    assert client.get(address).status_code in (400, 404)
    assert client.post(address, {"a": "1"}).status_code in (400, 404, 405)
    assert Interview.objects.count() == 0


@pytest.mark.parametrize("identifier", ["%00", "a&id=b", "9" * 201, "a%0d%0ab", "%e2%80%8ba"])
def test_a_panel_identifier_that_no_panel_would_give(client, wave, identifier):  # checks 64, 77
    wave.sources.create(code="panel", kind="panel", label="Panel")
    fields = Respondent(client).open().form(consentement="oui")[1]
    assert client.post(f"/s/petite-etude/?source=panel&id={identifier}", fields).status_code == 400
    assert Interview.objects.count() == 0


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", json.dumps({"q1": ["site"]})),
        ("application/json", '{"a": NaN, "a": 1e999}'),
        ("application/json", "[" * 100_000),
        ("text/plain", "q1=site"),
        ("", "q1=site"),
        ("application/x-www-form-urlencoded; charset=rot13", "q1=site"),
        ("application/x-www-form-urlencoded; charset=utf-16", "q1=site"),
        ("multipart/form-data", "q1=site"),
        ("multipart/form-data; boundary=\0", "q1=site"),
        ("multipart/form-data; boundary=x; charset=base64", "--x\r\nContent-Disposition: form-data; name=q1\r\n\r\nsite\r\n--x--"),
        ("application/x-www-form-urlencoded", "%ff%00&&&===;q1"),
        ("application/x-www-form-urlencoded", "&".join(f"a{number}=1" for number in range(30_000))),
        ("application/x-www-form-urlencoded", "&".join(["q1=site"] * 10_000)),
        ("application/x-www-form-urlencoded", "q1=" + "a" * 1_100_000),
    ],
)  # checks 49, 76, 78
def test_bodies_that_no_browser_sends(person, content_type, body):
    person.go_to("usages")
    before = Submission.objects.count()
    for address in (person.at, person.door):
        response = person.client.generic("POST", address, body, content_type=content_type)
        assert response.status_code in (400, 422)
        assert read_markup(response.content.decode()).faults == []
    assert Submission.objects.count() == before


def test_a_body_announced_as_larger_than_any_page_is_refused_unread(person):
    person.go_to("usages")
    assert person.client.generic("POST", person.at, "q1=site", CONTENT_LENGTH="100000000").status_code == 400


@pytest.mark.parametrize(
    ("page", "answers", "sentence"),
    [
        ("profil", {"sex": "Z", "years": "44"}, "Choose among the answers offered."),
        ("profil", {"sex": ["F", "H"], "years": "44"}, "Give one answer only."),
        ("profil", {"sex": "F", "years": "9" * 400}, "Enter a whole number, in digits only."),
        ("profil", {"sex": "F", "years": "\0"}, "Enter a whole number, in digits only."),
        ("profil", {"sex": "F", "years": "121"}, "This answer is not possible. Please check it."),
        ("usages", {"q1": ["site", "aucun"]}, "“None” cannot be ticked together with another answer."),
        ("usages", {"q1": ["site", "pigeon"]}, "Choose among the answers offered."),
        ("usages", {"q1": ["autre"], "q1_texte": "a\0b"}, "Remove the unreadable characters from your answer."),
        ("usages", {"q1": ["autre"], "q1_texte": "é" * 4_001}, "Shorten your answer to 4000 characters."),
        ("usages", {"q1": ["site"], "q3": "4"}, "Some of these answers belong to another page."),
        ("fin", {"q3": "4", "q3__dk": "1"}, "Answer, or tick “Don't know”, but not both."),
        ("fin", {"q3": "-1"}, "This answer is not possible. Please check it."),
    ],
)  # check 60
def test_answers_that_were_not_offered_are_refused_with_a_sentence(client, wave, page, answers, sentence):
    person = Respondent(client, query="?lang=en").go_to(page)
    before = Submission.objects.count()
    person.post(**answers)
    assert person.response.status_code == 422
    assert sentence in read_markup(person.response.content.decode()).all("main")[0].text
    assert Submission.objects.count() == before


@pytest.mark.parametrize("text", [*NASTY, "‮RTL مرحبا", "👩‍👩‍👧‍👦" * 100, "\u200bzero", "a\ufeffb", "'; DROP TABLE x; --"])
def test_an_open_answer_is_stored_exactly_and_shown_literally_when_it_is_piped(client, text):  # checks 49, 61
    piped = changed("survey", "q2,Êtes-vous satisfait ?,Are you satisfied?", "q2,Et ${q1_texte} ?,And ${q1_texte}?")
    open_wave(**piped)
    person = Respondent(client, query="?lang=en").go_to("usages")
    person.post(q1=["autre"], q1_texte=text)
    assert Submission.objects.get(page="usages").answers["q1_texte"] == text
    markup = read_markup(person.response.content.decode())
    assert markup.all("legend")[0].text.strip().startswith(f"And {text}?")
    assert markup.faults == []


def test_please_specify_without_its_choice_is_left_out_of_the_record(client, wave):
    from respondents.core.record import unpack
    from respondents.models import Record

    Respondent(client).finish(usages={"q1": ["site"], "q1_texte": "de trop"})
    record = Record.objects.get()
    assert "q1_texte" not in unpack(wave.questionnaire.codebook(), record.codes, record.extra)


def test_a_token_opens_its_own_interview_only(client, wave):  # check 57
    mine, other = Respondent(client).go_to("usages"), Respondent(client).go_to("usages")
    action, fields = mine.form(q1=["site"])
    other.client.post(action, fields)
    assert {submission.interview_id for submission in Submission.objects.filter(page="usages")} == {mine.interview.pk}


def test_the_first_page_posted_without_its_identifier_is_shown_again(client, wave):
    for request_id in ("", "x", "0" * 31, "' OR 1=1"):
        response = client.post("/s/petite-etude/", {"consentement": "oui", "request_id": request_id})
        assert response.status_code == 422
    assert Interview.objects.count() == 0


def test_another_host_is_refused_on_every_public_address(client, wave):  # check 70
    for address in ("/", "/s/petite-etude/", f"/i/{TOKEN}/", "/nowhere/"):
        assert client.get(address, headers={"Host": "evil.test"}).status_code == 400


def test_every_page_of_an_interview_is_whole_whatever_was_answered(client, wave):
    person = Respondent(client).open()
    while person.page:
        assert read_markup(person.response.content.decode()).faults == []
        person.post(**ANSWERS[person.page])
    assert read_markup(person.response.content.decode()).faults == []
