"""A provider's rules: the five addresses as they are sent, and mistakes told with their place and their remedy."""

import json
from dataclasses import replace

import pytest

from respondents.core.presets import PRESETS
from respondents.core.provider_rules import check
from respondents.core.providers import OUTCOME_OF, OUTCOMES, Person, Provider, host_of
from respondents.core.signing import CannotSign

RID = "E9FC9420-810D-4006-BB3F-4101A6D6C815"
PANEL = Provider(
    returns={outcome: f"https://panel.example/end?code={outcome}&id={{id}}&w={{wallet}}" for outcome in OUTCOMES},
    carried={"wallet": "w"},
    allowed_hosts=("panel.example",),
    signer="hmac-sha256",
    secret="supersecret",
)


def addresses(provider, person):
    return [provider.address_for(outcome, person).address for outcome in OUTCOMES]


def said(provider, **options):
    return {(problem.where, str(problem.message)) for problem in check(provider, **options)}


def test_lucid_s_five_addresses_carry_its_codes_and_a_signature():
    complete, screened_out, quota_full, quality, duplicate = addresses(PRESETS["lucid"].provider.with_secret("supersecret"), Person(RID))
    assert complete == f"https://samplicio.us/s/ClientCallBack.aspx?RIS=10&RID={RID}&hash=TPBxbZSxLS-yddC2Je4TW7G1K_w"
    codes = [address.partition("RIS=")[2][:2] for address in (screened_out, quota_full, quality, duplicate)]
    assert codes == ["20", "40", "30", "30"]  # any other would be booked as 91
    assert len({address.partition("hash=")[2] for address in (complete, screened_out, quota_full, quality)}) == 4


def test_purespectrum_s_addresses_are_signed_in_its_order_of_parameters():
    found = addresses(PRESETS["purespectrum"].provider.with_secret("supersecret"), Person("abc123"))
    assert found[0] == "https://spectrumsurveys.com/surveydone?st=21&transaction_id=abc123&ps_hash=977eebab65ad8a30719007842149293dde78fae6"
    assert [address.partition("st=")[2][:2] for address in found] == ["21", "18", "17", "20", "30"]


def test_dynata_s_complete_alone_is_signed():
    person = Person("a*b-c_d", {"pid": "1070000026", "k2": "59931"})
    base = "https://api.dynata.com/respondent/exit?rst="
    assert addresses(PRESETS["dynata"].provider.with_secret("66213"), person) == [
        f"{base}1&psid=a*b-c_d&med=70847911661607", f"{base}2&psid=a*b-c_d", f"{base}3&psid=a*b-c_d",
        f"{base}2&qflag=3&psid=a*b-c_d", f"{base}2&psid=a*b-c_d",
    ]  # fmt: skip


def test_a_link_of_dynata_without_what_its_signature_takes_lets_nobody_begin():
    provider = PRESETS["dynata"].provider
    assert provider.is_known_enough(Person("p", {"pid": "1", "k2": "2"}))
    assert not provider.is_known_enough(Person("p", {"pid": "1"}))
    assert not provider.is_known_enough(Person("", {"pid": "1", "k2": "2"}))


def test_cint_s_call_tells_the_status_as_a_number_and_its_redirect_the_person_only():
    provider = PRESETS["cint-s2s"].provider.with_secret("key")
    assert set(addresses(provider, Person(RID))) == {f"https://samplicio.us/s/ClientCallBack.aspx?RID={RID}"}
    calls = {outcome: provider.call_for(outcome, Person(RID)) for outcome in OUTCOMES}
    assert {outcome: json.loads(call.body)["status"] for outcome, call in calls.items()} == {
        "complete": 5, "screened_out": 2, "quota_full": 3, "quality": 4, "duplicate": 4,
    }  # fmt: skip
    call = calls["complete"]
    assert (call.method, call.address) == ("POST", "https://s2s.cint.com/fulfillment/respondents/transition")
    assert json.loads(call.body) == {"id": RID, "status": 5}
    assert call.headers["Authorization"] == "Bearer key"
    assert "key" not in repr(call) + repr(provider)


TO_WRITE = {"generic": "[address given by the panel]", "prodege": "[address given by Prodege]"}
ADDRESSES = {f"returns.{outcome}" for outcome in OUTCOMES}


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("lucid", {"secret"}), ("cint-s2s", {"secret"}), ("dynata", {"secret"}), ("toluna", {"secret"}), ("purespectrum", {"secret"}),
        ("prodege", {"secret"} | ADDRESSES), ("generic", ADDRESSES),
    ],
)  # fmt: skip
def test_a_preset_needs_only_its_secret_and_what_stands_in_brackets(name, missing):
    provider = PRESETS[name].provider
    assert {problem.where for problem in check(provider)} == missing
    returns = {outcome: text.replace(TO_WRITE.get(name, "[]"), "p.example/r") for outcome, text in provider.returns.items()}
    hosts = (*provider.allowed_hosts, "p.example")
    assert check(replace(provider, returns=returns, allowed_hosts=hosts, secret="66213")) == ()


def test_an_identifier_cannot_add_a_parameter_nor_change_the_host():
    person = Person("x&code=complete#@evil.example/", {"wallet": "//evil.example"})
    address = replace(PANEL, signer="").address_for("screened_out", person).address
    assert address == "https://panel.example/end?code=screened_out&id=x%26code%3Dcomplete%23%40evil.example%2F&w=%2F%2Fevil.example"


@pytest.mark.parametrize(
    "template",
    [
        "//evil.example/{id}", "https:evil.example", "javascript:alert(1)", "\\\\evil.example", "https://panel.example@evil.example/{id}",
        "https://panel.example\r\nLocation: https://evil.example/", "https://{id}/", "https://panel.example{id}/", "https://evil.example/{id}",
        "https://panel.example\\@evil.example/", "data:text/html,{id}", " https://panel.example/", "https://panel.example:80:90/",
    ],
)  # fmt: skip
def test_no_template_leads_anywhere_but_to_an_allowed_host(template):
    bad = replace(PANEL, returns={**PANEL.returns, "complete": template})
    assert {problem.where for problem in check(bad)} == {"returns.complete"}
    with pytest.raises(CannotSign):  # and were it stored all the same, nobody would be sent there
        bad.address_for("complete", Person(".evil.example"))


def test_a_host_is_read_as_a_browser_reads_it():
    assert host_of("https://Panel.Example:8443/a?b=https://evil.example/") == "panel.example:8443"
    assert host_of("https://panel.example@evil.example/") == ""


@pytest.mark.parametrize(
    ("changes", "where", "message"),
    [
        ({"returns": {**PANEL.returns, "quality": ""}}, "returns.quality",
         "This address is missing: somebody who ends so could not go back. Write it, if need be the same as another."),
        ({"returns": {**PANEL.returns, "complete": "https://panel.example/?id={pid}"}}, "returns.complete",
         "Nothing is known as {pid}: an address may hold {id}, {status}, {wallet}."),
        ({"returns": {**PANEL.returns, "complete": "https://panel.example/?id={id"}}, "returns.complete",
         "A brace stands alone: write what is to be put in as {id}."),
        ({"returns": {**PANEL.returns, "complete": "https://autre.example/?id={id}"}}, "returns.complete",
         "The host autre.example is not allowed: add it to the allowed hosts if it is the panel’s."),
        ({"returns": {**PANEL.returns, "complete": "http://panel.example/?id={id}"}}, "returns.complete",
         "The address must begin with https://, so that nobody on the way can read or change it."),
        ({"returns": {**PANEL.returns, "complete": "https://panel.example/?id={id}&hash=1"}}, "returns.complete",
         "“hash” is added when the address is signed: take it out."),
        ({"returns": {**PANEL.returns, "late": "https://panel.example/"}}, "returns",
         "“late” is no outcome: there are complete, screened_out, quota_full, quality, duplicate."),
        ({"allowed_hosts": ("panel.example", "https://other.example")}, "allowed_hosts",
         "“https://other.example” is no host: write it without https:// and without a path, as in panel.example."),
        ({"id_parameter": "w"}, "carried", "The parameter “w” is taken: each must have a name of its own."),
        ({"id_parameter": "source"}, "id_parameter", "The parameter “source” is taken: each must have a name of its own."),
        ({"signer": "md5"}, "signer",
         "Nothing signs as “md5”: there are sha1, sha256, hmac-sha1, hmac-sha256, sorted-sha256, dynata-med."),
        ({"signer_options": {"encoding": "base32"}}, "signer", "encoding is “base32”: write one of hex, HEX, base64url."),
        ({"secret": ""}, "secret", "There is no secret to sign with: write the one that the panel gave."),
        ({"signer": "dynata-med", "secret": "12"}, "carried",
         "The signature takes k2, which the entry link must bring: add it to what is carried."),
        ({"entry_check": {"signer": "dynata-med"}}, "entry_check",
         "Choose how entry links are signed: sha1, sha256, hmac-sha1, hmac-sha256, sorted-sha256."),
        ({"call": {"address": "https://panel.example/x", "codes": {"complete": 1}}}, "call",
         "There is no code for: screened_out, quota_full, quality, duplicate."),
        ({"call": {"address": "https://169.254.169.254/x", "codes": dict.fromkeys(OUTCOMES, 1)}}, "call",
         "The host 169.254.169.254 is not allowed: add it to the allowed hosts if it is the panel’s."),
        ({"call": {"address": "https://panel.example/{secret}", "codes": dict.fromkeys(OUTCOMES, 1)}}, "call",
         "Nothing is known as {secret}: an address may hold {id}, {status}, {wallet}."),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place_and_its_remedy(changes, where, message):
    assert check(PANEL) == ()
    assert (where, message) in said(replace(PANEL, **changes))


def test_this_machine_may_be_tried_in_plain_only_where_that_is_allowed():
    here = replace(PANEL, returns=dict.fromkeys(OUTCOMES, "http://127.0.0.1:8080/{id}"), allowed_hosts=("127.0.0.1:8080",))
    assert len(check(here)) == 5
    assert check(here, on_this_machine=True) == ()


def test_a_panel_without_addresses_keeps_people_on_our_own_page():
    assert check(Provider()) == ()
    assert Provider().address_for("complete", Person("1")).address == ""


def test_every_state_has_one_outcome():
    assert set(OUTCOME_OF.values()) == set(OUTCOMES)
    assert (OUTCOME_OF["over"], OUTCOME_OF["refused"], OUTCOME_OF["removed"]) == ("complete", "screened_out", "quality")
