"""The day that is measured: the book that the engine settles, the same day for its peers, and what both return."""

from dataclasses import dataclass, fields
from hashlib import sha256
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.trees import SEED, chunks, tree
from jifen import catalogue
from jifen.engine.amounts import common_denominator, to_minor
from jifen.engine.book import NEVER, Book, Lots
from jifen.engine.close import Close
from jifen.engine.document import load_programme
from jifen.engine.facts import Int32s, Int64s
from jifen.engine.forest import Forest
from jifen.engine.programme import Programme
from jifen.engine.rules.generation_share import GenerationShare
from jifen.engine.rules.peer_bonus import PeerBonus
from jifen.engine.rules.scheduled_release import ScheduledRelease
from jifen.engine.rules.second_leg_rank import SecondLegRank

TODAY = 10
LOTS_PER_MEMBER = 1.5
PERCENT_USED_UP, PERCENT_OPENED_TODAY, PERMILLE_RANKED = 15, 1, 63
PRICES = np.array([3000, 9000, 27000, 51000], np.int64) * 10_000


def release_programme() -> Programme:
    """Return the catalogue's release programme."""
    return load_programme(catalogue.read("release"))


class Terms(NamedTuple):
    """The numbers of the release programme; a rate is (numerator, denominator)."""

    daily: tuple[int, int]
    shares: tuple[tuple[int, int], ...]
    rank_num: tuple[int, ...]  # by rank, over rank_den; 0 is no rank
    rank_den: int
    peer: tuple[int, int]
    volumes: tuple[int, ...]  # what the second-largest leg must reach, for rank 1, 2, …

    @classmethod
    def of(cls, programme: Programme) -> "Terms":
        """Return the numbers of a programme with all rules of the release programme."""
        daily, ranks = programme.rule(ScheduledRelease), programme.rule(SecondLegRank)
        shares, peer = programme.rule(GenerationShare), programme.rule(PeerBonus)
        assert daily is not None
        assert ranks is not None
        assert shares is not None
        assert peer is not None
        rates = ranks.rates_in(programme.lot_decimals)
        den = common_denominator(rates)
        return cls(
            daily=(daily.rate.num, daily.rate.den),
            shares=tuple((rate.num, rate.den) for rate in shares.rates),
            rank_num=tuple(rate.over(den) for rate in rates),
            rank_den=den,
            peer=(peer.rate.num, peer.rate.den),
            volumes=tuple(to_minor(rank.volume, programme.lot_decimals) for rank in ranks.table),
        )


@dataclass(frozen=True)
class Day:
    """What the engine settles, for its peers: members by position, a member's lots together and oldest first."""

    day: int
    referrer: Int32s  # position of the referrer, which is a lower one, or NOBODY
    rank: NDArray[np.int8]
    volume: Int64s
    start: Int32s
    opened_on: Int32s
    base: Int64s
    remaining: Int64s

    @classmethod
    def of(cls, book: Book, day: int) -> "Day":
        """Return a day of a book."""
        layout, lots = book.forest.layout, book.lots
        by_position = book.forest.referrer[layout.member]
        referrer = np.where(by_position < 0, by_position, layout.position[by_position])
        return cls(day, referrer, book.rank, book.volume, lots.start, lots.opened_on, lots.base, lots.remaining)


@dataclass(frozen=True)
class Settled:
    """Everything that a day pays: one row for each reward and generation, members by position."""

    released: Int64s
    released_by_lot: Int64s
    paid: NDArray[np.int64]
    blocked: NDArray[np.int64]
    rest: NDArray[np.int32]
    drawn: Int64s
    rank: NDArray[np.int8]

    @classmethod
    def of(cls, close: Close) -> "Settled":
        """Return what the engine found."""
        scheduled = close.scheduled
        return cls(
            scheduled.by_position, scheduled.by_lot, close.paid, close.blocked, close.rest, close.drawn, close.rank
        )

    def differs(self, other: "Settled") -> list[str]:
        """Return the names of the columns that are not equal."""
        return [
            field.name
            for field in fields(self)
            if not np.array_equal(getattr(self, field.name), getattr(other, field.name))
        ]

    def digest(self) -> str:
        """Return the SHA-256 of all columns."""
        found = sha256()
        for column in self.columns():
            found.update(column.data)
        return found.hexdigest()

    def columns(self) -> list[NDArray[Any]]:
        """Return all columns."""
        return [getattr(self, field.name) for field in fields(self)]


def make_book(shape: str, members: int) -> Book:
    """Return a book of `members` with a random number of lots each, ranks and volumes; made with little memory."""
    random = np.random.default_rng(SEED + 2)
    start = np.zeros(members + 1, np.int32)
    for part in chunks(members):
        start[1:][part] = random.poisson(LOTS_PER_MEMBER, part.stop - part.start)
    np.cumsum(start, out=start)
    lots = _make_lots(start, random)
    book = Book(forest=Forest(tree(shape, members)), kinds=["points"], lots=lots)
    assert len(book.forest.layout.size) == members
    for part in chunks(members):
        ranked = random.integers(0, 1000, part.stop - part.start) < PERMILLE_RANKED
        book.rank[part] = ranked * random.integers(1, 8, part.stop - part.start)
        bounds = start[part.start : part.stop + 1]
        sums = np.zeros(bounds[-1] - bounds[0] + 1, np.int64)
        np.cumsum(lots.base[bounds[0] : bounds[-1]], out=sums[1:])
        book.volume[part] = np.diff(sums[bounds - bounds[0]])
    book.rank[0] = 4
    return book


def _make_lots(start: Int32s, random: np.random.Generator) -> Lots:
    size = int(start[-1])
    order = np.arange(size, dtype=np.int32)
    opened_on, closed_on = np.zeros(size, np.int32), np.zeros(size, np.int32)
    base, granted, scheduled, accelerated, cancelled, claimed, remaining = (np.zeros(size, np.int64) for _ in range(7))
    for part in chunks(size):
        count = part.stop - part.start
        opened_on[part] = TODAY * (random.integers(0, 100, count) < PERCENT_OPENED_TODAY)
        base[part] = PRICES[random.integers(0, len(PRICES), count)]
        remaining[part] = random.integers(1, base[part] * 3)
        remaining[part] *= random.integers(0, 100, count) >= PERCENT_USED_UP
    never = np.full(size, NEVER, np.int32)
    return Lots(
        start=start,
        order=order,
        opened_on=opened_on,
        closed_on=closed_on,
        paid_back_on=never,
        base=base,
        granted=granted,
        released_scheduled=scheduled,
        released_accelerated=accelerated,
        cancelled=cancelled,
        claimed=claimed,
        remaining=remaining,
    )


def bytes_touched(book: Book, settled: Settled) -> int:
    """Return the size of all arrays that a day reads, and of all that it returns."""
    lots = book.lots
    by_member: list[NDArray[Any]] = [book.forest.layout.size, book.rank, book.volume, lots.start]
    by_lot: list[NDArray[Any]] = [lots.opened_on, lots.base, lots.remaining]
    return sum(column.nbytes for column in (*by_member, *by_lot, *settled.columns()))
