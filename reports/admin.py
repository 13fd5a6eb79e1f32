"""What is published, in the admin: figures and their references as designed, and the latest computation of each wave."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from reports.models import Aggregation, BannerColumn, Benchmark, Estimate, ExternalFigure, Figure, Net, NoteItem
from surveys.staff import ReadOnlyAdmin, ReadOnlyInline, words


@admin.register(Figure)
class FigureAdmin(ReadOnlyAdmin):
    """Percentages as designed."""

    list_display = ("code", "survey", "published_as", "sentence", "base", "compare_with", "standing")
    list_filter = ("survey", "base", "standing")
    list_select_related = ("survey",)
    search_fields = ("code", "published_as", "selection")
    fields = ("survey", "code", "published_as", "sentence", "kind", "measure", "selection", "base", "base_kind", "not_asked_counts_as_no",
              "compare_with", "standing")  # fmt: skip

    @admin.display(description=gettext_lazy("says"))
    def sentence(self, figure: Figure) -> str:
        """Return its words in the reader's language."""
        return words(figure.says, figure.survey)


@admin.register(Benchmark)
class BenchmarkAdmin(ReadOnlyAdmin):
    """Outside truths beside figures."""

    list_display = ("code", "figure", "percent", "says_text", "date")
    list_filter = ("figure__survey", "population_differs")
    list_select_related = ("figure__survey",)
    search_fields = ("code", "figure__code")
    fields = ("figure", "code", "percent", "margin", "says_text", "source_text", "population_differs", "date")

    @admin.display(description=gettext_lazy("says"))
    def says_text(self, benchmark: Benchmark) -> str:
        """Return its words in the reader's language."""
        return words(benchmark.says, benchmark.figure.survey)

    @admin.display(description=gettext_lazy("source"))
    def source_text(self, benchmark: Benchmark) -> str:
        """Return its source in the reader's language."""
        return words(benchmark.source, benchmark.figure.survey)


@admin.register(ExternalFigure)
class ExternalFigureAdmin(ReadOnlyAdmin):
    """Other institutes' figures."""

    list_display = ("figure", "wave", "percent", "n", "source")
    list_filter = ("wave",)
    list_select_related = ("figure", "wave__survey")
    fields = ("figure", "wave", "percent", "n", "source")


@admin.register(Net)
class NetAdmin(ReadOnlyAdmin):
    """Sub-totals of choice lists."""

    list_display = ("name", "list_name", "survey")
    list_filter = ("survey",)
    list_select_related = ("survey",)
    fields = ("survey", "list_name", "name")


@admin.register(BannerColumn)
class BannerColumnAdmin(ReadOnlyAdmin):
    """Columns of banners."""

    list_display = ("name", "banner", "survey")
    list_filter = ("survey", "banner")
    list_select_related = ("survey",)
    fields = ("survey", "banner", "name")


@admin.register(NoteItem)
class NoteItemAdmin(ReadOnlyAdmin):
    """The published note, piece by piece."""

    list_display = ("position", "kind", "figure", "survey")
    list_filter = ("survey", "kind")
    list_select_related = ("survey", "figure")
    fields = ("survey", "position", "kind", "figure", "text_in_language")

    @admin.display(description=gettext_lazy("text"))
    def text_in_language(self, item: NoteItem) -> str:
        """Return the text in the reader's language."""
        return words(item.text, item.survey)


class EstimateInline(ReadOnlyInline):
    """The figures of a computation."""

    model = Estimate
    fields = readonly_fields = ("figure", "n", "selected", "not_asked", "raw_percent", "percent", "raw_value", "value", "weighted_n", "effective_n",
                                "margin", "low", "high")  # fmt: skip
    ordering = ("figure__row",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Estimate]:
        """Read the figures with their estimates."""
        return super().get_queryset(request).select_related("figure")


@admin.register(Aggregation)
class AggregationAdmin(ReadOnlyAdmin):
    """The latest computation of each wave: its weighting and every estimate."""

    list_display = ("wave", "n", "computed_at", "efficiency", "refusal_text")
    list_select_related = ("wave__survey",)
    fields = ("wave", "n", "computed_at", "refusal_text", "weighting_steps", "worst_margin", "min_weight", "max_weight", "design_effect",
              "effective_n", "efficiency")  # fmt: skip
    inlines = (EstimateInline,)

    @admin.display(description=gettext_lazy("refusal"))
    def refusal_text(self, aggregation: Aggregation) -> str:
        """Return why nothing could be weighted, in the reader's language."""
        return words(aggregation.refusal, aggregation.wave.survey)
