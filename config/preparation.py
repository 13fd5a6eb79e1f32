"""What is made ready between the services and the web: tables, static files, the staff's first login, the sample."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection

from config import state
from config.sample import prepare_sample

ADMIN = "admin"


def prepare(*, sample: bool) -> None:
    """Make everything ready; each step does nothing when it was done by an earlier run."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    if not settings.PRODUCTION:
        make_admin()
    if sample:
        prepare_sample()
    connection.close()


def make_admin() -> None:
    """Make the first staff login, once, with the password kept beside the data."""
    users = get_user_model().objects
    if not users.filter(is_superuser=True).exists():
        users.create_superuser(ADMIN, password=admin_password())


def admin_password() -> str:
    """The password the first login was made with; its owner alone reads the file it is kept in."""
    return state.kept_secret(settings.STATE / "admin_password", 12)
