"""The app that holds the commands which run the house."""

from __future__ import annotations

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Gives `manage.py up` a home and loads Celery with Django, so that tasks are sent to our broker."""

    name = "config"

    def ready(self) -> None:
        """Make our Celery app the current one in every process that loads Django."""
        from config import celery  # noqa: F401, PLC0415 -- importing it is what makes it current
