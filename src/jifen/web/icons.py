"""The icons of the pages: outlines on a grid of 24 × 24, drawn by the style sheet's pen."""

from django.utils.html import format_html
from django.utils.safestring import SafeString

OUTLINES = {
    "alert": "M12 4 2.8 20h18.4zM12 10v4.5M12 17.4v.1",
    "back": "M15 5l-7 7 7 7",
    "bag": "M5 8h14l1 12H4zM8.5 8V6.5a3.5 3.5 0 0 1 7 0V8",
    "calendar": "M4 6h16v14H4zM4 10.5h16M8 3.5V7M16 3.5V7",
    "card": "M3.5 6h17v12h-17zM3.5 10h17M7 14.5h4",
    "check": "M4.5 12.5l5 5 10-11",
    "clock": "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 7.5V12l3 2",
    "close": "M6 6l12 12M18 6L6 18",
    "code": "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2.5v2.5H14zM20 14v2M14 20h2M18.5 18.5H20V20",
    "coins": "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8.2l3.4 1.9v3.8L12 15.8l-3.4-1.9v-3.8z",
    "copy": "M9 9h11v11H9zM5 15H4V4h11v1",
    "door": "M14 4H6v16h8M10.5 12H20M17 8.5l3.5 3.5-3.5 3.5",
    "exchange": "M4 8.5h14M14.5 5l3.5 3.5-3.5 3.5M20 15.5H6M9.5 12L6 15.5 9.5 19",
    "filter": "M4 6h16M7 12h10M10 18h4",
    "go": "M9 5l7 7-7 7",
    "home": "M4 11l8-7 8 7v9h-5.5v-6h-5v6H4z",
    "info": "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 11v5.5M12 7.6v.1",
    "language": "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z"
    "M3.5 12h17M12 3.5c5 5.5 5 11.5 0 17M12 3.5c-5 5.5-5 11.5 0 17",
    "list": "M5 4h14v17l-3-2-2 2-2-2-2 2-2-2-3 2zM8.5 9h7M8.5 13h7",
    "lock": "M5 11h14v9H5zM8 11V8a4 4 0 0 1 8 0v3",
    "lots": "M12 3.5l8.5 4.5-8.5 4.5L3.5 8zM3.5 12l8.5 4.5 8.5-4.5M3.5 16l8.5 4.5 8.5-4.5",
    "out": "M12 16V4M7.5 8.5L12 4l4.5 4.5M4.5 14v6h15v-6",
    "person": "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4.5 20.5c.5-4 3.5-6 7.5-6s7 2 7.5 6",
    "people": "M9 4.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM2.5 19.5c.4-3.5 3-5 6.5-5s6.1 1.5 6.5 5"
    "M15.5 5a3.2 3.2 0 0 1 0 6.2M17.5 14.8c2.4.5 3.7 2.1 4 4.7",
    "run": "M14.5 3.4a1.7 1.7 0 1 0 .1 0zM13.5 8.2l-3.8-.7-2.6 3M13.5 8.2l-2.2 4.6 3.4 2.6-.6 5.2M11 13.4l-2 3.4-4.4.4"
    "M13.5 8.2l2.2 3 3.4-.2",
    "settings": "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z"
    "M9 14.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
    "store": "M4 10v10h16V10M3 10l2-6h14l2 6zM9.5 20v-6h5v6",
    "walk": "M13 3.4a1.7 1.7 0 1 0 .1 0zM12.6 8l-3.4 2.2-.8 3.4M12.6 8l-1.2 5.4 2.8 2.8 1 4.6M11.2 14l-1.4 3.2-2.6 3.6"
    "M12.6 8l1.8 3.2 3 1.2",
    "watch": "M8 7h8v10H8zM9.5 7l.6-4h3.8l.6 4M9.5 17l.6 4h3.8l.6-4M12 9.8v2.4l1.5 1",
    "why": "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM9.7 9.6c.2-3 4.8-2.9 4.7 0-.1 1.8-2.4 2-2.4 4M12 16.7v.1",
}


def draw_icon(name: str, classes: str = "") -> SafeString:
    """Return an icon as SVG. It says nothing by itself: a text beside it, or a label, does."""
    return format_html(
        '<svg class="icon {}" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="{}"/></svg>',
        classes,
        OUTLINES[name],
    )
