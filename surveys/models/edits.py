"""What a form was before each of the latest edits, so that they can be undone one after the other."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy

from surveys.core.workbook import Workbook, sheet_of

KEPT = 30  # edits of a version that can be undone


class EditQuerySet(models.QuerySet["Edit"]):
    """The edits of many versions."""

    def keep(self, questionnaire_id: int, workbook: Workbook, *, said: str, after: str) -> None:
        """Keep what the sheets were before an edit that left the fingerprint ``after``; the oldest beyond KEPT go."""
        sheets = {sheet.name: {"header": sheet.header, "rows": [[row.number, row.cells] for row in sheet]} for sheet in workbook.values()}
        self.create(questionnaire_id=questionnaire_id, before=sheets, said=said, after=after)
        own = self.filter(questionnaire_id=questionnaire_id).order_by("-pk")
        own.filter(pk__in=list(own.values_list("pk", flat=True)[KEPT:])).delete()


class Edit(models.Model):
    """One edit of a draft: what was said of it, the sheets before it, and the fingerprint of what it left."""

    questionnaire = models.ForeignKey("surveys.Questionnaire", models.CASCADE, related_name="edits")
    said = models.TextField()
    before = models.JSONField()
    after = models.CharField(max_length=64)
    made_at = models.DateTimeField(gettext_lazy("made at"), auto_now_add=True)

    objects = EditQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("edit")
        verbose_name_plural = gettext_lazy("edits")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.said

    def sheets_before(self) -> Workbook:
        """Return the form's sheets as they were before it."""
        return {name: sheet_of(name, sheet["header"], sheet["rows"]) for name, sheet in self.before.items()}
