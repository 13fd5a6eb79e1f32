"""The web application, as a WSGI server such as granian loads it."""

from __future__ import annotations

import os

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application
from django.db import OperationalError, connection

from config.encoding import in_utf8

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ["BAROMETRE_PROCESS"] = "web"  # the settings give web processes, and only them, short database time limits

application = in_utf8(get_wsgi_application())


def _refuse_to_lose_answers() -> None:
    from config.durability import refusal  # noqa: PLC0415 -- Django must stand first

    try:
        with connection.cursor() as cursor:
            problem = refusal(cursor)
    except OperationalError:
        return  # the database is not there yet: pages answer 503 and /health/ says down until it is
    finally:
        connection.close()
    if problem:
        raise ImproperlyConfigured(str(problem))


_refuse_to_lose_answers()
