"""The stores' points in the book of one fact: what a store and its branch hold, what it owes, its open sales (S3).

Floats, credit lines, what is owed and periods change under the lock of the store's standing only; of a store and its
branch the one that is older is locked first.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

import numpy as np
from django.db import transaction

from jifen.engine.days import date_of, day_number
from jifen.engine.facts import NOBODY, Int32s
from jifen.engine.lines import PeriodClose
from jifen.engine.message import Message, say
from jifen.engine.replay import Replay
from jifen.engine.rules.period_settlement import WHOLE
from jifen.engine.trade import Note, Owed, PeriodRate, Trade
from jifen.facts.days import now
from jifen.facts.models import GIVE_POINTS, OF_STORES, PAY_OWED, SETTLE_PERIOD, Fact
from jifen.facts.new import NewAction
from jifen.facts.posting import Numbers
from jifen.facts.terms import Terms
from jifen.ledger.floats import floats_of, set_credit
from jifen.members.models import Member
from jifen.members.moves import hold_moves
from jifen.members.uplines import Referrers
from jifen.pools.models import OrderNote
from jifen.stores.models import Period, Store, StoreStanding

FILLING = ("buy_points", "grant_points", "hand_out", "open_float")  # bring points to a store
WITH_BRANCH = ("buy_points", "hand_out")  # and may take them from its branch
ABOUT_STORES = (*OF_STORES, PAY_OWED, GIVE_POINTS)
OF_MEMBERS = (GIVE_POINTS, "become_shareholder", "leave_shareholders", "open_balance")
OF_SOMETHING = (*FILLING, GIVE_POINTS, "open_balance")  # say how much, which is more than nothing
ELSEWHERE = -2  # beside NOBODY: the number of stores that are not in the book
PERIOD = ("sales", "refunds", "adjusted", "stored", "due", "orders")
OwedOrder = tuple[OrderNote, str]  # with the order's code
Held = TypeVar("Held")


class OwedToOthersError(Exception):
    """Since whom a store owes was looked up, somebody else came to be owed; the locks have to be taken again."""


@dataclass
class FloatBook:
    """What of floats stands in the book of one fact: the store is number 0, its branch 1 where it may be touched."""

    terms: Terms
    rows: list[Store] = field(default_factory=list)
    standings: dict[int, StoreStanding] = field(default_factory=dict)  # by store's id
    owed: list[OwedOrder] = field(default_factory=list)  # by the store, oldest first
    trades: list[Trade] = field(default_factory=list)  # of the store, since its last period
    rates: list[PeriodRate] = field(default_factory=list)  # of its settled periods

    def homes(self, members: Sequence[int]) -> Int32s:
        """Return the numbers of the stores that registered some members (S3-11)."""
        home = dict(Member.objects.filter(pk__in=members).values_list("pk", "home_store_id"))
        number = {row.pk: at for at, row in enumerate(self.rows)}
        found = (home.get(member) for member in members)
        return np.array([NOBODY if one is None else number.get(one, ELSEWHERE) for one in found], np.int32)

    def fill(self, replay: Replay, numbers: Numbers) -> None:
        """Put everything into the book."""
        sums, kind = replay.book.stores, self.terms.float_kind
        held = floats_of(self.terms.programme_id, kind, [row.pk for row in self.rows]) if kind and self.rows else {}
        for at, row in enumerate(self.rows):
            standing = self.standings[row.pk]
            sums.credit[at] = standing.credit
            sums.settled_until[at] = day_number(standing.settled_until) if standing.settled_until is not None else 0
            if kind:
                sums.float_in(kind)[at] = held.get(row.pk, 0)
        for note, code in self.owed:
            order, member = numbers.lots.index(note.tick), numbers.members.index(note.member_id)
            replay.book.notes.setdefault(order, Note(grant=note.granted_points, owed=note.owed))
            sums.owed.setdefault(0, {})[order] = Owed(note.owed, member, code)
        if self.rows:
            sums.trades[0], sums.rates[0] = list(self.trades), list(self.rates)

    def save(self, replay: Replay, numbers: Numbers, fact: Fact, periods: Sequence[PeriodClose]) -> None:
        """Write what a fact has changed of credit lines, periods and what is owed; floats are the ledger's."""
        sums = replay.book.stores
        for at, row in enumerate(self.rows):
            self._save_standing(row.pk, int(sums.credit[at]), int(sums.settled_until[at]))
        for note, _ in self.owed:
            owed = replay.book.notes[numbers.lots.index(note.tick)].owed
            if owed != note.owed:
                OrderNote.objects.filter(pk=note.tick).update(owed=owed)
        for one in periods:
            period_row(one, fact.programme_id, self.rows[one.store].pk, fact.tick).save(force_insert=True)

    def _save_standing(self, store: int, credit: int, settled: int) -> None:
        before, until = self.standings[store], date_of(settled) if settled else None
        if credit != before.credit:
            set_credit(self.terms.programme_id, self.terms.float_kind, store, credit)
        if (credit, until) != (before.credit, before.settled_until):
            StoreStanding.objects.filter(pk=store).update(credit=credit, settled_until=until)


def bringers(terms: Terms, store_id: int, by: str) -> dict[int, int | None]:
    """Let nobody be moved, and return who brought a store and who stands above, as far as shareholders are paid."""
    base = {"order": "sales", "buy_points": "top_up"}.get(by)
    levels = terms.levels_paid(base) if base is not None else 0
    if not levels:
        return {}
    hold_moves(terms.programme_id)
    day = now(terms.programme_id).business_date
    member = Store.objects.filter(pk=store_id).values_list("referrer_id", flat=True).first()
    found: dict[int, int | None] = {}
    for _ in range(levels):
        if member is not None and member not in found:
            (found[member],) = Referrers([member], day).on(day)
            member = found[member]
    return found


def hold_floats(terms: Terms, store: Store, *, with_branch: bool = False) -> FloatBook:
    """Lock the standings of a store, and of its branch where that may be touched, until the transaction ends."""
    branch = store.branch if with_branch else None
    rows = [store, *([branch] if branch is not None else [])]
    ids = sorted(row.pk for row in rows)
    for pk in ids:
        StoreStanding.objects.get_or_create(store_id=pk)
    locked = StoreStanding.objects.select_for_update(no_key=True).filter(store_id__in=ids).order_by("store_id")
    return FloatBook(terms, rows, {row.pk: row for row in locked})


def look_at_floats(terms: Terms, store: Store) -> FloatBook:
    """Return what stands of a store's points, to be read; nobody waits for it."""
    nothing = StoreStanding(store=store, turnover=0, net=0, fund=0, credit=0, settled_until=None)
    return FloatBook(terms, [store], {store.pk: StoreStanding.objects.filter(store=store).first() or nothing})


def owed_by(store_id: int, member_id: int | None = None) -> list[OwedOrder]:
    """Return what a store owes, oldest first; to one member where one is named."""
    notes = OrderNote.objects.filter(store_id=store_id, owed__gt=0).order_by("tick")
    if member_id is not None:
        notes = notes.filter(member_id=member_id)
    rows = list(notes)
    codes = dict(Fact.objects.filter(tick__in=[row.tick for row in rows]).values_list("tick", "order_code"))
    return [(row, codes[row.tick]) for row in rows]


def owed_members(store_id: int, member_id: int | None = None) -> set[int]:
    """Return to whom a store owes points, by id."""
    notes = OrderNote.objects.filter(store_id=store_id, owed__gt=0)
    found = set(notes.values_list("member_id", flat=True))
    return found if member_id is None else found & {member_id}


def load_owed(floats: FloatBook, members: Iterable[int], member_id: int | None = None) -> None:
    """Read what the locked store owes; raises OwedToOthersError where one of those is not among the locked members."""
    floats.owed = owed_by(floats.rows[0].pk, member_id)
    if not {note.member_id for note, _ in floats.owed} <= set(members):
        raise OwedToOthersError


def until_all_are_held(hold: Callable[[], Held]) -> Held:
    """Take locks in a savepoint, and again where it turns out that too few were taken; return what `hold` returns."""
    while True:
        try:
            with transaction.atomic():
                return hold()
        except OwedToOthersError:
            continue


def load_trades(floats: FloatBook, until: date) -> None:
    """Read the sales and refunds that the store's next period may settle, and its settled periods."""
    (store, *_), terms = floats.rows, floats.terms
    standing = floats.standings[store.pk]
    since = standing.settled_until or store.joined_on
    floats.trades = trades_of(terms, store.pk, since, until)
    floats.rates = period_rates(store.pk)


def trades_of(terms: Terms, store_id: int, since: date, until: date) -> list[Trade]:
    """Return what was sold at a store, and refunded of it, on the days from `since` up to `until`, in its order."""
    facts = Fact.objects.filter(programme_id=terms.programme_id, store_id=store_id).order_by("tick")
    rows = facts.filter(type__in=("order", "refund"), business_date__gte=since, business_date__lt=until)
    ticks = [row.order_tick for row in rows]
    orders = {one.tick: one for one in facts.filter(type=Fact.Type.ORDER, order_tick__in=ticks)}
    earlier = facts.filter(type=Fact.Type.REFUND, order_tick__in=ticks, business_date__lt=since)
    before: dict[int, int] = {}
    for tick, amount in earlier.values_list("order_tick", "amount"):
        before[tick or 0] = before.get(tick or 0, 0) + amount
    trades = []
    for row in rows:
        order = orders[row.order_tick or 0]
        programme = terms.versions.programmes[terms.index(order.terms_id or 0)]
        stored, sold_on = order.points_paid // programme.points_per_money, day_number(order.business_date)
        if row.type == Fact.Type.ORDER:
            trades.append(Trade(sold_on, sold_on, order.amount, stored))
            continue
        was = before.get(order.tick, 0)
        now = before[order.tick] = was + row.amount
        back = stored * now // order.amount - stored * was // order.amount
        trades.append(Trade(day_number(row.business_date), sold_on, -row.amount, -back))
    return trades


def period_rates(store_id: int) -> list[PeriodRate]:
    """Return the shares of sales that a store's periods were settled with."""
    rows = Period.objects.filter(store_id=store_id).order_by("start_on").values_list("start_on", "until_on", "rate")
    return [PeriodRate(day_number(start), day_number(until), Fraction(rate)) for start, until, rate in rows]


def period_row(one: PeriodClose, programme_id: int, store_id: int, tick: int) -> Period:
    """Return a settled period as it is stored."""
    return Period(
        programme_id=programme_id,
        store_id=store_id,
        tick=tick,
        start_on=date_of(one.start),
        until_on=date_of(one.until),
        rate=Decimal(one.rate.numerator) / Decimal(one.rate.denominator),
        **{name: getattr(one, name) for name in PERIOD},
    )


def ratio_text(store: Store) -> str:
    """Return the points that a store gives for 1 CNY as an order keeps them; "" where it gives none (S3-12)."""
    return f"{store.ratio.normalize():f}" if store.ratio is not None else ""


def share_agreed(new: NewAction, store: Store) -> int:
    """Return the share with which a period is settled: the one named, else the store's, 0 for the document's.

    It is kept with the fact, so that another rate agreed later changes nothing of it.
    """
    if new.action != SETTLE_PERIOD or new.share or store.rate is None:
        return new.share
    return int(store.rate * WHOLE)


def refusal(new: NewAction, terms: Terms) -> Message | None:
    """Return what of an action about stores' points makes no sense by itself, None where nothing does."""
    checks = (
        (new.action in ABOUT_STORES and new.store_id is None, say("the action names no store")),
        (new.action in OF_MEMBERS and new.member_id is None, say("the action names no member")),
        (new.action in OF_STORES and new.member_id is not None, say("the action is a store's, no member's")),
        (new.action in OF_SOMETHING and new.amount <= 0, say("the amount is more than 0")),
        (new.action in ABOUT_STORES and new.amount < 0, say("the amount is not below 0")),
        (
            new.action == "open_balance" and new.kind not in terms.versions.kinds,
            say("the programme has no points called {kind}", kind=new.kind),
        ),
        (
            (new.action == SETTLE_PERIOD) != (new.until_on is not None),
            say("a period ends on a day, and nothing else does"),
        ),
    )
    return next((why for wrong, why in checks if wrong), None)


def refuse_share(new: NewAction, store: Store) -> Message | None:
    """Return why a period cannot be settled with the share that was agreed with its store, None where it can."""
    if new.action != SETTLE_PERIOD or new.share or store.rate is None:
        return None
    if not store.rate or store.rate * WHOLE % 1:
        return say("the share of {store} is no whole number of hundredths of a percent above 0", store=store.code)
    return None
