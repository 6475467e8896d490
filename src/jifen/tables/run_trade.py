"""What a run says of a profit pool and of stores: tables, checks and the summary (S1-05 … S1-09, S1-15)."""

from collections.abc import Sequence

import numpy as np

from jifen.engine.amounts import MONEY, MONEY_DECIMALS, format_amount
from jifen.engine.lines import DIVIDENDS, POOL, POOL_RESERVE, TAKINGS
from jifen.engine.replay import Replay
from jifen.engine.rules.profit_pool import ProfitPool
from jifen.tables.entry_batches import Names
from jifen.tables.result_columns import AmountColumn, Column, DecimalColumn
from jifen.tables.totals import Totals

PRICE_DECIMALS = 12


def pool_rule(replay: Replay) -> ProfitPool | None:
    """Return the rule of the pool: of the last version that has one."""
    rules = (programme.pool for programme in reversed(replay.versions.programmes))
    return next((rule for rule in rules if rule is not None), None)


def price_of(money: int, supply: int, decimals: int) -> int:
    """Return the price of a whole point in CNY with 12 places, rounded down, of fen for so many minor units."""
    scale: int = 10 ** (decimals + PRICE_DECIMALS - MONEY_DECIMALS)
    return money * scale // supply


def trade_tables(replay: Replay, totals: Totals) -> dict[str, dict[str, Column]]:
    """Return the tables of programmes whose orders are divided; none of any other."""
    tables: dict[str, dict[str, Column]] = {}
    if any(programme.split is not None for programme in replay.versions.programmes):
        tables["reported"] = _reported(replay, totals)
    rule = pool_rule(replay)
    if rule is not None:
        tables["pools"] = _pools(replay, totals, rule.kind)
        tables["exits"] = _exits(replay, totals, rule.kind)
    return tables


def _pools(replay: Replay, totals: Totals, kind: str) -> dict[str, Column]:
    days = totals.pools
    return {
        "day": _days([one.day for one in days]),
        "pool": AmountColumn(np.array([one.money for one in days], np.int64), MONEY),
        "supply": AmountColumn(np.array([one.supply for one in days], np.int64), kind),
        "price": _prices(replay, kind, [(one.price_money, one.price_supply) for one in days]),
    }


def _exits(replay: Replay, totals: Totals, kind: str) -> dict[str, Column]:
    exits = [one for _, one in totals.exits]
    return {
        "day": _days([day for day, _ in totals.exits]),
        "transfer": [one.transfer for one in exits],
        "party": [replay.facts.members.codes[one.member] for one in exits],
        "points": AmountColumn(np.array([one.points for one in exits], np.int64), kind),
        "paid": AmountColumn(np.array([one.paid for one in exits], np.int64), MONEY),
        "price": _prices(replay, kind, [(one.price_money, one.price_supply) for one in exits]),
        "consumption": AmountColumn(np.array([one.consumption for one in exits], np.int64), MONEY),
    }


def _prices(replay: Replay, kind: str, prices: Sequence[tuple[int, int]]) -> DecimalColumn:
    decimals = replay.versions.kinds[kind].decimals
    return DecimalColumn([price_of(money, supply, decimals) for money, supply in prices], PRICE_DECIMALS)


def _reported(replay: Replay, totals: Totals) -> dict[str, Column]:
    rows = [(*key, amount) for key, amount in totals.reported.items() if amount]
    kinds = [kind for *_, kind, _ in rows]
    return {
        "day": _days([row[0] for row in rows]),
        "party": Names(replay.facts).parties([row[1] for row in rows]),
        "rule": [row[2] for row in rows],
        "points": kinds,
        "amount": AmountColumn(np.array([row[4] for row in rows], np.int64), kinds),
    }


def _days(days: list[int]) -> np.ndarray:
    return np.array(days, np.int64).astype("datetime64[D]")


def trade_checks(replay: Replay) -> dict[str, bool]:
    """Return the invariants of a pool and of stores, as far as the book has them (invariants of Growth)."""
    book, rule, checks = replay.book, pool_rule(replay), dict[str, bool]()
    accounts = book.accounts.get(MONEY, [])
    divides = any(programme.split is not None for programme in replay.versions.programmes)
    if book.pool is not None and rule is not None:
        waits = book.pool.waiting + book.pool.pending
        checks["the pool is what its account holds"] = book.pool.money == accounts[-1 - POOL]
        checks["the points in circulation are those of members"] = book.pool.supply == int(book.free[rule.kind].sum())
        checks["the reserve holds what waits for the pool"] = accounts[-1 - POOL_RESERVE] >= waits
    if divides and accounts and len(book.stores.net):
        checks["what stores are owed is in their account"] = accounts[-1 - TAKINGS] == int(book.stores.net.sum())
        checks["what partners are owed is in their account"] = accounts[-1 - DIVIDENDS] == int(book.stores.fund.sum())
    return checks


def trade_summary(replay: Replay, totals: Totals) -> dict[str, object]:
    """Return what the summary says of the pool after the last day, and of those who were made to sell."""
    pool, rule = replay.book.pool, pool_rule(replay)
    if pool is None or rule is None:
        return {}
    decimals = replay.versions.kinds[rule.kind].decimals
    return {
        "pool": {
            "money": format_amount(pool.money, MONEY_DECIMALS),
            "points": rule.kind,
            "supply": format_amount(pool.supply, decimals),
            "price": format_amount(price_of(*pool.price, decimals), PRICE_DECIMALS),
            "waiting": format_amount(pool.waiting, MONEY_DECIMALS),
            "pending": format_amount(pool.pending, MONEY_DECIMALS),
            "exits": len(totals.exits),
            "members_exited": len({one.member for _, one in totals.exits}),
            "paid_at_exits": format_amount(sum(one.paid for _, one in totals.exits), MONEY_DECIMALS),
        }
    }
