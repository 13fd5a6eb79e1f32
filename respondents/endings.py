"""The pages that end or interrupt an interview, in the respondent's language."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import override

RETRY_SECONDS = 5

# How an interview's state is told to the person; over quota at the last page, they answered everything: it is complete.
OUTCOMES: Mapping[str, str] = {
    "completed": "completed",
    "over": "over",
    "screened_out": "screened_out",
    "refused": "refused",
    "quota_full": "quota_full",
    "expired": "expired_full",
    "abandoned": "closed",
    "removed": "completed",
}


def ending(request: HttpRequest, outcome: str, language: str, *, status: int = 200, **about: object) -> HttpResponse:
    """Return the courteous page for an outcome; ``about`` gives what is known of the study (title, sponsor…)."""
    context = {"outcome": outcome, "language": language, "title": "", "sponsor": "", "demonstration": False, **about}
    with override(language):
        response = HttpResponse(render_to_string("respondents/end.html", context, request=None), status=status)
    response["Cache-Control"] = "no-store"
    if status == 503:
        response["Retry-After"] = str(RETRY_SECONDS)
    return response
