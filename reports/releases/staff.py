"""The staff's page of publications: what is missing, what would be published, and the button that freezes it."""

from __future__ import annotations

import inspect
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import F, Prefetch
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from reports import views
from reports.core.typography import moment
from reports.dataset import RecordsDisagree, snapshot
from reports.edition import Edition
from reports.models import ClientLink, Release, ReleaseEvent, ReleaseFile
from reports.reading import Reading, revalidated
from reports.releases.approvals import APPROVAL, DRAFT, Agreement, agreement_of
from reports.releases.clients import make_link, open_links
from reports.releases.dossier import dossier_name, write_dossier
from reports.releases.publishing import AlreadyPublishing, Order, PublicationRefused, next_number, publish
from reports.releases.readiness import Readiness
from reports.releases.showing import address_of, shown
from reports.releases.views import download
from reports.results import results_of
from surveys.models import Wave
from surveys.staff import require, staff_context, staff_page, write_down

LIVE = inspect.unwrap(views.results)
MOMENT = forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M")


class ReleaseForm(forms.Form):
    """What a person says when they publish. ``number`` is the one they were shown, so that two buttons make one publication."""

    number = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label=gettext_lazy("Reason of the correction"), required=False, widget=forms.Textarea({"rows": 2}))
    public_from = forms.DateTimeField(label=gettext_lazy("Public from (empty: at once)"), required=False, widget=MOMENT)
    filed_on = forms.DateField(label=gettext_lazy("Notice filed on"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    allowed_because = forms.CharField(
        label=gettext_lazy("Why these very uneven weights may be used"), required=False, widget=forms.Textarea({"rows": 2})
    )

    unapproved_because = forms.CharField(
        label=gettext_lazy("Why the client’s agreement is not waited for"), required=False, widget=forms.Textarea({"rows": 2})
    )

    def __init__(self, ready: Readiness, agreement: Agreement, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        number = next_number(ready.wave)
        self.initial["number"] = number
        unneeded = {
            "reason": number == 1,
            "filed_on": not ready.asks_for_filing,
            "allowed_because": not ready.needs_allowance,
            "unapproved_because": not agreement.is_waiting,
        }
        for name in (name for name, is_so in unneeded.items() if is_so):
            del self.fields[name]


class LinkForm(forms.Form):
    """For whom a link before publication is, and until when it opens."""

    label = forms.CharField(label=gettext_lazy("For whom"), max_length=200)
    expires_at = forms.DateTimeField(label=gettext_lazy("Until"), widget=MOMENT)
    draft = forms.BooleanField(label=gettext_lazy("Shows the figures before they are published"), required=False)
    approval = forms.BooleanField(label=gettext_lazy("Publication waits for this person’s agreement"), required=False)

    @property
    def shows(self) -> list[str]:
        """Return what the link shows beyond publications; whoever is to agree is shown to what."""
        given = self.cleaned_data
        return [DRAFT, APPROVAL] if given["approval"] else [DRAFT] if given["draft"] else []


def release(request: HttpRequest, wave_id: int) -> HttpResponseBase:
    """Show what stands between the wave and its publication, and publish."""
    wave = _wave(wave_id)
    ready = Readiness(Edition(results_of(wave), get_language() or wave.survey.default_language))
    agreement = agreement_of(wave)
    form = ReleaseForm(ready, agreement, request.POST or None)
    if request.method == "POST":
        require(request, "reports.add_release")
        if form.is_valid() and (made := _publish(request, wave, form)) is not None:
            messages.success(request, _("Published: no. %(number)s, %(address)s") % {"number": made.number, "address": address_of(made)})
            return HttpResponseRedirect(reverse("release", args=[wave.pk]))
    files = Prefetch("files", ReleaseFile.objects.defer("content"))
    made_before = (
        Release.objects.light()
        .filter(wave=wave)
        .annotate(approvals=F("notice__publication__approvals"))
        .prefetch_related("events", files)
        .select_related("by", "wave__survey")
    )
    shown_ready = {
        "wave": wave,
        "form": form,
        "ready": ready,
        "agreement": agreement,
        "number": next_number(wave),
        "link_form": LinkForm(),
        "links": open_links(wave),
        "lines": [(result.figure.code, ready.edition.sentence(result), ready.edition.view(result)) for result in ready.edition.results],
        "releases": [(each, address_of(each), _moment(wave, each)) for each in made_before],
    }
    context = staff_context(request, _("Publication"), shown_ready)
    return TemplateResponse(request, "reports/releases/staff.html", context, status=422 if form.errors else 200)


@require_GET
def published(request: HttpRequest, wave_id: int, number: int) -> HttpResponseBase:
    """Show a publication to the staff, whether or not its hour has come."""
    wave = _wave(wave_id)
    found = get_object_or_404(Release.objects.prefetch_related("events"), wave=wave, number=number)
    reading = _reading(request, wave)
    with override(reading.language):
        return revalidated(shown(reading, found, "results"), wave)


@require_GET
def live(request: HttpRequest, wave_id: int) -> HttpResponse:
    """Show the figures as they stand, whatever is published."""
    reading = _reading(request, _wave(wave_id))
    with override(reading.language), snapshot():
        return LIVE(reading)  # type: ignore[no-any-return]  # unwrapped functions have no type


@require_GET
def kept_file(request: HttpRequest, wave_id: int, number: int, name: str) -> HttpResponseBase:
    """Give a file of a publication; one that is not public holds everybody's answers, and the download is written down."""
    found = get_object_or_404(Release.objects.light().select_related("wave"), wave_id=wave_id, number=number)
    file = get_object_or_404(found.files, name=name)
    if not file.is_public:
        require(request, "respondents.view_record")
        write_down(request, found.wave, _("Evidence of publication no. %(number)s downloaded.") % {"number": number})
    return download(file)


@require_GET
def dossier(request: HttpRequest, wave_id: int) -> HttpResponseBase:
    """Give everything behind a wave's figures in one archive, as the law lets the commission ask for it."""
    wave = _wave(wave_id)
    try:
        file = write_dossier(wave)
    except RecordsDisagree as refused:
        messages.error(request, _("Nothing was written: the stored records disagree. %(reason)s") % {"reason": refused})
        return HttpResponseRedirect(reverse("release", args=[wave_id]))
    write_down(request, wave, _("Dossier of the survey downloaded."))
    return FileResponse(file, as_attachment=True, filename=dossier_name(wave), content_type="application/zip")


@require_POST
def withdraw(request: HttpRequest, wave_id: int, number: int) -> HttpResponse:
    """Withdraw a publication, with a reason: it stays at its address, and says so above everything else."""
    found = get_object_or_404(Release.objects.light().select_related("wave"), wave_id=wave_id, number=number)
    reason = request.POST.get("reason", "").strip()
    if not reason:
        messages.error(request, _("A withdrawal says why: give the reason."))
    else:
        found.events.create(kind=ReleaseEvent.Kind.WITHDRAWN, at=timezone.now(), by=_person(request), text=reason)
        write_down(request, found.wave, _("Publication no. %(number)s withdrawn: %(reason)s") % {"number": number, "reason": reason})
    return HttpResponseRedirect(reverse("release", args=[wave_id]))


@require_POST
def new_link(request: HttpRequest, wave_id: int) -> HttpResponse:
    """Make a link for somebody without account; its address is shown this once, since only its fingerprint is kept."""
    wave, form = _wave(wave_id), LinkForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say for whom the link is, and until when."))
        return HttpResponseRedirect(reverse("release", args=[wave_id]))
    token = make_link(wave, form.cleaned_data["label"], form.cleaned_data["expires_at"], _person(request), form.shows)
    write_down(request, wave, _("Link before publication made for %(label)s.") % {"label": form.cleaned_data["label"]})
    address = request.build_absolute_uri(reverse("client_page", args=[token]))
    messages.success(request, _("Keep this address, it is shown only now: %(address)s") % {"address": address})
    return HttpResponseRedirect(reverse("release", args=[wave_id]))


@require_POST
def revoke_link(request: HttpRequest, wave_id: int, link_id: int) -> HttpResponse:
    """Close a link at once."""
    link = get_object_or_404(ClientLink, pk=link_id, wave_id=wave_id, revoked_at=None)
    link.revoked_at = timezone.now()
    link.save(update_fields=["revoked_at"])
    write_down(request, link.wave, _("Link before publication closed for %(label)s.") % {"label": link.label})
    return HttpResponseRedirect(reverse("release", args=[wave_id]))


def _publish(request: HttpRequest, wave: Wave, form: ReleaseForm) -> Release | None:
    try:
        made = publish(wave, Order(by=_person(request), **{name: value for name, value in form.cleaned_data.items() if value}))
    except PublicationRefused as refused:
        form.add_error(None, ValidationError(list(refused.reasons)))
    except AlreadyPublishing:
        form.add_error(None, _("Another publication of this wave was made at the same time: nothing more was published."))
    except RecordsDisagree as disagreement:
        form.add_error(None, _("Nothing was published: %(reason)s") % {"reason": disagreement})
    else:
        write_down(request, wave, _("Published: no. %(number)s, %(address)s") % {"number": made.number, "address": address_of(made)})
        return made
    return None


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User), "staff pages are behind the login"
    return request.user


def _wave(wave_id: int) -> Wave:
    return get_object_or_404(Wave.objects.select_related("survey", "questionnaire").exclude(questionnaire=None), pk=wave_id)


def _reading(request: HttpRequest, wave: Wave) -> Reading:
    language = get_language() or ""
    return Reading(wave, language if language in wave.survey.languages else wave.survey.default_language, request.path, "", ())


def _moment(wave: Wave, found: Release) -> str:
    return moment(found.public_from.astimezone(ZoneInfo(wave.time_zone)), get_language() or wave.survey.default_language)


urlpatterns = [
    path("<int:wave_id>/release/", staff_page(release, "reports.view_release"), name="release"),
    path("<int:wave_id>/release/live/", staff_page(live, "reports.view_release"), name="release_live"),
    path("<int:wave_id>/release/links/", staff_page(new_link, "reports.add_clientlink"), name="release_new_link"),
    path("<int:wave_id>/release/links/<int:link_id>/", staff_page(revoke_link, "reports.add_clientlink"), name="release_revoke_link"),
    path("<int:wave_id>/release/dossier/", staff_page(dossier, "reports.download_dossier"), name="release_dossier"),
    path("<int:wave_id>/release/<int:number>/", staff_page(published, "reports.view_release"), name="release_before"),
    path("<int:wave_id>/release/<int:number>/withdraw/", staff_page(withdraw, "reports.add_release"), name="release_withdraw"),
    path("<int:wave_id>/release/<int:number>/<str:name>", staff_page(kept_file, "reports.view_release"), name="release_kept_file"),
]
