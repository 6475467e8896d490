"""The Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CentersConfig(AppConfig):
    """Registers the app; it has no signals."""

    name = "jifen.centers"
    label = "centers"
    verbose_name = _("Operation centres")
    default_auto_field = "django.db.models.BigAutoField"
