"""People of the institute at the admin, each with the permissions that a test gives them."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission


def log_in(client, *permissions: str):
    """Log a member of the staff in with these permissions ("respondents.view_quotacell") and return the client."""
    person = get_user_model().objects.create_user(f"staff{get_user_model().objects.count()}", password="p", is_staff=True)
    for permission in permissions:
        app, _, codename = permission.partition(".")
        person.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    client.force_login(person)
    return client


def history(thing) -> list[str]:
    """Return what was written down about an object, oldest first."""
    from django.contrib.admin.models import LogEntry
    from django.contrib.contenttypes.models import ContentType

    entries = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(thing), object_id=str(thing.pk))
    return list(entries.order_by("pk").values_list("change_message", flat=True))
