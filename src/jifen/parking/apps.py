"""The Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ParkingConfig(AppConfig):
    """Registers the app; it has no signals."""

    name = "jifen.parking"
    label = "parking"
    verbose_name = _("Parking data")
    default_auto_field = "django.db.models.BigAutoField"
