"""A day's airdrop and the ranks of partners, as the engine finds them and as others would (S2-10 … S2-17)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from benchmarks.trees import SEED, tree
from jifen import catalogue
from jifen.engine.airdropping import airdrop, shares_of
from jifen.engine.book import Book
from jifen.engine.days import day_number, iso
from jifen.engine.document import load_programme
from jifen.engine.facts import NOBODY, Actions, Facts, Int64s, Members, Orders, Refunds
from jifen.engine.forest import Forest
from jifen.engine.kernels.shares import sum_of
from jifen.engine.lines import Block, DayLines, Journal
from jifen.engine.replay import Replay
from jifen.engine.rules.partner_rank import PartnerRank, PartnerRow

PROGRAMMES = {name: load_programme(catalogue.read(name)) for name in ("airdrop", "airdrop_sport")}
PROGRAMME = PROGRAMMES["airdrop"]
DAY = day_number(date(2024, 6, 18))
TOTAL = 498 * 10**8 + 12_345  # a day's tokens with the dust of the day before
WEIGHTS = np.array([3_990_000, 8_990_000, 22_990_000, 150_000_000, 1_200_000_000], np.int64)  # minor units
SHARES = (0.40, 0.30, 0.20, 0.08, 0.02)
ACTIVE = 0.75


def make_weights(members: int) -> Int64s:
    """Return the weight of each member, spread around what packs bring; of those who are not activated none."""
    random = np.random.default_rng(SEED + 7)
    weight = random.choice(WEIGHTS, members, p=SHARES) * random.integers(50, 150, members) // 100
    return weight * (random.random(members) < ACTIVE)


def share_engine(weight: Int64s) -> Int64s:
    """Return the shares as the engine's kernel finds them."""
    share = np.empty_like(weight)
    shares_of(weight, TOTAL, sum_of(weight), share)
    return share


def share_objects(weight: Int64s) -> Int64s:
    """Return the shares by NumPy over whole numbers of Python, which never overflow."""
    found: Int64s = (weight.astype(object) * TOTAL // int(weight.sum())).astype(np.int64)
    return found


def share_passes(weight: Int64s) -> Int64s:
    """Return the shares by passes of NumPy: a float guesses, the remainder modulo 2⁶⁴ puts it right."""
    whole = int(weight.sum())
    guess = (float(TOTAL) * weight / float(whole)).astype(np.int64)
    rest = weight * TOTAL - guess * whole
    while True:
        wrong = np.where(rest < 0, -1, np.where(rest >= whole, 1, 0))
        if not wrong.any():
            return guess
        guess += wrong
        rest -= wrong * whole


def share_plain(weight: Sequence[int]) -> list[int]:
    """Return the shares by plain Python."""
    whole = sum(weight)
    return [TOTAL * one // whole for one in weight]


@dataclass(frozen=True)
class DropDay:
    """A whole airdrop of the engine: the book, the shares and the lines; and the close that it is a part of."""

    replay: Replay
    weight: Int64s  # by position

    @classmethod
    def of(cls, name: str, shape: str, weight: Int64s) -> "DropDay":
        """Return a programme of as many members with these weights, under referrers of that shape."""
        replay = Replay(PROGRAMMES[name], _facts_of(Forest(tree(shape, len(weight)))))
        replay.book.active[:] = weight > 0
        return cls(replay, np.maximum(weight, 1))

    def run(self) -> list[Block]:
        """Give out one more day's tokens, to the same weights as the day before, whether or not that uses them up."""
        self.replay.book.free["weight"][:] = self.weight
        posting = self.replay.posting(Journal(), day=DAY, path=iso(DAY), fact="")
        return airdrop(posting, self.replay.programme)

    def close(self) -> DayLines:
        """Close one more day without orders: ranks of partners, the airdrop, and nothing for anybody else."""
        self.replay.book.free["weight"][:] = self.weight
        return self.replay.close_day(DAY)


def _facts(members: int) -> Facts:
    no32, no64 = np.zeros(0, np.int32), np.zeros(0, np.int64)
    codes, at, day = [f"M{number}" for number in range(members)], np.zeros(members, np.int64), np.zeros(members)
    return Facts(
        Members(codes, [""] * members, np.full(members, NOBODY, np.int32), at, day.astype(np.int32)),
        Orders([], no32, no64, no32, no64, no64),
        Refunds(no32, no64, no32, no64),
        Actions([], no32, no32, [], [], no64, no32, no64),
        [],
    )


def rank_rule(scope: str) -> PartnerRank:
    """Return the catalogue's table of partners: ten referrals and a team of a hundred, then three of the row before."""
    rule = PROGRAMME.partner_ranks
    assert rule is not None
    return PartnerRank(source=rule.source, table=rule.table, scope="team" if scope == "team" else "direct")


def rank_book(shape: str, members: int) -> Book:
    """Return a book of a forest in which everybody has joined."""
    return Book.of(_facts_of(Forest(tree(shape, members))), PROGRAMME.kinds)


def _facts_of(forest: Forest) -> Facts:
    facts = _facts(len(forest))
    members = facts.members
    joined = Members(members.codes, members.names, forest.referrer, members.at, members.day)
    return Facts(joined, facts.orders, facts.refunds, facts.actions, facts.declared)


def rank_plain(referrer: Sequence[int], table: Sequence[PartnerRow], scope: str) -> list[int]:
    """Return the rank of each position in plain Python: a pass from the last position to the first for each row."""
    direct, team = _count(referrer, [1] * len(referrer), "direct"), _count(referrer, [1] * len(referrer), "team")
    ranks = [0] * len(referrer)
    for number, row in enumerate(table, start=1):
        partners = [int(rank >= number - 1) for rank in ranks]
        below = _count(referrer, partners, scope) if row.below else [0] * len(referrer)
        for position in range(len(referrer)):
            if direct[position] >= row.direct and team[position] >= row.team and below[position] >= row.below:
                ranks[position] = number
    return ranks


def _count(referrer: Sequence[int], marked: Sequence[int], scope: str) -> list[int]:
    """Return how many of those below, or of the direct referrals, are marked."""
    below = [0] * len(referrer)
    for position in range(len(referrer) - 1, -1, -1):
        up = referrer[position]
        if up != NOBODY:
            below[up] += marked[position] + (below[position] if scope == "team" else 0)
    return below


def ranks_of(book: Book, scope: str) -> NDArray[np.int8]:
    """Return the ranks as the engine finds them."""
    return rank_rule(scope).run(book, PROGRAMME.lot_decimals)
