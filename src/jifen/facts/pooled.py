"""The profit pool in the book of one fact: held by its lock, with those who would be the first to exit (S1-05, S1-09).

Holdings change under the pool's lock only, so the holders of the lowest exit prices are known without their own locks.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import connection

from jifen.engine.book import Book
from jifen.engine.lines import Exit as EngineExit
from jifen.engine.pool import Pool as EnginePool
from jifen.engine.pool import exit_key
from jifen.engine.replay import Replay
from jifen.facts.models import Fact
from jifen.facts.posting import Numbers
from jifen.pools.models import Exit, Holding, Pool, PoolPoint

FEW, FURTHER = 16, 8  # holders that a fact looks at first; should all of them exit, at so many times as many
_LOCK_CLASS = 7_116  # of PostgreSQL's advisory locks: of programmes that have no row of a pool yet
EntryOfQueue = tuple[int, int, int]  # exit key, since, member's id


@dataclass(frozen=True)
class Held:
    """A programme's pool, locked; `row` is None before its first order."""

    programme_id: int
    row: Pool | None


@dataclass(frozen=True)
class Candidates:
    """The holders of the lowest exit prices, and the last of them; None where nobody is left out."""

    members: tuple[int, ...] = ()
    last: EntryOfQueue | None = None

    def suffice(self, book: Book, numbers: Numbers, kind: str) -> bool:
        """Return whether nobody else could have exited before those who are left in the book of the fact."""
        if self.last is None or book.pool is None:
            return True
        lowest = book.pool.queue.lowest()
        if lowest is None:
            return False
        at = book.at(lowest)
        key = exit_key(int(book.consumption[at]), int(book.free[kind][at]))
        return (key, int(book.since[at]), numbers.members[lowest]) <= self.last


@dataclass
class PoolBook:
    """What of a pool stands in the book of one fact, and how it was before."""

    held: Held
    kind: str
    holdings: dict[int, Holding] = field(default_factory=dict)  # by member's id

    def fill(self, replay: Replay, numbers: Numbers) -> None:
        """Put the pool and the holdings of the members into the book."""
        book, row = replay.book, self.held.row
        if row is not None:
            book.pool = engine_pool(row)
        self.holdings = Holding.objects.in_bulk(list(numbers.members))
        for number, member in enumerate(numbers.members):
            holding, position = self.holdings.get(member), book.at(number)
            if holding is not None:
                book.consumption[position], book.exits[position] = holding.consumption, holding.exits
                book.since[position] = holding.since
        if book.pool is not None:
            rows = [(numbers.members.index(member), row) for member, row in self.holdings.items()]
            book.pool.queue.fill((at, row.consumption, row.points, row.since) for at, row in sorted(rows, key=_first))

    def save(self, replay: Replay, numbers: Numbers, fact: Fact, exits: Sequence[EngineExit]) -> None:
        """Write what a fact changed of the pool and of holdings, and the exits that it caused."""
        pool, before = replay.book.pool, self.held.row
        if pool is None:
            return
        after = pool_row(self.held.programme_id, pool)
        if before is None or changed(before, after):
            after.save(force_insert=before is None, force_update=before is not None)
        if before is None or (before.money, before.supply) != (after.money, after.supply):
            PoolPoint.objects.create(
                programme_id=fact.programme_id, tick=fact.tick, money=after.money, supply=after.supply
            )
        self._save_holdings(replay, numbers)
        save_exits(exits, numbers.members, fact)

    def _save_holdings(self, replay: Replay, numbers: Numbers) -> None:
        book, rows = replay.book, []
        for number, member in enumerate(numbers.members):
            at = book.at(number)
            after = holding_row(
                member,
                self.held.programme_id,
                (int(book.free[self.kind][at]), int(book.consumption[at]), int(book.exits[at]), int(book.since[at])),
            )
            if holding_changed(self.holdings.get(member), after):
                rows.append(after)
        write_holdings(rows)


def hold_pool(programme_id: int) -> Held:
    """Lock a programme's pool until the transaction ends."""
    rows = Pool.objects.select_for_update(no_key=True)
    row = rows.filter(pk=programme_id).first()
    if row is None:  # nothing was sold yet: whoever is first makes the row
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_CLASS, programme_id])
        row = rows.filter(pk=programme_id).first()
    return Held(programme_id, row)


def look_at_pool(programme_id: int) -> Held:
    """Return a programme's pool to be read; nobody waits for it."""
    return Held(programme_id, Pool.objects.filter(pk=programme_id).first())


def candidates(programme_id: int, most: int) -> Candidates:
    """Return the holders of the `most` lowest exit prices."""
    found = Holding.objects.filter(programme_id=programme_id, exit_key__isnull=False)
    rows = list(found.order_by("exit_key", "since", "member_id").values_list("exit_key", "since", "member_id")[:most])
    entries = [(int(key or 0), since, member) for key, since, member in rows]
    return Candidates(tuple(member for _, _, member in entries), entries[-1] if len(entries) == most else None)


def engine_pool(row: Pool) -> EnginePool:
    """Return a stored pool as the engine has it, nobody filed."""
    return EnginePool(
        last_money=int(row.last_money),
        last_supply=int(row.last_supply),
        money=row.money,
        supply=row.supply,
        waiting=row.waiting,
        pending=row.pending,
    )


def pool_row(programme_id: int, pool: EnginePool) -> Pool:
    """Return the engine's pool as it is stored."""
    return Pool(
        programme_id=programme_id,
        money=pool.money,
        supply=pool.supply,
        last_money=pool.last_money,
        last_supply=pool.last_supply,
        waiting=pool.waiting,
        pending=pool.pending,
    )


def changed(before: Pool, after: Pool) -> bool:
    """Return whether anything differs between two states of a pool."""
    names = ("money", "supply", "last_money", "last_supply", "waiting", "pending")
    return any(getattr(before, name) != getattr(after, name) for name in names)


def holding_row(member: int, programme_id: int, of: tuple[int, int, int, int]) -> Holding:
    """Return a holding as it is stored; `of` are points, consumption, exits and since."""
    points, consumption, exits, since = of
    return Holding(
        member_id=member,
        programme_id=programme_id,
        points=points,
        consumption=consumption,
        exits=exits,
        since=since,
        exit_key=exit_key(consumption, points) if points > 0 and consumption > 0 else None,
    )


def holding_changed(before: Holding | None, after: Holding) -> bool:
    """Return whether a holding differs from what is stored; one of nothing needs no row."""
    names = ("points", "consumption", "exits", "since")
    return any(getattr(after, name) != (getattr(before, name) if before is not None else 0) for name in names)


def write_holdings(rows: Sequence[Holding]) -> None:
    """Write holdings, new ones and others."""
    Holding.objects.bulk_create(
        rows,
        batch_size=5_000,
        update_conflicts=True,
        unique_fields=["member"],
        update_fields=["points", "consumption", "exits", "since", "exit_key"],
    )


def save_exits(exits: Sequence[EngineExit], members: Sequence[int], fact: Fact) -> None:
    """Note the forced exits of a fact, or of a close, which has no tick."""
    Exit.objects.bulk_create(
        Exit(
            programme_id=fact.programme_id,
            tick=fact.tick,
            n=n,
            business_date=fact.business_date,
            member_id=members[one.member],
            points=one.points,
            paid=one.paid,
            price_money=one.price_money,
            price_supply=one.price_supply,
            consumption=one.consumption,
            transfer=one.transfer,
        )
        for n, one in enumerate(exits, start=1)
    )


def _first(pair: tuple[int, Holding]) -> int:
    return pair[0]
