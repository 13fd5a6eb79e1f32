"""The surveys app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy


class SurveysConfig(AppConfig):
    """Names the app in the admin."""

    name = "surveys"
    verbose_name = gettext_lazy("Surveys")
    default_auto_field = "django.db.models.BigAutoField"
