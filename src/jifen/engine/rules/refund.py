"""refund: a refunded order gives back what it granted, and what was released through it for everybody."""

from collections.abc import Iterator
from typing import ClassVar, Literal, NamedTuple

from pydantic.dataclasses import dataclass

from jifen.engine.lines import DEBTS, FREE, ISSUED, LOCKED, SPENT
from jifen.engine.past import Past, PastDay, Rewards
from jifen.engine.posting import Posting, Row
from jifen.engine.rule import STRICT, OrderFact, Rule


class RefundFact(NamedTuple):
    """A refund: `total` is refunded so far, this one included; `before` the earlier ones as (day, total then)."""

    order: OrderFact
    total: int
    before: tuple[tuple[int, int], ...]

    @property
    def total_before(self) -> int:
        """What was refunded before this refund."""
        return self.before[-1][1] if self.before else 0

    def step(self, whole: int) -> int:
        """Return floor(whole × F) less what it was before this refund."""
        return whole * self.total // self.order.amount - whole * self.total_before // self.order.amount

    def total_after(self, day: int) -> int:
        """Return what earlier refunds made after the close of `day` had refunded in all; 0 when there was none."""
        later = [total for refunded_on, total in self.before if refunded_on > day]
        return later[-1] if later else 0


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Refund(Rule):
    """Take back what a refunded order gave, through the original postings (invariant 9, G4; S4-17, S4-18).

    The lot's unreleased part is cancelled in proportion; what was already released is claimed from the owner, and the
    rewards that others drew for it go back into the lots they came from. `policy` says what happens when free points
    do not suffice: "only_locked" claims nothing, "within_balance" takes what is there and writes the rest off, "debt"
    lets the rest be paid by later credits. The exact meaning is on the settlement page, section Refund.
    """

    use: ClassVar[str] = "refund"
    section: ClassVar[str] = "refund"

    policy: Literal["only_locked", "within_balance", "debt"] = "within_balance"

    def run(self, posting: Posting, refund: RefundFact, past: Past, *, scale: int, cash_volume: bool) -> None:
        """Post everything that the refund takes back; `scale` is minor units of points to one of money."""
        order = refund.order
        points_back = refund.step(order.points_paid)
        self._give_points_back(posting, order, points_back)
        self._lower_volume(posting, refund, points_back, scale=scale, cash_volume=cash_volume)
        if posting.book.lots.granted[posting.book.place[order.number]]:
            self._take_back(posting, refund, past, scale)
        if points_back:
            posting.pay_debts(order.member)

    def _give_points_back(self, posting: Posting, order: OrderFact, amount: int) -> None:
        rows = (
            Row(SPENT, posting.lot_kind, FREE, -amount),
            Row(order.member, posting.lot_kind, FREE, amount),
        )
        posting.transfer(key="points_paid", rule="refund", rows=rows)

    def _lower_volume(
        self, posting: Posting, refund: RefundFact, points_back: int, *, scale: int, cash_volume: bool
    ) -> None:
        book, position = posting.book, posting.book.at(refund.order.member)
        amount = refund.total - refund.total_before
        book.volume_amount[position] -= amount
        book.volume_points[position] -= points_back
        book.volume[position] -= amount * scale - (points_back if cash_volume else 0)

    def _take_back(self, posting: Posting, refund: RefundFact, past: Past, scale: int) -> None:
        """Cut the lot, and reverse what its releases paid to others."""
        order, lots = refund.order, posting.book.lots
        lot = int(posting.book.place[order.number])
        lots.base[lot] = (order.amount - refund.total) * scale
        self._cut_lot(posting, refund)
        if self.policy != "only_locked":
            for day in past.since(int(lots.opened_on[lot])):
                self._reverse_day(posting, refund, day)

    def _cut_lot(self, posting: Posting, refund: RefundFact) -> None:
        """Cancel the lot's remainder in proportion and claim from the owner what was already released."""
        order, lots = refund.order, posting.book.lots
        lot = int(posting.book.place[order.number])
        due = refund.step(int(lots.granted[lot]))
        cancelled = min(due, int(lots.remaining[lot]))
        lots.cancelled[lot] += cancelled
        cut = (
            Row(order.member, posting.lot_kind, LOCKED, -cancelled, order.number),
            Row(ISSUED, posting.lot_kind, FREE, cancelled, order.number),
        )
        posting.transfer(key="lot", rule="refund", rows=cut)
        claim = due - cancelled
        if self.policy == "only_locked" or claim == 0:
            return
        lots.claimed[lot] += claim
        taken, lent = self._collect(posting, order.member, claim)
        rows = (
            Row(order.member, posting.lot_kind, FREE, -taken),
            Row(DEBTS, posting.lot_kind, FREE, -lent),
            Row(ISSUED, posting.lot_kind, FREE, taken + lent),
        )
        posting.transfer(key="claim", rule="refund", rows=rows)

    def _collect(self, posting: Posting, member: int, claim: int) -> tuple[int, int]:
        """Return what of a claim comes from the member's free points and what the programme lends; note the rest."""
        position = posting.book.at(member)
        taken = min(claim, posting.free(member, posting.lot_kind))
        missing = claim - taken
        if self.policy == "debt":
            posting.book.debt[position] += missing
            return taken, missing
        posting.book.written_off[position] += missing
        return taken, 0

    def _reverse_day(self, posting: Posting, refund: RefundFact, day: PastDay) -> None:
        """Reverse what the lot's release at one close paid to others."""
        order = refund.order
        released = day.released(order.member, order.number)
        if released == 0:
            return
        before = refund.total_after(day.day)
        for rewards, index, weight in reached(day, order.member):
            slot = rewards.slot
            paid = int(rewards.entitled[index] if slot.rule.overflow == "hold" else rewards.paid[index])
            part, whole = paid * weight * released, rewards.base(index) * order.amount
            due = part * refund.total // whole - part * before // whole
            due = self._lower_waiting(rewards, index, due)
            if due > 0:
                self._reverse(posting, rewards, index, due, day.prefix(posting.code, slot))

    def _lower_waiting(self, rewards: Rewards, index: int, due: int) -> int:
        """Take a reversal from what still waits to be paid first; return what is left of it."""
        waiting = min(due, int(rewards.waiting[index]))
        rewards.waiting[index] -= waiting
        return due - waiting

    def _reverse(self, posting: Posting, rewards: Rewards, index: int, due: int, prefix: str) -> None:
        """Send `due` of one reward back into the lots it was drawn from, newest drawn first."""
        member, kind, lots = int(rewards.member[index]), posting.lot_kind, posting.book.lots
        back: list[tuple[int, int]] = []
        for draw in reversed(rewards.standing(index)):
            part = min(due, draw.amount)
            due -= part
            draw.lower(part)
            lot = int(posting.book.place[draw.order])
            matched = min(part, int(lots.claimed[lot]))
            lots.claimed[lot] -= matched
            back.append((draw.order, part - matched))
        demanded = sum(amount for _, amount in back)
        taken, lent = self._collect(posting, member, demanded)
        rows = [Row(member, kind, FREE, -taken), Row(DEBTS, kind, FREE, -lent)]
        left = taken + lent
        for order, amount in back:
            returned = min(amount, left)
            left -= returned
            lots.released_accelerated[int(posting.book.place[order])] -= returned
            rows.append(Row(member, kind, LOCKED, returned, order))
        original = prefix + posting.member_codes[member]
        posting.transfer(key=original, rule="refund", rows=rows, cause=original)


def reached(day: PastDay, member: int) -> Iterator[tuple[Rewards, int, int]]:
    """Yield the rewards that shared in a member's release, with index and weight, in order of claims."""
    done: set[int] = set()
    for rewards in day.rewards:
        rule = rewards.slot.rule
        if id(rule) in done:
            continue
        done.add(id(rule))
        slots = [other for other in day.rewards if other.slot.rule is rule]
        for reach in sorted(rule.reach(day.upline, member)):
            index = slots[reach.slot].find(reach.receiver)
            if index >= 0:
                yield slots[reach.slot], index, reach.weight
