"""What a run adds up while its lines go by: totals per rule and kind, days, and the sums that the checks compare."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jifen.engine.book import Book
from jifen.engine.facts import Int64s
from jifen.engine.lines import (
    ACCOUNTS,
    FREE,
    FROZEN,
    LOCKED,
    STORE_PARTY,
    Block,
    DayLines,
    Exit,
    Journal,
    Review,
)
from jifen.engine.pool import Pool


class PoolDay(NamedTuple):
    """A pool after the close of a day; the price is the fraction of the last two."""

    day: int
    money: int  # fen
    supply: int  # minor units of its kind
    price_money: int
    price_supply: int


@dataclass
class RuleTotal:
    """What one rule moved of one kind: transfers, the sum of their positive lines, and what an empty lot cut off."""

    transfers: int = 0
    amount: int = 0
    blocked: int = 0


@dataclass
class Totals:
    """Adds up the lines of a run; `members` and `stores` are how many there are."""

    members: int
    stores: int = 0
    by_rule: defaultdict[tuple[str, str], RuleTotal] = field(default_factory=lambda: defaultdict(RuleTotal))
    by_day: dict[int, dict[tuple[str, str], RuleTotal]] = field(default_factory=dict)
    by_facts: dict[int, dict[tuple[str, str], int]] = field(default_factory=dict)  # of by_day, what facts moved
    rows: int = 0
    unbalanced: int = 0  # transfers whose lines of a kind do not sum to zero
    refused: Counter[str] = field(default_factory=Counter)  # by the template of the reason
    refused_facts: Counter[str] = field(default_factory=Counter)  # by "order", "refund", "action"
    claimed: int = 0  # what refunds claimed from free points, because it was released already
    returned: Counter[str] = field(default_factory=Counter)  # by rule: what refunds sent back into lots
    reviews: list[tuple[int, Review]] = field(default_factory=list)  # by day
    exits: list[tuple[int, Exit]] = field(default_factory=list)  # by day
    reported: Counter[tuple[int, int, str, str]] = field(default_factory=Counter)  # by day, party, rule, kind
    pools: list[PoolDay] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sums: defaultdict[tuple[str, str], Int64s] = defaultdict(lambda: self._zeros(len(ACCOUNTS)))
        self.floats: defaultdict[str, Int64s] = defaultdict(lambda: np.zeros(self.stores, np.int64))  # by kind
        self.earned_kinds: defaultdict[tuple[str, str], Int64s] = defaultdict(self._zeros)  # the same, each kind apart
        self.earned: defaultdict[str, Int64s] = defaultdict(self._zeros)  # by rule of the close: paid to each member

    def _zeros(self, more: int = 0) -> Int64s:
        return np.zeros(self.members + more, np.int64)

    def note(self, lines: DayLines) -> None:
        """Add a day's lines."""
        day: defaultdict[tuple[str, str], RuleTotal] = defaultdict(RuleTotal)
        self._note_journal(lines.journal, day)
        by_facts = {key: total.amount for key, total in day.items()}
        self._note_journal(lines.late, day)
        for block in lines.blocks:
            self._note_block(block, day)
        for cut in lines.cuts:
            day[cut.rule, cut.kind].blocked += cut.amount
        self.reviews += [(lines.day, review) for review in lines.reviews]
        self.exits += [(lines.day, one) for one in lines.exits]
        self._note_reported(lines)
        for refused in lines.refused:
            self.refused[refused.why.template] += 1
            self.refused_facts[refused.fact.partition(" ")[0]] += 1
        for key, total in day.items():
            whole = self.by_rule[key]
            whole.transfers += total.transfers
            whole.amount += total.amount
            whole.blocked += total.blocked
        self.by_day[lines.day], self.by_facts[lines.day] = dict(day), by_facts

    def at_close(self, day: int, rule: str, kind: str) -> int:
        """Return what a rule moved of a kind at the close of a day, without what facts moved by it."""
        of_day = self.by_day[day].get((rule, kind), RuleTotal())
        return of_day.amount - self.by_facts[day].get((rule, kind), 0)

    def at_closes(self, rule: str, kind: str) -> int:
        """Return what a rule moved of a kind at all closes."""
        return sum(self.at_close(day, rule, kind) for day in self.by_day)

    def checks(self, book: Book) -> dict[str, bool]:
        """Return the invariants of the run and whether each holds."""
        lots = book.lots
        out = lots.released_scheduled + lots.released_accelerated + lots.cancelled
        member = book.forest.layout.member
        held = [(self.sums[kind, FREE][member], column) for kind, column in book.free.items()]
        held += [(self.sums[kind, FROZEN][member], column) for kind, column in book.held.items()]
        held += [(self.floats[kind], column) for kind, column in book.stores.floats.items()]
        held.append((np.sum([self.sums[kind, LOCKED][member] for kind in book.free], axis=0), book.locked()))
        accounts = [
            self.sums[kind, FREE][self.members :][::-1].tolist() == amounts for kind, amounts in book.accounts.items()
        ]
        return {
            "every transfer sums to zero": self.unbalanced == 0,
            "every balance is the sum of its entries": all((a == b).all() for a, b in held) and all(accounts),
            "every lot adds up": bool((lots.granted == out + lots.remaining).all()),
            "nothing is negative": all(bool((column >= 0).all()) for column in (lots.remaining, *book.free.values())),
        }

    def note_pool(self, day: int, pool: Pool | None) -> None:
        """Note what a pool holds after the close of a day, and its price."""
        if pool is not None:
            self.pools.append(PoolDay(day, pool.money, pool.supply, *pool.price))

    def _note_journal(self, journal: Journal, day: defaultdict[tuple[str, str], RuleTotal]) -> None:
        """Add the rows of a journal, column by column."""
        if not len(journal):
            return
        party, amount = np.array(journal.party, np.int64), np.array(journal.amount, np.int64)
        kinds, kind = _numbered(journal.kind)
        states, state = _numbered(journal.state)
        stores = party <= STORE_PARTY
        for number, of_state in enumerate(kind * len(states) + state == one for one in range(len(kinds) * len(states))):
            # A negative party counts from the end, but that of a store.
            sums, others = self.sums[kinds[number // len(states)], states[number % len(states)]], of_state & ~stores
            np.add.at(sums, party[others], amount[others])
        if stores.any():
            for number, name in enumerate(kinds):
                floats = stores & (kind == number)
                np.add.at(self.floats[name], STORE_PARTY - party[floats], amount[floats])
        self._note_rules(journal, (kinds, kind), amount, day)
        self._note_refunds(journal)
        self.rows += len(journal)

    def _note_rules(
        self,
        journal: Journal,
        of_kind: tuple[list[str], Int64s],
        amount: Int64s,
        day: defaultdict[tuple[str, str], RuleTotal],
    ) -> None:
        """Count transfers and what came in by rule and kind, and the transfers that do not sum to zero."""
        (kinds, kind), (rules, rule) = of_kind, _numbered(journal.rule)
        transfer = pa.array(journal.transfer, pa.string())
        begins = pc.not_equal(transfer.slice(1), transfer.slice(0, len(transfer) - 1))
        number = np.append(0, np.cumsum(begins.to_numpy(zero_copy_only=False)))
        _, first, place = np.unique(number * len(kinds) + kind, return_index=True, return_inverse=True)
        left = np.zeros(len(first), np.int64)
        np.add.at(left, place, amount)
        self.unbalanced += len(np.unique(number[first[left != 0]]))

        key = rule * len(kinds) + kind
        paid, transfers = np.zeros(len(rules) * len(kinds), np.int64), np.bincount(key[first])
        np.add.at(paid, key, np.maximum(amount, 0))
        for one in np.unique(key).tolist():
            total = day[rules[one // len(kinds)], kinds[one % len(kinds)]]
            total.transfers += int(transfers[one]) if one < len(transfers) else 0
            total.amount += int(paid[one])

    def _note_refunds(self, journal: Journal) -> None:
        """Add up what refunds sent back into lots, and what they claimed of free points."""
        for row in [row for row, rule in enumerate(journal.rule) if rule == "refund"]:
            amount, cause = journal.amount[row], journal.cause[row]
            if journal.state[row] == LOCKED and amount > 0:
                self.returned[cause.split("/")[2]] += amount
            if journal.transfer[row].endswith("/claim") and cause.startswith("refund "):
                self.claimed += max(amount, 0)

    def _note_reported(self, lines: DayLines) -> None:
        """Add up what is reported and paid elsewhere, by rule, kind and party."""
        for one in lines.reported:
            self.reported[lines.day, one.party, one.rule, one.kind] += one.amount

    def _note_block(self, block: Block, day: defaultdict[tuple[str, str], RuleTotal]) -> None:
        locked, whole = block.locked, block.whole()
        total = day[block.rule, block.kind]
        starts = np.flatnonzero(np.diff(whole.member, prepend=-1))
        total.transfers += len(starts)
        total.amount += int(whole.amount[whole.amount > 0].sum())
        total.blocked += int(block.blocked_amount.sum())
        np.add.at(self.sums[block.kind, LOCKED], block.member[locked], block.amount[locked])
        np.add.at(self.sums[block.kind, block.state], block.member[~locked], block.amount[~locked])
        np.add.at(self.earned[block.rule], block.member[~locked], block.amount[~locked])
        np.add.at(self.earned_kinds[block.rule, block.kind], block.member[~locked], block.amount[~locked])
        if block.contra:
            self.sums[block.kind, FREE][block.contra] += whole.amount[whole.party < 0].sum()
        if len(starts):
            self.unbalanced += int(np.count_nonzero(np.add.reduceat(whole.amount, starts)))
        self.rows += len(whole.member)


def _numbered(texts: list[str]) -> tuple[list[str], Int64s]:
    """Return the different texts, and of each one its number among them."""
    found = pa.array(texts, pa.string()).dictionary_encode()
    return found.dictionary.to_pylist(), found.indices.to_numpy().astype(np.int64)
