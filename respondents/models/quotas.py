"""Quota plans and their cells, whose counters the database keeps below their ceilings."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy

from respondents.core.quotas import NEVER_CLOSES
from surveys.models import SheetRow, Wave

__all__ = ["NEVER_CLOSES", "Quota", "QuotaCell", "QuotaCellQuerySet"]


class Quota(SheetRow):
    """A quota plan of a wave over one or more variables; the one named ``total`` is the hard total, without variables.

    A ``soft`` plan is shown and turns nobody away. A nested one is divided ``within`` each category of those variables of its
    own. Whoever's answers belong to no cell is, by its ``outside``, refused or interviewed and counted in the total only.
    Tolerance: a ceiling is the target plus ``tolerance_percent`` and at least ``tolerance_min``; ``minimum_only`` categories never close.
    ``lines`` are its rows of the sheet quota_cells as their author wrote them, each with its number.
    """

    TOTAL = "total"

    class Kind(models.TextChoices):
        HARD = "hard", gettext_lazy("Hard")
        SOFT = "soft", gettext_lazy("Soft")

    class Outside(models.TextChoices):
        REFUSED = "refused", gettext_lazy("Refused")
        INTERVIEWED = "interviewed", gettext_lazy("Interviewed, in no cell")

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="quotas", verbose_name=gettext_lazy("wave"))
    name = models.CharField(gettext_lazy("name"), max_length=64)
    variables = ArrayField(models.CharField(max_length=64), default=list, verbose_name=gettext_lazy("variables"))
    kind = models.CharField(gettext_lazy("kind"), max_length=10, choices=Kind.choices, default=Kind.HARD)
    within = ArrayField(models.CharField(max_length=64), default=list, blank=True, verbose_name=gettext_lazy("divided within"))
    outside = models.CharField(gettext_lazy("outside every cell"), max_length=12, choices=Outside.choices, default=Outside.REFUSED)
    tolerance_percent = models.DecimalField(gettext_lazy("tolerance %"), max_digits=7, decimal_places=4, default=1)
    tolerance_min = models.PositiveIntegerField(gettext_lazy("tolerance, at least"), default=1)
    minimum_only = ArrayField(models.CharField(max_length=64), default=list, verbose_name=gettext_lazy("minimum only"))
    lines = models.JSONField(default=list, editable=False)

    class Meta:
        verbose_name = gettext_lazy("quota")
        verbose_name_plural = gettext_lazy("quotas")
        ordering = ["wave", "row"]
        constraints = [models.UniqueConstraint(fields=["wave", "name"], name="quota_name_once")]

    def __str__(self) -> str:
        return self.name

    def covers_everybody(self) -> bool:
        """Say whether everybody who is let in has a cell in it: nobody is interviewed outside of it."""
        if self.wave.questionnaire is None or self.outside == self.Outside.INTERVIEWED:
            return False
        questions = self.wave.questionnaire.definition().questions
        choices = (choice for variable in self.variables for choice in questions[variable].choices)
        return not any("outside_quota" in choice.flags for choice in choices)


class QuotaCellQuerySet(models.QuerySet["QuotaCell"]):
    """Questions about many cells."""

    def in_plan_order(self) -> QuotaCellQuerySet:
        """Return the cells quota by quota as designed, the total first."""
        return self.select_related("quota").order_by("quota__row", "position")


class QuotaCell(models.Model):
    """One cell: how many are wanted, allowed, in progress and completed. The database refuses one place too many.

    ``categories`` holds one choice name per variable of the quota, ``merged`` the further combinations that the cell also
    holds. ``soft_ceiling`` is a ceiling that is shown and turns nobody away. The hard total has no category and
    the wave's highest id, so that it is locked last.
    """

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="quota_cells", verbose_name=gettext_lazy("wave"))
    quota = models.ForeignKey(Quota, models.CASCADE, related_name="quota_cells", verbose_name=gettext_lazy("quota"))
    position = models.PositiveSmallIntegerField(default=0)
    categories = ArrayField(models.CharField(max_length=64), default=list, verbose_name=gettext_lazy("categories"))
    merged = models.JSONField(gettext_lazy("merged categories"), default=list, blank=True)
    minimum = models.PositiveIntegerField(gettext_lazy("minimum"), default=0)
    target = models.PositiveIntegerField(gettext_lazy("target"))
    ceiling = models.PositiveIntegerField(gettext_lazy("ceiling"))
    soft_ceiling = models.PositiveIntegerField(gettext_lazy("soft ceiling"), null=True, blank=True)
    reserved = models.PositiveIntegerField(gettext_lazy("in progress"), default=0, editable=False)
    filled = models.PositiveIntegerField(gettext_lazy("completed"), default=0, editable=False)

    objects = QuotaCellQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("quota cell")
        verbose_name_plural = gettext_lazy("quota cells")
        ordering = ["wave", "quota", "position"]
        constraints = [
            models.UniqueConstraint(fields=["wave", "quota", "categories"], name="quota_cell_once"),
            models.CheckConstraint(condition=Q(ceiling__gte=F("target")), name="quota_ceiling_covers_target"),
            models.CheckConstraint(condition=Q(ceiling__gte=F("reserved") + F("filled")), name="quota_cap"),
        ]

    def __str__(self) -> str:
        return f"{self.quota} {' + '.join(' × '.join(one) for one in self.combinations)}".strip()

    @property
    def combinations(self) -> list[tuple[str, ...]]:
        """Return the combinations of categories that it holds, the one that names it first."""
        return [tuple(one) for one in (self.categories, *self.merged)]

    @property
    def never_closes(self) -> bool:
        """Say whether it turns nobody away: it is soft, or a minimum only."""
        return self.ceiling == NEVER_CLOSES
