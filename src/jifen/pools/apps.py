"""The Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PoolsConfig(AppConfig):
    """Registers the app; it has no signals."""

    name = "jifen.pools"
    label = "pools"
    verbose_name = _("Profit pool")
    default_auto_field = "django.db.models.BigAutoField"
