"""The tables orders and refunds: who paid what and when, and what was paid back."""

from dataclasses import dataclass

import numpy as np

from jifen.engine.facts import NOBODY, Int32s, Int64s, Orders, Refunds
from jifen.engine.message import say
from jifen.tables.book_members import MemberRows
from jifen.tables.book_stores import StoreRows, read_regions
from jifen.tables.cells import (
    MONEY,
    MONEY_DECIMALS,
    Amounts,
    Checks,
    Ids,
    Moments,
    filled,
    read_amounts,
    read_ids,
    read_references,
    read_times,
    read_whole_numbers,
    report,
)
from jifen.tables.columns import TextTable
from jifen.tables.decimals import decimal_texts
from jifen.tables.problems import shown


@dataclass(frozen=True)
class OrderRows:
    """The orders in file order; `member` is a row of the table members or NOBODY.

    `store` (its number or NOBODY) and `region` are None where the programme has no stores.
    """

    ids: Ids
    member: Int64s
    counts: Moments
    amount: Amounts
    points_paid: Int64s
    quantity: Int64s
    texts: dict[str, list[str]]  # product, points_kind, channel
    store: Int32s | None = None
    region: list[str] | None = None


def read_orders(checks: Checks, table: TextTable, members: MemberRows, stores: StoreRows | None = None) -> OrderRows:
    """Read and check the table."""
    ids = read_ids(checks, table, "order")
    member = read_references(checks, table, "member", members.ids)
    counts = _read_counting_moments(checks, table)
    amount = read_amounts(checks, table, "amount", kind=MONEY, sign="positive")
    quantity = read_whole_numbers(checks, table, "quantity")
    _check_points_kind(checks, table)
    points_paid = read_amounts(checks, table, "points_paid", kind=checks.paid_in, sign="not negative")
    check_joined(checks, table, "member", (members, member), counts)
    _check_points_paid(checks, table, amount, points_paid)
    texts = {name: _texts(table, name) for name in ("product", "points_kind", "channel")}
    store = _read_store(checks, table, stores, counts) if stores is not None else None
    region = read_regions(checks, table) if stores is not None else None
    return OrderRows(ids, member, counts, amount, points_paid.minor, quantity, texts, store, region)


def _read_store(checks: Checks, table: TextTable, stores: StoreRows, counts: Moments) -> Int32s:
    """Return the store of each order, or NOBODY; note orders before their store joined."""
    if "store" not in table:
        return np.full(len(table), NOBODY, np.int32)
    rows = read_references(checks, table, "store", stores.ids, wanted=filled(table["store"]))
    check_opened(checks, table, "store", (stores, rows), counts)
    return stores.numbers(rows)


def check_opened(checks: Checks, table: TextTable, column: str, which: tuple[StoreRows, Int64s], when: Moments) -> None:
    """Note facts at stores that join later than the fact. `which`: the stores, and the row of each fact's store."""
    stores, rows = which
    if not (rows != NOBODY).any():
        return
    joined = stores.joined
    early = (rows != NOBODY) & when.good & joined.good[rows] & (joined.at[rows] > when.at)
    report(checks, table, column, early, lambda row: say(
        "the store {store} joins only at {joined}, after this ({at}); correct one of the times",
        store=shown(stores.ids.texts[int(rows[row])].as_py()), joined=checks.zone.text(int(joined.at[rows[row]])),
        at=checks.zone.text(int(when.at[row])),
    ))  # fmt: skip


def _texts(table: TextTable, column: str) -> list[str]:
    texts: list[str] = table[column].to_pylist() if column in table else [""] * len(table)
    return texts


def _check_points_kind(checks: Checks, table: TextTable) -> None:
    """Note kinds that pay orders and that the programme does not have."""
    if "points_kind" not in table:
        return
    kinds = tuple(kind for kind in checks.decimals if kind != MONEY or checks.has_money)
    texts = table["points_kind"]
    known = np.array([not text or text in kinds for text in texts.to_pylist()], bool)
    report(checks, table, "points_kind", ~known, lambda row: say(
        "there is no kind of points {kind}; write one of {kinds}",
        kind=shown(texts[row].as_py()), kinds=", ".join(kinds),
    ))  # fmt: skip


def _read_counting_moments(checks: Checks, table: TextTable) -> Moments:
    """Return when each order counts: confirmed_at if given, else paid_at."""
    paid = read_times(checks, table, "paid_at")
    confirmed = read_times(checks, table, "confirmed_at", required=False)
    early = paid.good & confirmed.good & (confirmed.at < paid.at)
    report(checks, table, "confirmed_at", early, lambda row: say(
        "the order is confirmed at {confirmed}, before it is paid ({paid}); correct one of the times",
        confirmed=checks.zone.text(int(confirmed.at[row])), paid=checks.zone.text(int(paid.at[row])),
    ))  # fmt: skip
    return Moments(
        np.where(confirmed.good, confirmed.at, paid.at),
        np.where(confirmed.good, confirmed.day, paid.day),
        paid.good,
    )


def check_joined(checks: Checks, table: TextTable, column: str, who: tuple[MemberRows, Int64s], when: Moments) -> None:
    """Note facts of members who join later than the fact. `who`: the members, and the row of each fact's member."""
    members, member = who
    joined = members.joined
    known = member != NOBODY
    if not known.any():
        return
    late = known & when.good & joined.good[member] & (joined.at[member] > when.at)
    report(checks, table, column, late, lambda row: say(
        "{member} joins only at {joined}, after this ({at}); correct one of the times",
        member=shown(members.ids.texts[int(member[row])].as_py()),
        joined=checks.zone.text(int(joined.at[member[row]])), at=checks.zone.text(int(when.at[row])),
    ))  # fmt: skip


def _check_points_paid(checks: Checks, table: TextTable, amount: Amounts, points_paid: Amounts) -> None:
    """Note orders paid with more points than they cost."""
    finer = checks.decimals_of(checks.paid_in) - MONEY_DECIMALS
    # Rounded up to CNY fen, so that no sum grows beyond 64 bits.
    fen = -(-points_paid.minor // 10**finer) if finer >= 0 else points_paid.minor * 10**-finer
    more = amount.good & points_paid.good & (fen > amount.minor)
    report(checks, table, "points_paid", more, lambda row: say(
        "{points} points are more than the amount of {amount}; write at most the amount",
        points=table["points_paid"][row].as_py(), amount=table["amount"][row].as_py(),
    ))  # fmt: skip


def read_concessions(checks: Checks, table: TextTable, orders: OrderRows) -> Int64s:
    """Return what the store of each order gives up, in fen (S2-05); note what is more than the order's amount."""
    given = read_amounts(checks, table, "concession", kind=MONEY, sign="not negative")
    more = orders.amount.good & given.good & (given.minor > orders.amount.minor)
    report(checks, table, "concession", more, lambda row: say(
        "a concession of {concession} is more than the amount of {amount}; write at most the amount",
        concession=table["concession"][row].as_py(), amount=table["amount"][row].as_py(),
    ))  # fmt: skip
    return given.minor


def make_orders(orders: OrderRows, members: MemberRows) -> Orders:
    """Return checked orders for the engine."""
    return Orders(
        codes=orders.ids.texts.to_pylist(),
        member=members.numbers(orders.member),
        at=orders.counts.at,
        day=orders.counts.day,
        amount=orders.amount.minor,
        points_paid=orders.points_paid,
        quantity=orders.quantity,
        product=orders.texts["product"],
        points_kind=orders.texts["points_kind"],
        channel=orders.texts["channel"],
        store=orders.store,
        region=orders.region,
    )


def read_refunds(checks: Checks, table: TextTable, orders: OrderRows) -> Refunds:
    """Read and check the table."""
    order = read_references(checks, table, "order", orders.ids)
    refunded = read_times(checks, table, "refunded_at")
    amount = read_amounts(checks, table, "amount", kind=MONEY, sign="positive")
    if len(orders.member):
        _check_refund_times(checks, table, orders, (order, refunded))
        _check_refund_sums(checks, table, orders, (order, refunded, amount))
    return Refunds(order.astype(np.int32), refunded.at, refunded.day, amount.minor)


def _check_refund_times(checks: Checks, table: TextTable, orders: OrderRows, refunds: tuple[Int64s, Moments]) -> None:
    order, refunded = refunds
    counts = orders.counts
    early = (order != NOBODY) & refunded.good & counts.good[order] & (refunded.at < counts.at[order])
    report(checks, table, "refunded_at", early, lambda row: say(
        "the refund is at {refunded}, before its order counts ({counts}); correct one of the times",
        refunded=checks.zone.text(int(refunded.at[row])), counts=checks.zone.text(int(counts.at[order[row]])),
    ))  # fmt: skip


def _check_refund_sums(
    checks: Checks, table: TextTable, orders: OrderRows, refunds: tuple[Int64s, Moments, Amounts]
) -> None:
    """Note refunds with which, in order of time, more is paid back than the order's amount."""
    order, refunded, amount = refunds
    rows = np.flatnonzero((order != NOBODY) & refunded.good & amount.good)
    rows = rows[orders.amount.good[order[rows]]]
    rows = rows[np.lexsort((rows, refunded.at[rows], order[rows]))]
    of, paid = order[rows], np.cumsum(amount.minor[rows])
    first = np.flatnonzero(np.append(True, of[1:] != of[:-1])[: len(of)])
    before = np.repeat(paid[first] - amount.minor[rows[first]], np.diff(np.append(first, len(of))))
    so_far = paid - before
    too_much = so_far > orders.amount.minor[of]
    sums = dict(zip(rows[too_much].tolist(), so_far[too_much].tolist(), strict=True))
    checks.findings.at_rows(table, "amount", rows[too_much], lambda row: say(
        "with this refund {refunded} of order {order} are paid back, but it cost {amount}; refund at most that in all",
        refunded=_yuan(sums[row]), amount=_yuan(int(orders.amount.minor[order[row]])),
        order=shown(table["order"][row].as_py()),
    ))  # fmt: skip


def _yuan(fen: int) -> str:
    return str(decimal_texts(np.array([fen], np.int64), MONEY_DECIMALS)[0])
