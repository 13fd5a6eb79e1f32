"""Members of a panel come in by its link and go back by the one address that is theirs, whatever they click."""

import logging
import re
from html import unescape

import pytest
from django.utils.timezone import now

from respondents import places
from respondents.answering import come_back
from respondents.core.presets import PRESETS
from respondents.core.providers import OUTCOMES
from respondents.core.signing import Signer
from respondents.models import Consent, Interview, QuotaCell, Submission
from respondents.providers.entering import pass_for_tests
from respondents.providers.returning import tell
from respondents.providers.secrecy import encrypted
from respondents.visits import visit
from tests.respondents.panels import PanelServer
from tests.worlds import ANSWERS, Respondent, open_wave

pytestmark = pytest.mark.django_db

RID = "E9FC9420-810D-4006-BB3F-4101A6D6C815"
LUCID = f"?source=lucid&RID={RID}"
COMPLETE = f"https://samplicio.us/s/ClientCallBack.aspx?RIS=10&RID={RID}&hash=TPBxbZSxLS-yddC2Je4TW7G1K_w"
REFRESH = re.compile(r'<meta http-equiv="refresh" content="0;url=([^"]+)">')
MINOR = {"profil": {"sex": "F", "years": "16"}}


@pytest.fixture
def wave():
    return open_wave(places=10)


def source_of(wave, preset, code, secret="supersecret", **changes):
    """Give the wave a source by a preset, as its screen saves it."""
    rules = PRESETS[preset].provider
    return wave.sources.create(
        code=code, kind="panel", label=code, preset=preset, id_parameter=rules.id_parameter, carried=rules.carried, signer=rules.signer,
        **{"returns": rules.returns, "allowed_hosts": list(rules.allowed_hosts), "signer_options": rules.signer_options,
           "secret": encrypted(secret), **changes},
    )  # fmt: skip


@pytest.fixture
def lucid(wave):
    return source_of(wave, "lucid", "lucid")


@pytest.fixture
def person(client, lucid):
    return Respondent(client, query=LUCID)


def goes_to(person) -> str:
    """Return where the last page sends the browser; its button leads to the same place."""
    html = person.response.content.decode()
    found = [unescape(address) for address in REFRESH.findall(html)]
    assert len(found) <= 1
    if found:
        assert f'href="{found[0].replace("&", "&amp;")}"' in html
    return found[0] if found else ""


def told(wave):
    return list(Interview.objects.filter(wave=wave).order_by("started_at").values_list("state", "returned_as"))


def test_whoever_completes_goes_back_signed_as_complete(person, wave):
    person.finish()
    assert (person.outcome, goes_to(person)) == ("completed", COMPLETE)
    assert told(wave) == [("completed", "complete")]
    assert person.interview.external_id == RID


def test_whoever_is_screened_out_goes_back_as_such(person, wave):
    person.finish(**MINOR)
    assert goes_to(person).startswith(f"https://samplicio.us/s/ClientCallBack.aspx?RIS=20&RID={RID}&hash=")
    assert told(wave) == [("screened_out", "screened_out")]


def test_whoever_refuses_to_take_part_goes_back_as_screened_out(person, wave):
    person.open().post(consentement="non")
    assert "RIS=20&" in goes_to(person)
    assert told(wave) == [("refused", "screened_out")]


def test_a_full_quota_sends_back_as_full_and_that_is_final(person, wave, client):
    QuotaCell.objects.filter(wave=wave, categories=["F"]).update(target=0, ceiling=0)
    person.finish()
    first = goes_to(person)
    assert "RIS=40&" in first
    QuotaCell.objects.filter(wave=wave, categories=["F"]).update(ceiling=5)
    assert goes_to(person.open()) == first
    assert person.interview.state == "quota_full"  # who was told so cannot go on and then be unpaid
    assert Respondent(client, query=LUCID).open().outcome == "already"


@pytest.mark.parametrize("page", ["profil", "usages"])
def test_whoever_s_panel_is_told_full_this_moment_takes_no_place(person, wave, page):
    person.go_to(page)
    Interview.objects.update(**{"state": "abandoned"} if page == "profil" else {"expires_at": "2020-01-01T00:00Z"})
    places.expire(wave.pk)
    here = visit(person.at.split("/")[2])
    tell(here.interview_id, here.state, calls=False)  # as the beat does, or another tab
    come_back(here)
    assert told(wave) == [(here.state, "quota_full")]
    assert {cell.reserved for cell in QuotaCell.objects.all()} == {0}


def test_somebody_over_quota_at_the_last_page_is_paid(client, person, wave):
    QuotaCell.objects.filter(wave=wave, categories=["F"]).update(target=1, ceiling=1)
    person.go_to("fin")
    last = person.form(**ANSWERS["fin"])
    Interview.objects.update(expires_at="2020-01-01T00:00Z")
    assert places.expire() == 1
    assert Respondent(client).finish().outcome == "completed"
    person.send(last)
    assert (person.outcome, goes_to(person)) == ("over", COMPLETE)


def test_refresh_back_and_a_double_submit_lead_to_the_same_address(person, wave):
    person.go_to("fin")
    last, page = person.form(**ANSWERS["fin"]), person.at
    assert [goes_to(person.send(last)) for _ in range(2)] == [COMPLETE, COMPLETE]
    at = person.interview.returned_at
    assert goes_to(person.open()) == COMPLETE
    assert goes_to(person.open(page)) == COMPLETE
    assert told(wave) == [("completed", "complete")]
    assert person.interview.returned_at == at


def test_an_interview_removed_later_frees_its_place_and_what_was_told_stays(person, wave):
    person.finish()
    assert places.remove(person.interview.pk)
    assert QuotaCell.objects.get(wave=wave, categories=["F"]).filled == 0
    assert goes_to(person.open()) == COMPLETE
    assert told(wave) == [("removed", "complete")]


def test_an_interview_removed_before_anything_was_told_is_told_as_quality(client, person, wave):
    person.finish()
    Interview.objects.update(returned_as="", returned_at=None)  # the browser was closed before the last page came
    assert places.remove(person.interview.pk)
    assert "RIS=30&" in goes_to(Respondent(client, query=LUCID).open())


def test_a_second_entry_goes_on_where_the_first_stopped(client, person, wave):
    person.go_to("usages")
    again = Respondent(client, query=LUCID).open()
    assert again.page == "usages"
    assert Interview.objects.count() == 1


def test_the_same_person_in_two_tabs_at_the_door_has_one_interview(client, person, wave):
    """Check 66: the second post finds the interview that the first made."""
    tabs = [Respondent(client, query=LUCID).open() for _ in range(2)]
    for tab in tabs:
        tab.post(consentement="oui")
    assert tabs[0].at == tabs[1].at
    assert Interview.objects.count() == 1


def test_a_second_entry_after_the_end_is_told_courteously_and_kept_once(client, person, wave):
    person.finish()
    for _ in range(3):
        again = Respondent(client, query=LUCID).open()
        assert again.response.status_code == 200
        assert again.outcome == "already"
        assert "RIS=30&" in goes_to(again)
    assert told(wave) == [("completed", "complete"), ("duplicate", "duplicate")]
    duplicate = Interview.objects.get(state="duplicate")
    assert duplicate.duplicate_of.external_id == RID
    assert (duplicate.external_id, duplicate.token_sha256, duplicate.submissions.count()) == (None, None, 0)
    assert Consent.objects.count() == 1


def test_a_second_entry_of_somebody_never_told_their_outcome_tells_it(client, person, wave):
    person.finish()
    Interview.objects.update(returned_as="", returned_at=None)
    assert goes_to(Respondent(client, query=LUCID).open()) == COMPLETE
    assert Interview.objects.count() == 1


def test_the_values_of_dynata_s_link_come_back_in_its_signature(client, wave):
    source_of(wave, "dynata", "dynata", secret="66213")
    person = Respondent(client, query="?source=dynata&psid=a*b-c_d&pid=1070000026&k2=59931").finish()
    assert goes_to(person) == "https://api.dynata.com/respondent/exit?rst=1&psid=a*b-c_d&med=70847911661607"
    assert person.interview.carried == {"pid": "1070000026", "k2": "59931"}


@pytest.mark.parametrize("query", ["?source=dynata&psid=x&pid=1", "?source=dynata&pid=1&k2=2", "?source=dynata&psid=x&pid=1&k2=two"])
def test_a_link_that_could_never_be_paid_lets_nobody_begin(client, wave, query):
    source_of(wave, "dynata", "dynata", secret="66213")
    assert Respondent(client, query=query).open().response.status_code == 404
    assert Interview.objects.count() == 0


@pytest.mark.parametrize("extra", ["&RID=other", "&RID%5B%5D=x"])
def test_a_parameter_given_twice_is_refused_or_left_alone(client, person, extra):
    person.door += extra
    person.open(person.door)
    assert person.response.status_code == (400 if "%5B" not in extra else 200)
    assert Interview.objects.count() == 0


def test_an_identifier_is_never_more_than_one_value(client, lucid, wave):
    person = Respondent(client, query="?source=lucid&RID=x%26RIS%3D10%23@evil.example").finish(**MINOR)
    assert goes_to(person).startswith("https://samplicio.us/s/ClientCallBack.aspx?RIS=20&RID=x%26RIS%3D10%23%40evil.example&hash=")


def test_nobody_is_sent_to_a_host_that_is_not_allowed(client, wave, caplog):
    source_of(wave, "lucid", "lucid", returns=dict.fromkeys(OUTCOMES, "https://evil.example/?id={id}"))
    person = Respondent(client, query=LUCID).finish()
    assert (person.outcome, goes_to(person)) == ("completed", "")
    assert told(wave) == [("completed", "complete")]  # written before the address is made
    assert "cannot send anybody back" in caplog.text
    assert RID not in caplog.text


def test_a_field_closed_on_somebody_sends_them_back_as_full(client, person, wave):
    person.go_to("usages")
    wave.move_to("closed")
    assert (person.open().outcome, "RIS=40&" in goes_to(person)) == ("closed", True)
    newcomer = Respondent(client, query="?source=lucid&RID=NEW").open()
    assert (newcomer.outcome, "RIS=40&RID=NEW" in goes_to(newcomer)) == ("closed", True)
    wave.move_to("live")
    assert "RIS=40&" in goes_to(person.open())  # the one outcome stays
    assert told(wave) == [("reserved", "quota_full")]


def test_a_paused_field_keeps_panel_members_for_later(client, person, wave):
    person.go_to("usages")
    wave.move_to("paused")
    newcomer = Respondent(client, query="?source=lucid&RID=NEW").open()
    assert (newcomer.outcome, goes_to(newcomer)) == ("paused", "")
    assert goes_to(person.finish()) == COMPLETE


# Entry links signed by the panel -----------------------------------------------------------------------------------------
CHECK = {"signer": "hmac-sha256", "parameter": "sig", "expires": "until"}
IN_TIME, LONG_AGO = "4000000000", "1000000000"


@pytest.fixture
def signed(wave, settings):
    return source_of(wave, "lucid", "lucid", entry_check=CHECK)


def link(settings, query, secret="supersecret"):
    address = f"{settings.PUBLIC_URL}/s/petite-etude/{query}"
    return Signer(CHECK["signer"], secret, CHECK).sign(address, {}, complete=True).address.removeprefix(settings.PUBLIC_URL)


def test_a_link_signed_by_the_panel_leads_through_the_whole_interview(client, signed, settings, wave):
    person = Respondent(client)
    person.door = person.at = link(settings, f"{LUCID}&until={IN_TIME}")
    person.open()
    assert "sig=" not in person.at
    person.open(person.at.replace("pass=", "lang=en&pass="))  # the language may be changed, and nothing else
    assert goes_to(person.finish()) == COMPLETE


@pytest.mark.parametrize(
    "spoil",
    [
        lambda address: address.replace(RID, "OTHER"),
        lambda address: address.partition("&sig=")[0],
        lambda address: address + "&sig=0",
        lambda address: address.replace(IN_TIME, LONG_AGO),
    ],
    ids=["another person", "unsigned", "signed twice", "another time"],
)
def test_a_forged_link_is_kept_as_such_without_answers(client, signed, settings, wave, spoil):
    address = spoil(link(settings, f"{LUCID}&until={IN_TIME}"))
    for _ in range(2):
        person = Respondent(client).open(address)
        assert (person.response.status_code, person.outcome, goes_to(person)) == (403, "forged", "")
    assert told(wave) == [("forged", "")]
    row = Interview.objects.get()
    assert (row.external_id, row.token_sha256, row.carried) == (None, None, {})
    assert Submission.objects.count() == Consent.objects.count() == 0


def test_an_expired_link_is_forged_too(client, signed, settings, wave):
    assert Respondent(client).open(link(settings, f"{LUCID}&until={LONG_AGO}")).outcome == "forged"
    assert told(wave) == [("forged", "")]


def test_a_post_that_went_round_the_check_stores_no_answer(client, signed, settings, wave):
    person = Respondent(client)
    person.open(link(settings, f"{LUCID}&until={IN_TIME}"))
    action, fields = person.form(consentement="oui")
    for forged in (action.replace(RID, "OTHER"), action.partition("&pass=")[0], action.replace("pass=", "pass=x")):
        assert person.send((forged, fields)).response.status_code == 403
    assert {state for state, _ in told(wave)} == {"forged"}
    assert Submission.objects.count() == 0
    assert person.send((action, fields)).page == "profil"


def test_a_flood_of_wrong_links_fills_nothing(client, signed, settings, wave):
    Interview.objects.bulk_create(
        Interview(wave=wave, questionnaire=wave.questionnaire, state="forged", language="fr", started_at=now(), saved_at=now())
        for _ in range(60)
    )
    assert Respondent(client).open(f"/s/petite-etude/{LUCID}").outcome == "forged"
    assert Interview.objects.count() == 60


def test_a_test_link_makes_a_test_interview_and_needs_no_signature(client, signed, wave):
    person = Respondent(client, query=f"{LUCID}&test={pass_for_tests(signed)}").finish()
    assert (person.interview.is_test, goes_to(person)) == (True, COMPLETE)
    assert QuotaCell.objects.get(wave=wave, quota__name="total").filled == 0
    assert Respondent(client, query="?source=lucid&RID=2&test=1").open().outcome == "forged"


def test_a_page_of_a_panel_s_interview_costs_no_query_more(client, wave, lucid, django_assert_num_queries):
    person = Respondent(client, query=LUCID).go_to("usages")
    action, fields = person.form(**ANSWERS["usages"])
    with django_assert_num_queries(2):
        client.post(action, fields)
    with django_assert_num_queries(1):
        client.get(action)


@pytest.fixture
def log():
    """Everything that any logger says, down to the least, as lines."""
    lines, listener = [], logging.Handler()
    listener.emit = lambda record: lines.append(f"{record.getMessage()} {record.exc_text or ''} {record.args}")
    loggers = {name: logging.getLogger(name) for name in ("", "django", "django.request")}
    levels = {name: logger.level for name, logger in loggers.items()}
    for name, logger in loggers.items():
        logger.setLevel(logging.DEBUG)
        if name != "django.request":
            logger.addHandler(listener)
    yield lines
    for name, logger in loggers.items():
        logger.setLevel(levels[name])
        logger.removeHandler(listener)


def test_identifiers_reach_no_log(client, lucid, log):
    Respondent(client, query=LUCID).finish()
    Respondent(client, query=LUCID).open()
    client.get(f"/s/petite-etude/{LUCID}&RID=twice")
    client.get(f"/s/inconnue/{LUCID}")
    assert [line for line in log if "Not Found: /s/inconnue/" in line]  # the log was listening
    assert not [line for line in log if RID in line]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_browser_goes_back_by_itself_and_does_not_say_where_it_was(live_server, browser):
    """A browser may refuse a redirection to another site after a form (form-action): the last page is one of ours, and leads on."""
    panel = PanelServer()
    returns = {outcome: f"http://{panel.host}/end?code={outcome}&id={{id}}" for outcome in OUTCOMES}
    wave = open_wave(places=10)
    source_of(wave, "generic", "panel", returns=returns, allowed_hosts=[panel.host])
    page = browser.new_page()
    page.goto(f"{live_server.url}/s/petite-etude/?source=panel&id=42")
    page.check("text=Non")
    with page.expect_navigation(url=f"http://{panel.host}/**"):
        page.click("button[type=submit]")
    panel.close()
    (_method, path, headers, _body), *others = [call for call in panel.calls if call[1].startswith("/end")]
    assert (path, others) == ("/end?code=screened_out&id=42", [])
    assert "/i/" not in headers.get("Referer", "")
    assert told(wave) == [("refused", "screened_out")]
