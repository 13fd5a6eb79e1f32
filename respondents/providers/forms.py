"""The form of a panel's rules: read from a provider, filled by a preset, and checked as a whole before anything is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from respondents.core.presets import PRESETS
from respondents.core.provider_rules import check
from respondents.core.providers import OUTCOMES, Provider
from respondents.core.signing import DIGESTS, ENCODINGS, SIGNERS
from surveys.translation import say

OUTCOME_LABELS = {
    "complete": gettext_lazy("Complete"),
    "screened_out": gettext_lazy("Screened out"),
    "quota_full": gettext_lazy("Quota full"),
    "quality": gettext_lazy("Quality"),
    "duplicate": pgettext_lazy("outcome", "Duplicate"),
}
ENCODING_LABELS = {
    "hex": gettext_lazy("hexadecimal"),
    "HEX": gettext_lazy("hexadecimal, capitals"),
    "base64url": gettext_lazy("base64 for addresses, without ="),
}
SIGNER_LABELS = {
    "": gettext_lazy("none"),
    "sha1": gettext_lazy("SHA-1 of address and secret"),
    "sha256": gettext_lazy("SHA-256 of address and secret"),
    "hmac-sha1": gettext_lazy("HMAC-SHA1 of the address"),
    "hmac-sha256": gettext_lazy("HMAC-SHA256 of the address"),
    "sorted-sha256": gettext_lazy("SHA-256 of secret and sorted parameters"),
    "dynata-med": gettext_lazy("Dynata: key1 × pid − k2, completes only"),
}
WHERE = {"signer": "signer", "entry_check": "entry_signer", "call": "call_address", "returns": "returns_complete"}


class Section(NamedTuple):
    """Some of the form's fields under a title, with a sentence on what they are."""

    title: str
    about: str
    fields: list[BoundField]


def _lines(separator: str, rows: int = 3) -> Any:
    return forms.Textarea(attrs={"rows": rows, "cols": 60, "spellcheck": "false", "placeholder": f"… {separator} …", "class": "code"})


def _address(label: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=1000, widget=forms.TextInput(attrs={"class": "code address"}))


class RulesForm(forms.Form):
    """Everything that a panel's rules say. An empty secret keeps the one that is there, which is never shown."""

    preset = forms.CharField(required=False, widget=forms.HiddenInput)
    id_parameter = forms.CharField(label=gettext_lazy("Parameter of the identifier"), max_length=64)
    carried = forms.CharField(label=gettext_lazy("Parameters given back"), required=False, widget=_lines("="))
    returns_complete = _address(OUTCOME_LABELS["complete"])
    returns_screened_out = _address(OUTCOME_LABELS["screened_out"])
    returns_quota_full = _address(OUTCOME_LABELS["quota_full"])
    returns_quality = _address(OUTCOME_LABELS["quality"])
    returns_duplicate = _address(OUTCOME_LABELS["duplicate"])
    allowed_hosts = forms.CharField(label=gettext_lazy("Allowed hosts"), required=False, widget=_lines(""))
    signer = forms.ChoiceField(label=gettext_lazy("Signature"), required=False, choices=[(name, SIGNER_LABELS[name]) for name in SIGNERS])
    signer_parameter = forms.CharField(label=gettext_lazy("Parameter of the signature"), required=False, max_length=64)
    signer_encoding = forms.ChoiceField(label=gettext_lazy("Written as"), required=False,
                                        choices=[("", "—"), *((name, ENCODING_LABELS[name]) for name in ENCODINGS)])  # fmt: skip
    signer_ampersand = forms.BooleanField(label=gettext_lazy("The final & is signed too"), required=False)
    secret = forms.CharField(label=gettext_lazy("Secret"), required=False, max_length=500, strip=True,
                             widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))  # fmt: skip
    entry_signer = forms.ChoiceField(label=gettext_lazy("Signature of entry links"), required=False,
                                     choices=[("", SIGNER_LABELS[""]), *((name, SIGNER_LABELS[name]) for name in DIGESTS)])  # fmt: skip
    entry_parameter = forms.CharField(label=gettext_lazy("Parameter of the signature"), required=False, max_length=64)
    entry_encoding = forms.ChoiceField(label=gettext_lazy("Written as"), required=False,
                                       choices=[("", "—"), *((name, ENCODING_LABELS[name]) for name in ENCODINGS)])  # fmt: skip
    entry_ampersand = forms.BooleanField(label=gettext_lazy("The final & is signed too"), required=False)
    entry_expires = forms.CharField(label=gettext_lazy("Parameter of the expiry"), required=False, max_length=64)
    call_method = forms.ChoiceField(
        label=gettext_lazy("Sent by"), required=False, choices=[(name, name) for name in ("POST", "PUT", "GET")]
    )
    call_address = _address(gettext_lazy("Address of the call"))
    call_headers = forms.CharField(label=gettext_lazy("Headers"), required=False, widget=_lines("="))
    call_body = forms.CharField(label=gettext_lazy("Body (JSON)"), required=False, widget=_lines("="))
    call_codes = forms.CharField(label=gettext_lazy("Code of each outcome"), required=False, widget=_lines("=", rows=5))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500)

    def __init__(self, *args: Any, kept_secret: str = "", **named: Any) -> None:
        super().__init__(*args, **named)
        self.kept_secret = kept_secret

    def sections(self) -> list[Section]:
        """Return the fields in the order in which they are thought about."""
        known = ", ".join(f"{{{name}}}" for name in ("id", "status"))
        secret = _("A secret is kept; leave this empty to keep it. It is never shown again.") if self.kept_secret else _("Not given yet.")
        return [
            Section(_("Coming in"), _("The entry link brings the identifier, and what must be given back. One per line: name kept = parameter of the link."), self._fields("id_parameter", "carried")),
            Section(_("Going back"), _("One address per outcome. They may hold %(names)s and the names kept.") % {"names": known}, self._fields(*(f"returns_{outcome}" for outcome in OUTCOMES), "allowed_hosts")),
            Section(_("Signature"), secret, self._fields("secret", "signer", "signer_parameter", "signer_encoding", "signer_ampersand")),
            Section(_("Signed entry links"), _("With a signature, a link that is wrong or out of time lets nobody in."), self._fields("entry_signer", "entry_parameter", "entry_encoding", "entry_ampersand", "entry_expires")),
            Section(_("Call from server to server"), _("Leave the address empty for none. {secret} may stand in headers and body; one name = value per line."), self._fields("call_method", "call_address", "call_headers", "call_body", "call_codes")),
            Section(_("This change"), "", self._fields("reason")),
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Check the rules as a whole; each mistake stands at its field."""
        cleaned = super().clean() or {}
        if not self.errors:
            for problem in check(self.provider(), on_this_machine=settings.CALLS_ON_THIS_MACHINE):
                where = WHERE.get(problem.where, problem.where.replace(".", "_"))
                self.add_error(where, say(problem.message))
        return cleaned

    def clean_carried(self) -> dict[str, str]:
        """Return the parameters by the name they are kept under."""
        return pairs(self.cleaned_data["carried"])

    def clean_call_headers(self) -> dict[str, str]:
        """Return the call's headers."""
        return pairs(self.cleaned_data["call_headers"])

    def clean_call_body(self) -> dict[str, str]:
        """Return the call's body."""
        return pairs(self.cleaned_data["call_body"])

    def clean_call_codes(self) -> dict[str, str | int]:
        """Return the outcomes' codes, numbers as numbers."""
        return {name: int(code) if code.isdecimal() else code for name, code in pairs(self.cleaned_data["call_codes"]).items()}

    def provider(self) -> Provider:
        """Return the rules that were written."""
        given = self.cleaned_data
        call = {name: given[f"call_{name}"] for name in ("method", "address", "headers", "body", "codes")}
        entry = self._options("entry", given, "expires")
        return Provider(
            id_parameter=given["id_parameter"],
            carried=given["carried"],
            returns={outcome: given[f"returns_{outcome}"] for outcome in OUTCOMES if given[f"returns_{outcome}"]},
            allowed_hosts=tuple(host.lower() for host in given["allowed_hosts"].split()),
            signer=given["signer"],
            signer_options=self._options("signer", given) if given["signer"] else {},
            entry_check={"signer": given["entry_signer"], **entry} if given["entry_signer"] else {},
            call=call if given["call_address"] else {},
            secret=given["secret"] or self.kept_secret,
        )

    def _options(self, prefix: str, given: Mapping[str, Any], *more: str) -> dict[str, str]:
        found = {name: given[f"{prefix}_{name}"] for name in ("parameter", "encoding", *more) if given[f"{prefix}_{name}"]}
        return {**found, "ampersand": "yes"} if given[f"{prefix}_ampersand"] else found

    def _fields(self, *names: str) -> list[BoundField]:
        return [self[name] for name in names]


def initial_of(provider: Provider, preset: str) -> dict[str, object]:
    """Return a form's first values from rules; the secret stays where it is."""
    options, entry, call = provider.signer_options, provider.entry_check, provider.call
    return {
        "preset": preset,
        "id_parameter": provider.id_parameter,
        "carried": as_lines(provider.carried),
        **{f"returns_{outcome}": provider.returns.get(outcome, "") for outcome in OUTCOMES},
        "allowed_hosts": "\n".join(provider.allowed_hosts),
        "signer": provider.signer,
        **_options_of("signer", options),
        "entry_signer": entry.get("signer", ""),
        "entry_expires": entry.get("expires", ""),
        **_options_of("entry", entry),
        "call_method": call.get("method", "POST"),
        "call_address": call.get("address", ""),
        **{f"call_{name}": as_lines(call.get(name, {})) for name in ("headers", "body")},
        "call_codes": as_lines({outcome: call["codes"].get(outcome, "") for outcome in OUTCOMES} if call else {}),
    }


def preset_choices() -> list[tuple[str, str]]:
    """Return the presets by code, under their names in the reader's language."""
    return [(code, _(preset.label)) for code, preset in PRESETS.items()]


def pairs(text: str) -> dict[str, str]:
    """Return what lines of "name = value" say. Raises ValidationError with the line that says nothing."""
    found = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, mark, value = line.partition("=")
        if not mark or not name.strip() or name.strip() in found:
            raise ValidationError(
                _("This line cannot be read: “%(line)s”. Write one name = value per line, each name once.") % {"line": line}
            )
        found[name.strip()] = value.strip()
    return found


def as_lines(values: Mapping[str, object]) -> str:
    """Return lines of "name = value"."""
    return "\n".join(f"{name} = {value}" for name, value in values.items())


def _options_of(prefix: str, options: Mapping[str, str]) -> dict[str, object]:
    texts: Sequence[str] = ("parameter", "encoding")
    return {**{f"{prefix}_{name}": options.get(name, "") for name in texts}, f"{prefix}_ampersand": options.get("ampersand") == "yes"}
