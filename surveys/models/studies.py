"""A study, and the stored lines of its sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from surveys.models.waves import Wave

OPEN_STATES = ("test", "soft", "live")  # of a wave that people can enter


class SurveyQuerySet(models.QuerySet["Survey"]):
    """Questions about many surveys."""

    def with_open_wave(self) -> SurveyQuerySet:
        """Add ``has_open_wave``: whether people can enter the survey now, on the database's clock."""
        has_begun = Q(waves__opens_at__isnull=True) | Q(waves__opens_at__lte=Now())
        has_not_ended = Q(waves__closes_at__isnull=True) | Q(waves__closes_at__gt=Now())
        is_on = Q(waves__state="test") | (Q(waves__state__in=OPEN_STATES) & has_begun & has_not_ended)
        open_ones = Survey.objects.filter(is_on, pk=OuterRef("pk"))
        return self.annotate(has_open_wave=Exists(open_ones))


class Survey(models.Model):
    """A study: who asks, of whom, in which languages.

    ``headers`` keeps each study sheet's columns in order, ``settings`` the cells of the settings sheet that no version freezes.
    """

    slug = models.SlugField(gettext_lazy("address"), max_length=63, unique=True)
    title = models.CharField(gettext_lazy("title"), max_length=300)
    sponsor = models.CharField(gettext_lazy("sponsor"), max_length=300, blank=True)
    sponsor_quality = models.CharField(gettext_lazy("sponsor's quality"), max_length=300, blank=True)
    institute = models.CharField(gettext_lazy("institute"), max_length=300, blank=True)
    population = models.JSONField(gettext_lazy("population"), default=dict)
    limits = models.JSONField(gettext_lazy("limits"), default=dict)
    languages = ArrayField(models.CharField(max_length=16), verbose_name=gettext_lazy("languages"))
    default_language = models.CharField(gettext_lazy("default language"), max_length=16)
    mode = models.CharField(gettext_lazy("mode"), max_length=40, blank=True)
    electoral_scope = models.CharField(gettext_lazy("electoral scope"), max_length=20, blank=True)
    electoral_reason = models.CharField(gettext_lazy("why it is electoral or not"), max_length=500, blank=True)
    data_kind = models.CharField(gettext_lazy("kind of data"), max_length=20, blank=True)
    settings = models.JSONField(default=dict, editable=False)
    headers = models.JSONField(default=dict, editable=False)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("survey")
        verbose_name_plural = gettext_lazy("surveys")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    @property
    def is_demonstration(self) -> bool:
        """Say whether its answers are invented, which every page and file must mention."""
        return self.data_kind == "demonstration"

    @property
    def open_wave(self) -> Wave | None:
        """Return the one wave whose state lets people in, if there is one; its ``hours`` say whether it is time."""
        return self.waves.on_the_clock().filter(state__in=OPEN_STATES).select_related("survey", "questionnaire").first()

    @property
    def paused_wave(self) -> Wave | None:
        """Return the wave that is paused and not past its closing, if there is one."""
        has_not_ended = Q(closes_at__isnull=True) | Q(closes_at__gt=Now())
        return self.waves.filter(has_not_ended, state="paused").first()

    def text(self, labels: dict[str, str], language: str) -> str:
        """Return ``labels`` in ``language``, or in the survey's own language when that one is missing."""
        return labels.get(language) or labels.get(self.default_language, "")


class SheetRow(models.Model):
    """A stored line of a study sheet: its row number and its cells as the author wrote them."""

    row = models.PositiveIntegerField(gettext_lazy("row"), editable=False)
    cells = models.JSONField(gettext_lazy("cells"), default=dict, editable=False)

    class Meta:
        abstract = True
