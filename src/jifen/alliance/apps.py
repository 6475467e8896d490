"""The Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AllianceConfig(AppConfig):
    """Registers the app; it has no signals."""

    name = "jifen.alliance"
    label = "alliance"
    verbose_name = _("Alliance")
    default_auto_field = "django.db.models.BigAutoField"
