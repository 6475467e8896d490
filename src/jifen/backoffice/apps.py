"""The Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BackofficeConfig(AppConfig):
    """Registers the app; it has no signals."""

    name = "jifen.backoffice"
    label = "backoffice"
    verbose_name = _("Console")
    default_auto_field = "django.db.models.BigAutoField"
