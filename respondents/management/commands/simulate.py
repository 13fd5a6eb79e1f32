"""``manage.py simulate SURVEY WAVE``: people fill the real web form over HTTP, with a progress bar."""

from __future__ import annotations

import json
import random
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse
from django.utils.translation import gettext as _

from respondents import places
from respondents.core.findings import findings
from respondents.core.panel import PanelRefused, lists_arrivals, read_panel
from respondents.core.people import PanelMember, RandomPerson
from respondents.models import Interview, Source
from respondents.reporting import lines_of, say_outcome
from respondents.simulation import Start, Tally, send_in
from surveys.asking import find_wave
from surveys.core.questionnaire import Questionnaire
from surveys.models import Wave
from surveys.translation import say

NAMED_AT_MOST = 20
SIMULATION = "simulation"  # the code of the source of those who answer at random
NO_TIME = datetime.min.replace(tzinfo=UTC)
LOOK_AGAIN = 1.0  # seconds between two looks at the places that others hold


class Command(BaseCommand):
    """Send a panel file's people, or random ones, through the web form of an open wave."""

    help = "Fills the real web form over HTTP: with the people of a panel file, or with people who answer at random."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the wave, who to send in, how many at once and where."""
        parser.add_argument("survey")
        parser.add_argument("wave")
        parser.add_argument(
            "--panel", type=Path, help="a CSV file, one person per row, columns by variable; arrives_at and leaves_after list arrivals"
        )
        parser.add_argument("--source", help="the code of the source they enter through; by default panel, for random people a test source")
        parser.add_argument("--respondents", type=int, default=0, help="so many people who answer at random, or the panel's first ones")
        parser.add_argument("--concurrency", type=int, default=4)
        parser.add_argument("--url", default=settings.PUBLIC_URL)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--break-off", type=float, default=0.0, help="the share of the random people who leave after some page")
        parser.add_argument("--format", choices=("text", "json"), default="text", help="how the findings of random people are written")

    def handle(self, *args: Any, **options: Any) -> None:
        """Send them in; exit 1 naming who is not in."""
        wave = find_wave(options["survey"], options["wave"])
        if not wave.is_open:
            raise CommandError(_("Wave %(code)s is not open.") % {"code": wave.code})
        if options["concurrency"] < 1 or options["respondents"] < 0:
            raise CommandError(_("--concurrency must be at least 1, and --respondents a positive number."))
        self.quiet = options["format"] == "json"
        self.comes_again = False  # through a source that knows them, so that they find their interview again
        self.arrivals = False  # the panel file lists arrivals, of whom some leave and some are turned away
        starts = self._panel(wave, options) if options["panel"] else self._random(wave, options)
        if not starts:
            self.stdout.write(_("Everybody is in already."))
            return
        try:
            tally = self._send(wave, starts, options)
        except KeyboardInterrupt:
            raise CommandError(_("Interrupted; the next run goes on with those who are not in."), returncode=130) from None
        missing = [start.name for start in starts if start.name in tally.stuck or not (self.arrivals or _is_in(start, tally))]
        if options["panel"] and missing:
            raise CommandError(self._not_in(missing, tally))

    def _send(self, wave: Wave, starts: Sequence[Start], options: Mapping[str, Any]) -> Tally:
        began = time.monotonic()

        def told(tally: Tally) -> None:
            self._progress(tally.done, len(starts), began)

        tally = send_in(options["url"], starts, options["concurrency"], told)
        # Somebody of a panel who found every place held by others comes again when one of those is given back.
        while self.comes_again and (waiting := [start for start in starts if tally.outcomes.get(start.name) == "quota_full"]):
            if not self._wait_for_places(wave, len(waiting)):
                break
            tally = send_in(options["url"], waiting, options["concurrency"], lambda tally: None, tally)
        self._report(wave, tally, options, time.monotonic() - began)
        return tally

    def _panel(self, wave: Wave, options: Mapping[str, Any]) -> list[Start]:
        source = Source.objects.filter(wave=wave, code=options["source"] or "panel").exclude(kind=Source.Kind.INVITATIONS).first()
        if source is None or wave.questionnaire is None:
            raise CommandError(
                _("Wave %(code)s has no panel source “%(source)s”.") % {"code": wave.code, "source": options["source"] or "panel"}
            )
        people = self._people(wave, options["panel"])
        self.arrivals = lists_arrivals(people)
        self.comes_again = source.kind == Source.Kind.PANEL
        completed = set(Interview.objects.filter(source=source, state=Interview.State.COMPLETED).values_list("external_id", flat=True))
        in_order = sorted(people.items(), key=lambda pair: pair[1].arrives_at or NO_TIME)[: options["respondents"] or None]
        return [Start(name, _door(source, name), person, person.leaves_after) for name, person in in_order if name not in completed]

    def _people(self, wave: Wave, path: Path) -> Mapping[str, PanelMember]:
        assert wave.questionnaire is not None
        try:
            return read_panel(path.read_bytes(), wave.questionnaire.definition())
        except OSError as error:
            raise CommandError(
                _("The panel file %(path)s cannot be read: %(reason)s.") % {"path": path, "reason": error.strerror}
            ) from None
        except PanelRefused as refused:
            raise CommandError(say(refused.message)) from None

    def _random(self, wave: Wave, options: Mapping[str, Any]) -> list[Start]:
        if not options["respondents"]:
            raise CommandError(_("Give --panel FILE.csv or --respondents N."))
        if not 0 <= options["break_off"] <= 1:
            raise CommandError(_("--break-off is a share, from 0 to 1."))
        definition, chance = definition_of(wave), random.Random(options["seed"])  # noqa: S311 -- a simulation must be repeatable
        door = f"{reverse('door', args=[wave.survey.slug])}?{urlencode({'source': self._source(wave, options)})}"
        starts = []
        for number in range(options["respondents"]):
            leaves = chance.randint(1, len(definition.pages)) if chance.random() < options["break_off"] else 0
            starts.append(Start(str(number), door, RandomPerson(options["seed"] * 1_000_000 + number, definition), leaves))
        return starts

    def _source(self, wave: Wave, options: Mapping[str, Any]) -> str:
        """The source given, or one of tests, so that nobody simulated ever counts."""
        if options["source"] is None:
            Source.objects.get_or_create(
                wave=wave, code=SIMULATION, defaults={"kind": Source.Kind.OPEN, "label": _("Simulation"), "for_tests": True}
            )
        elif not Source.objects.filter(wave=wave, code=options["source"], kind=Source.Kind.OPEN).exists():
            raise CommandError(_("Wave %(code)s has no open source “%(source)s”.") % {"code": wave.code, "source": options["source"]})
        return options["source"] or SIMULATION

    def _wait_for_places(self, wave: Wave, waiting: int) -> bool:
        """Wait until a place that others hold is given back; False when nobody holds any, so that it is no use."""
        others = Interview.objects.filter(wave=wave, state=Interview.State.RESERVED, is_test=False)
        held = others.count()
        if held:
            self.stdout.write(
                "\n" + _("%(waiting)s people wait for one of %(held)s places that others hold…") % {"waiting": waiting, "held": held}
            )
        until = time.monotonic() + 60 * (wave.place_minutes + 1)
        while held and time.monotonic() < until:
            if places.expire(wave.pk) or others.count() < held:
                return True
            time.sleep(LOOK_AGAIN)
        return False

    def _progress(self, done: int, total: int, began: float) -> None:
        if self.quiet:
            return
        if sys.stdout.isatty():
            bar = "█" * (30 * done // total) + "░" * (30 - 30 * done // total)
            left = (time.monotonic() - began) / done * (total - done)
            print(f"\r{bar} {done} / {total}  {_('about %(seconds)s s left') % {'seconds': round(left)}}   ", end="", flush=True)
        elif done * 10 // total > (done - 1) * 10 // total:
            print(f"{done} / {total}", flush=True)

    def _report(self, wave: Wave, tally: Tally, options: Mapping[str, Any], seconds: float) -> None:
        total = tally.done
        found = findings(definition_of(wave), tally.traces.values())
        if self.quiet:
            self.stdout.write(json.dumps(found.as_json(), ensure_ascii=False, indent=2))
            return
        outcomes = ", ".join(f"{say_outcome(outcome)} {count}" for outcome, count in tally.counts.most_common())
        self.stdout.write("\n" if sys.stdout.isatty() else "", ending="")
        self.stdout.write(
            _("%(total)s people in %(seconds)s s: %(outcomes)s")
            % {"total": total, "seconds": round(seconds, 1), "outcomes": outcomes or "–"}
        )
        for reason, count in Counter(tally.stuck.values()).most_common(NAMED_AT_MOST):
            self.stdout.write(_("Could not go on: %(reason)s (%(count)s)") % {"reason": reason, "count": count})
        if not options["panel"]:
            self.stdout.write("\n".join(lines_of(found)))

    def _not_in(self, missing: Sequence[str], tally: Tally) -> str:
        reasons = {"quota_full": _("their places were taken"), "": _("no answer")}
        lines = [
            f"{name}: {tally.stuck.get(name) or reasons.get(tally.outcomes.get(name, ''), tally.outcomes.get(name))}"
            for name in missing[:NAMED_AT_MOST]
        ]
        return "\n".join([_("%(count)s people are not in:") % {"count": len(missing)}, *lines])


def _is_in(start: Start, tally: Tally) -> bool:
    return tally.outcomes.get(start.name) == "completed"


def _door(source: Source, name: str) -> str:
    """The address somebody enters at; the open link knows nobody."""
    known = {source.id_parameter: name} if source.kind == Source.Kind.PANEL else {}
    return f"{reverse('door', args=[source.wave.survey.slug])}?{urlencode({'source': source.code, **known})}"


def definition_of(wave: Wave) -> Questionnaire:
    """Return the questionnaire of an open wave."""
    assert wave.questionnaire is not None, "a wave is opened with its questionnaire"
    return wave.questionnaire.definition()
