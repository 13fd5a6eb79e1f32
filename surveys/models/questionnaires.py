"""The versions of a form with their rows; once published, the database refuses any change to them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
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
from surveys.models.studies import SheetRow, Survey
from surveys.translation import say_mistake

Line = TypeVar("Line", "Page", "Question", "Choice", "Base", "Attachment")


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
