"""Letters that came back: the addresses that a mail server says, for good, do not exist (RFC 3464)."""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from email.message import Message
from email.policy import default as policy

from respondents.core.contacts import normal_address

MBOX_LINE = re.compile(rb"^From \S+ .*\d{4}[^\n]*\n", re.MULTILINE)  # "From sender date": a sentence that starts so is none
SEPARATORS = re.compile(r"[\s,;<>]+")


def bounced_addresses(content: bytes) -> list[str]:
    """Return the addresses that a file says are dead, each once, in its order.

    The file is a mailbox (mbox) of reports, a single report, or a plain list of addresses. Of a report only recipients count
    whose action is ``failed`` and whose status is permanent (5.x.x): a full mailbox or a late delivery comes to nothing.
    """
    if b"delivery-status" not in content.lower():
        written = SEPARATORS.split(content.decode("utf-8-sig", "replace"))
        return list(dict.fromkeys(filter(None, map(normal_address, written))))
    return list(dict.fromkeys(address for report in _messages(content) for address in _failed(report)))


def _messages(content: bytes) -> Iterator[Message]:
    for one in MBOX_LINE.split(b"\n" + content.replace(b"\r\n", b"\n")):
        if one.strip():
            yield email.message_from_bytes(one.lstrip(b"\n"), policy=policy)


def _failed(report: Message) -> Iterator[str]:
    for part in report.walk():
        if part.get_content_type() == "message/delivery-status":
            blocks = part.get_payload()
            yield from (address for block in blocks if isinstance(block, Message) and (address := _dead(block)))


def _dead(block: Message) -> str:
    """The recipient of one block of a report, '' when nothing says that the address is dead."""
    action, status = str(block.get("Action", "")).strip().lower(), str(block.get("Status", "")).strip()
    if action != "failed" or not status.startswith("5") or status.startswith("5.2.2"):  # 5.2.2: the mailbox is full
        return ""
    written = str(block.get("Original-Recipient") or block.get("Final-Recipient") or "")
    return normal_address(written.rpartition(";")[2])
