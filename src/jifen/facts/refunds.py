"""What a refund has to know: everybody above its buyer, and what the closes since the order paid them."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
from django.db.models import QuerySet

from jifen.engine.days import date_of, day_number
from jifen.engine.facts import NOBODY, Int32s, Refunds
from jifen.engine.lines import NO_LOT
from jifen.engine.past import Draw, Past
from jifen.facts.models import Fact, Reduction, Reward
from jifen.facts.past import BONUS, PastReader
from jifen.facts.small import Given, OrderRow, Small, load_small
from jifen.facts.terms import Terms
from jifen.ledger.draws import lots_of
from jifen.members.models import Standing
from jifen.members.uplines import Referrers, uplines_since

ONE_DAY, NO_DAYS = timedelta(days=1), timedelta(0)
WITHOUT_LOT = -2  # beside NOBODY, which marks what waits
Marks = dict[tuple[int, int, int, int], int]  # (day, slot, member number, order number or -1 for waiting): amount


@dataclass
class LoadedRefund:
    """The small book of a refund, and what stood of its rewards before."""

    small: Small
    before: Marks = field(default_factory=dict)


def load_refund(terms: Terms, order: Fact, amount: int) -> LoadedRefund:
    """Return the book in which a refund of `order` can be applied; everybody above the buyer is locked."""
    return _load(terms, order, amount, Standing.objects.select_for_update(no_key=True))


def look_at_refund(terms: Terms, order: Fact) -> Small:
    """Return the book of an order's refunds to be read; nobody is locked."""
    return _load(terms, order, 0, Standing.objects.all()).small


def _load(terms: Terms, order: Fact, amount: int, found: QuerySet[Standing]) -> LoadedRefund:
    ids = uplines_since(order.member_id, order.business_date - (ONE_DAY if terms.asks_referrers else NO_DAYS))
    standings = list(found.filter(member_id__in=ids).order_by("member_id"))
    lots = lots_of(ids)
    rows = [OrderRow(lot.id, lot.owner) for lot in lots if lot.id != order.tick]
    assert order.terms_id is not None
    version = terms.index(order.terms_id)
    mine = OrderRow.of(order, version)
    orders = sorted([*rows, mine], key=lambda row: row.tick)
    at = orders.index(mine)
    referrers = Referrers(ids, order.business_date - ONE_DAY)
    given = Given(orders=orders, refunds=_refund(at, amount), referrers=_numbers(referrers.on(date.max), ids))
    loaded = LoadedRefund(load_small(terms, standings, given, lots=lots))
    replay = loaded.small.replay
    replay.refunded[at] = _earlier(order)
    reader = PastReader(loaded.small, terms, referrers)
    replay.past.days = reader.days(order)
    bonus = reader.bonus(order, terms.versions.programmes[version])
    if bonus is not None:
        replay.past.bonuses[at] = bonus
    loaded.before = _marks(replay.past)
    return loaded


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


def _refund(order: int, amount: int) -> Refunds:
    return Refunds(
        np.array([order], np.int32), np.zeros(1, np.int64), np.zeros(1, np.int32), np.array([amount], np.int64)
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
