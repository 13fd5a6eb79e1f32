"""Signatures: equal to the vectors that the panels publish, and nothing forged passes."""

import pytest

from respondents.core.signing import SIGNERS, CannotSign, Signer, entry_fault

LUCID = Signer("hmac-sha1", "supersecret", {"encoding": "base64url", "ampersand": "yes"})


@pytest.mark.parametrize(
    ("signer", "address", "signed"),
    [
        pytest.param(
            Signer("hmac-sha256", "supersecret", {"parameter": "encValue", "ampersand": "yes"}),
            "https://partnerA.com?status=qualified&mc=mymember",
            "https://partnerA.com?status=qualified&mc=mymember&encValue=f0c397932b98251aca505db3bb2c364711f18237f5202017d24b97ec522a373e",
            id="published by Toluna: docs.integratedpanel.toluna.com/memberrouting/encryption",
        ),
        pytest.param(
            Signer("hmac-sha256", "239494365", {"parameter": "TolunaStartEnc", "encoding": "HEX"}),
            "https://www.survey.com/survey/selfserve/53b/g004/231268?list=494&supplier_id=494&idtype=0&country=US&decLang=english"
            "&ID=1000001&sname=qp4lYkBILSpbVy11yCf9RayJ1-I&IDS=1000001",
            "https://www.survey.com/survey/selfserve/53b/g004/231268?list=494&supplier_id=494&idtype=0&country=US&decLang=english"
            "&ID=1000001&sname=qp4lYkBILSpbVy11yCf9RayJ1-I&IDS=1000001"
            "&TolunaStartEnc=EBEDA7E495B2B5F499989CE5086494DA223B256B57457C3858A16666A2414BA5",
            id="published by Toluna: docs.api.toluna.com/encryption",
        ),
        pytest.param(
            Signer("sorted-sha256", "stdY0rTvRj73WAdSdnaDVcs0cIwNVfJQmTJsvn5eKN3RbUVRn2"),
            "https://www.mysurveys.com/redirect?tId=123456789&projectId=987654321&memberId=741852963&status=1&dqid=3"
            "&surveyId=852369741&var1=h494jkfn938&var2=sjew82840dj",
            "https://www.mysurveys.com/redirect?tId=123456789&projectId=987654321&memberId=741852963&status=1&dqid=3"
            "&surveyId=852369741&var1=h494jkfn938&var2=sjew82840dj&hash=nyA8bE-lQ92k4aMP7jo2AIC2_gmHHhGs3-E17rJwYCk",
            id="published by Prodege: developer.prodege.com/surveys-feed/api-reference/authentication/request-signing",
        ),
        pytest.param(
            LUCID,
            "https://samplicio.us/s/ClientCallBack.aspx?RIS=10&RID=E9FC9420-810D-4006-BB3F-4101A6D6C815",
            "https://samplicio.us/s/ClientCallBack.aspx?RIS=10&RID=E9FC9420-810D-4006-BB3F-4101A6D6C815&hash=TPBxbZSxLS-yddC2Je4TW7G1K_w",
            id="from the stated rule of Lucid: HMAC-SHA1 up to the final &, base64url without =",
        ),
        pytest.param(
            Signer("sha1", "supersecret", {"parameter": "ps_hash"}),
            "https://spectrumsurveys.com/surveydone?st=21&transaction_id=abc123",
            "https://spectrumsurveys.com/surveydone?st=21&transaction_id=abc123&ps_hash=977eebab65ad8a30719007842149293dde78fae6",
            id="from the stated rule of PureSpectrum: sha1 of address and secret",
        ),
    ],
)
def test_an_address_is_signed_as_its_panel_says(signer, address, signed):
    assert signer.sign(address, {}, complete=True).address == signed


def test_what_was_signed_is_told_beside_the_signature():
    signed = LUCID.sign("https://samplicio.us/s/ClientCallBack.aspx?RIS=10&RID=E9FC9420-810D-4006-BB3F-4101A6D6C815", {}, complete=True)
    assert signed.text == "https://samplicio.us/s/ClientCallBack.aspx?RIS=10&RID=E9FC9420-810D-4006-BB3F-4101A6D6C815&"
    assert signed.signature == "TPBxbZSxLS-yddC2Je4TW7G1K_w"


def test_dynata_s_formula_signs_a_complete_and_nothing_else():
    """key1 × pid − k2, from developers.dynata.com: 66213 × 1070000026 − 59931 = 70847911661607."""
    signer, person = Signer("dynata-med", "66213"), {"pid": "1070000026", "k2": "59931"}
    exit_ = "https://api.dynata.com/respondent/exit?rst=1&psid=a*b-c_d"
    assert signer.sign(exit_, person, complete=True).address == f"{exit_}&med=70847911661607"
    assert signer.sign(exit_, person, complete=False).address == exit_


@pytest.mark.parametrize("person", [{}, {"pid": "1070000026"}, {"pid": "12e3", "k2": "1"}, {"pid": "１２", "k2": "1"}])
def test_dynata_s_formula_takes_whole_numbers_only(person):
    with pytest.raises(CannotSign, match="must be a whole number"):
        Signer("dynata-med", "66213").sign("https://api.dynata.com/?rst=1", person, complete=True)


@pytest.mark.parametrize("name", [name for name in SIGNERS if name])
def test_nothing_is_signed_without_a_secret(name):
    with pytest.raises(CannotSign, match="no secret"):
        Signer(name).sign("https://panel.example/?id=1", {}, complete=True)


def test_a_rule_that_nobody_knows_signs_nothing():
    with pytest.raises(CannotSign, match="Nothing signs as “md5”"):
        Signer("md5", "secret").sign("https://panel.example/?id=1", {}, complete=True)


def test_without_signer_the_address_stays_as_it_is():
    assert Signer("").sign("https://panel.example/?id=1", {}, complete=True).address == "https://panel.example/?id=1"


def test_the_secret_shows_nowhere():
    assert "supersecret" not in repr(LUCID)


CHECKS = {
    "sha1": Signer("sha1", "secret", {"parameter": "ps_hash"}),
    "sha256": Signer("sha256", "secret"),
    "hmac-sha1": LUCID,
    "hmac-sha256": Signer("hmac-sha256", "secret", {"encoding": "HEX"}),
    "sorted-sha256": Signer("sorted-sha256", "secret"),
}
LINK = "https://barometre.example/s/etude/?source=panel&id=A%2F7&until=1700000000"


@pytest.mark.parametrize("signer", CHECKS.values(), ids=CHECKS)
def test_a_link_signed_by_the_panel_is_let_in_until_its_time(signer):
    link = signer.sign(LINK, {}, complete=True).address
    assert entry_fault(link, signer, now=1_700_000_000, expires="until") == ""
    assert entry_fault(link, signer, now=1_700_000_001, expires="until") == "expired"
    assert entry_fault(link, signer, now=1_700_000_001) == ""


@pytest.mark.parametrize("signer", CHECKS.values(), ids=CHECKS)
@pytest.mark.parametrize(
    "forge",
    [
        lambda link, hash_: link.replace("A%2F7", "A%2F8"),
        lambda link, hash_: link.replace("1700000000", "1900000000"),
        lambda link, hash_: link + "&id=B",
        lambda link, hash_: link + f"&{hash_}=0",
        lambda link, hash_: link[:-1] + ("A" if link[-1] not in "aA" else "B"),
        lambda link, hash_: link.partition(f"&{hash_}=")[0],
        lambda link, hash_: link.partition(f"{hash_}=")[0] + f"{hash_}=",
    ],
    ids=["person", "time", "parameter added", "signed twice", "one digit", "unsigned", "empty signature"],
)
def test_a_link_changed_anywhere_is_forged(signer, forge):
    link = signer.sign(LINK, {}, complete=True).address
    changed = forge(link, signer.option("parameter"))
    assert entry_fault(changed, signer, now=0, expires="until") == "forged"


@pytest.mark.parametrize("name", [name for name in CHECKS if name != "sorted-sha256"])  # which covers the parameters only
def test_another_study_s_link_is_forged(name):
    link = CHECKS[name].sign(LINK, {}, complete=True).address
    assert entry_fault(link.replace("etude", "autre"), CHECKS[name], now=0) == "forged"


@pytest.mark.parametrize("signer", [Signer(""), Signer("sha1"), Signer("dynata-med", "66213"), Signer("none", "secret")])
def test_a_rule_that_checks_nothing_lets_nobody_in(signer):
    assert entry_fault(LINK + "&hash=1", signer, now=0) == "forged"


@pytest.mark.parametrize("time", ["", "&until=", "&until=demain", "&until=1e9", "&until=2000000000&until=2000000000", "&until=-1"])
def test_a_link_whose_time_cannot_be_read_is_out_of_time(time):
    signer = CHECKS["sha256"]
    link = signer.sign(f"https://barometre.example/s/etude/?id=1{time}", {}, complete=True).address
    assert entry_fault(link, signer, now=1_000, expires="until") == "expired"
