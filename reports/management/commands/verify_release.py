"""``manage.py verify_release FILE`` or ``SURVEY WAVE NUMBER``: computes every published figure again, and says equal or not."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from reports.aggregation import AlreadyRunning
from reports.dataset import RecordsDisagree
from reports.models import Release
from reports.releases.checking import Check, check, remember_gone
from reports.releases.verify import main
from surveys.asking import find_wave


class Command(BaseCommand):
    """Verify an evidence file, or a stored publication."""

    help = "Computes every figure of a publication again from its evidence alone; exits with 1 when anything differs."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a file, or a publication."""
        parser.add_argument("what", nargs="+", metavar="FILE | SURVEY WAVE NUMBER")
        parser.add_argument("--sha256", default="", help="with a file: the fingerprint that was printed with the publication")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify, and exit with 1 when anything differs."""
        match options["what"]:
            case [file]:
                self._verify_file(Path(file), options["sha256"])
            case [survey, wave, number]:
                self._verify_stored(_release(survey, wave, number))
            case _:
                raise CommandError(_("Give a file, or a survey, a wave and the number of a publication."))

    def _verify_file(self, file: Path, sha256: str) -> None:
        try:
            failures = main(str(file), sha256, write=self.stdout.write)
        except (OSError, zipfile.BadZipFile, KeyError, ValueError) as error:
            raise CommandError(_("%(path)s is no evidence file: %(reason)s") % {"path": file, "reason": error}) from None
        if failures:
            raise SystemExit(1)

    def _verify_stored(self, release: Release) -> None:
        try:
            found = check(release)
        except (RecordsDisagree, AlreadyRunning) as refused:
            raise CommandError(_("Nothing was computed: %(reason)s") % {"reason": refused}) from None
        for is_equal, line in found.verdicts:
            if not is_equal:
                self.stdout.write(_("DIFFERS: %(line)s") % {"line": line})
        if found.is_proven:
            self.stdout.write(
                _("Its evidence proves publication no. %(number)s: every figure comes out equal.") % {"number": release.number}
            )
        remember_gone(release, found.gone)
        self._say_today(found)
        if not found.is_proven:
            raise SystemExit(1)

    def _say_today(self, found: Check) -> None:
        if found.is_same:
            return self.stdout.write(_("The interviews stored today give the same figures."))
        counts = {"gone": found.gone, "others": found.others}
        self.stdout.write(_("Today's interviews are others: %(gone)s of those published are no longer stored as they were, %(others)s have come or changed.") % counts)  # fmt: skip
        told = ", ".join(found.changed) or _("none")
        self.stdout.write(_("Figures that can be computed again from the evidence only: %(codes)s.") % {"codes": told})
        return None


def _release(survey: str, wave: str, number: str) -> Release:
    found = find_wave(survey, wave)
    release = (
        Release.objects.filter(wave=found, number=number).select_related("wave__survey", "wave__questionnaire").first()
        if number.isdigit()
        else None
    )
    if release is None:
        known = ", ".join(map(str, found.releases.order_by("number").values_list("number", flat=True))) or "–"
        raise CommandError(
            _("Wave %(code)s has no publication “%(number)s”; known: %(known)s.") % {"code": wave, "number": number, "known": known}
        )
    return release
