"""The staff's pages of a book of tables: ask for it, watch it being made, cancel it, take it."""

from __future__ import annotations

import logging

from celery import current_app
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from kombu.exceptions import OperationalError

from reports.models import Job
from reports.tables import book
from reports.tables.staff import SEE, form_of, wave_or_404
from surveys.core.files import XLSX
from surveys.staff import staff_context, staff_page, write_down

logger = logging.getLogger(__name__)


@require_POST
def ask_for_book(request: HttpRequest, wave_id: int) -> HttpResponse:
    """Ask for the book of all tables by the banners chosen, or by all of the study; then show its progress."""
    wave = wave_or_404(wave_id)
    form, titles = form_of(request, wave)
    if not form.is_valid():
        return HttpResponseRedirect(f"{reverse('tables', args=[wave_id])}?{request.GET.urlencode()}")
    assert request.user.pk is not None, "staff pages are behind the login"
    with transaction.atomic():
        job = book.ask(wave, form.wanted().of_all(titles.banners), language=get_language() or "", by=request.user)
        write_down(request, wave, _("Book of tables asked for."))
        transaction.on_commit(_wake)
    return HttpResponseRedirect(reverse("tables_book", args=[wave_id, job.pk]))


@require_GET
def watch_book(request: HttpRequest, wave_id: int, job_id: int) -> HttpResponse:
    """Show how far a book is; the page asks again by itself until it is done."""
    job = _job_or_404(wave_id, job_id)
    about = {"job": job, "wave": job.wave, "percent": 100 * job.done // max(job.total, 1), "address": book.wanted_of(job).address}
    context = staff_context(request, _("Book of tables"), about)
    headers = {} if job.finished_at else {"Refresh": "2"}
    return TemplateResponse(request, "reports/tables/book.html", context, headers=headers)


@require_POST
def cancel_book(request: HttpRequest, wave_id: int, job_id: int) -> HttpResponse:
    """Cancel a book that is not done."""
    job = _job_or_404(wave_id, job_id)
    with transaction.atomic():
        if book.cancel(job):
            write_down(request, job.wave, _("Book of tables cancelled."))
    return HttpResponseRedirect(reverse("tables_book", args=[wave_id, job_id]))


@require_GET
def take_book(request: HttpRequest, wave_id: int, job_id: int) -> HttpResponse:
    """Give the file of a book that is done."""
    job = _job_or_404(wave_id, job_id)
    if job.content is None:
        raise Http404
    name = {"Content-Disposition": f'attachment; filename="{job.file_name}"'}
    return HttpResponse(bytes(job.content), content_type=XLSX, headers=name)


def _job_or_404(wave_id: int, job_id: int) -> Job:
    return get_object_or_404(Job.objects.select_related("wave__survey").defer("content"), pk=job_id, wave_id=wave_id, kind=book.KIND)


def _wake() -> None:
    """Tell a worker at once; should nobody hear it, the beat asks within seconds."""
    try:
        current_app.send_task("reports.make_books", retry=False)
    except (OperationalError, OSError):
        logger.warning("No broker: the book of tables waits for the beat.")


urlpatterns: list[URLPattern] = [
    path("<int:wave_id>/tables/book/", staff_page(ask_for_book, SEE), name="ask_for_book"),
    path("<int:wave_id>/tables/book/<int:job_id>/", staff_page(watch_book, SEE), name="tables_book"),
    path("<int:wave_id>/tables/book/<int:job_id>/cancel/", staff_page(cancel_book, SEE), name="cancel_book"),
    path("<int:wave_id>/tables/book/<int:job_id>/book.xlsx", staff_page(take_book, SEE), name="take_book"),
]
