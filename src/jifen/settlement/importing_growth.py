"""The pool and the stores in an import, with what belongs to them: kept day by day as facts and closes leave it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from jifen.engine.amounts import Rate
from jifen.engine.days import date_of, day_number
from jifen.engine.events import Events
from jifen.engine.facts import NOBODY, Facts
from jifen.engine.lines import DayLines
from jifen.engine.lines import Reported as EngineReported
from jifen.engine.replay import Replay
from jifen.facts.models import Fact, Reported
from jifen.facts.pooled import holding_changed, holding_row, pool_row, save_exits, write_holdings
from jifen.facts.terms import Terms
from jifen.facts.trade import note_columns, partner_since
from jifen.pools.models import Holding, OrderNote, PoolDay, PoolPoint
from jifen.settlement.growth_end import pool_moves
from jifen.stores.models import Patron, Shareholding, Store, StoreStanding, StoreType, Territory

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class GrowthImport:
    """What an import keeps of a growth programme; members and stores by their ids."""

    terms: Terms
    replay: Replay
    ids: Sequence[int]
    ticks: Sequence[int]  # of orders
    stores: list[int] = field(default_factory=list)
    _shares: dict[tuple[int, int], Shareholding] = field(default_factory=dict)  # open ones, by number
    _regions: dict[str, Territory] = field(default_factory=dict)  # open ones

    def open_stores(self) -> None:
        """Make the stores of the book, which are called by their codes; once."""
        if self.stores:
            return
        facts = self.replay.facts.stores
        ids: dict[int, int] = {}
        for number in sorted(range(len(facts)), key=lambda store: not facts.is_a_branch(store)):
            owner, referrer = (
                None if one == NOBODY else self.ids[int(one)] for one in (facts.owner[number], facts.referrer[number])
            )
            rate, branch = facts.rate[number], facts.branch_of(number)
            store = Store.objects.create(
                programme_id=self.terms.programme_id,
                code=facts.codes[number],
                title=facts.codes[number],
                type=StoreType.BRANCH if facts.is_a_branch(number) else StoreType.STORE,
                branch_id=ids[branch] if branch != NOBODY else None,
                ratio=rate_text(facts.ratio_of(number)) or None,
                owner_id=owner,
                referrer_id=referrer,
                region=facts.region[number],
                rate=rate_text(rate) or None,
                joined_tick=int(facts.at[number]),
                joined_on=date_of(int(facts.day[number])),
            )
            StoreStanding.objects.create(store=store)
            ids[number] = store.pk
        self.stores += [ids[number] for number in range(len(facts))]

    def store_id(self, number: int) -> int | None:
        """Return the id of a store by its number."""
        return None if number == NOBODY else self.stores[number]

    def keep_facts(self, on: date, events: Events) -> None:
        """Note what a day's facts did to shares and territories, and which exits they caused."""
        if not self._concerned():
            return
        self._keep_shares(on)
        self._keep_regions(on)
        save_exits(events.exits, self.ids, self._moment(on, first=True))
        self._keep_reported(on, events.reported)

    def keep_close(self, on: date, lines: DayLines) -> None:
        """Note what a close did to the pool."""
        if not self._concerned():
            return
        save_exits(lines.exits, self.ids, self._moment(on, first=False))
        self._keep_reported(on, lines.reported)
        if lines.pool is not None:
            moves = pool_moves(self.terms.programme_id, self.terms.pool_kind, on)
            money, supply = lines.pool
            PoolDay.objects.create(programme_id=self.terms.programme_id, day=on, money=money, supply=supply, **moves)
            tick = self._moment(on, first=False).tick
            PoolPoint.objects.create(programme_id=self.terms.programme_id, tick=tick, money=money, supply=supply)

    def keep_state(self) -> None:
        """Write the pool, holdings, stores, their customers and the notes of orders as they are at the end."""
        if not self._concerned():
            return
        book, programme_id = self.replay.book, self.terms.programme_id
        if book.pool is not None:
            pool_row(programme_id, book.pool).save(force_insert=True)
            write_holdings(self._holdings())
        for number, store in enumerate(self.stores):
            sums = {name: int(getattr(book.stores, name)[number]) for name in ("turnover", "net", "fund")}
            StoreStanding.objects.filter(pk=store).update(**sums)
        Patron.objects.bulk_create(
            (
                Patron(
                    store_id=self.stores[store],
                    member_id=self.ids[member],
                    amount=one.amount,
                    products=one.products,
                    partner=one.partner,
                    partner_since=partner_since(one),
                )
                for store, patrons in book.patrons.items()
                for member, one in patrons.items()
            ),
            batch_size=5_000,
        )
        OrderNote.objects.bulk_create(self.notes(), batch_size=5_000)

    def _concerned(self) -> bool:
        return bool(self.terms.notes_orders or self.terms.pool_kind)

    def _holdings(self) -> list[Holding]:
        book, kind = self.replay.book, self.terms.pool_kind
        rows = []
        for number, member in enumerate(self.ids):
            at = book.at(number)
            of = (int(book.free[kind][at]), int(book.consumption[at]), int(book.exits[at]), int(book.since[at]))
            row = holding_row(member, self.terms.programme_id, of)
            if holding_changed(None, row):
                rows.append(row)
        return rows

    def notes(self) -> list[OrderNote]:
        """Return what is noted of orders."""
        orders, notes = self.replay.facts.orders, []
        for order, note in self.replay.book.notes.items():
            store = int(orders.store[order]) if orders.store is not None else NOBODY
            notes.append(
                OrderNote(
                    tick=self.ticks[order],
                    programme_id=self.terms.programme_id,
                    member_id=self.ids[int(orders.member[order])],
                    store_id=self.store_id(store),
                    business_date=date_of(int(orders.day[order])),
                    new_user_id=self.ids[note.new_user] if note.new_user != NOBODY else None,
                    card_id=self.ids[note.card] if note.card != NOBODY else None,
                    **note_columns(note, self.ids),
                )
            )
        return notes

    def _keep_reported(self, on: date, reported: Sequence[EngineReported]) -> None:
        Reported.objects.bulk_create(
            Reported(
                programme_id=self.terms.programme_id,
                day=on,
                member_id=self.ids[one.party],
                rule=one.rule,
                kind=one.kind,
                amount=one.amount,
            )
            for one in reported
        )

    def _keep_shares(self, on: date) -> None:
        now = {
            (store, member): one
            for store, holders in self.replay.book.shareholders.items()
            for member, one in holders.items()
        }
        for key, row in list(self._shares.items()):
            one = now.get(key)
            if one is None or (one.share, one.initiator) != (row.share_bp, row.initiator):
                Shareholding.objects.filter(pk=row.pk).update(until_on=on)
                del self._shares[key]
        for (store, member), one in now.items():
            if (store, member) not in self._shares:
                self._shares[store, member] = Shareholding.objects.create(
                    store_id=self.stores[store],
                    member_id=self.ids[member],
                    share_bp=one.share,
                    initiator=one.initiator,
                    since_tick=self._tick_of(on, "buy_shares", member),
                    since_on=on,
                )

    def _keep_regions(self, on: date) -> None:
        now = {region: self.ids[member] for region, member in self.replay.book.territories.items()}
        for region, row in list(self._regions.items()):
            if now.get(region) != row.member_id:
                Territory.objects.filter(pk=row.pk).update(until_on=on)
                del self._regions[region]
        actions = self.replay.facts.actions
        for region, member in now.items():
            if region not in self._regions:
                tick = self._tick_of(on, "assign_territory", self.ids.index(member), region)
                self._regions[region] = Territory.objects.create(
                    programme_id=self.terms.programme_id,
                    region=region,
                    member_id=member,
                    since_tick=tick,
                    since_on=on,
                    fee=int(actions.amount[actions.at.tolist().index(tick)]),
                )

    def _tick_of(self, on: date, action: str, member: int, region: str = "") -> int:
        """Return the tick of the last such action of a member on a day."""
        actions, day = self.replay.facts.actions, day_number(on)
        return max(
            int(actions.at[row])
            for row, name in enumerate(actions.action)
            if name == action
            and actions.day[row] == day
            and actions.member[row] == member
            and region in ("", actions.to_kind[row])
        )

    def _moment(self, on: date, *, first: bool) -> Fact:
        """Return a day as a fact that exits are noted of: its facts together, or its close."""
        at = time(23, 59, 59) if first else time.max  # an import has no clock of its own
        moment = datetime.combine(on, at, ZoneInfo(self.terms.newest.time_zone))
        tick = int((moment - EPOCH) / timedelta(microseconds=1))
        return Fact(tick=tick, programme_id=self.terms.programme_id, business_date=on)


def rate_text(rate: Rate | None) -> str:
    """Return a commission as a fact keeps it; "" for the document's."""
    if rate is None:
        return ""
    whole, part = divmod(rate.num * 10**9 // rate.den, 10**9)
    return f"{whole}.{part:09}".rstrip("0").rstrip(".")


def agreed_rates(facts: Facts) -> list[str]:
    """Return with which commission each order was sold: its own, else its store's."""
    orders, stores = facts.orders, facts.stores
    texts = []
    for row in range(len(orders.codes)):
        own = orders.rate[row] if orders.rate is not None else None
        store = int(orders.store[row]) if orders.store is not None else NOBODY
        texts.append(rate_text(own if own is not None or store == NOBODY else stores.rate[store]))
    return texts


def ratios_of(facts: Facts) -> list[str]:
    """Return the points for 1 CNY with which each order was sold: its own, else its store's (S3-12)."""
    orders, stores = facts.orders, facts.stores
    texts = []
    for row in range(len(orders.codes)):
        own = orders.ratio[row] if orders.ratio is not None else None
        store = int(orders.store[row]) if orders.store is not None else NOBODY
        texts.append(rate_text(own if own is not None or store == NOBODY else stores.ratio_of(store)))
    return texts


def regions_of(facts: Facts) -> list[str]:
    """Return the region of each order: its own, else its store's."""
    orders, stores = facts.orders, facts.stores
    texts = []
    for row in range(len(orders.codes)):
        own = orders.region[row] if orders.region is not None else ""
        store = int(orders.store[row]) if orders.store is not None else NOBODY
        texts.append(own or (stores.region[store] if store != NOBODY else ""))
    return texts
