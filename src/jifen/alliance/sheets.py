"""The statement of a period as an Excel file: its figures, then each sale and refund (S3-05, S3-17)."""

from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from jifen.alliance.periods import Statement, statement
from jifen.engine.amounts import MONEY_DECIMALS

WIDTHS = (24, 24, 16, 16, 16, 16)


def statement_workbook(period_id: int) -> bytes:
    """Return the statement of a settled period as an .xlsx file, in the language of who asks."""
    told = statement(period_id)
    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    money = book.add_format({"num_format": "#,##0.00"})
    for place, width in enumerate(WIDTHS):
        sheet.set_column(place, place, width)
    line = 0
    for title, value in _figures(told):
        sheet.write_string(line, 0, title, bold)
        _write(sheet, (line, 1), value, money)
        line += 1
    headings = (_("order"), _("member"), _("day"), _("sold on"), _("amount"), _("stored value"))
    for place, heading in enumerate(headings):
        sheet.write_string(line + 1, place, heading, bold)
    for below, row in enumerate(told.rows, start=line + 2):
        cells: tuple[str, ...] = (row.order_code, row.member.code, row.day.isoformat(), row.sold_on.isoformat())
        for place, cell in enumerate(cells):
            sheet.write_string(below, place, cell)
        for place, amount in enumerate((row.amount, row.stored), start=len(cells)):
            sheet.write_number(below, place, _yuan(amount), money)
    sheet.freeze_panes(line + 2, 0)
    book.close()
    return target.getvalue()


def _figures(told: Statement) -> Sequence[tuple[str, str | Decimal]]:
    period = told.period
    return (
        (_("store"), f"{period.store.code} {period.store.title}"),
        (_("from"), period.start_on.isoformat()),
        (_("until (not included)"), period.until_on.isoformat()),
        (_("share of sales"), f"{(period.rate * 100).normalize():f} %"),
        (_("sales"), _yuan(period.sales)),
        (_("refunds"), _yuan(period.refunds)),
        (_("refunds of earlier periods"), _yuan(period.adjusted)),
        (_("due"), _yuan(period.due)),
        (_("stored value that head office holds"), _yuan(period.stored)),
        (_("money that members paid to head office"), _yuan(told.collected)),
        (_("to pay"), _yuan(told.to_pay)),
        (_("invoice"), period.number),
        (_("state"), period.get_state_display()),
    )


def _yuan(fen: int) -> Decimal:
    return Decimal(fen).scaleb(-MONEY_DECIMALS)


def _write(sheet: Any, place: tuple[int, int], value: str | Decimal, money: Any) -> None:
    if isinstance(value, Decimal):
        sheet.write_number(*place, value, money)
    else:
        sheet.write_string(*place, value)
