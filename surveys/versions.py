"""Versions of a stored questionnaire: what may be compared between two of them, and giving a wave another one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from surveys.core.versions import Difference, Verdict, comparability, differences
from surveys.models import Questionnaire, Wave

LAST_NUMBER = re.compile(r"(\d+)(\D*)$")


def next_version(version: str) -> str:
    """Return the number that follows: 2023.1 → 2023.2, essai → essai.2."""
    found = LAST_NUMBER.search(version)
    return f"{version[: found.start()]}{int(found[1]) + 1}{found[2]}" if found else f"{version}.2"


def verdicts(earlier: Questionnaire, later: Questionnaire) -> Mapping[str, Verdict]:
    """Return ``comparability`` of two stored versions; kept in memory once both are published, since neither can change."""
    if earlier.published_at and later.published_at:
        return _verdicts(earlier.pk, later.pk)
    return comparability(earlier.definition(), later.definition())


@lru_cache(maxsize=64)
def _verdicts(earlier: int, later: int) -> Mapping[str, Verdict]:
    first, second = (Questionnaire.objects.get(pk=pk).definition() for pk in (earlier, later))
    return comparability(first, second)


@dataclass(frozen=True)
class Switch:
    """A wave about to go over to another version of its survey's questionnaire."""

    wave: Wave
    to: Questionnaire

    @cached_property
    def differences(self) -> Sequence[Difference]:
        """Return what differs from the version that the wave has now."""
        return differences(self._now.definition(), self.to.definition())

    @cached_property
    def obstacles(self) -> Sequence[str]:
        """Return why it cannot be done, one sentence each: what the wave counts or publishes would no longer be one thing."""
        if self.wave.kind != Wave.Kind.OWN or self.wave.state == Wave.State.CLOSED:
            return [_("Only a wave asked here that is not closed can go over to another version.")]
        if self.to.survey_id != self.wave.survey_id or self.to.pk == self.wave.questionnaire_id:
            return [_("Choose another version of the same survey.")]
        found = verdicts(self._now, self.to)
        broken = {name for name, verdict in found.items() if not verdict.is_comparable}
        return [sentence % {"names": ", ".join(sorted(names & broken))} for sentence, names in self._uses() if names & broken]

    def make(self) -> None:
        """Give the wave the version: those who enter from now on get it, those who are answering keep theirs.

        Publishes it unless the wave is a draft. Raises ValidationError with the obstacles.
        """
        with transaction.atomic():
            wave = Wave.objects.select_for_update(of=("self",), no_key=True).select_related("questionnaire").get(pk=self.wave.pk)
            obstacles = Switch(wave, self.to).obstacles
            if obstacles:
                raise ValidationError([*obstacles])
            if wave.state != Wave.State.DRAFT:
                self.to.publish()
            wave.questionnaire = self.to
            wave.cells = {**wave.cells, "questionnaire_version": self.to.version}
            wave.save(update_fields=["questionnaire", "cells"])

    @property
    def _now(self) -> Questionnaire:
        if self.wave.questionnaire is None:
            raise ValidationError(_("Only a wave asked here that is not closed can go over to another version."))
        return self.wave.questionnaire

    def _uses(self) -> Sequence[tuple[str, frozenset[str]]]:
        """What the wave's counting stands on, each with the sentence that says it would not hold.

        Quotas and figures belong to the apps above this one, which hang their rows on ours: they are read through their names.
        """
        quotas = frozenset(name for quota in self.wave.quotas.all() for name in quota.variables)
        used = [
            (_("Its quotas count %(names)s, which would change their meaning."), quotas),
            (_("It is weighted on %(names)s, which would change their meaning."), frozenset(self.wave.weighting)),
        ]
        if self.wave.state != Wave.State.DRAFT:
            bases = {base.code: base for base in self._now.definition().bases.values()}
            figures = frozenset[str]()
            for figure in self.wave.survey.figures.all():
                if figure.base in bases:
                    figures |= figure.questions | {f"base {figure.base}"}
            used.append((_("Its figures put together the answers to %(names)s, which would change their meaning."), figures))
        return used
