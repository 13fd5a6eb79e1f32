"""What a panel's source would send: its links, and the five outcomes of a sample person, signed, with what was signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from secrets import token_hex

from django.utils.translation import gettext as _

from respondents.core.providers import OUTCOMES, Person, Provider
from respondents.core.signing import CannotSign, Signed
from respondents.models import Source
from respondents.providers.entering import TEST, entry_address, pass_for_tests
from respondents.providers.forms import OUTCOME_LABELS
from surveys.translation import say

MARKS = {"lucid": "[%RID%]", "cint-s2s": "[%RID%]"}  # what the panel replaces by each person's identifier


@dataclass(frozen=True)
class Trial:
    """One outcome as it would be sent: the address, what was signed of it and the signature; or why there is none."""

    outcome: str
    label: str
    signed: Signed
    fault: str = ""


def trials(provider: Provider, person: Person) -> list[Trial]:
    """Return the five outcomes for a person, in their usual order."""
    return [_trial(provider, outcome, person) for outcome in OUTCOMES]


def sample_of(provider: Provider, given: Mapping[str, str]) -> Person:
    """Return the sample person: what was typed, or a made-up identifier and whole numbers for what is carried."""
    carried = {name: given.get(name) or str(100 + place) for place, name in enumerate(provider.carried)}
    return Person(given.get("id") or "EXEMPLE-1", carried)


def link_to_give(source: Source, provider: Provider) -> str:
    """Return the entry link to give to the panel; what it replaces stands in [brackets]."""
    mark = MARKS.get(source.preset, "")
    link = entry_address(source, provider, {})
    brought = {
        provider.id_parameter: mark or f"[{_('identifier')}]",
        **{parameter: f"[{parameter}]" for parameter in provider.carried.values()},
    }
    if provider.entry_check:
        expires = provider.entry_check.get("expires", "")
        brought |= {expires: f"[{expires}]"} if expires else {}
        brought[provider.entering.option("parameter")] = f"[{_('signature')}]"
    return link + "".join(f"&{name}={value}" for name, value in brought.items())


def link_for_tests(source: Source, provider: Provider) -> str:
    """Return a link by which somebody enters as a test, under an identifier that is new each time."""
    values = {provider.id_parameter: f"test-{token_hex(4)}", **dict.fromkeys(provider.carried.values(), "1")}
    return entry_address(source, provider, {**values, TEST: pass_for_tests(source)})


def _trial(provider: Provider, outcome: str, person: Person) -> Trial:
    label = str(OUTCOME_LABELS[outcome])
    try:
        return Trial(outcome, label, provider.address_for(outcome, person))
    except CannotSign as fault:
        return Trial(outcome, label, Signed(""), say(fault.message))
