"""What is wrong with files, headers and the shape of rows is said with its place and remedy."""

from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jifen.tables.reading import BadBookError, read_book
from tests.tables.books import DECIMALS, MEMBERS, ORDERS, SHANGHAI, found, problems, read, write_book


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    [(file, line, column, sentence)] = found(tmp_path / "nowhere")

    assert (file, line, column) == ("nowhere", 1, "")
    assert sentence.startswith("there is no folder ")
    assert sentence.endswith("; name the folder that holds the tables")


def test_the_table_members_is_required(tmp_path: Path) -> None:
    write_book(tmp_path, {})
    (tmp_path / "members.csv").unlink()

    assert found(tmp_path) == [
        ("members.csv", 1, "", "the table members is missing; save it as members.csv or members.parquet")
    ]


def test_a_misnamed_file_is_suggested(tmp_path: Path) -> None:
    write_book(tmp_path, {})
    (tmp_path / "members.csv").rename(tmp_path / "member.csv")

    assert found(tmp_path) == [("members.csv", 1, "", "the table members is missing; rename member.csv if it is meant")]


def test_a_table_in_both_formats_is_refused(tmp_path: Path) -> None:
    write_book(tmp_path, {})
    pq.write_table(pa.table({"order": ["O1"]}), tmp_path / "orders.parquet")

    assert found(tmp_path) == [("orders.csv", 1, "", "orders.csv and orders.parquet are both there; keep one of them")]


@pytest.mark.parametrize("content", [b"", b"\n\r\n", b"\xef\xbb\xbf"])
def test_an_empty_file(tmp_path: Path, content: bytes) -> None:
    assert problems(tmp_path, {"orders": content}) == [
        ("orders.csv", 1, "", "the file is empty; write a header row with the names of the columns")
    ]


def test_a_missing_column(tmp_path: Path) -> None:
    assert problems(tmp_path, {"orders": "order,member,paid_at\n"}) == [
        ("orders.csv", 1, "amount", "the column amount is missing; add it to the header and to every row")
    ]


def test_a_misspelled_column_is_suggested(tmp_path: Path) -> None:
    assert problems(tmp_path, {"orders": "order,member,payd_at,amount\nO1,M9,never,x\n"}) == [
        ("orders.csv", 1, "paid_at", "the column paid_at is missing; rename the column payd_at if it is meant")
    ]


def test_a_column_that_is_there_twice(tmp_path: Path) -> None:
    assert problems(tmp_path, {"orders": "order,member,paid_at,amount,amount\nO1,M1,2026-01-05,1,2\n"}) == [
        ("orders.csv", 1, "amount", "the column amount is there twice; keep one of them")
    ]


def test_rows_of_another_length_are_found_after_blank_lines_and_quoted_newlines(tmp_path: Path) -> None:
    quoted = 'O1,M1,2026-01-05,3000,"two\nlines"'
    text = f"order,member,paid_at,amount,product\n\n{quoted}\n\nO2,M1,2026-01-05,1,234,tea\nO3,M1\n"

    assert problems(tmp_path, {"orders": text}) == [
        ("orders.csv", 6, "", "the row has 6 fields, the header 5; put quotation marks around a field with a comma"),
        ("orders.csv", 7, "", "the row has 2 fields, the header 5; add the missing ones, empty if need be"),
    ]


def test_what_refers_to_a_malformed_row_is_not_blamed(tmp_path: Path) -> None:
    found_ = problems(tmp_path, {"members": MEMBERS.replace("M2,M1,2026-01-02 08:00", "M2,M1")})

    assert [(file, line) for file, line, _, _ in found_] == [("members.csv", 3)]


def test_a_quotation_mark_that_is_not_closed(tmp_path: Path) -> None:
    text = 'order,member,paid_at,amount\nO1,M1,2026-01-05,3000\nO2,"M2,2026-01-06,9000\nO3,M1,2026-01-06,9000\n'

    assert problems(tmp_path, {"orders": text}) == [
        (
            "orders.csv", 3, "",
            'a quotation mark is not closed before a comma; close it, and write "" for one inside a quoted field',
        )
    ]  # fmt: skip


def test_bytes_that_are_not_utf_8(tmp_path: Path) -> None:
    text = "member,referrer,joined_at,name\nM1,,2026-01-01,王伟\nM2,,2026-01-01,王伟\n".encode("gb18030")

    assert problems(tmp_path, {"members": text})[:2] == [
        ("members.csv", 2, "name", "this is not UTF-8 text; save the file as UTF-8"),
        ("members.csv", 3, "name", "this is not UTF-8 text; save the file as UTF-8"),
    ]


def test_lines_are_those_of_the_file_despite_blank_lines_and_quoted_newlines(tmp_path: Path) -> None:
    quoted = 'O1,M1,2026-01-05,3000,"a\r\nb ""c"""'
    text = f"\ufefforder,member,paid_at,amount,product\r\n\r\n{quoted}\r\n\r\nO2,M9x,2026-01-05,1,\r\n"

    assert problems(tmp_path, {"orders": text}) == [
        ("orders.csv", 6, "member", "there is no member M9x; add it to the table members")
    ]


def test_a_byte_order_mark_crlf_quotes_and_other_orders_of_columns_are_accepted(tmp_path: Path) -> None:
    text = '\ufeffname,joined_at,"member",referrer\r\n"Li, ""Big""",2026-01-01,M1,\r\n\r\n王伟,2026-01-01,M2,M1'

    members = read(tmp_path, {"members": text, "orders": "order,member,paid_at,amount"}).facts.members

    assert members.codes == ["M1", "M2"]
    assert members.names == ['Li, "Big"', "王伟"]


def test_a_stray_quotation_mark_inside_a_field_is_text(tmp_path: Path) -> None:
    text = 'member,referrer,joined_at,name\nM1,,2026-01-01,5" screen\n'

    assert read(tmp_path, {"members": text, "orders": "order,member,paid_at,amount"}).facts.members.names == [
        '5" screen'
    ]


def test_what_is_not_read_is_noticed(tmp_path: Path) -> None:
    text = "order,member,paid_at,amount,colour,point_paid,\nO1,M1,2026-01-05,3000,red,,\n"

    reading = read(tmp_path, {"orders": text, "stores": "store\n", "steps": "member\n", "order": "x\n", "zzz": "x\n"})

    assert [str(notice) for notice in reading.notices] == [
        "orders.csv: the column colour is not read",
        "orders.csv: the column point_paid is not read; did you mean points_paid?",
        "orders.csv: a column without a name is not read",
        "order.csv is not read; did you mean orders?",
        "steps.csv is not read: this programme has no rules for it",
        "stores.csv is not read: this programme has no rules for it",
        "zzz.csv is not read; it is none of a book's tables",
    ]


def test_only_members_are_required(tmp_path: Path) -> None:
    (tmp_path / "members.csv").write_text("member,referrer,joined_at\n")

    facts = read_book(tmp_path, zone=SHANGHAI, decimals=DECIMALS).facts

    assert facts.members.codes == facts.orders.codes == facts.actions.action == []
    assert facts.declared == []


def test_a_hundred_problems_are_listed_by_table_line_and_column_and_all_are_counted(tmp_path: Path) -> None:
    orders = "order,member,paid_at,amount\n" + "".join(f"O{n},M1,soon,much\n" for n in range(150))
    write_book(tmp_path, {"orders": orders, "members": MEMBERS + "M4,M9,2026-01-01\n"})

    with pytest.raises(BadBookError) as caught:
        read_book(tmp_path, zone=SHANGHAI, decimals=DECIMALS)

    assert caught.value.count == 301
    places = [(problem.file, problem.line, problem.column) for problem in caught.value.problems]
    assert len(places) == 100
    assert places[:4] == [
        ("members.csv", 5, "referrer"),
        ("orders.csv", 2, "paid_at"),
        ("orders.csv", 2, "amount"),
        ("orders.csv", 3, "paid_at"),
    ]
    assert str(caught.value).splitlines()[1].startswith('orders.csv:2 (paid_at): "soon" is not a time')


def test_parquet_with_types_says_the_same_as_csv(tmp_path: Path) -> None:
    as_csv = read(tmp_path / "csv", {"orders": ORDERS + "O3,M3,2026-01-07 10:30:00.5,12.34\n"}).facts
    folder = tmp_path / "parquet"
    folder.mkdir()
    joined = pa.array(["2026-01-01", "2026-01-02 08:00", "2026-01-03"]).cast(pa.timestamp("ns"))
    members = {"member": ["M1", "M2", "M3"], "referrer": [None, "M1", "M1"], "joined_at": joined}
    pq.write_table(pa.table(members), folder / "members.parquet")
    paid = pa.array(["2026-01-04 16:00", "2026-01-05 16:00", "2026-01-07 02:30:00.5"]).cast(pa.timestamp("ms"))
    orders = {
        "order": pa.array(["O1", "O2", "O3"]).dictionary_encode(),
        "member": ["M1", "M2", "M3"],
        "paid_at": pa.compute.assume_timezone(paid, "UTC"),
        "amount": pa.array([Decimal("3000"), Decimal("9000.50"), Decimal("12.34")], pa.decimal128(20, 8)),
    }
    pq.write_table(pa.table(orders), folder / "orders.parquet")

    facts = read_book(folder, zone=SHANGHAI, decimals=DECIMALS).facts

    assert facts.members.codes == as_csv.members.codes
    assert facts.members.at.tolist() == as_csv.members.at.tolist()
    assert facts.orders.at.tolist() == as_csv.orders.at.tolist()
    assert facts.orders.amount.tolist() == as_csv.orders.amount.tolist() == [300_000, 900_050, 1_234]


def test_parquet_columns_that_cannot_be_exact(tmp_path: Path) -> None:
    write_book(tmp_path, {})
    (tmp_path / "orders.csv").unlink()
    orders = {"order": ["O1"], "member": ["M1"], "paid_at": [["x"]], "amount": [0.1]}
    pq.write_table(pa.table(orders), tmp_path / "orders.parquet")

    assert found(tmp_path) == [
        ("orders.parquet", 1, "paid_at", "the column is of type list<element: string>; store text"),
        (
            "orders.parquet", 1, "amount",
            "the column holds floating-point numbers, which are not exact; store decimals or text",
        ),
    ]  # fmt: skip


def test_a_bad_cell_of_parquet_has_its_row(tmp_path: Path) -> None:
    write_book(tmp_path, {})
    (tmp_path / "orders.csv").unlink()
    orders = {"order": ["O1", "O2"], "member": ["M1", "M1"], "paid_at": ["2026-01-05"] * 2, "amount": ["1", None]}
    pq.write_table(pa.table(orders), tmp_path / "orders.parquet")

    assert found(tmp_path) == [
        ("orders.parquet", 2, "amount", "the amount is empty; write a decimal number such as 128.00")
    ]


def test_a_file_that_is_no_parquet(tmp_path: Path) -> None:
    write_book(tmp_path, {})
    (tmp_path / "orders.csv").rename(tmp_path / "orders.parquet")

    assert found(tmp_path) == [
        ("orders.parquet", 1, "", "this is no Parquet file; write it anew, or save the table as CSV")
    ]
