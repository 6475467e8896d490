"""The ledger on screen: read, filtered, paged by key, proved."""

from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jifen.backoffice.excel import is_figure, workbook
from jifen.backoffice.pages import transfers as transfers_page
from jifen.ledger.models import Transfer
from jifen.members.models import Standing
from tests.backoffice.office import Office, text_of

QUERIES_MAX = 21  # of them one finds which groups of pages the document in force has


def cells_of(content: bytes) -> list[str]:
    """Return the texts of an Excel file."""
    with ZipFile(BytesIO(content)) as book:
        strings = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))  # noqa: S314 our own file
    return [node.text or "" for node in strings.iter() if node.tag.endswith("}t")]


def test_transfers_are_listed_newest_first_and_filtered(office: Office) -> None:
    order = office.buy("Wang")
    office.give("Li", 5)
    client = office.desk("auditor")

    everything = text_of(client.get(office.address("ledger/")))
    of_li = text_of(client.get(office.address(f"ledger/?member={office.member('Li').code}")))
    payments = text_of(client.get(office.address("ledger/?rule=payment")))

    assert everything.index("adjusted by an operator", everything.index("Written")) < everything.index(
        f"order {order.number}"
    )
    assert f"order {order.number}" not in of_li
    assert of_li.count("release/") == 1
    assert f"release/order/{order.number}/payment" in payments
    assert "grant_locked" not in payments


def test_long_lists_are_paged_without_counting(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfers_page, "ROWS_PER_PAGE", 3)
    for _ in range(4):
        office.buy("Wang")
    client, seen = office.desk("auditor"), list[int]()

    address = office.address("ledger/")
    while address:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = client.get(address)
        table = answer.context["table"]
        seen += [int(row[0].text) for row in table.rows]
        assert not any("COUNT" in query["sql"] and "ledger" in query["sql"] for query in queries)
        address = office.address(f"ledger/{table.next_query}") if table.next_query else ""

    assert seen == sorted(Transfer.objects.values_list("pk", flat=True), reverse=True)
    assert len(seen) == len(set(seen)) == 8


def test_a_transfer_shows_its_entries_and_the_way_to_why(office: Office) -> None:
    order = office.buy("Wang")
    transfer = Transfer.objects.get(rule="grant_locked")

    shown = text_of(office.desk("auditor").get(office.address(f"ledger/{transfer.pk}/")))

    assert f"release/order/{order.number}/grant_locked" in shown
    assert "7,500.00" in shown
    assert "-7,500.00" in shown
    assert "why" in shown


def test_a_nightly_transfer_shows_the_entries_of_all_its_members(office: Office) -> None:
    for name in ("Wang", "Li", "Zhao"):
        office.buy(name)
    office.settle()
    office.settle()
    transfer = Transfer.objects.get(rule="scheduled_release")

    shown = text_of(office.desk("auditor").get(office.address(f"ledger/{transfer.pk}/")))

    assert all(f"{office.member(name).code} free" in shown for name in ("Wang", "Li", "Zhao"))


def test_the_ledger_is_proved_on_demand(office: Office) -> None:
    office.buy("Wang")
    day = office.settle()
    client = office.desk("auditor")

    before, after = client.get(office.address("closes/")), client.post(office.address("closes/"))

    assert str(day) in text_of(before)
    assert "✓" not in text_of(before)
    assert text_of(after).count("✓") == 2
    assert "✗" not in text_of(after)


def test_a_member_s_page_tells_everything(office: Office) -> None:
    office.member("Wang")
    office.member("Li", referrer="Wang")
    order = office.buy("Li")
    office.settle()
    office.settle()

    shown = text_of(office.desk("operator").get(office.address(f"members/{office.member('Li').pk}/")))

    assert "138****0001" in shown
    assert f"{office.member('Li').code} ← {office.member('Wang').code} Wang" in shown
    assert order.number in shown
    assert "points · locked 7,464.00" in shown
    assert "points · free 36.00" in shown
    assert "by time points 36.00 -36.00" in shown
    assert "13800000001" not in shown


def test_what_decides_a_member_s_rank_is_shown_in_money(office: Office) -> None:
    wang = office.member("Wang")
    Standing.objects.filter(member=wang).update(second_leg=2_500_000_000)  # in points, as the rules count

    shown = text_of(office.desk("operator").get(office.address(f"members/{wang.pk}/")))

    assert "Second-largest leg ¥250,000.00" in shown


@pytest.mark.parametrize("words", ["13800000001", "138 0000 0001", "+86 13800000001"])
def test_a_member_is_found_by_phone(office: Office, words: str) -> None:
    office.member("Wang")
    li = office.member("Li")

    answer = office.desk("operator").get(office.address("members/"), {"q": words})

    assert answer["Location"] == office.address(f"members/{li.pk}/")


def test_a_member_is_found_by_code_invite_code_and_name(office: Office) -> None:
    li, client = office.member("Li"), office.desk("operator")
    office.member("Wang")

    by_code = client.get(office.address("members/"), {"q": li.code})
    by_invite = client.get(office.address("members/"), {"q": li.invite_code.lower()})
    by_name = text_of(client.get(office.address("members/"), {"q": "Wa"}))

    assert by_code["Location"] == by_invite["Location"] == office.address(f"members/{li.pk}/")
    assert office.member("Wang").code in by_name
    assert li.code not in by_name.replace(office.member("Wang").code, "")


@pytest.mark.parametrize("page", ["", "members/", "orders/", "withdrawals/", "adjustments/", "ledger/", "runs/"])
def test_the_number_of_queries_does_not_grow_with_the_rows(office: Office, page: str) -> None:
    client, counts = office.desk("chief"), []

    for names in (("Wang",), ("Li", "Zhao", "Qian", "Sun")):
        for name in names:
            office.buy(name)
            office.give(name, 10)
            office.ask(name, 5)
        office.settle()
        client.get(office.address(page))  # what is kept for a minute is kept now
        with CaptureQueriesContext(connection) as queries:
            client.get(office.address(page))
        counts.append(len(queries))

    assert counts[0] == counts[1] <= QUERIES_MAX


@pytest.mark.parametrize("page", ["orders", "withdrawals", "ledger"])
def test_lists_are_exported_to_excel(office: Office, page: str) -> None:
    office.buy("Wang")
    office.give("Wang", 10)
    office.ask("Wang", 5)

    answer = office.desk("finance").get(office.address(f"{page}/"), {"export": "xlsx"})

    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    assert "attachment" in answer["Content-Disposition"]
    texts = cells_of(answer.content)
    assert {"orders": "Member", "withdrawals": "Fee", "ledger": "Key"}[page] in texts
    assert any("Wang" in text or "release/" in text for text in texts)


def test_only_those_who_may_export_are_offered_it(office: Office) -> None:
    client = office.desk("operator")

    assert "Excel" not in text_of(client.get(office.address("orders/")))
    assert client.get(office.address("orders/"), {"export": "xlsx"}).status_code == 403


def test_texts_in_excel_stay_texts_and_amounts_become_numbers() -> None:
    texts = cells_of(workbook(["Key", "Amount"], [["=1+1", "-1,234.50"], ["007", "¥3.00"]]))

    assert "=1+1" in texts
    assert "007" in texts
    assert "-1,234.50" not in texts
    assert [is_figure(text) for text in ("1.5", "¥3", "2026-01-01", "007", "1,234,567,890,123.4567")] == [
        True,
        True,
        False,
        False,
        False,
    ]
