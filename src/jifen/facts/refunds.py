"""What a refund has to know: everybody above its buyer, and what the closes since the order paid them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from jifen.engine.amounts import MONEY
from jifen.engine.days import date_of, day_number
from jifen.engine.facts import NOBODY, Int32s, Refunds
from jifen.engine.lines import NO_LOT, POOL_RESERVE
from jifen.engine.past import Draw, Past
from jifen.engine.regions import regions_around
from jifen.facts.floats import FloatBook, hold_floats, load_owed, look_at_floats, owed_members, until_all_are_held
from jifen.facts.models import Fact, Reduction, Reward
from jifen.facts.past import BONUS, PastReader
from jifen.facts.pooled import Held, hold_pool, look_at_pool
from jifen.facts.small import Given, OrderRow, Small, load_small, owed_rows
from jifen.facts.terms import Terms
from jifen.facts.tokens import TokenBook, centers_on, hold_tokens
from jifen.facts.trade import TradeBook, hold_store, holders_on, look_at_store
from jifen.ledger.draws import lots_of
from jifen.ledger.reading import programme_balance
from jifen.members.models import Standing
from jifen.members.uplines import Referrers, uplines_since
from jifen.pools.models import OrderNote
from jifen.stores.models import Store

ONE_DAY, NO_DAYS = timedelta(days=1), timedelta(0)
WITHOUT_LOT = -2  # beside NOBODY, which marks what waits
Marks = dict[tuple[int, int, int, int], int]  # (day, slot, member number, order number or -1 for waiting): amount


@dataclass(frozen=True)
class Touched:
    """Whom a refund of an order can touch: those above its buyer, and whom the order was shared with by other ways."""

    terms: Terms
    order: Fact
    ids: Sequence[int]
    standings: Sequence[Standing]
    trade: TradeBook
    held: Held | None
    tokens: TokenBook | None = None
    floats: FloatBook | None = None


@dataclass
class LoadedRefund:
    """The small book of a refund, and what stood of its rewards before."""

    small: Small
    before: Marks = field(default_factory=dict)


def hold_refund(terms: Terms, order: Fact) -> Touched:
    """Lock the pool, everybody whom a refund of `order` can touch, and the order's store, in this order."""
    if terms.pays_owed_at_once and order.store_id is not None:
        return until_all_are_held(lambda: _hold(terms, order))
    return _hold(terms, order)


def _hold(terms: Terms, order: Fact) -> Touched:
    held = hold_pool(terms.programme_id) if terms.pool_kind else None
    tokens = hold_tokens(terms) if terms.token else None
    ids = _touched(terms, order)
    found = Standing.objects.select_for_update(no_key=True).filter(member_id__in=ids)
    standings, floats = list(found.order_by("member_id")), None
    if terms.has_alliance and order.store_id is not None:
        floats = hold_floats(terms, Store.objects.get(pk=order.store_id))
        if terms.pays_owed_at_once:
            load_owed(floats, ids)
    trade = hold_store(terms.programme_id, order.store_id)
    return Touched(terms, order, ids, standings, trade, held, tokens, floats)


def look_at_refund(terms: Terms, order: Fact) -> Small:
    """Return the book of an order's refunds to be read; nobody is locked."""
    ids = _touched(terms, order)
    standings = list(Standing.objects.filter(member_id__in=ids).order_by("member_id"))
    trade, held = look_at_store(terms.programme_id, order.store_id), None
    if terms.pool_kind:
        held = look_at_pool(terms.programme_id)
    floats = look_at_floats(terms, trade.store) if terms.has_alliance and trade.store is not None else None
    return load_refund(Touched(terms, order, ids, standings, trade, held, floats=floats), 0, 0, ()).small


def load_refund(touched: Touched, tick: int, amount: int, others: Sequence[int]) -> LoadedRefund:
    """Return the book in which a refund of so much can be applied; `others` are those who may have to exit."""
    terms, order, trade = touched.terms, touched.order, touched.trade
    ids = sorted({*touched.ids, *others})
    lots = lots_of(touched.ids)
    rows = [OrderRow(lot.id, lot.owner) for lot in lots if lot.id != order.tick]
    assert order.terms_id is not None
    assert order.member_id is not None
    version = terms.index(order.terms_id)
    mine = OrderRow.of(order, version)
    trade.note = OrderNote.objects.filter(pk=order.tick).first()
    known = {order.tick, *(row.tick for row in rows)}
    rows += [row for row in _owed_with(touched, trade.note) if row.tick not in known]
    orders = sorted([*rows, mine], key=lambda row: row.tick)
    at = orders.index(mine)
    referrers = Referrers(ids, order.business_date - ONE_DAY)
    trade.load_patrons([order.member_id])
    given = Given(
        orders=orders,
        refunds=_refund(at, tick, amount),
        referrers=_numbers(referrers.on(date.max), ids),
        trade=trade,
        held=touched.held,
        tokens=touched.tokens,
        floats=touched.floats,
        others=others,
    )
    loaded = LoadedRefund(load_small(terms, touched.standings, given, lots=lots))
    replay = loaded.small.replay
    if touched.held is not None:
        reserve = programme_balance(terms.programme_id, MONEY, "pool_reserve")
        replay.book.accounts[MONEY][-1 - POOL_RESERVE] = reserve
    replay.refunded[at] = _earlier(order)
    reader = PastReader(loaded.small, terms, referrers)
    replay.past.days = reader.days(order)
    bonus = reader.bonus(order, terms.versions.programmes[version])
    if bonus is not None:
        replay.past.bonuses[at] = bonus
    loaded.before = _marks(replay.past)
    return loaded


def _touched(terms: Terms, order: Fact) -> list[int]:
    """Return who stood above an order's buyer since, and who else had a part in it: by its store, by its region."""
    assert order.member_id is not None
    ids = set(uplines_since(order.member_id, order.business_date - (ONE_DAY if terms.asks_referrers else NO_DAYS)))
    if terms.has_alliance and order.store_id is not None:
        noted = OrderNote.objects.filter(pk=order.tick).first()
        ids |= {member for member, _ in noted.rebates if member is not None} if noted is not None else set()
        ids |= owed_members(order.store_id) if terms.pays_owed_at_once else set()
    if not terms.notes_orders:
        return sorted(ids)
    others: list[int | None] = []
    if order.store_id is not None:
        store = Store.objects.get(pk=order.store_id)
        others += [store.owner_id, store.referrer_id]
        if store.referrer_id is not None and terms.token:  # those above have their part in what the store sells
            others += uplines_since(store.referrer_id, order.business_date - ONE_DAY)
    note = OrderNote.objects.filter(pk=order.tick).first()
    if note is not None:
        others += [note.new_user_id, note.card_id]
    if order.region:
        around = regions_around(order.region)
        others += holders_on(terms.programme_id, order.business_date, around).values()
        for center in centers_on(terms.programme_id, order.business_date, around):
            others += [center.member_id, center.parent_id]
    return sorted(ids | {member for member in others if member is not None})


def _owed_with(touched: Touched, note: OrderNote | None) -> list[OrderRow]:
    """Return the orders for which the store owes points; with the refunded one, also where it pays by hand."""
    floats, order = touched.floats, touched.order
    if floats is not None and note is not None and note.owed and all(one.tick != order.tick for one, _ in floats.owed):
        floats.owed = sorted([*floats.owed, (note, order.order_code)], key=lambda pair: pair[0].tick)
    return owed_rows(floats)


def save_reductions(loaded: LoadedRefund, refund: Fact) -> None:
    """Note what of the closes' rewards stands no more."""
    numbers, reductions = loaded.small.numbers, []
    after = _marks(loaded.small.replay.past)
    for (day, slot, member, order), amount in loaded.before.items():
        less = amount - after[day, slot, member, order]
        if less == 0:
            continue
        at = {"day": date_of(day), "slot": slot, "member_id": numbers.members[member]}
        if order == NOBODY:
            Reward.objects.filter(**at).update(waiting=after[day, slot, member, order])
        else:
            lot = numbers.lots[order] if order != WITHOUT_LOT else 0
            reductions.append(Reduction(refund=refund, order_tick=lot, amount=less, **at))
    Reduction.objects.bulk_create(reductions)


def _marks(past: Past) -> Marks:
    """Return what stands of every draw, and what waits."""
    marks: defaultdict[tuple[int, int, int, int], int] = defaultdict(int)
    for bonus in past.bonuses.values():
        for draw in bonus.draws:
            marks[bonus.day, BONUS, bonus.receiver, _mark(draw)] += draw.amount
    for day in past.days:
        for slot, rewards in enumerate(day.rewards):
            for index, member in enumerate(rewards.member.tolist()):
                marks[day.day, slot, member, NOBODY] = int(rewards.waiting[index])
                for draw in rewards.standing(index):
                    marks[day.day, slot, member, _mark(draw)] += draw.amount
    return dict(marks)


def _mark(draw: Draw) -> int:
    return draw.order if draw.order != NO_LOT else WITHOUT_LOT


def _refund(order: int, tick: int, amount: int) -> Refunds:
    return Refunds(
        np.array([order], np.int32),
        np.array([tick], np.int64),
        np.zeros(1, np.int32),
        np.array([amount], np.int64),
    )


def _earlier(order: Fact) -> tuple[tuple[int, int], ...]:
    """Return the earlier refunds of an order as (day, total after)."""
    found = Fact.objects.filter(type=Fact.Type.REFUND, order_tick=order.tick).order_by("tick")
    earlier, total = [], 0
    for day, amount in found.values_list("business_date", "amount"):
        total += amount
        earlier.append((day_number(day), total))
    return tuple(earlier)


def _numbers(referrers: list[int | None], ids: list[int]) -> Int32s:
    """Return referrers as numbers of the small book; those who are not in it are nobody."""
    number = {member: index for index, member in enumerate(ids)}
    return np.array([number.get(referrer, NOBODY) if referrer else NOBODY for referrer in referrers], np.int32)
