"""The Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CardsConfig(AppConfig):
    """Registers the app; it has no signals."""

    name = "jifen.cards"
    label = "cards"
    verbose_name = _("Member cards")
    default_auto_field = "django.db.models.BigAutoField"
