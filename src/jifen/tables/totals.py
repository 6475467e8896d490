"""What a run adds up while its lines go by: totals per rule and kind, days, and the sums that the checks compare."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

import numpy as np

from jifen.engine.book import Book
from jifen.engine.facts import Int64s
from jifen.engine.lines import ACCOUNTS, FREE, LOCKED, Block, DayLines, Journal, Review


@dataclass
class RuleTotal:
    """What one rule moved of one kind: transfers, the sum of their positive lines, and what an empty lot cut off."""

    transfers: int = 0
    amount: int = 0
    blocked: int = 0


@dataclass
class Totals:
    """Adds up the lines of a run; `members` is how many there are."""

    members: int
    by_rule: defaultdict[tuple[str, str], RuleTotal] = field(default_factory=lambda: defaultdict(RuleTotal))
    by_day: dict[int, dict[tuple[str, str], RuleTotal]] = field(default_factory=dict)
    rows: int = 0
    unbalanced: int = 0  # transfers whose lines of a kind do not sum to zero
    refused: Counter[str] = field(default_factory=Counter)  # by the template of the reason
    refused_facts: Counter[str] = field(default_factory=Counter)  # by "order", "refund", "action"
    claimed: int = 0  # what refunds claimed from free points, because it was released already
    returned: Counter[str] = field(default_factory=Counter)  # by rule: what refunds sent back into lots
    reviews: list[tuple[int, Review]] = field(default_factory=list)  # by day

    def __post_init__(self) -> None:
        self.sums: defaultdict[tuple[str, str], Int64s] = defaultdict(lambda: self._zeros(len(ACCOUNTS)))
        self.earned: defaultdict[str, Int64s] = defaultdict(self._zeros)  # by rule of the close: paid to each member

    def _zeros(self, more: int = 0) -> Int64s:
        return np.zeros(self.members + more, np.int64)

    def note(self, lines: DayLines) -> None:
        """Add a day's lines."""
        day: defaultdict[tuple[str, str], RuleTotal] = defaultdict(RuleTotal)
        for journal in (lines.journal, lines.late):
            self._note_journal(journal, day)
        for block in lines.blocks:
            self._note_block(block, day)
        for cut in lines.cuts:
            day[cut.rule, cut.kind].blocked += cut.amount
        self.reviews += [(lines.day, review) for review in lines.reviews]
        for refused in lines.refused:
            self.refused[refused.why.template] += 1
            self.refused_facts[refused.fact.partition(" ")[0]] += 1
        for key, total in day.items():
            whole = self.by_rule[key]
            whole.transfers += total.transfers
            whole.amount += total.amount
            whole.blocked += total.blocked
        self.by_day[lines.day] = dict(day)

    def checks(self, book: Book) -> dict[str, bool]:
        """Return the invariants of the run and whether each holds."""
        lots = book.lots
        out = lots.released_scheduled + lots.released_accelerated + lots.cancelled
        member = book.forest.layout.member
        held = [(self.sums[kind, FREE][member], column) for kind, column in book.free.items()]
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

    def _note_journal(self, journal: Journal, day: defaultdict[tuple[str, str], RuleTotal]) -> None:
        left: defaultdict[str, int] = defaultdict(int)
        before = ""
        columns = (journal.transfer, journal.party, journal.kind, journal.state, journal.amount, journal.rule)
        for row, (transfer, party, kind, state, amount, rule) in enumerate(zip(*columns, strict=True)):
            self.sums[kind, state][party] += amount  # a negative party counts from the end
            total = day[rule, kind]
            if transfer != before:
                self.unbalanced += any(left.values())
                left.clear()
                before = transfer
            total.transfers += kind not in left
            left[kind] += amount
            total.amount += max(amount, 0)
            if rule == "refund" and state == LOCKED and amount > 0:
                self.returned[journal.cause[row].split("/")[2]] += amount
            if rule == "refund" and transfer.endswith("/claim") and journal.cause[row].startswith("refund "):
                self.claimed += max(amount, 0)
        self.unbalanced += any(left.values())
        self.rows += len(journal)

    def _note_block(self, block: Block, day: defaultdict[tuple[str, str], RuleTotal]) -> None:
        locked, whole = block.locked, block.whole()
        total = day[block.rule, block.kind]
        starts = np.flatnonzero(np.diff(whole.member, prepend=-1))
        total.transfers += len(starts)
        total.amount += int(whole.amount[whole.amount > 0].sum())
        total.blocked += int(block.blocked_amount.sum())
        np.add.at(self.sums[block.kind, LOCKED], block.member[locked], block.amount[locked])
        np.add.at(self.sums[block.kind, FREE], block.member[~locked], block.amount[~locked])
        np.add.at(self.earned[block.rule], block.member[~locked], block.amount[~locked])
        if block.contra:
            self.sums[block.kind, FREE][block.contra] += whole.amount[whole.party < 0].sum()
        if len(starts):
            self.unbalanced += int(np.count_nonzero(np.add.reduceat(whole.amount, starts)))
        self.rows += len(whole.member)
