"""The outbox of letters emptied: each is sent once, by whoever holds its row, and no faster than the mail server bears.

A letter's row is written with the decision that causes it and named by its effect (``key``, unique): it exists once. A relay
takes a letter by locking its row (SKIP LOCKED: two relays never have the same one), speaks to the mail server, notes
``sent_at`` and commits. The lock lasts as long as the relay lives, so a slow server, a frozen process or a second beat never
make a second copy. What can is a relay that dies, or is cut off from the server or the database, after the server took the letter and before
the note is committed: an e-mail has no transaction (RFC 1047). It is narrowed to that one moment: the note is the very next
statement; and both copies have the same Message-ID, made from the effect's key, by which mailboxes tell them for one.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import time
from smtplib import SMTPException, SMTPRecipientsRefused
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from respondents.core.letters import MOST_TRIES, as_html, back_off, fill, one_line
from respondents.invitations.links import given_code_of, links_of
from respondents.invitations.reasons import why_not
from respondents.invitations.texts import filled_values
from respondents.models import Invitation, Letter, Panelist

logger = logging.getLogger(__name__)

# Alerts come before invitations. Those to people wait while the field is closed to them: paused, not open yet, or past its hour.
TAKE = """
SELECT l.id FROM respondents_letter l JOIN surveys_wave w ON w.id = l.wave_id
WHERE l.sent_at IS NULL AND l.given_up_at IS NULL AND l.due_at <= statement_timestamp()
  AND (l.invitation_id IS NULL OR w.state = 'closed' OR (w.state IN ('soft', 'live')
    AND coalesce(w.opens_at <= statement_timestamp(), true) AND coalesce(w.closes_at > statement_timestamp(), true)))
ORDER BY l.kind IN ('invitation', 'reminder'), l.due_at, l.id LIMIT 1 FOR UPDATE OF l SKIP LOCKED
"""
IS_DUE = TAKE.replace("FOR UPDATE OF l SKIP LOCKED", "")

# One letter per step, whoever sends it: a process that finds the clock ahead waits.
TAKE_TURN = """
INSERT INTO respondents_letterclock (id, free_at) VALUES (1, clock_timestamp() + make_interval(secs => %(step)s))
ON CONFLICT (id) DO UPDATE SET free_at = clock_timestamp() + make_interval(secs => %(step)s)
  WHERE respondents_letterclock.free_at <= clock_timestamp()
RETURNING 0
"""
UNTIL_FREE = "SELECT extract(epoch FROM free_at - clock_timestamp()) FROM respondents_letterclock WHERE id = 1"


def send_due(seconds: float) -> int:
    """Send the letters that are due, for so many seconds at most; return how many left. Harmless in several processes at once.

    When the mail server is away nothing is tried, and the letters wait for it.
    """
    until, sent, server = time.monotonic() + seconds, 0, None
    try:
        while settings.LETTERS_LEAVE and time.monotonic() < until and _one(IS_DUE) is not None:
            wait = _wait_for_turn()
            if wait > 0:
                time.sleep(min(wait, max(0.0, until - time.monotonic())))
                continue
            server = server or _open_server()
            sent += send_one(server)
    except (SMTPException, OSError) as error:
        logger.warning("Letters wait, the mail server does not answer: %s", type(error).__name__)
    finally:
        if server is not None:
            server.close()
    return sent


def send_one(server: Any) -> bool:
    """Take one letter that is due and send it through an open ``server``; say whether one left.

    A letter that must not be sent any more is given up with its reason; one that failed is due again later. Raises OSError
    or SMTPException when the server went away, after the letter was noted as failed.
    """
    with transaction.atomic():
        letter_id = _one(TAKE)
        if letter_id is None:
            return False
        letter = Letter.objects.select_related("wave__survey", "invitation__panelist", "invitation__interview").get(pk=letter_id)
        reason = why_not(letter)
        if reason:
            _give_up(letter, reason)
            return False
        failure = _hand_over(server, letter)
    if isinstance(failure, Exception) and not isinstance(failure, SMTPRecipientsRefused):
        raise failure
    return failure is None


def message_of(letter: Letter) -> EmailMultiAlternatives:
    """Return the e-mail of a letter: plain text and HTML, with the way out that mailboxes offer by themselves (RFC 2369, 8058)."""
    survey, headers = letter.wave.survey, {"Message-ID": message_id(letter.key), "Auto-Submitted": "auto-generated"}
    subject, body, language = letter.subject, letter.body, survey.default_language
    if letter.invitation:
        person = letter.invitation.panelist
        links = links_of(given_code_of(letter.invitation))
        language = person.language or language
        values = filled_values(letter.wave, language, person.name, links)
        subject, body = fill(subject, values), fill(body, values)
        headers["List-Unsubscribe"] = f"<{links['unsubscribe']}>"
        if links["unsubscribe"].startswith("https://"):  # RFC 8058 §3.1
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message = EmailMultiAlternatives(one_line(subject), body, to=[letter.to], headers=headers)
    message.attach_alternative(as_html(body, language), "text/html")
    return message


def message_id(key: str) -> str:
    """Return the Message-ID of an effect: the same for a second copy, and telling nothing of the key."""
    digest = hmac.digest(settings.SECRET_KEY.encode(), f"respondents.letter:{key}".encode(), hashlib.sha256).hex()[:32]
    return f"<{digest}@{settings.PUBLIC_URL.partition('://')[2].partition(':')[0]}>"


def _hand_over(server: Any, letter: Letter) -> Exception | None:
    """Send, and note it at once, in the transaction that holds the letter; return what went wrong."""
    try:
        server.send_messages([message_of(letter)])
    except SMTPRecipientsRefused as refused:
        codes = [code for code, _ in refused.recipients.values()]
        _note_refusal(letter, for_good=all(500 <= code < 600 for code in codes), error=f"SMTP {', '.join(map(str, codes))}")
        return refused
    except (SMTPException, OSError, ValueError) as error:
        _note_failure(letter, type(error).__name__)
        return None if isinstance(error, ValueError) else error
    Letter.objects.filter(pk=letter.pk).update(sent_at=Now(), tries=letter.tries + 1, error="")
    if letter.invitation_id:
        sent = Invitation.objects.filter(pk=letter.invitation_id)
        sent.update(last_sent_at=Now())
        sent.filter(sent_at__isnull=True).update(sent_at=Now())
    return None


def _note_refusal(letter: Letter, *, for_good: bool, error: str) -> None:
    """A server that refuses the address for good says what a bounce says."""
    if not for_good:
        return _note_failure(letter, error)
    if letter.invitation:
        Panelist.objects.filter(pk=letter.invitation.panelist_id, bounced_at__isnull=True).update(bounced_at=Now())
    return _give_up(letter, error)


def _note_failure(letter: Letter, error: str) -> None:
    tries = letter.tries + 1
    if tries >= MOST_TRIES:
        return _give_up(letter, error)
    Letter.objects.filter(pk=letter.pk).update(tries=tries, due_at=timezone.now() + back_off(tries), error=error)
    return None


def _give_up(letter: Letter, reason: str) -> None:
    Letter.objects.filter(pk=letter.pk).update(given_up_at=Now(), tries=letter.tries + 1, error=reason)


def _open_server() -> Any:
    server = get_connection()
    server.open()
    return server


def _wait_for_turn() -> float:
    """Take the next turn, or return the seconds until it may be asked for again."""
    step = 60 / settings.LETTERS_PER_MINUTE
    if _one(TAKE_TURN, {"step": step}) is not None:
        return 0.0
    return max(0.001, float(_one(UNTIL_FREE) or 0))


def _one(statement: str, parameters: dict[str, Any] | None = None) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        row = cursor.fetchone()
    return row and row[0]
