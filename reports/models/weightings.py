"""Weightings: the schemes of a wave, what each gave when it was last computed, and weights that came from elsewhere."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy

from respondents.models import Interview
from surveys.models import SheetRow, Wave

MAIN = "main"  # the scheme of the waves sheet, with which figures are published


class Scheme(SheetRow):
    """A way to weight a wave beside its main one: raked on ``variables`` between bounds, from a ``design`` weight, or imported.

    ``design`` names the variable that holds everybody's weight by design (an oversample brought back to its true share).
    ``missing`` says what becomes of people without an answer to one of the variables. The scheme ``main`` is the waves sheet's.
    """

    class Missing(models.TextChoices):
        KEPT = "kept", gettext_lazy("kept at their share of the sample")
        LEFT_OUT = "left_out", gettext_lazy("left out of the weighting and of the figures")

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="schemes", verbose_name=gettext_lazy("wave"))
    code = models.SlugField(gettext_lazy("code"), max_length=40)
    labels = models.JSONField(gettext_lazy("labels"), default=dict)
    variables = ArrayField(models.CharField(max_length=64), default=list, blank=True, verbose_name=gettext_lazy("weighted on"))
    low = models.FloatField(gettext_lazy("smallest weight allowed"), null=True, blank=True)
    high = models.FloatField(gettext_lazy("largest weight allowed"), null=True, blank=True)
    design = models.CharField(gettext_lazy("design weight"), max_length=64, blank=True)
    missing = models.CharField(gettext_lazy("people without an answer"), max_length=10, choices=Missing.choices, default=Missing.KEPT)
    is_imported = models.BooleanField(gettext_lazy("imported weights"), default=False)

    class Meta:
        verbose_name = gettext_lazy("weighting scheme")
        verbose_name_plural = gettext_lazy("weighting schemes")
        ordering = ["wave", "row"]
        constraints = [models.UniqueConstraint(fields=["wave", "code"], name="scheme_code_once")]

    def __str__(self) -> str:
        return f"{self.wave}: {self.code}"


class Weighting(models.Model):
    """What one scheme gave, frozen as it was computed: from how many interviews, on which margins, with which weights.

    ``margins`` lists [variable, category, people, raw %, target %, weighted %]; ``histogram`` [from, to, people] of the weights;
    ``warnings`` [which, number, of what]; ``figures`` each figure's weighted number and n; ``missing`` the people without an answer
    to one of the variables.
    Below an efficiency of 60 % nothing is published unless a named person allows it, with a reason.
    """

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="weightings", verbose_name=gettext_lazy("wave"))
    scheme = models.SlugField(gettext_lazy("scheme"), max_length=40, default=MAIN)
    computed_at = models.DateTimeField(gettext_lazy("computed at"))
    n = models.PositiveIntegerField("n")
    revisions = models.BigIntegerField(editable=False)
    variables = ArrayField(models.CharField(max_length=64), default=list, verbose_name=gettext_lazy("weighted on"))
    low = models.FloatField(gettext_lazy("smallest weight allowed"), null=True)
    high = models.FloatField(gettext_lazy("largest weight allowed"), null=True)
    steps = models.PositiveSmallIntegerField(gettext_lazy("raking steps"), default=0)
    worst_margin = models.FloatField(gettext_lazy("worst margin"), null=True)
    min_weight = models.FloatField(gettext_lazy("smallest weight"), null=True)
    max_weight = models.FloatField(gettext_lazy("largest weight"), null=True)
    design_effect = models.FloatField(gettext_lazy("design effect"), null=True)
    effective_n = models.FloatField(gettext_lazy("effective n"), null=True)
    efficiency = models.FloatField(gettext_lazy("efficiency"), null=True)
    margins = models.JSONField(gettext_lazy("margins"), default=list)
    histogram = models.JSONField(gettext_lazy("weights"), default=list)
    warnings = models.JSONField(gettext_lazy("warnings"), default=list)
    missing = models.PositiveIntegerField(gettext_lazy("people without an answer"), default=0)
    figures = models.JSONField(gettext_lazy("figures"), default=dict)
    refusal = models.JSONField(gettext_lazy("refusal"), default=dict, blank=True)
    allowed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True,
                                   verbose_name=gettext_lazy("allowed by"))  # fmt: skip
    allowed_because = models.CharField(gettext_lazy("allowed because"), max_length=500, blank=True)

    class Meta:
        verbose_name = gettext_lazy("weighting")
        verbose_name_plural = gettext_lazy("weightings")
        ordering = ["wave", "scheme", "-computed_at"]

    def __str__(self) -> str:
        return f"{self.wave}: {self.scheme}, n = {self.n}"


class ImportedWeight(models.Model):
    """The weight of one interview in a scheme whose weights were computed elsewhere."""

    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="weights")
    interview = models.ForeignKey(Interview, models.CASCADE, related_name="+")
    weight = models.FloatField(gettext_lazy("weight"))

    class Meta:
        verbose_name = gettext_lazy("imported weight")
        verbose_name_plural = gettext_lazy("imported weights")
        constraints = [
            models.UniqueConstraint(fields=["scheme", "interview"], name="imported_weight_once"),
            models.CheckConstraint(condition=models.Q(weight__gt=0), name="imported_weight_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.scheme}: {self.weight}"
