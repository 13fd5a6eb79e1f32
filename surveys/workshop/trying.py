"""The page that says how to try a form: nothing stored, or through its real door as a test that is never counted."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from surveys.models import Wave
from surveys.workshop.desk import open_desk
from surveys.workshop.lines import screen


@require_GET
def trying(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the ways to try it, and what is to be done first."""
    desk = open_desk(pk)
    survey = desk.questionnaire.survey
    waves = list(desk.questionnaire.waves.filter(kind=Wave.Kind.OWN))
    about = {
        "tested": next((wave for wave in waves if wave.state == Wave.State.TEST), None),
        "drafts": [wave for wave in waves if wave.state == Wave.State.DRAFT],
        "door": request.build_absolute_uri(reverse("door", args=[survey.slug])),
    }
    return screen(request, desk, "try", _("Try it"), about)
