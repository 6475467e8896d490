"""How the console looks: the settings of django-unfold, imported by jifen.config.settings."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _


def stylesheet(_request: HttpRequest) -> str:
    """Return the address of the console's own styles."""
    return static("backoffice/console.css")


def favicon(_request: HttpRequest) -> str:
    """Return the address of the picture on the browser's tab."""
    return static("backoffice/jifen.svg")


# The brand's green; 600 is its accessible darker twin (white text on it has a contrast of 5.4).
GREENS = {
    "50": "#effaf3",
    "100": "#d9f2e3",
    "200": "#b4e4c9",
    "300": "#82d0a6",
    "400": "#3dbd77",
    "500": "#07c160",
    "600": "#067a3d",
    "700": "#06632f",
    "800": "#074f29",
    "900": "#064124",
    "950": "#032414",
}

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": _("Jifen console"),
    "SITE_HEADER": _("Jifen console"),
    "SITE_URL": None,
    "SITE_SUBHEADER": "jifen.backoffice.navigation.programme_title",
    "SITE_DROPDOWN": "jifen.backoffice.navigation.programme_choices",
    "SITE_SYMBOL": "savings",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": favicon}],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": True,
    "BORDER_RADIUS": "8px",
    "COLORS": {"primary": GREENS},
    "STYLES": [stylesheet],
    "LANGUAGES": {"action": "/console/language/"},
}
