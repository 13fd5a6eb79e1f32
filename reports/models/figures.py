"""What is published: figures as designed, their outside references, and the latest computation of each wave."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy

from surveys.core import questionnaire as core
from surveys.core.expressions import Expression, parse
from surveys.models import SheetRow, Survey, Wave

EVERYBODY = "true()"  # the selection of a figure that measures a number and selects nobody in particular


class Figure(SheetRow):
    """A figure as designed: what is selected or measured, on which base, how it is said, what it is compared with.

    A ``share`` is the percentage of those who are selected. The other kinds are of the number ``measure`` among those selected
    (everybody of the base where ``selection`` is empty): its mean, its median, or its score from −100 to 100. ``base_kind``
    keeps of the base those who were asked every question of the figure, or who gave an opinion on each (neither don't know nor
    refusal). One that is not ``shown`` stays with the study and is read by nobody; one that was published is retired, never deleted.
    """

    class Kind(models.TextChoices):
        SHARE = "share", gettext_lazy("Percentage")
        MEAN = "mean", gettext_lazy("Mean")
        MEDIAN = "median", gettext_lazy("Median")
        SCORE = "score", gettext_lazy("Net promoter score")

    class BaseKind(models.TextChoices):
        NAMED = "named", gettext_lazy("Everybody in the base")
        ASKED = "asked", gettext_lazy("Those who were asked")
        VALID = "valid", gettext_lazy("Those who gave an answer")

    class Standing(models.TextChoices):
        SHOWN = "shown", gettext_lazy("Shown")
        HIDDEN = "hidden", gettext_lazy("Hidden")
        RETIRED = "retired", gettext_lazy("Retired")

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="figures", verbose_name=gettext_lazy("survey"))
    code = models.SlugField(gettext_lazy("code"), max_length=64)
    published_as = models.CharField(gettext_lazy("published as"), max_length=100, blank=True)
    says = models.JSONField(gettext_lazy("says"), default=dict)
    says_next = models.JSONField(gettext_lazy("says, continued"), default=dict)
    kind = models.CharField(gettext_lazy("kind"), max_length=10, choices=Kind.choices, default=Kind.SHARE)
    measure = models.CharField(gettext_lazy("measure"), max_length=64, blank=True)
    selection = models.TextField(gettext_lazy("selection"), blank=True)
    base_kind = models.CharField(gettext_lazy("counted in the base"), max_length=10, choices=BaseKind.choices, default=BaseKind.NAMED)
    base = models.CharField(gettext_lazy("base"), max_length=64)
    not_asked_counts_as_no = models.BooleanField(gettext_lazy("not asked counts as no"), default=False)
    compare_with = models.CharField(gettext_lazy("compared with wave"), max_length=40, blank=True)
    standing = models.CharField(gettext_lazy("shown"), max_length=10, choices=Standing.choices, default=Standing.SHOWN)

    class Meta:
        verbose_name = gettext_lazy("figure")
        verbose_name_plural = gettext_lazy("figures")
        ordering = ["survey", "row"]
        constraints = [models.UniqueConstraint(fields=["survey", "code"], name="figure_code_once")]

    def __str__(self) -> str:
        return self.code

    @property
    def condition(self) -> Expression:
        """Return the condition that its people fulfil."""
        return parse(self.selection or EVERYBODY)

    @property
    def questions(self) -> frozenset[str]:
        """Return the names of the questions whose answers it counts or measures."""
        return self.condition.variables | ({self.measure} - {""})

    @property
    def is_measure(self) -> bool:
        """Say whether it is a mean, a median or a score: its number is then a value, and no percentage."""
        return self.kind != self.Kind.SHARE

    @property
    def counted_among(self) -> str:
        """Return who of the base counts; of a number, those who gave one."""
        return self.BaseKind.VALID if self.is_measure else self.base_kind

    def fits(self, questionnaire: core.Questionnaire) -> bool:
        """Say whether a version of the form has the figure's base and its questions; an earlier wave's may lack them."""
        return self.base in questionnaire.bases and self.questions <= questionnaire.questions.keys()


class Benchmark(SheetRow):
    """An outside truth beside a figure: value, source, population, date, its own margin of error where it has one (95 %, in
    points). Never mixed with a result, nor weighted to."""

    figure = models.ForeignKey(Figure, models.CASCADE, related_name="benchmarks", verbose_name=gettext_lazy("figure"))
    code = models.SlugField(gettext_lazy("code"), max_length=64)
    says = models.JSONField(gettext_lazy("says"), default=dict)
    percent = models.DecimalField(gettext_lazy("percent"), max_digits=7, decimal_places=4)
    margin = models.DecimalField(gettext_lazy("margin of error"), max_digits=7, decimal_places=4, null=True, blank=True)
    source = models.JSONField(gettext_lazy("source"), default=dict)
    population = models.JSONField(gettext_lazy("population"), default=dict)
    population_differs = models.BooleanField(gettext_lazy("its population differs"), default=False)
    date = models.CharField(gettext_lazy("date"), max_length=40, blank=True)
    note = models.JSONField(gettext_lazy("note"), default=dict)

    class Meta:
        verbose_name = gettext_lazy("benchmark")
        verbose_name_plural = gettext_lazy("benchmarks")
        ordering = ["row"]
        constraints = [models.UniqueConstraint(fields=["figure", "code"], name="benchmark_code_once")]

    def __str__(self) -> str:
        return self.code


class ExternalFigure(SheetRow):
    """A figure of an external wave: another institute's percentage, with its n and its wording."""

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="external_figures", verbose_name=gettext_lazy("wave"))
    figure = models.ForeignKey(Figure, models.CASCADE, related_name="external_figures", verbose_name=gettext_lazy("figure"))
    percent = models.DecimalField(gettext_lazy("percent"), max_digits=7, decimal_places=4)
    n = models.PositiveIntegerField("n")
    wording = models.JSONField(gettext_lazy("wording"), default=dict)
    source = models.TextField(gettext_lazy("source"), blank=True)

    class Meta:
        verbose_name = gettext_lazy("external figure")
        verbose_name_plural = gettext_lazy("external figures")
        ordering = ["row"]
        constraints = [models.UniqueConstraint(fields=["wave", "figure"], name="external_figure_once")]

    def __str__(self) -> str:
        return f"{self.figure} {self.wave.code}"


class Net(SheetRow):
    """A sub-total of a choice list: several choices reported together."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="nets", verbose_name=gettext_lazy("survey"))
    list_name = models.CharField(gettext_lazy("list"), max_length=64)
    name = models.CharField(gettext_lazy("name"), max_length=64)

    class Meta:
        verbose_name = gettext_lazy("net")
        verbose_name_plural = gettext_lazy("nets")
        ordering = ["survey", "row"]
        constraints = [models.UniqueConstraint(fields=["survey", "list_name", "name"], name="net_name_once")]

    def __str__(self) -> str:
        return f"{self.list_name} / {self.name}"


class BannerColumn(SheetRow):
    """A column of a banner: a condition that picks some of the people."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="banner_columns", verbose_name=gettext_lazy("survey"))
    banner = models.CharField(gettext_lazy("banner"), max_length=64)
    name = models.CharField(gettext_lazy("column"), max_length=64)

    class Meta:
        verbose_name = gettext_lazy("banner column")
        verbose_name_plural = gettext_lazy("banner columns")
        ordering = ["survey", "row"]
        constraints = [models.UniqueConstraint(fields=["survey", "banner", "name"], name="banner_column_once")]

    def __str__(self) -> str:
        return f"{self.banner} / {self.name}"


class NoteItem(SheetRow):
    """One piece of the published note, in order: a title, a heading, a figure's sentence or the author's commentary."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="note_items", verbose_name=gettext_lazy("survey"))
    position = models.PositiveIntegerField(gettext_lazy("position"))
    kind = models.CharField(gettext_lazy("kind"), max_length=20)
    figure = models.ForeignKey(Figure, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=gettext_lazy("figure"))
    text = models.JSONField(gettext_lazy("text"), default=dict)

    class Meta:
        verbose_name = gettext_lazy("note item")
        verbose_name_plural = gettext_lazy("note items")
        ordering = ["survey", "position"]
        constraints = [models.UniqueConstraint(fields=["survey", "position"], name="note_position_once")]

    def __str__(self) -> str:
        return f"{self.position} {self.kind}"


class Aggregation(models.Model):
    """The latest computation of a wave. ``n`` and ``revisions`` say what it was computed from: when the
    interviews no longer count and sum to them, it is out of date. ``refusal`` says why nothing could be weighted."""

    OUT_OF_DATE = -1  # a sum of revisions that no interviews have

    wave = models.OneToOneField(Wave, models.CASCADE, related_name="aggregation", verbose_name=gettext_lazy("wave"))
    computed_at = models.DateTimeField(gettext_lazy("computed at"))
    n = models.PositiveIntegerField("n")
    revisions = models.BigIntegerField(editable=False)
    refusal = models.JSONField(gettext_lazy("refusal"), default=dict, blank=True)
    weighting_steps = models.PositiveSmallIntegerField(gettext_lazy("raking steps"), default=0)
    worst_margin = models.FloatField(gettext_lazy("worst margin"), null=True)
    min_weight = models.FloatField(gettext_lazy("smallest weight"), null=True)
    max_weight = models.FloatField(gettext_lazy("largest weight"), null=True)
    design_effect = models.FloatField(gettext_lazy("design effect"), null=True)
    effective_n = models.FloatField(gettext_lazy("effective n"), null=True)
    efficiency = models.FloatField(gettext_lazy("efficiency"), null=True)

    class Meta:
        verbose_name = gettext_lazy("aggregation")
        verbose_name_plural = gettext_lazy("aggregations")

    def __str__(self) -> str:
        return f"{self.wave} n = {self.n}"


class Estimate(models.Model):
    """One figure as computed: percentages on the 0–100 scale; ``raw_percent`` is unweighted, ``not_asked`` counts the
    people of the base who were not asked its question. A mean, a median or a score stands in ``value`` (``raw_value``
    unweighted), in its own unit, and so do then its error and its interval."""

    aggregation = models.ForeignKey(Aggregation, models.CASCADE, related_name="estimates")
    figure = models.ForeignKey(Figure, models.CASCADE, related_name="estimates", verbose_name=gettext_lazy("figure"))
    n = models.PositiveIntegerField("n")
    selected = models.PositiveIntegerField(gettext_lazy("selected"))
    not_asked = models.PositiveIntegerField(gettext_lazy("not asked"), default=0)
    raw_percent = models.FloatField(gettext_lazy("unweighted percent"), null=True)
    percent = models.FloatField(gettext_lazy("percent"), null=True)
    raw_value = models.FloatField(gettext_lazy("unweighted value"), null=True)
    value = models.FloatField(gettext_lazy("value"), null=True)
    weighted_n = models.FloatField(gettext_lazy("weighted n"), null=True)
    effective_n = models.FloatField(gettext_lazy("effective n"), null=True)
    standard_error = models.FloatField(gettext_lazy("standard error"), null=True)
    margin = models.FloatField(gettext_lazy("margin"), null=True)
    low = models.FloatField(gettext_lazy("low"), null=True)
    high = models.FloatField(gettext_lazy("high"), null=True)

    class Meta:
        verbose_name = gettext_lazy("estimate")
        verbose_name_plural = gettext_lazy("estimates")
        ordering = ["aggregation", "figure__row"]
        constraints = [models.UniqueConstraint(fields=["aggregation", "figure"], name="estimate_figure_once")]

    def __str__(self) -> str:
        return f"{self.figure}: {self.number}"

    @property
    def number(self) -> float | None:
        """Return the weighted number: a percentage, or a value."""
        return self.percent if self.value is None else self.value

    @property
    def raw_number(self) -> float | None:
        """Return the unweighted number: a percentage, or a value."""
        return self.raw_percent if self.raw_value is None else self.raw_value
