"""The Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AirdropsConfig(AppConfig):
    """Registers the app; it has no signals."""

    name = "jifen.airdrops"
    label = "airdrops"
    verbose_name = _("Airdrops")
    default_auto_field = "django.db.models.BigAutoField"
