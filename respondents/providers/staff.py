"""The staff's pages about a panel: its rules, its links and what they would send, its calls, and the settling of accounts."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from respondents.core.presets import PRESETS
from respondents.core.provider_rules import check
from respondents.core.providers import Provider
from respondents.models import PanelCall, Source
from respondents.providers import calling
from respondents.providers.forms import OUTCOME_LABELS, RulesForm, initial_of, preset_choices
from respondents.providers.rules import provider_of
from respondents.providers.secrecy import SecretLost, encrypted
from respondents.providers.settling import reconcile, reconciliation_file
from respondents.providers.trial import link_for_tests, link_to_give, sample_of, trials
from respondents.waking import wake_calls
from surveys.staff import staff_context, staff_page, write_down
from surveys.translation import say

VIEW, CHANGE = "respondents.view_source", "respondents.change_source"
SHOWN_CALLS = 20


@require_GET
def overview(request: HttpRequest, source_id: int) -> HttpResponse:
    """Show the links of a source, the five outcomes as they would be sent, its calls, and the files that settle accounts."""
    source = _source(source_id)
    provider, is_lost = _provider(source)
    person = sample_of(provider, request.GET.dict())
    given_up = PanelCall.objects.filter(interview__source=source, given_up_at__isnull=False).order_by("-given_up_at")
    about = {
        "source": source,
        "provider": provider,
        "preset": _(PRESETS[source.preset].label) if source.preset in PRESETS else "",
        "is_lost": is_lost,
        "problems": [say(problem.message) for problem in check(provider, on_this_machine=settings.CALLS_ON_THIS_MACHINE)]
        if not is_lost
        else [],
        "link": link_to_give(source, provider),
        "test_link": link_for_tests(source, provider),
        "person": person,
        "trials": trials(provider, person) if provider.returns else [],
        "calls": calling.counted(source.pk) if provider.call else None,
        "given_up": [_shown(call) for call in given_up[:SHOWN_CALLS]] if provider.call else [],
    }
    return TemplateResponse(request, "respondents/providers/overview.html", staff_context(request, _("Panel"), about))


def rules(request: HttpRequest, source_id: int) -> HttpResponse:
    """Write a panel's rules, from a preset if wanted; nothing is kept while one mistake stands."""
    source = _source(source_id)
    kept, is_lost = _provider(source)
    asked = request.POST.get("preset", "") if request.method == "POST" else request.GET.get("preset", "")
    preset = asked if asked in PRESETS else source.preset
    secret = kept.secret if preset == source.preset else ""  # another panel's secret is of no use, and none of its business
    if request.method == "POST":
        form = RulesForm(request.POST, kept_secret=secret)
        if form.is_valid():
            _keep(request, source, form, preset)
            messages.success(request, _("The panel’s rules are kept. Check the five outcomes below before you give the link."))
            return HttpResponseRedirect(reverse("provider", args=[source_id]))
    else:
        provider = PRESETS[preset].provider if asked in PRESETS else kept
        form = RulesForm(initial=initial_of(provider, preset), kept_secret=secret)
    secret_name = _(PRESETS[preset].secret) if preset in PRESETS and PRESETS[preset].secret else ""
    about = {"source": source, "form": form, "presets": preset_choices(), "chosen": preset, "is_lost": is_lost, "secret_name": secret_name}
    context = staff_context(request, _("Panel’s rules"), about)
    return TemplateResponse(request, "respondents/providers/rules.html", context, status=422 if form.errors else 200)


@require_POST
def again(request: HttpRequest, source_id: int) -> HttpResponse:
    """Try again the calls that were given up."""
    source = _source(source_id)
    given_up = PanelCall.objects.filter(interview__source=source, given_up_at__isnull=False).values_list("pk", flat=True)
    with transaction.atomic():
        number = calling.again(list(given_up))
        write_down(request, source, _("%(number)s calls tried again.") % {"number": number})
    wake_calls()
    messages.success(request, ngettext("%(n)s call is tried again.", "%(n)s calls are tried again.", number) % {"n": number})
    return HttpResponseRedirect(reverse("provider", args=[source_id]))


def _shown(call: PanelCall) -> dict[str, object]:
    """A call as the page tells it: the end of its interview's identifier, enough to tell it from its neighbours."""
    told = {name: getattr(call, name) for name in ("tries", "status", "given_up_at")}
    return {**told, "interview": str(call.interview_id)[-12:], "outcome": OUTCOME_LABELS[call.outcome], "error": _(call.error)}


def _source(source_id: int) -> Source:
    return get_object_or_404(Source.objects.select_related("wave__survey"), pk=source_id, kind=Source.Kind.PANEL)


def _provider(source: Source) -> tuple[Provider, bool]:
    """The rules, and whether their secret can no longer be opened: it must then be written again."""
    try:
        return provider_of(source), False
    except SecretLost:
        source.secret = None
        return provider_of(source), True


def _keep(request: HttpRequest, source: Source, form: RulesForm, preset: str) -> None:
    """Keep the rules, and who changed which of them; of the secret, only that it changed."""
    provider, secret = form.provider(), form.cleaned_data["secret"]
    new = {
        name: getattr(provider, name) for name in ("id_parameter", "carried", "returns", "signer", "signer_options", "entry_check", "call")
    }
    new |= {"allowed_hosts": list(provider.allowed_hosts), "preset": preset}
    if secret or preset != source.preset:
        new["secret"] = encrypted(secret) if secret else None
    changed = [name for name, value in new.items() if getattr(source, name) != value]
    with transaction.atomic():
        Source.objects.filter(pk=source.pk).update(**new)
        values = {"names": ", ".join(changed) or "–", "reason": form.cleaned_data["reason"]}
        write_down(request, source, _("Panel’s rules changed: %(names)s. Reason: %(reason)s") % values)


urlpatterns = [
    path("<int:source_id>/", staff_page(overview, VIEW), name="provider"),
    path("<int:source_id>/rules/", staff_page(rules, CHANGE), name="provider_rules"),
    path("<int:source_id>/calls/", staff_page(again, CHANGE), name="provider_again"),
    path(
        "<int:source_id>/reconciliation.<str:extension>",
        staff_page(reconciliation_file, "respondents.view_interview"),
        name="reconciliation_file",
    ),
    path("<int:source_id>/reconcile/", staff_page(reconcile, "respondents.change_interview"), name="reconcile"),
]
