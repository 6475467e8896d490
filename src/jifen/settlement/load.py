"""Loading a programme: its members, open lots and debts as the engine's arrays."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from jifen.engine.days import day_number
from jifen.engine.facts import NOBODY, Facts, Int32s, Int64s, Members, Orders
from jifen.engine.forest import Forest
from jifen.engine.past import Draws, PastDay, Rewards
from jifen.engine.replay import Replay
from jifen.engine.rule import Upline
from jifen.engine.settle import slots_of
from jifen.facts.models import Dust, Reward
from jifen.facts.small import NO_ACTIONS, NO_REFUNDS
from jifen.facts.terms import Terms
from jifen.ledger.columns import read_columns
from jifen.ledger.draws import purses_of, read_lots_open_before, read_open_lots
from jifen.members.models import Move
from jifen.programmes.declared import declared_facts
from jifen.settlement.airdrops import Airdrops, fill_airdrops, read_airdrops
from jifen.settlement.growth import Growth, fill_accounts, fill_growth, growth_orders, read_growth

MEMBERS = """
SELECT m.id, coalesce(m.referrer_id, 0), s.rank::bigint, s.debt, s.written_off, s.volume, s.volume_amount,
       s.volume_points, s.team_amount, s.team_points, s.second_leg, s.units, s.units_new, s.month_units, s.team_units,
       s.agent::int::bigint, coalesce(s.agent_since - date '1970-01-01', 0)::bigint, s.strikes::bigint, s.carry,
       s.active, s.center_packs, s.shareholder::int::bigint
FROM members_member m JOIN members_standing s ON s.member_id = m.id
WHERE m.programme_id = %(programme)s
ORDER BY m.id
"""
MEMBERS_NAMES = (
    *("id", "referrer", "rank", "debt", "written_off", "volume", "volume_amount", "volume_points"),
    *("team_amount", "team_points", "second_leg", "units", "units_new", "month_units", "team_units"),
    *("agent", "agent_since", "strikes", "carry", "active", "center_packs", "shareholder"),
)
MEMBERS_DTYPE = np.dtype([(name, np.int64) for name in MEMBERS_NAMES])
STANDING = (
    *("debt", "written_off", "volume", "volume_amount", "volume_points"),
    *("units", "units_new", "month_units", "strikes", "carry", "active", "center_packs"),
)
KIND_VOLUMES = """
SELECT v.member_id, v.own FROM members_kindvolume v JOIN members_member m ON m.id = v.member_id
WHERE m.programme_id = %s AND v.kind = %s
"""
KIND_VOLUME_DTYPE = np.dtype([("member_id", "i8"), ("own", "i8")])


class Codes(Sequence[str]):
    """The codes of members by number, made when they are asked for: a million are seldom needed at once."""

    def __init__(self, ids: Int64s) -> None:
        self.ids = ids

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        """Return the code of a member."""
        if isinstance(index, slice):
            return [f"M{member}" for member in self.ids[index].tolist()]
        return f"M{self.ids[index]}"

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class Loaded:
    """A replay that stands before the close of a day, and what its numbers stand for."""

    replay: Replay
    ids: Int64s  # members' ids by number
    lots: Int64s  # lots' ids (ticks of orders) by order number
    members: NDArray[np.void]  # what was read of the members, by number
    programme_id: int
    growth: Growth
    airdrops: Airdrops


def load_book(*, programme_id: int, terms: Terms, day: date, again: bool = False) -> Loaded:
    """Return the book of a programme as it is, all facts of `day` being in it.

    `again` is for a run that has begun before: lots which it has emptied already are there as well.
    """
    members = read_columns(MEMBERS, MEMBERS_DTYPE, {"programme": programme_id})
    lots = read_lots_open_before(programme_id, day) if again else read_open_lots(programme_id)
    ids: Int64s = np.ascontiguousarray(members["id"])
    growth, airdrops = read_growth(programme_id, terms, day), read_airdrops(terms, day)
    if growth.orders:
        orders, ticks = growth_orders(growth, lots["id"], lots["owner"], ids)
    else:
        orders = _orders(np.searchsorted(ids, lots["owner"]).astype(np.int32), lots["id"])
        ticks = np.ascontiguousarray(lots["id"])
    number = {member: at for at, member in enumerate(ids.tolist())} if growth.stores else {}
    facts = Facts(
        members=_members(ids, _referrers(ids, members["referrer"], programme_id, day)),
        orders=orders,
        refunds=NO_REFUNDS,
        actions=NO_ACTIONS,
        declared=declared_facts(programme_id, until=day),
        stores=growth.columns(number),
    )
    replay = Replay(terms.versions, facts)
    loaded = Loaded(replay, ids, ticks, members, programme_id, growth, airdrops)
    _fill(loaded, lots)
    _fill_sums(loaded)
    fill_growth(growth, replay, ids, ticks)
    fill_airdrops(airdrops, replay, ids)
    fill_accounts(programme_id, terms, replay)
    replay.keeps_past = True
    if terms.versions.waits:
        replay.past.days = _waiting_days(loaded, terms)
    return loaded


def _fill(loaded: Loaded, lots: NDArray[np.void]) -> None:
    """Put standings, lots and what debtors hold into the book."""
    book, members = loaded.replay.book, loaded.members
    at = book.forest.layout.member
    for name in STANDING:
        setattr(book, name, members[name][at])
    book.rank = members["rank"][at].astype(np.int8)
    place = book.place[: len(lots)]  # orders without a lot come behind
    book.lots.opened_on[place] = lots["opened_on"].astype(np.int64)
    book.lots.base[place], book.lots.remaining[place] = lots["base"], lots["remaining"]
    book.lots.released_scheduled[place] = lots["released"]  # by team too: only the sum matters to a close
    book.agent = members["agent"][at].astype(bool)
    book.agent_since = members["agent_since"][at].astype(np.int32)
    book.shareholder = members["shareholder"][at].astype(bool)
    debtors = loaded.ids[np.flatnonzero(members["debt"])].tolist()
    for owner, balances in purses_of(debtors).items() if debtors else ():
        position = book.at(int(np.searchsorted(loaded.ids, owner)))
        for (kind, role), amount in balances.items():
            if role == "free":
                book.free[kind][position] = amount


def _fill_sums(loaded: Loaded) -> None:
    """Put what was left of share-outs, and volumes paid in each kind of points, into the book."""
    book = loaded.replay.book
    for dust in Dust.objects.filter(programme_id=loaded.programme_id).order_by("day"):
        book.dust[dust.rule] = dust.amount
    paying = {spend.kind for programme in loaded.replay.versions.programmes for spend in programme.spends}
    for kind in sorted(paying):
        rows = read_columns(KIND_VOLUMES, KIND_VOLUME_DTYPE, (loaded.programme_id, kind))
        number = np.searchsorted(loaded.ids, rows["member_id"])
        book.volume_in(kind)[book.forest.layout.position[number]] = rows["own"]


def _members(ids: Int64s, referrers: Int32s) -> Members:
    n = len(ids)
    codes: Any = Codes(ids)
    return Members(codes, [], referrers, np.zeros(n, np.int64), np.zeros(n, np.int32))


def _orders(member: Int32s, tick: Int64s) -> Orders:
    zeros = np.zeros(len(tick), np.int64)
    return Orders([], member, np.ascontiguousarray(tick), np.zeros(len(tick), np.int32), zeros, zeros)


def _referrers(ids: Int64s, referrer: Int64s, programme_id: int, day: date) -> Int32s:
    """Return everybody's referrer, as a number, at the close of `day`: later moves are undone, the last one first."""
    known = referrer.copy()
    later = Move.objects.filter(member__programme_id=programme_id, effective_on__gt=day)
    for member, old in later.order_by("-effective_on", "-tick").values_list("member_id", "old_referrer_id"):
        known[np.searchsorted(ids, member)] = old or 0
    numbers = np.searchsorted(ids, known).astype(np.int32)
    numbers[known == 0] = NOBODY
    return numbers


def _waiting_days(loaded: Loaded, terms: Terms) -> list[PastDay]:
    """Return the closes of which a part still waits for a lot (overflow = "hold"), with those parts only."""
    rows = Reward.objects.filter(waiting__gt=0, member_id__in=loaded.ids.tolist()).order_by("day", "slot", "member_id")
    by_day: dict[date, list[Reward]] = {}
    for row in rows:
        by_day.setdefault(row.day, []).append(row)
    return [_waiting_day(loaded, terms, day, found) for day, found in by_day.items()]


def _waiting_day(loaded: Loaded, terms: Terms, day: date, rows: list[Reward]) -> PastDay:
    number = day_number(day)
    nobody = Upline(Forest(np.zeros(0, np.int32)), np.zeros(0, np.int8), ())
    nothing = Draws(np.zeros(0, np.int32), np.zeros(1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.int64))
    rewards = []
    for index, slot in enumerate(slots_of(terms.versions.on(number))):
        mine = [row for row in rows if row.slot == index]
        member = np.searchsorted(loaded.ids, [row.member_id for row in mine]).astype(np.int32)
        rewards.append(
            Rewards(
                slot=slot,
                draws=nothing,
                member=member,
                entitled=_int64(row.entitled for row in mine),
                rest=np.zeros(len(mine), np.int32),
                paid=_int64(row.paid for row in mine),
                waiting=_int64(row.waiting for row in mine),
            )
        )
    return PastDay(number, nobody, nothing, tuple(rewards))


def _int64(values: Iterable[int]) -> Int64s:
    return np.array(list(values), np.int64)
