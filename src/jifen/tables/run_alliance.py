"""What a run says of an alliance: floats, debts, periods, rebates, and where all points are (S3-17 … S3-31)."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple, Self

import numpy as np

from jifen.engine.amounts import MONEY, MONEY_DECIMALS, RATE_DECIMALS_MAX, format_amount
from jifen.engine.facts import NOBODY, Int64s
from jifen.engine.lines import ISSUED, SPENT, UNFUNDED, DayLines, PeriodClose, is_store, store_number
from jifen.engine.replay import Replay
from jifen.engine.rules.point_sale import Cost, buyer_of
from jifen.tables.book_floats import BRANCH, STORE
from jifen.tables.result_columns import AmountColumn, Column, DecimalColumn

INCOME = "shareholder_income"
# The columns of the table floats: what comes in by which rule, and what goes out.
INS = {"opened": "opening_balance", "bought": "point_sale", "granted": "branch_grant", "handed": "branch_transfer"}
INS |= {"taken_back": "refund"}
OUTS = {"sold": "point_sale", "handed_out": "branch_transfer", "given": "store_grant", "sent": "store_transfer"}


class AllianceDay(NamedTuple):
    """Where the points of stores are after a day's close, minor units; `issued` and `unfunded` are not below 0."""

    day: int
    issued: int  # with money behind them
    unfunded: int
    branches: int
    stores: int
    members: int
    spent: int  # redeemed at head office
    others: int  # of the programme's other accounts, such as what operators took away

    @property
    def whole(self) -> bool:
        """Whether what was issued is what is somewhere (S3-D1)."""
        return self.issued + self.unfunded == self.branches + self.stores + self.members + self.spent + self.others


@dataclass
class Alliance:
    """Adds up a run of an alliance; stores by number, members too."""

    kind: str
    days: list[AllianceDay] = field(default_factory=list)
    periods: list[tuple[int, PeriodClose]] = field(default_factory=list)  # by the day of their settlement
    moves: defaultdict[tuple[str, bool], Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    rebates: defaultdict[tuple[int, int, str], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    refused: set[int] = field(default_factory=set)  # rows of actions

    @classmethod
    def of(cls, replay: Replay) -> Self | None:
        """Return what a run notes, None where the programme is no alliance."""
        kinds = (programme.float_kind for programme in reversed(replay.versions.programmes))
        kind = next((kind for kind in kinds if kind), "")
        return cls(kind) if kind else None

    def note(self, replay: Replay, lines: DayLines) -> None:
        """Add a day that was just closed."""
        self.days.append(alliance_day(replay, self.kind, lines.day))
        self.periods += [(lines.day, period) for period in lines.periods]
        self.refused |= {int(one.fact.split(" ")[1]) - 1 for one in lines.refused if one.fact.startswith("action ")}
        journal = lines.journal
        for row, party in enumerate(journal.party):
            if is_store(party):
                amount = journal.amount[row]
                self.moves[journal.rule[row], amount > 0][store_number(party)] += abs(amount)
            elif party >= 0 and f"/{INCOME}/" in journal.transfer[row]:
                level = int(journal.transfer[row].rsplit("/", 1)[1])
                paid = self.rebates[party, level, journal.kind[row]]
                paid[0 if journal.amount[row] > 0 else 1] += abs(journal.amount[row])

    def sums(self, rule: str, stores: int, *, into: bool) -> Int64s:
        """Return what a rule brought to each store, or took from it."""
        moved = self.moves[rule, into]
        return np.array([moved[store] for store in range(stores)], np.int64)

    def costs(self, replay: Replay) -> Int64s:
        """Return what each store has paid for its points, fen, by the price list of each day (S3-03)."""
        facts, costs = replay.facts, np.zeros(len(replay.facts.stores), np.int64)
        actions, until = facts.actions, self.days[-1].day if self.days else 0
        for row, name in enumerate(actions.action):
            day = int(actions.day[row])
            rule = replay.versions.on(day).point_sale if name == "buy_points" and day <= until else None
            if rule is None or row in self.refused:
                continue
            assert actions.store is not None
            store, decimals = int(actions.store[row]), replay.versions.kinds[rule.kind].decimals
            cost = rule.cost_of(buyer_of(facts.stores, store), int(actions.amount[row]), decimals)
            assert isinstance(cost, Cost)
            costs[store] += cost.cost
        return costs


def alliance_day(replay: Replay, kind: str, day: int) -> AllianceDay:
    """Return where the points of stores are now."""
    book, stores = replay.book, replay.facts.stores
    accounts, floats = book.accounts[kind], book.stores.float_in(kind)
    of_branches = stores.is_branch if stores.is_branch is not None else np.zeros(len(stores), np.bool_)
    members = int(book.free[kind].sum() + book.held[kind].sum())
    members += int(book.lots.remaining.sum()) if kind == replay.programme.lot_kind else 0
    issued, unfunded, spent = (accounts[-1 - account] for account in (ISSUED, UNFUNDED, SPENT))
    return AllianceDay(
        day=day,
        issued=-issued,
        unfunded=-unfunded,
        branches=int(floats[of_branches].sum()),
        stores=int(floats[~of_branches].sum()),
        members=members,
        spent=spent,
        others=sum(accounts) - issued - unfunded - spent,
    )


def alliance_tables(replay: Replay, alliance: Alliance | None) -> dict[str, dict[str, Column]]:
    """Return the tables of an alliance; none of any other programme."""
    if alliance is None:
        return {}
    tables = {"floats": _floats(replay, alliance), "owed": _owed(replay, alliance)}
    if any(programme.periods is not None for programme in replay.versions.programmes):
        tables["periods"] = _periods(replay, alliance)
    if any(programme.shareholders is not None for programme in replay.versions.programmes):
        tables["rebates"] = _rebates(replay, alliance)
    return tables


def _floats(replay: Replay, alliance: Alliance) -> dict[str, Column]:
    stores, book, kind = replay.facts.stores, replay.book.stores, alliance.kind
    count = len(stores)
    ins = {name: alliance.sums(rule, count, into=True) for name, rule in INS.items()}
    outs = {name: alliance.sums(rule, count, into=False) for name, rule in OUTS.items()}
    columns = {**ins, **outs, "balance": book.float_in(kind), "credit": book.credit, "owed": owed_by_stores(replay)}
    return {
        "store": stores.codes,
        "type": [BRANCH if stores.is_a_branch(store) else STORE for store in range(count)],
        "branch": [_store(replay, stores.branch_of(store)) for store in range(count)],
        "points": [kind] * count,
        **{name: AmountColumn(column, kind) for name, column in columns.items()},
        "paid": AmountColumn(alliance.costs(replay), MONEY),
    }


def owed_by_stores(replay: Replay) -> Int64s:
    """Return what each store owes its customers, minor units (S3-Q3)."""
    owed = replay.book.stores.owed
    sums = [sum(one.amount for one in owed.get(store, {}).values()) for store in range(len(replay.facts.stores))]
    return np.array(sums, np.int64)


def _store(replay: Replay, store: int) -> str:
    return replay.facts.stores.codes[store] if store != NOBODY else ""


def _owed(replay: Replay, alliance: Alliance) -> dict[str, Column]:
    """Return the points that stores have sold for and not given, because they had too few (S3-Q3)."""
    facts, notes = replay.facts, replay.book.notes
    rows = [(store, order, one) for store, owed in replay.book.stores.owed.items() for order, one in owed.items()]
    orders = [order for _, order, _ in rows]
    return {
        "store": [facts.stores.codes[store] for store, _, _ in rows],
        "order": [one.code for *_, one in rows],
        "member": [facts.members.codes[one.member] for *_, one in rows],
        "sold_on": facts.orders.day[orders].astype("datetime64[D]"),
        "points": [alliance.kind] * len(rows),
        "granted": AmountColumn(np.array([notes[order].grant for order in orders], np.int64), alliance.kind),
        "owed": AmountColumn(np.array([one.amount for *_, one in rows], np.int64), alliance.kind),
    }


def _periods(replay: Replay, alliance: Alliance) -> dict[str, Column]:
    periods = [period for _, period in alliance.periods]
    scale = 10**RATE_DECIMALS_MAX
    money = {
        name: AmountColumn(np.array([getattr(period, name) for period in periods], np.int64), MONEY)
        for name in ("sales", "refunds", "adjusted", "stored", "due")
    }
    return {
        "store": [replay.facts.stores.codes[period.store] for period in periods],
        "from": _days([period.start for period in periods]),
        "until": _days([period.until for period in periods]),
        "rate": DecimalColumn([int(period.rate * scale) for period in periods], RATE_DECIMALS_MAX),
        "orders": np.array([period.orders for period in periods], np.int64),
        **money,
        "settled_on": _days([day for day, _ in alliance.periods]),
    }


def _rebates(replay: Replay, alliance: Alliance) -> dict[str, Column]:
    rows = list(alliance.rebates.items())
    kinds = [kind for (_, _, kind), _ in rows]
    paid, returned = (np.array([sums[side] for _, sums in rows], np.int64) for side in (0, 1))
    return {
        "member": [replay.facts.members.codes[member] for (member, _, _), _ in rows],
        "level": np.array([level for (_, level, _), _ in rows], np.int64),
        "points": kinds,
        "paid": AmountColumn(paid, kinds),
        "returned": AmountColumn(returned, kinds),
    }


def _days(days: list[int]) -> np.ndarray:
    return np.array(days, np.int64).astype("datetime64[D]")


def alliance_checks(replay: Replay, alliance: Alliance | None) -> dict[str, bool]:
    """Return the invariants of an alliance (S3-D1)."""
    if alliance is None:
        return {}
    book = replay.book.stores
    covered = [column >= -book.credit for column in book.floats.values()]
    owed = {order: one.amount for orders in book.owed.values() for order, one in orders.items()}
    noted = {order: note.owed for order, note in replay.book.notes.items() if note.owed}
    begins = [(period.store, period.start) for _, period in alliance.periods]
    return {
        "all points issued are with branches, stores and members, or redeemed": all(day.whole for day in alliance.days),
        "no store gives more than it holds": all(bool(column.all()) for column in covered),
        "stores owe what their sales say": owed == noted,
        "no day is settled twice": len(set(begins)) == len(begins) and _apart(alliance),
    }


def _apart(alliance: Alliance) -> bool:
    ends: dict[int, int] = {}
    for _, period in alliance.periods:
        if period.start < ends.get(period.store, period.start) or period.until <= period.start:
            return False
        ends[period.store] = period.until
    return True


def alliance_summary(replay: Replay, alliance: Alliance | None) -> dict[str, object]:
    """Return what the summary says of an alliance after the last day."""
    if alliance is None or not alliance.days:
        return {}
    last, book, stores = alliance.days[-1], replay.book, replay.facts.stores
    decimals = replay.versions.kinds[alliance.kind].decimals
    amounts = {
        "issued": last.issued,
        "unfunded": last.unfunded,
        "in_branches": last.branches,
        "in_stores": last.stores,
        "with_members": last.members,
        "redeemed": last.spent,
        "elsewhere": last.others,
        "owed": int(owed_by_stores(replay).sum()),
    }
    branches = sum(stores.is_a_branch(store) for store in range(len(stores)))
    counts = {
        "branches": branches,
        "stores": len(stores) - branches,
        "shareholders": int(np.count_nonzero(book.shareholder)),
        "periods": len(alliance.periods),
    }
    due = sum(period.due for _, period in alliance.periods)
    told = {name: format_amount(amount, decimals) for name, amount in amounts.items()}
    return {"alliance": {"points": alliance.kind, **told, **counts, "due": format_amount(due, MONEY_DECIMALS)}}
