"""What every page for readers shares: which wave, in which language, and whether the reader already has it.

A page is a function of what is stored: its ETag is made of the versions of the rows that it is drawn from, so that asking
again costs two indexed queries. A page drawn once is kept until one of these rows changes, whoever asks for it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, wraps
from pathlib import Path

from django.db import connection
from django.db.models import Exists, OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag
from django.utils.translation import override
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from reports.dataset import snapshot
from reports.models import Release
from reports.releases.showing import show
from reports.results import latest_of
from respondents.requests import asked_language, preferred_language
from surveys.form.frame import own_name
from surveys.models import Wave

ROOT = Path(__file__).resolve().parents[1]
HOUSE = ("surveys", "respondents", "reports", "templates", "locale", "static")  # what a page's words and marks come from
KEPT = 64  # drawn pages; each is some 60 kB

# One line for each row that a page may show: its table, its place and the transaction that wrote it.
VERSIONS = """
SELECT md5(string_agg(version, ' ' ORDER BY version)) FROM (
  SELECT concat_ws('/', 1, ctid, xmin) AS version FROM surveys_survey WHERE id = %(survey)s
  UNION ALL SELECT concat_ws('/', 2, ctid, xmin) FROM surveys_wave WHERE survey_id = %(survey)s
  UNION ALL SELECT concat_ws('/', 3, ctid, xmin) FROM surveys_questionnaire WHERE survey_id = %(survey)s
  UNION ALL SELECT concat_ws('/', 4, ctid, xmin) FROM surveys_margin WHERE wave_id = %(wave)s
  UNION ALL SELECT concat_ws('/', 5, ctid, xmin) FROM respondents_quota WHERE wave_id = %(wave)s
  UNION ALL SELECT concat_ws('/', 6, ctid, xmin) FROM reports_figure WHERE survey_id = %(survey)s
  UNION ALL SELECT concat_ws('/', 7, ctid, xmin) FROM reports_noteitem WHERE survey_id = %(survey)s
  UNION ALL SELECT concat_ws('/', 8, b.ctid, b.xmin) FROM reports_benchmark b
    JOIN reports_figure f ON f.id = b.figure_id WHERE f.survey_id = %(survey)s
  UNION ALL SELECT concat_ws('/', 9, e.ctid, e.xmin) FROM reports_externalfigure e
    JOIN surveys_wave w ON w.id = e.wave_id WHERE w.survey_id = %(survey)s
  UNION ALL SELECT concat_ws('/', 10, a.ctid, a.xmin) FROM reports_aggregation a
    JOIN surveys_wave w ON w.id = a.wave_id WHERE w.survey_id = %(survey)s
  UNION ALL SELECT concat_ws('/', 11, ctid, xmin) FROM reports_release WHERE wave_id = %(wave)s
  UNION ALL SELECT concat_ws('/', 12, e.ctid, e.xmin) FROM reports_releaseevent e
    JOIN reports_release r ON r.id = e.release_id WHERE r.wave_id = %(wave)s
  UNION ALL SELECT concat_ws('/', 13, c.ctid, c.xmin) FROM reports_comparability c
    JOIN surveys_wave w ON w.id = c.wave_id WHERE w.survey_id = %(survey)s
) AS stored
"""


@dataclass(frozen=True)
class Reading:
    """A reader's wish: a wave, in a language. ``path`` is the page's address, ``query`` what links carry on ("?lang=en" or
    ""), ``languages`` the (code, own name, address) on offer, ``item`` what the page is about within the wave. ``release`` is the
    publication that is read instead of the figures as they stand, ``is_awaited`` says that one is to come and none is out."""

    wave: Wave
    language: str
    path: str
    query: str
    languages: tuple[tuple[str, str, str], ...]
    item: str = ""
    release: int | None = None
    is_awaited: bool = False


def nothing_else(_wave: Wave) -> object:
    """Return what a page shows beyond the rows of VERSIONS: nothing."""
    return None


Draw = Callable[[Reading], HttpResponse]
View = Callable[..., HttpResponseBase]


def readable(page: str, *, also: Callable[[Wave], object] = nothing_else) -> Callable[[Draw], View]:
    """Make views of functions that draw a page: find the wave, choose the language, answer 304 where nothing changed.

    Once a publication is out, its ``page`` of that name is what readers get; while the first one waits for its hour, they get
    none. ``also`` returns what such a page shows beyond the rows of VERSIONS. The views raise Http404.
    """

    def decorate(draw: Draw) -> View:
        @lru_cache(maxsize=KEPT)
        def drawn(etag: str, reading: Reading) -> tuple[bytes, str]:
            with snapshot():  # one computation's figures with its own summary, whatever is stored meanwhile
                response = show(reading, page) if reading.release or reading.is_awaited else draw(reading)
            return response.content, response["Content-Type"]

        @require_safe
        @gzip_page
        @wraps(draw)
        def view(request: HttpRequest, slug: str, wave: str = "", item: str = "") -> HttpResponseBase:
            reading = reading_of(request, slug, wave, item)
            etag = _etag(reading, also(reading.wave))
            response = get_conditional_response(request, etag=etag)
            if response is None:
                with override(reading.language):
                    content, content_type = drawn(etag, reading)
                response = HttpResponse(content, content_type=content_type)
            response["ETag"] = etag
            return revalidated(response, reading.wave)

        return view

    return decorate


def lead_to_latest(request: HttpRequest, slug: str, name: str, item: str) -> HttpResponseBase:
    """Redirect an address that names no wave to the latest one's; the language asked for goes along. Raises Http404."""
    wave = wave_at(slug)
    if wave is None:
        raise Http404
    address, asked = reverse(name, args=[slug, wave.code, item]), request.GET.get("lang", "")
    return HttpResponseRedirect(f"{address}?lang={asked}" if asked in wave.survey.languages else address)


def wave_at(slug: str, code: str = "") -> Wave | None:
    """Return a survey's wave of that code, without a code the one whose results it shows; None when there is none."""
    releases = Release.objects.filter(wave=OuterRef("pk"))
    waves = Wave.objects.filter(survey__slug=slug).select_related("survey", "questionnaire", "aggregation")
    waves = waves.annotate(release=Subquery(releases.public().order_by("-number").values("pk")[:1]), is_awaited=Exists(releases))
    return waves.filter(code=code).first() if code else latest_of(waves)


def reading_of(request: HttpRequest, slug: str, code: str, item: str = "") -> Reading:
    """Return what a reader wishes to read. Raises Http404."""
    wave = wave_at(slug, code)
    if wave is None:
        raise Http404
    offered = wave.survey.languages
    language = asked_language(request, offered, preferred_language(request, offered, wave.survey.default_language))
    query = f"?lang={language}" if "lang" in request.GET else ""
    release: int | None = getattr(wave, "release", None)
    is_awaited = release is None and bool(getattr(wave, "is_awaited", False))
    return Reading(wave, language, request.path, query, _links(request.path, offered), item, release, is_awaited)


def _links(path: str, offered: Sequence[str]) -> tuple[tuple[str, str, str], ...]:
    return tuple((code, own_name(code), f"{path}?lang={code}") for code in offered) if len(offered) > 1 else ()


def revalidated(response: HttpResponseBase, wave: Wave) -> HttpResponseBase:
    """Let nobody keep a page without asking whether it is still the same, nor search engines list invented answers."""
    response["Cache-Control"] = "no-cache"
    patch_vary_headers(response, ["Accept-Language"])
    if wave.survey.is_demonstration:
        response["X-Robots-Tag"] = "noindex"
    return response


def _etag(reading: Reading, also: object) -> str:
    with connection.cursor() as cursor:
        cursor.execute(VERSIONS, {"survey": reading.wave.survey_id, "wave": reading.wave.pk})
        [stored] = cursor.fetchone()
    parts = [_house(), stored, reading.wave.pk, reading.language, reading.path, reading.query, reading.languages, also]
    return quote_etag(hashlib.sha256(repr(parts).encode()).hexdigest()[:32])


@lru_cache(maxsize=1)
def _house() -> str:
    """Return a hash of the code that draws the pages: a new version of the house draws them anew."""
    files = [path for folder in HOUSE for path in sorted((ROOT / folder).rglob("*"))]
    hashed = hashlib.sha256()
    for path in files:
        if path.suffix in (".html", ".svg", ".py", ".mo", ".css", ".js"):
            hashed.update(path.read_bytes())
    return hashed.hexdigest()
