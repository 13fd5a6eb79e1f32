"""The fieldworks of a survey with their state, and the population margins that they are held against."""

from __future__ import annotations

import datetime
from typing import Literal

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.models.questionnaires import Questionnaire
from surveys.models.studies import OPEN_STATES, SheetRow, Survey

CLOCK = {"now": Now()}  # the database's


class WaveQuerySet(models.QuerySet["Wave"]):
    """Questions about many waves."""

    def on_the_clock(self) -> WaveQuerySet:
        """Add ``now``, the database's clock, which is the one that schedules are held to."""
        return self.annotate(**CLOCK)


class Wave(SheetRow):
    """One fieldwork of a survey. Its printed dates never open it: its state does.

    Kinds: own (asked here), imported (past microdata on a version of ours), external (figures only).
    ``weighting`` names the variables it is raked on; ``place_minutes`` is how long a quota place is held without a saved page.
    A soft launch pauses itself once ``soft_limit`` interviews are completed. Nobody enters before ``opens_at`` nor after
    ``closes_at``. ``pause_message`` is told, by language, at the door of a paused wave. Alerts go to ``alert_emails``: among
    them that nothing was completed for ``silence_minutes``, or that the length is off ``expected_minutes``.
    ``state_since`` is when its state last changed, ``soft_since`` when its soft launch began: from then on it can only go
    live ``signed_off_at`` some time, and PostgreSQL holds to that.
    """

    class State(models.TextChoices):
        DRAFT = "draft", gettext_lazy("Draft")
        TEST = "test", gettext_lazy("Test")
        SOFT = "soft", gettext_lazy("Soft launch")
        LIVE = "live", gettext_lazy("Live")
        PAUSED = "paused", gettext_lazy("Paused")
        CLOSED = "closed", gettext_lazy("Closed")

    class PausedBecause(models.TextChoices):
        NOTHING = "", ""
        PERSON = "person", gettext_lazy("Paused by a person")
        SOFT_LIMIT = "soft_limit", gettext_lazy("The soft launch is complete")

    class Kind(models.TextChoices):
        OWN = "own", gettext_lazy("Asked here")
        IMPORTED = "imported", gettext_lazy("Imported interviews")
        EXTERNAL = "external", gettext_lazy("External figures")

    OPEN_STATES = OPEN_STATES

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="waves", verbose_name=gettext_lazy("survey"))
    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, null=True, blank=True, related_name="waves",
                                      verbose_name=gettext_lazy("questionnaire"))  # fmt: skip
    code = models.SlugField(gettext_lazy("code"), max_length=40)
    labels = models.JSONField(gettext_lazy("labels"), default=dict)
    kind = models.CharField(gettext_lazy("kind"), max_length=10, choices=Kind.choices)
    state = models.CharField(gettext_lazy("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    starts = models.CharField(gettext_lazy("fieldwork from"), max_length=40, blank=True)
    ends = models.CharField(gettext_lazy("fieldwork to"), max_length=40, blank=True)
    time_zone = models.CharField(gettext_lazy("time zone"), max_length=64, default="Europe/Paris")
    target = models.PositiveIntegerField(gettext_lazy("target"), null=True, blank=True)
    ceiling = models.PositiveIntegerField(gettext_lazy("ceiling"), null=True, blank=True)
    interviewed = models.PositiveIntegerField(gettext_lazy("people interviewed"), null=True, blank=True)
    weighting = ArrayField(models.CharField(max_length=64), default=list, blank=True, verbose_name=gettext_lazy("weighted on"))
    institute = models.CharField(gettext_lazy("institute"), max_length=300, blank=True)
    mode = models.CharField(gettext_lazy("mode"), max_length=40, blank=True)
    comparability = models.JSONField(gettext_lazy("comparability"), default=dict, blank=True)
    place_minutes = models.PositiveSmallIntegerField(gettext_lazy("minutes a place is held"), default=10)
    soft_limit = models.PositiveIntegerField(gettext_lazy("interviews of the soft launch"), null=True, blank=True)
    paused_because = models.CharField(gettext_lazy("paused because"), max_length=12, choices=PausedBecause.choices, blank=True, default="")
    opens_at = models.DateTimeField(gettext_lazy("opens at"), null=True, blank=True)
    closes_at = models.DateTimeField(gettext_lazy("closes at"), null=True, blank=True)
    pause_message = models.JSONField(gettext_lazy("message while paused"), default=dict, blank=True)
    expected_minutes = models.DecimalField(
        gettext_lazy("expected length in minutes"), max_digits=5, decimal_places=1, null=True, blank=True
    )
    silence_minutes = models.PositiveSmallIntegerField(gettext_lazy("minutes of silence before an alert"), default=30)
    alert_emails = ArrayField(models.EmailField(), default=list, blank=True, verbose_name=gettext_lazy("alerts go to"))
    state_since = models.DateTimeField(gettext_lazy("in this state since"), null=True, editable=False)
    soft_since = models.DateTimeField(gettext_lazy("soft launch since"), null=True, editable=False)
    signed_off_at = models.DateTimeField(gettext_lazy("signed off at"), null=True, editable=False)

    objects = WaveQuerySet.as_manager()
    now: datetime.datetime  # the database's clock, on a wave read ``on_the_clock``

    class Meta:
        verbose_name = gettext_lazy("wave")
        verbose_name_plural = gettext_lazy("waves")
        ordering = ["survey", "row"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "code"], name="wave_code_once"),
            models.UniqueConstraint(fields=["survey"], condition=Q(state__in=["test", "soft", "live"]), name="one_open_wave"),
            models.CheckConstraint(condition=Q(place_minutes__gte=2), name="place_minutes_floor"),
            models.CheckConstraint(
                condition=~Q(state="live") | Q(soft_since__isnull=True) | Q(signed_off_at__isnull=False), name="soft_launch_signed_off"
            ),
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True) | Q(closes_at__isnull=True) | Q(closes_at__gt=F("opens_at")), name="closes_after_opening"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survey} · {self.code}"

    @property
    def is_open(self) -> bool:
        """Say whether its state lets people in; its hours may not."""
        return self.state in self.OPEN_STATES

    @property
    def hours(self) -> Literal["before", "within", "after"]:
        """Say where the database's clock stands against its schedule; tests are not held to it. Only on a wave read ``on_the_clock``."""
        if self.state == self.State.TEST:
            return "within"
        if self.opens_at and self.now < self.opens_at:
            return "before"
        return "after" if self.closes_at and self.now >= self.closes_at else "within"

    @property
    def awaits_sign_off(self) -> bool:
        """Say whether its soft launch began, and nobody has agreed yet that the field may go on."""
        return self.soft_since is not None and self.signed_off_at is None

    def move_to(self, state: str) -> None:
        """Change the fieldwork state; opening publishes the questionnaire. Raises ValidationError with the reason.

        It locks the wave, and to open it the survey too: of two waves opened at the same time the second is refused.
        """
        with transaction.atomic():
            locked = Wave.objects.on_the_clock().select_for_update().get(pk=self.pk)
            if state in self.OPEN_STATES:
                Survey.objects.select_for_update().get(pk=self.survey_id)
                self._require_openable()
                locked.require_time_left(state)
            if state == self.State.LIVE and locked.awaits_sign_off:
                raise ValidationError(_("The soft launch must be signed off before the field opens."))
            self.state, self.state_since, self.soft_since = state, locked.now, locked.soft_since
            if state == self.State.SOFT:
                self.soft_since = locked.soft_since or locked.now
            self.paused_because = self.PausedBecause.PERSON if state == self.State.PAUSED else self.PausedBecause.NOTHING
            self.save(update_fields=["state", "state_since", "soft_since", "paused_because"])

    def require_time_left(self, state: str) -> None:
        """Raise ValidationError when a wave that goes into this state would be past its closing time."""
        if state in (self.State.SOFT, self.State.LIVE) and self.closes_at and self.now >= self.closes_at:
            raise ValidationError(_("The closing time is past: change it or clear it first."))

    def _require_openable(self) -> None:
        if self.kind != self.Kind.OWN or self.questionnaire is None:
            raise ValidationError(_("Only a wave asked here can be opened."))
        other = self.survey.waves.filter(state__in=self.OPEN_STATES).exclude(pk=self.pk).first()
        if other:
            raise ValidationError(_("Wave %(code)s of this survey is open: close it first.") % {"code": other.code})
        self.questionnaire.publish()


class Margin(SheetRow):
    """The population share of one category, dated and sourced; it feeds quotas and weighting alike."""

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="margins", verbose_name=gettext_lazy("wave"))
    variable = models.CharField(gettext_lazy("variable"), max_length=64)
    category = models.CharField(gettext_lazy("category"), max_length=64)
    percent = models.DecimalField(gettext_lazy("percent"), max_digits=7, decimal_places=4)
    source = models.TextField(gettext_lazy("source"), blank=True)
    universe = models.CharField(gettext_lazy("universe"), max_length=300, blank=True)
    date = models.CharField(gettext_lazy("date"), max_length=40, blank=True)
    approximation = models.TextField(gettext_lazy("approximation"), blank=True)

    class Meta:
        verbose_name = gettext_lazy("margin")
        verbose_name_plural = gettext_lazy("margins")
        ordering = ["wave", "row"]
        constraints = [
            models.UniqueConstraint(fields=["wave", "variable", "category"], name="margin_category_once"),
            models.CheckConstraint(condition=Q(percent__gte=0, percent__lte=100), name="margin_percent_range"),
        ]

    def __str__(self) -> str:
        return f"{self.variable} = {self.category}: {self.percent} %"
