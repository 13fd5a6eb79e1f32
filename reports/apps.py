"""The reports app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class ReportsConfig(AppConfig):
    """Names the app in the admin."""

    name = "reports"
    verbose_name = gettext_lazy("Reports")
    default_auto_field = "django.db.models.BigAutoField"
