"""``manage.py check_study SURVEY|PATH``: what is wrong in a study before the field, what is odd, and how long it takes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from reports.study import check_study, stored_study
from surveys.asking import find_survey
from surveys.core.files import read_workbook
from surveys.core.length import Lengths, lengths
from surveys.core.questionnaire import Questionnaire
from surveys.core.workbook import Mistake, StudyRefused, Workbook, in_order
from surveys.translation import say, say_mistake


class Command(BaseCommand):
    """Check a stored study, or a folder or workbook that was not loaded yet."""

    help = "Says what is wrong in a study before the field, what is odd, and how long it takes; exits with 1 while an error stands."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the survey's address or the path of a study, and which questionnaire version."""
        parser.add_argument("study", help="the address of a stored survey, or the path of a study folder or workbook")
        parser.add_argument("--version-of-form", default="", help="the questionnaire version of a stored survey; by default the latest")
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what was found."""
        errors, warnings, questionnaire = _found(options["study"], options["version_of_form"])
        found = {language: lengths(questionnaire, language) for language in questionnaire.languages} if questionnaire and not errors else {}
        if options["format"] == "json":
            self.stdout.write(json.dumps(_as_values(errors, warnings, found), ensure_ascii=False, indent=2))
        else:
            for sentence in _sentences(errors, warnings, found):
                self.stdout.write(sentence)
        if errors:
            raise SystemExit(1)


def _found(study: str, version: str) -> tuple[list[Mistake], list[Mistake], Questionnaire | None]:
    """The errors, the warnings, and the questionnaire when the sheets could be read at all."""
    try:
        draft = check_study(_sheets(study, version))
    except StudyRefused as refused:
        return in_order(refused.mistakes), [], None
    return in_order(draft.report.mistakes), in_order(draft.report.warnings), draft.questionnaire


def _sheets(study: str, version: str) -> Workbook:
    path = Path(study)
    if path.exists():
        return read_workbook(path)
    survey = find_survey(study)
    known = survey.questionnaires.values_list("version", flat=True)
    if version and version not in known:
        raise CommandError(_("Survey %(slug)s has no version “%(version)s” of its form; known: %(known)s.")
                           % {"slug": survey.slug, "version": version, "known": ", ".join(known)})  # fmt: skip
    return stored_study(survey, version)


def _sentences(errors: list[Mistake], warnings: list[Mistake], found: dict[str, Lengths]) -> Iterator[str]:
    for mistake in errors:
        yield _("Error: %(mistake)s") % {"mistake": say_mistake(mistake)}
    for mistake in warnings:
        yield _("Warning: %(mistake)s") % {"mistake": say_mistake(mistake)}
    yield _("%(errors)s error(s), %(warnings)s warning(s).") % {"errors": len(errors), "warnings": len(warnings)}
    for language, each in found.items():
        yield _("%(language)s: at most %(minutes).1f minutes and %(questions)s questions.") % {
            "language": language, "minutes": each.longest.minutes, "questions": each.longest.questions}  # fmt: skip
        if each.typical and each.shortest:
            yield _("%(language)s: typically %(typical).1f minutes and %(questions)s questions, at the least %(shortest).1f minutes.") % {
                "language": language, "typical": each.typical.minutes, "questions": each.typical.questions, "shortest": each.shortest.minutes}  # fmt: skip
    for each in list(found.values())[:1]:
        yield _("Longest path found: %(pages)s.") % {"pages": " → ".join(each.longest_pages)}


def _as_values(errors: list[Mistake], warnings: list[Mistake], found: dict[str, Lengths]) -> dict[str, object]:
    def values(mistakes: list[Mistake]) -> list[dict[str, object]]:
        return [{"sheet": each.sheet, "row": each.row, "column": each.column, "message": say(each.message)} for each in mistakes]

    return {
        "errors": values(errors),
        "warnings": values(warnings),
        "lengths": {
            language: {
                name: {"minutes": round(length.minutes, 2), "questions": length.questions} if length else None
                for name, length in (("longest", each.longest), ("typical", each.typical), ("shortest", each.shortest))
            }
            for language, each in found.items()
        },
        "longest_path": list(next(iter(found.values())).longest_pages) if found else [],
    }
