"""Somebody who publishes the wave, in a process of its own: `python -m tests.concurrency.publishers [--without-guards]`.

Everybody waits until all are ready, asks for the first publication, and writes how it ended: published or refused.
"""

import os
import sys

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings

    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    from reports.releases import publishing
    from surveys.models import Wave

    if "--without-guards" in sys.argv:
        publishing._lock = lambda wave, number: None
    wave = Wave.objects.select_related("survey", "questionnaire").get(code="2023")
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        publishing.publish(wave, publishing.Order(number=1))
    except publishing.AlreadyPublishing:
        print("refused")
    else:
        print("published")


if __name__ == "__main__":
    main()
