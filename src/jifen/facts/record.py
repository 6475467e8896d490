"""Recording a fact: locks, rules, ledger and log in the caller's transaction, all or nothing."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from django.db import transaction

from jifen.airdrops.models import WalkDay
from jifen.engine.days import day_number
from jifen.engine.facts import NO_DAY, NOBODY, Actions, Steps
from jifen.engine.message import say
from jifen.facts.days import now, share_day, waiting
from jifen.facts.desk import About, Desk, Recorded, RefusedError, decide, finish, open_desk
from jifen.facts.floats import ABOUT_STORES, load_trades, ratio_text, refusal, refuse_share, share_agreed
from jifen.facts.models import Fact
from jifen.facts.new import NewAction, NewOrder, NewRefund
from jifen.facts.refunds import LoadedRefund, hold_refund, load_refund, save_reductions
from jifen.facts.small import Given, OrderRow, Small, load_small, owed_rows
from jifen.facts.terms import terms_of
from jifen.facts.tokens import OF_CENTERS, TokenBook
from jifen.facts.trade import OF_REGIONS, OF_SHARES
from jifen.ledger.draws import lots_of
from jifen.members.models import Member

__all__ = ["Recorded", "RefusedError", "record_action", "record_order", "record_refund", "record_steps"]


@waiting()
@transaction.atomic
def record_order(new: NewOrder) -> Recorded:
    """Let a paid order count: take its points part, open its lot, divide its commission, add its volume (S4-19, S1-01).

    Raises RefusedError, and DayNotSettledError while an earlier day waits for its settlement.
    """
    if not 0 <= new.concession <= new.amount:
        raise RefusedError(say("the concession of an order is a part of its amount"))
    about = About(new.member_id, store_id=new.store_id, moves_pool=True, floats_by="order")
    desk = open_desk(new.programme_id, [new.member_id], about)
    fact = _order_of(new, desk)
    version = desk.terms.index(new.version_id)
    lots = lots_of([desk.referrer]) if desk.referrer and desk.terms.pays_bonus(version) else []
    lots = [lot for lot in lots if not lot.closed]
    orders = [*(OrderRow(lot.id, lot.owner) for lot in lots), OrderRow.of(fact, version)]
    members = [new.member_id, *([desk.referrer] if desk.referrer else [])]
    desk.trade.load_patrons(members)
    if new.store_id is not None:
        desk.trade.load_shares(members)

    def load(others: Sequence[int]) -> Small:
        given = Given(
            orders=orders,
            referrers=desk.referrers(others),
            trade=desk.trade,
            held=desk.held,
            floats=desk.floats,
            others=others,
        )
        return load_small(desk.terms, desk.standings, given, lots=lots)

    small, events = decide(desk, load, lambda events: events.order(len(orders) - 1))
    return finish(small, desk, fact, events)


def _order_of(new: NewOrder, desk: Desk) -> Fact:
    """Return an order as it is logged; where it names none, region and points for 1 CNY are those of its store now."""
    store = desk.trade.store
    return Fact(
        tick=desk.moment.tick,
        business_date=desk.moment.business_date,
        type=Fact.Type.ORDER,
        member_id=new.member_id,
        order_tick=desk.moment.tick,
        order_code=new.order_code,
        terms_id=new.version_id,
        amount=new.amount,
        points_paid=new.points_paid,
        points_kind=new.points_kind,
        quantity=new.quantity,
        product=new.product,
        channel=new.channel,
        store_id=new.store_id,
        region=new.region or (store.region if store is not None else ""),
        rate=new.rate,
        ratio=new.ratio or (ratio_text(store) if store is not None and desk.floats is not None else ""),
        concession=new.concession,
        actor=new.actor,
    )


@waiting()
@transaction.atomic
def record_refund(new: NewRefund) -> Recorded:
    """Take back what an order gave, through the original postings (invariant 9, G4).

    Raises RefusedError, and DayNotSettledError while an earlier day waits for its settlement.
    """
    share_day(new.programme_id)
    order = _counted_order(new)
    terms = terms_of(new.programme_id)
    touched = hold_refund(terms, order)
    desk = Desk(now(new.programme_id), terms, touched.standings, touched.trade, touched.held, touched.tokens)
    loaded: list[LoadedRefund] = []

    def load(others: Sequence[int]) -> Small:
        loaded.append(load_refund(touched, desk.moment.tick, new.amount, others))
        return loaded[-1].small

    small, events = decide(desk, load, lambda events: events.refund(0))
    fact = Fact(
        type=Fact.Type.REFUND,
        member_id=order.member_id,
        order_tick=order.tick,
        order_code=order.order_code,
        amount=new.amount,
        store_id=order.store_id,
        actor=new.actor,
        reason=new.reason,
    )
    recorded = finish(small, desk, fact, events)
    save_reductions(loaded[-1], fact)
    return recorded


@waiting()
@transaction.atomic
def record_action(new: NewAction) -> Recorded:
    """Let a member, or an operator for a member, move points or change what the account may do (S4-19, S4-21, S4-27).

    Raises RefusedError, and DayNotSettledError while an earlier day waits for its settlement.
    """
    parties = [member for member in (new.member_id, new.to_member_id) if member is not None]
    why = refusal(new, terms_of(new.programme_id))
    if why is not None:
        raise RefusedError(why)
    desk = open_desk(new.programme_id, parties, _about(new))
    new = _agreed(new, desk)
    if new.action in OF_SHARES:
        desk.trade.load_shares([*parties, *([desk.referrer] if desk.referrer else [])])

    def load(others: Sequence[int]) -> Small:
        given = Given(
            orders=owed_rows(desk.floats),
            actions=_action(new, desk, others),
            referrers=desk.referrers(others),
            trade=desk.trade,
            held=desk.held,
            tokens=desk.tokens,
            floats=desk.floats,
            others=others,
        )
        return load_small(desk.terms, desk.standings, given, prices=new.action == "convert")

    small, events = decide(desk, load, lambda events: events.action(0))
    return finish(small, desk, _action_fact(new), events)


@waiting()
@transaction.atomic
def record_steps(member_id: int, walked: int, run: int, *, actor: str = "") -> Recorded:
    """Count what a member walked and ran on the open day, and free what its tasks free at once (S2-44, S2-46).

    Raises DayNotSettledError while an earlier day waits for its settlement.
    """
    programme_id = Member.objects.values_list("programme_id", flat=True).get(pk=member_id)
    desk = open_desk(programme_id, [member_id])
    day = desk.moment.business_date
    walk = WalkDay.objects.filter(member_id=member_id, day=day).first()
    steps = Steps(
        member=np.zeros(1, np.int32),
        at=np.array([desk.moment.tick], np.int64),
        day=np.array([day_number(day)], np.int32),
        walked=np.array([walked], np.int64),
        run=np.array([run], np.int64),
        rows=np.array([desk.moment.tick], np.int64),
    )

    def load(others: Sequence[int]) -> Small:
        given = Given(trade=desk.trade, tokens=TokenBook(programme_id, walk=walk), steps=steps, others=others)
        return load_small(desk.terms, desk.standings, given)

    small, events = decide(desk, load, lambda events: events.steps(0))
    fact = Fact(type=Fact.Type.STEPS, member_id=member_id, amount=walked, run=run, actor=actor)
    return finish(small, desk, fact, events)


def _action_fact(new: NewAction) -> Fact:
    """Return an action as it is logged."""
    return Fact(
        type=Fact.Type.ACTION,
        member_id=new.member_id,
        action=new.action,
        kind=new.kind,
        to_member_id=new.to_member_id,
        to_kind=new.to_kind,
        amount=new.amount,
        store_id=new.store_id,
        share=new.share,
        role=new.role,
        until_on=new.until_on,
        actor=new.actor,
        reason=new.reason,
    )


def _about(new: NewAction) -> About:
    """Return what an action touches besides its parties."""
    return About(
        referrer_of=new.member_id if new.action in ("appoint", "buy_shares") else None,
        store_id=new.store_id,
        region=new.to_kind if new.action in OF_REGIONS else "",
        moves_pool=new.action in ("sell", "inject") or new.to_member_id is not None,
        moves_reserve=new.action in ("fund_reserve", "adjust"),
        upline_of=new.member_id if new.action in OF_CENTERS else None,
        center=new.to_kind if new.action in OF_CENTERS else "",
        floats_by=new.action if new.action in ABOUT_STORES else "",
        owed_to=new.member_id,
    )


def _agreed(new: NewAction, desk: Desk) -> NewAction:
    """Return an action with the share that was agreed with its store; its open sales are read where it settles them."""
    floats = desk.floats
    if new.until_on is None or floats is None:
        return new
    why = refuse_share(new, floats.rows[0])
    if why is not None:
        raise RefusedError(why)
    load_trades(floats, min(new.until_on, desk.moment.business_date))
    return replace(new, share=share_agreed(new, floats.rows[0]))


def _counted_order(new: NewRefund) -> Fact:
    found = Fact.objects.filter(programme_id=new.programme_id, order_code=new.order_code, type=Fact.Type.ORDER)
    order = found.select_for_update(no_key=True).first()
    if order is None:
        raise RefusedError(say("its order was refused"))
    return order


def _action(new: NewAction, desk: Desk, others: Sequence[int]) -> Actions:
    ids = sorted({standing.member_id for standing in desk.standings} | set(others))
    member, to_member = (NOBODY if one is None else ids.index(one) for one in (new.member_id, new.to_member_id))
    return Actions(
        action=[new.action],
        member=np.array([member], np.int32),
        to_member=np.array([to_member], np.int32),
        to_kind=[new.to_kind],
        kind=[new.kind],
        at=np.array([desk.moment.tick], np.int64),
        day=np.array([day_number(desk.moment.business_date)], np.int32),
        amount=np.array([new.amount], np.int64),
        rows=np.array([desk.moment.tick], np.int64),
        store=np.array([0 if new.store_id is not None else NOBODY], np.int32),
        share=np.array([new.share], np.int64),
        role=[new.role],
        until=np.array([day_number(new.until_on) if new.until_on is not None else NO_DAY], np.int32),
    )
