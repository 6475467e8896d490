"""Reading the ledger: balances now and at the end of a day, statements a page at a time, sums of days, lots."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from jifen.ledger.chart import PROGRAMME, STRIPES, chart_of
from jifen.ledger.connection import Row, cursor
from jifen.ledger.lots import Lot

Balances = dict[tuple[str, str], int]  # (kind, role) → amount


@dataclass(frozen=True)
class StatementLine:
    """What one transfer changed in one account of an owner."""

    transfer_id: int
    business_date: date
    created_at: datetime
    rule: str
    key: str  # of a nightly run: what the owners' keys share, and the member's code
    cause: str
    reverses: int
    kind: str
    role: str
    amount: int


@dataclass(frozen=True)
class Page:
    """Some lines, newest first; `next` is where the following page begins, None at the end."""

    lines: list[StatementLine]
    next: str | None


BALANCES = """
    SELECT c.kind, c.role, b.amount FROM ledger_balance b JOIN ledger_chart c ON c.id = b.chart
    WHERE b.owner = %(owner)s
    UNION ALL
    SELECT c.kind, c.role, sum(t.remaining)::bigint FROM ledger_lot t JOIN ledger_chart c ON c.id = t.chart
    WHERE t.owner = %(owner)s GROUP BY 1, 2
    UNION ALL
    SELECT c.kind, c.role, sum(e.amount)::bigint FROM ledger_entry e JOIN ledger_chart c ON c.id = e.chart
    WHERE e.owner = %(owner)s AND NOT c.cached AND NOT c.lots AND c.of_member GROUP BY 1, 2
"""
BALANCE_AT = """
    SELECT coalesce(sum(e.amount), 0)::bigint FROM ledger_entry e JOIN ledger_chart c ON c.id = e.chart
    WHERE e.owner >= %(owner)s AND e.owner < %(end)s AND e.business_date <= %(day)s
        AND c.kind = %(kind)s AND c.role = %(role)s AND (%(programme)s::int IS NULL OR c.programme_id = %(programme)s)
"""
PROGRAMME_BALANCES = """
    SELECT c.kind, c.role, coalesce(b.amount, t.amount, 0) + coalesce(e.amount, 0)
    FROM ledger_chart c
    LEFT JOIN (SELECT chart, sum(amount)::bigint AS amount FROM ledger_balance WHERE owner >= %(first)s GROUP BY 1) b
        ON b.chart = c.id
    LEFT JOIN (
        SELECT chart, sum(amount)::bigint AS amount FROM ledger_daytotal WHERE programme_id = %(programme)s GROUP BY 1
    ) t ON t.chart = c.id
    LEFT JOIN (
        SELECT chart, sum(amount)::bigint AS amount FROM ledger_entry
        WHERE owner = %(first)s AND business_date > coalesce(
            (SELECT max(business_date) FROM ledger_dayclose WHERE programme_id = %(programme)s), '1999-12-31')
        GROUP BY 1
    ) e ON e.chart = c.id AND NOT c.cached
    WHERE c.programme_id = %(programme)s AND NOT c.of_member
    ORDER BY c.id
"""
# Which transfers are on the page is found first, along the index of entries; their lines then by the same index.
STATEMENT = """
    WITH page AS (
        SELECT e.business_date, e.transfer_id FROM ledger_entry e
        WHERE e.owner = %(owner)s AND e.business_date <= %(last)s AND e.business_date >= %(first)s
            AND (e.business_date, e.transfer_id) < (%(before_day)s, %(before_id)s)
            AND (%(kind)s::text IS NULL OR e.chart IN (SELECT id FROM ledger_chart WHERE kind = %(kind)s))
            AND (%(rule)s::text IS NULL OR EXISTS (
                SELECT FROM ledger_transfer t
                WHERE t.id = e.transfer_id AND t.business_date = e.business_date AND t.rule = %(rule)s))
        GROUP BY 1, 2 ORDER BY 1 DESC, 2 DESC LIMIT %(limit)s
    )
    SELECT e.transfer_id, e.business_date, t.created_at, t.rule,
        CASE WHEN t.end_owner > 0 THEN t.key || 'M' || e.owner ELSE t.key END, t.cause, t.reverses,
        c.kind, c.role, sum(e.amount)::bigint
    FROM page p
    JOIN ledger_entry e ON e.owner = %(owner)s AND e.business_date = p.business_date AND e.transfer_id = p.transfer_id
    JOIN ledger_transfer t ON t.id = p.transfer_id AND t.business_date = p.business_date
    JOIN ledger_chart c ON c.id = e.chart
    WHERE %(kind)s::text IS NULL OR c.kind = %(kind)s
    GROUP BY 1, 2, 3, 4, 5, 6, 7, c.id HAVING sum(e.amount) <> 0 ORDER BY e.business_date DESC, e.transfer_id DESC, c.id
"""
DAILY_SUMS = """
    SELECT e.business_date, t.rule, sum(e.amount)::bigint
    FROM ledger_entry e
    JOIN ledger_transfer t ON t.id = e.transfer_id AND t.business_date = e.business_date
    JOIN ledger_chart c ON c.id = e.chart
    WHERE e.owner = %(owner)s AND e.business_date BETWEEN %(first)s AND %(last)s
        AND t.business_date BETWEEN %(first)s AND %(last)s AND c.kind = %(kind)s AND c.role = %(role)s
    GROUP BY 1, 2
"""


def balances(owner: int) -> Balances:
    """Return what a member has, in minor units, by kind and role."""
    return _sums(cursor().execute(BALANCES, {"owner": owner}).fetchall())


def balance_at(owner: int, kind: str, role: str, day: date, *, programme_id: int | None = None) -> int:
    """Return what an owner had in an account at the end of a day; of the programme's own name the programme."""
    end = owner + (STRIPES if owner == PROGRAMME else 1)
    values = {"owner": owner, "end": end, "day": day, "kind": kind, "role": role, "programme": programme_id}
    row = cursor().execute(BALANCE_AT, values).fetchone()
    assert row is not None
    return int(row[0])


def programme_balance(programme_id: int, kind: str, role: str) -> int:
    """Return what one striped account of a programme holds now."""
    query = "SELECT coalesce(sum(amount), 0)::bigint FROM ledger_balance WHERE owner >= %s AND chart = %s"
    row = cursor().execute(query, (PROGRAMME, chart_of(programme_id).id(kind, role))).fetchone()
    assert row is not None
    return int(row[0])


def programme_balances(programme_id: int) -> Balances:
    """Return what the programme's own accounts hold; of those without balances the closed days are summed already."""
    values = {"programme": programme_id, "first": PROGRAMME}
    return _sums(cursor().execute(PROGRAMME_BALANCES, values).fetchall())


def statement(  # noqa: PLR0913 keyword-only, as every service
    owner: int,
    *,
    kind: str | None = None,
    rule: str | None = None,
    month: date | None = None,
    before: str | None = None,
    limit: int = 20,
) -> Page:
    """Return `limit` transfers of an owner, newest first, after the place `before` (the `next` of a page)."""
    first, last = _days(month)
    before_day, before_id = _place(before)
    values: dict[str, Any] = {"owner": owner, "kind": kind, "rule": rule, "first": first, "last": min(last, before_day)}
    values |= {"before_day": before_day, "before_id": before_id, "limit": limit + 1}
    lines = [StatementLine(*row) for row in cursor().execute(STATEMENT, values).fetchall()]
    transfers = list(dict.fromkeys((line.business_date, line.transfer_id) for line in lines))
    if len(transfers) <= limit:
        return Page(lines, None)
    day, transfer = transfers[limit - 1]
    shown = set(transfers[:limit])
    kept = [line for line in lines if (line.business_date, line.transfer_id) in shown]
    return Page(kept, f"{day:%Y%m%d}-{transfer}")


def daily_sums(
    owner: int, kind: str, first_day: date, last_day: date, *, role: str = "free"
) -> dict[tuple[date, str], int]:
    """Return by how much each rule changed an owner's free points, or those of another role, on each day."""
    values = {"owner": owner, "kind": kind, "first": first_day, "last": last_day, "role": role}
    return {(day, rule): amount for day, rule, amount in cursor().execute(DAILY_SUMS, values).fetchall()}


def lots(owner: int) -> list[Lot]:
    """Return an owner's lots, oldest first."""
    return list(Lot.objects.filter(owner=owner).order_by("opened_on", "id"))


def _sums(rows: list[Row]) -> Balances:
    return {(kind, role): int(amount) for kind, role, amount in rows}


def _days(month: date | None) -> tuple[date, date]:
    """Return the first and the last day of the month that a day lies in; of all time without one."""
    if month is None:
        return date.min, date.max
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return month.replace(day=1), date.fromordinal(following.toordinal() - 1)


def _place(before: str | None) -> tuple[date, int]:
    """Return the day and the transfer that a page begins after; a text that is no place begins at the newest."""
    day, _, transfer = (before or "").partition("-")
    try:
        return date.fromisoformat(day), int(transfer)
    except ValueError:
        return date.max, 2**63 - 1
