"""Letters: filled in once, told as HTML with everything escaped, and the addresses that came back."""

from datetime import timedelta

import pytest

from respondents.core.bounces import bounced_addresses
from respondents.core.letters import as_html, back_off, faults_of, fill, one_line

LINKS = {"link": "https://example.org/e/abc/", "unsubscribe": "https://example.org/e/abc/stop/"}


def test_a_letter_is_filled_in_once_and_what_a_name_holds_stays_as_it_is():  # check 61
    assert fill("{name}: {link}", {"name": "{link} {{7*7}} %(x)s {0.__class__}", **LINKS}) == (
        "{link} {{7*7}} %(x)s {0.__class__}: https://example.org/e/abc/"
    )


@pytest.mark.parametrize("text", ["Bonjour {name},", "Bonjour\u00a0{name},"])
def test_somebody_without_a_name_is_greeted_without_one(text):
    assert fill(text, {"name": ""}) == "Bonjour,"


def test_a_subject_never_starts_another_header():  # check 93
    assert one_line("Votre avis\r\nBcc: all@example.org") == "Votre avis Bcc: all@example.org"


def test_a_letter_without_its_link_or_its_way_out_is_refused():
    assert [str(fault) for fault in faults_of("Hello {nom}", "Come: {link}")] == [
        "{nom} means nothing here; what can be filled in: {name}, {link}, {minutes}, {title}, {sponsor}, {institute}, {unsubscribe}, {withdraw}.",
        "Write {unsubscribe} where it is to stand: no letter goes without it.",
    ]
    assert faults_of("Hello {name}", "{link} {unsubscribe}") == []


def test_html_holds_paragraphs_lines_and_links_and_nothing_that_was_written_as_markup():
    told = as_html("Hello <b>Anne</b>,\nhere: https://example.org/e/abc/.\n\nBye", "en")
    assert "<p>Hello &lt;b&gt;Anne&lt;/b&gt;,<br>" in told
    assert '<a href="https://example.org/e/abc/">https://example.org/e/abc/</a>.</p>\n<p>Bye</p>' in told


def test_a_letter_waits_longer_after_each_failed_try():
    assert [back_off(tries) for tries in (1, 2, 5)] == [timedelta(minutes=2), timedelta(minutes=8), timedelta(hours=8, minutes=32)]


def report(action="failed", status="5.1.1", recipient="rfc822; Gone@Example.org"):
    """One report of a mail server, as RFC 3464 lays it out."""
    return "\r\n".join([
        "From: Mail Delivery <mailer-daemon@example.net>", "Subject: Undelivered Mail", "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"', "", "--b", "Content-Type: text/plain", "",
        "From here on: nobody@example.org", "--b", "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mx.example.net", "",
        f"Final-Recipient: {recipient}", f"Action: {action}", f"Status: {status}", "", "--b--", "",
    ])  # fmt: skip


def test_a_report_names_the_dead_address_and_no_other():
    assert bounced_addresses(report().encode()) == ["gone@example.org"]


@pytest.mark.parametrize("words", [{"action": "delayed"}, {"status": "4.4.7"}, {"status": "5.2.2"}, {"recipient": "x400; c=fr"}])
def test_a_late_letter_or_a_full_mailbox_is_no_dead_address(words):
    assert bounced_addresses(report(**words).encode()) == []


def test_a_mailbox_of_reports_and_a_plain_list_are_read_alike():
    mailbox = "".join(
        f"From mailer Mon Nov 27 09:00:00 2023\n{report(recipient=f'rfc822;{name}@example.org')}\n" for name in ("a", "b", "a")
    )
    assert bounced_addresses(mailbox.encode()) == ["a@example.org", "b@example.org"]
    assert bounced_addresses(b"a@example.org; B@example.org\nnot an address\n") == ["a@example.org", "b@example.org"]
