"""The web application, as a WSGI server such as granian loads it."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ["BAROMETRE_PROCESS"] = "web"  # the settings give web processes, and only them, short database time limits

application = get_wsgi_application()
