"""Small books for tests, written as the text of their files."""

from collections.abc import Mapping
from pathlib import Path

from jifen.tables.reading import BadBookError, BookReading, read_book

SHANGHAI = "Asia/Shanghai"
DECIMALS = {"points": 4, "token": 8}

MEMBERS = "member,referrer,joined_at\nM1,,2026-01-01\nM2,M1,2026-01-02 08:00\nM3,M1,2026-01-03\n"
ORDERS = "order,member,paid_at,amount\nO1,M1,2026-01-05,3000\nO2,M2,2026-01-06,9000.50\n"
REFUNDS_HEADER = "order,refunded_at,amount\n"
ACTIONS_HEADER = "at,action,party,to,points,amount\n"
DECLARED_HEADER = "name,from,to,value\n"

Found = tuple[str, int, str, str]


def write_book(folder: Path, tables: Mapping[str, str | bytes]) -> Path:
    """Write a book of the members M1 … M3 and the orders O1 and O2, with these tables instead or besides."""
    folder.mkdir(exist_ok=True)
    for name, text in {"members": MEMBERS, "orders": ORDERS, **tables}.items():
        content = text if isinstance(text, bytes) else text.encode()
        (folder / f"{name}.csv").write_bytes(content)
    return folder


def read(folder: Path, tables: Mapping[str, str | bytes] | None = None, zone: str = SHANGHAI) -> BookReading:
    """Read the small book, with these tables instead or besides."""
    return read_book(write_book(folder, tables or {}), zone=zone, decimals=DECIMALS)


def problems(folder: Path, tables: Mapping[str, str | bytes]) -> list[Found]:
    """Return what is wrong with the small book: file, line, column, sentence."""
    return found(write_book(folder, tables))


def found(folder: Path) -> list[Found]:
    """Return what is wrong with the book in a folder: file, line, column, sentence."""
    try:
        read_book(folder, zone=SHANGHAI, decimals=DECIMALS)
    except BadBookError as error:
        return [(problem.file, problem.line, problem.column, str(problem.message)) for problem in error.problems]
    return []


def with_members(*rows: str) -> dict[str, str | bytes]:
    """Return the table members with these rows, and no orders."""
    return {"members": "\n".join(["member,referrer,joined_at", *rows, ""]), "orders": "order,member,paid_at,amount\n"}


def with_orders(*rows: str, header: str = "order,member,paid_at,amount") -> dict[str, str | bytes]:
    """Return the table orders with these rows."""
    return {"orders": "\n".join([header, *rows, ""])}


def with_refunds(*rows: str) -> dict[str, str | bytes]:
    """Return the table refunds with these rows."""
    return {"refunds": REFUNDS_HEADER + "\n".join([*rows, ""])}


def with_actions(*rows: str) -> dict[str, str | bytes]:
    """Return the table actions with these rows."""
    return {"actions": ACTIONS_HEADER + "\n".join([*rows, ""])}


def with_declared(*rows: str) -> dict[str, str | bytes]:
    """Return the table declared with these rows."""
    return {"declared": DECLARED_HEADER + "\n".join([*rows, ""])}
