"""Lists as Excel files."""

import re
from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO

import xlsxwriter

FIGURE = re.compile(r"-?¥?\d[\d,]*(\.\d+)?")
DIGITS_MAX = 15  # Excel keeps no more in a number
WIDTH_MAX = 40


def workbook(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """Return an .xlsx file; figures are numbers in it, as far as Excel keeps their digits, and all else is text."""
    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    figure = book.add_format({"num_format": "#,##0.00######"})
    sheet.freeze_panes(1, 0)
    for place, heading in enumerate(headings):
        sheet.write_string(0, place, heading, bold)
        longest = max((len(row[place]) for row in rows), default=0)
        sheet.set_column(place, place, min(WIDTH_MAX, max(longest, 2 * len(heading)) + 2))
    for line, row in enumerate(rows, start=1):
        for place, text in enumerate(row):
            if is_figure(text):
                sheet.write_number(line, place, Decimal(text.replace(",", "").replace("¥", "")), figure)
            else:
                sheet.write_string(line, place, text)
    sheet.autofilter(0, 0, max(len(rows), 1), len(headings) - 1)
    book.close()
    return target.getvalue()


def is_figure(text: str) -> bool:
    """Return whether a text is an amount with a decimal point or sign of money, and short enough for Excel."""
    return (
        ("." in text or "¥" in text)
        and FIGURE.fullmatch(text) is not None
        and sum(letter.isdigit() for letter in text) <= DIGITS_MAX
    )
