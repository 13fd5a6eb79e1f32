"""The web application as a server loads it, with the claim changed as BAROMETRE_TEST_CHANGES says (see passers_by)."""

import os

from django.conf import settings

os.environ["BAROMETRE_PROCESS"] = "web"
settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}

from config.wsgi import application as application  # noqa: E402 -- it reads the settings as they now are
from respondents import places  # noqa: E402
from tests.concurrency.passers_by import CHANGES  # noqa: E402

for option in os.environ.get("BAROMETRE_TEST_CHANGES", "").split():
    old, new = CHANGES[option]
    assert old in places.SAVE
    places.SAVE = places.SAVE.replace(old, new)
