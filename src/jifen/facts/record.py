"""Recording a fact: locks, rules, ledger and log in the caller's transaction, all or nothing."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
from django.db import transaction

from jifen.engine.days import day_number
from jifen.engine.events import Events
from jifen.engine.facts import NOBODY, Actions, Int32s
from jifen.engine.message import Message, say
from jifen.facts.days import Moment, now, share_day, waiting
from jifen.facts.models import AgentChange, Cut, Fact, Reported
from jifen.facts.new import NewAction, NewOrder, NewRefund
from jifen.facts.pooled import FEW, FURTHER, Held, candidates, hold_pool
from jifen.facts.posting import transfers_of
from jifen.facts.refunds import LoadedRefund, hold_refund, load_refund, save_reductions
from jifen.facts.small import Given, OrderRow, Small, load_small
from jifen.facts.terms import Terms, terms_of
from jifen.facts.trade import OF_REGIONS, OF_SHARES, TradeBook, hold_region, hold_store
from jifen.ledger.draws import lots_of
from jifen.ledger.posting import post_all
from jifen.members.models import Standing
from jifen.members.moves import hold_moves
from jifen.members.uplines import Referrers


class RefusedError(Exception):
    """The rules refuse the fact; nothing was written. `message` says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class Recorded(NamedTuple):
    """A fact that counts now: its tick, its business day, and the transfers it posted."""

    fact_id: int
    business_date: date
    transfers: list[int]


class About(NamedTuple):
    """What a fact is about besides its parties."""

    referrer_of: int | None = None  # whose referrer the rules may ask for
    store_id: int | None = None
    region: str = ""  # of a fact that gives or takes a region
    moves_pool: bool = False


NOTHING = About()


class Desk(NamedTuple):
    """What is locked and known before the rules are asked."""

    moment: Moment
    terms: Terms
    standings: Sequence[Standing]
    trade: TradeBook
    held: Held | None = None  # the pool, where the fact may move it
    member: int = 0  # whose referrer the rules may ask for
    referrer: int | None = None

    def referrers(self, others: Sequence[int] = ()) -> Int32s | None:
        """Return who referred whom of the standings and others, by number; None where the rules do not ask."""
        if self.referrer is None:
            return None
        ids = sorted({standing.member_id for standing in self.standings} | set(others))
        return np.array([ids.index(self.referrer) if one == self.member else NOBODY for one in ids], np.int32)


@waiting()
@transaction.atomic
def record_order(new: NewOrder) -> Recorded:
    """Let a paid order count: take its points part, open its lot, divide its commission, add its volume (S4-19, S1-01).

    Raises RefusedError, and DayNotSettledError while an earlier day waits for its settlement.
    """
    about = About(new.member_id, new.store_id, moves_pool=True)
    desk = _open_desk(new.programme_id, [new.member_id], about)
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
        given = Given(orders=orders, referrers=desk.referrers(others), trade=desk.trade, held=desk.held, others=others)
        return load_small(desk.terms, desk.standings, given, lots=lots)

    small, events = _apply(desk, load, lambda events: events.order(len(orders) - 1))
    return _finish(small, desk, fact, events)


def _order_of(new: NewOrder, desk: Desk) -> Fact:
    """Return an order as it is logged; the region is the store's where it names none, as it is now."""
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
    desk = Desk(now(new.programme_id), terms, touched.standings, touched.trade, touched.held)
    loaded: list[LoadedRefund] = []

    def load(others: Sequence[int]) -> Small:
        loaded.append(load_refund(touched, desk.moment.tick, new.amount, others))
        return loaded[-1].small

    small, events = _apply(desk, load, lambda events: events.refund(0))
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
    recorded = _finish(small, desk, fact, events)
    save_reductions(loaded[-1], fact)
    return recorded


@waiting()
@transaction.atomic
def record_action(new: NewAction) -> Recorded:
    """Let a member, or an operator for a member, move points or change what the account may do (S4-19, S4-21, S4-27).

    Raises RefusedError, and DayNotSettledError while an earlier day waits for its settlement.
    """
    parties = [member for member in (new.member_id, new.to_member_id) if member is not None]
    desk = _open_desk(new.programme_id, parties, _about(new))
    if new.action in OF_SHARES:
        desk.trade.load_shares([*parties, *([desk.referrer] if desk.referrer else [])])

    def load(others: Sequence[int]) -> Small:
        given = Given(
            actions=_action(new, desk, others),
            referrers=desk.referrers(others),
            trade=desk.trade,
            held=desk.held,
            others=others,
        )
        return load_small(desk.terms, desk.standings, given, prices=new.action == "convert")

    small, events = _apply(desk, load, lambda events: events.action(0))
    fact = Fact(
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
        actor=new.actor,
        reason=new.reason,
    )
    return _finish(small, desk, fact, events)


def _about(new: NewAction) -> About:
    """Return what an action touches besides its parties."""
    return About(
        referrer_of=new.member_id if new.action in ("appoint", "buy_shares") else None,
        store_id=new.store_id,
        region=new.to_kind if new.action in OF_REGIONS else "",
        moves_pool=new.action in ("sell", "inject") or new.to_member_id is not None,
    )


def _open_desk(programme_id: int, member_ids: Sequence[int], about: About = NOTHING) -> Desk:
    """Lock the day, the pool, the moves where a referrer matters, a region, the members and their store, in this order;
    then look at the clock.
    """
    share_day(programme_id)
    terms, referrer = terms_of(programme_id), None
    held = hold_pool(programme_id) if about.moves_pool and terms.pool_kind else None
    if about.referrer_of is not None and terms.asks_referrers:
        hold_moves(programme_id)
        day = now(programme_id).business_date
        (referrer,) = Referrers([about.referrer_of], day).on(day)
    territory = hold_region(programme_id, about.region) if about.region else None
    ids = {*member_ids, *([referrer] if referrer else [])}
    found = Standing.objects.select_for_update(no_key=True).filter(programme_id=programme_id, member_id__in=ids)
    standings = list(found.order_by("member_id"))
    if not set(member_ids) <= {standing.member_id for standing in standings}:
        raise RefusedError(say("there is no such member in this programme"))
    trade = hold_store(programme_id, about.store_id)
    if about.store_id is not None and trade.store is None:
        raise RefusedError(say("there is no such store in this programme"))
    trade.territory = territory
    return Desk(now(programme_id), terms, standings, trade, held, about.referrer_of or 0, referrer)


def _apply(desk: Desk, load: Callable[[Sequence[int]], Small], apply: Callable[[Events], None]) -> tuple[Small, Events]:
    """Ask the rules on a small book; where all who were looked at had to exit, look at more and ask again (S1-09)."""
    if desk.held is None:
        small = load(())
        events = _events(small, desk)
        apply(events)
        return small, events
    most = FEW
    while True:
        first = candidates(desk.held.programme_id, most)
        small = load(first.members)
        events = _events(small, desk)
        apply(events)
        if events.refused or first.suffice(small.book, small.numbers, desk.terms.pool_kind):
            return small, events
        most *= FURTHER


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
    )


def _events(small: Small, desk: Desk) -> Events:
    day = day_number(desk.moment.business_date)
    small.replay.programme = desk.terms.versions.on(day)
    if desk.held is not None:
        small.replay.open_pool()
    return Events(small.replay, day)


def _finish(small: Small, desk: Desk, fact: Fact, events: Events) -> Recorded:
    """Log the fact, post its lines, and save what the rules changed beside them."""
    if events.refused:
        raise RefusedError(events.refused[0].why)
    programme_id, moment = desk.terms.programme_id, desk.moment
    fact.tick, fact.business_date, fact.entered_on = moment
    fact.programme_id = programme_id
    fact.save(force_insert=True)
    code = desk.terms.newest.code
    named = 0 if desk.terms.versions.waits else programme_id
    transfers = transfers_of(events.journal, small.numbers, programme_id=named, code=code)
    day = moment.business_date
    posted = post_all(programme_id=programme_id, day=day, transfers=transfers, actor=fact.actor) if transfers else []
    small.save(fact, events.exits)
    _note_cuts(small, fact, events)
    _note_reported(small, fact, events)
    _note_agent(fact)
    return Recorded(moment.tick, day, [one.id for one in posted])


def _note_cuts(small: Small, fact: Fact, events: Events) -> None:
    """Note what the lots of members cut off (S0-Q8), and what a refund did not find any more (S1-Q10)."""
    Cut.objects.bulk_create(
        Cut(
            programme_id=fact.programme_id,
            day=fact.business_date,
            order_tick=fact.tick if fact.order_tick is not None else 0,
            member_id=small.numbers.members[cut.party],
            rule=cut.rule,
            kind=cut.kind,
            amount=cut.amount,
        )
        for cut in events.cuts
    )


def _note_reported(small: Small, fact: Fact, events: Events) -> None:
    """Note what is computed here and paid elsewhere (S1-15)."""
    Reported.objects.bulk_create(
        Reported(
            programme_id=fact.programme_id,
            day=fact.business_date,
            tick=fact.tick,
            member_id=small.numbers.members[one.party],
            rule=one.rule,
            kind=one.kind,
            amount=one.amount,
        )
        for one in events.reported
    )


def _note_agent(fact: Fact) -> None:
    """Note that a member has become an agent, or is none any more."""
    if fact.action in ("appoint", "dismiss"):
        assert fact.member_id is not None
        AgentChange.objects.create(
            tick=fact.tick, member_id=fact.member_id, day=fact.business_date, agent=fact.action == "appoint"
        )
