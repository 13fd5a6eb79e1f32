"""Who answers: sources, interviews with the places they hold, the append-only log, consents, records and quota cells.

State changes of an interview are single SQL statements in ``places.py``; these models are for reading, loading and the admin.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.core.identifiers import uuid7
from surveys.models import Questionnaire, SheetRow, Wave


class Source(models.Model):
    """Where respondents come from: the open link, or a panel whose members carry an identifier.

    Interviews that enter through a source ``for_tests`` are test interviews: a banner says so and they never count.
    """

    class Kind(models.TextChoices):
        OPEN = "open", gettext_lazy("Open link")
        PANEL = "panel", gettext_lazy("Panel")

    OPEN_CODE = "open"

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="sources", verbose_name=gettext_lazy("wave"))
    code = models.SlugField(gettext_lazy("code"), max_length=40)
    kind = models.CharField(gettext_lazy("kind"), max_length=10, choices=Kind.choices)
    label = models.CharField(gettext_lazy("label"), max_length=200)
    for_tests = models.BooleanField(gettext_lazy("test interviews only"), default=False)
    return_url = models.URLField(gettext_lazy("address to return to"), max_length=500, blank=True)

    class Meta:
        verbose_name = gettext_lazy("source")
        verbose_name_plural = gettext_lazy("sources")
        ordering = ["wave", "code"]
        constraints = [models.UniqueConstraint(fields=["wave", "code"], name="source_code_once")]

    def __str__(self) -> str:
        return self.label


class Interview(models.Model):
    """One person's interview: its state, the cells whose places it holds, and until when.

    screening → reserved | screened_out | refused | quota_full | abandoned; reserved → completed | screened_out | refused | expired;
    expired → reserved | completed | over | screened_out | refused; completed → removed.
    Whoever comes back: abandoned → screening; quota_full → screening | reserved.
    """

    class State(models.TextChoices):
        SCREENING = "screening", gettext_lazy("Screening")
        RESERVED = "reserved", gettext_lazy("In progress")
        COMPLETED = "completed", gettext_lazy("Completed")
        SCREENED_OUT = "screened_out", gettext_lazy("Screened out")
        REFUSED = "refused", gettext_lazy("Refused")
        QUOTA_FULL = "quota_full", gettext_lazy("Quota full")
        EXPIRED = "expired", gettext_lazy("Place expired")
        OVER = "over", gettext_lazy("Completed over quota")
        ABANDONED = "abandoned", gettext_lazy("Abandoned")
        REMOVED = "removed", gettext_lazy("Removed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    wave = models.ForeignKey(Wave, models.PROTECT, related_name="interviews", verbose_name=gettext_lazy("wave"))
    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="+", verbose_name=gettext_lazy("questionnaire"))
    source = models.ForeignKey(Source, models.PROTECT, related_name="interviews", null=True, blank=True,
                               verbose_name=gettext_lazy("source"))  # fmt: skip
    external_id = models.CharField(gettext_lazy("identifier at the source"), max_length=200, null=True, blank=True)
    token_sha256 = models.BinaryField(max_length=32, unique=True, null=True, editable=False)
    entry_request_id = models.UUIDField(null=True, editable=False)
    state = models.CharField(gettext_lazy("state"), max_length=12, choices=State.choices, default=State.SCREENING)
    revision = models.PositiveIntegerField(default=0, editable=False)
    entry_number = models.PositiveIntegerField(null=True, editable=False)  # only where a sample is split; from 0
    cell_ids = ArrayField(models.BigIntegerField(), default=list, editable=False)
    expires_at = models.DateTimeField(gettext_lazy("place held until"), null=True, blank=True)
    language = models.CharField(gettext_lazy("language"), max_length=16)
    is_test = models.BooleanField(gettext_lazy("test"), default=False)
    imported = models.BooleanField(gettext_lazy("imported"), default=False)
    started_at = models.DateTimeField(gettext_lazy("started at"))
    saved_at = models.DateTimeField(gettext_lazy("last page saved at"))
    ended_at = models.DateTimeField(gettext_lazy("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = gettext_lazy("interview")
        verbose_name_plural = gettext_lazy("interviews")
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(fields=["wave", "entry_request_id"], name="interview_entered_once"),
            models.UniqueConstraint(fields=["wave", "source", "external_id"], name="interview_once_per_identifier"),
            models.UniqueConstraint(
                fields=["wave", "is_test", "entry_number"], condition=Q(entry_number__isnull=False), name="interview_entry_number_once"
            ),
            models.CheckConstraint(condition=~Q(state="reserved") | Q(expires_at__isnull=False), name="held_place_expires"),
        ]
        indexes = [
            models.Index(fields=["wave", "expires_at"], condition=Q(state="reserved"), name="interview_due"),
            models.Index(fields=["wave", "state"], name="interview_by_state"),
            models.Index(fields=["wave", "ended_at"], condition=Q(state="completed"), name="interview_completed"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Consent(models.Model):
    """What a person was shown (by its hash), when, and what they chose. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    wave = models.ForeignKey(Wave, models.PROTECT, related_name="+")
    interview = models.OneToOneField(Interview, models.CASCADE, related_name="consent")
    text_sha256 = models.CharField(gettext_lazy("fingerprint of the text shown"), max_length=64)
    language = models.CharField(gettext_lazy("language"), max_length=16)
    choice = models.CharField(gettext_lazy("choice"), max_length=64)
    given_at = models.DateTimeField(gettext_lazy("given at"))

    class Meta:
        verbose_name = gettext_lazy("consent")
        verbose_name_plural = gettext_lazy("consents")

    def __str__(self) -> str:
        return f"{self.interview_id}: {self.choice}"


class Submission(models.Model):
    """One page as posted: append-only. ``answers`` holds choice names by question; a ``late`` one is kept and not applied."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    wave = models.ForeignKey(Wave, models.PROTECT, related_name="+", db_index=False)
    interview = models.ForeignKey(Interview, models.CASCADE, related_name="submissions", db_index=False)
    seq = models.PositiveIntegerField(gettext_lazy("number"))
    request_id = models.UUIDField()
    body_sha256 = models.BinaryField(max_length=32)
    page = models.CharField(gettext_lazy("page"), max_length=64)
    answers = models.JSONField(gettext_lazy("answers"))
    late = models.BooleanField(gettext_lazy("late edit"), default=False)
    received_at = models.DateTimeField(gettext_lazy("received at"))

    class Meta:
        verbose_name = gettext_lazy("submission")
        verbose_name_plural = gettext_lazy("submissions")
        ordering = ["interview", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["interview", "request_id", "body_sha256"], name="submission_once"),
            models.UniqueConstraint(fields=["interview", "seq"], name="submission_seq_once"),
        ]

    def __str__(self) -> str:
        return f"{self.interview_id} #{self.seq} {self.page}"


class Record(models.Model):
    """One completed interview, packed: int16 codes in the codebook's order and a small JSON. A projection of the log."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    wave = models.ForeignKey(Wave, models.PROTECT, related_name="records")
    interview = models.OneToOneField(Interview, models.CASCADE, related_name="record")
    codes = models.BinaryField()
    extra = models.JSONField(default=dict)
    counted = models.BooleanField(gettext_lazy("counted"), default=True)

    class Meta:
        verbose_name = gettext_lazy("record")
        verbose_name_plural = gettext_lazy("records")

    def __str__(self) -> str:
        return str(self.interview_id)


class Quota(SheetRow):
    """A quota plan of a wave over one or more variables; the one named ``total`` is the hard total, without variables.

    Tolerance: a ceiling is the target plus ``tolerance_percent`` and at least ``tolerance_min``; ``minimum_only`` categories never close.
    """

    TOTAL = "total"

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="quotas", verbose_name=gettext_lazy("wave"))
    name = models.CharField(gettext_lazy("name"), max_length=64)
    variables = ArrayField(models.CharField(max_length=64), default=list, verbose_name=gettext_lazy("variables"))
    kind = models.CharField(gettext_lazy("kind"), max_length=10, default="hard")
    tolerance_percent = models.DecimalField(gettext_lazy("tolerance %"), max_digits=7, decimal_places=4, default=1)
    tolerance_min = models.PositiveIntegerField(gettext_lazy("tolerance, at least"), default=1)
    minimum_only = ArrayField(models.CharField(max_length=64), default=list, verbose_name=gettext_lazy("minimum only"))

    class Meta:
        verbose_name = gettext_lazy("quota")
        verbose_name_plural = gettext_lazy("quotas")
        ordering = ["wave", "row"]
        constraints = [models.UniqueConstraint(fields=["wave", "name"], name="quota_name_once")]

    def __str__(self) -> str:
        return self.name

    def covers_everybody(self) -> bool:
        """Say whether everybody who is let in has a cell in it: no choice of its variables stands outside the quota."""
        if self.wave.questionnaire is None:
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

    ``categories`` holds one choice name per variable of the quota; the hard total has none and the wave's highest id, so that it is locked last.
    """

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="quota_cells", verbose_name=gettext_lazy("wave"))
    quota = models.ForeignKey(Quota, models.CASCADE, related_name="quota_cells", verbose_name=gettext_lazy("quota"))
    position = models.PositiveSmallIntegerField(default=0)
    categories = ArrayField(models.CharField(max_length=64), default=list, verbose_name=gettext_lazy("categories"))
    target = models.PositiveIntegerField(gettext_lazy("target"))
    ceiling = models.PositiveIntegerField(gettext_lazy("ceiling"))
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
        return f"{self.quota} {' × '.join(self.categories)}".strip()

    def change_places(self, *, target: int, ceiling: int) -> None:
        """Change how many are wanted and allowed, at once for everybody who asks for a place.

        One statement, which waits for the cell's lock and looks at its counters under it. Raises ValidationError with the
        numbers when the ceiling is below the target or below the places already taken.
        """
        if ceiling < target:
            values = {"ceiling": ceiling, "target": target}
            raise ValidationError(_("The ceiling (%(ceiling)s) must be at least the target (%(target)s).") % values)
        has_room = QuotaCell.objects.annotate(taken=F("reserved") + F("filled")).filter(pk=self.pk, taken__lte=ceiling)
        changed = has_room.update(target=target, ceiling=ceiling)
        self.refresh_from_db()
        if not changed:
            values = {"taken": self.reserved + self.filled, "filled": self.filled, "reserved": self.reserved}
            text = _("The ceiling cannot be below %(taken)s: %(filled)s interviews are completed and %(reserved)s in progress.")
            raise ValidationError(text % values)
