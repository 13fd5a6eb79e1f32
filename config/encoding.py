"""Every request is read as UTF-8."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

CHARSET = re.compile(r";\s*charset=[^;]*", re.IGNORECASE)


def in_utf8(application: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """Read every request as UTF-8, which our pages are written in, whatever encoding a client claims.

    Django would take the claim at its word, and fail on an encoding that is none before any page of ours could answer.
    """

    def respond(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ["CONTENT_TYPE"] = CHARSET.sub("", environ.get("CONTENT_TYPE", ""))
        return application(environ, start_response)

    return respond
