"""The Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SportConfig(AppConfig):
    """Registers the app; it has no signals."""

    name = "jifen.sport"
    label = "sport"
    verbose_name = _("Activity")
    default_auto_field = "django.db.models.BigAutoField"
