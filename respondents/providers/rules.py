"""A source's rules as values, with its secret opened."""

from __future__ import annotations

from respondents.core.providers import Person, Provider
from respondents.models import Interview, Source
from respondents.providers.secrecy import decrypted


def provider_of(source: Source) -> Provider:
    """Return the rules kept with a source. Raises SecretLost."""
    return Provider(
        id_parameter=source.id_parameter,
        carried=source.carried,
        returns=source.returns,
        allowed_hosts=tuple(source.allowed_hosts),
        signer=source.signer,
        signer_options=source.signer_options,
        entry_check=source.entry_check,
        call=source.call,
        secret=decrypted(source.secret),
    )


def person_of(interview: Interview) -> Person:
    """Return who is told about, as the entry link named them."""
    return Person(interview.external_id or "", interview.carried)
