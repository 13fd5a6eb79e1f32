"""What happens around a field: calls to panels' servers, flags and reviews, alerts, and the sign-off of a soft launch."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from respondents.models.interviews import Interview
from surveys.models import Wave


class PanelCall(models.Model):
    """The server-to-server call that tells a panel how an interview ended: one per interview, tried until it is answered."""

    interview = models.OneToOneField(Interview, models.CASCADE, related_name="panel_call", verbose_name=gettext_lazy("interview"))
    outcome = models.CharField(gettext_lazy("outcome"), max_length=12)
    due_at = models.DateTimeField(gettext_lazy("due at"))
    tries = models.PositiveSmallIntegerField(gettext_lazy("tries"), default=0)
    answered_at = models.DateTimeField(gettext_lazy("answered at"), null=True, blank=True)
    given_up_at = models.DateTimeField(gettext_lazy("given up at"), null=True, blank=True)
    status = models.PositiveSmallIntegerField(gettext_lazy("last answer"), null=True, blank=True)
    error = models.CharField(gettext_lazy("error"), max_length=500, blank=True)

    class Meta:
        verbose_name = gettext_lazy("call to a panel")
        verbose_name_plural = gettext_lazy("calls to panels")
        ordering = ["due_at"]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(answered_at__isnull=True, given_up_at__isnull=True), name="panel_call_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.interview_id}: {self.outcome}"


class Flag(models.Model):
    """A doubt that a rule raises about a completed interview. It decides nothing."""

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="flags", verbose_name=gettext_lazy("interview"))
    rule = models.CharField(gettext_lazy("rule"), max_length=80)
    subject = models.CharField(gettext_lazy("subject"), max_length=80, blank=True)
    detail = models.JSONField(gettext_lazy("detail"), default=dict)
    made_at = models.DateTimeField(gettext_lazy("made at"))

    class Meta:
        verbose_name = gettext_lazy("flag")
        verbose_name_plural = gettext_lazy("flags")
        ordering = ["interview", "rule", "subject"]
        constraints = [models.UniqueConstraint(fields=["interview", "rule", "subject"], name="flag_once")]

    def __str__(self) -> str:
        return f"{self.interview_id}: {self.rule} {self.subject}".strip()


class Review(models.Model):
    """What a person decided about an interview, and why. Append-only: the latest one holds."""

    class Verdict(models.TextChoices):
        KEPT = "kept", gettext_lazy("Kept")
        REMOVED = "removed", gettext_lazy("Removed")

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="reviews", verbose_name=gettext_lazy("interview"))
    verdict = models.CharField(gettext_lazy("verdict"), max_length=8, choices=Verdict.choices)
    reason = models.CharField(gettext_lazy("reason"), max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name=gettext_lazy("by"))
    at = models.DateTimeField(gettext_lazy("at"))

    class Meta:
        verbose_name = gettext_lazy("review")
        verbose_name_plural = gettext_lazy("reviews")
        ordering = ["interview", "at"]

    def __str__(self) -> str:
        return f"{self.interview_id}: {self.verdict}"


class Alert(models.Model):
    """Something in a field that a person should look at, from when to when; at most one open per kind and subject.

    ``subject`` tells what it is about ("cell:12", "page:q6", "source:panel"), ``value`` the numbers when it was last seen.
    """

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="alerts", verbose_name=gettext_lazy("wave"))
    kind = models.CharField(gettext_lazy("kind"), max_length=40)
    subject = models.CharField(gettext_lazy("subject"), max_length=120, blank=True)
    value = models.JSONField(gettext_lazy("numbers"), default=dict)
    since = models.DateTimeField(gettext_lazy("since"))
    ended_at = models.DateTimeField(gettext_lazy("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = gettext_lazy("alert")
        verbose_name_plural = gettext_lazy("alerts")
        ordering = ["wave", "-since"]
        constraints = [
            models.UniqueConstraint(fields=["wave", "kind", "subject"], condition=Q(ended_at__isnull=True), name="alert_open_once"),
        ]

    def __str__(self) -> str:
        return f"{self.wave_id}: {self.kind} {self.subject}".strip()


class SignOff(models.Model):
    """A person's agreement that a field may go on after its soft launch: on how many interviews, with which checks."""

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="sign_offs", verbose_name=gettext_lazy("wave"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=gettext_lazy("by"))
    at = models.DateTimeField(gettext_lazy("at"))
    completes = models.PositiveIntegerField(gettext_lazy("completed interviews"))
    checks = models.JSONField(gettext_lazy("checks"), default=dict)
    note = models.TextField(gettext_lazy("note"), blank=True)

    class Meta:
        verbose_name = gettext_lazy("sign-off")
        verbose_name_plural = gettext_lazy("sign-offs")
        ordering = ["wave", "at"]

    def __str__(self) -> str:
        return f"{self.wave_id}: {self.at}"
