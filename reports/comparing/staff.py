"""The staff's page of a wave's comparability: what was computed of each other wave, and what a named person confirms of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.db import transaction
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from reports.comparing.ledger import Confirmed, ledger_of
from reports.comparing.words import NAMES
from reports.core.comparing import Ledger, Line
from reports.models import Comparability, ExternalFigure, Figure
from reports.press import Press, capitalised
from surveys.core.questionnaire import Questionnaire
from surveys.models import Wave
from surveys.staff import require, staff_context, staff_page, write_down

CHANGE = "reports.change_comparability"


class ConfirmForm(forms.Form):
    """What a person confirms of some lines of one ledger, and why; no verdict takes a confirmation back."""

    other = forms.IntegerField(widget=forms.HiddenInput)
    lines = forms.MultipleChoiceField(error_messages={"required": gettext_lazy("Tick at least one line.")})
    verdict = forms.ChoiceField(
        label=gettext_lazy("Confirmed as"),
        required=False,
        choices=[*Comparability.Verdict.choices, ("", gettext_lazy("As computed (take a confirmation back)"))],
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), min_length=10, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


@dataclass(frozen=True)
class Row:
    """One line of the ledger as it is read; ``key`` is what its box sends."""

    key: str
    aspect: str
    about: str
    computed: str
    why: str
    confirmed: str
    because: str
    holds: str


@dataclass(frozen=True)
class Pair:
    """The ledger against one other wave. ``declared`` is the reserve that the study itself makes."""

    other: Wave
    label: str
    ledger: Ledger
    declared: str
    rows: tuple[Row, ...]
    form: ConfirmForm


@require_http_methods(["GET", "POST"])
def comparability(request: HttpRequest, wave_id: int) -> HttpResponse:
    """Show the ledgers of a wave; a person may confirm or change lines of one of them, with a reason that is written down."""
    wave = get_object_or_404(Wave.objects.select_related("survey", "questionnaire").exclude(questionnaire=None), pk=wave_id)
    posted = request.POST if request.method == "POST" else None
    if posted is not None:
        require(request, CHANGE)
    pairs = pairs_of(wave, Press(wave.survey, get_language() or wave.survey.default_language), posted)
    for pair in pairs:
        if pair.form.is_bound and pair.form.is_valid():
            confirm(request, wave, pair)
            return HttpResponseRedirect(f"{reverse('comparability', args=[wave_id])}#wave-{pair.other.code}")
    about = {"wave": wave, "pairs": pairs, "may_confirm": request.user.has_perm(CHANGE)}
    context = staff_context(request, _("Comparability"), about)
    status = 200 if posted is None else 422
    return TemplateResponse(request, "reports/comparing/comparability.html", context, status=status)


def pairs_of(wave: Wave, press: Press, posted: QueryDict | None = None) -> list[Pair]:
    """Return the ledger of each other wave of the survey, in a number of queries that does not depend on how many there are."""
    others = list(wave.survey.waves.exclude(pk=wave.pk).select_related("survey", "questionnaire"))
    confirmed, figures = Confirmed.of(wave.survey), list(wave.survey.figures.exclude(standing=Figure.Standing.RETIRED))
    published = set(ExternalFigure.objects.filter(wave__in=others).values_list("wave_id", "figure_id"))
    ours = wave.questionnaire.definition() if wave.questionnaire else None
    pairs = []
    for other in others:
        theirs = other.questionnaire.definition() if other.questionnaire else None
        compared = [figure for figure in figures if _is_in_both(figure, ours, theirs, (other.pk, figure.pk) in published)]
        ledger = ledger_of(wave, other, compared, confirmed)
        rows = tuple(_row(press, line, {figure.code: figure for figure in figures}) for line in ledger.lines)
        form = ConfirmForm(posted if posted is not None and posted.get("other") == str(other.pk) else None, initial={"other": other.pk})
        form.fields["lines"].choices = [(row.key, row.about) for row in rows]  # type: ignore[attr-defined]
        pairs.append(Pair(other, press.label_of(other), ledger, press.text(other.comparability or wave.comparability), rows, form))
    return pairs


def confirm(request: HttpRequest, wave: Wave, pair: Pair) -> None:
    """Write the pair's ledger as computed now, with what is confirmed of some of its lines, by whom and why."""
    given = pair.form.cleaned_data
    with transaction.atomic():
        _store(wave, pair.other, pair.ledger.lines)
        for row in pair.rows:
            if row.key in given["lines"]:
                aspect, subject = row.key.split(":", 1)
                stored = Comparability.objects.filter(wave=wave, other=pair.other, aspect=aspect, subject=subject)
                stored.update(confirmed=given["verdict"], reason=given["reason"], by=request.user.pk, at=Now())
        verdict = dict(ConfirmForm.base_fields["verdict"].choices)[given["verdict"]]  # type: ignore[attr-defined]
        told = {"wave": pair.other.code, "lines": ", ".join(given["lines"]), "verdict": verdict, "reason": given["reason"]}
        write_down(request, wave, _("Comparability with %(wave)s, %(lines)s: %(verdict)s. %(reason)s") % told)


def _store(wave: Wave, other: Wave, lines: Sequence[Line]) -> None:
    """Keep what is computed now, beside what was confirmed of it before."""
    Comparability.objects.bulk_create(
        (Comparability(wave=wave, other=other, aspect=line.aspect, subject=line.subject, computed=line.computed) for line in lines),
        update_conflicts=True,
        unique_fields=["wave", "other", "aspect", "subject"],
        update_fields=["computed"],
    )


def _is_in_both(figure: Figure, ours: Questionnaire | None, theirs: Questionnaire | None, is_published: bool) -> bool:
    return ours is not None and figure.fits(ours) and (is_published if theirs is None else figure.fits(theirs))


def _row(press: Press, line: Line, figures: dict[str, Figure]) -> Row:
    told = {"verdict": Comparability.Verdict(line.confirmed).label, "by": line.by} if line.confirmed else {}
    return Row(
        key=f"{line.aspect}:{line.subject}",
        aspect=capitalised(str(NAMES[line.aspect])),
        about=press.text(figures[line.subject].says) if line.subject else _("the whole wave"),
        computed=str(Comparability.Verdict(line.computed).label),
        why=press.say(line.why),
        confirmed=_("%(verdict)s, by %(by)s") % told if told else "",
        because=line.reason,
        holds=line.holds,
    )


urlpatterns = [path("", staff_page(comparability, "reports.view_comparability"), name="comparability")]
