"""The study in the admin: surveys, questionnaire versions, waves with their state, population margins."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from surveys.core.cells import texts
from surveys.core.workbook import Row
from surveys.models import Margin, Page, Question, Questionnaire, Survey, Wave
from surveys.staff import MOVES, ReadOnlyAdmin, ReadOnlyInline, StaffAdmin, moves_of, staff_context, words, write_down
from surveys.workshop import checking, versions

admin.site.site_header = admin.site.site_title = "Baromètre"
admin.site.index_title = gettext_lazy("Studies and fieldwork")


@admin.register(Survey)
class SurveyAdmin(ReadOnlyAdmin):
    """Studies, as their sheets say them: load the study again to change one."""

    list_display = ("title", "slug", "institute", "sponsor", "default_language", "is_demonstration")
    list_filter = ("data_kind", "institute")
    search_fields = ("title", "slug", "sponsor", "institute")
    fields = ("title", "slug", "sponsor", "sponsor_quality", "institute", "population_text", "limits_text", "mode",
              "languages", "default_language", "electoral_scope", "electoral_reason", "is_demonstration")  # fmt: skip

    @admin.display(description=gettext_lazy("population"))
    def population_text(self, survey: Survey) -> str:
        """Return the population in the reader's language."""
        return words(survey.population, survey)

    @admin.display(description=gettext_lazy("limits"))
    def limits_text(self, survey: Survey) -> str:
        """Return the limits in the reader's language."""
        return words(survey.limits, survey)

    @admin.display(boolean=True, description=gettext_lazy("demonstration data"))
    def is_demonstration(self, survey: Survey) -> bool:
        """Say whether its answers are invented."""
        return survey.is_demonstration


class PageInline(ReadOnlyInline):
    """The pages of a questionnaire, in order."""

    model = Page
    fields = readonly_fields = ("name", "label", "relevant")
    ordering = ("row",)

    @admin.display(description=gettext_lazy("title"))
    def label(self, page: Page) -> str:
        """Return the page's title in the reader's language."""
        return _label(page.cells)

    @admin.display(description=gettext_lazy("shown if"))
    def relevant(self, page: Page) -> str:
        """Return the condition under which the page is on the route."""
        return str(page.cells.get("relevant", ""))


class QuestionInline(ReadOnlyInline):
    """The questions of a questionnaire, in order, as they are worded."""

    model = Question
    fields = readonly_fields = ("name", "page", "type", "label", "relevant")
    ordering = ("row",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Question]:
        """Read the pages with the questions."""
        return super().get_queryset(request).select_related("page")

    @admin.display(description=gettext_lazy("wording"))
    def label(self, question: Question) -> str:
        """Return the question in the reader's language."""
        return _label(question.cells)

    @admin.display(description=gettext_lazy("shown if"))
    def relevant(self, question: Question) -> str:
        """Return the condition under which the question is asked."""
        return str(question.cells.get("relevant", ""))


@admin.register(Questionnaire)
class QuestionnaireAdmin(ReadOnlyAdmin):
    """Versions of the forms; a published one cannot change, and its fingerprint proves it."""

    list_display = ("version", "survey", "published_at", "short_fingerprint")
    list_filter = ("survey", ("published_at", admin.EmptyFieldListFilter))
    list_select_related = ("survey",)
    search_fields = ("version", "fingerprint", "survey__title")
    fields = ("survey", "version", "published_at", "fingerprint", "intact")
    inlines = (PageInline, QuestionInline)

    def get_urls(self) -> list[URLPattern]:
        """Add the pages about its versions, its paper version and its mistakes."""
        return [*versions.urls(), *checking.urls(), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Offer what may be done with a version."""
        questionnaire = self.get_object(request, object_id)
        offered = versions.version_tools(questionnaire) if questionnaire else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **offered})

    @admin.display(description=gettext_lazy("fingerprint"))
    def short_fingerprint(self, questionnaire: Questionnaire) -> str:
        """Return the beginning of the fingerprint."""
        return questionnaire.fingerprint[:12]

    @admin.display(boolean=True, description=gettext_lazy("matches its fingerprint"))
    def intact(self, questionnaire: Questionnaire) -> bool:
        """Compute the fingerprint of what is stored now and compare."""
        return questionnaire.is_intact()


@admin.register(Wave)
class WaveAdmin(StaffAdmin):
    """Waves: what their sheet says, how long a place is held, and buttons for their state."""

    list_display = ("code", "survey", "state", "fieldwork", "kind", "starts", "ends", "target")
    list_filter = ("state", "kind", "survey")
    list_select_related = ("survey",)
    search_fields = ("code", "survey__title", "survey__slug")
    fields = ("survey", "code", "label", "kind", "state", "questionnaire", "starts", "ends", "time_zone", "target", "ceiling",
              "interviewed", "weighting", "institute", "mode", "comparability_text", "place_minutes")  # fmt: skip
    readonly_fields = tuple(name for name in fields if name != "place_minutes")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Waves come with the study."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A wave is closed, not deleted."""
        return False

    def save_model(self, request: HttpRequest, obj: Wave, form: ModelForm[Wave], change: bool) -> None:
        """Write only what was changed here: somebody may have changed the state meanwhile."""
        obj.save(update_fields=form.changed_data)

    def get_urls(self) -> list[URLPattern]:
        """Add the page that confirms a change of state."""
        move = path("<int:pk>/move/<str:state>/", self.admin_site.admin_view(self.move), name="surveys_wave_move")
        return [move, *super().get_urls()]

    @admin.display(description=gettext_lazy("label"))
    def label(self, wave: Wave) -> str:
        """Return the label in the reader's language."""
        return words(wave.labels, wave.survey)

    @admin.display(description=gettext_lazy("comparability"))
    def comparability_text(self, wave: Wave) -> str:
        """Return what limits comparisons with this wave."""
        return words(wave.comparability, wave.survey)

    @admin.display(description=gettext_lazy("Fieldwork"))
    def fieldwork(self, wave: Wave) -> str:
        """Return the way to the wave's fieldwork screen."""
        if wave.kind != Wave.Kind.OWN:
            return ""
        return format_html('<a href="{}">{}</a>', reverse("fieldwork", args=[wave.pk]), _("Fieldwork"))

    def move(self, request: HttpRequest, pk: int, state: str) -> HttpResponse:
        """Ask before a wave's state is changed, then change it on POST."""
        wave = get_object_or_404(Wave.objects.select_related("survey", "questionnaire"), pk=pk)
        if not self.has_change_permission(request, wave):
            raise PermissionDenied
        if state not in MOVES:
            raise Http404
        if request.method == "POST":
            _move(request, wave, state)
            return HttpResponseRedirect(_way_back(request, wave))
        move = MOVES[Wave.State(state)]
        allowed = move in moves_of(wave)
        about = {"opts": self.opts, "wave": wave, "move": move, "allowed": allowed, "back": _way_back(request, wave)}
        context = staff_context(request, move.verb, about)
        return TemplateResponse(request, "admin/surveys/wave/move.html", context)


@admin.register(Margin)
class MarginAdmin(ReadOnlyAdmin):
    """Population shares with their sources."""

    list_display = ("wave", "variable", "category", "percent", "source", "date")
    list_display_links = ("category",)
    list_filter = ("wave", "variable")
    list_select_related = ("wave__survey",)
    search_fields = ("variable", "category", "source")
    fields = ("wave", "variable", "category", "percent", "source", "universe", "date", "approximation")


def _label(cells: dict[str, str]) -> str:
    labels = texts(Row(0, cells), "label")
    return labels.get(get_language() or "") or next(iter(labels.values()), "")


def _way_back(request: HttpRequest, wave: Wave) -> str:
    """The page that runs the field, for those who come from it; the fieldwork screen, for those who may see it."""
    if request.user.has_perm("respondents.view_quotacell"):
        return reverse("run_field" if request.GET.get("from") == "run" else "fieldwork", args=[wave.pk])
    return reverse("admin:surveys_wave_change", args=[wave.pk])


def _moved(before: str, after: str, reason: str) -> str:
    moved = _("State: %(before)s → %(after)s.") % {"before": before, "after": after}
    return moved + (" " + _("Reason: %(reason)s") % {"reason": reason.strip()[:500]} if reason.strip() else "")


def _move(request: HttpRequest, wave: Wave, state: str) -> None:
    """Change the state under the wave's lock, so that two people at their buttons come one after the other."""
    try:
        with transaction.atomic():
            locked = Wave.objects.select_for_update(of=("self",), no_key=True).select_related("survey", "questionnaire").get(pk=wave.pk)
            before = locked.get_state_display()
            if state not in [move.state for move in moves_of(locked)]:
                raise ValidationError(_("This wave is now in state “%(state)s”: this cannot be done.") % {"state": before})
            locked.move_to(state)
            write_down(request, locked, _moved(before, locked.get_state_display(), request.POST.get("reason", "")))
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    except IntegrityError:
        messages.error(request, _("Another wave of this survey has just been opened: close it first."))
    else:
        messages.success(request, _("The wave is now in state “%(state)s”.") % {"state": locked.get_state_display()})
