"""Where a field stands, in sentences: what is true now, what will happen by itself, and what keeps it from being launched."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from respondents.models import Interview
from surveys.core.checks import check_workbook
from surveys.core.clocks import wall_of
from surveys.core.workbook import in_order
from surveys.form.frame import own_name
from surveys.models import Wave
from surveys.templatetags.staff import whole
from surveys.translation import say_mistake

LINE = (Wave.State.DRAFT, Wave.State.TEST, Wave.State.SOFT, Wave.State.LIVE, Wave.State.PAUSED, Wave.State.CLOSED)

NOW = {
    Wave.State.DRAFT: gettext_lazy("Nobody can enter. The questionnaire can still change."),
    Wave.State.TEST: gettext_lazy("People can enter; their interviews are tests, and are never counted."),
    Wave.State.SOFT: gettext_lazy("People can enter, and their interviews count."),
    Wave.State.LIVE: gettext_lazy("People can enter, and their interviews count."),
    Wave.State.PAUSED: gettext_lazy("Nobody can enter. Those who were answering can finish."),
    Wave.State.CLOSED: gettext_lazy("Nobody can enter, and nobody can go on."),
}


@dataclass(frozen=True)
class Stop:
    """One state on the line: its name, and whether it is the present one."""

    state: str
    name: str
    is_now: bool


@dataclass(frozen=True)
class Standing:
    """Where a field stands; ``sentences`` say what is true and what will happen, ``mistakes`` keep it from being launched."""

    line: list[Stop]
    since: datetime.datetime | None
    sentences: list[str]
    mistakes: list[str]
    silent_languages: str


def standing_of(wave: Wave) -> Standing:
    """Return where a wave read ``on_the_clock`` stands, in the active language."""
    line = [Stop(state.value, str(state.label), state == wave.state) for state in LINE]
    since = wall_of(wave.state_since, wave.time_zone) if wave.state_since else None
    sentences = [_now(wave), *filter(None, (_soft(wave), _opening(wave), _closing(wave)))]
    return Standing(line, since, sentences, _mistakes(wave), _silent_languages(wave))


def _now(wave: Wave) -> str:
    if wave.state in (Wave.State.SOFT, Wave.State.LIVE) and wave.hours != "within":
        return _("Nobody can enter now: it is not the hour.")
    if wave.state == Wave.State.PAUSED and wave.paused_because == Wave.PausedBecause.SOFT_LIMIT:
        return _("The soft launch is complete, and has paused the field by itself. Nobody can enter. Those who were answering can finish.")
    return str(NOW[Wave.State(wave.state)])


def _soft(wave: Wave) -> str:
    if not wave.awaits_sign_off and wave.state != Wave.State.SOFT:
        return ""
    completed = Interview.objects.filter(wave=wave, state=Interview.State.COMPLETED, is_test=False, imported=False).count()
    if wave.soft_limit is None:
        text = ngettext("%(n)s interview is completed. No number is set: it will not stop by itself.",
                        "%(n)s interviews are completed. No number is set: it will not stop by itself.", completed)  # fmt: skip
        return text % {"n": whole(completed)}
    values = {"n": whole(completed), "limit": whole(wave.soft_limit)}
    if wave.state == Wave.State.SOFT:
        return (
            _(
                "Completed: %(n)s of %(limit)s. At that number it pauses by itself; those who are answering then finish, so a few more may come."
            )
            % values
        )
    return (
        _(
            "Completed: %(n)s of %(limit)s. The field opens once somebody has looked at them and signed; to go on softly, raise the number first."
        )
        % values
    )


def _opening(wave: Wave) -> str:
    if not wave.opens_at or wave.now >= wave.opens_at or wave.state == Wave.State.CLOSED:
        return ""
    values = {"moment": _moment(wave, wave.opens_at)}
    if wave.state in (Wave.State.SOFT, Wave.State.LIVE):
        return _("People can enter from %(moment)s on; test links work already.") % values
    return _("The opening is planned for %(moment)s: launch the field before, and the door opens by itself at that time.") % values


def _closing(wave: Wave) -> str:
    if not wave.closes_at or wave.state == Wave.State.CLOSED:
        return ""
    values = {"moment": _moment(wave, wave.closes_at), "minutes": wave.place_minutes}
    if wave.now >= wave.closes_at:
        return _("The closing time, %(moment)s, is past: those who are answering can finish; then the field closes by itself.") % values
    return (
        _(
            "From %(moment)s on nobody can enter. Those who are answering then can finish: the field closes once nobody has saved a page for %(minutes)s minutes, and two hours later at the latest."
        )
        % values
    )


def _moment(wave: Wave, at: datetime.datetime) -> str:
    local = wall_of(at, wave.time_zone)
    return _("%(day)s at %(time)s") % {"day": formats.date_format(local, "DATE_FORMAT"), "time": formats.time_format(local, "TIME_FORMAT")}


def _mistakes(wave: Wave) -> list[str]:
    """What keeps the questionnaire from being published, missing translations among it; nothing once it is."""
    if wave.questionnaire is None:
        return [_("The wave has no questionnaire.")]
    if wave.questionnaire.published_at:
        return []
    _definition, report = check_workbook(wave.questionnaire.workbook())
    return [say_mistake(mistake) for mistake in in_order(report.mistakes)]


def _silent_languages(wave: Wave) -> str:
    """The languages in which the message of a pause is missing, when there is one."""
    missing = [language for language in wave.survey.languages if wave.pause_message and not wave.pause_message.get(language)]
    return ", ".join(map(own_name, missing))
