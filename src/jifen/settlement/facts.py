"""The stored facts of a programme, whole, as the engine takes them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from jifen.engine.days import day_number
from jifen.engine.facts import NO_DAY, NOBODY, Actions, Facts, Int32s, Int64s, Members, Orders, Refunds, Steps
from jifen.facts.models import Fact
from jifen.facts.terms import Terms
from jifen.facts.trade import rate_of, stores_of
from jifen.ledger.close import last_closed
from jifen.members.models import Member, Move
from jifen.programmes.declared import declared_facts
from jifen.stores.models import Store

MOVE = "move_referrer"


@dataclass(frozen=True)
class Stored:
    """Facts, and what the engine's numbers stand for: members by id, orders by the tick that is their lot's id."""

    facts: Facts
    ids: Int64s
    lots: Int64s
    last_day: int  # of any fact
    stores: Int64s  # their ids by number


def stored_facts(programme_id: int, terms: Terms) -> Stored:
    """Return everything that happened to a programme."""
    moves = list(Move.objects.filter(member__programme_id=programme_id).order_by("tick"))
    stores = list(Store.objects.filter(programme_id=programme_id).order_by("joined_tick"))
    number = {store.pk: at for at, store in enumerate(stores)}
    members = _People(programme_id, moves, number)
    facts = Fact.objects.filter(programme_id=programme_id).order_by("tick")
    orders = list(facts.filter(type=Fact.Type.ORDER))
    refunds = list(facts.filter(type=Fact.Type.REFUND))
    actions, steps = (list(facts.filter(type=one)) for one in (Fact.Type.ACTION, Fact.Type.STEPS))
    days = [fact.business_date for fact in (*orders, *refunds, *actions, *steps)]
    days += [move.effective_on for move in moves]
    if terms.versions.joins:
        days += [*(row[2] for row in members.rows), *(store.joined_on for store in stores)]
    lots = _int64(order.tick for order in orders)
    return Stored(
        Facts(
            members=members.columns(),
            orders=_orders(orders, members, terms, number),
            refunds=_refunds(refunds, lots),
            actions=_actions(actions, moves, members, number),
            declared=declared_facts(programme_id, until=last_closed(programme_id)),
            stores=stores_of(stores, members.number),
            steps=_steps(steps, members),
        ),
        members.ids,
        lots,
        max(map(day_number, days), default=0),
        _int64(store.pk for store in stores),
    )


class _People:
    """The members, those above before those below, and their numbers."""

    def __init__(self, programme_id: int, moves: Sequence[Move], stores: dict[int, int]) -> None:
        found = Member.objects.filter(programme_id=programme_id).order_by("id")  # as in a close
        names = ("id", "joined_tick", "joined_on", "referrer_id", "name", "home_store_id")
        self.rows = list(found.values_list(*names))
        self.stores = stores
        self.ids = _int64(row[0] for row in self.rows)
        self.number = {member: number for number, member in enumerate(self.ids.tolist())}
        self.first_referrer: dict[int, int | None] = {row[0]: row[3] for row in self.rows}
        for move in reversed(moves):
            self.first_referrer[move.member_id] = move.old_referrer_id

    def numbers(self, ids: Iterable[int | None]) -> Int32s:
        """Return members' numbers."""
        return np.array([NOBODY if one is None else self.number[one] for one in ids], np.int32)

    def columns(self) -> Members:
        """Return the members with the referrers that they joined with."""
        return Members(
            codes=[f"M{row[0]}" for row in self.rows],
            names=[row[4] for row in self.rows],
            referrer=self.numbers(self.first_referrer[row[0]] for row in self.rows),
            at=_int64(row[1] for row in self.rows),
            day=_days(row[2] for row in self.rows),
            home=np.array([NOBODY if row[5] is None else self.stores[row[5]] for row in self.rows], np.int32),
        )


def _orders(orders: Sequence[Fact], members: _People, terms: Terms, stores: dict[int, int]) -> Orders:
    return Orders(
        codes=[order.order_code for order in orders],
        member=members.numbers(order.member_id for order in orders),
        at=_int64(order.tick for order in orders),
        day=_days(order.business_date for order in orders),
        amount=_int64(order.amount for order in orders),
        points_paid=_int64(order.points_paid for order in orders),
        terms=np.array([terms.index(order.terms_id or 0) for order in orders], np.int32),
        quantity=_int64(order.quantity for order in orders),
        product=[order.product for order in orders],
        points_kind=[order.points_kind for order in orders],
        channel=[order.channel for order in orders],
        store=_stores(orders, stores),
        region=[order.region for order in orders],
        rate=[rate_of(order.rate) for order in orders],
        concession=_int64(order.concession for order in orders),
        ratio=[rate_of(order.ratio) for order in orders],
    )


def _refunds(refunds: Sequence[Fact], lots: Int64s) -> Refunds:
    return Refunds(
        order=np.searchsorted(lots, _int64(refund.order_tick or 0 for refund in refunds)).astype(np.int32),
        at=_int64(refund.tick for refund in refunds),
        day=_days(refund.business_date for refund in refunds),
        amount=_int64(refund.amount for refund in refunds),
    )


def _stores(rows: Sequence[Fact], stores: dict[int, int]) -> NDArray[np.int32]:
    return np.array([NOBODY if row.store_id is None else stores[row.store_id] for row in rows], np.int32)


def _actions(facts: Sequence[Fact], moves: Sequence[Move], members: _People, stores: dict[int, int]) -> Actions:
    """Return the actions; a move acts on the day of its effect."""
    moved = [Fact(tick=move.tick, action=MOVE, member_id=move.member_id, to_member_id=move.new_referrer_id,
                  business_date=move.effective_on, share=0, role="") for move in moves]  # fmt: skip
    rows = [*facts, *moved]
    return Actions(
        action=[row.action for row in rows],
        member=members.numbers(row.member_id for row in rows),
        to_member=members.numbers(row.to_member_id for row in rows),
        to_kind=[row.to_kind for row in rows],
        kind=[row.kind for row in rows],
        at=_int64(row.tick for row in rows),
        day=_days(row.business_date for row in rows),
        amount=_int64(row.amount for row in rows),
        rows=_int64(row.tick for row in rows),
        store=_stores(rows, stores),
        share=_int64(row.share for row in rows),
        role=[row.role for row in rows],
        until=np.array([NO_DAY if row.until_on is None else day_number(row.until_on) for row in rows], np.int32),
    )


def _steps(rows: Sequence[Fact], members: _People) -> Steps:
    ticks = _int64(row.tick for row in rows)
    return Steps(
        member=members.numbers(row.member_id for row in rows),
        at=ticks,
        day=_days(row.business_date for row in rows),
        walked=_int64(row.amount for row in rows),
        run=_int64(row.run for row in rows),
        rows=ticks,
    )


def _int64(values: Iterable[int]) -> Int64s:
    return np.array(list(values), np.int64)


def _days(days: Iterable[date]) -> NDArray[np.int32]:
    return np.array([day_number(day) for day in days], np.int32)
