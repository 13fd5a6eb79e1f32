"""Batches of invitations and reminders, the texts of their letters, a file of contacts that waits for its confirmation, and when the next letter may leave."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy

from surveys.models import Wave


class SendOut(models.Model):
    """A batch of letters: prepared by a draw that can be made again (``seed``), then confirmed or dropped, once.

    ``options`` are the choices made on the screen, ``cells`` what each cell needed and got. ``drawn`` are the contacts of an
    invitation, or the invitations of a reminder, until it is confirmed. ``queued`` counts the letters written, ``left`` those
    drawn who could not be written to any more. ``sent`` and ``returned`` are kept when the links behind them are purged.
    """

    class Kind(models.TextChoices):
        INVITATION = "invitation", gettext_lazy("Invitations")
        REMINDER = "reminder", gettext_lazy("Reminders")

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="send_outs", verbose_name=gettext_lazy("wave"))
    kind = models.CharField(gettext_lazy("kind"), max_length=10, choices=Kind.choices)
    prepared_at = models.DateTimeField(gettext_lazy("prepared at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, verbose_name=gettext_lazy("by"))
    seed = models.BigIntegerField(gettext_lazy("seed"))
    options = models.JSONField(gettext_lazy("options"), default=dict)
    cells = models.JSONField(gettext_lazy("cells"), default=list)
    drawn = ArrayField(models.BigIntegerField(), default=list, editable=False)
    confirmed_at = models.DateTimeField(gettext_lazy("confirmed at"), null=True, blank=True)
    queued = models.PositiveIntegerField(gettext_lazy("letters written"), default=0)
    left = models.PositiveIntegerField(gettext_lazy("left out at the last moment"), default=0)
    sent = models.PositiveIntegerField(gettext_lazy("sent"), null=True, blank=True)
    returned = models.PositiveIntegerField(gettext_lazy("completed interviews"), null=True, blank=True)

    class Meta:
        verbose_name = gettext_lazy("send-out")
        verbose_name_plural = gettext_lazy("send-outs")
        ordering = ["-prepared_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.wave} · {self.get_kind_display()} · {self.prepared_at:%Y-%m-%d %H:%M}"


class LetterText(models.Model):
    """A wave's own text of a letter in one language; a wave without one has the text that we propose."""

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="letter_texts", verbose_name=gettext_lazy("wave"))
    kind = models.CharField(gettext_lazy("kind"), max_length=10, choices=SendOut.Kind.choices)
    language = models.CharField(gettext_lazy("language"), max_length=16)
    subject = models.CharField(gettext_lazy("subject"), max_length=200)
    body = models.TextField(gettext_lazy("text"))

    class Meta:
        verbose_name = gettext_lazy("text of a letter")
        verbose_name_plural = gettext_lazy("texts of letters")
        constraints = [models.UniqueConstraint(fields=["wave", "kind", "language"], name="letter_text_once")]

    def __str__(self) -> str:
        return f"{self.wave} · {self.kind} · {self.language}"


class ContactFile(models.Model):
    """A file of contacts that was looked at and waits for its confirmation; gone with it, or a day later."""

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = gettext_lazy("file of contacts")
        verbose_name_plural = gettext_lazy("files of contacts")

    def __str__(self) -> str:
        return self.name


class LetterClock(models.Model):
    """When the next letter may leave, whoever sends it: one row, moved on by each letter."""

    free_at = models.DateTimeField()

    class Meta:
        verbose_name = gettext_lazy("letter clock")
        verbose_name_plural = gettext_lazy("letter clock")

    def __str__(self) -> str:
        return f"{self.free_at}"
