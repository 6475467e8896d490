"""The closes that paid for an order, read back from the ledger for those above its buyer."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jifen.engine.close import Slot
from jifen.engine.days import date_of, day_number, is_last_of_month
from jifen.engine.facts import NOBODY, Int32s, Int64s
from jifen.engine.forest import Forest
from jifen.engine.lines import NO_LOT
from jifen.engine.past import Bonus, Draw, Draws, PastDay, Rewards
from jifen.engine.programme import MONTH_REWARDS, Programme
from jifen.engine.programme import SCHEDULED as SCHEDULED_RULES
from jifen.engine.rule import Upline
from jifen.engine.sale_reward import Income
from jifen.engine.settle import all_slots_of, rates_of, slots_of
from jifen.engine.trade import Market
from jifen.facts.models import AgentChange, Fact, RankChange, Reduction, Reward
from jifen.facts.small import Small
from jifen.facts.terms import Terms
from jifen.facts.tokens import centers_on, engine_center
from jifen.facts.trade import holders_on
from jifen.ledger.chart import PROGRAMME
from jifen.ledger.draws import Drawn, draws_since
from jifen.ledger.models import Entry
from jifen.ledger.posting import find_transfer
from jifen.members.uplines import Referrers

SCHEDULED = frozenset(rule.use for rule in SCHEDULED_RULES)
MONTHLY = frozenset(rule.use for rule in MONTH_REWARDS)
BONUS = -1  # the slot of bonuses among reductions
ONE_DAY = timedelta(days=1)


class At(NamedTuple):
    """One reward of one member: the close's day, its slot's path, the member's id."""

    day: int
    path: str
    member: int


class State(NamedTuple):
    """What a close used: ranks by member id, and which members were agents."""

    ranks: dict[int, int]
    agents: frozenset[int]


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
        released: defaultdict[int, int] = defaultdict(int)
        for drawn in draws_since(self.ids, order.business_date - ONE_DAY):
            if drawn.rule in SCHEDULED and drawn.lot == order.tick:
                released[day_number(drawn.business_date)] += drawn.amount
            else:
                self._file(drawn)
        found = {date_of(day) for day in released}
        if self.terms.counts_units:  # units are paid for on days without a release, too
            rewarded = Reward.objects.filter(member_id__in=self.ids, day__gte=order.business_date)
            found |= set(rewarded.values_list("day", flat=True).distinct())
        if self.terms.counts_sales:  # amounts of orders are shared at the close of their day
            rewarded = Reward.objects.filter(member_id__in=self.ids, day=order.business_date)
            found |= set(rewarded.values_list("day", flat=True).distinct())
        days = sorted(found)
        for reduction in Reduction.objects.filter(member_id__in=self.ids, day__in=days).exclude(slot=BONUS):
            at = reduction.day, reduction.slot, reduction.member_id, reduction.order_tick
            self.reduced[at] += reduction.amount
        rewards = self._rewards(days)
        state = self._states(days)
        return [self._past_day(day, order, released[day_number(day)], rewards[day], state[day]) for day in days]

    def bonus(self, order: Fact, programme: Programme) -> Bonus | None:
        """Return what the order paid its buyer's referrer, and what still stands of it; None where it paid nothing."""
        if programme.bonus is None:
            return None
        key = f"{programme.code}/order/{order.order_code}/{programme.bonus.use}"
        transfer = find_transfer(programme_id=order.programme_id, key=key)
        if transfer is None:
            return None
        lines = Entry.objects.filter(transfer_id=transfer.id, business_date=transfer.business_date, owner__lt=PROGRAMME)
        rows = list(lines.values_list("owner", "lot", "amount").order_by("lot"))
        receiver = rows[0][0]
        for reduction in Reduction.objects.filter(slot=BONUS, refund__order_tick=order.tick):
            self.reduced[reduction.day, BONUS, reduction.member_id, reduction.order_tick] += reduction.amount
        drawn = [(lot, -amount) for _, lot, amount in rows if lot]
        paid = sum(amount for _, lot, amount in rows if not lot)
        draws = [
            Draw.of(self.lot[lot] if lot else NO_LOT, amount)
            for lot, amount in self._left(drawn or [(0, paid)], (order.business_date, BONUS, receiver))
        ]
        day = day_number(order.business_date)
        return Bonus(programme.bonus, self.number[receiver], paid, draws, day)

    def _file(self, drawn: Drawn) -> None:
        """Put a draw with the reward that it belongs to: "release/2026-03-01/generation_share/1/…"."""
        if "/" in drawn.late_for:  # other causes are facts: "order O7"
            _, day, path, _ = _parts(drawn.late_for)
            self.late[At(day, path, drawn.owner)].append(drawn)
        elif drawn.prefix or drawn.rule in MONTHLY:
            _, day, path, _ = _parts(drawn.key)
            self.draws[At(day, path, drawn.owner)].append(drawn)

    def _past_day(self, day: date, order: Fact, released: int, rows: dict[int, list[Reward]], state: State) -> PastDay:
        assert order.member_id is not None
        number, buyer = day_number(day), self.number[order.member_id]
        programme = self.terms.versions.on(number)
        above = self.referrers.on(day)
        referrer = np.array([self.number.get(one, NOBODY) if one else NOBODY for one in above], np.int32)
        rank = np.array([state.ranks.get(member, 0) for member in self.ids], np.int8)
        agent = np.array([member in state.agents for member in self.ids], bool)
        scheduled = Draws(_int32([buyer]), np.array([0, 1]), _int32([self.lot[order.tick]]), np.array([released]))
        slots = all_slots_of(programme) if is_last_of_month(number) else slots_of(programme)
        rewards = tuple(self._reward(number, index, slot, rows.get(index, [])) for index, slot in enumerate(slots))
        decimals, market = programme.lot_decimals, self._market(day, programme, rank)
        upline = Upline(Forest(referrer), rank, rates_of(programme), agent, decimals, market)
        return PastDay(number, upline, scheduled, rewards)

    def _market(self, day: date, programme: Programme, rank: NDArray[np.int8]) -> Market | None:
        """Return who had which part in orders at a close; None where no rewards share in them.

        Who was not activated then, or lacked a centre's pack, has no reward that this could find: all count as able.
        """
        if not programme.counts_sales:
            return None
        holders = holders_on(self.terms.programme_id, day)
        centers = centers_on(self.terms.programme_id, day) if programme.centers is not None else []
        open_ones = {one.region: engine_center(one, self.number, NOBODY) for one in centers}
        return Market(
            sales=(),
            stores=self.small.replay.facts.stores,
            territories={region: self.number[one] for region, one in holders.items() if one in self.number},
            sourced=programme.sourced.product if programme.sourced is not None else "",
            active=np.ones(len(self.ids), bool),
            centers=open_ones,
            earning=frozenset(one.member for one in open_ones.values()) - {NOBODY},
            rank=rank,
            rank_names=programme.rank_names,
        )

    def _reward(self, day: int, index: int, slot: Slot, rows: list[Reward]) -> Rewards:
        rows = sorted(rows, key=lambda row: self.number[row.member_id])
        starts, orders, amounts, late_of = [0], [], [], {}
        for row in rows:
            at = At(day, slot.path, row.member_id)
            standing = self._standing(day, index, at) if slot.rule.consumes_lots else self._paid(day, index, row)
            early = len(self.draws[at]) if slot.rule.consumes_lots else 1
            drawn, late = standing[:early], standing[early:]
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
            bases=_int64(row.base for row in rows) if slot.of_month or isinstance(slot.rule, Income) else None,
        )
        for place, row in enumerate(rows):
            for order, amount in late_of[row.member_id]:
                rewards.draw_late(place, order, amount)
        return rewards

    def _standing(self, day: int, slot: int, at: At) -> list[tuple[int, int]]:
        """Return (order number, what still stands) of a reward's draws, oldest first; refunds took the newest first."""
        draws = [(drawn.lot, drawn.amount) for drawn in (*self.draws[at], *self.late[at])]
        left = self._left(draws, (date_of(day), slot, at.member))
        return [(self.lot[lot], amount) for lot, amount in left]

    def _paid(self, day: int, slot: int, row: Reward) -> list[tuple[int, int]]:
        """Return what still stands of a reward that no lot gave."""
        left = self._left([(0, row.paid)], (date_of(day), slot, row.member_id))
        return [(NO_LOT, amount) for _, amount in left]

    def _left(self, draws: list[tuple[int, int]], of: tuple[date, int, int]) -> list[tuple[int, int]]:
        """Return (lot, what still stands) of draws, oldest first; refunds took the newest first."""
        left: list[tuple[int, int]] = []
        for lot, amount in reversed(draws):
            gone = min(self.reduced[*of, lot], amount)
            self.reduced[*of, lot] -= gone
            left.append((lot, amount - gone))
        return left[::-1]

    def _rewards(self, days: list[date]) -> defaultdict[date, dict[int, list[Reward]]]:
        found: defaultdict[date, dict[int, list[Reward]]] = defaultdict(lambda: defaultdict(list))
        for row in Reward.objects.filter(day__in=days, member_id__in=self.ids):
            found[row.day][row.slot].append(row)
        return found

    def _states(self, days: list[date]) -> dict[date, State]:
        """Return the ranks that each close used, those found by the closes before it, and who was an agent."""
        changes = list(RankChange.objects.filter(member_id__in=self.ids).order_by("day"))
        turns = list(AgentChange.objects.filter(member_id__in=self.ids).order_by("day", "tick"))
        states: dict[date, State] = {}
        ranks: dict[int, int] = {}
        agents: set[int] = set()
        for day in days:
            while changes and changes[0].day < day:
                change = changes.pop(0)
                ranks[change.member_id] = change.rank
            while turns and turns[0].day <= day:
                turn = turns.pop(0)
                (agents.add if turn.agent else agents.discard)(turn.member_id)
            states[day] = State(dict(ranks), frozenset(agents))
        return states


def _parts(key: str) -> tuple[str, int, str, str]:
    """Return programme, day, slot path and member of a reward's key; the member is "" for a prefix."""
    programme, day, *path, member = key.split("/")
    return programme, day_number(date.fromisoformat(day)), "/".join(path), member


def _int32(values: Iterable[int]) -> Int32s:
    return np.array(list(values), np.int32)


def _int64(values: Iterable[int]) -> Int64s:
    return np.array(list(values), np.int64)
