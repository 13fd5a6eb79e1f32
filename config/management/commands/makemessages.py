"""``manage.py makemessages``: Django's own, which also finds the sentences that core marks with ``N_``."""

from __future__ import annotations

from django.core.management.commands import makemessages


class Command(makemessages.Command):
    """Collect the sentences to translate, those marked with N_ included."""

    xgettext_options = [*makemessages.Command.xgettext_options, "--keyword=N_"]
