"""The respondents app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class RespondentsConfig(AppConfig):
    """Names the app in the admin."""

    name = "respondents"
    verbose_name = gettext_lazy("Respondents")
    default_auto_field = "django.db.models.BigAutoField"
