"""The way of a wave's results to their publication, step by step: what is left to do at each, and the rooms where it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from reports.edition import Edition
from reports.models import Release
from reports.releases.readiness import Readiness
from surveys.models import Wave

May = Callable[[str], bool]
State = Literal["done", "to_do", "blocked", "waits", "as_wished"]

# Every room of the results: its name in addresses, in words, and who may open it.
ROOMS = {
    "fieldwork": (gettext_lazy("Fieldwork"), "respondents.view_quotacell"),
    "coding": (gettext_lazy("Coding of open answers"), "reports.view_codeframe"),
    "weighting": (gettext_lazy("Weighting"), "reports.view_weighting"),
    "tables": (gettext_lazy("Tables"), "reports.view_estimate"),
    "comparability": (gettext_lazy("Comparability"), "reports.view_comparability"),
    "studio": (gettext_lazy("Figures"), "reports.view_figure"),
    "documents": (gettext_lazy("Documents"), "reports.view_aggregation"),
    "release": (gettext_lazy("Publication"), "reports.view_release"),
    "new_wave": (gettext_lazy("New wave"), "surveys.add_wave"),
}


@dataclass(frozen=True)
class Step:
    """One step to publication. ``left`` is what is left to do, ``stands`` how it stands; ``href`` is '' where the room is closed
    to the person or not part of this house."""

    room: str
    name: str
    href: str
    state: State
    stands: str
    left: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Return its state in words."""
        told = {
            "done": _("Done"),
            "to_do": _("To do"),
            "blocked": _("Blocks publication"),
            "waits": _("Waits for the steps above"),
            "as_wished": _("As you wish"),
        }
        return told[self.state]


@dataclass(frozen=True)
class Desk:
    """The desk of one wave for one person."""

    readiness: Readiness
    may: May

    @property
    def edition(self) -> Edition:
        """Return the results in the person's language."""
        return self.readiness.edition

    @property
    def wave(self) -> Wave:
        """Return the wave."""
        return self.readiness.wave

    @property
    def steps(self) -> tuple[Step, ...]:
        """Return the steps in order; those whose room does not exist here are left out."""
        return tuple(self._steps())

    @property
    def effective(self) -> str:
        """Return the effective number of people, '' when nothing is weighted."""
        aggregation = self.edition.results.aggregation
        if aggregation is None or not aggregation.effective_n or self.edition.state != "weighted":
            return ""
        return self.edition.press.count(aggregation.effective_n)

    @property
    def new_wave(self) -> str:
        """Return where the next wave is made, '' where this person cannot."""
        return self._address("new_wave")

    def _steps(self) -> Iterator[Step]:
        yield self._step("fieldwork", *self._field())
        yield from self._where_it_exists("coding", _("Open answers become choices before they are counted."))
        yield self._step("weighting", *self._weighting())
        yield self._step("tables", "as_wished", _("Every question by any groups of people, as a page or a workbook."))
        yield from self._where_it_exists("comparability", _("What may be compared with the other waves, and what only for indication."))
        yield self._step("studio", *self._figures())
        yield self._step("documents", *self._documents())
        yield self._step("release", *self._release())

    def _step(self, room: str, state: State, stands: str, left: Iterable[str] = ()) -> Step:
        return Step(room, str(ROOMS[room][0]), self._address(room), state, stands, tuple(left))

    def _where_it_exists(self, room: str, stands: str) -> Iterator[Step]:
        if address_of(room, self.wave.pk):
            yield self._step(room, "as_wished", stands)

    def _address(self, room: str) -> str:
        return address_of(room, self.wave.pk) if self.may(ROOMS[room][1]) else ""

    def _field(self) -> tuple[State, str, list[str]]:
        n, press = self.edition.n, self.edition.press
        people = ngettext("%(n)s person counted.", "%(n)s people counted.", n) % {"n": press.count(n)}
        if self.wave.is_open:
            return "blocked", people, [_("Pause or close the field: what is published is final.")]
        return ("done" if n else "to_do"), people, ([] if n else [_("Nobody has answered yet.")])

    def _weighting(self) -> tuple[State, str, list[str]]:
        if self.edition.state in ("nobody", "few"):
            return "to_do", _("Fewer than 30 people: nothing is weighted, nor shown."), []
        if self.edition.state == "raw":
            return "blocked", _("Not weighted."), [self.edition.refusal]
        if self.readiness.efficiency is None:
            return "done", _("Each person counts once."), []
        efficiency = _("Efficiency %(percent)s") % {"percent": self.edition.press.percent(100 * self.readiness.efficiency, 1)}
        if self.readiness.needs_allowance:
            return "blocked", efficiency, [_("Very uneven weights: a named person answers for their use, with a reason.")]
        return "done", efficiency, []

    def _figures(self) -> tuple[State, str, list[str]]:
        results = tuple(self.edition.results)
        shown = sum(self.edition.value(result) is not None for result in results)
        if not results:
            return "to_do", _("No figure yet."), [_("Make the first figure.")]
        stands = ngettext("%(shown)s of %(n)s figure can be shown.", "%(shown)s of %(n)s figures can be shown.", len(results)) % {
            "shown": shown,
            "n": len(results),
        }
        withheld = [result.figure.code for result in results if self.edition.value(result) is None]
        left = [_("Withheld: %(codes)s.") % {"codes": ", ".join(withheld)}] if withheld and self.edition.n else []
        return ("done" if shown else "to_do"), stands, left

    def _documents(self) -> tuple[State, str, list[str]]:
        lacks = self.readiness.mentions
        if not lacks:
            return "done", _("Every mention is given."), []
        is_blocking = any(lack.is_blocking for lack in lacks)
        return "blocked" if is_blocking else "to_do", _("The notice lacks mentions."), [lack.says for lack in lacks]

    def _release(self) -> tuple[State, str, list[str]]:
        latest = Release.objects.filter(wave=self.wave).defer("notice", "pages").first()
        if latest is None:
            blocking = self.readiness.blocking or self.readiness.needs_allowance
            return ("waits", _("Nothing is published."), []) if blocking else ("to_do", _("Nothing is published: all is ready."), [])
        stands = _("Published: no. %(number)s.") % {"number": latest.number}
        changed = sorted(changed_since(latest, self.edition))
        if not changed:
            return "done", stands, []
        told = _("Changed since, to be published as a correction: %(codes)s.") % {"codes": ", ".join(changed)}
        return "to_do", stands, [told]


def changed_since(release: Release, edition: Edition) -> set[str]:
    """Return the codes of the figures that read otherwise than in the publication, that are new or that are gone."""
    then = {code: one["sentence"] for code, one in release.figures["receipts"].get(edition.press.language, {}).items()}
    if not then and release.figures["figures"]:
        return set()
    now = {result.figure.code: edition.sentence(result) for result in edition.results}
    return {code for code in then.keys() | now.keys() if then.get(code) != now.get(code)}


def address_of(name: str, *arguments: object) -> str:
    """Return the address of a page, '' where this house has no such page."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""
