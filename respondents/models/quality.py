"""What the rules of quality need: a study's own rules, what was looked at, and the salt of the devices' marks."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy

from respondents.models.interviews import Interview
from surveys.models import SheetRow, Survey, Wave


class QualityRule(SheetRow):
    """A row of the sheet ``quality`` of a study."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="quality_rules", verbose_name=gettext_lazy("survey"))
    rule = models.CharField(gettext_lazy("rule"), max_length=80)

    class Meta:
        verbose_name = gettext_lazy("rule of quality")
        verbose_name_plural = gettext_lazy("rules of quality")
        ordering = ["survey", "row"]
        constraints = [models.UniqueConstraint(fields=["survey", "row"], name="quality_rule_row_once")]

    def __str__(self) -> str:
        return f"{self.survey}: {self.rule}"


class Look(models.Model):
    """A completed interview that the rules have looked at: by which ``rules`` (their fingerprint), ``among`` how many.

    ``seconds`` is its time without pauses, ``expected`` what its pages take at the median. ``marks`` are digests of its
    longer open answers and of its closed answers as a whole: two interviews with the same mark say the same.
    """

    interview = models.OneToOneField(
        Interview, models.CASCADE, primary_key=True, related_name="look", verbose_name=gettext_lazy("interview")
    )
    wave = models.ForeignKey(Wave, models.CASCADE, related_name="+", verbose_name=gettext_lazy("wave"))
    at = models.DateTimeField(gettext_lazy("at"))
    among = models.PositiveIntegerField(gettext_lazy("among"))
    rules = models.CharField(max_length=64, editable=False)
    seconds = models.FloatField(gettext_lazy("seconds"))
    expected = models.FloatField(gettext_lazy("seconds expected"))
    marks = ArrayField(models.BinaryField(max_length=16), default=list, editable=False)

    class Meta:
        verbose_name = gettext_lazy("look at an interview")
        verbose_name_plural = gettext_lazy("looks at interviews")
        ordering = ["wave", "at"]
        indexes = [GinIndex(fields=["marks"], name="look_by_mark")]
        permissions = [("see_answers", "Can see the answers of one interview")]

    def __str__(self) -> str:
        return str(self.interview_id)


class DeviceSalt(models.Model):
    """The random salt of a wave's marks of devices, destroyed with them some days after the wave is closed."""

    wave = models.OneToOneField(Wave, models.CASCADE, primary_key=True, related_name="+", verbose_name=gettext_lazy("wave"))
    salt = models.BinaryField(max_length=32, editable=False)
    made_at = models.DateTimeField(gettext_lazy("made at"))

    class Meta:
        verbose_name = gettext_lazy("salt of devices")
        verbose_name_plural = gettext_lazy("salts of devices")

    def __str__(self) -> str:
        return str(self.wave_id)
