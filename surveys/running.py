"""How a wave is run, as its row of the waves sheet says it: soft launch, schedule, length, alerts, message while paused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from surveys.core.cells import same_texts, texts
from surveys.core.clocks import NoSuchTime, moment
from surveys.core.messages import N_
from surveys.core.workbook import Row
from surveys.drafts import Draft, decimal_of

COLUMNS = ("soft_limit", "opens_at", "closes_at", "expected_minutes", "silence_minutes", "alert_emails")
WALL = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}")
MINUTES = re.compile(r"[0-9]{1,3}([.,][0-9])?")
SILENCE_MINUTES = 30
DEFAULT_ZONE = "Europe/Paris"


def check_running(draft: Draft, row: Row) -> None:
    """Note what is wrong in the cells that say how a wave is run; its time zone is known to be one."""
    for column in ("soft_limit", "silence_minutes"):
        if draft.whole("waves", row, column) == 0:
            draft.note("waves", row, column, N_("Write a number from 1."))
    if row["expected_minutes"] and not (MINUTES.fullmatch(row["expected_minutes"]) and decimal_of(row["expected_minutes"])):
        draft.note("waves", row, "expected_minutes", N_("Write minutes such as 10 or 7.5."))
    for address in emails_of(row["alert_emails"]):
        try:
            validate_email(address)
        except ValidationError:
            draft.note("waves", row, "alert_emails", N_("“%(address)s” is not an e-mail address."), address=address)
    opens_at, closes_at = _checked_time(draft, row, "opens_at"), _checked_time(draft, row, "closes_at")
    if opens_at and closes_at and closes_at <= opens_at:
        draft.note("waves", row, "closes_at", N_("The field closes before it opens."))
    same_texts(row, "waves", "pause_message", draft.questionnaire.languages, draft.report)


def running_of(row: Row) -> Mapping[str, object]:
    """Return the fields of a wave that its checked row sets, and only those whose column the sheet has: others are set on screen."""
    fields: dict[str, object] = {
        "soft_limit": int(row["soft_limit"]) if row["soft_limit"] else None,
        "opens_at": time_of(row["opens_at"], row),
        "closes_at": time_of(row["closes_at"], row),
        "expected_minutes": _decimal(row["expected_minutes"]),
        "silence_minutes": int(row["silence_minutes"] or SILENCE_MINUTES),
        "alert_emails": emails_of(row["alert_emails"]),
    }
    message = texts(row, "pause_message")
    return {name: value for name, value in fields.items() if name in row.cells} | ({"pause_message": message} if message else {})


def emails_of(text: str) -> list[str]:
    """Return the addresses of a cell, separated by spaces, commas or semicolons; each once, in order."""
    return list(dict.fromkeys(address for address in re.split(r"[\s,;]+", text) if address))


def time_of(text: str, row: Row) -> datetime | None:
    """Return the instant of a time written on the clock of the wave's place; None for an empty cell. Raises ValueError, NoSuchTime among them."""
    if not text:
        return None
    if not WALL.fullmatch(text):
        raise ValueError(text)
    return moment(datetime.fromisoformat(text), row["time_zone"] or DEFAULT_ZONE).at


def _checked_time(draft: Draft, row: Row, column: str) -> datetime | None:
    try:
        at = time_of(row[column], row)
    except NoSuchTime as refused:
        draft.note("waves", row, column, refused.message.template, **refused.message.values)
        return None
    except ValueError:
        draft.note("waves", row, column, N_("Write a date and a time such as 2026-01-05 08:00."))
        return None
    remark = moment(datetime.fromisoformat(row[column]), row["time_zone"] or DEFAULT_ZONE).remark if at else None
    if remark:
        draft.report.warn("waves", row.number, column, remark.template, **remark.values)
    return at


def _decimal(text: str) -> Decimal | None:
    return decimal_of(text) if text else None
