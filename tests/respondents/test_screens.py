"""What respondents are shown around their answers: notices, languages, endings, refusals, and what every response carries."""

from __future__ import annotations

import pytest
from django.db import OperationalError, connection

from respondents.models import Interview, QuotaCell, Submission
from tests.surveys.markup import read_markup
from tests.worlds import ANSWERS, Respondent, open_wave

pytestmark = pytest.mark.django_db


@pytest.fixture
def wave():
    return open_wave(places=10)


@pytest.fixture
def person(client, wave):
    return Respondent(client)


@pytest.fixture
def english(client, wave):
    return Respondent(client, query="?lang=en")


def text_of(response):
    return " ".join(read_markup(response.content.decode()).all("body")[0].text.split())


def language_of(response):
    return read_markup(response.content.decode()).all("html")[0].attributes["lang"]


def test_somebody_who_returns_by_their_link_is_told_where_they_resume(english):
    english.go_to("usages")
    english.open(f"/i/{english.at.split('/')[2]}/")
    assert english.page == "usages"
    assert "You are resuming at question 3. Your answers are saved." in text_of(english.response)
    english.post(**ANSWERS["usages"])
    assert "resuming" not in text_of(english.response)


def test_somebody_who_has_just_come_in_is_not_told_so(english):
    assert "resuming" not in text_of(english.go_to("profil").response)


def test_the_quota_page_announces_what_it_closes_and_no_other_page_does(english):
    announced = {}
    english.open()
    while english.page:
        announced[english.page] = "can no longer be changed" in text_of(english.response)
        english.post(**ANSWERS[english.page])
    assert announced == {"accueil": False, "profil": True, "usages": False, "avis": False, "fin": False}


def test_a_late_edit_of_a_closed_page_is_told_to_be_without_effect(english):
    english.go_to("profil")
    filled = english.form(sex="H", years="50")
    english.post(**ANSWERS["profil"])
    english.send(filled)
    assert english.page == "usages"
    assert "That page is closed" in text_of(english.response)


def test_the_back_link_leads_to_the_page_before_except_to_a_closed_one(person):
    def back():
        return [a.attributes["href"].split("/")[3] for a in read_markup(person.response.content.decode()).all("a") if a.inside("form")]

    person.open()
    seen = {}
    while person.page:
        seen[person.page] = back()
        person.post(**ANSWERS[person.page])
    assert seen == {"accueil": [], "profil": [], "usages": [], "avis": ["usages"], "fin": ["avis"]}


def test_a_language_chosen_midway_stays_keeps_the_answers_and_ends_the_interview_in_it(person):
    person.go_to("usages").post(**ANSWERS["usages"])
    assert language_of(person.response) == "fr"
    person.open(f"{person.at}?lang=en")
    assert language_of(person.response) == "en"
    back = next(a for a in read_markup(person.response.content.decode()).all("a") if a.inside("form"))
    assert language_of(person.client.get(back.attributes["href"])) == "en"
    person.post(**ANSWERS["avis"])
    assert (person.page, language_of(person.response)) == ("fin", "en")
    person.post(**ANSWERS["fin"])
    assert (person.outcome, language_of(person.response)) == ("completed", "en")
    assert Interview.objects.get().language == "en"


@pytest.mark.parametrize(
    ("query", "accepts", "language"),
    [
        ("", "en-GB,en;q=0.9,fr;q=0.5", "en"),
        ("", "de,es", "fr"),
        ("?lang=en", "fr", "en"),
        ("?lang=xx", "en", "en"),
        ("?lang=../../etc", "de", "fr"),
        ("?lang[]=en", "de", "fr"),
        ("", "", "fr"),
        ("", ",;q=\0", "fr"),
    ],
)
def test_the_first_page_speaks_the_language_asked_for_then_the_browser_s_then_the_survey_s(client, wave, query, accepts, language):
    assert language_of(client.get(f"/s/petite-etude/{query}", headers={"Accept-Language": accepts})) == language


def test_no_page_leaves_a_cookie_and_none_is_kept_or_told_to_others(person):
    person.open()
    while True:
        headers = person.response.headers
        assert not person.client.cookies
        assert "no-store" in headers["Cache-Control"]
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        if not person.page:
            break
        assert "csrf" not in person.response.content.decode()
        person.post(**ANSWERS[person.page])


def test_head_is_answered_like_get_without_a_body(person):
    person.go_to("usages")
    for address in ("/s/petite-etude/", person.at):
        response = person.client.head(address)
        assert (response.status_code, response.content) == (200, b"")
    assert person.client.head(f"/i/{person.at.split('/')[2]}/").status_code == 302
    assert person.client.put(person.at).status_code == 405


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.test"},
        {"Origin": "http://testserver.evil.test"},
        {"Origin": "null"},
        {"Origin": "http://["},
    ],
)
def test_a_post_from_elsewhere_is_refused_on_every_page_and_nothing_is_saved(english, headers):
    english.go_to("usages")
    before = Submission.objects.count()
    action, fields = english.form(**ANSWERS["usages"])
    response = english.client.post(action, fields, headers=headers)
    assert response.status_code == 403
    assert "They were sent from another site." in text_of(response)
    assert Submission.objects.count() == before


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://testserver"}, {}])
def test_a_post_from_here_is_taken(person, headers):
    person.go_to("usages")
    action, fields = person.form(**ANSWERS["usages"])
    assert person.client.post(action, fields, headers=headers).status_code == 303


def test_endings_say_what_happened_in_the_person_s_words(client, wave):
    def end(**changes):
        return text_of(Respondent(client, query="?lang=en").finish(**changes).response)

    assert "Your answers have been saved." in end()
    assert "We respect your choice" in end(accueil={"consentement": "non"})
    assert "meant for other profiles" in end(profil={"sex": "F", "years": "17"})
    QuotaCell.objects.filter(wave=wave, categories=["F"]).update(target=1, ceiling=1)
    full = end()
    assert "We have already interviewed enough people with your profile. Your answers will not be used." in full
    assert "eligible" not in full
    assert "place" not in full.casefold()


def test_a_panel_member_is_led_back_to_the_panel_and_told_who_credits_the_points(client, wave):
    wave.sources.update(return_url="https://panel.example/retour")
    QuotaCell.objects.filter(wave=wave, categories=["F"]).update(target=0, ceiling=0)
    response = Respondent(client, query="?lang=en").finish().response
    assert "Your panel credits your points" in text_of(response)
    assert 'href="https://panel.example/retour"' in response.content.decode()


@pytest.mark.parametrize(("state", "outcome"), [("paused", "paused"), ("closed", "closed")])
def test_a_wave_that_is_not_open_says_so_at_the_door(client, wave, state, outcome):
    wave.move_to(state)
    for response in (client.get("/s/petite-etude/"), client.post("/s/petite-etude/", {"consentement": "oui"})):
        assert (response.status_code, f'data-outcome="{outcome}"' in response.content.decode()) == (200, True)
    assert Interview.objects.count() == 0


def test_an_interview_under_way_when_the_wave_closes_is_told_so_on_every_address(english, wave):
    english.go_to("usages")
    filled = english.form(**ANSWERS["usages"])
    wave.move_to("closed")
    assert english.open().outcome == "closed"
    assert english.send(filled).outcome == "closed"


def every_statement_raises(error):
    """A database that answers every statement with ``error``."""

    def execute(*statement):
        raise error

    return connection.execute_wrapper(execute)


def test_a_database_that_is_away_is_told_as_such_and_the_same_post_can_be_sent_again(english):
    english.go_to("usages")
    action, fields = english.form(q1=["site", "autre"], q1_texte="<un> autre")
    with every_statement_raises(OperationalError("the connection is lost")):
        response = english.client.post(action, fields, headers={"Accept-Language": "en"})
        shown = english.client.get(english.at)
    assert (response.status_code, response.headers["Retry-After"], shown.status_code) == (503, "5", 503)
    assert "Nothing is lost: please try again" in text_of(response)
    markup = read_markup(response.content.decode())
    assert markup.all("form")[0].attributes == {"method": "post", "action": action}
    again = [(field.attributes["name"], field.attributes["value"]) for field in markup.all("input")]
    assert again == [("request_id", fields["request_id"]), ("q1", "site"), ("q1", "autre"), ("q1_texte", "<un> autre")]
    english.send((action, {**fields}))
    assert english.page == "avis"


@pytest.mark.parametrize(
    ("address", "status", "heading"),
    [
        ("/nowhere/", 404, "Page not found"),
        ("/i/AAAAAAAAAAAAAAAAAAAAAA/", 404, "Survey not found"),
        ("/s/petite-etude/?source=%00", 400, "This request cannot be read"),
    ],
)
def test_what_cannot_be_served_is_said_in_the_person_s_language(client, wave, address, status, heading):
    response = client.get(address, headers={"Accept-Language": "en"})
    assert (response.status_code, language_of(response)) == (status, "en")
    markup = read_markup(response.content.decode())
    assert (markup.all("h1")[0].text, markup.faults) == (heading, [])
    assert "no-store" in response.headers["Cache-Control"]
    assert language_of(client.get(address, headers={"Accept-Language": "fr"})) == "fr"


def test_a_fault_of_ours_is_told_calmly_even_when_the_templates_are_broken(client, wave, settings):
    client.raise_request_exception = False
    with every_statement_raises(RuntimeError("a fault of ours")):
        response = client.get("/i/x/?lang=en")
        assert (response.status_code, language_of(response)) == (500, "en")
        assert "What you had sent before is saved" in text_of(response)
        # No static file has been collected here, so that no template finds its own.
        manifest = {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
        settings.STORAGES = {**settings.STORAGES, "staticfiles": manifest}
        response = client.get("/i/x/?lang=en")
        assert response.status_code == 500
        assert "What you had sent before is saved" in text_of(response)


def test_randomised_choices_stay_put_for_one_person_after_an_error_a_reload_and_in_another_language(client, wave_shuffled):
    def order():
        return [
            box.attributes["value"]
            for box in read_markup(person.response.content.decode()).all("input")
            if box.attributes.get("name") == "q1"
        ]

    seen = set()
    for _ in range(24):  # two choices change places: all alike once in eight million runs
        person = Respondent(client).go_to("usages")
        first = order()
        seen.add(tuple(first))
        assert person.open().page == "usages"
        assert order() == first
        person.post()
        assert person.response.status_code == 422
        assert order() == first
        person.open(f"{person.at}?lang=en")
        assert order() == first
    assert len(seen) > 1


@pytest.fixture
def wave_shuffled():
    from tests.worlds import changed

    return open_wave(
        **changed(
            "survey", "q1,Qu’utilisez-vous ?,What do you use?,yes,,,,,", "q1,Qu’utilisez-vous ?,What do you use?,yes,,,,randomize=true,"
        )
    )
