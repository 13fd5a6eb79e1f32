"""``manage.py import_study FILE --output PATH``: a questionnaire of another program, written as a study's sheets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from surveys.core.files import write_workbook
from surveys.core.foreign.bring import FORMATS, bring_in
from surveys.core.workbook import StudyRefused
from surveys.translation import say_mistake, say_remark
from surveys.workshop.new_study import first_wave


class Command(BaseCommand):
    """Bring in an XLSForm, a LimeSurvey survey or a SurveyJS form."""

    help = "Writes an XLSForm (.xlsx, or a folder of CSV), a LimeSurvey survey (.lss) or a SurveyJS form (.json) as a study, and says what was translated and what was not."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, what it is, and where to write the study."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", choices=FORMATS, default=None, help="guessed from the file when left out")
        parser.add_argument("--output", type=Path, required=True, help="a folder of CSV sheets, or one workbook when it ends in .xlsx")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the study, then the report; exit with 1 when its sheets still hold mistakes."""
        try:
            brought = bring_in(options["file"], options["format"])
            write_workbook({"waves": first_wave(brought.workbook), **brought.workbook}, options["output"])
        except StudyRefused as refused:
            raise CommandError("\n".join(say_mistake(mistake) for mistake in refused.mistakes)) from None
        except FileExistsError as error:
            raise CommandError(_("This folder holds other sheets, give an empty one: %(files)s.") % {"files": error}) from None
        except OSError as error:
            raise CommandError(_("Not written: %(reason)s") % {"reason": error}) from None
        for title, remarks in ((_("Left out:"), brought.missed), (_("Supposed or changed:"), brought.notes)):
            if remarks:
                self.stdout.write(title)
                self.stdout.write("\n".join(f"  {say_remark(remark)}" for remark in remarks))
        self.stdout.write(_("Written: %(path)s") % {"path": options["output"]})
        mistakes = brought.mistakes()
        if mistakes:
            lines = [say_mistake(mistake) for mistake in mistakes]
            raise CommandError("\n".join([*lines, _("The study was written; correct these mistakes in its sheets, then load it.")]))
