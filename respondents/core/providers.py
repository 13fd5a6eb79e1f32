"""A panel provider as data: how its members come in, the address that tells it each outcome, its signature, and its calls.

Every address is a template of a fixed host, which must be allowed; what a person brings is only ever put, encoded, into its path and
parameters. So no link can send anybody to an address that nobody chose.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from respondents.core.signing import DYNATA, CannotSign, Signed, Signer, entry_fault
from surveys.core.messages import N_

COMPLETE, SCREENED_OUT, QUOTA_FULL, QUALITY, DUPLICATE = OUTCOMES = ("complete", "screened_out", "quota_full", "quality", "duplicate")

# What a panel is told of an interview's state. Who finished over quota answered everything and is paid; a field that is closed on
# somebody, or a place lost on the way, is what the trade calls a full quota; who refuses to take part leaves as screened out.
OUTCOME_OF: Mapping[str, str] = {
    "completed": COMPLETE,
    "over": COMPLETE,
    "screened_out": SCREENED_OUT,
    "refused": SCREENED_OUT,
    "quota_full": QUOTA_FULL,
    "expired": QUOTA_FULL,
    "abandoned": QUOTA_FULL,
    "screening": QUOTA_FULL,
    "reserved": QUOTA_FULL,
    "removed": QUALITY,
    "duplicate": DUPLICATE,
}

ADDRESS = re.compile(r"(https?)://([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?)((?:[/?][!-\[\]-~]*)?)", re.IGNORECASE)
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
ON_THIS_MACHINE = re.compile(r"(127\.0\.0\.1|localhost)(:[0-9]{1,5})?")
UNESCAPED = "*-_.~"  # identifiers of panels hold them as they are

Texts = Mapping[str, str]


@dataclass(frozen=True)
class CallRequest:
    """A server-to-server call, ready to be sent. It holds the secret."""

    method: str
    address: str
    headers: Texts = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class Person:
    """Who is told about: the identifier at the panel, and the values carried from the entry link."""

    identifier: str
    carried: Texts = field(default_factory=dict, hash=False)

    @property
    def values(self) -> dict[str, str]:
        """Return everything an address may hold of the person, by placeholder."""
        return {**self.carried, "id": self.identifier}


@dataclass(frozen=True)
class Provider:
    """A provider's rules, as kept with a source. ``secret`` signs addresses and opens its calls.

    ``carried`` gives, by the name it is kept under, the parameter of the entry link; ``returns`` the address template of each
    outcome; ``entry_check`` the signer of entry links, its options and ``expires``; ``call`` the ``method``, ``address``, ``headers``,
    ``body`` and the ``codes`` of the outcomes of the call that tells the outcome from server to server.
    """

    id_parameter: str = "id"
    carried: Texts = field(default_factory=dict, hash=False)
    returns: Texts = field(default_factory=dict, hash=False)
    allowed_hosts: tuple[str, ...] = ()
    signer: str = ""
    signer_options: Texts = field(default_factory=dict, hash=False)
    entry_check: Texts = field(default_factory=dict, hash=False)
    call: Mapping[str, Any] = field(default_factory=dict, hash=False)
    secret: str = field(default="", repr=False)

    @property
    def leaving(self) -> Signer:
        """Return what signs the addresses that people leave by."""
        return Signer(self.signer, self.secret, self.signer_options)

    @property
    def entering(self) -> Signer:
        """Return what signed the links that people enter by."""
        return Signer(self.entry_check.get("signer", ""), self.secret, self.entry_check)

    def entry_fault(self, address: str, now: float) -> str:
        """Return what is wrong with an entry link, as it came in: '', "forged" or "expired"; '' where links are not signed."""
        if not self.entry_check:
            return ""
        return entry_fault(address, self.entering, now=now, expires=self.entry_check.get("expires", ""))

    def is_known_enough(self, person: Person) -> bool:
        """Say whether the entry link brought all that a complete must be told with: an interview that cannot be paid must not begin."""
        return bool(person.identifier) and not self.leaving.lacks(person.values)

    def address_for(self, outcome: str, person: Person) -> Signed:
        """Return the signed address that tells an outcome; an empty one where the provider has none. Raises CannotSign."""
        template = self.returns.get(outcome, "")
        if not template:
            return Signed("")
        address = filled(template, {**person.values, "status": outcome})
        if host_of(address) not in self.allowed_hosts:
            raise CannotSign(N_("The host %(host)s is not among the allowed ones."), host=host_of(address))
        return self.leaving.sign(address, person.values, complete=outcome == COMPLETE)

    def call_for(self, outcome: str, person: Person) -> CallRequest:
        """Return the call that tells an outcome. Raises CannotSign."""
        code = self.call["codes"][outcome]
        values = {**person.values, "status": str(code), "secret": self.secret}
        address = filled(self.call["address"], values)
        if host_of(address) not in self.allowed_hosts:
            raise CannotSign(N_("The host %(host)s is not among the allowed ones."), host=host_of(address))
        body = {name: code if text == "{status}" else _replaced(text, values) for name, text in self.call.get("body", {}).items()}
        headers = {name: _replaced(text, values) for name, text in self.call.get("headers", {}).items()}
        told = json.dumps(body, ensure_ascii=False).encode() if body else b""
        return CallRequest(self.call.get("method", "POST"), address, headers | ({"Content-Type": "application/json"} if body else {}), told)

    def with_secret(self, secret: str) -> Provider:
        """Return the same rules with another secret."""
        return replace(self, secret=secret)


def filled(template: str, values: Texts) -> str:
    """Return an address from its template: each value is encoded, so that it stays one value."""
    return PLACEHOLDER.sub(lambda found: quote(values.get(found[1], ""), safe=UNESCAPED), template)


def host_of(address: str) -> str:
    """Return the host of an address, with its port if it names one; '' for what is no plain address of the web."""
    found = ADDRESS.fullmatch(address)
    return found[2].lower() if found else ""


def _replaced(template: str, values: Texts) -> str:
    return PLACEHOLDER.sub(lambda found: values.get(found[1], ""), template)


def takes_formula(signer: str) -> bool:
    """Say whether a signer computes with values of the person, which the entry link must then bring."""
    return signer == DYNATA
