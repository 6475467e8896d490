"""The forced exit of a profit pool by four ways to find who reaches the cap next: all play the same orders (S1-09)."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

import numpy as np
import psycopg

from benchmarks.trees import SEED
from jifen import catalogue
from jifen.engine.document import load_programme
from jifen.engine.pool import ExitQueue, Pool

PROGRAMME = load_programme(catalogue.read("growth"))
CHEAP, DEAR = 3800, 580_000  # fen: the first orders and the last ones, so that some early buyers reach the cap
EARLY = 0.05  # of the members: their one order is a cheap one
CLOSE = 1e-9  # relative: floats that lie closer are compared exactly
SQL_LOWEST = (
    "SELECT member FROM bench_growing.holding WHERE points > 0 AND consumption > 0 "
    "ORDER BY div(consumption * 2::numeric ^ 128, points), since, member LIMIT 1"
)


class Buy(NamedTuple):
    """An order: who, and for how many fen."""

    member: int
    amount: int


class Sold(NamedTuple):
    """A forced exit: at which order, whose, and what was paid."""

    order: int
    member: int
    paid: int


class Finder(Protocol):
    """Finds the member whose exit price is the lowest."""

    def change(self, member: int, consumption: int, holding: int, since: int) -> None:
        """Take note of a member's consumption and holding."""
        ...

    def lowest(self) -> int | None:
        """Return the member who exits next, should the price rise enough."""
        ...


class Queue:
    """The engine's way."""

    def __init__(self, _members: int) -> None:
        self.queue = ExitQueue()
        self.change = self.queue.file
        self.lowest = self.queue.lowest


class Scan:
    """A straightforward scan: all holdings are compared each time, exactly, by cross-multiplication."""

    def __init__(self, _members: int) -> None:
        self.holdings: dict[int, tuple[int, int, int]] = {}

    def change(self, member: int, consumption: int, holding: int, since: int) -> None:
        """Note a holding that can exit; forget one that cannot."""
        self.holdings.pop(member, None)
        if consumption > 0 and holding > 0:
            self.holdings[member] = (consumption, holding, since)

    def lowest(self) -> int | None:
        """Return the lowest of all."""
        best, found = (1, 0, 0, 0), None
        for member, (consumption, holding, since) in self.holdings.items():
            mine, least = consumption * best[1], best[0] * holding
            if found is None or mine < least or (mine == least and (since, member) < best[2:]):
                best, found = (consumption, holding, since, member), member
        return found


class Arrays:
    """The same scan in NumPy: floats first, exactly among those that are close."""

    def __init__(self, members: int) -> None:
        self.price = np.full(members, np.inf)
        self.exact: dict[int, tuple[int, int, int]] = {}

    def change(self, member: int, consumption: int, holding: int, since: int) -> None:
        """Note a holding."""
        can_exit = consumption > 0 and holding > 0
        self.price[member] = consumption / holding if can_exit else np.inf
        self.exact[member] = (consumption, holding, since)

    def lowest(self) -> int | None:
        """Return the lowest of all."""
        least = self.price.min()
        if not np.isfinite(least):
            return None
        near = Scan(0)
        near.holdings = {int(one): self.exact[int(one)] for one in np.flatnonzero(self.price <= least * (1 + CLOSE))}
        return near.lowest()


class Table:
    """The same in PostgreSQL: a row for each member, and a query each time, by the same number as the engine."""

    def __init__(self, connection: psycopg.Connection, members: int) -> None:
        self.connection = connection
        connection.execute("DROP SCHEMA IF EXISTS bench_growing CASCADE")
        connection.execute("CREATE SCHEMA bench_growing")
        connection.execute(
            "CREATE UNLOGGED TABLE bench_growing.holding "
            "(member int PRIMARY KEY, consumption numeric(30, 0), points numeric(30, 0), since bigint)"
        )
        connection.execute(
            "INSERT INTO bench_growing.holding SELECT n, 0, 0, 0 FROM generate_series(0, %s) AS n", (members - 1,)
        )
        connection.execute("ANALYZE bench_growing.holding")

    def change(self, member: int, consumption: int, holding: int, since: int) -> None:
        """Note a holding."""
        self.connection.execute(
            "UPDATE bench_growing.holding SET consumption = %s, points = %s, since = %s WHERE member = %s",
            (consumption, holding, since, member),
        )

    def lowest(self) -> int | None:
        """Return the lowest of all."""
        row = self.connection.execute(SQL_LOWEST).fetchone()
        return int(row[0]) if row else None


def make_orders(members: int, orders: int) -> list[Buy]:
    """Return orders of which the first ones are cheap and each of somebody who buys once."""
    random = np.random.default_rng(SEED + 9)
    early = max(1, int(members * EARLY))
    member = random.integers(early, members, orders)
    amount = (CHEAP + (DEAR - CHEAP) * np.linspace(0, 1, orders) ** 2).astype(np.int64) // 100 * 100
    member[:early], amount[:early] = np.arange(early), CHEAP
    return [Buy(*pair) for pair in zip(member.tolist(), amount.tolist(), strict=True)]


def play(orders: Sequence[Buy], members: int, make: Callable[[int], Finder], first: int = 0) -> list[Sold]:
    """Let orders feed a pool and make those sell who reach the cap; return their exits from the order `first` on."""
    rule, split = PROGRAMME.pool, PROGRAMME.split
    assert rule is not None
    assert split is not None
    pool, finder = rule.open(PROGRAMME.kinds[rule.kind].decimals), make(members)
    holding, spent, since = [0] * members, [0] * members, [0] * members
    sold: list[Sold] = []
    for number, (buyer, amount) in enumerate(orders):
        share = split.parts(amount, None, pooled=True).share
        minted = pool.mintable(share, rule.minted)
        pool.money, pool.supply = pool.money + share, pool.supply + minted
        since[buyer] = since[buyer] if holding[buyer] else number + 1
        holding[buyer], spent[buyer] = holding[buyer] + minted, spent[buyer] + amount
        finder.change(buyer, spent[buyer], holding[buyer], since[buyer])
        while number >= first and (member := finder.lowest()) is not None:
            if not pool.reaches(holding[member], spent[member], rule.exit_multiple):
                break
            sold.append(Sold(number, member, _exit(pool, holding[member])))
            holding[member] = spent[member] = 0
            finder.change(member, 0, 0, 0)
    return sold


def _exit(pool: Pool, points: int) -> int:
    """Pay for a whole holding out of the pool."""
    assert PROGRAMME.pool is not None
    paid = pool.proceeds(points, PROGRAMME.pool.kept)
    pool.money, pool.supply = pool.money - paid, pool.supply - points
    return paid
