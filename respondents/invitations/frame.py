"""What the staff's pages about invitations share: the wave, found or 404, and what stands around each page."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from respondents.invitations.reading import where_letters_go
from surveys.models import Wave
from surveys.staff import staff_context, words


def find_wave(wave_id: int) -> Wave:
    """Return a wave that is asked here, with its survey and questionnaire. Raises Http404."""
    return get_object_or_404(Wave.objects.select_related("survey", "questionnaire"), pk=wave_id, kind=Wave.Kind.OWN)


def framed(request: HttpRequest, wave: Wave, title: object, about: Mapping[str, object]) -> dict[str, object]:
    """Return what a page of a wave's invitations needs."""
    named = {"wave": wave, "wave_label": words(wave.labels, wave.survey) or wave.code, "where": where_letters_go()}
    return staff_context(request, title, {**named, **about})


def person_of(request: HttpRequest) -> User:
    """Return who is logged in."""
    assert isinstance(request.user, User), "staff pages are behind the login"
    return request.user
