"""What is written to the log: warnings and errors, never an answer, a token or an address that holds one."""

from __future__ import annotations

import logging
import re
from typing import Any

_TOKEN = re.compile(r"/i/[^/\s]+")


class WithoutTokens(logging.Filter):
    """Hides the respondent's token in every record, the traceback's address line included."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record's message; always keep the record."""
        record.msg, record.args = _TOKEN.sub("/i/…", record.getMessage()), None
        return True


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
