"""How panels sign the addresses that people are sent to, and how a signed address that comes in is checked.

Sources of the rules: help.cint.com (client response codes) and the published redirects of Lucid for HMAC over the address up to
its last "&"; docs.integratedpanel.toluna.com and docs.api.toluna.com for Toluna; documentation.purespectrum.com for the hash of
address and secret; developer.prodege.com (request signing) for sorted parameters; developers.dynata.com for ``med``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from surveys.core.messages import N_, Message

ENCODINGS = ("hex", "HEX", "base64url")
WHOLE_NUMBER = re.compile(r"-?[0-9]{1,30}")

Options = Mapping[str, str]
Digest = Callable[[str, "Signer"], bytes]


class CannotSign(ValueError):
    """An address that cannot be signed, with the sentence that says why."""

    def __init__(self, template: str, **values: object) -> None:
        self.message = Message(template, values)
        super().__init__(str(self.message))


@dataclass(frozen=True)
class Signed:
    """An address ready to be sent, with what was signed and the signature; both are '' when nothing is."""

    address: str
    text: str = ""
    signature: str = ""


@dataclass(frozen=True)
class Signer:
    """A way of signing with its secret, which is never shown.

    Options: ``parameter`` carries the signature; ``encoding`` is hex, HEX (upper case) or base64url (without "="); ``ampersand``
    'yes' signs the address with the "&" that precedes the signature; ``separator`` stands between secret and sorted parameters;
    ``pid`` and ``k2`` name the values that Dynata's formula takes.
    """

    name: str
    secret: str = field(default="", repr=False)
    options: Options = field(default_factory=dict, hash=False)

    def option(self, name: str) -> str:
        """Return an option, by default the signer's own."""
        return str(self.options.get(name) or DEFAULTS.get(self.name, {}).get(name, ""))

    @property
    def needs_secret(self) -> bool:
        """Say whether there is anything to sign with."""
        return self.name != ""

    def lacks(self, values: Mapping[str, str]) -> list[str]:
        """Return the names of the person's values that the signature computes with and that are no whole numbers."""
        names = [self.option("pid"), self.option("k2")] if self.name == DYNATA else []
        return [name for name in names if not WHOLE_NUMBER.fullmatch(values.get(name, ""))]

    def sign(self, address: str, values: Mapping[str, str], *, complete: bool) -> Signed:
        """Return the address with its signature appended.

        ``values`` are the person's by name, for a formula that takes them; ``complete`` says that the address tells a complete
        interview, which is all that Dynata's formula signs. Raises CannotSign.
        """
        if self.name == "" or (self.name == DYNATA and not complete):
            return Signed(address)
        if self.name not in DEFAULTS:
            raise CannotSign(N_("Nothing signs as “%(name)s”: there are %(names)s."), name=self.name, names=", ".join(SIGNERS[1:]))
        if not self.secret:
            raise CannotSign(N_("There is no secret to sign with: write the one that the panel gave."))
        if self.name == DYNATA:
            return self._with_signature(address, *self._med(values))
        text = self.text_of(address)
        return self._with_signature(address, text, self._encoded(DIGESTS[self.name](text, self)))

    def text_of(self, address: str) -> str:
        """Return what is signed of an address that has no signature yet."""
        if self.name == SORTED:
            return self.option("separator").join(sorted(f"{name}={value}" for name, value in _pairs(address)))
        return _open(address) if self.option("ampersand") == "yes" else address

    def _with_signature(self, address: str, text: str, signature: str) -> Signed:
        return Signed(f"{_open(address)}{self.option('parameter')}={signature}", text, signature)

    def _encoded(self, digest: bytes) -> str:
        if self.option("encoding") == "base64url":
            return base64.urlsafe_b64encode(digest).decode().rstrip("=")
        return digest.hex().upper() if self.option("encoding") == "HEX" else digest.hex()

    def _med(self, values: Mapping[str, str]) -> tuple[str, str]:
        wrong = [*([] if WHOLE_NUMBER.fullmatch(self.secret) else ["key1"]), *self.lacks(values)]
        if wrong:
            raise CannotSign(N_("%(names)s must be a whole number for the signature of Dynata."), names=", ".join(wrong))
        pid, k2 = values[self.option("pid")], values[self.option("k2")]
        return f"key1 × {pid} − {k2}", str(int(self.secret) * int(pid) - int(k2))


SORTED, DYNATA = "sorted-sha256", "dynata-med"
DIGESTS: Mapping[str, Digest] = {
    "sha1": lambda text, signer: hashlib.sha1(f"{text}{signer.secret}".encode()).digest(),  # noqa: S324 -- the panels' own choice
    "sha256": lambda text, signer: hashlib.sha256(f"{text}{signer.secret}".encode()).digest(),
    "hmac-sha1": lambda text, signer: hmac.digest(signer.secret.encode(), text.encode(), "sha1"),
    "hmac-sha256": lambda text, signer: hmac.digest(signer.secret.encode(), text.encode(), "sha256"),
    SORTED: lambda text, signer: hashlib.sha256(f"{signer.secret}{signer.option('separator')}{text}".encode()).digest(),
}
_PLAIN = {"parameter": "hash", "encoding": "hex", "ampersand": "no"}
DEFAULTS: Mapping[str, Options] = {
    "": {},
    **dict.fromkeys(DIGESTS, _PLAIN),
    SORTED: {"parameter": "hash", "encoding": "base64url", "separator": ":"},
    DYNATA: {"parameter": "med", "pid": "pid", "k2": "k2"},
}
SIGNERS = tuple(DEFAULTS)


def entry_fault(address: str, signer: Signer, *, now: float, expires: str = "") -> str:
    """Return what is wrong with the link by which somebody enters: '', "forged" or "expired".

    ``address`` is the whole address as it came in, undecoded. ``expires`` names the parameter that says, in seconds since 1970,
    until when the link may be used; the signature covers it like the rest. Signatures are compared in constant time.
    """
    if signer.name not in DIGESTS or not signer.secret:
        return "forged"  # nothing can be checked: nobody is let in on trust
    bare, given = _without(address, signer.option("parameter"))
    if len(given) != 1:
        return "forged"
    text = signer.text_of(bare)
    right = signer._encoded(DIGESTS[signer.name](text, signer))
    if signer.option("encoding") != "base64url":
        right, given = right.lower(), [given[0].lower()]
    if not hmac.compare_digest(right.encode(), given[0].encode()):
        return "forged"
    return "expired" if expires and not _is_in_time(bare, expires, now) else ""


def _is_in_time(address: str, expires: str, now: float) -> bool:
    """A link without its time, with two, or with one that is no number is out of time."""
    times = [value for name, value in _pairs(address) if name == expires]
    return len(times) == 1 and bool(re.fullmatch(r"[0-9]{1,12}", times[0])) and now <= int(times[0])


def _without(address: str, parameter: str) -> tuple[str, list[str]]:
    """The address without a parameter, the rest of it untouched, and the values that parameter had."""
    base, mark, query = address.partition("?")
    kept, given = [], []
    for piece in query.split("&"):
        name, _, value = piece.partition("=")
        if unquote(name) == parameter:
            given.append(unquote(value))
        else:
            kept.append(piece)
    return f"{base}{mark}{'&'.join(kept)}", given


def _pairs(address: str) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(address).query, keep_blank_values=True)


def _open(address: str) -> str:
    """The address ready for one more parameter."""
    if "?" not in address:
        return f"{address}?"
    return address if address.endswith(("?", "&")) else f"{address}&"
