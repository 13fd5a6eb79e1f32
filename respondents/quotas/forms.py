"""The forms of the plans' pages: many cells at once, a pasted grid, the lifetime of places, an expected field."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from respondents.core.grids import MAX_CHARACTERS
from respondents.models import Quota
from respondents.quotas.editing import Change, shown_ceiling
from respondents.quotas.reading import CellShown

MOST = 10_000_000
NAME = r"[A-Za-z0-9_-]+"


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500)


class CellsForm(ReasonForm):
    """New numbers for many cells, or the same number of people more for those that are ticked; one reason for all.

    What the person saw travels with the form: a cell that they left as it was keeps what somebody else gave it meanwhile.
    """

    more = forms.IntegerField(label=gettext_lazy("Raise the ticked cells by"), required=False, min_value=1, max_value=MOST)
    field_order = ["more", "reason"]

    def __init__(self, cells: Sequence[CellShown], *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.cells = cells
        for shown in cells:
            pk, cell = shown.cell.pk, shown.cell
            self.fields[f"tick_{pk}"] = forms.BooleanField(required=False)
            self.fields[f"target_{pk}"] = _number(cell.target)
            self.fields[f"ceiling_{pk}"] = _number(shown_ceiling(cell))
            self.fields[f"seen_{pk}"] = forms.CharField(
                initial=_seen(cell.target, shown_ceiling(cell)), required=False, widget=forms.HiddenInput
            )

    def rows(self) -> list[tuple[CellShown, forms.BoundField, forms.BoundField, forms.BoundField, forms.BoundField]]:
        """Return each cell with its tick, its target, its ceiling and what was seen of it."""
        kinds = ("tick", "target", "ceiling", "seen")
        return [(shown, *(self[f"{kind}_{shown.cell.pk}"] for kind in kinds)) for shown in self.cells]  # type: ignore[misc]

    def changes(self) -> list[Change]:
        """Return what changes."""
        given = self.cleaned_data
        found = []
        for shown in self.cells:
            cell, pk = shown.cell, shown.cell.pk
            target, ceiling = given[f"target_{pk}"], given[f"ceiling_{pk}"]
            if given["more"] and given[f"tick_{pk}"]:
                found.append(Change(cell, cell.target + given["more"], None if shown.ceiling is None else shown.ceiling + given["more"]))
            elif target is not None and _seen(target, ceiling) != given[f"seen_{pk}"]:
                found.append(Change(cell, target, ceiling if shown.ceiling is not None else None))
        return [change for change in found if change.is_one]

    def clean(self) -> dict[str, Any]:
        """Refuse a form that changes nothing, and a cell that closes without a ceiling."""
        given = super().clean() or {}
        if self.errors:
            return given
        if any(change.ceiling is None and change.cell.soft_ceiling is None and not change.cell.never_closes for change in self.changes()):
            raise ValidationError(_("Give every cell its ceiling."))
        if given["more"] and not any(given[f"tick_{shown.cell.pk}"] for shown in self.cells):
            raise ValidationError(_("Tick the cells to raise."))
        if not self.changes():
            raise ValidationError(_("Nothing would change: give a cell another number."))
        return given


class GridForm(forms.Form):
    """A pasted grid and the plan that it is to become."""

    text = forms.CharField(label=gettext_lazy("Grid"), strip=False, max_length=MAX_CHARACTERS,
                           widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}))  # fmt: skip
    variables = forms.CharField(label=gettext_lazy("Variables"), max_length=200, required=False,
                                help_text=gettext_lazy("Empty: those whose categories the grid names. Otherwise their names: sex age."))  # fmt: skip
    name = forms.RegexField(label=gettext_lazy("Name of the plan"), regex=NAME, max_length=64, required=False,
                            help_text=gettext_lazy("Empty: the names of its variables."))  # fmt: skip
    kind = forms.ChoiceField(label=gettext_lazy("Full cells"), choices=[
        (Quota.Kind.HARD, gettext_lazy("turn people away")), (Quota.Kind.SOFT, gettext_lazy("are shown, and turn nobody away"))])  # fmt: skip
    tolerance_percent = forms.DecimalField(label=gettext_lazy("Tolerance, %"), initial=Decimal(1), min_value=0, max_value=100, max_digits=7,
                                           decimal_places=4)  # fmt: skip
    tolerance_min = forms.IntegerField(label=gettext_lazy("Tolerance, at least"), initial=1, min_value=0, max_value=MOST)
    outside = forms.ChoiceField(label=gettext_lazy("People who belong to no cell"), required=False, choices=[
        ("", gettext_lazy("there must be none")), (Quota.Outside.REFUSED, gettext_lazy("are turned away")),
        (Quota.Outside.INTERVIEWED, gettext_lazy("are interviewed, and counted in the total only"))])  # fmt: skip
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500, required=False)

    def row(self) -> dict[str, str]:
        """Return the cells of the plan's row that the form gives."""
        given = self.cleaned_data
        percent = f"{given['tolerance_percent'].normalize():f}"
        return {"name": given["name"], "kind": given["kind"], "tolerance_percent": percent, "tolerance_min": str(given["tolerance_min"]),
                "outside": given["outside"]}  # fmt: skip


class LifetimeForm(ReasonForm):
    """How many minutes a place is held for somebody silent."""

    place_minutes = forms.IntegerField(label=gettext_lazy("Minutes"), min_value=2, max_value=1440)


class ExpectedForm(forms.Form):
    """What is supposed of the people who will come."""

    incidence = forms.DecimalField(label=gettext_lazy("Incidence, %"), initial=100, min_value=1, max_value=100)
    drop_out = forms.DecimalField(label=gettext_lazy("Drop-out, %"), initial=15, min_value=0, max_value=95)


def _number(initial: int | None) -> forms.IntegerField:
    return forms.IntegerField(initial=initial, required=False, min_value=0, max_value=MOST)


def _seen(target: int | None, ceiling: int | None) -> str:
    return f"{target}/{'' if ceiling is None else ceiling}"
