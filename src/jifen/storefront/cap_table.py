"""Who owns how much of a store, and what it earned them (S1-32 … S1-36)."""

from datetime import date
from typing import NamedTuple

from jifen.storefront.earnings import MANAGEMENT, OF_SHAREHOLDERS, SHARES, earned
from jifen.storefront.models import WHOLE
from jifen.stores.models import Shareholding, Store


class Holder(NamedTuple):
    """A shareholder of a store; what was earned is in fen."""

    member_id: int
    name: str
    nickname: str
    share_bp: int
    initiator: bool
    since_on: date
    until_on: date | None
    of_shares: int
    of_management: int

    @property
    def code(self) -> str:
        """What the member is called on screens."""
        return f"M{self.member_id}"

    @property
    def together(self) -> int:
        """All that was earned at the store."""
        return self.of_shares + self.of_management


class CapTable(NamedTuple):
    """Who holds a store now: the initiator first, then by share; the rest is head office's (S1-34)."""

    holders: list[Holder]
    former: list[Holder]  # who gave all shares up, the last one first

    @property
    def sold_bp(self) -> int:
        """What members hold together, in hundredths of a percent."""
        return sum(one.share_bp for one in self.holders)

    @property
    def head_office_bp(self) -> int:
        """What is not sold."""
        return WHOLE - self.sold_bp


def cap_table(store: Store, last: date, *, first: date | None = None) -> CapTable:
    """Return who holds a store, with what each earned from `first` (or the beginning) to `last`."""
    rows = list(Shareholding.objects.filter(store=store).select_related("member"))
    members = {row.member_id for row in rows}
    sums = earned(store, members, OF_SHAREHOLDERS, first or store.joined_on, last)
    holders = [_holder(row, sums) for row in rows if row.until_on is None]
    open_now = {one.member_id for one in holders}
    former = [_holder(row, sums) for row in rows if row.until_on is not None and row.member_id not in open_now]
    holders.sort(key=lambda one: (not one.initiator, -one.share_bp, one.since_on, one.member_id))
    former.sort(key=lambda one: (one.until_on or date.min, one.member_id), reverse=True)
    return CapTable(holders, list({one.member_id: one for one in reversed(former)}.values())[::-1])


def shares_of(member_id: int, last: date) -> list[tuple[Store, Holder]]:
    """Return the stores that a member holds shares of, with what they earned (S1-32)."""
    rows = Shareholding.objects.filter(member_id=member_id, until_on__isnull=True).select_related("store", "member")
    return [
        (row.store, _holder(row, earned(row.store, [member_id], OF_SHAREHOLDERS, row.store.joined_on, last)))
        for row in rows.order_by("since_tick")
    ]


def _holder(row: Shareholding, sums: dict[tuple[int, str], int]) -> Holder:
    return Holder(
        member_id=row.member_id,
        name=row.member.name,
        nickname=row.member.nickname,
        share_bp=row.share_bp,
        initiator=row.initiator,
        since_on=row.since_on,
        until_on=row.until_on,
        of_shares=sums.get((row.member_id, SHARES), 0),
        of_management=sums.get((row.member_id, MANAGEMENT), 0),
    )
