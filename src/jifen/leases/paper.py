"""The agreement as a PDF: Chinese with English below, on A4, with its fonts embedded (S0-58)."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from html import escape
from importlib.resources import as_file, files
from io import BytesIO

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, KeepTogether, PageTemplate, Paragraph, Spacer, Table

from jifen.leases.wording import CONSENT, CONSENT_TEXT, TITLE, Clause

FONT = "WenQuanYi"
FONT_PACKAGE = ("paperang_p2_fonts_cjk", "fonts", "wqy-microhei.ttc")
INK, SOFT, LINE = HexColor("#191919"), HexColor("#5c6066"), HexColor("#d5d8dc")
MARGIN, HEAD, FOOT = 22 * mm, 24 * mm, 20 * mm
SANDBOX = "试运行：不涉及真实款项与设备。 Trial: no real money, no real devices."


@dataclass(frozen=True, kw_only=True)
class Signed:
    """What stands at the end of an agreement: who consented to it, and when, in the programme's time zone."""

    order: str
    name: str
    at: datetime
    company: str
    certificate: str  # its fingerprint


def draw_agreement(clauses: list[Clause], signed: Signed) -> bytes:
    """Return the agreement as a PDF; the company's digital signature is added to it afterwards."""
    _use_font()
    target = BytesIO()
    frame = Frame(MARGIN, FOOT, A4[0] - 2 * MARGIN, A4[1] - HEAD - FOOT, 0, 0, 0, 0)
    paper = BaseDocTemplate(target, pagesize=A4, title=" ".join(TITLE), author=signed.company, subject=signed.order)
    paper.addPageTemplates(PageTemplate(frames=[frame], onPage=lambda canvas, _paper: _frame(canvas, signed)))
    paper.build([*_heading(signed), *(_clause(at, one) for at, one in enumerate(clauses, start=1)), _consent(signed)])
    return target.getvalue()


@cache
def _use_font() -> None:
    """Let reportlab know the font; of its glyphs only those that are used are embedded."""
    package, *path = FONT_PACKAGE
    with as_file(files(package).joinpath(*path)) as font:
        pdfmetrics.registerFont(TTFont(FONT, str(font), subfontIndex=0))


def _style(size: float, *, english: bool = False, colour: HexColor = INK, above: float = 0) -> ParagraphStyle:
    """Return a style; Chinese breaks between any two characters, English between words."""
    return ParagraphStyle(
        f"{size}/{english}/{above}",
        fontName=FONT,
        fontSize=size,
        leading=size * 1.55,
        textColor=colour,
        spaceBefore=above,
        wordWrap=None if english else "CJK",
    )


def _text(text: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(escape(text), style)


def _heading(signed: Signed) -> list[Flowable]:
    centred = ParagraphStyle("title", parent=_style(20), alignment=TA_CENTER)
    below = ParagraphStyle("below", parent=_style(12, english=True, colour=SOFT), alignment=TA_CENTER)
    number = ParagraphStyle("number", parent=_style(9.5, english=True, colour=SOFT), alignment=TA_CENTER)
    order = f"订单编号 Order {signed.order} · 文本版本 Text {CONSENT_TEXT}"
    return [_text(TITLE[0], centred), _text(TITLE[1], below), Spacer(1, 4), _text(order, number), Spacer(1, 14)]


def _clause(number: int, clause: Clause) -> Flowable:
    return KeepTogether(
        [
            _text(f"{number}. {clause.title} {clause.title_en}", _style(11.5, above=8)),
            _text(clause.text, _style(10.5, above=2)),
            _text(clause.text_en, _style(9, english=True, colour=SOFT, above=1)),
        ]
    )


def _consent(signed: Signed) -> Flowable:
    rows = [
        ("会员签名（键入） Member, name typed", signed.name),
        ("同意时间 Consented", signed.at.strftime("%Y-%m-%d %H:%M:%S %z")),
        ("公司（数字签名） Company, signed digitally", signed.company),
        ("证书指纹 Certificate (SHA-256)", " ".join(_groups(signed.certificate))),
    ]
    cells = [[_text(title, _style(9, colour=SOFT)), _text(value, _style(10.5))] for title, value in rows]
    table = Table(cells, colWidths=[58 * mm, None], style=[("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEABOVE", (0, 0), (-1, -1), 0.5, LINE), ("LINEBELOW", (0, -1), (-1, -1), 0.5, LINE),
        ("LEFTPADDING", (0, 0), (-1, -1), 0), ("TOPPADDING", (0, 0), (-1, -1), 4)])  # fmt: skip
    chinese, english = CONSENT
    return KeepTogether(
        [
            _text(chinese, _style(10.5, above=14)),
            _text(english, _style(9, english=True, colour=SOFT, above=1)),
            Spacer(1, 10),
            table,
        ]
    )


def _groups(digest: str) -> list[str]:
    return [digest[at : at + 8] for at in range(0, len(digest), 8)]


def _frame(canvas: Canvas, signed: Signed) -> None:
    """Draw what stands on every page."""
    canvas.setFont(FONT, 8.5)
    canvas.setFillColor(SOFT)
    canvas.drawString(MARGIN, A4[1] - 14 * mm, SANDBOX)
    canvas.drawString(MARGIN, 11 * mm, signed.order)
    canvas.drawRightString(A4[0] - MARGIN, 11 * mm, f"第 {canvas.getPageNumber()} 页 page {canvas.getPageNumber()}")
