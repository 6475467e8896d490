"""What is kept of a growth programme beside the ledger, compared with the replay: day by day, and as it stands now."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from jifen.engine.amounts import MONEY
from jifen.engine.days import date_of
from jifen.engine.facts import NOBODY
from jifen.engine.lines import DayLines
from jifen.engine.message import Message, say
from jifen.engine.pool import exit_key
from jifen.engine.replay import Replay
from jifen.facts.models import Reported
from jifen.facts.terms import Terms
from jifen.facts.trade import NOTE, holders_on, partner_since
from jifen.ledger.reading import programme_balances
from jifen.pools.models import Exit, Holding, OrderNote, Pool, PoolDay
from jifen.settlement.facts import Stored
from jifen.settlement.growth_end import pool_moves
from jifen.stores.models import Patron, Shareholding, Store, StoreStanding

SHOWN = 5
POOL = ("money", "supply", "last_money", "last_supply", "waiting", "pending")
POOL_DAY = ("money", "supply", "minted", "sold", "exited", "injected")
HOLDING = ("points", "consumption", "exits", "since", "exit_key")
EXIT = ("member", "points", "paid", "price_money", "price_supply", "consumption")
STANDING = ("turnover", "net", "fund")
PATRON = ("amount", "products", "partner", "partner_since")
Rows = Mapping[Any, tuple[Any, ...]]


class GrowthMemory:
    """Compares a pool, holdings, stores, territories and notes of orders with those of the replay."""

    def __init__(self, terms: Terms, replay: Replay, stored: Stored) -> None:
        self.terms = terms
        self.programme_id = terms.programme_id
        self.replay = replay
        self.ids = stored.ids.tolist()
        self.ticks = stored.lots.tolist()
        self.stores = stored.stores.tolist()
        self.concerned = bool(terms.notes_orders or terms.pool_kind)

    def of_day(self, lines: DayLines, *, is_closed: bool) -> Iterator[Message]:
        """Yield what of a day's exits, reports and pool was kept otherwise."""
        if not self.concerned:
            return
        on = date_of(lines.day)
        yield from self._exits(on, lines)
        yield from self._reported(on, lines)
        if not is_closed:
            return
        if lines.pool is not None:
            moves = tuple(pool_moves(self.programme_id, self.terms.pool_kind, on).values())
            days = PoolDay.objects.filter(programme_id=self.programme_id, day=on)
            kept = {row.day: tuple(getattr(row, name) for name in POOL_DAY) for row in days}
            expected = (lines.pool.money, lines.pool.supply, *moves)
            if kept or any(expected):  # days before the first fact are not settled: members had only joined
                yield from unlike(kept, {on: expected}, POOL_DAY, "pool {}")
        holders = {region: (member,) for region, member in holders_on(self.programme_id, on).items()}
        replayed = {region: (self.ids[member],) for region, member in self.replay.book.territories.items()}
        yield from unlike(holders, replayed, ("holder",), "region {} " + on.isoformat())

    def at_the_end(self) -> Iterator[Message]:
        """Yield what is not now as the replay has it."""
        if not self.concerned:
            return
        for problems in (self._pool, self._holdings, self._store_standings, self._patrons, self._shares, self._notes):
            yield from problems()
        yield from self._accounts()

    def _exits(self, on: date, lines: DayLines) -> Iterator[Message]:
        rows = Exit.objects.filter(programme_id=self.programme_id, business_date=on)
        names = ("transfer", "member_id", *EXIT[1:])
        kept = {row[0]: tuple(map(int, row[1:])) for row in rows.values_list(*names)}
        expected = {
            one.transfer: (
                self.ids[one.member],
                *(one.points, one.paid, one.price_money, one.price_supply, one.consumption),
            )
            for one in lines.exits
        }
        yield from unlike(kept, expected, EXIT, "{}")

    def _reported(self, on: date, lines: DayLines) -> Iterator[Message]:
        rows = Reported.objects.filter(programme_id=self.programme_id, day=on)
        kept = Counter(rows.values_list("member_id", "rule", "kind", "amount"))
        expected = Counter((self.ids[one.party], one.rule, one.kind, one.amount) for one in lines.reported)
        for member, rule, _, amount in [*(kept - expected), *(expected - kept)][:SHOWN]:
            yield say(
                "{day}: {amount} of {rule} reported of {member} is not what the replay reports",
                day=on,
                amount=amount,
                rule=rule,
                member=f"M{member}",
            )

    def _pool(self) -> Iterator[Message]:
        pool, rows = self.replay.book.pool, Pool.objects.filter(pk=self.programme_id)
        kept = {row.pk: tuple(int(getattr(row, name)) for name in POOL) for row in rows}
        expected: Rows = {}
        if pool is not None and (kept or pool.money or pool.supply or pool.waiting or pool.pending):
            expected = {self.programme_id: tuple(getattr(pool, name) for name in POOL)}
        yield from unlike(kept, expected, POOL, "pool of {}", {self.programme_id: self.terms.newest.code})

    def _holdings(self) -> Iterator[Message]:
        book, expected = self.replay.book, {}
        free = book.free.get(self.terms.pool_kind)
        for number, member in enumerate(self.ids if free is not None else []):
            at = book.at(number)
            assert free is not None
            points, consumption = int(free[at]), int(book.consumption[at])
            key = exit_key(consumption, points) if points and consumption else None
            row = (points, consumption, int(book.exits[at]), int(book.since[at]), key)
            if any(row):  # one of nothing needs no row, and may have one
                expected[member] = row
        rows = Holding.objects.filter(programme_id=self.programme_id).values_list("member_id", *HOLDING)
        kept = {row[0]: (*row[1:-1], None if row[-1] is None else int(row[-1])) for row in rows}
        yield from unlike({member: row for member, row in kept.items() if any(row)}, expected, HOLDING, "M{}")

    def _store_standings(self) -> Iterator[Message]:
        codes, sums = self._codes(), self.replay.book.stores
        rows = StoreStanding.objects.filter(store__programme_id=self.programme_id)
        kept = {codes[row.pk]: tuple(getattr(row, name) for name in STANDING) for row in rows}
        expected = {
            codes[store]: tuple(int(getattr(sums, name)[at]) for name in STANDING)
            for at, store in enumerate(self.stores)
        }
        kept |= dict.fromkeys(expected.keys() - kept.keys(), (0, 0, 0))
        yield from unlike(kept, expected, STANDING, "store {}")

    def _patrons(self) -> Iterator[Message]:
        codes = self._codes()
        rows = Patron.objects.filter(store__programme_id=self.programme_id)
        kept = {f"{codes[row.store_id]} M{row.member_id}": tuple(getattr(row, name) for name in PATRON) for row in rows}
        expected = {
            f"{codes[self.stores[store]]} M{self.ids[member]}": (
                *(one.amount, one.products, one.partner),
                partner_since(one),
            )
            for store, patrons in self.replay.book.patrons.items()
            for member, one in patrons.items()
        }
        yield from unlike(kept, expected, PATRON, "customer of store {}")

    def _shares(self) -> Iterator[Message]:
        codes = self._codes()
        rows = Shareholding.objects.filter(store__programme_id=self.programme_id, until_on__isnull=True)
        kept = {f"{codes[row.store_id]} M{row.member_id}": (row.share_bp, row.initiator) for row in rows}
        expected = {
            f"{codes[self.stores[store]]} M{self.ids[member]}": tuple(one)
            for store, holders in self.replay.book.shareholders.items()
            for member, one in holders.items()
        }
        yield from unlike(kept, expected, ("share_bp", "initiator"), "shareholder of store {}")

    def _notes(self) -> Iterator[Message]:
        names = (*NOTE, "new_user_id", "card_id")
        rows = OrderNote.objects.filter(programme_id=self.programme_id)
        kept = {row[0]: tuple(row[1:]) for row in rows.values_list("tick", *names)}
        expected = {
            self.ticks[order]: (
                *(getattr(note, name) for name in NOTE),
                *(self.ids[one] if one != NOBODY else None for one in (note.new_user, note.card)),
            )
            for order, note in self.replay.book.notes.items()
        }
        codes = dict(zip(self.ticks, self.replay.facts.orders.codes, strict=True))
        yield from unlike(kept, expected, names, "order {}", codes)

    def _accounts(self) -> Iterator[Message]:
        """Yield accounts of the ledger that do not hold what pool and stores say that they hold."""
        held = programme_balances(self.programme_id)
        pool = Pool.objects.filter(pk=self.programme_id).first()
        stores = list(StoreStanding.objects.filter(store__programme_id=self.programme_id))
        expected = {
            "pool": pool.money if pool is not None else 0,
            "takings": sum(one.net for one in stores),
            "dividends": sum(one.fund for one in stores),
        }
        for role, amount in expected.items():
            if held.get((MONEY, role), 0) != amount:
                values = {"role": role, "held": held.get((MONEY, role), 0), "amount": amount}
                yield say("the account {role} holds {held}, and what is kept of it says {amount}", **values)
        reserve = held.get((MONEY, "pool_reserve"), 0)
        if pool is not None and reserve < pool.waiting + pool.pending:
            values = {"role": "pool_reserve", "held": reserve, "amount": pool.waiting + pool.pending}
            yield say("the account {role} holds {held}, and what is kept of it says {amount}", **values)

    def _codes(self) -> dict[int, str]:
        return dict(Store.objects.filter(programme_id=self.programme_id).values_list("id", "code"))


def unlike(
    kept: Rows, replayed: Rows, names: tuple[str, ...], label: str, titles: Mapping[Any, str] | None = None
) -> Iterator[Message]:
    """Yield the first rows that differ, or are there on one side only, with the first value that differs."""
    different = [key for key in (*kept, *(key for key in replayed if key not in kept))
                 if kept.get(key) != replayed.get(key)]  # fmt: skip
    for key in different[:SHOWN]:
        one, other = kept.get(key), replayed.get(key)
        at = 0
        if one is not None and other is not None:
            at = next(at for at, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1])
        yield say(
            "{member}: {name} is {kept}, the replay says {replayed}",
            member=label.format(titles.get(key, key) if titles is not None else key),
            name=names[at],
            kept=one[at] if one is not None else "–",
            replayed=other[at] if other is not None else "–",
        )
