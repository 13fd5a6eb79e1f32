"""What was published: frozen figures with their notice and evidence, and who outside may look before."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy

from surveys.models import Wave


class ReleaseQuerySet(models.QuerySet["Release"]):
    """Questions about many publications."""

    def public(self) -> ReleaseQuerySet:
        """Keep those whose hour has come, on the database's clock."""
        return self.filter(public_from__lte=Now())

    def light(self) -> ReleaseQuerySet:
        """Leave out what is long: the pages and their JSON twins."""
        return self.defer("figures", "notice", "pages")


class Release(models.Model):
    """A publication: immutable. A correction is a new one with its ``reason``; a withdrawal stays visible with its own.

    ``figures`` and ``notice`` are the JSON twins as they were published, ``pages`` the report page and the notice by language;
    ``sha256`` is the evidence file's. Before ``public_from`` only those with a link see it.
    """

    wave = models.ForeignKey(Wave, models.PROTECT, related_name="releases", verbose_name=gettext_lazy("wave"))
    number = models.PositiveSmallIntegerField(gettext_lazy("number"))
    published_at = models.DateTimeField(gettext_lazy("published at"))
    public_from = models.DateTimeField(gettext_lazy("public from"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name=gettext_lazy("by"))
    reason = models.TextField(gettext_lazy("reason"), blank=True)
    figures = models.JSONField(gettext_lazy("figures"))
    notice = models.JSONField(gettext_lazy("notice"))
    pages = models.JSONField(gettext_lazy("pages"), default=dict)
    sha256 = models.CharField(gettext_lazy("fingerprint of the evidence"), max_length=64)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        permissions = [("download_dossier", gettext_lazy("Can download the dossier of a survey, with everybody's answers"))]
        verbose_name = gettext_lazy("publication")
        verbose_name_plural = gettext_lazy("publications")
        ordering = ["wave", "-number"]
        constraints = [models.UniqueConstraint(fields=["wave", "number"], name="release_number_once")]

    def __str__(self) -> str:
        return f"{self.wave} no. {self.number}"

    @property
    def is_public(self) -> bool:
        """Say whether its hour has come, on the database's clock."""
        return Release.objects.public().filter(pk=self.pk).exists()


class ReleaseFile(models.Model):
    """A file of a publication: evidence, note, notice, tables. Immutable like it."""

    release = models.ForeignKey(Release, models.CASCADE, related_name="files")
    name = models.CharField(gettext_lazy("name"), max_length=120)
    media_type = models.CharField(gettext_lazy("media type"), max_length=100)
    sha256 = models.CharField(gettext_lazy("fingerprint"), max_length=64)
    content = models.BinaryField()
    is_public = models.BooleanField(gettext_lazy("public"), default=True)

    class Meta:
        verbose_name = gettext_lazy("file of a publication")
        verbose_name_plural = gettext_lazy("files of publications")
        ordering = ["release", "name"]
        constraints = [models.UniqueConstraint(fields=["release", "name"], name="release_file_once")]

    def __str__(self) -> str:
        return f"{self.release}: {self.name}"


class ReleaseEvent(models.Model):
    """What happened to a publication afterwards: withdrawn, or people of its evidence erased. Append-only."""

    class Kind(models.TextChoices):
        WITHDRAWN = "withdrawn", gettext_lazy("Withdrawn")
        ERASED = "erased", gettext_lazy("People erased")

    release = models.ForeignKey(Release, models.CASCADE, related_name="events")
    kind = models.CharField(gettext_lazy("kind"), max_length=12, choices=Kind.choices)
    at = models.DateTimeField(gettext_lazy("at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name=gettext_lazy("by"))
    text = models.TextField(gettext_lazy("text"))
    people = models.PositiveIntegerField(gettext_lazy("people"), default=0)

    class Meta:
        verbose_name = gettext_lazy("event of a publication")
        verbose_name_plural = gettext_lazy("events of publications")
        ordering = ["release", "at"]

    def __str__(self) -> str:
        return f"{self.release}: {self.kind}"


class ClientLink(models.Model):
    """A page without account for the one who commissioned the study: what it shows, and until when. Its token is stored as a hash."""

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="client_links", verbose_name=gettext_lazy("wave"))
    token_sha256 = models.BinaryField(max_length=32, unique=True, editable=False)
    label = models.CharField(gettext_lazy("for whom"), max_length=200)
    shows = models.JSONField(gettext_lazy("shows"), default=list)
    made_at = models.DateTimeField(gettext_lazy("made at"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name=gettext_lazy("by"))
    expires_at = models.DateTimeField(gettext_lazy("until"), null=True, blank=True)
    revoked_at = models.DateTimeField(gettext_lazy("revoked at"), null=True, blank=True)

    class Meta:
        verbose_name = gettext_lazy("client link")
        verbose_name_plural = gettext_lazy("client links")
        ordering = ["wave", "-made_at"]

    def __str__(self) -> str:
        return f"{self.wave}: {self.label}"


class Approval(models.Model):
    """A named person's agreement to publish exactly what they saw (``sha256`` of its figures), or their remark. Append-only."""

    link = models.ForeignKey(ClientLink, models.PROTECT, related_name="approvals", verbose_name=gettext_lazy("client link"))
    name = models.CharField(gettext_lazy("name"), max_length=200)
    at = models.DateTimeField(gettext_lazy("at"))
    sha256 = models.CharField(gettext_lazy("fingerprint of the figures"), max_length=64)
    agrees = models.BooleanField(gettext_lazy("agrees"))
    remark = models.TextField(gettext_lazy("remark"), blank=True)

    class Meta:
        verbose_name = gettext_lazy("approval")
        verbose_name_plural = gettext_lazy("approvals")
        ordering = ["link", "at"]

    def __str__(self) -> str:
        return f"{self.link}: {self.name}"


class Job(models.Model):
    """Something long that a worker makes for a person: a book of tables, a set of files. One step of progress at a time."""

    kind = models.CharField(gettext_lazy("kind"), max_length=40)
    wave = models.ForeignKey(Wave, models.CASCADE, related_name="jobs", verbose_name=gettext_lazy("wave"))
    options = models.JSONField(gettext_lazy("options"), default=dict)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=gettext_lazy("asked by"))
    asked_at = models.DateTimeField(gettext_lazy("asked at"))
    done = models.PositiveIntegerField(gettext_lazy("done"), default=0)
    total = models.PositiveIntegerField(gettext_lazy("total"), default=0)
    heard_at = models.DateTimeField(gettext_lazy("last sign of life"), null=True, blank=True)
    finished_at = models.DateTimeField(gettext_lazy("finished at"), null=True, blank=True)
    error = models.TextField(gettext_lazy("error"), blank=True)
    file_name = models.CharField(gettext_lazy("file"), max_length=200, blank=True)
    content = models.BinaryField(null=True)
    sha256 = models.CharField(gettext_lazy("fingerprint"), max_length=64, blank=True)

    class Meta:
        verbose_name = gettext_lazy("job")
        verbose_name_plural = gettext_lazy("jobs")
        ordering = ["-asked_at"]
        indexes = [models.Index(fields=["asked_at"], condition=Q(finished_at__isnull=True), name="job_waiting")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.wave}"
