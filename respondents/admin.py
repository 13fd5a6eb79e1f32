"""Respondents in the admin: where they come from, their interviews without their answers, the log, quotas and their cells."""

from __future__ import annotations

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from respondents.models import Consent, Interview, Quota, QuotaCell, Record, Source, Submission
from surveys.staff import ReadOnlyAdmin, ReadOnlyInline, StaffAdmin, may


@admin.register(Source)
class SourceAdmin(StaffAdmin):
    """Where respondents come from; the wave and the code of a source in use stay as they are."""

    list_display = ("label", "code", "wave", "kind", "for_tests", "rules")
    list_filter = ("wave", "kind", "for_tests")
    list_select_related = ("wave__survey",)
    search_fields = ("code", "label")
    fields = ("wave", "code", "kind", "label", "for_tests", "return_url")
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    @admin.display(description=gettext_lazy("panel’s rules"))
    def rules(self, source: Source) -> str:
        """Return the way to a panel's own page; other sources have none."""
        if source.kind != Source.Kind.PANEL:
            return ""
        return format_html('<a href="{}">{}</a>', reverse("provider", args=[source.pk]), _("Links and way back"))

    def get_readonly_fields(self, request: HttpRequest, obj: Source | None = None) -> tuple[str, ...]:
        """Keep what interviews refer to."""
        return ("wave", "code", "kind") if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Source | None = None) -> bool:
        """A source through which somebody entered stays."""
        return super().has_delete_permission(request, obj) and not (obj and obj.interviews.exists())


class SubmissionInline(ReadOnlyInline):
    """The pages of an interview as they came in, without what was answered."""

    model = Submission
    fields = readonly_fields = ("seq", "page", "received_at", "late")
    ordering = ("seq",)


@admin.register(Interview)
class InterviewAdmin(ReadOnlyAdmin):
    """Interviews: how far each is, never its answers nor its token. A completed one can be removed, with a reason."""

    list_display = ("short_id", "state", "started_at", "length", "source", "external_id", "language", "is_test", "wave")
    list_filter = ("state", "is_test", "imported", "wave", "source", "language")
    list_select_related = ("wave__survey", "source")
    search_fields = ("=external_id", "=id")
    date_hierarchy = "started_at"
    fields = ("id", "wave", "questionnaire", "source", "external_id", "state", "cells", "expires_at", "language", "device", "is_test",
              "imported", "started_at", "saved_at", "ended_at", "length")  # fmt: skip
    inlines = (SubmissionInline,)

    @admin.display(description=gettext_lazy("interview"), ordering="id")
    def short_id(self, interview: Interview) -> str:
        """Return the end of its identifier, enough to tell it from its neighbours."""
        return str(interview.pk)[-12:]

    @admin.display(description=gettext_lazy("length"))
    def length(self, interview: Interview) -> str:
        """Return the minutes and seconds from the first page to the end."""
        if interview.ended_at is None:
            return ""
        minutes, seconds = divmod(int((interview.ended_at - interview.started_at).total_seconds()), 60)
        return _("%(minutes)s min %(seconds)s s") % {"minutes": minutes, "seconds": f"{seconds:02d}"}

    @admin.display(description=gettext_lazy("quota cells"))
    def cells(self, interview: Interview) -> str:
        """Return the cells whose places it holds or filled."""
        return ", ".join(str(cell) for cell in QuotaCell.objects.filter(pk__in=interview.cell_ids).in_plan_order())


@admin.register(Submission)
class SubmissionAdmin(ReadOnlyAdmin):
    """The append-only log, page by page, without what was answered."""

    list_display = ("interview", "seq", "page", "received_at", "late")
    list_display_links = ("seq",)
    list_filter = ("late", "wave", "page")
    list_select_related = ("interview",)
    search_fields = ("=interview__id",)
    fields = ("wave", "interview", "seq", "page", "received_at", "late")


@admin.register(Record)
class RecordAdmin(ReadOnlyAdmin):
    """Which completed interviews count; what they hold leaves through the export."""

    list_display = ("interview", "wave", "counted")
    list_filter = ("counted", "wave")
    list_select_related = ("interview", "wave__survey")
    search_fields = ("=interview__id",)
    fields = ("interview", "wave", "counted")


@admin.register(Consent)
class ConsentAdmin(ReadOnlyAdmin):
    """What people were shown and chose, append-only."""

    list_display = ("interview", "wave", "choice", "language", "given_at")
    list_filter = ("wave", "choice", "language")
    list_select_related = ("interview", "wave__survey")
    search_fields = ("=interview__id",)
    fields = ("interview", "wave", "choice", "language", "text_sha256", "given_at")


@admin.register(Quota)
class QuotaAdmin(ReadOnlyAdmin):
    """Quota plans; the page of a wave's plans makes them and changes them."""

    list_display = ("name", "wave", "variables", "kind", "within", "outside", "tolerance_percent", "tolerance_min", "minimum_only")
    list_filter = ("wave", "kind")
    list_select_related = ("wave__survey",)
    fields = ("wave", "name", "variables", "kind", "within", "outside", "tolerance_percent", "tolerance_min", "minimum_only")


@admin.register(QuotaCell)
class QuotaCellAdmin(ReadOnlyAdmin):
    """The counters; a target or a ceiling is changed on the fieldwork screen, through the cell's lock."""

    list_display = ("name", "wave", "target", "filled", "reserved", "ceiling", "places")
    list_filter = ("wave", "quota__name")
    list_select_related = ("wave__survey", "quota")
    fields = ("wave", "quota", "categories", "target", "ceiling", "reserved", "filled", "places")

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """Lead to the page that changes a cell only those who may open it."""
        return self.list_display if may(request.user, "respondents.change_quotacell") else self.list_display[:-1]

    def get_fields(self, request: HttpRequest, obj: QuotaCell | None = None) -> tuple[str, ...]:
        """Lead to the page that changes a cell only those who may open it."""
        return self.fields if may(request.user, "respondents.change_quotacell") else self.fields[:-1]

    @admin.display(description=gettext_lazy("quota cell"), ordering="quota__row")
    def name(self, cell: QuotaCell) -> str:
        """Return the quota and its categories."""
        return str(cell)

    @admin.display(description=gettext_lazy("places"))
    def places(self, cell: QuotaCell) -> str:
        """Return the way to change its target and ceiling."""
        return format_html('<a href="{}">{}</a>', reverse("change_cell", args=[cell.wave_id, cell.pk]), _("Change target and ceiling"))
