"""The facts of a few members, for an explanation."""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from jifen.engine.days import day_number
from jifen.engine.facts import NOBODY, Actions, Members, Orders
from jifen.facts.models import Fact
from jifen.members.models import Member
from jifen.settlement.past_state import refunded


def members_of(people: Mapping[int, Member], ids: Sequence[int], above: Sequence[int | None]) -> Members:
    """Return some members as they see each other: by code and nickname."""
    number = {member: index for index, member in enumerate(ids)}
    n = len(ids)
    return Members(
        codes=[f"M{member}" for member in ids],
        names=[people[member].nickname for member in ids],
        referrer=np.array([number.get(one, NOBODY) if one else NOBODY for one in above], np.int32),
        at=np.zeros(n, np.int64),
        day=np.zeros(n, np.int32),
    )


def orders_of(ticks: Sequence[int], ids: Sequence[int], day: date) -> Orders:
    """Return orders with what was left of their amounts at the close of a day."""
    orders = {fact.tick: fact for fact in Fact.objects.filter(tick__in=ticks)}
    back = refunded(ticks, day)
    return Orders(
        codes=[orders[tick].order_code for tick in ticks],
        member=np.array([ids.index(orders[tick].member_id) for tick in ticks], np.int32),
        at=np.array(ticks, np.int64),
        day=np.array([day_number(orders[tick].business_date) for tick in ticks], np.int32),
        amount=np.array([orders[tick].amount - back.get(tick, 0) for tick in ticks], np.int64),
        points_paid=np.array([orders[tick].points_paid for tick in ticks], np.int64),
        quantity=np.array([orders[tick].quantity for tick in ticks], np.int64),
        product=[orders[tick].product for tick in ticks],
        points_kind=[orders[tick].points_kind for tick in ticks],
        channel=[orders[tick].channel for tick in ticks],
    )


def one_action(fact: Fact, ids: Sequence[int]) -> Actions:
    """Return an action alone."""
    number = {member: index for index, member in enumerate(ids)}
    return Actions(
        action=[fact.action],
        member=np.array([number.get(fact.member_id or 0, 0)], np.int32),
        to_member=np.array([number.get(fact.to_member_id or 0, NOBODY)], np.int32),
        to_kind=[fact.to_kind],
        kind=[fact.kind],
        at=np.array([fact.tick], np.int64),
        day=np.array([day_number(fact.business_date)], np.int32),
        amount=np.array([fact.amount], np.int64),
        rows=np.array([fact.tick], np.int64),
    )
