"""The Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StorefrontConfig(AppConfig):
    """Registers the app; it has no signals."""

    name = "jifen.storefront"
    label = "storefront"
    verbose_name = _("Stores")
    default_auto_field = "django.db.models.BigAutoField"
