"""Where the images of a questionnaire are served: under an address that their content gives, which never changes."""

from __future__ import annotations

from django.urls import reverse

from surveys.core.questionnaire import Questionnaire


def image_address(questionnaire: Questionnaire, file: str) -> str:
    """Return the address of an image of the media folder, '' when it has no such file. Versions and languages share it."""
    sha256 = questionnaire.media.get(file, "")
    return reverse("image", args=[questionnaire.form_id, sha256, file.rpartition(".")[2].lower()]) if sha256 else ""
