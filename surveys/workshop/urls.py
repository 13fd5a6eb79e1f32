"""The addresses of the workshop, where a questionnaire is written: one line per screen."""

from __future__ import annotations

from django.urls import path

from surveys.staff import staff_page
from surveys.workshop import lines, preview, sheets, trying
from surveys.workshop.bringing import bring, kobo
from surveys.workshop.desk import CHANGE, VIEW
from surveys.workshop.pasting import paste

urlpatterns = [
    path("paste/", staff_page(paste, "surveys.add_survey"), name="paste_questionnaire"),
    path("bring/", staff_page(bring, "surveys.add_survey"), name="bring_questionnaire"),
    path("questionnaires/<int:pk>/xlsform/", staff_page(kobo, "surveys.view_questionnaire"), name="questionnaire_xlsform"),
    path("<int:pk>/", staff_page(lines.outline, VIEW), name="workshop"),
    path("<int:pk>/add/", staff_page(lines.add_line, CHANGE), name="workshop_add"),
    path("<int:pk>/lines/<int:number>/", staff_page(lines.edit_line, VIEW), name="workshop_line"),
    path("<int:pk>/lines/<int:number>/move/", staff_page(lines.move, CHANGE), name="workshop_move"),
    path("<int:pk>/lines/<int:number>/duplicate/", staff_page(lines.duplicate, CHANGE), name="workshop_duplicate"),
    path("<int:pk>/lines/<int:number>/delete/", staff_page(lines.delete, CHANGE), name="workshop_delete"),
    path("<int:pk>/lines/<int:number>/unsaved/", staff_page(preview.unsaved, VIEW), name="workshop_unsaved"),
    path("<int:pk>/undo/", staff_page(lines.undo_edit, CHANGE), name="workshop_undo"),
    path("<int:pk>/condition/", staff_page(lines.check_condition, VIEW), name="workshop_condition"),
    path("<int:pk>/lists/", staff_page(sheets.lists, VIEW), name="workshop_lists"),
    path("<int:pk>/lists/<str:name>/", staff_page(sheets.edit_list, VIEW), name="workshop_list"),
    path("<int:pk>/bases/", staff_page(sheets.edit_bases, VIEW), name="workshop_bases"),
    path("<int:pk>/settings/", staff_page(sheets.edit_settings, VIEW), name="workshop_settings"),
    path("<int:pk>/preview/", staff_page(preview.preview, VIEW), name="workshop_preview"),
    path("<int:pk>/preview/frame/", staff_page(preview.frame, VIEW), name="workshop_frame"),
    path("<int:pk>/try/", staff_page(trying.trying, VIEW), name="workshop_try"),
]
