"""What is written to the log: warnings and errors, never an answer, a token or an address that holds one."""

from __future__ import annotations

import logging
import re
import traceback
from typing import Any

_TOKEN = re.compile(r"/([ei])/[^/\s]+")  # of an interview, of an invitation


class WithoutTokens(logging.Filter):
    """Hides the respondent's token in every record, and what an error says of the values it met: they may be answers."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record's message and its traceback; always keep the record."""
        record.msg, record.args = _TOKEN.sub(r"/\1/…", record.getMessage()), None
        if record.exc_info:
            record.exc_text, record.exc_info = _without_words(record.exc_info[1]), None
        return True


def _without_words(error: BaseException | None) -> str:
    """The lines of code that led to an error and to those behind it, each with its type only."""
    told: list[str] = []
    while error is not None:
        told.insert(0, "".join(traceback.format_tb(error.__traceback__)) + type(error).__qualname__)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n".join(told)


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"without tokens": {"()": WithoutTokens}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "filters": ["without tokens"], "formatter": "line"},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "django.request": {"level": "ERROR"},  # a 404 is not worth a line, and its address may be a secret
    },
}
