"""Lists typed in Excel or saved as CSV are read with their lines (S3-02, S3-15)."""

from datetime import date
from io import BytesIO

import pytest
import xlsxwriter

from jifen.tables.sheets import SheetError, read_sheet


def excel(*rows: list[object]) -> bytes:
    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
    for line, row in enumerate(rows):
        for place, value in enumerate(row):
            sheet.write(line, place, value, *([day] if isinstance(value, date) else []))
    book.close()
    return target.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_csv_is_read_as_excel_and_others_write_it(encoding: str, sign: str) -> None:
    text = f'姓名{sign}手机\n王芳{sign} 138 \n\n{sign}\n"李\n娜"{sign}139{sign}more\n'

    sheet = read_sheet(text.encode(encoding), rows_max=10)

    assert sheet.header == ["姓名", "手机"]
    assert [list(row.cells) for row in sheet.rows] == [["王芳", "138"], ["李\n娜", "139"]]
    assert [row.line for row in sheet.rows] == [2, 5]


def test_excel_gives_texts_as_one_would_type_them() -> None:
    sheet = read_sheet(excel(["a", "b", "c", ""], [13800000001, 12.5, date(2026, 11, 22)], ["007"]), rows_max=10)

    assert [list(row.cells) for row in sheet.rows] == [["13800000001", "12.5", "2026-11-22"], ["007", "", ""]]


def test_numbers_of_which_excel_lost_digits_are_told() -> None:
    sheet = read_sheet(excel(["name", "id"], ["x", 110101199003074573], ["y", "110101199003074573"]), rows_max=10)

    assert [(one.line, one.column) for one in sheet.lost] == [(2, "id")]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no heading"),
        (b"PK\x03\x04 nothing", "no Excel file"),
        (b"\xff\xfe\x00\x00", "neither Excel nor text"),
        (b"a\n1\n2\n3\n", "more than 2 rows"),
        (b"a" * 20_000_001, "larger than 20 MB"),
    ],
)
def test_what_is_no_list_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(SheetError, match=why):
        read_sheet(content, rows_max=2)
