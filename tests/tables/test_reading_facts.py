"""Right books become facts: numbers for names, minor units for amounts, moments and days for times."""

from pathlib import Path

from jifen.engine.facts import NOBODY
from tests.tables.books import read, with_members, with_orders, with_refunds


def test_members_are_numbered_by_joining_then_file_order(tmp_path: Path) -> None:
    rows = ("late,second,2026-01-03", "first,,2026-01-01", "same,second,2026-01-02", "second,first,2026-01-02")

    members = read(tmp_path, with_members(*rows)).facts.members

    assert members.codes == ["first", "same", "second", "late"]
    assert members.referrer.tolist() == [NOBODY, 2, 0, 2]
    assert members.names == ["", "", "", ""]
    assert members.day.tolist() == [20_454, 20_455, 20_455, 20_456]


def test_orders_and_refunds_stay_in_file_order_and_count_when_confirmed(tmp_path: Path) -> None:
    header = "order,member,paid_at,amount,points_paid,confirmed_at"
    orders = with_orders("B,M2,2026-01-06,9000.50,,", "A,M1,2026-01-05,3000,900.0001,2026-01-06 08:00", header=header)
    refunds = with_refunds("A,2026-01-09,10", "B,2026-01-08,20", "A,2026-01-07,30")

    facts = read(tmp_path, orders | refunds).facts

    assert facts.orders.codes == ["B", "A"]
    assert facts.orders.member.tolist() == [1, 0]
    assert facts.orders.amount.tolist() == [900_050, 300_000]
    assert facts.orders.points_paid.tolist() == [0, 9_000_001]
    assert facts.orders.day.tolist() == [20_459, 20_459]
    assert facts.orders.at[1] - facts.orders.at[0] == 8 * 3_600_000_000
    assert facts.refunds.order.tolist() == [1, 0, 1]
    assert facts.refunds.amount.tolist() == [1_000, 2_000, 3_000]


def test_days_are_those_of_the_programmes_zone(tmp_path: Path) -> None:
    rows = ("M1,,2025-12-31T16:00:00Z", "M2,,2026-01-01T00:00:00-0500", "M3,,2026-01-01 23:59:59.999999")

    members = read(tmp_path, with_members(*rows)).facts.members

    assert members.codes == ["M1", "M2", "M3"]
    assert members.day.tolist() == [20_454, 20_454, 20_454]
    assert members.at[0] == 20_454 * 86_400_000_000 - 8 * 3_600_000_000
