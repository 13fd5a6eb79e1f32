"""Who answers: sources, interviews with the places they hold, the append-only log, consents and records."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Extract
from django.utils.translation import gettext_lazy, pgettext_lazy

from surveys.core.identifiers import uuid7
from surveys.models import Questionnaire, Wave

HAS_STOPPED = ~Q(state__in=["screening", "reserved"]) & Q(imported=False)
HAS_COUNTED = Q(state="completed", is_test=False, imported=False)
FOUND_NO_PLACE = Q(state="quota_full", is_test=False, imported=False)


class Source(models.Model):
    """Where respondents come from: the open link, a panel whose members carry an identifier, or personal invitations.

    Interviews that enter through a source ``for_tests`` are test interviews: a banner says so and they never count.

    A panel provider is data. ``id_parameter`` names the parameter that carries a person's identifier, ``carried`` the
    further ones that are kept to be given back ({name kept: their parameter}). ``returns`` gives the address for each
    outcome (complete, screened_out, quota_full, quality, duplicate), ``return_url`` the one for those without; an address
    leads to ``allowed_hosts`` only. ``signer`` signs it, ``entry_check`` says how incoming links are signed, ``call`` which
    server is told; ``secret`` is kept encrypted.
    """

    class Kind(models.TextChoices):
        OPEN = "open", gettext_lazy("Open link")
        PANEL = "panel", gettext_lazy("Panel")
        INVITATIONS = "invitations", gettext_lazy("Personal invitations")

    OPEN_CODE = "open"

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="sources", verbose_name=gettext_lazy("wave"))
    code = models.SlugField(gettext_lazy("code"), max_length=40)
    kind = models.CharField(gettext_lazy("kind"), max_length=12, choices=Kind.choices)
    label = models.CharField(gettext_lazy("label"), max_length=200)
    for_tests = models.BooleanField(gettext_lazy("test interviews only"), default=False)
    return_url = models.URLField(gettext_lazy("address to return to"), max_length=500, blank=True)
    preset = models.CharField(gettext_lazy("provider"), max_length=40, blank=True, default="")
    id_parameter = models.CharField(gettext_lazy("parameter of the identifier"), max_length=64, default="id")
    carried = models.JSONField(gettext_lazy("parameters given back"), default=dict, blank=True)
    returns = models.JSONField(gettext_lazy("address for each outcome"), default=dict, blank=True)
    allowed_hosts = ArrayField(models.CharField(max_length=253), default=list, blank=True, verbose_name=gettext_lazy("hosts allowed"))
    signer = models.CharField(gettext_lazy("signature"), max_length=40, blank=True, default="")
    signer_options = models.JSONField(gettext_lazy("signature's options"), default=dict, blank=True)
    secret = models.BinaryField(null=True, editable=False)
    entry_check = models.JSONField(gettext_lazy("signature of incoming links"), default=dict, blank=True)
    call = models.JSONField(gettext_lazy("call to the provider's server"), default=dict, blank=True)

    class Meta:
        verbose_name = gettext_lazy("source")
        verbose_name_plural = gettext_lazy("sources")
        ordering = ["wave", "code"]
        constraints = [models.UniqueConstraint(fields=["wave", "code"], name="source_code_once")]

    def __str__(self) -> str:
        return self.label


class Interview(models.Model):
    """One person's interview: its state, the cells whose places it holds, and until when.

    State changes are single SQL statements in ``places.py``; this model is for reading and the admin.

    screening → reserved | screened_out | refused | quota_full | abandoned; reserved → completed | screened_out | refused | expired;
    expired → reserved | completed | over | screened_out | refused; completed → removed.
    Whoever comes back: abandoned → screening; quota_full → screening | reserved.
    An entry that is no interview at all is kept as ``duplicate`` (its identifier's interview, ``duplicate_of``, has ended) or
    ``forged`` (its link's signature is wrong or expired): it has no log, no consent, no token and no identifier.

    ``page`` is the one that follows the last page saved, '' until a second one is: where somebody is, or stopped. ``refused_by``
    are the cells that were full when no place could be had, 0 for answers that belong to no cell. ``seconds`` is how long it lasted.
    ``returned_as`` is the one outcome its panel was told, written once. ``device_sha256`` is a salted hash that is emptied
    some days after the wave; no address of the network is kept.
    """

    class Device(models.TextChoices):
        PHONE = "phone", gettext_lazy("Phone")
        TABLET = "tablet", gettext_lazy("Tablet")
        COMPUTER = "computer", gettext_lazy("Computer")
        UNKNOWN = "", gettext_lazy("Unknown")

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
        DUPLICATE = "duplicate", pgettext_lazy("outcome", "Duplicate")
        FORGED = "forged", gettext_lazy("Link not valid")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    wave = models.ForeignKey(Wave, models.PROTECT, related_name="interviews", db_index=False, verbose_name=gettext_lazy("wave"))
    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="+", verbose_name=gettext_lazy("questionnaire"))
    source = models.ForeignKey(Source, models.PROTECT, related_name="interviews", null=True, blank=True,
                               verbose_name=gettext_lazy("source"))  # fmt: skip
    external_id = models.CharField(gettext_lazy("identifier at the source"), max_length=200, null=True, blank=True)
    token_sha256 = models.BinaryField(max_length=32, unique=True, null=True, editable=False)
    entry_request_id = models.UUIDField(null=True, editable=False)
    state = models.CharField(gettext_lazy("state"), max_length=12, choices=State.choices, default=State.SCREENING)
    revision = models.PositiveIntegerField(default=0, editable=False)
    entry_number = models.PositiveIntegerField(null=True, editable=False)  # only where a sample is split; from 0
    page = models.CharField(max_length=64, db_default="", editable=False)
    cell_ids = ArrayField(models.BigIntegerField(), default=list, editable=False)
    refused_by = ArrayField(models.BigIntegerField(), default=list, db_default=Value("{}"), editable=False)
    expires_at = models.DateTimeField(gettext_lazy("place held until"), null=True, blank=True)
    language = models.CharField(gettext_lazy("language"), max_length=16)
    is_test = models.BooleanField(gettext_lazy("test"), default=False)
    imported = models.BooleanField(gettext_lazy("imported"), default=False)
    started_at = models.DateTimeField(gettext_lazy("started at"))
    saved_at = models.DateTimeField(gettext_lazy("last page saved at"))
    ended_at = models.DateTimeField(gettext_lazy("ended at"), null=True, blank=True)
    seconds = models.GeneratedField(expression=Extract(F("ended_at") - F("started_at"), "epoch"), output_field=models.IntegerField(),
                                    db_persist=True)  # fmt: skip
    device = models.CharField(gettext_lazy("device"), max_length=8, choices=Device.choices, blank=True, db_default="")
    device_sha256 = models.BinaryField(max_length=32, null=True, editable=False)
    carried = models.JSONField(default=dict, db_default=Value({}, models.JSONField()), editable=False)
    returned_as = models.CharField(gettext_lazy("outcome told to the panel"), max_length=12, blank=True, db_default="")
    returned_at = models.DateTimeField(gettext_lazy("told at"), null=True, blank=True)
    duplicate_of = models.ForeignKey("self", models.CASCADE, related_name="duplicates", null=True, blank=True, db_index=False,
                                     verbose_name=gettext_lazy("duplicate of"))  # fmt: skip

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
            models.Index(fields=["duplicate_of"], condition=Q(duplicate_of__isnull=False), name="interview_duplicates"),
            # What the fieldwork screen counts, from the indexes alone.
            models.Index(fields=["wave", "is_test", "state", "source", "device", "page"], condition=HAS_STOPPED, name="interview_outcomes"),
            models.Index(fields=["wave", "ended_at"], include=["cell_ids"], condition=HAS_COUNTED, name="interview_completed"),
            # Whose end their panel was never told: few, where a panel is told at all.
            models.Index(
                fields=["source"],
                name="interview_untold",
                condition=Q(
                    returned_as="",
                    external_id__isnull=False,
                    state__in=["completed", "over", "screened_out", "refused", "quota_full", "removed"],
                ),
            ),
            models.Index(fields=["wave", "seconds"], condition=HAS_COUNTED, name="interview_lengths"),
            models.Index(fields=["wave"], include=["refused_by"], condition=FOUND_NO_PLACE, name="interview_refused_by"),
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
