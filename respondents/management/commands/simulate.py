"""``manage.py simulate SURVEY WAVE``: people fill the real web form over HTTP, with a progress bar."""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse
from django.utils.translation import gettext as _

from respondents.core.people import PanelMember, RandomPerson
from respondents.models import Interview, Source
from respondents.simulation import Start, Tally, send_in
from surveys.asking import find_wave
from surveys.models import Wave

ID_COLUMN = "resp_id"
NAMED_AT_MOST = 20


class Command(BaseCommand):
    """Send a panel file's people, or random ones, through the web form of an open wave."""

    help = "Fills the real web form over HTTP: with the people of a panel file, or with people who answer at random."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the wave, who to send in, how many at once and where."""
        parser.add_argument("survey")
        parser.add_argument("wave")
        parser.add_argument("--panel", type=Path, help="a CSV file, one person per row, columns by variable")
        parser.add_argument("--source", default="panel", help="the code of the panel source they enter through")
        parser.add_argument("--respondents", type=int, default=0, help="so many people who answer at random, or the panel's first ones")
        parser.add_argument("--concurrency", type=int, default=4)
        parser.add_argument("--url", default=settings.PUBLIC_URL)
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        """Send them in; exit 1 naming who is not in."""
        wave = find_wave(options["survey"], options["wave"])
        if not wave.is_open:
            raise CommandError(_("Wave %(code)s is not open.") % {"code": wave.code})
        starts = self._panel(wave, options) if options["panel"] else self._random(wave, options)
        began = time.monotonic()
        try:
            tally = send_in(options["url"], starts, options["concurrency"], lambda tally: self._progress(tally, len(starts), began))
        except KeyboardInterrupt:
            raise CommandError(_("Interrupted; the next run goes on with those who are not in."), returncode=130) from None
        self._report(tally, len(starts), time.monotonic() - began)
        if options["panel"] and (tally.stuck or tally.outcomes["completed"] < len(starts)):
            raise CommandError(self._not_in(wave, starts, tally))

    def _panel(self, wave: Wave, options: dict[str, Any]) -> list[Start]:
        source = Source.objects.filter(wave=wave, code=options["source"], kind=Source.Kind.PANEL).first()
        if source is None or wave.questionnaire is None:
            raise CommandError(_("Wave %(code)s has no panel source “%(source)s”.") % {"code": wave.code, "source": options["source"]})
        with options["panel"].open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        completed = set(Interview.objects.filter(source=source, state=Interview.State.COMPLETED).values_list("external_id", flat=True))
        consent = wave.questionnaire.definition().consent.name
        door = reverse("door", args=[wave.survey.slug])
        waiting = [row for row in rows[: options["respondents"] or None] if row[ID_COLUMN] not in completed]
        return [
            Start(row[ID_COLUMN], f"{door}?{urlencode({'source': source.code, 'id': row[ID_COLUMN]})}", PanelMember(row, consent))
            for row in waiting
        ]

    def _random(self, wave: Wave, options: dict[str, Any]) -> list[Start]:
        if not options["respondents"]:
            raise CommandError(_("Give --panel FILE.csv or --respondents N."))
        door = reverse("door", args=[wave.survey.slug])
        return [Start(str(n), door, RandomPerson(options["seed"] * 1_000_000 + n)) for n in range(options["respondents"])]

    def _progress(self, tally: Tally, total: int, began: float) -> None:
        done = tally.finished + len(tally.stuck)
        if sys.stdout.isatty():
            bar = "█" * (30 * done // total) + "░" * (30 - 30 * done // total)
            left = (time.monotonic() - began) / done * (total - done)
            print(f"\r{bar} {done} / {total}  {_('about %(seconds)s s left') % {'seconds': round(left)}}   ", end="", flush=True)
        elif done * 10 // total > (done - 1) * 10 // total:
            print(f"{done} / {total}", flush=True)

    def _report(self, tally: Tally, total: int, seconds: float) -> None:
        outcomes = ", ".join(f"{outcome} {count}" for outcome, count in tally.outcomes.most_common())
        self.stdout.write("\n" if sys.stdout.isatty() else "", ending="")
        self.stdout.write(
            _("%(total)s people in %(seconds)s s: %(outcomes)s")
            % {"total": total, "seconds": round(seconds, 1), "outcomes": outcomes or "–"}
        )

    def _not_in(self, wave: Wave, starts: Sequence[Start], tally: Tally) -> str:
        completed = set(Interview.objects.filter(wave=wave, state=Interview.State.COMPLETED).values_list("external_id", flat=True))
        missing = [start.name for start in starts if start.name not in completed]
        lines = [f"{name}: {tally.stuck.get(name, _('their places were taken'))}" for name in missing[:NAMED_AT_MOST]]
        return "\n".join([_("%(count)s people are not in:") % {"count": len(missing)}, *lines])
