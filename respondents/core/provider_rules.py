"""What is wrong with a provider's rules, before anybody is sent anywhere: what, where, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from respondents.core.providers import ADDRESS, ON_THIS_MACHINE, OUTCOMES, PLACEHOLDER, Provider, takes_formula
from respondents.core.signing import DEFAULTS, DIGESTS, ENCODINGS, SIGNERS, Signer
from surveys.core.messages import N_, Message

PARAMETER = re.compile(r"[A-Za-z0-9_.\-\[\]]{1,64}")
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?")
LONGEST_HOST = 253  # of a name of the internet
HEADER = re.compile(r"[A-Za-z0-9-]{1,64}")
OURS = frozenset({"source", "lang", "after", "test", "pass"})  # parameters of our own links
TO_BE_WRITTEN = re.compile(r"\[[^\]]*\]")  # what a preset leaves to be written


@dataclass(frozen=True)
class Problem:
    """What is wrong with one part of a provider's rules: ``where`` is the part's name, "returns.complete" for one address."""

    where: str
    message: Message


def check(provider: Provider, *, on_this_machine: bool = False) -> tuple[Problem, ...]:
    """Return everything that is wrong with the rules. ``on_this_machine`` also allows plain addresses of 127.0.0.1, to try them out."""
    checks = (
        _entering(provider),
        _hosts(provider),
        _returns(provider, on_this_machine),
        _leaving(provider),
        _call(provider, on_this_machine),
    )
    return tuple(problem for found in checks for problem in found)


def _problem(where: str, template: str, **values: object) -> Problem:
    return Problem(where, Message(template, values))


def _entering(provider: Provider) -> Iterator[Problem]:
    used = [provider.id_parameter, *provider.carried.values()]
    for where, parameter in [("id_parameter", used[0]), *(("carried", parameter) for parameter in used[1:])]:
        if not PARAMETER.fullmatch(parameter):
            yield _problem(where, N_("“%(name)s” is no name of a parameter: write letters, digits and _ only."), name=parameter)
        elif parameter in OURS or used.count(parameter) > 1:
            yield _problem(where, N_("The parameter “%(name)s” is taken: each must have a name of its own."), name=parameter)
    for name in provider.carried:
        if not NAME.fullmatch(name) or name in ("id", "status", "secret"):
            text = N_("“%(name)s” cannot be kept under this name: write small letters, digits and _, and neither id, status nor secret.")
            yield _problem("carried", text, name=name)
    if provider.entry_check:
        yield from _entry_check(provider)


def _entry_check(provider: Provider) -> Iterator[Problem]:
    signer = provider.entry_check.get("signer", "")
    if signer not in DIGESTS:
        yield _problem("entry_check", N_("Choose how entry links are signed: %(names)s."), names=", ".join(DIGESTS))
        return
    yield from _options("entry_check", provider.entering)
    expires = provider.entry_check.get("expires", "")
    if expires and (not PARAMETER.fullmatch(expires) or expires in OURS):
        yield _problem("entry_check", N_("“%(name)s” is no name of a parameter: write letters, digits and _ only."), name=expires)


def _options(where: str, signer: Signer) -> Iterator[Problem]:
    if not PARAMETER.fullmatch(signer.option("parameter")):
        text = N_("“%(name)s” is no name of a parameter: write letters, digits and _ only.")
        yield _problem(where, text, name=signer.option("parameter"))
    for option, allowed in (("encoding", ENCODINGS), ("ampersand", ("yes", "no"))):
        if option in DEFAULTS[signer.name] and signer.option(option) not in allowed:
            values = {"name": option, "value": signer.option(option), "allowed": ", ".join(allowed)}
            yield _problem(where, N_("%(name)s is “%(value)s”: write one of %(allowed)s."), **values)
    if not signer.secret:
        yield _problem("secret", N_("There is no secret to sign with: write the one that the panel gave."))


def _hosts(provider: Provider) -> Iterator[Problem]:
    for host in provider.allowed_hosts:
        if not HOST.fullmatch(host) or len(host) > LONGEST_HOST:
            text = N_("“%(host)s” is no host: write it without https:// and without a path, as in panel.example.")
            yield _problem("allowed_hosts", text, host=host)


def _returns(provider: Provider, on_this_machine: bool) -> Iterator[Problem]:
    for outcome in provider.returns.keys() - set(OUTCOMES):
        yield _problem("returns", N_("“%(name)s” is no outcome: there are %(names)s."), name=outcome, names=", ".join(OUTCOMES))
    if not any(provider.returns.values()):
        return  # everybody ends on our own page
    for outcome in OUTCOMES:
        where, template = f"returns.{outcome}", provider.returns.get(outcome, "")
        if not template:
            text = N_("This address is missing: somebody who ends so could not go back. Write it, if need be the same as another.")
            yield _problem(where, text)
            continue
        faults = list(_address(where, template, provider, {"id", "status", *provider.carried}, on_this_machine))
        yield from faults
        signature = provider.leaving.option("parameter") if provider.signer in SIGNERS else ""
        if not faults and signature and re.search(rf"[?&]{re.escape(signature)}=", template):
            yield _problem(where, N_("“%(name)s” is added when the address is signed: take it out."), name=signature)


def _address(where: str, template: str, provider: Provider, known: set[str], on_this_machine: bool) -> Iterator[Problem]:
    """What is wrong with one address. Its host is fixed, and no value of a person can change it."""
    if TO_BE_WRITTEN.search(template):
        yield _problem(where, N_("Write what the panel gave in place of %(text)s."), text=TO_BE_WRITTEN.search(template)[0])  # type: ignore[index]
        return
    found = ADDRESS.fullmatch(template)
    host = found[2].lower() if found else ""
    if found is None or "#" in template:
        yield _problem(where, N_("This is no address: write https://, the host, and the rest without blanks, accents or #."))
        return
    if found[1].lower() != "https" and not (on_this_machine and ON_THIS_MACHINE.fullmatch(host)):
        yield _problem(where, N_("The address must begin with https://, so that nobody on the way can read or change it."))
    if host not in provider.allowed_hosts:
        yield _problem(where, N_("The host %(host)s is not allowed: add it to the allowed hosts if it is the panel’s."), host=host)
    for name in sorted(set(PLACEHOLDER.findall(found[3])) - known):
        values = {"name": name, "names": ", ".join(f"{{{each}}}" for each in sorted(known))}
        yield _problem(where, N_("Nothing is known as {%(name)s}: an address may hold %(names)s."), **values)
    if re.search(r"[{}]", PLACEHOLDER.sub("", found[3])):
        yield _problem(where, N_("A brace stands alone: write what is to be put in as {id}."))


def _leaving(provider: Provider) -> Iterator[Problem]:
    if provider.signer not in SIGNERS:
        yield _problem(
            "signer", N_("Nothing signs as “%(name)s”: there are %(names)s."), name=provider.signer, names=", ".join(SIGNERS[1:])
        )
        return
    signer = provider.leaving
    if signer.needs_secret:
        yield from _options("signer", signer)
    if takes_formula(provider.signer):
        for option in ("pid", "k2"):
            if signer.option(option) not in provider.carried:
                text = N_("The signature takes %(name)s, which the entry link must bring: add it to what is carried.")
                yield _problem("carried", text, name=signer.option(option))
        if provider.secret and not re.fullmatch(r"[0-9]{1,30}", provider.secret):
            yield _problem("secret", N_("The secret of this signature is a whole number: the key that the panel calls key1."))


def _call(provider: Provider, on_this_machine: bool) -> Iterator[Problem]:
    call = provider.call
    if not call:
        return
    wrong = [name for name, kind in (("headers", dict), ("body", dict), ("codes", dict)) if not isinstance(call.get(name, {}), kind)]
    if wrong or not isinstance(call.get("address", ""), str):
        yield _problem("call", N_("%(names)s cannot be read: write names and values."), names=", ".join(wrong) or "address")
        return
    if call.get("method", "POST") not in ("POST", "GET", "PUT"):
        yield _problem("call", N_("A call is sent by POST, GET or PUT."))
    known = {"id", "status", *provider.carried}
    yield from _address("call", call.get("address", ""), provider, known, on_this_machine)
    missing = [outcome for outcome in OUTCOMES if call.get("codes", {}).get(outcome, "") == ""]
    if missing:
        yield _problem("call", N_("There is no code for: %(names)s."), names=", ".join(missing))
    yield from _call_texts(call, known, provider)


def _call_texts(call: Any, known: set[str], provider: Provider) -> Iterator[Problem]:
    texts = [*call.get("headers", {}).items(), *call.get("body", {}).items()]
    for name, text in texts:
        if not isinstance(text, str) or not text.isprintable():
            yield _problem("call", N_("%(names)s cannot be read: write names and values."), names=name)
            continue
        for unknown in sorted(set(PLACEHOLDER.findall(text)) - known - {"secret"}):
            names = ", ".join(f"{{{each}}}" for each in sorted({*known, "secret"}))
            yield _problem("call", N_("Nothing is known as {%(name)s}: an address may hold %(names)s."), name=unknown, names=names)
    for name in call.get("headers", {}):
        if not HEADER.fullmatch(name):
            yield _problem("call", N_("“%(name)s” is no name of a header."), name=name)
    if not provider.secret and any("{secret}" in str(text) for _, text in texts):
        yield _problem("secret", N_("There is no secret to sign with: write the one that the panel gave."))
