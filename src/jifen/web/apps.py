"""The Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    """Registers the app; it has no signals."""

    name = "jifen.web"
    label = "web"
    verbose_name = _("Member pages")
    default_auto_field = "django.db.models.BigAutoField"
