"""The studio's pages: the note line by line, and the form of one figure with its preview beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from reports.core.conditions import in_words
from reports.dataset import RecordsDisagree
from reports.edition import Edition, FigureView
from reports.models import Figure, NoteItem
from reports.results import Results, counted_base, results_of
from reports.studio import keeping
from reports.studio.form import FigureForm
from reports.studio.keeping import ChangedMeanwhile, WasPublished, note_of, publications_of, published_codes
from reports.studio.preview import computed
from reports.studio.sheet import fingerprint
from surveys.form.frame import own_name
from surveys.models import Wave
from surveys.staff import require, staff_context, staff_page, write_down

SEE, ADD, CHANGE, DELETE = (f"reports.{verb}_figure" for verb in ("view", "add", "change", "delete"))


@dataclass(frozen=True)
class Line:
    """A line of the note as the studio lists it: a title or a comment, or the figure's sentence; '' where the wave cannot say it."""

    item: NoteItem | None
    figure: Figure | None
    text: str
    view: FigureView | None
    seen: str
    is_published: bool


@dataclass(frozen=True)
class Proof:
    """The preview in one language: number, interval, sentence and chart, and what is selected and counted, in words."""

    language: str
    name: str
    number: str
    interval: str
    n: str
    view: FigureView
    selection: str
    base: str


@require_GET
def studio(request: HttpRequest, wave_id: int) -> HttpResponse:
    """List the note in its order, then the figures that it does not say."""
    wave = wave_or_404(wave_id)
    edition = Edition(results_of(wave), get_language() or wave.survey.default_language)
    note = note_of(wave.survey)
    lines = _lines(edition, note, published_codes(wave.survey))
    has_others = any(line.item is None for line in lines)
    shown = {"wave": wave, "lines": lines, "others": has_others, "seen": fingerprint(*note), "last": len(note) - 1}
    return TemplateResponse(request, "reports/studio/studio.html", staff_context(request, _("Figures"), shown))


def figure(request: HttpRequest, wave_id: int, code: str = "") -> HttpResponse:
    """Show the form of a figure with its preview, and keep what is sent."""
    wave = wave_or_404(wave_id)
    stored = get_object_or_404(Figure, survey=wave.survey, code=code) if code else None
    results, data = results_of(wave), request.POST if request.method == "POST" else None
    form = FigureForm(wave, results, stored, get_language() or wave.survey.default_language, data)
    if data is not None:
        require(request, CHANGE if stored else ADD)
        if "keep" in data and form.is_valid() and _kept(request, wave, form):
            return HttpResponseRedirect(reverse("studio", args=[wave.pk]))
    shown = {"wave": wave, "form": form, "stored": stored, **_preview(wave, results, form)}
    if stored is not None:
        shown |= {"seen": fingerprint(stored), "publications": publications_of(wave.survey, [stored.code])}
    title = _("Figure %(code)s") % {"code": stored.code} if stored else _("New figure")
    status = 422 if form.is_bound and form.errors else 200
    return TemplateResponse(request, "reports/studio/figure.html", staff_context(request, title, shown), status=status)


@require_POST
def preview(request: HttpRequest, wave_id: int, code: str = "") -> HttpResponse:
    """Give the two parts of the form's page that follow what is picked: the answers on offer, and the preview."""
    wave = wave_or_404(wave_id)
    stored = get_object_or_404(Figure, survey=wave.survey, code=code) if code else None
    results = results_of(wave)
    form = FigureForm(wave, results, stored, get_language() or wave.survey.default_language, request.POST)
    shown = {"wave": wave, "form": form, **_preview(wave, results, form)}
    return TemplateResponse(request, "reports/studio/_following.html", shown)


@require_POST
def move(request: HttpRequest, wave_id: int) -> HttpResponse:
    """Put a line of the note elsewhere: one place up or down, or at a place."""
    wave, sent = wave_or_404(wave_id), request.POST
    item, to = sent.get("item", ""), sent.get("to", "")
    if item.isdigit() and to.isdigit():
        try:
            keeping.move(wave.survey, int(item), int(to), sent.get("seen", ""))
        except ChangedMeanwhile:
            messages.error(request, _("The note was changed meanwhile: here it is as it stands. Nothing was moved."))
        else:
            write_down(request, wave.survey, _("Order of the note changed."))
    return HttpResponseRedirect(f"{reverse('studio', args=[wave.pk])}#line-{to}")


@require_POST
def standing(request: HttpRequest, wave_id: int, code: str) -> HttpResponse:
    """Show, hide or retire a figure, or give it a line in the note."""
    wave = wave_or_404(wave_id)
    found, wanted = get_object_or_404(Figure, survey=wave.survey, code=code), request.POST.get("standing", "")
    if wanted in Figure.Standing.values:
        try:
            keeping.set_standing(wave.survey, found, wanted, request.POST.get("seen", ""))
        except ChangedMeanwhile:
            messages.error(request, _("“%(code)s” was changed meanwhile: here it is as it stands. Nothing was done.") % {"code": code})
        else:
            told = {"code": code, "standing": Figure.Standing(wanted).label}
            write_down(request, wave.survey, _("Figure %(code)s: %(standing)s.") % told)
    return HttpResponseRedirect(reverse("studio", args=[wave.pk]))


@require_POST
def delete(request: HttpRequest, wave_id: int, code: str) -> HttpResponse:
    """Delete a figure; one that was published is retired instead."""
    wave = wave_or_404(wave_id)
    found = get_object_or_404(Figure, survey=wave.survey, code=code)
    try:
        keeping.delete_figure(wave.survey, found, request.POST.get("seen", ""))
    except ChangedMeanwhile:
        messages.error(request, _("“%(code)s” was changed meanwhile: here it is as it stands. Nothing was done.") % {"code": code})
    except WasPublished:
        messages.error(request, _("“%(code)s” was published: it cannot be deleted. Retire it, and publish a correction.") % {"code": code})
    else:
        write_down(request, wave.survey, _("Figure %(code)s deleted.") % {"code": code})
        messages.success(request, _("“%(code)s” is deleted.") % {"code": code})
    return HttpResponseRedirect(reverse("studio", args=[wave.pk]))


@require_POST
def say_all(request: HttpRequest, wave_id: int) -> HttpResponse:
    """Give every figure its line in the note."""
    wave = wave_or_404(wave_id)
    keeping.say_all(wave.survey)
    write_down(request, wave.survey, _("Every figure is in the note."))
    return HttpResponseRedirect(reverse("studio", args=[wave.pk]))


def wave_or_404(wave_id: int) -> Wave:
    """Return a wave of interviews; one of figures only has no results of ours."""
    return get_object_or_404(Wave.objects.select_related("survey", "questionnaire").exclude(questionnaire=None), pk=wave_id)


def _kept(request: HttpRequest, wave: Wave, form: FigureForm) -> bool:
    row, is_new = form.row, form.stored is None
    try:
        keeping.keep_figure(wave.survey, form.stored, row, form.cleaned_data["seen"])
    except ChangedMeanwhile:
        form.add_error(None, _("Somebody changed this figure since you opened it: nothing was kept. Open it again to see it as it stands."))
        return False
    code = row["code"]
    write_down(request, wave.survey, (_("Figure %(code)s made.") if is_new else _("Figure %(code)s changed.")) % {"code": code})
    messages.success(request, _("“%(code)s” is kept; it is computed for every wave within a minute.") % {"code": code})
    if publications_of(wave.survey, [code]):
        messages.warning(request, _("“%(code)s” is published: readers see the change once a correction is published.") % {"code": code})
    return True


def _preview(wave: Wave, results: Results, form: FigureForm) -> dict[str, object]:
    """The proofs in every language of the study; what the form holds must be right, the words apart."""
    if form.is_bound:
        form.is_valid()
        if not form.is_countable:
            return {}
        wanted = form.figure()
    elif form.stored is not None:
        wanted = form.stored
    else:
        return {}
    if not wanted.fits(results.questionnaire):
        return {"refusal": _("This wave’s questionnaire has not what the figure needs.")}
    try:
        found = computed(results, wanted)
    except RecordsDisagree as disagreement:
        return {"refusal": _("Nothing was computed: the stored records disagree. %(reason)s") % {"reason": disagreement}}
    proofs = []
    for language in wave.survey.languages:
        with override(language):
            edition, result = found.edition(language), found.result
            press, counted = edition.press, counted_base(result, results.questionnaire)
            proofs.append(Proof(
                language, own_name(language), edition.printed(result), found.interval(edition),
                press.count(result.estimate.n) if result.estimate else "–", replace(edition.view(result), code=f"{wanted.code}-{language}"),
                press.say(in_words(result.selection, results.questionnaire, language)) if wanted.selection else "",
                press.say(in_words(counted, results.questionnaire, language)),
            ))  # fmt: skip
    return {"proofs": proofs}


def _lines(edition: Edition, note: list[NoteItem], published: frozenset[str]) -> list[Line]:
    figures = {each.pk: each for each in edition.wave.survey.figures.all()}
    said = {item.figure_id for item in note}
    lines = [(item, figures.get(item.figure_id) if item.figure_id else None) for item in note]
    others = [(None, each) for pk, each in figures.items() if pk not in said]
    return [_line(edition, item, each, published) for item, each in [*lines, *others]]


def _line(edition: Edition, item: NoteItem | None, found: Figure | None, published: frozenset[str]) -> Line:
    if found is None:
        return Line(item, None, edition.press.text(item.text) if item else "", None, "", is_published=False)
    result = edition.results.by_figure.get(found.pk)
    text = edition.sentence(result) if result else edition.press.text(found.says)
    view = edition.view(result) if result else None
    return Line(item, found, text, view, fingerprint(found), is_published=found.code in published)


urlpatterns = [
    path("<int:wave_id>/studio/", staff_page(studio, SEE), name="studio"),
    path("<int:wave_id>/studio/new/", staff_page(figure, ADD), name="studio_new"),
    path("<int:wave_id>/studio/new/preview/", staff_page(preview, ADD), name="studio_preview_new"),
    path("<int:wave_id>/studio/order/", staff_page(move, CHANGE), name="studio_move"),
    path("<int:wave_id>/studio/say-all/", staff_page(say_all, CHANGE), name="studio_say_all"),
    path("<int:wave_id>/studio/figures/<slug:code>/", staff_page(figure, SEE), name="studio_figure"),
    path("<int:wave_id>/studio/figures/<slug:code>/preview/", staff_page(preview, CHANGE), name="studio_preview"),
    path("<int:wave_id>/studio/figures/<slug:code>/standing/", staff_page(standing, CHANGE), name="studio_standing"),
    path("<int:wave_id>/studio/figures/<slug:code>/delete/", staff_page(delete, DELETE), name="studio_delete"),
]
