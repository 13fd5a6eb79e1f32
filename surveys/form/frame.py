"""What stands around the questions of a page: study, languages, progress, notices and the way back."""

from __future__ import annotations

from collections.abc import Callable

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from surveys.core.questionnaire import Questionnaire
from surveys.form.slots import PageView, Printer


def study_values(questionnaire: Questionnaire) -> dict[str, object]:
    """Return what ``base.html`` shows of a study on each of its public pages."""
    settings = questionnaire.settings
    return {
        "title": settings.get("form_title", ""),
        "study_language": questionnaire.default_language,
        "sponsor": settings.get("sponsor", ""),
        "sponsor_quality": settings.get("sponsor_quality", ""),
        "institute": settings.get("institute", ""),
        "demonstration": settings.get("data_kind") == "demonstration",
    }


def own_name(language: str) -> str:
    """Return a language's name in itself ("français")."""
    try:
        return str(get_language_info(language)["name_local"])
    except LookupError:
        return language


def frame_values(questionnaire: Questionnaire, language: str, printer: Printer) -> dict[str, object]:
    """Return the varying parts of the frame, in the language that is active."""
    error_prefix = _("Error: ")
    return {
        "action": printer.text(lambda view: view.action),
        "request_id": printer.text(lambda view: view.request_id),
        "title_prefix": printer.text(lambda view: error_prefix if view.errors else ""),
        "test_banner": printer.block(lambda view: view.is_test, lambda: render_to_string("surveys/test_banner.html")),
        "notice": _optional(printer, "notice", lambda view: view.notice),
        "closing": printer.block(lambda view: view.closing, lambda: render_to_string("surveys/closing.html")),
        "back": _optional(printer, "back", lambda view: view.back),
        "progress": _optional(printer, "progress", lambda view: "" if view.progress is None else str(view.progress)),
        "languages": _languages(questionnaire, language, printer),
    }


def _optional(printer: Printer, name: str, value: Callable[[PageView], str]) -> SafeString:
    return printer.block(lambda view: bool(value(view)), lambda: render_to_string(f"surveys/{name}.html", {name: printer.text(value)}))


def _languages(questionnaire: Questionnaire, current: str, printer: Printer) -> SafeString:
    def draw() -> str:
        links = [_language(code, current, printer) for code in questionnaire.languages]
        return render_to_string("surveys/languages.html", {"links": links})

    return printer.block(lambda view: len(view.languages) > 1, draw)


def _language(code: str, current: str, printer: Printer) -> SafeString:
    def draw() -> str:
        address = printer.text(lambda view: view.languages[code])
        values = {"code": code, "is_current": code == current, "name": own_name(code), "address": address}
        return render_to_string("surveys/language.html", values)

    return printer.block(lambda view: code in view.languages, draw)
