"""The Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StoresConfig(AppConfig):
    """Registers the app; it has no signals."""

    name = "jifen.stores"
    label = "stores"
    verbose_name = _("Stores")
    default_auto_field = "django.db.models.BigAutoField"
