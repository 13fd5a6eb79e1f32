"""What a log line keeps of a fault: where it happened, never an answer nor the key of an interview."""

from __future__ import annotations

import io
import logging

from config.logs import WithoutTokens


def line_of(error: Exception, cause: Exception | None = None) -> str:
    """Return what the log says of a request on which ``error`` was raised."""
    shown = io.StringIO()
    handler, logger = logging.StreamHandler(shown), logging.Logger("here")
    handler.addFilter(WithoutTokens())
    logger.addHandler(handler)
    try:
        raise error from cause
    except Exception:
        logger.exception("Internal Server Error: %s", "/i/Zx81-key/usages/")
    return shown.getvalue()


def test_a_fault_is_told_by_its_place_and_type_and_not_by_the_answers_it_met():
    line = line_of(ValueError("q3: my illness"), KeyError("/i/Zx81-key/"))
    assert line.startswith("Internal Server Error: /i/…/usages/\n")
    assert "raise error from cause" in line
    assert line.endswith("\nValueError\n")
    assert "KeyError" in line
    assert "illness" not in line
    assert "Zx81" not in line
