"""The files that settle accounts with a panel: ours, with each identifier's outcome, and the panel's, whose late rejections are applied.

These are the only files in which identifiers leave.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import OperationalError, transaction
from django.db.models.functions import Now
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from respondents import places
from respondents.core.reconciling import VERDICTS, Columns, FileRefused, Settled, read_lines, settle
from respondents.models import Interview, Review, Source
from respondents.waking import wake
from surveys.core.files import MAX_FILE_BYTES, XLSX, bytes_of_sheet, read_workbook, sheet_of_bytes
from surveys.core.formulas import guard
from surveys.core.workbook import Sheet, StudyRefused, sheet_of
from surveys.staff import may, staff_context, write_down
from surveys.translation import say, say_mistake

COLUMNS = ("identifier", "accepted", "outcome", "told", "reason", "started_at", "ended_at", "minutes")
KEPT_SECONDS = 3600
SHOWN = 200  # lines of a file that a page shows


class ReconcileForm(forms.Form):
    """The panel's file, how it is to be read, and whether it is to be applied."""

    file = forms.FileField(label=gettext_lazy("Panel’s file (.csv or .xlsx)"))
    identifier = forms.CharField(label=gettext_lazy("Column of the identifier"), max_length=100)
    status = forms.CharField(label=gettext_lazy("Column of the status"), max_length=100, required=False,
                             help_text=gettext_lazy("Empty: everybody in the file is rejected."))  # fmt: skip
    rejected = forms.CharField(label=gettext_lazy("Statuses that mean rejected"), max_length=300, required=False,
                               help_text=gettext_lazy("Separated by commas."))  # fmt: skip
    reason_column = forms.CharField(label=gettext_lazy("Column of the reason"), max_length=100, required=False)
    reason = forms.CharField(label=gettext_lazy("Reason written down"), max_length=300)

    def clean_file(self) -> Any:
        """Refuse what is too large or of another kind."""
        file = self.cleaned_data["file"]
        if Path(file.name).suffix.lower() not in (".csv", ".xlsx"):
            raise ValidationError(_("Choose a file whose name ends in .csv or .xlsx."))
        if file.size > MAX_FILE_BYTES:
            raise ValidationError(_("This file is larger than 20 MB."))
        return file

    def columns(self) -> Columns:
        """Return how the file is to be read."""
        given = self.cleaned_data
        rejected = tuple(word.strip() for word in given["rejected"].split(",") if word.strip())
        return Columns(given["identifier"], given["status"], given["reason_column"], rejected)


@require_GET
def reconciliation_file(request: HttpRequest, source_id: int, extension: str) -> HttpResponse:
    """Give the identifiers of a source with what became of each, as CSV or as a workbook; it is written down who took it."""
    if extension not in ("csv", "xlsx"):
        raise Http404
    if not request.user.has_perm("respondents.view_interview"):  # to change interviews is not enough where identifiers leave
        raise PermissionDenied
    source = _source(source_id)
    sheet = accounts(source, guarded=extension == "csv")
    write_down(request, source, _("Reconciliation file taken: %(number)s identifiers.") % {"number": len(sheet.rows)})
    content = b"\xef\xbb\xbf" + bytes_of_sheet(sheet) if extension == "csv" else _workbook(sheet)
    response = HttpResponse(content, content_type="text/csv; charset=utf-8" if extension == "csv" else XLSX)
    name = f"{source.wave.survey.slug}-{source.wave.code}-{source.code}-reconciliation.{extension}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def accounts(source: Source, *, guarded: bool) -> Sheet:
    """Return one row per identifier that entered, tests left out: accepted or not, how it ended, what the panel was told, why removed.

    ``guarded`` puts an apostrophe before an identifier that a spreadsheet would compute.
    """
    reasons = dict(Review.objects.filter(interview__source=source).order_by("at").values_list("interview", "reason"))
    columns = ("id", "external_id", "state", "returned_as", "started_at", "ended_at")
    interviews = Interview.objects.filter(source=source, external_id__isnull=False, is_test=False).order_by("id").values_list(*columns)
    shown = guard if guarded else str
    rows = []
    for number, (key, identifier, state, told, began, ended) in enumerate(interviews.iterator(), 2):
        texts = {
            "identifier": shown(identifier or ""),
            "accepted": "yes" if state in ("completed", "over") else "no",
            "outcome": state,
            "told": told,
            "reason": shown(reasons.get(key, "")) if state == Interview.State.REMOVED else "",
            "started_at": began.isoformat(timespec="seconds"),
            "ended_at": ended.isoformat(timespec="seconds") if ended else "",
            "minutes": f"{(ended - began).total_seconds() / 60:.1f}" if ended else "",
        }
        rows.append((number, texts))
    return sheet_of("reconciliation", COLUMNS, rows)


def reconcile(request: HttpRequest, source_id: int) -> HttpResponse:
    """Show what a panel's file would change, and change it once asked to: late rejections take interviews out and free their places."""
    source = _source(source_id)
    if request.method == "POST" and "kept" in request.POST:
        _apply(request, source)
        return HttpResponseRedirect(reverse("provider" if may(request.user, "respondents.view_source") else "reconcile", args=[source_id]))
    form = ReconcileForm(request.POST or None, request.FILES or None, initial={"identifier": source.id_parameter})
    found = _read(source, form) if request.method == "POST" and form.is_valid() else []
    counts = Counter(each.verdict for each in found)
    about = {
        "source": source,
        "form": form,
        "found": [(each.line.row, each.line.identifier, _(VERDICTS[each.verdict]), each.line.reason) for each in found[:SHOWN]],
        "counts": [(_(text), counts[verdict]) for verdict, text in VERDICTS.items() if counts[verdict]],
        "more": max(0, len(found) - SHOWN),
        "to_remove": counts["remove"],
        "kept": _kept(source, found, form.cleaned_data["reason"]) if counts["remove"] else "",
    }
    context = staff_context(request, _("Panel’s reconciliation file"), about)
    return TemplateResponse(request, "respondents/providers/reconcile.html", context, status=422 if form.errors else 200)


def _kept(source: Source, found: list[Settled], reason: str) -> str:
    """What the page keeps from the check to the removal: who was shown as to be removed, and why, sealed so that nobody changes it."""
    lines = [
        (each.line.identifier, f"{reason} – {each.line.reason}" if each.line.reason else reason)
        for each in found
        if each.verdict == "remove"
    ]
    return signing.dumps(lines, salt=f"respondents.reconcile:{source.pk}", compress=True)


def _source(source_id: int) -> Source:
    return get_object_or_404(Source.objects.select_related("wave__survey"), pk=source_id, kind=Source.Kind.PANEL)


def _workbook(sheet: Sheet) -> bytes:
    from surveys.core.excel import write_excel  # noqa: PLC0415 -- heavy, and only a workbook needs it

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "reconciliation.xlsx"
        write_excel({sheet.name: sheet}, path)
        return path.read_bytes()


def _read(source: Source, form: ReconcileForm) -> list[Settled]:
    """What the file comes to; nothing, with the reason at its field, when it cannot be used."""
    try:
        lines = read_lines(_sheet(form.cleaned_data["file"]), form.columns())
    except FileRefused as refused:
        form.add_error("file", say(refused.message))
        return []
    except StudyRefused as refused:
        form.add_error("file", [say_mistake(mistake) for mistake in refused.mistakes])
        return []
    except UnicodeDecodeError:
        form.add_error("file", _("The file is not readable as CSV in UTF-8: save it as “CSV UTF-8”, or as .xlsx."))
        return []
    known = Interview.objects.filter(source=source, is_test=False, external_id__in=[line.identifier for line in lines])
    return settle(lines, {interview.external_id or "": interview.state for interview in known.only("external_id", "state")})


def _sheet(file: Any) -> Sheet:
    if Path(file.name).suffix.lower() == ".csv":
        return sheet_of_bytes("file", file.read().decode("utf-8-sig").encode())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.xlsx"
        path.write_bytes(file.read())
        return next(iter(read_workbook(path).values()), sheet_of("file", (), ()))


def _apply(request: HttpRequest, source: Source) -> None:
    """Remove one by one, each in a transaction of its own, so that no respondent waits for the whole file; applied again, it goes on."""
    try:
        lines = signing.loads(request.POST["kept"], salt=f"respondents.reconcile:{source.pk}", max_age=KEPT_SECONDS)
    except signing.BadSignature:
        messages.error(request, _("The check is more than an hour old: please check the file again. Nothing was changed."))
        return
    removed, waits = 0, False
    interviews = {
        each.external_id: each for each in Interview.objects.filter(source=source, external_id__in=[name for name, _why in lines])
    }
    for identifier, reason in lines:
        if identifier not in interviews:
            continue  # its link was deleted since the check: nobody can tell any more whose interview it was
        try:
            removed += _remove(request, interviews[identifier], reason)
        except OperationalError:
            waits = True
    wake(source.wave_id)
    done = ngettext(
        "%(n)s interview is removed: its places are free again.", "%(n)s interviews are removed: their places are free again.", removed
    )
    messages.success(request, done % {"n": removed})
    if waits:
        messages.warning(
            request, _("Many people are taking places just now. Some interviews were not removed: please apply the file again.")
        )


def _remove(request: HttpRequest, interview: Interview, reason: str) -> bool:
    """Say whether it was still complete, and is now removed."""
    with transaction.atomic():
        write_down(request, interview, _("Removed. Reason: %(reason)s") % {"reason": reason})
        Review.objects.create(interview=interview, verdict=Review.Verdict.REMOVED, reason=reason[:500], by_id=request.user.pk, at=Now())
        is_removed = places.remove(interview.pk)
        if not is_removed:
            transaction.set_rollback(True)  # somebody else removed it this moment: nothing is written down twice
        return is_removed
