"""How a field is run, as a person sets it on its page: hours on the clock of its place, soft launch, length, alerts, message of a pause."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.core.clocks import NoSuchTime, moment, wall_of
from surveys.form.frame import own_name
from surveys.models import Wave
from surveys.running import WALL, emails_of
from surveys.translation import say

ADDRESSES = 20  # that alerts go to, at most
TIMES = ("opens_at", "closes_at")
NUMBERS = ("soft_limit", "expected_minutes", "silence_minutes")
PAUSE = "pause_"  # before a language: the field of its message


class RunForm(forms.Form):
    """Everything that may be set of a running field. ``remarks`` says, once it is valid, how a time was understood."""

    opens_at = forms.CharField(label=gettext_lazy("Opens at"), required=False, max_length=19)
    closes_at = forms.CharField(label=gettext_lazy("Closes at"), required=False, max_length=19)
    soft_limit = forms.IntegerField(label=gettext_lazy("Soft launch: stops after"), required=False, min_value=1, max_value=1_000_000)
    expected_minutes = forms.DecimalField(
        label=gettext_lazy("Planned length"), required=False, min_value=1, max_value=999, max_digits=5, decimal_places=1, localize=True
    )
    silence_minutes = forms.IntegerField(label=gettext_lazy("Alert after silence of"), min_value=5, max_value=1440)
    alert_emails = forms.CharField(
        label=gettext_lazy("Alerts go to"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500)

    def __init__(self, wave: Wave, posted: Mapping[str, Any] | None = None) -> None:
        super().__init__(posted, initial=_shown(wave))
        self.wave = wave
        self.remarks: list[str] = []
        for name in TIMES:
            self.fields[name].widget = forms.DateTimeInput(attrs={"type": "datetime-local"})
        for language in wave.survey.languages:
            label = _("Message while paused, %(language)s") % {"language": own_name(language)}
            attributes = {"rows": 2, "lang": language, "dir": "auto"}
            field = forms.CharField(label=label, required=False, max_length=1000, widget=forms.Textarea(attrs=attributes))
            self.fields[PAUSE + language] = field
        self.fields["reason"].required = wave.state not in (Wave.State.DRAFT, Wave.State.TEST)
        self.order_fields([name for name in self.fields if name != "reason"])

    def clean_opens_at(self) -> datetime.datetime | None:
        """Return the instant of the opening."""
        return self._time("opens_at")

    def clean_closes_at(self) -> datetime.datetime | None:
        """Return the instant of the closing; of a field that people can enter, it lies ahead."""
        closes_at = self._time("closes_at")
        is_on = self.wave.state in (Wave.State.SOFT, Wave.State.LIVE, Wave.State.PAUSED)
        if is_on and closes_at and closes_at <= self.wave.now and closes_at != self.wave.closes_at:
            raise ValidationError(_("This time is past. To close the field now, use its button."))
        return closes_at

    def clean_soft_limit(self) -> int | None:
        """Return the number; it stays while a soft launch waits to be signed off."""
        limit: int | None = self.cleaned_data["soft_limit"]
        if limit is None and self.wave.soft_limit and self.wave.awaits_sign_off:
            raise ValidationError(_("The soft launch has begun: its number may change, and stays until it is signed off."))
        return limit

    def clean_alert_emails(self) -> list[str]:
        """Return the addresses, each once."""
        addresses = emails_of(self.cleaned_data["alert_emails"])
        if len(addresses) > ADDRESSES:
            raise ValidationError(_("At most %(limit)s addresses.") % {"limit": ADDRESSES})
        for address in addresses:
            try:
                validate_email(address)
            except ValidationError as refused:
                raise ValidationError(_("“%(address)s” is not an e-mail address.") % {"address": address}) from refused
        return addresses

    def clean(self) -> dict[str, Any]:
        """Hold the closing after the opening."""
        opens_at, closes_at = self.cleaned_data.get("opens_at"), self.cleaned_data.get("closes_at")
        if opens_at and closes_at and closes_at <= opens_at:
            self.add_error("closes_at", _("The field closes before it opens."))
        return self.cleaned_data

    def values(self) -> dict[str, Any]:
        """Return what a valid form sets, by the wave's field."""
        said = {name.removeprefix(PAUSE): text.strip() for name, text in self.cleaned_data.items() if name.startswith(PAUSE)}
        message = {language: text for language, text in said.items() if text}
        return {**{name: self.cleaned_data[name] for name in (*TIMES, *NUMBERS, "alert_emails")}, "pause_message": message}

    def _time(self, name: str) -> datetime.datetime | None:
        text = self.cleaned_data[name].strip()[:16]
        if not text:
            return None
        try:
            if not WALL.fullmatch(text):
                raise ValueError(text)
            found = moment(datetime.datetime.fromisoformat(text), self.wave.time_zone)
        except NoSuchTime as refused:
            raise ValidationError(say(refused.message)) from refused
        except ValueError as refused:
            raise ValidationError(_("Write a date and a time such as 2026-01-05 08:00.")) from refused
        if found.remark:
            self.remarks.append(say(found.remark))
        return found.at


def differences(wave: Wave, values: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Return what ``values`` change of a wave, as written before and after, by the field's name."""
    changed = {name: value for name, value in values.items() if getattr(wave, name) != value}
    return {name: (_written(wave, name, getattr(wave, name)), _written(wave, name, value)) for name, value in changed.items()}


def _shown(wave: Wave) -> dict[str, Any]:
    times = {name: _wall(wave, getattr(wave, name)).replace(" ", "T") for name in TIMES}
    message = {PAUSE + language: text for language, text in wave.pause_message.items()}
    return {**times, **{name: getattr(wave, name) for name in NUMBERS}, "alert_emails": "\n".join(wave.alert_emails), **message}


def _wall(wave: Wave, at: datetime.datetime | None) -> str:
    return f"{wall_of(at, wave.time_zone):%Y-%m-%d %H:%M}" if at else ""


def _written(wave: Wave, name: str, value: Any) -> str:
    if name in TIMES:
        return _wall(wave, value) or "–"
    if name == "alert_emails":
        return ", ".join(value) or "–"
    if name == "pause_message":
        return " / ".join(value.values()) or "–"
    return "–" if value is None else str(value)
