"""People who are invited by name, apart from their answers and deletable alone, and the outbox of e-mails."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from respondents.models.interviews import Interview, Source
from respondents.models.sendouts import SendOut
from surveys.models import Wave


class Panelist(models.Model):
    """Somebody who may be invited: an address, and what is known of them beforehand ({variable: choice}).

    Whoever was erased leaves a row without address and name: ``email`` is then a salted hash, so that they never come back.
    Once links are purged, ``took_part`` keeps the waves in which they were interviewed and ``asked_at`` when they were last
    written to: enough to leave them in peace, nothing of what they answered.
    """

    email = models.CharField(gettext_lazy("e-mail"), max_length=254, unique=True)
    name = models.CharField(gettext_lazy("name"), max_length=200, blank=True)
    language = models.CharField(gettext_lazy("language"), max_length=16, blank=True)
    known = models.JSONField(gettext_lazy("profile"), default=dict, blank=True)
    added_at = models.DateTimeField(gettext_lazy("added at"))
    unsubscribed_at = models.DateTimeField(gettext_lazy("unsubscribed at"), null=True, blank=True)
    bounced_at = models.DateTimeField(gettext_lazy("bounced at"), null=True, blank=True)
    erased_at = models.DateTimeField(gettext_lazy("erased at"), null=True, blank=True)
    took_part = ArrayField(models.BigIntegerField(), default=list, blank=True, editable=False)
    asked_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = gettext_lazy("contact")
        verbose_name_plural = gettext_lazy("contacts")
        ordering = ["email"]

    def __str__(self) -> str:
        return self.email


class Invitation(models.Model):
    """A personal link into one wave: its code is the secret, stored as a hash; the interview it led to, if any."""

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="invitations", verbose_name=gettext_lazy("wave"))
    source = models.ForeignKey(Source, models.PROTECT, related_name="invitations", verbose_name=gettext_lazy("source"))
    panelist = models.ForeignKey(Panelist, models.CASCADE, related_name="invitations", verbose_name=gettext_lazy("contact"))
    code_sha256 = models.BinaryField(max_length=32, unique=True, editable=False)
    made_at = models.DateTimeField(gettext_lazy("made at"))
    sent_at = models.DateTimeField(gettext_lazy("sent at"), null=True, blank=True)
    reminders = models.PositiveSmallIntegerField(gettext_lazy("reminders"), default=0)
    last_sent_at = models.DateTimeField(gettext_lazy("last sent at"), null=True, blank=True)
    interview = models.OneToOneField(Interview, models.SET_NULL, related_name="invitation", null=True, blank=True,
                                     verbose_name=gettext_lazy("interview"))  # fmt: skip
    send_out = models.ForeignKey(SendOut, models.SET_NULL, related_name="invitations", null=True, blank=True,
                                 verbose_name=gettext_lazy("send-out"))  # fmt: skip

    class Meta:
        verbose_name = gettext_lazy("invitation")
        verbose_name_plural = gettext_lazy("invitations")
        ordering = ["wave", "pk"]
        constraints = [models.UniqueConstraint(fields=["wave", "panelist"], name="invited_once_per_wave")]

    def __str__(self) -> str:
        return f"{self.wave_id}: {self.pk}"


class Letter(models.Model):
    """An e-mail to be sent: written with the decision that causes it, sent once whatever fails; ``key`` names its effect."""

    class Kind(models.TextChoices):
        INVITATION = "invitation", gettext_lazy("Invitation")
        REMINDER = "reminder", gettext_lazy("Reminder")
        ALERT = "alert", gettext_lazy("Alert")
        DIGEST = "digest", gettext_lazy("Digest")

    key = models.CharField(gettext_lazy("effect"), max_length=200, unique=True)
    kind = models.CharField(gettext_lazy("kind"), max_length=10, choices=Kind.choices)
    wave = models.ForeignKey(Wave, models.CASCADE, related_name="letters", verbose_name=gettext_lazy("wave"))
    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="letters", null=True, blank=True,
                                   verbose_name=gettext_lazy("invitation"))  # fmt: skip
    send_out = models.ForeignKey(SendOut, models.SET_NULL, related_name="letters", null=True, blank=True,
                                 verbose_name=gettext_lazy("send-out"))  # fmt: skip
    to = models.CharField(gettext_lazy("to"), max_length=254)
    subject = models.CharField(gettext_lazy("subject"), max_length=300)
    body = models.TextField(gettext_lazy("text"))
    due_at = models.DateTimeField(gettext_lazy("due at"))
    tries = models.PositiveSmallIntegerField(gettext_lazy("tries"), default=0)
    sent_at = models.DateTimeField(gettext_lazy("sent at"), null=True, blank=True)
    given_up_at = models.DateTimeField(gettext_lazy("given up at"), null=True, blank=True)
    error = models.CharField(gettext_lazy("error"), max_length=500, blank=True)

    class Meta:
        verbose_name = gettext_lazy("letter")
        verbose_name_plural = gettext_lazy("letters")
        ordering = ["due_at", "pk"]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(sent_at__isnull=True, given_up_at__isnull=True), name="letter_waiting"),
        ]

    def __str__(self) -> str:
        return self.key
