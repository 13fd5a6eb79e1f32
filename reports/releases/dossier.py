"""The dossier behind a wave's figures (law no. 77-808, article 4): answers, codebook, weights, parameters, history, fingerprints.

It holds everybody's answers: the page that gives it asks for a permission of its own, and writes down who took it.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q

from reports.dataset import snapshot
from reports.exports import CsvOptions, write_csv
from reports.models import Release
from reports.releases.evidence import evidence_of_wave, file_name
from reports.study import export_study
from respondents.models import Interview
from surveys.core.formulas import guard
from surveys.models import Wave

README = """Dossier of {survey}, wave {wave}.

microdata.csv   one line for each completed interview, with its weight (mean 1)
codebook.csv    what each column of it means
study.xlsx      the study as loaded: questionnaire, quotas, margins, figures
{evidence}   the conditions, weights and parameters of each figure, with verify.py and verify.R that compute them again
history.csv     who did what to the survey, the wave and its interviews, and why
releases.json   what was published
manifest.json   the fingerprint (SHA-256) of each file
"""


def dossier_name(wave: Wave) -> str:
    """Return the name of a wave's dossier."""
    return f"{wave.survey.slug}-{wave.code}-dossier.zip"


def write_dossier(wave: Wave) -> IO[bytes]:
    """Return the dossier as an open file at its start, written whole from one state of the database. Raises RecordsDisagree."""
    archive = tempfile.TemporaryFile()  # noqa: SIM115 -- the response closes it
    with snapshot(), tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        digests = {name: _add(packed, path) for name, path in _files(wave, Path(folder))}
        packed.writestr("manifest.json", json.dumps({"files": digests}, indent=1, sort_keys=True))
    archive.seek(0)
    return archive


def _add(packed: zipfile.ZipFile, path: Path) -> str:
    packed.write(path, path.name)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _files(wave: Wave, folder: Path) -> Iterator[tuple[str, Path]]:
    language = wave.survey.default_language
    with (folder / "microdata.csv").open("wb") as file:
        write_csv(wave, file, CsvOptions(language=language))
    export_study(wave.survey, folder / "study.xlsx")
    evidence = folder / file_name(wave)
    evidence.write_bytes(evidence_of_wave(wave, language).content)
    (folder / "codebook.csv").write_text(_csv(("column", "kind", "question", "answers"), _codebook(wave)), encoding="utf-8")
    (folder / "history.csv").write_text(_csv(("at", "by", "what", "object", "said"), _history(wave)), encoding="utf-8")
    (folder / "releases.json").write_text(json.dumps(list(_releases(wave)), ensure_ascii=False, indent=1), encoding="utf-8")
    (folder / "README.txt").write_text(README.format(survey=wave.survey.title, wave=wave.code, evidence=evidence.name), encoding="utf-8")
    yield from ((path.name, path) for path in sorted(folder.iterdir()))


def _csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([guard(str(cell)) for cell in row] for row in rows)
    return text.getvalue()


def _codebook(wave: Wave) -> Iterator[Sequence[str]]:
    assert wave.questionnaire is not None, "a wave with a dossier has a questionnaire"
    language = wave.survey.default_language
    for variable in wave.questionnaire.codebook().variables:
        question, choice = variable.question, variable.choice
        answers = [choice.labels.get(language, choice.name)] if choice else [
            f"{each.name} = {each.labels.get(language, '')}" for each in question.choices if not question.lookup
        ]  # fmt: skip
        yield variable.name, question.kind, question.labels.get(language, ""), " | ".join(answers)


def _history(wave: Wave) -> Iterator[Sequence[Any]]:
    interviews = map(str, Interview.objects.filter(wave=wave).values_list("pk", flat=True))
    about = _entries(wave.survey, [wave.survey_id]) | _entries(wave, [wave.pk]) | _entries(Interview(), list(interviews))
    entries = LogEntry.objects.filter(about).select_related("user", "content_type").order_by("action_time", "pk")
    for entry in entries:
        yield (
            entry.action_time.isoformat(),
            entry.user.get_username(),
            entry.content_type.model if entry.content_type else "",
            entry.object_id,
            entry.get_change_message(),
        )


def _entries(thing: models.Model, keys: Sequence[Any]) -> Q:
    return Q(content_type=ContentType.objects.get_for_model(thing), object_id__in=list(map(str, keys)))


def _releases(wave: Wave) -> Iterator[dict[str, Any]]:
    for release in Release.objects.light().filter(wave=wave).select_related("by").prefetch_related("events").order_by("number"):
        yield {
            "number": release.number,
            "published_at": release.published_at.isoformat(),
            "public_from": release.public_from.isoformat(),
            "by": release.by.get_username() if release.by else "",
            "reason": release.reason,
            "evidence_sha256": release.sha256,
            "events": [[event.kind, event.at.isoformat(), event.people, event.text] for event in release.events.all()],
        }
