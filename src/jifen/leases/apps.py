"""The Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LeasesConfig(AppConfig):
    """Registers the app; it has no signals."""

    name = "jifen.leases"
    label = "leases"
    verbose_name = _("Leases")
    default_auto_field = "django.db.models.BigAutoField"
