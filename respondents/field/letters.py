"""Letters about alerts: one per pass and address about all that changed, and a digest twice a day. Others send them."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from respondents.field.alert_sentences import Said
from respondents.models import Interview, Letter
from surveys.models import Wave
from surveys.staff import words
from surveys.templatetags.staff import whole

Telling = tuple[str, Callable[[str], Said]]  # the name of a change, and how it is said in a language


def write_about(wave: Wave, tellings: Sequence[Telling]) -> None:
    """Write one letter to each address about the changes of a pass; none when nothing changed. The same changes are told once."""
    if not tellings or not wave.alert_emails:
        return
    language = language_of(wave)
    sentences = [tell(language) for _name, tell in tellings]
    with override(language):
        if len(sentences) == 1:
            subject = f"{sentences[0].sign} {sentences[0].what}"
        else:
            subject = ngettext("%(n)s change in the field", "%(n)s changes in the field", len(sentences)) % {"n": len(sentences)}
        body = "\n\n".join([_named(wave), *map(_paragraph, sentences), _way_to(wave)])
    _write(wave, Letter.Kind.ALERT, " ".join(name for name, _tell in tellings), f"{_title(wave)} – {subject}", body)


def write_digest(wave: Wave, hour: datetime.datetime, open_alerts: Callable[[int], Iterable[Any]]) -> None:
    """Write the digest of an hour to each address, once: how far the field is, and the alerts that stand."""
    if not wave.alert_emails or wave.state not in ("soft", "live", "paused"):
        return
    key = f"digest {hour.isoformat()}"
    if Letter.objects.filter(key=_key(wave, key, wave.alert_emails[0])).exists():
        return
    with override(language_of(wave)):
        standing = [_paragraph(shown.said) for shown in open_alerts(wave.pk)] or [_("No alert stands.")]
        body = "\n\n".join([_named(wave), _so_far(wave), *standing, _way_to(wave)])
        subject = _("%(title)s – the field at %(time)s") % {"title": _title(wave), "time": f"{hour:%H:%M}"}
    _write(wave, Letter.Kind.DIGEST, key, subject, body)


def language_of(wave: Wave) -> str:
    """Return the language of letters about a wave: its survey's, where the staff's pages speak it."""
    spoken = [code for code, _name in settings.LANGUAGES]
    return wave.survey.default_language if wave.survey.default_language in spoken else settings.LANGUAGE_CODE


def _write(wave: Wave, kind: str, effect: str, subject: str, body: str) -> None:
    letters = [
        Letter(key=_key(wave, effect, address), kind=kind, wave=wave, to=address, subject=_one_line(subject), body=body, due_at=wave.now)
        for address in wave.alert_emails
    ]
    Letter.objects.bulk_create(letters, ignore_conflicts=True)


def _key(wave: Wave, effect: str, address: str) -> str:
    """The name of an effect, short whatever it names."""
    return f"field {wave.pk} {hashlib.sha256(f'{effect} {address}'.encode()).hexdigest()}"


def _one_line(subject: str) -> str:
    return " ".join(subject.splitlines())[:300]


def _title(wave: Wave) -> str:
    return f"{wave.survey.title} · {wave.code}"


def _named(wave: Wave) -> str:
    label = words(wave.labels, wave.survey)
    return _("%(title)s, %(wave)s: %(state)s.") % {
        "title": wave.survey.title,
        "wave": label or wave.code,
        "state": wave.get_state_display(),
    }


def _so_far(wave: Wave) -> str:
    counted = Interview.objects.filter(wave=wave, is_test=False, imported=False)
    completed = counted.filter(state=Interview.State.COMPLETED)
    values = {
        "completed": whole(completed.count()),
        "target": whole(wave.target or 0),
        "day": whole(completed.filter(ended_at__gt=wave.now - datetime.timedelta(days=1)).count()),
        "live": whole(counted.filter(state__in=(Interview.State.SCREENING, Interview.State.RESERVED)).count()),
    }
    return _("Completed: %(completed)s of %(target)s; last 24 hours: %(day)s; answering now: %(live)s.") % values


def _paragraph(sentence: Said) -> str:
    return f"{sentence.sign} {sentence.what}\n{sentence.advice}".strip()


def _way_to(wave: Wave) -> str:
    return settings.PUBLIC_URL + reverse("fieldwork", args=[wave.pk])
