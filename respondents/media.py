"""What respondents' pages load beside themselves: images, and suggestions for long lists. No session, no interview, cached by whoever wants to."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from respondents.endings import for_respondents
from respondents.requests import asked_language, parameter
from surveys.core.attachments import MEDIA_TYPES
from surveys.form.finding import is_searched
from surveys.form.searching import suggestions
from surveys.models import Attachment, Questionnaire

FOREVER = "public, max-age=31536000, immutable"  # the address is the content's
A_DAY = "public, max-age=86400"
NOTHING_RUNS = "default-src 'none'; style-src 'unsafe-inline'; sandbox"  # of an svg opened by itself


@require_safe
@for_respondents
def image(request: HttpRequest, slug: str, sha256: str, extension: str) -> HttpResponse:
    """Serve an image of a survey by its content, whatever the version, published or not."""
    found = Attachment.objects.image(slug, sha256)
    if found is None or found.name.rpartition(".")[2].lower() != extension:
        raise Http404
    response = HttpResponse(bytes(found.content), content_type=MEDIA_TYPES[extension])
    response["Cache-Control"] = FOREVER
    response["Content-Security-Policy"] = NOTHING_RUNS
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
@for_respondents
def suggest(request: HttpRequest, slug: str, version: str, name: str) -> HttpResponse:
    """Suggest choices of a long list for the letters typed, as [[name, label], …]; a filtered list has none to give away."""
    stored = get_object_or_404(Questionnaire, survey__slug=slug, version=version)
    definition = stored.definition()
    question = definition.questions.get(name)
    if question is None or not is_searched(question) or question.is_filtered:
        raise Http404
    language = asked_language(request, definition.languages, definition.default_language)
    response = JsonResponse(suggestions(question, parameter(request, "q"), language), safe=False, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = A_DAY if stored.published_at else "no-store"
    return response
