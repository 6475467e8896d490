"""A store in the book of one fact: its sums, its customer, its shares, a region's holder, the order's note (S1)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from django.db import connection

from jifen.engine.amounts import Rate
from jifen.engine.days import date_of, day_number
from jifen.engine.facts import NOBODY, Int32s, Int64s, Stores
from jifen.engine.replay import Replay
from jifen.engine.trade import Note, Shareholder
from jifen.engine.trade import Patron as EnginePatron
from jifen.facts.models import Fact
from jifen.facts.posting import Numbers
from jifen.pools.models import OrderNote
from jifen.stores.models import Patron, Shareholding, Store, StoreStanding, StoreType, Territory

ELSEWHERE = -2  # beside NOBODY: the number of stores, and from there down of members, that are not in the book
OF_SHARES = ("buy_shares", "give_up_shares")
OF_REGIONS = ("assign_territory", "return_territory")
NOTE = (
    *("commission", "share", "distribution", "minted", "pending", "exits", "shopping", "sourced"),
    *("weight", "store_weight"),
)
_LOCK_CLASS = 7_117  # of PostgreSQL's advisory locks: of a programme's territories


@dataclass
class TradeBook:
    """What of stores stands in the book of one fact, and how it was before. At most one store is in it."""

    programme_id: int
    store: Store | None = None
    standing: StoreStanding | None = None
    patrons: dict[int, Patron] = field(default_factory=dict)  # of the store, by member's id
    shareholders: list[Shareholding] = field(default_factory=list)  # of the store, and the members' elsewhere
    territory: Territory | None = None  # of the region that the fact is about
    note: OrderNote | None = None  # of the order that is refunded

    def load_patrons(self, members: Sequence[int]) -> None:
        """Read what the store remembers of some members."""
        if self.store is not None:
            found = Patron.objects.filter(store=self.store, member_id__in=members)
            self.patrons = {patron.member_id: patron for patron in found}

    def load_shares(self, members: Sequence[int]) -> None:
        """Read who holds shares of the store, and what some members hold anywhere."""
        open_ones = Shareholding.objects.filter(until_on__isnull=True, store__programme_id=self.programme_id)
        mine = open_ones.filter(store=self.store) if self.store is not None else open_ones.none()
        self.shareholders = list((mine | open_ones.filter(member_id__in=members)).order_by("member_id", "pk"))

    def fill(self, replay: Replay, numbers: Numbers, order: int | None = None) -> None:
        """Put everything into the book; `order` is the number of the order that is refunded."""
        book, number = replay.book, {member: at for at, member in enumerate(numbers.members)}
        if self.standing is not None:
            one, sums = self.standing, book.stores
            sums.turnover[0], sums.net[0], sums.fund[0] = one.turnover, one.net, one.fund
            book.patrons[0] = {number[member]: engine_patron(one) for member, one in self.patrons.items()}
        for index, row in enumerate(self.shareholders):
            at = 0 if self.store is not None and row.store_id == self.store.pk else ELSEWHERE
            holder = number.get(row.member_id, ELSEWHERE - index)
            book.shareholders.setdefault(at, {})[holder] = Shareholder(row.share_bp, row.initiator)
        if self.territory is not None:
            book.territories[self.territory.region] = number.get(self.territory.member_id, ELSEWHERE)
        if self.note is not None and order is not None:
            book.notes[order] = engine_note(self.note, number)

    def save(self, replay: Replay, numbers: Numbers, fact: Fact) -> None:
        """Write what a fact has changed of all this."""
        if self.standing is not None:
            self._save_store(replay, numbers)
        if fact.type == Fact.Type.ORDER:
            self._save_note(replay, numbers, fact)
        if fact.action in OF_SHARES:
            self._save_share(replay, numbers, fact)
        elif fact.action in OF_REGIONS:
            self._save_region(fact)

    def _save_store(self, replay: Replay, numbers: Numbers) -> None:
        assert self.standing is not None
        sums = replay.book.stores
        after = int(sums.turnover[0]), int(sums.net[0]), int(sums.fund[0])
        if after != (self.standing.turnover, self.standing.net, self.standing.fund):
            turnover, net, fund = after
            StoreStanding.objects.filter(pk=self.standing.pk).update(turnover=turnover, net=net, fund=fund)
        for number, patron in replay.book.patrons.get(0, {}).items():
            member = numbers.members[number]
            before = self.patrons.get(member) or Patron(store_id=self.standing.pk, member_id=member)
            if before.pk is None or (before.amount, before.products) != (patron.amount, patron.products):
                before.amount, before.products = patron.amount, patron.products
                before.save()

    def _save_note(self, replay: Replay, numbers: Numbers, fact: Fact) -> None:
        note = replay.book.notes.get(numbers.lots.index(fact.tick))
        if note is None:
            return
        assert fact.member_id is not None
        receivers = {
            f"{name}_id": numbers.members[at] if at != NOBODY else None
            for name, at in (("new_user", note.new_user), ("card", note.card))
        }
        OrderNote.objects.create(
            tick=fact.tick,
            programme_id=fact.programme_id,
            member_id=fact.member_id,
            store_id=fact.store_id,
            business_date=fact.business_date,
            **receivers,
            **note_columns(note, numbers.members),
        )

    def _save_share(self, replay: Replay, numbers: Numbers, fact: Fact) -> None:
        """End the member's shareholding and begin the new one, so that its history stays."""
        assert fact.member_id is not None
        assert self.store is not None
        held = Shareholding.objects.filter(store=self.store, member_id=fact.member_id, until_on__isnull=True)
        held.update(until_on=fact.business_date)
        after = replay.book.shareholders.get(0, {}).get(numbers.members.index(fact.member_id))
        if after is not None:
            Shareholding.objects.create(
                store=self.store,
                member_id=fact.member_id,
                share_bp=after.share,
                initiator=after.initiator,
                since_tick=fact.tick,
                since_on=fact.business_date,
            )

    def _save_region(self, fact: Fact) -> None:
        if fact.action == "return_territory":
            assert self.territory is not None
            Territory.objects.filter(pk=self.territory.pk).update(until_on=fact.business_date)
            return
        assert fact.member_id is not None
        Territory.objects.create(
            programme_id=fact.programme_id,
            region=fact.to_kind,
            member_id=fact.member_id,
            since_tick=fact.tick,
            since_on=fact.business_date,
            fee=fact.amount,
        )


def hold_store(programme_id: int, store_id: int | None) -> TradeBook:
    """Lock a store's standing until the transaction ends, and return it; the store is of the programme."""
    trade = look_at_store(programme_id, store_id)
    if trade.store is not None:
        StoreStanding.objects.get_or_create(store=trade.store)
        trade.standing = StoreStanding.objects.select_for_update(no_key=True).get(store=trade.store)
    return trade


def look_at_store(programme_id: int, store_id: int | None) -> TradeBook:
    """Return a store to be read; nobody waits for it."""
    if store_id is None:
        return TradeBook(programme_id)
    store = Store.objects.filter(pk=store_id, programme_id=programme_id).first()
    if store is None:
        return TradeBook(programme_id)
    nothing = StoreStanding(store=store, turnover=0, net=0, fund=0)
    return TradeBook(programme_id, store, StoreStanding.objects.filter(store=store).first() or nothing)


def hold_region(programme_id: int, region: str) -> Territory | None:
    """Let one fact of a programme's territories happen at a time; return who has a region now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_CLASS, programme_id])
    return Territory.objects.filter(programme_id=programme_id, region=region, until_on__isnull=True).first()


def holders_on(programme_id: int, day: date, regions: Sequence[str] | None = None) -> dict[str, int]:
    """Return who had which region at the close of a day, by member's id; of all regions where none are named."""
    rows = Territory.objects.filter(programme_id=programme_id, since_on__lte=day).exclude(until_on__lte=day)
    if regions is not None:
        rows = rows.filter(region__in=regions)
    return dict(rows.order_by("since_tick").values_list("region", "member_id"))


def stores_of(rows: Sequence[Store], numbers: dict[int, int]) -> Stores:
    """Return stores as columns; `numbers` are those of members by id.

    Region, commission and points for 1 CNY are none: a fact says with which it was sold, and a store may have others
    by now. Nor is the branch of a store known here that is not among these.
    """
    number = {row.pk: at for at, row in enumerate(rows)}
    return Stores(
        codes=[row.code for row in rows],
        owner=_numbers([row.owner_id for row in rows], numbers),
        referrer=_numbers([row.referrer_id for row in rows], numbers),
        region=[""] * len(rows),
        at=_int64([row.joined_tick for row in rows]),
        day=np.array([day_number(row.joined_on) for row in rows], np.int32),
        rate=[None] * len(rows),
        branch=_numbers([row.branch_id for row in rows], number, ELSEWHERE),
        is_branch=np.array([row.type == StoreType.BRANCH for row in rows], np.bool_),
        further=np.array([row.further for row in rows], np.bool_),
    )


def rate_of(text: str) -> Rate | None:
    """Return the commission that a fact was sold with, None for the document's; or the points for 1 CNY (S3-12)."""
    return Rate.parse(text) if text else None


def engine_patron(row: Patron) -> EnginePatron:
    """Return what a store remembers of a member as the engine has it."""
    since = day_number(row.partner_since) if row.partner and row.partner_since is not None else 0
    return EnginePatron(row.amount, row.products, row.partner, since)


def engine_note(row: OrderNote, number: dict[int, int]) -> Note:
    """Return an order's note as the engine has it; receivers who are not in the book are nobody."""
    note = Note(**{name: getattr(row, name) for name in NOTE})
    note.new_user = number.get(row.new_user_id or 0, NOBODY)
    note.card = number.get(row.card_id or 0, NOBODY)
    note.grant, note.owed = row.granted_points, row.owed
    note.rebates = [(number.get(member or 0, NOBODY), amount) for member, amount in row.rebates]
    return note


def note_columns(note: Note, members: Sequence[int]) -> dict[str, Any]:
    """Return an order's note as it is kept, without those who are rewarded for cards and new customers."""
    rebates = [[members[at] if at != NOBODY else None, amount] for at, amount in note.rebates]
    kept = {"granted_points": note.grant, "owed": note.owed, "rebates": rebates}
    return kept | {name: getattr(note, name) for name in NOTE}


def partner_since(patron: EnginePatron) -> date | None:
    """Return since when somebody is a partner."""
    return date_of(patron.since) if patron.partner else None


def _numbers(ids: Sequence[int | None], numbers: dict[int, int], others: int = NOBODY) -> Int32s:
    return np.array([NOBODY if one is None else numbers.get(one, others) for one in ids], np.int32)


def _int64(values: Sequence[int]) -> Int64s:
    return np.array(values, np.int64)
