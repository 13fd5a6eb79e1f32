"""The settings that a person who answers can notice, with what it matters when one of them changes."""

from __future__ import annotations

from collections.abc import Mapping

from surveys.core.messages import N_
from surveys.core.versions.difference import Weight

SPONSOR = N_("Who asks, and why, can change how people answer.")

SETTINGS: Mapping[str, tuple[Weight, str]] = {
    "form_title": ("comparable", N_("The title announces what the questions are about.")),
    "sponsor": ("comparable", SPONSOR),
    "sponsor_quality": ("comparable", SPONSOR),
    "institute": ("comparable", SPONSOR),
    "default_language": ("harmless", N_("It is the language offered first.")),
    "data_kind": ("breaking", N_("Invented answers and real ones are never put together.")),
}
