"""A wave's field as somebody supposes it: read from a command's options, and played as often as wanted."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.db import connections
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from respondents.core.arrivals import CannotSuppose, Panel, Population, Profile, Supposed, Visitor, visitors
from respondents.core.forecast import Course
from respondents.core.panel import lists_arrivals, read_panel
from respondents.core.people import PanelMember
from respondents.models import QuotaCell
from respondents.plans import WavePlans, plans_of
from respondents.quotas.naming import cell_label
from respondents.simulated.crowd import needed_of, population_of, profiles_of, visitors_of, ways_of
from respondents.simulated.field import Setting, play
from respondents.simulated.telling import colon
from surveys.core.cells import texts
from surveys.core.length import lengths
from surveys.core.messages import N_
from surveys.core.questionnaire import Questionnaire
from surveys.core.workbook import Row
from surveys.models import Wave

DAYS = 30
STARTS_PER_INTERVIEW = 20  # more starts than that for each interview wanted, and the field is given up
AT_ONCE = 2
SLOW = 1.8  # how much longer than the median a tenth of the people take, where nothing is said

Number = TypeVar("Number", int, float)


class SupposedField:
    """A wave and everything that is supposed of its field. Raises CannotSuppose and PanelRefused."""

    def __init__(self, wave: Wave, options: Mapping[str, Any]) -> None:
        if wave.questionnaire is None or wave.questionnaire_id is None or not wave.target:
            raise CannotSuppose(N_("Wave %(code)s has no questionnaire or no target: there is no field to simulate."), code=wave.code)
        self.wave, self.options = wave, options
        self.questionnaire: Questionnaire = wave.questionnaire.definition()
        self.cells = list(QuotaCell.objects.filter(wave=wave).in_plan_order())
        self.plans: WavePlans = plans_of(wave.pk, wave.questionnaire_id, max((cell.pk for cell in self.cells), default=0))
        self.supposed = Supposed(**_supposed(wave, self.questionnaire, options))
        self.place_minutes = _at_least(options["place_minutes"] or wave.place_minutes, 1, "--place-minutes")
        self.ways = ways_of(self.questionnaire, self.plans)
        skew = read_skew(options["skew"])
        self.people: Mapping[str, PanelMember] = {}
        self.profiles: Mapping[str, Profile] = {}
        if options["panel"]:
            self.people = self._read(options["panel"])
            self.profiles = profiles_of(self.people, self.questionnaire, self.plans)
            self.population: Population = Panel(list(self.profiles.values()), skew)
        else:
            self.population = population_of(wave, self.questionnaire, skew)
        self.opens = self._opens()
        self.setting = Setting(self.opens, self.place_minutes, self._hours(), options["starts"] or STARTS_PER_INTERVIEW * wave.target)

    @property
    def listed(self) -> int:
        """Return how many arrivals a file lists, 0 where they are drawn."""
        return len(self.people) if lists_arrivals(self.people) else 0

    def courses(self) -> list[Course]:
        """Play the field once for each seed, two at a time."""
        seeds = range(self.options["seed"], self.options["seed"] + _at_least(self.options["seeds"], 1, "--seeds"))
        return _at_once(self._play, [(seed, self.setting) for seed in seeds])

    def lifetimes(self, own: Course) -> list[Course]:
        """Play the first field again with each lifetime of places; the wave's own is there already."""
        minutes = sorted({_lifetime(text) for text in self.options["lifetimes"].split(",") if text.strip() not in ("", "none")})
        if not minutes:
            return []
        others = [(self.options["seed"], replace(self.setting, place_minutes=each)) for each in minutes if each != own.place_minutes]
        return sorted([own, *_at_once(self._play, others)], key=lambda course: course.place_minutes)

    def names(self) -> dict[int, str]:
        """Return what each cell is called."""
        return {cell.pk: self._name(cell) for cell in self.cells}

    def _play(self, seed: int, setting: Setting) -> Course:
        return play(self.wave, setting, self._visitors(seed))

    def _visitors(self, seed: int) -> Iterable[Visitor]:
        if self.listed:
            return visitors_of(self.people, self.profiles, self.supposed, self.ways, self.opens, seed)
        return visitors(self.supposed, self.population, self.ways, self.opens.hour + self.opens.minute / 60, seed)

    def _read(self, path: Path) -> Mapping[str, PanelMember]:
        try:
            return read_panel(path.read_bytes(), self.questionnaire, needed_of(self.questionnaire, self.plans))
        except OSError as error:
            raise CannotSuppose(N_("The panel file %(path)s cannot be read: %(reason)s."), path=path, reason=error.strerror) from None

    def _opens(self) -> datetime:
        """The first arrival of a file, the planned or printed opening, or the coming midnight."""
        zone = ZoneInfo(self.wave.time_zone)
        first = min((person.arrives_at for person in self.people.values() if person.arrives_at), default=None) or self.wave.opens_at
        printed = _moment(self.wave.starts, zone)
        tomorrow = (timezone.now().astimezone(zone) + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        return (first or printed or tomorrow).astimezone(zone)

    def _hours(self) -> float:
        if not self.options["until"]:
            return 24 * _at_least(self.options["days"] or DAYS, 0, "--days")
        until = _moment(self.options["until"], ZoneInfo(self.wave.time_zone))
        if until is None or until <= self.opens:
            raise CannotSuppose(N_("--until is a time after the opening, %(opens)s."), opens=f"{self.opens:%Y-%m-%dT%H:%M}")
        return (until - self.opens).total_seconds() / 3600

    def _name(self, cell: QuotaCell) -> str:
        if not cell.categories:
            return _("All respondents")
        titles, language = texts(Row(cell.quota.row, cell.quota.cells), "label"), get_language() or ""
        title = titles.get(language) or titles.get(self.questionnaire.default_language) or cell.quota.name
        return f"{capfirst(title)}{colon()}{cell_label(self.questionnaire, cell.quota.variables, cell.combinations)}"


def read_skew(given: Iterable[str]) -> dict[tuple[str, str], float]:
    """Return the factors by variable and category, from ``variable=category:factor`` or the CSV files named. Raises CannotSuppose."""
    skew: dict[tuple[str, str], float] = {}
    for text in given:
        rows = _skew_file(Path(text)) if "=" not in text else [text]
        for row in rows:
            name, _equals, rest = row.partition("=")
            category, _colon, factor = rest.rpartition(":")
            skew[name.strip(), category.strip()] = _factor(factor, row)
    return skew


def _skew_file(path: Path) -> list[str]:
    try:
        rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")), restval="")
        return [f"{row.get('variable', '')}={row.get('category', '')}:{row.get('factor', '')}" for row in rows]
    except (OSError, UnicodeDecodeError):
        raise CannotSuppose(
            N_("--skew is variable=category:factor, or a readable CSV file with these columns; not %(text)s."), text=path
        ) from None


def _factor(text: str, row: str) -> float:
    try:
        factor = float(text)
    except ValueError:
        factor = math.nan
    if not 0 <= factor < math.inf:
        raise CannotSuppose(N_("--skew is variable=category:factor, or a readable CSV file with these columns; not %(text)s."), text=row)
    return factor


def _supposed(wave: Wave, questionnaire: Questionnaire, options: Mapping[str, Any]) -> dict[str, Any]:
    names = {"arrivals_per_hour": "per_hour", "incidence": "incidence", "refusal": "refusal", "break_off": "break_off"}
    given = {name: options[option] for option, name in names.items()}
    if options["by_hour"]:
        given["by_hour"] = tuple(_number(text) for text in options["by_hour"].split(","))
    minutes, _colon, slow = (options["minutes"] or "").partition(":")
    median = _number(minutes) if minutes else _usual_minutes(wave, questionnaire)
    return {**given, "minutes": median, "slow_minutes": _number(slow) if slow else SLOW * median}


def _usual_minutes(wave: Wave, questionnaire: Questionnaire) -> float:
    if wave.expected_minutes:
        return float(wave.expected_minutes)
    typical = lengths(questionnaire).typical
    return max(1.0, typical.minutes) if typical else Supposed.minutes


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise CannotSuppose(N_("“%(text)s” is no number."), text=text.strip()) from None


def _lifetime(text: str) -> int:
    return _at_least(int(_number(text)), 1, "--lifetimes")


def _at_least(value: Number, least: Number, option: str) -> Number:
    if not least <= value < math.inf:
        raise CannotSuppose(N_("%(option)s must be at least %(least)s."), option=option, least=least)
    return value


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _at_once(play_one: Callable[[int, Setting], Course], rounds: list[tuple[int, Setting]]) -> list[Course]:
    """Play rounds side by side, each thread with connections of its own; a field mostly waits for PostgreSQL."""

    def one(round_: tuple[int, Setting]) -> Course:
        try:
            return play_one(*round_)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, rounds))
