"""The closes that paid for an order, read back from the ledger for those above its buyer."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

import numpy as np

from jifen.engine.close import Slot
from jifen.engine.days import date_of, day_number
from jifen.engine.facts import NOBODY, Int32s, Int64s
from jifen.engine.forest import Forest
from jifen.engine.past import Draws, PastDay, Rewards
from jifen.engine.rule import Upline
from jifen.engine.settle import rates_of, slots_of
from jifen.facts.models import Fact, RankChange, Reduction, Reward
from jifen.facts.small import Small
from jifen.facts.terms import Terms
from jifen.ledger.draws import Drawn, draws_since
from jifen.members.uplines import Referrers

SCHEDULED = "scheduled_release"


class At(NamedTuple):
    """One reward of one member: the close's day, its slot's path, the member's id."""

    day: int
    path: str
    member: int


class PastReader:
    """Reads the closes since an order for the members of a small book."""

    def __init__(self, small: Small, terms: Terms, referrers: Referrers) -> None:
        self.small = small
        self.terms = terms
        self.referrers = referrers
        self.ids = list(small.numbers.members)
        self.number = {member: index for index, member in enumerate(self.ids)}
        self.lot = {tick: index for index, tick in enumerate(small.numbers.lots)}
        self.draws: defaultdict[At, list[Drawn]] = defaultdict(list)
        self.late: defaultdict[At, list[Drawn]] = defaultdict(list)
        self.reduced: defaultdict[tuple[date, int, int, int], int] = defaultdict(int)

    def days(self, order: Fact) -> list[PastDay]:
        """Return the closes at which the order's lot released by time, oldest first."""
        since = order.business_date
        released: defaultdict[int, int] = defaultdict(int)
        for drawn in draws_since(self.ids, since):
            if drawn.rule == SCHEDULED and drawn.lot == order.tick:
                released[day_number(drawn.business_date)] += drawn.amount
            else:
                self._file(drawn)
        days = [date_of(day) for day in sorted(released)]
        for reduction in Reduction.objects.filter(member_id__in=self.ids, day__in=days):
            at = reduction.day, reduction.slot, reduction.member_id, reduction.order_tick
            self.reduced[at] += reduction.amount
        rewards = self._rewards(days)
        ranks = self._ranks(days)
        return [self._past_day(day, order, released[day_number(day)], rewards[day], ranks[day]) for day in days]

    def _file(self, drawn: Drawn) -> None:
        """Put a draw with the reward that it belongs to: "release/2026-03-01/generation_share/1/…"."""
        if drawn.late_for:
            _, day, path, _ = _parts(drawn.late_for)
            self.late[At(day, path, drawn.owner)].append(drawn)
        elif drawn.prefix:
            _, day, path, _ = _parts(drawn.prefix)
            self.draws[At(day, path, drawn.owner)].append(drawn)

    def _past_day(
        self, day: date, order: Fact, released: int, rows: dict[int, list[Reward]], ranks: dict[int, int]
    ) -> PastDay:
        number, buyer = day_number(day), self.number[order.member_id]
        programme = self.terms.versions.on(number)
        above = self.referrers.on(day)
        referrer = np.array([self.number.get(one, NOBODY) if one else NOBODY for one in above], np.int32)
        rank = np.array([ranks.get(member, 0) for member in self.ids], np.int8)
        scheduled = Draws(_int32([buyer]), np.array([0, 1]), _int32([self.lot[order.tick]]), np.array([released]))
        slots = slots_of(programme)
        rewards = tuple(self._reward(number, index, slot, rows.get(index, [])) for index, slot in enumerate(slots))
        return PastDay(number, Upline(Forest(referrer), rank, rates_of(programme)), scheduled, rewards)

    def _reward(self, day: int, index: int, slot: Slot, rows: list[Reward]) -> Rewards:
        rows = sorted(rows, key=lambda row: self.number[row.member_id])
        starts, orders, amounts, late_of = [0], [], [], {}
        for row in rows:
            at = At(day, slot.path, row.member_id)
            standing = self._standing(day, index, at)
            drawn, late = standing[: len(self.draws[at])], standing[len(self.draws[at]) :]
            orders += [order for order, _ in drawn]
            amounts += [amount for _, amount in drawn]
            starts.append(len(orders))
            late_of[row.member_id] = late
        member = _int32(self.number[row.member_id] for row in rows)
        rewards = Rewards(
            slot=slot,
            draws=Draws(member, np.array(starts, np.int64), _int32(orders), _int64(amounts)),
            member=member,
            entitled=_int64(row.entitled for row in rows),
            rest=_int32(row.rest for row in rows),
            paid=_int64(row.paid for row in rows),
            waiting=_int64(row.waiting for row in rows),
        )
        for place, row in enumerate(rows):
            for order, amount in late_of[row.member_id]:
                rewards.draw_late(place, order, amount)
        return rewards

    def _standing(self, day: int, slot: int, at: At) -> list[tuple[int, int]]:
        """Return (order number, what still stands) of a reward's draws, oldest first; refunds took the newest first."""
        draws = [*self.draws[at], *self.late[at]]
        standing: list[tuple[int, int]] = []
        for drawn in reversed(draws):
            key = date_of(day), slot, at.member, drawn.lot
            gone = min(self.reduced[key], drawn.amount)
            self.reduced[key] -= gone
            standing.append((self.lot[drawn.lot], drawn.amount - gone))
        return standing[::-1]

    def _rewards(self, days: list[date]) -> defaultdict[date, dict[int, list[Reward]]]:
        found: defaultdict[date, dict[int, list[Reward]]] = defaultdict(lambda: defaultdict(list))
        for row in Reward.objects.filter(day__in=days, member_id__in=self.ids):
            found[row.day][row.slot].append(row)
        return found

    def _ranks(self, days: list[date]) -> dict[date, dict[int, int]]:
        """Return the ranks that each close used: those found by the closes before it."""
        changes = list(RankChange.objects.filter(member_id__in=self.ids).order_by("day"))
        ranks: dict[date, dict[int, int]] = {}
        now: dict[int, int] = {}
        for day in days:
            while changes and changes[0].day < day:
                change = changes.pop(0)
                now[change.member_id] = change.rank
            ranks[day] = dict(now)
        return ranks


def _parts(key: str) -> tuple[str, int, str, str]:
    """Return programme, day, slot path and member of a reward's key; the member is "" for a prefix."""
    programme, day, *path, member = key.split("/")
    return programme, day_number(date.fromisoformat(day)), "/".join(path), member


def _int32(values: Iterable[int]) -> Int32s:
    return np.array(list(values), np.int32)


def _int64(values: Iterable[int]) -> Int64s:
    return np.array(list(values), np.int64)
