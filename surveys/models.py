"""The study as stored: survey, questionnaire versions with their rows, waves and population margins."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TypeVar

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from surveys.core import fingerprint as fingerprints
from surveys.core import questionnaire as core
from surveys.core.attachments import MEDIA
from surveys.core.checks import check_workbook
from surveys.core.codebook import Codebook, codebook_of
from surveys.core.files import sheet_of_bytes
from surveys.core.reading import read_questionnaire
from surveys.core.workbook import Mistake, Report, Sheet, in_order, sheet_of
from surveys.edits import Edit as Edit  # a table of this app
from surveys.translation import say_mistake

Line = TypeVar("Line", "Page", "Question", "Choice", "Base", "Attachment")


class SurveyQuerySet(models.QuerySet["Survey"]):
    """Questions about many surveys."""

    def with_open_wave(self) -> SurveyQuerySet:
        """Add ``has_open_wave``: whether people can enter the survey now."""
        waves = Wave.objects.filter(survey=OuterRef("pk"), state__in=Wave.OPEN_STATES)
        return self.annotate(has_open_wave=Exists(waves))


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
        """Return the one wave that people can enter now, if there is one."""
        return self.waves.filter(state__in=Wave.OPEN_STATES).select_related("survey", "questionnaire").first()

    def text(self, labels: dict[str, str], language: str) -> str:
        """Return ``labels`` in ``language``, or in the survey's own language when that one is missing."""
        return labels.get(language) or labels.get(self.default_language, "")


class SheetRow(models.Model):
    """A stored line of a study sheet: its row number and its cells as the author wrote them."""

    row = models.PositiveIntegerField(gettext_lazy("row"), editable=False)
    cells = models.JSONField(gettext_lazy("cells"), default=dict, editable=False)

    class Meta:
        abstract = True


class Questionnaire(models.Model):
    """One version of a survey's form. Once published, the database refuses any change to it or its rows."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="questionnaires", verbose_name=gettext_lazy("survey"))
    version = models.CharField(gettext_lazy("version"), max_length=40)
    fingerprint = models.CharField(gettext_lazy("fingerprint"), max_length=64)
    settings = models.JSONField(gettext_lazy("settings"), default=dict)
    headers = models.JSONField(default=dict)
    published_at = models.DateTimeField(gettext_lazy("published at"), null=True, blank=True)

    class Meta:
        verbose_name = gettext_lazy("questionnaire")
        verbose_name_plural = gettext_lazy("questionnaires")
        ordering = ["survey", "version"]
        constraints = [models.UniqueConstraint(fields=["survey", "version"], name="questionnaire_version_once")]

    def __str__(self) -> str:
        return f"{self.survey} {self.version}"

    def workbook(self) -> dict[str, Sheet]:
        """Return the form's sheets as they were loaded: settings (the form's own), survey, choices, bases, what is beside them."""
        lines = [(page.row, page.cells) for page in self.pages.all()]
        lines += [(page.end_row, page.end_cells) for page in self.pages.all()]
        lines += [(question.row, question.cells) for question in self.questions.all()]
        return {
            "settings": self._sheet("settings", [(2, self.settings)]),
            "survey": self._sheet("survey", sorted(lines, key=lambda line: line[0])),
            "choices": self._sheet("choices", [(choice.row, choice.cells) for choice in self.choices.all()]),
            "bases": self._sheet("bases", [(base.row, base.cells) for base in self.bases.all()]),
            **{attachment.name: attachment.sheet() for attachment in self.attachments.all()},
        }

    def definition(self) -> core.Questionnaire:
        """Return the questionnaire as values; kept in memory once published, since it cannot change."""
        return _published(self.pk) if self.published_at else _read(self)

    def codebook(self) -> Codebook:
        """Return what each position of this version's records means."""
        return _codebook(self.pk) if self.published_at else codebook_of(_read(self))

    def publish(self) -> None:
        """Freeze this version. Raises ValidationError when its content no longer matches its fingerprint, or has mistakes."""
        with transaction.atomic():
            locked = Questionnaire.objects.select_for_update().get(pk=self.pk)
            if locked.published_at:
                return
            if fingerprints.fingerprint(locked.workbook()) != locked.fingerprint:
                raise ValidationError(_("The stored questionnaire differs from its fingerprint; load the study again."))
            mistakes = _mistakes(locked)
            if mistakes:
                raise ValidationError([_("This questionnaire cannot be published yet:"), *map(say_mistake, mistakes)])
            self.published_at = locked.published_at = timezone.now()
            locked.save(update_fields=["published_at"])

    def copy_as(self, version: str) -> Questionnaire:
        """Return an unpublished copy of this version, all its rows included, under another number.

        Raises ValidationError when the survey already has a version of that number.
        """
        if self.survey.questionnaires.filter(version=version).exists():
            raise ValidationError(_("Version %(version)s of this survey already exists: choose another number.") % {"version": version})
        with transaction.atomic():
            settings = {**self.settings, "version": version}
            copy = Questionnaire.objects.create(survey=self.survey, version=version, settings=settings, headers=self.headers)
            pages = {page.name: page for page in Page.objects.bulk_create(_moved(self.pages.all(), copy))}
            questions = _moved(self.questions.select_related("page"), copy)
            for question in questions:
                question.page = pages[question.page.name] if question.page else None
            Question.objects.bulk_create(questions)
            Choice.objects.bulk_create(_moved(self.choices.all(), copy))
            Base.objects.bulk_create(_moved(self.bases.all(), copy))
            Attachment.objects.bulk_create(_moved(self.attachments.all(), copy))
            copy.fingerprint = fingerprints.fingerprint(copy.workbook())
            copy.save(update_fields=["fingerprint"])
        return copy

    def is_intact(self) -> bool:
        """Say whether the stored content still has the stored fingerprint."""
        return fingerprints.fingerprint(self.workbook()) == self.fingerprint

    def _sheet(self, name: str, lines: list[tuple[int, dict[str, str]]]) -> Sheet:
        return sheet_of(name, self.headers[name], lines)


class Page(SheetRow):
    """A page of a questionnaire: the lines from its begin_group (``row``) to its end_group (``end_row``)."""

    questionnaire = models.ForeignKey(Questionnaire, models.CASCADE, related_name="pages")
    name = models.CharField(gettext_lazy("name"), max_length=64)
    end_row = models.PositiveIntegerField(editable=False)
    end_cells = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = pgettext_lazy("questionnaire", "page")
        verbose_name_plural = pgettext_lazy("questionnaire", "pages")
        ordering = ["questionnaire", "row"]
        constraints = [models.UniqueConstraint(fields=["questionnaire", "name"], name="page_name_once")]

    def __str__(self) -> str:
        return self.name


class Question(SheetRow):
    """A line of the survey sheet that is no page: a question, a note, a calculation, or where a block, a section or a loop
    begins or ends. A section and a loop stand outside of any page; what ends something has no name.
    """

    questionnaire = models.ForeignKey(Questionnaire, models.CASCADE, related_name="questions")
    page = models.ForeignKey(Page, models.CASCADE, null=True, related_name="questions")
    name = models.CharField(gettext_lazy("name"), max_length=64, blank=True)
    type = models.CharField(gettext_lazy("type"), max_length=140)

    class Meta:
        verbose_name = gettext_lazy("question")
        verbose_name_plural = gettext_lazy("questions")
        ordering = ["questionnaire", "row"]
        constraints = [models.UniqueConstraint(fields=["questionnaire", "name"], condition=~Q(name=""), name="question_name_once")]

    def __str__(self) -> str:
        return self.name


class Choice(SheetRow):
    """A choice of one of the questionnaire's lists."""

    questionnaire = models.ForeignKey(Questionnaire, models.CASCADE, related_name="choices")
    list_name = models.CharField(gettext_lazy("list"), max_length=64)
    name = models.CharField(gettext_lazy("name"), max_length=64)

    class Meta:
        verbose_name = gettext_lazy("choice")
        verbose_name_plural = gettext_lazy("choices")
        ordering = ["questionnaire", "row"]
        constraints = [models.UniqueConstraint(fields=["questionnaire", "list_name", "name"], name="choice_name_once")]

    def __str__(self) -> str:
        return f"{self.list_name} / {self.name}"


class Base(SheetRow):
    """A named base of the questionnaire: who a percentage is about."""

    questionnaire = models.ForeignKey(Questionnaire, models.CASCADE, related_name="bases")
    code = models.CharField(gettext_lazy("code"), max_length=64)

    class Meta:
        verbose_name = gettext_lazy("base")
        verbose_name_plural = gettext_lazy("bases")
        ordering = ["questionnaire", "row"]
        constraints = [models.UniqueConstraint(fields=["questionnaire", "code"], name="base_code_once")]

    def __str__(self) -> str:
        return self.code


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    """Questions about many attachments."""

    def image(self, survey: str, sha256: str) -> Attachment | None:
        """Return an image of any version of the survey by its content; versions that share it share its address."""
        found = self.filter(questionnaire__survey__slug=survey, sha256=sha256, name__startswith=MEDIA)
        return found.first()


class Attachment(models.Model):
    """What stands beside the sheets of a questionnaire, kept whole: a lookup table, an image, the sheet of the study's words.

    ``name`` is the sheet's in a workbook (lookups/communes.csv, media/logo.png, words), ``content`` the file's bytes.
    """

    questionnaire = models.ForeignKey(Questionnaire, models.CASCADE, related_name="attachments")
    name = models.CharField(gettext_lazy("name"), max_length=64)
    content = models.BinaryField(editable=False)
    sha256 = models.CharField(max_length=64, editable=False, db_index=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("attachment")
        verbose_name_plural = gettext_lazy("attachments")
        ordering = ["questionnaire", "name"]
        constraints = [models.UniqueConstraint(fields=["questionnaire", "name"], name="attachment_name_once")]

    def __str__(self) -> str:
        return self.name

    def sheet(self) -> Sheet:
        """Return it as it stands in a workbook."""
        return sheet_of_bytes(self.name, bytes(self.content))


class Wave(SheetRow):
    """One fieldwork of a survey. Its printed dates never open it: its state does.

    Kinds: own (asked here), imported (past microdata on a version of ours), external (figures only).
    ``weighting`` names the variables it is raked on; ``place_minutes`` is how long a quota place is held without a saved page.
    """

    class State(models.TextChoices):
        DRAFT = "draft", gettext_lazy("Draft")
        TEST = "test", gettext_lazy("Test")
        SOFT = "soft", gettext_lazy("Soft launch")
        LIVE = "live", gettext_lazy("Live")
        PAUSED = "paused", gettext_lazy("Paused")
        CLOSED = "closed", gettext_lazy("Closed")

    class Kind(models.TextChoices):
        OWN = "own", gettext_lazy("Asked here")
        IMPORTED = "imported", gettext_lazy("Imported interviews")
        EXTERNAL = "external", gettext_lazy("External figures")

    OPEN_STATES = (State.TEST, State.SOFT, State.LIVE)

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

    class Meta:
        verbose_name = gettext_lazy("wave")
        verbose_name_plural = gettext_lazy("waves")
        ordering = ["survey", "row"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "code"], name="wave_code_once"),
            models.UniqueConstraint(fields=["survey"], condition=Q(state__in=["test", "soft", "live"]), name="one_open_wave"),
            models.CheckConstraint(condition=Q(place_minutes__gte=2), name="place_minutes_floor"),
        ]

    def __str__(self) -> str:
        return f"{self.survey} · {self.code}"

    @property
    def is_open(self) -> bool:
        """Say whether people can enter it now."""
        return self.state in self.OPEN_STATES

    def move_to(self, state: str) -> None:
        """Change the fieldwork state; opening publishes the questionnaire. Raises ValidationError with the reason.

        It locks the wave, and to open it the survey too: of two waves opened at the same time the second is refused.
        """
        with transaction.atomic():
            Wave.objects.select_for_update().get(pk=self.pk)
            if state in self.OPEN_STATES:
                Survey.objects.select_for_update().get(pk=self.survey_id)
                self._require_openable()
            self.state = state
            self.save(update_fields=["state"])

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


def _moved(rows: Iterable[Line], questionnaire: Questionnaire) -> list[Line]:
    """The rows made ready to be stored anew, as rows of another questionnaire."""
    moved = list(rows)
    for row in moved:
        row.pk, row.questionnaire = None, questionnaire
    return moved


@lru_cache(maxsize=64)
def _published(pk: int) -> core.Questionnaire:
    return _read(Questionnaire.objects.get(pk=pk))


@lru_cache(maxsize=64)
def _codebook(pk: int) -> Codebook:
    return codebook_of(_published(pk))


def _mistakes(questionnaire: Questionnaire) -> list[Mistake]:
    return in_order(check_workbook(questionnaire.workbook())[1].mistakes)


def _read(questionnaire: Questionnaire) -> core.Questionnaire:
    report = Report()
    definition = read_questionnaire(questionnaire.workbook(), report)
    report.raise_if_any()
    return definition
