"""Recording a fact: locks, rules, ledger and log in the caller's transaction, all or nothing."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
from django.db import transaction

from jifen.engine.days import day_number
from jifen.engine.events import Events
from jifen.engine.facts import NOBODY, Actions, Int32s
from jifen.engine.message import Message, say
from jifen.facts.days import Moment, now, share_day, waiting
from jifen.facts.models import AgentChange, Cut, Fact
from jifen.facts.new import NewAction, NewOrder, NewRefund
from jifen.facts.posting import transfers_of
from jifen.facts.refunds import load_refund, save_reductions
from jifen.facts.small import Given, OrderRow, Small, load_small
from jifen.facts.terms import Terms, terms_of
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


class Desk(NamedTuple):
    """What is locked and known before the rules are asked."""

    moment: Moment
    terms: Terms
    standings: Sequence[Standing]
    member: int = 0  # whose referrer the rules may ask for
    referrer: int | None = None

    def referrers(self) -> Int32s | None:
        """Return who referred whom of the standings, by number; None where the rules do not ask."""
        if self.referrer is None:
            return None
        ids = [standing.member_id for standing in self.standings]
        return np.array([ids.index(self.referrer) if one == self.member else NOBODY for one in ids], np.int32)


@waiting()
@transaction.atomic
def record_order(new: NewOrder) -> Recorded:
    """Let a paid order count: take its points part, open its lot, add its volume (S4-19, S4-20).

    Raises RefusedError, and DayNotSettledError while an earlier day waits for its settlement.
    """
    desk = _open_desk(new.programme_id, [new.member_id], referrer_of=new.member_id)
    tick, version = desk.moment.tick, desk.terms.index(new.version_id)
    fact = Fact(
        tick=tick,
        business_date=desk.moment.business_date,
        type=Fact.Type.ORDER,
        member_id=new.member_id,
        order_tick=tick,
        order_code=new.order_code,
        terms_id=new.version_id,
        amount=new.amount,
        points_paid=new.points_paid,
        points_kind=new.points_kind,
        quantity=new.quantity,
        product=new.product,
        channel=new.channel,
        actor=new.actor,
    )
    lots = lots_of([desk.referrer]) if desk.referrer and desk.terms.pays_bonus(version) else []
    orders = [*(OrderRow(lot.id, lot.owner) for lot in lots if not lot.closed), OrderRow.of(fact, version)]
    given = Given(orders=orders, referrers=desk.referrers())
    small = load_small(desk.terms, desk.standings, given, lots=[lot for lot in lots if not lot.closed])
    events = _events(small, desk)
    events.order(len(orders) - 1)
    return _finish(small, desk, fact, events)


@waiting()
@transaction.atomic
def record_refund(new: NewRefund) -> Recorded:
    """Take back what an order gave, through the original postings (invariant 9, G4).

    Raises RefusedError, and DayNotSettledError while an earlier day waits for its settlement.
    """
    share_day(new.programme_id)
    order = _counted_order(new)
    terms = terms_of(new.programme_id)
    refund = load_refund(terms, order, new.amount)
    desk = Desk(now(new.programme_id), terms, refund.small.standings)
    events = _events(refund.small, desk)
    events.refund(0)
    fact = Fact(
        type=Fact.Type.REFUND,
        member_id=order.member_id,
        order_tick=order.tick,
        order_code=order.order_code,
        amount=new.amount,
        actor=new.actor,
        reason=new.reason,
    )
    recorded = _finish(refund.small, desk, fact, events)
    save_reductions(refund, fact)
    return recorded


@waiting()
@transaction.atomic
def record_action(new: NewAction) -> Recorded:
    """Let a member, or an operator for a member, move points or change what the account may do (S4-19, S4-21, S4-27).

    Raises RefusedError, and DayNotSettledError while an earlier day waits for its settlement.
    """
    parties = [new.member_id, *([new.to_member_id] if new.to_member_id is not None else [])]
    desk = _open_desk(new.programme_id, parties, referrer_of=new.member_id if new.action == "appoint" else None)
    given = Given(actions=_action(new, desk), referrers=desk.referrers())
    small = load_small(desk.terms, desk.standings, given, prices=new.action == "convert")
    events = _events(small, desk)
    events.action(0)
    fact = Fact(
        type=Fact.Type.ACTION,
        member_id=new.member_id,
        action=new.action,
        kind=new.kind,
        to_member_id=new.to_member_id,
        to_kind=new.to_kind,
        amount=new.amount,
        actor=new.actor,
        reason=new.reason,
    )
    return _finish(small, desk, fact, events)


def _open_desk(programme_id: int, member_ids: Sequence[int], *, referrer_of: int | None = None) -> Desk:
    """Lock the day, the moves where a referrer matters, and the members, in this order; then look at the clock."""
    share_day(programme_id)
    terms, referrer = terms_of(programme_id), None
    if referrer_of is not None and terms.asks_referrers:
        hold_moves(programme_id)
        day = now(programme_id).business_date
        (referrer,) = Referrers([referrer_of], day).on(day)
    ids = {*member_ids, *([referrer] if referrer else [])}
    found = Standing.objects.select_for_update(no_key=True).filter(programme_id=programme_id, member_id__in=ids)
    standings = list(found.order_by("member_id"))
    if not set(member_ids) <= {standing.member_id for standing in standings}:
        raise RefusedError(say("there is no such member in this programme"))
    return Desk(now(programme_id), terms, standings, referrer_of or 0, referrer)


def _counted_order(new: NewRefund) -> Fact:
    found = Fact.objects.filter(programme_id=new.programme_id, order_code=new.order_code, type=Fact.Type.ORDER)
    order = found.select_for_update(no_key=True).first()
    if order is None:
        raise RefusedError(say("its order was refused"))
    return order


def _action(new: NewAction, desk: Desk) -> Actions:
    ids = [standing.member_id for standing in desk.standings]
    to_member = ids.index(new.to_member_id) if new.to_member_id is not None else NOBODY
    return Actions(
        action=[new.action],
        member=np.array([ids.index(new.member_id)], np.int32),
        to_member=np.array([to_member], np.int32),
        to_kind=[new.to_kind],
        kind=[new.kind],
        at=np.array([desk.moment.tick], np.int64),
        day=np.array([day_number(desk.moment.business_date)], np.int32),
        amount=np.array([new.amount], np.int64),
        rows=np.array([desk.moment.tick], np.int64),
    )


def _events(small: Small, desk: Desk) -> Events:
    day = day_number(desk.moment.business_date)
    small.replay.programme = desk.terms.versions.on(day)
    return Events(small.replay, day)


def _finish(small: Small, desk: Desk, fact: Fact, events: Events) -> Recorded:
    """Log the fact, post its lines, and save what the rules changed beside them."""
    if events.refused:
        raise RefusedError(events.refused[0].why)
    programme_id, moment = desk.standings[0].programme_id, desk.moment
    fact.tick, fact.business_date, fact.entered_on = moment
    fact.programme_id = programme_id
    fact.save(force_insert=True)
    code = desk.terms.newest.code
    named = 0 if desk.terms.versions.waits else programme_id
    transfers = transfers_of(events.journal, small.numbers, programme_id=named, code=code)
    day = moment.business_date
    posted = post_all(programme_id=programme_id, day=day, transfers=transfers, actor=fact.actor) if transfers else []
    small.save()
    _note_cuts(small, fact, events)
    _note_agent(fact)
    return Recorded(moment.tick, day, [one.id for one in posted])


def _note_cuts(small: Small, fact: Fact, events: Events) -> None:
    """Note what the lots of members cut off (S0-Q8)."""
    Cut.objects.bulk_create(
        Cut(
            programme_id=fact.programme_id,
            day=fact.business_date,
            order_tick=fact.order_tick or 0,
            member_id=small.numbers.members[cut.party],
            rule=cut.rule,
            amount=cut.amount,
        )
        for cut in events.cuts
    )


def _note_agent(fact: Fact) -> None:
    """Note that a member has become an agent, or is none any more."""
    if fact.action in ("appoint", "dismiss"):
        AgentChange.objects.create(
            tick=fact.tick, member_id=fact.member_id, day=fact.business_date, agent=fact.action == "appoint"
        )
