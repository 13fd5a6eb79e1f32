"""What is asked on the screens of invitations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from respondents.core.letters import LONGEST_BODY, LONGEST_SUBJECT, faults_of
from respondents.invitations.pool import Options
from surveys.core.files import MAX_FILE_BYTES
from surveys.translation import say

SUFFIXES = (".csv", ".xlsx")


class ContactsForm(forms.Form):
    """A file of people."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "A CSV file in UTF-8 or a workbook: columns email, name, language, and variables of the questionnaire by their name."
        ),
    )

    def clean_file(self) -> UploadedFile[Any]:
        """Refuse what is no table, or too large."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if Path(str(file.name)).suffix.lower() not in SUFFIXES:
            raise ValidationError(_("Choose a file whose name ends in .csv or .xlsx."))
        return _small_enough(file)


class BouncesForm(forms.Form):
    """A mailbox of delivery reports, or a list of addresses."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("A mailbox (mbox) of delivery reports, one report (.eml), or a list of addresses."),
    )

    def clean_file(self) -> UploadedFile[Any]:
        """Refuse what is too large."""
        return _small_enough(self.cleaned_data["file"])


class InvitationsForm(forms.Form):
    """Whom to invite."""

    at_most = forms.IntegerField(label=gettext_lazy("At most"), min_value=1, max_value=1_000_000, required=False,
                                 help_text=gettext_lazy("Letters in this send-out; empty: as many as the open cells need."))  # fmt: skip
    rest_days = forms.IntegerField(label=gettext_lazy("Days of rest"), min_value=0, max_value=3_650, initial=30,
                                   help_text=gettext_lazy("Nobody who got a letter within so many days, for any wave."))  # fmt: skip
    exclude_earlier = forms.BooleanField(
        label=gettext_lazy("Leave out people interviewed in other waves of this survey"), initial=True, required=False
    )

    def options(self, cell: int | None) -> Options:
        """Return the choices made."""
        data = self.cleaned_data
        return Options(data["rest_days"], data["exclude_earlier"], data["at_most"], cell)


class RemindersForm(forms.Form):
    """Whom to remind."""

    at_most = forms.IntegerField(label=gettext_lazy("At most"), min_value=1, max_value=1_000_000, required=False,
                                 help_text=gettext_lazy("Letters in this send-out; empty: everybody who may be reminded."))  # fmt: skip
    max_reminders = forms.IntegerField(label=gettext_lazy("Reminders a person"), min_value=1, max_value=5, initial=2)
    gap_days = forms.IntegerField(label=gettext_lazy("Days between two letters"), min_value=1, max_value=60, initial=3)

    def options(self, cell: int | None) -> Options:
        """Return the choices made."""
        data = self.cleaned_data
        return Options(at_most=data["at_most"], cell=cell, max_reminders=data["max_reminders"], gap_days=data["gap_days"])


class TextForm(forms.Form):
    """A letter's text, in one language."""

    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=LONGEST_SUBJECT, widget=forms.TextInput(attrs={"size": 60}))
    body = forms.CharField(
        label=gettext_lazy("Text"), max_length=LONGEST_BODY, widget=forms.Textarea(attrs={"rows": 16, "cols": 80}), strip=False
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a letter without its link or its way out, or with a place that means nothing."""
        data = self.cleaned_data
        if "subject" in data and "body" in data:
            for fault in faults_of(data["subject"], data["body"]):
                self.add_error("body", say(fault))
        return data


class PurgeForm(forms.Form):
    """What is deleted, and why."""

    contacts = forms.BooleanField(label=gettext_lazy("The contacts too, unless another wave invited them"), required=False)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500)


class PersonForm(forms.Form):
    """Whose address it is, and what is done about it."""

    email = forms.CharField(label=gettext_lazy("E-mail"), max_length=254)
    what = forms.ChoiceField(
        label=gettext_lazy("What to do"),
        choices=[("unsubscribe", gettext_lazy("No more letters")), ("erase", gettext_lazy("Erase: address, name, profile, links and letters"))],
    )  # fmt: skip
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500)


def _small_enough(file: UploadedFile[Any]) -> UploadedFile[Any]:
    if (file.size or 0) > MAX_FILE_BYTES:
        raise ValidationError(_("This file is larger than 20 MB."))
    return file
