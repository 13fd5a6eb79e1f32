"""A study made here rather than loaded: its form, and one wave in draft so that it can be tried at once."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from surveys.core.cells import language_code
from surveys.core.messages import N_
from surveys.core.workbook import Report, Sheet, Workbook, sheet_of
from surveys.loading import check_against_stored, read_draft, save_study, wait_for_other_studies
from surveys.models import Survey, Wave

FIRST_WAVE = "1"
FIELD_DAYS = 30


def create_study(workbook: Workbook) -> Survey:
    """Store a new study from its form's sheets, with a wave in draft. Raises StudyRefused with every mistake; nothing is then
    stored. A study that is already at its address is a mistake too.
    """
    with transaction.atomic():
        wait_for_other_studies()
        _refuse_taken_address(workbook)
        draft = read_draft({"waves": first_wave(workbook), **workbook})
        check_against_stored(draft, interviewed=())
        draft.report.raise_if_any()
        return save_study(draft)


def _refuse_taken_address(workbook: Workbook) -> None:
    address = workbook["settings"].rows[0]["form_id"]
    report = Report()
    if Survey.objects.filter(slug=address).exists():
        report.add("settings", 2, "form_id", N_("Another study stands at the address “%(address)s”: choose another."), address=address)
    report.raise_if_any()


def first_wave(workbook: Workbook) -> Sheet:
    """Return the waves sheet of a new study: one wave of its own, to be tried today."""
    row = workbook["settings"].rows[0]
    label = f"label::{row['default_language']}"
    today = timezone.localdate()
    with override(language_code(row["default_language"])):
        name = _("First wave")
    cells = {
        "code": FIRST_WAVE,
        label: name,
        "kind": Wave.Kind.OWN.value,
        "starts": today.isoformat(),
        "ends": (today + timedelta(days=FIELD_DAYS)).isoformat(),
        "time_zone": settings.TIME_ZONE,
        "questionnaire_version": row["version"],
    }
    return sheet_of("waves", tuple(cells), [(2, cells)])
