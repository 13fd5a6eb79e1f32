"""What people judge: how far two waves compare, and which codes open answers belong to."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy

from respondents.models import Interview
from surveys.models import Survey, Wave


class Comparability(models.Model):
    """One line of the ledger of two waves: how an aspect compares, as computed, and as a person confirmed it, with their reason.

    ``subject`` is a figure's code, '' for what holds for the whole wave (institute, mode, universe, weighting).
    """

    class Verdict(models.TextChoices):
        SAME = "same", gettext_lazy("Same")
        CLOSE = "close", gettext_lazy("Close")
        DIFFERENT = "different", gettext_lazy("Different")

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="comparabilities", verbose_name=gettext_lazy("wave"))
    other = models.ForeignKey(Wave, models.CASCADE, related_name="+", verbose_name=gettext_lazy("compared with wave"))
    aspect = models.CharField(gettext_lazy("aspect"), max_length=20)
    subject = models.CharField(gettext_lazy("figure"), max_length=64, blank=True)
    computed = models.CharField(gettext_lazy("computed"), max_length=10, choices=Verdict.choices)
    confirmed = models.CharField(gettext_lazy("confirmed"), max_length=10, choices=Verdict.choices, blank=True)
    reason = models.CharField(gettext_lazy("reason"), max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True,
                           verbose_name=gettext_lazy("by"))  # fmt: skip
    at = models.DateTimeField(gettext_lazy("at"), null=True, blank=True)

    class Meta:
        verbose_name = gettext_lazy("comparability")
        verbose_name_plural = gettext_lazy("comparabilities")
        ordering = ["wave", "other", "aspect", "subject"]
        constraints = [models.UniqueConstraint(fields=["wave", "other", "aspect", "subject"], name="comparability_once")]

    def __str__(self) -> str:
        return f"{self.wave} / {self.other}: {self.aspect} {self.subject}".strip()


class CodeFrame(models.Model):
    """The codes of an open question: [{"code", "label": {language: text}, "choice": the listed choice it goes back into, or ""}]."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="code_frames", verbose_name=gettext_lazy("survey"))
    question = models.CharField(gettext_lazy("question"), max_length=64)
    codes = models.JSONField(gettext_lazy("codes"), default=list)

    class Meta:
        verbose_name = gettext_lazy("code frame")
        verbose_name_plural = gettext_lazy("code frames")
        ordering = ["survey", "question"]
        constraints = [models.UniqueConstraint(fields=["survey", "question"], name="code_frame_once")]

    def __str__(self) -> str:
        return f"{self.survey}: {self.question}"


class Coding(models.Model):
    """One coder's codes for one open answer. Append-only: of a coder the latest holds; ``settles`` ends a disagreement of two."""

    frame = models.ForeignKey(CodeFrame, models.CASCADE, related_name="codings")
    interview = models.ForeignKey(Interview, models.CASCADE, related_name="codings", verbose_name=gettext_lazy("interview"))
    codes = ArrayField(models.CharField(max_length=64), default=list, verbose_name=gettext_lazy("codes"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=gettext_lazy("by"))
    at = models.DateTimeField(gettext_lazy("at"))
    settles = models.BooleanField(gettext_lazy("settles"), default=False)

    class Meta:
        verbose_name = gettext_lazy("coding")
        verbose_name_plural = gettext_lazy("codings")
        ordering = ["frame", "interview", "at"]

    def __str__(self) -> str:
        return f"{self.frame}: {' '.join(self.codes)}"
