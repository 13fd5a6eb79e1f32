"""Writes a draft's form anew: the whole of its sheets in one transaction, and the way back."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from surveys.core.editing import what_hinders
from surveys.core.fingerprint import FORM_SETTINGS, FORM_SHEETS, fingerprint
from surveys.core.workbook import Workbook
from surveys.loading import PLAIN_SETTINGS, save_rows
from surveys.models import Questionnaire
from surveys.models.edits import Edit


class Overtaken(ValidationError):
    """Somebody else changed the form since it was read; nothing was written."""

    def __init__(self) -> None:
        super().__init__(_("Somebody else has changed this questionnaire meanwhile: nothing was saved. What you typed is still here; open the page again to see their changes."))  # fmt: skip


def rewrite(questionnaire: Questionnaire, workbook: Workbook, *, seen: str, said: str) -> str:
    """Store ``workbook`` as the form of a draft and return its new fingerprint; ``said`` tells the change to whoever undoes it.

    ``seen`` is the fingerprint of what the editor saw. Mistakes may remain, since a draft may be unfinished. Raises
    ValidationError when the version is published, Overtaken when it is no longer what was seen, and StudyRefused when
    the sheets could not be read back.
    """
    what_hinders(workbook).raise_if_any()
    with transaction.atomic():
        locked = _locked(questionnaire, seen)
        after = fingerprint(workbook)
        if after != seen:
            Edit.objects.keep(locked.pk, {name: locked.workbook()[name] for name in FORM_SHEETS}, said=said, after=after)
            _store(locked, workbook, after)
    return after


def undo(questionnaire: Questionnaire, *, seen: str) -> str:
    """Take the latest edit back and return what was said of it. Raises ValidationError when there is none, or as ``rewrite``."""
    with transaction.atomic():
        locked = _locked(questionnaire, seen)
        last = Edit.objects.filter(questionnaire=locked).last()
        if last is None or last.after != seen:
            raise ValidationError(_("There is nothing to undo."))
        before = {**locked.workbook(), **last.sheets_before()}
        _store(locked, before, fingerprint(before))
        last.delete()
    return last.said


def _locked(questionnaire: Questionnaire, seen: str) -> Questionnaire:
    locked = Questionnaire.objects.select_for_update(of=("self",)).select_related("survey").get(pk=questionnaire.pk)
    if locked.published_at:
        raise ValidationError(_("This version is published: it can no longer change. Make a new version of it."))
    if locked.fingerprint != seen:
        raise Overtaken
    return locked


def _store(questionnaire: Questionnaire, workbook: Workbook, after: str) -> None:
    settings = {column: text for column, text in workbook["settings"].rows[0].cells.items() if column in FORM_SETTINGS}
    for rows in (questionnaire.questions, questionnaire.pages, questionnaire.choices, questionnaire.bases, questionnaire.attachments):
        rows.all().delete()
    save_rows(questionnaire, workbook)
    questionnaire.headers = {**questionnaire.headers, **{name: workbook[name].header for name in FORM_SHEETS}, "settings": list(settings)}
    questionnaire.settings, questionnaire.fingerprint = settings, after
    questionnaire.save(update_fields=["settings", "headers", "fingerprint"])
    _follow(questionnaire, settings)


def _follow(questionnaire: Questionnaire, settings: dict[str, str]) -> None:
    """Let the survey's title and names follow its latest version, as when it is loaded."""
    survey = questionnaire.survey
    if survey.questionnaires.order_by("pk").last() == questionnaire:
        survey.title = settings.get("form_title", "")[:300] or survey.title
        columns = [column for column in PLAIN_SETTINGS if column in FORM_SETTINGS]
        for column in columns:
            setattr(survey, column, settings.get(column, ""))
        survey.headers = {**survey.headers, "settings": list(dict.fromkeys([*survey.headers.get("settings", ()), *settings]))}
        survey.save(update_fields=["title", "headers", *columns])
