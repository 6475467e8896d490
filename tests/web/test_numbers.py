"""Addresses with numbers that nobody would write, at the phone and at the console: a page, and no error."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.sport.park import Park

NUMBERS = ("9" * 5_000, "9" * 30, "9" * 18, "²", "-1")


@pytest.fixture
def park(db: None) -> "Park":
    from tests.sport.park import open_park

    return open_park()


def test_a_page_of_the_phone_begins_at_any_number(park: "Park") -> None:
    client = park.phone("Anna")
    addresses = ("sport/records?before=", "orders?before=", "withdraw?before=", "team/1?page=", "nearby?offset=")

    answers = {
        f"{address}{number[:9]}": client.get(park.page(address) + number).status_code
        for address in addresses
        for number in NUMBERS
    }

    assert {status for status in answers.values() if status not in (200, 404)} == set(), answers


def test_a_list_of_the_console_begins_at_any_number(park: "Park") -> None:
    desk = park.desk("chief")
    addresses = (
        "sport/?before=", "sport/?member=M", "members/?q=M", "orders/?q=M", "closes/?before=",
        "ledger/?before=20261123-", "partners/?rank=", "partners/?q=M", "?days=", "stores/?q=M",
    )  # fmt: skip

    answers = {
        f"{address}{number[:9]}": desk.get(park.address(address) + number).status_code
        for address in addresses
        for number in NUMBERS
    }

    assert {status for status in answers.values() if status not in (200, 404)} == set(), answers
