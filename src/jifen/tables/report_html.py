"""HTML and SVG from nested calls; text is escaped unless it is markup that was made here."""

from html import escape

_CLOSED = frozenset({"meta", "link", "rect", "path", "line"})


class Html(str):
    """Markup; a plain `str` is text."""

    __slots__ = ()


def markup(*parts: str) -> Html:
    """Return the parts as one piece of markup, plain text escaped."""
    return Html("".join(part if isinstance(part, Html) else escape(part, quote=False) for part in parts))


def element(tag: str, *children: str, **attributes: object) -> Html:
    """Return an element; element("p", "a < b", class_="note") is <p class="note">a &lt; b</p>.

    Attributes that are None are left out; class_ and aria_label stand for class and aria-label.
    """
    start = tag + "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for name, value in attributes.items()
        if value is not None
    )
    return Html(f"<{start}/>" if tag in _CLOSED else f"<{start}>{markup(*children)}</{tag}>")
