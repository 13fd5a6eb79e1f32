"""The staff's page of a wave's weighting: looking at it, and allowing weights that cost too much precision."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from reports.aggregation import AlreadyRunning, aggregate
from reports.dataset import RecordsDisagree
from reports.models import Aggregation, Weighting
from reports.weightings.pages import WeightingPage
from surveys.models import Wave
from surveys.staff import require, staff_context, staff_page, write_down


class AllowForm(forms.Form):
    """Why weights so costly are to be used."""

    reason = forms.CharField(label=gettext_lazy("Reason"), min_length=10, max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


@require_http_methods(["GET", "POST"])
def weighting(request: HttpRequest, wave_id: int) -> HttpResponse:
    """Show a wave's weightings; a person may allow one that is too costly, with a reason that is written down."""
    wave = get_object_or_404(Wave.objects.select_related("survey", "questionnaire").exclude(questionnaire=None), pk=wave_id)
    shown = request.GET.get("scheme", "")
    page = WeightingPage(wave, get_language() or wave.survey.default_language, shown)
    if shown and shown not in page.latest:
        raise Http404
    form = AllowForm(request.POST or None)
    if request.method == "POST":
        require(request, "reports.change_weighting")
        if page.shown and page.awaits and form.is_valid():
            _allow(request, wave, page.shown, form.cleaned_data["reason"])
            return HttpResponseRedirect(f"{reverse('weighting', args=[wave_id])}?scheme={page.shown.scheme}")
    about = {"wave": wave, "page": page, "form": form, "may_allow": request.user.has_perm("reports.change_weighting")}
    context = staff_context(request, _("Weighting"), about)
    return TemplateResponse(request, "reports/weightings/weighting.html", context, status=422 if form.errors else 200)


def _allow(request: HttpRequest, wave: Wave, row: Weighting, reason: str) -> None:
    """Write down who allows these weights and why, then compute the figures with them."""
    with transaction.atomic():
        Weighting.objects.filter(pk=row.pk, allowed_by=None).update(allowed_by=request.user.pk, allowed_because=reason)
        said = _("Weights of the scheme %(scheme)s allowed at an efficiency of %(efficiency)s: %(reason)s")
        efficiency = f"{100 * (row.efficiency or 0):.1f} %"
        write_down(request, wave, said % {"scheme": row.scheme, "efficiency": efficiency, "reason": reason})
        Aggregation.objects.filter(wave=wave).update(revisions=Aggregation.OUT_OF_DATE)
    try:
        aggregate(wave)
    except (AlreadyRunning, RecordsDisagree):
        messages.warning(request, _("The weights are allowed; the figures will follow shortly."))
    else:
        messages.success(request, _("The weights are allowed, and the figures are computed with them."))


urlpatterns = [path("", staff_page(weighting, "reports.view_weighting"), name="weighting")]
