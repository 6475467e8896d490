"""A whole programme offline: facts in, a result folder out."""

import hashlib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import numpy as np

import jifen
from jifen.engine.amounts import format_amount
from jifen.engine.book import NEVER
from jifen.engine.days import date_of
from jifen.engine.facts import Facts
from jifen.engine.lines import DayLines, account_name
from jifen.engine.replay import Replay
from jifen.tables.entry_batches import store_name
from jifen.tables.result_columns import AmountColumn, Column
from jifen.tables.run_airdrop import AirdropDay, airdrop_checks, airdrop_day, airdrop_summary, airdrop_tables
from jifen.tables.run_alliance import Alliance, alliance_checks, alliance_summary, alliance_tables
from jifen.tables.run_trade import trade_checks, trade_summary, trade_tables
from jifen.tables.totals import Totals
from jifen.tables.writing import ResultWriter

Tables = dict[str, dict[str, Column]]

AMOUNT_MAX = 2**63 - 1  # what was wished of tokens beside a price of next to nothing may be more


@dataclass(frozen=True)
class Run:
    """A run that has settled its last day: the replay with the final book, and what it added up."""

    replay: Replay
    totals: Totals
    until: date
    days: int
    last: DayLines | None  # what the last day posted
    airdrops: list[AirdropDay] = field(default_factory=list)  # of every day, where there are airdrops
    alliance: Alliance | None = None  # where stores give points out of floats of their own

    @property
    def checks(self) -> dict[str, bool]:
        """The invariants and whether each holds."""
        return {
            **self.totals.checks(self.replay.book),
            **trade_checks(self.replay),
            **airdrop_checks(self.replay, self.airdrops),
            **alliance_checks(self.replay, self.alliance),
        }


def run_days(
    replay: Replay, *, until: date, writer: ResultWriter, on_day: Callable[[int], None] = lambda _: None
) -> Run:
    """Settle every day up to `until`, hand its lines to the writer, and call `on_day` with each day's number."""
    totals = Totals(len(replay.facts.members.codes), len(replay.facts.stores))
    days, lines, airdrops, alliance = 0, None, list[AirdropDay](), Alliance.of(replay)
    for lines in replay.days(until):
        writer.write_day(lines)
        totals.note(lines)
        totals.note_pool(lines.day, replay.book.pool)
        dropped = airdrop_day(replay, lines)
        airdrops += [dropped] if dropped is not None else []
        if alliance is not None:
            alliance.note(replay, lines)
        days += 1
        on_day(lines.day)
    return Run(replay, totals, until, days, lines, airdrops, alliance)


def final_tables(run: Run) -> Tables:
    """Return the tables that show the state after the last day."""
    replay = run.replay
    tables = {
        "balances": _balances(replay),
        "lots": _lots(replay),
        "debts": _debts(replay),
        "ranks": _ranks(replay),
        "daily": _daily(run),
    }
    more = {
        "volumes": _volumes(replay),
        "leases": _leases(replay),
        "agents": _agents(replay),
        "reviews": _reviews(run),
        **trade_tables(replay, run.totals),
        **airdrop_tables(replay, run.airdrops),
        **alliance_tables(replay, run.alliance),
    }
    return {**tables, **{name: columns for name, columns in more.items() if columns}}


def _by_member(replay: Replay, column: np.ndarray) -> np.ndarray:
    return column[replay.book.forest.layout.position]


def _balances(replay: Replay) -> dict[str, Column]:
    codes = replay.facts.members.codes
    party: list[str] = []
    kinds: list[str] = []
    free: list[int] = []
    locked: list[int] = []
    for kind, column in replay.book.free.items():
        holds = replay.book.locked() if kind == replay.programme.lot_kind else np.zeros_like(column)
        free_of, locked_of = _by_member(replay, column), _by_member(replay, holds)
        some = np.flatnonzero((free_of != 0) | (locked_of != 0)).tolist()
        party += [codes[member] for member in some]
        free += free_of[some].tolist()
        locked += locked_of[some].tolist()
        held = {account_name(-1 - number): amount for number, amount in enumerate(replay.book.accounts[kind])}
        held |= _floats(replay, kind)
        for name, amount in held.items():
            if amount:
                party.append(name)
                free.append(amount)
                locked.append(0)
        kinds += [kind] * (len(party) - len(kinds))
    amounts = (AmountColumn(np.array(column, np.int64), kinds) for column in (free, locked))
    return {"party": party, "points": kinds, **dict(zip(("free", "locked"), amounts, strict=True))}


def _floats(replay: Replay, kind: str) -> dict[str, int]:
    """Return what stores hold of a kind to give away (S3-29)."""
    stores, floats = replay.facts.stores, replay.book.stores.floats.get(kind)
    return dict(zip(map(store_name, stores.codes), floats.tolist(), strict=True)) if floats is not None else {}


def _lots(replay: Replay) -> dict[str, Column]:
    lots, kind = replay.book.lots, replay.programme.lot_kind
    granted = np.flatnonzero(lots.granted)
    orders = lots.order[granted]
    members = replay.facts.orders.member[orders]
    columns: dict[str, Column] = {
        "order": [replay.facts.orders.codes[order] for order in orders],
        "member": [replay.facts.members.codes[member] for member in members],
        "opened_on": _days(lots.opened_on[granted]),
    }
    for name in ("granted", "released_scheduled", "released_accelerated", "cancelled", "remaining"):
        columns[name] = AmountColumn(getattr(lots, name)[granted], kind)
    return {**columns, "closed_on": _days(lots.closed_on[granted])}


def _days(numbers: np.ndarray) -> np.ndarray:
    days = numbers.astype("datetime64[D]")
    days[numbers == NEVER] = np.datetime64("NaT")
    return days


def _debts(replay: Replay) -> dict[str, Column]:
    owed, written_off = _by_member(replay, replay.book.debt), _by_member(replay, replay.book.written_off)
    some, kind = np.flatnonzero(owed + written_off), replay.programme.lot_kind
    return {
        "party": [replay.facts.members.codes[member] for member in some],
        "points": [kind] * len(some),
        "owed": AmountColumn(owed[some], kind),
        "written_off": AmountColumn(written_off[some], kind),
    }


def _ranks(replay: Replay) -> dict[str, Column]:
    terms = replay.versions.on(replay.close.day + 1) if replay.close is not None else replay.programme
    table = terms.ranks.table if terms.ranks is not None else ()  # of the next close, which uses these ranks
    rank, since = _by_member(replay, replay.book.rank), _by_member(replay, replay.book.rank_since)
    ranked = np.flatnonzero(rank)
    return {
        "member": [replay.facts.members.codes[member] for member in ranked],
        "rank": [table[number - 1].name for number in rank[ranked]],
        "since": since[ranked].astype("datetime64[D]"),
    }


def _volumes(replay: Replay) -> dict[str, Column]:
    if replay.programme.volumes is None:
        return {}
    columns = replay.programme.volumes.run(replay.book, replay.programme.points_per_money)
    by_member = {name: _by_member(replay, column) for name, column in columns.items()}
    some = np.flatnonzero(np.any(list(by_member.values()), axis=0))
    return {
        "member": [replay.facts.members.codes[member] for member in some],
        **{name: AmountColumn(column[some], "money") for name, column in by_member.items()},
    }


def _leases(replay: Replay) -> dict[str, Column]:
    """Return the orders of units: how many stand, and since when the price is back (S0-12)."""
    if replay.programme.units is None:
        return {}
    lots, facts, units = replay.book.lots, replay.facts.orders, replay.programme.units
    product = facts.product or []
    mine = [order for order in range(len(facts.codes)) if product[order] == units.product]
    orders = np.array([order for order in mine if order not in replay.refused_orders], np.int64)
    orders = orders[lots.opened_on[replay.book.place[orders]] != NEVER]
    refunded = [replay.refunded[order][-1][1] if order in replay.refunded else 0 for order in orders.tolist()]
    amount, bought = facts.amount[orders], facts.quantity[orders] if facts.quantity is not None else orders * 0 + 1
    return {
        "order": [facts.codes[order] for order in orders],
        "member": [replay.facts.members.codes[member] for member in facts.member[orders]],
        "units": bought * (amount - np.array(refunded, np.int64)) // amount,
        "price": AmountColumn(amount - np.array(refunded, np.int64), "money"),
        "paid_back_on": _days(lots.paid_back_on[replay.book.place[orders]]),
    }


def _agents(replay: Replay) -> dict[str, Column]:
    if replay.programme.agency is None:
        return {}
    book = replay.book
    agents = np.flatnonzero(_by_member(replay, book.agent))
    return {
        "member": [replay.facts.members.codes[member] for member in agents],
        "since": _by_member(replay, book.agent_since)[agents].astype("datetime64[D]"),
        "strikes": _by_member(replay, book.strikes)[agents],
        "carry": _by_member(replay, book.carry)[agents],
    }


def _reviews(run: Run) -> dict[str, Column]:
    if run.replay.programme.review is None:
        return {}
    reviews = run.totals.reviews
    numbers = {
        name: np.array([getattr(review, name) for _, review in reviews], np.int64)
        for name in ("sold", "target", "short", "strikes")
    }
    return {
        "day": np.array([day for day, _ in reviews], np.int64).astype("datetime64[D]"),
        "member": [run.replay.facts.members.codes[review.member] for _, review in reviews],
        **numbers,
        "outcome": ["dismissed" if review.dismissed else "" for _, review in reviews],
    }


def _daily(run: Run) -> dict[str, Column]:
    rows = [(day, *key, total) for day, rules in run.totals.by_day.items() for key, total in sorted(rules.items())]
    kinds = [kind for _, _, kind, _ in rows]
    return {
        "day": np.array([day for day, *_ in rows], np.int64).astype("datetime64[D]"),
        "rule": [rule for _, rule, _, _ in rows],
        "points": kinds,
        "transfers": np.array([total.transfers for *_, total in rows], np.int64),
        "amount": AmountColumn(np.array([total.amount for *_, total in rows], np.int64), kinds),
        "blocked": AmountColumn(np.array([min(total.blocked, AMOUNT_MAX) for *_, total in rows], np.int64), kinds),
    }


def summary_of(run: Run) -> dict[str, object]:
    """Return what summary.json says; amounts are decimal strings."""
    replay, programme = run.replay, run.replay.programme
    facts, first = replay.facts, replay.first_day
    return {
        "programme": programme.code,
        "programme_sha256": programme.digest,
        "facts_sha256": facts_digest(facts),
        "engine_version": jifen.__version__,
        "first_day": date_of(first).isoformat() if first is not None else None,
        "until": run.until.isoformat(),
        "days": run.days,
        "counts": {
            "members": len(facts.members.codes),
            "orders": len(facts.orders.codes),
            "refunds": len(facts.refunds.order),
            "actions": len(facts.actions.action),
            "facts_after_until": replay.facts_after(run.until),
            "refused": sum(run.totals.refused.values()),
            "entries": run.totals.rows,
        },
        "refused": dict(run.totals.refused),
        "totals": _totals(run),
        "checks": run.checks,
        **trade_summary(replay, run.totals),
        **airdrop_summary(replay, run.airdrops),
        **alliance_summary(replay, run.alliance),
    }


def facts_digest(facts: Facts) -> str:
    """Return the SHA-256 of everything in the facts, to tell whether two books say the same."""
    digest = hashlib.sha256()
    for table in (facts.members, facts.orders, facts.refunds, facts.actions):
        for column in vars(table).values():
            if column is None:
                continue
            text = column.tobytes() if isinstance(column, np.ndarray) else "\n".join(map(str, column)).encode()
            digest.update(len(text).to_bytes(8, "big") + text)
    digest.update(repr(facts.declared).encode())
    if len(facts.steps):
        digest.update(repr([list(column) for column in vars(facts.steps).values() if column is not None]).encode())
    if len(facts.stores):
        columns = (column for column in vars(facts.stores).values() if column is not None)
        digest.update(repr([list(column) for column in columns]).encode())
    return digest.hexdigest()


def _totals(run: Run) -> dict[str, object]:
    kinds = run.replay.versions.kinds
    totals: defaultdict[str, dict[str, object]] = defaultdict(dict)
    for (rule, kind), total in sorted(run.totals.by_rule.items()):
        decimals = kinds[kind].decimals
        totals[rule][kind] = {
            "transfers": total.transfers,
            "amount": format_amount(total.amount, decimals),
            "blocked": format_amount(total.blocked, decimals),
        }
    return dict(totals)
