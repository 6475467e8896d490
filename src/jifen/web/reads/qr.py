"""Pictures to be scanned."""

import segno

from jifen.web.markup import Markup

BORDER = 2  # modules; the page puts white around it


def draw_qr(text: str) -> Markup:
    """Return a QR code as SVG that fills its frame."""
    code = segno.make(text, error="m", micro=False)
    return Markup(code.svg_inline(border=BORDER, omitsize=True, svgclass=None, lineclass=None, dark="#000"))
