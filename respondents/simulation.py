"""Sends people through the real web form over HTTP, several at once, and says who is not in."""

from __future__ import annotations

import http.client
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlencode, urljoin, urlsplit

from respondents.core.findings import Trace
from respondents.core.forms import WebForm, read_form
from respondents.core.people import Person, filled

TIMEOUT = 30
BROKEN_OFF = "broken_off"
TRIES = 8
PAGES_AT_MOST = 200
CORRECTIONS = 5  # of a page: an unusual answer is confirmed, another that is refused is given anew


class Stuck(Exception):
    """Somebody who could not go on, with the reason."""


class Stopped(Exception):
    """Somebody who was called away in the middle of their visit."""


@dataclass(frozen=True)
class Start:
    """Somebody to send in: a name to report them by, the address they enter at, and how they answer.

    ``leaves_after`` is the number of pages after which they break off, 0 for never.
    """

    name: str
    path: str
    person: Person
    leaves_after: int = 0


@dataclass
class Tally:
    """What became of the people, by name: the outcome their last page told, or the reason why they could not finish."""

    outcomes: dict[str, str] = field(default_factory=dict)
    stuck: dict[str, str] = field(default_factory=dict)
    traces: dict[str, Trace] = field(default_factory=dict)

    @property
    def done(self) -> int:
        """Return how many came to an end of any kind, or are stuck."""
        return len(self.outcomes) + len(self.stuck)

    @property
    def counts(self) -> Counter[str]:
        """Return how many came to each outcome."""
        return Counter(self.outcomes.values())

    def note(self, name: str, outcome: str, reason: str) -> None:
        """Note how somebody's visit ended, in place of what was noted before."""
        self.outcomes.pop(name, None)
        self.stuck.pop(name, None)
        if outcome:
            self.outcomes[name] = outcome
        else:
            self.stuck[name] = reason


class Browser:
    """One kept connection that follows redirects and sends a request again when its answer was lost.

    Once ``stop`` is set it raises Stopped instead of sending anything more.
    """

    def __init__(self, url: str, stop: threading.Event) -> None:
        self.stop = stop
        parts = urlsplit(url)
        self.origin = f"{parts.scheme}://{parts.netloc}"
        make = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self.connection = make(parts.netloc, timeout=TIMEOUT)

    def get(self, path: str) -> tuple[str, WebForm]:
        """Return the path where the browser arrives, and its form."""
        return self._follow("GET", path, "")

    def post(self, path: str, pairs: Sequence[tuple[str, str]]) -> tuple[str, WebForm]:
        """Post a form and return where the browser arrives. The body stays the same however often it is sent."""
        return self._follow("POST", path, urlencode(pairs))

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def _follow(self, method: str, path: str, body: str) -> tuple[str, WebForm]:
        for _ in range(PAGES_AT_MOST):
            status, location, text = self._send(method, path, body)
            if status in (301, 302, 303):
                method, path, body = "GET", urljoin(path, location), ""
            elif status in (200, 422):
                return path, read_form(text)
            else:
                raise Stuck(f"{status} {path.split('?')[0]}")
        raise Stuck(f"redirected without end at {path}")

    def _send(self, method: str, path: str, body: str) -> tuple[int, str, str]:
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        for attempt in range(TRIES):
            if self.stop.is_set():
                raise Stopped
            try:
                self.connection.request(method, path, body or None, headers)
                response = self.connection.getresponse()
                text = response.read().decode()
            except (OSError, http.client.HTTPException):
                self.connection.close()
            else:
                if response.status != 503:
                    return response.status, response.headers.get("Location", ""), text
            self.stop.wait(0.1 * 2**attempt)
        raise Stuck("no answer from the server")


def fill(browser: Browser, start: Start, trace: Trace | None = None) -> str:
    """Send one person in and return the outcome their last page tells, BROKEN_OFF if they leave before; ``trace`` is told their way. Raises Stuck."""
    trace = trace if trace is not None else Trace()
    path, form = browser.get(start.path)
    for number in range(PAGES_AT_MOST):
        if form.outcome:
            return form.outcome
        if not form.fields:
            raise Stuck(f"no form at {path.split('?')[0]}")
        if start.leaves_after and number >= start.leaves_after:
            return BROKEN_OFF
        posted_to = path
        for _ in range(1 + CORRECTIONS):
            pairs, began = filled(form, start.person), time.monotonic()
            path, form = browser.post(urljoin(path, form.action), pairs)
            if not form.has_errors:
                _note_page(trace, posted_to, pairs, time.monotonic() - began)
                break
            trace.refused_on.append(_page_of(posted_to))
        else:
            raise Stuck(f"answers refused at {posted_to.split('?')[0].rsplit('/', 2)[-2]}")
    raise Stuck("the questionnaire has no end")


def _note_page(trace: Trace, path: str, pairs: Sequence[tuple[str, str]], seconds: float) -> None:
    trace.pages.append(_page_of(path))
    trace.seconds.append(seconds)
    trace.given.update((name, value) for name, value in pairs if value and name != "request_id")


def _page_of(path: str) -> str:
    """The page's name in its address; '' at the door, which shows the first one."""
    parts = path.split("?")[0].strip("/").split("/")
    return parts[2] if len(parts) > 2 else ""


def send_in(url: str, starts: Sequence[Start], concurrency: int, told: Callable[[Tally], None], tally: Tally | None = None) -> Tally:
    """Send everybody in, ``concurrency`` at once; ``told`` hears the tally after each person.

    ``tally`` is what was noted before, if some come for a second time. On KeyboardInterrupt nobody sends another request,
    and it is raised again.
    """
    noted, lock, own, stop = tally or Tally(), threading.Lock(), threading.local(), threading.Event()

    def one(start: Start) -> None:
        if not hasattr(own, "browser"):
            own.browser = Browser(url, stop)
        outcome, reason, trace = "", "", Trace()
        try:
            outcome = trace.outcome = fill(own.browser, start, trace)
        except Stuck as stuck:
            reason = str(stuck)
        except Stopped:
            return
        with lock:
            noted.note(start.name, outcome, reason)
            noted.traces[start.name] = trace
            told(noted)

    with ThreadPoolExecutor(concurrency) as pool:
        try:
            for _ in pool.map(one, starts):
                pass
        except KeyboardInterrupt:
            stop.set()
            pool.shutdown(cancel_futures=True)
            raise
    return noted
