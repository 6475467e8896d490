"""refund: a refunded order gives back what it granted, and what was released through it for everybody."""

from collections.abc import Iterator, Sequence
from typing import ClassVar, Literal, NamedTuple

from pydantic.dataclasses import dataclass

from jifen.engine.close import Slot
from jifen.engine.days import first_of_month
from jifen.engine.lines import CONVERTED, DEBTS, FREE, FROZEN, ISSUED, LOCKED, NO_LOT, POOL, SPENT
from jifen.engine.past import Bonus, Draw, Past, PastDay, Rewards
from jifen.engine.posting import Posting, Row
from jifen.engine.rule import STRICT, OrderFact, Reach, Rule, ShareRule, Upline
from jifen.engine.sale_reward import Income, SaleReward, sale_of


class RefundFact(NamedTuple):
    """A refund: `total` is refunded so far, this one included; `before` the earlier ones as (day, total then)."""

    order: OrderFact
    total: int
    before: tuple[tuple[int, int], ...]
    weight: int | None = None  # points that the order's concession brought (S2-09), None where that is not asked

    @property
    def total_before(self) -> int:
        """What was refunded before this refund."""
        return self.before[-1][1] if self.before else 0

    def step(self, whole: int) -> int:
        """Return floor(whole × F) less what it was before this refund."""
        return whole * self.total // self.order.amount - whole * self.total_before // self.order.amount

    def step_since(self, whole: int, start: int) -> int:
        """Return the step of what was given for the part of the order that stood after refunds of `start`."""
        stood, before = self.order.amount - start, self.total_before - start
        return whole * (self.total - start) // stood - whole * before // stood if stood else 0

    def total_until(self, day: int) -> int:
        """Return what earlier refunds had refunded in all by the close of `day`."""
        earlier = [total for refunded_on, total in self.before if refunded_on <= day]
        return earlier[-1] if earlier else 0

    def total_after(self, day: int) -> int:
        """Return what earlier refunds made after the close of `day` had refunded in all; 0 when there was none."""
        later = [total for refunded_on, total in self.before if refunded_on > day]
        return later[-1] if later else 0

    def standing_at(self, day: int, what: str) -> int:
        """Return what of the order's amount, or of its points part, stood at the close of `day`."""
        if what == "cash":
            return self.standing_at(day, "amount") - self.standing_at(day, "paid")
        earlier = [total for refunded_on, total in self.before if refunded_on <= day]
        wholes = {
            "amount": self.order.amount,
            "paid": self.order.paid,
            "points": self.order.points_paid,
            "concession": self.order.concession,
        }
        whole = self.weight if what == "points" and self.weight is not None else wholes[what]
        refunded = earlier[-1:]
        return whole - whole * sum(refunded) // self.order.amount

    def units_left(self, refunded: int) -> int:
        """Return how many whole units stand after refunds of `refunded`."""
        return self.order.quantity * (self.order.amount - refunded) // self.order.amount

    def units_at(self, day: int) -> int:
        """Return how many units stood at the close of `day`."""
        earlier = [total for refunded_on, total in self.before if refunded_on <= day]
        return self.units_left(earlier[-1] if earlier else 0)


class Terms(NamedTuple):
    """What a refund takes of the version under which the order was sold."""

    scale: int  # minor units of points to one of money
    cash_volume: bool
    base: int  # what the lot's periodic releases are computed from hereafter
    paid_kinds: Sequence[str]  # that of the lots, then the others
    counts_units: bool  # whether the order is one of units
    counts_volume: bool = True  # whether its amount is money; goods of a catalogue have none (S3-16)


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

    def run(self, posting: Posting, refund: RefundFact, past: Past, terms: Terms) -> None:
        """Post everything that the refund takes back."""
        order = refund.order
        points_back = refund.step(order.points_paid)
        self._give_points_back(posting, order, points_back)
        if terms.counts_volume:
            self._lower_volume(posting, refund, points_back, terms)
        if posting.book.lots.granted[posting.book.place[order.number]]:
            self._take_back(posting, refund, past, terms)
        if points_back:
            posting.pay_debts(order.member)

    def reverse_shares(self, posting: Posting, refund: RefundFact, past: Past) -> None:
        """Reverse what the closes since an order without a lot paid others for its amount (S1-16)."""
        if self.policy == "only_locked":
            return
        for day in past.since(refund.order.day - 1):
            self._reverse_day(posting, refund, day)

    def _give_points_back(self, posting: Posting, order: OrderFact, amount: int) -> None:
        kind = order.points_kind or posting.lot_kind
        rows = (Row(SPENT, kind, FREE, -amount), Row(order.member, kind, FREE, amount))
        posting.transfer(key="points_paid", rule="refund", rows=rows)

    def _lower_volume(self, posting: Posting, refund: RefundFact, points_back: int, terms: Terms) -> None:
        book, order = posting.book, refund.order
        position, amount = book.at(order.member), refund.total - refund.total_before
        book.volume_amount[position] -= amount
        book.volume_points[position] -= points_back
        book.volume[position] -= amount * terms.scale - (points_back if terms.cash_volume else 0)
        if points_back:
            book.volume_in(order.points_kind or posting.lot_kind)[position] -= points_back
        if terms.counts_units:
            lost = refund.units_left(refund.total_before) - refund.units_left(refund.total)
            book.units[position] -= lost
            book.month_units[position] -= lost
            if order.day == posting.day:
                book.units_new[position] -= lost

    def _take_back(self, posting: Posting, refund: RefundFact, past: Past, terms: Terms) -> None:
        """Cut the lot, and reverse what its releases and its units paid to others."""
        order, lots = refund.order, posting.book.lots
        lot = int(posting.book.place[order.number])
        lots.base[lot] = terms.base
        self._cut_lot(posting, refund, terms.paid_kinds)
        if self.policy == "only_locked":
            return
        bonus = past.bonuses.get(order.number)
        if bonus is not None:
            self._reverse_bonus(posting, refund, bonus)
        for day in past.since(int(lots.opened_on[lot]) - 1):
            self._reverse_day(posting, refund, day)

    def _cut_lot(self, posting: Posting, refund: RefundFact, paid_kinds: Sequence[str]) -> None:
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
        rows, missing = [], claim
        for kind in paid_kinds:
            taken = min(missing, posting.free(order.member, kind))
            missing -= taken
            rows += [Row(order.member, kind, FREE, -taken), Row(ISSUED, kind, FREE, taken)]
        lent = posting.lend(order.member, missing, self.policy)
        rows += [Row(DEBTS, posting.lot_kind, FREE, -lent), Row(ISSUED, posting.lot_kind, FREE, lent)]
        posting.transfer(key="claim", rule="refund", rows=rows)

    def _reverse_bonus(self, posting: Posting, refund: RefundFact, bonus: Bonus) -> None:
        """Reverse what the order paid its buyer's referrer."""
        amount, paid = refund.order.amount, bonus.paid
        after, before = paid * refund.total // amount, paid * refund.total_before // amount
        due = min(after - before, sum(draw.amount for draw in bonus.draws))
        second = min(bonus.rule.split(after)[1] - bonus.rule.split(before)[1], due)
        back = self._lower_draws(posting, bonus.draws, due)
        demanded = sum(part for _, part in back)
        second = min(second, demanded)
        shares = ((bonus.rule.kind, demanded - second), (bonus.rule.second_kind or bonus.rule.kind, second))
        rows, taken = [], 0
        for kind, share in shares:
            part = min(share, posting.free(bonus.receiver, kind))
            taken += part
            rows += [Row(bonus.receiver, kind, FREE, -part), Row(ISSUED, kind, FREE, part)]
        lent = posting.lend(bonus.receiver, demanded - taken, self.policy)
        without_lots = all(order == NO_LOT for order, _ in back)
        if not without_lots:
            rows += self._lot_rows(posting, bonus.receiver, back, taken + lent)
        original = f"{posting.code}/order/{refund.order.code}/{bonus.rule.use}"
        posting.transfer(key=original, rule="refund", rows=rows, cause=original)
        self._post_lent(posting, original, ISSUED if without_lots else CONVERTED, lent)

    def _reverse_day(self, posting: Posting, refund: RefundFact, day: PastDay) -> None:
        """Reverse what the lot's release and its units at one close paid to others."""
        order = refund.order
        before = refund.total_after(day.day)
        if not any(shared_of(day, refund, what) for what in {rewards.slot.rule.shares for rewards in day.rewards}):
            return
        for rewards, index, weight in reached(day, order):
            slot = rewards.slot
            whole_due = slot.rule.overflow == "hold" or slot.rule.payout == "report_only"
            paid = int(rewards.entitled[index] if whole_due else rewards.paid[index])
            part = paid * weight * shared_of(day, refund, slot.rule.shares)
            if not part:
                continue
            whole = rewards.base(index) * order.amount
            due = part * refund.total // whole - part * before // whole
            if slot.rule.payout == "report_only":
                posting.report(int(rewards.member[index]), slot.rule.use, slot.kind, -due)
                continue
            due = self._lower_waiting(rewards, index, due)
            if due > 0:
                self._reverse(posting, rewards, index, due, day)

    def _lower_waiting(self, rewards: Rewards, index: int, due: int) -> int:
        """Take a reversal from what still waits to be paid first; return what is left of it."""
        waiting = min(due, int(rewards.waiting[index]))
        rewards.waiting[index] -= waiting
        return due - waiting

    def _reverse(self, posting: Posting, rewards: Rewards, index: int, due: int, day: PastDay) -> None:
        """Send `due` of one reward back into the lots it was drawn from, newest drawn first."""
        member, slot = int(rewards.member[index]), rewards.slot
        back = self._lower_draws(posting, rewards.standing(index), due)
        demanded = sum(part for _, part in back)
        if isinstance(slot.rule, Income):
            self._return_income(posting, slot, (member, demanded), day)
            return
        taken = min(demanded, posting.free(member, slot.kind))
        lent = posting.lend(member, demanded - taken, self.policy)
        prefix, code = day.prefix(posting.code, slot), posting.member_codes[member]
        if slot.pays_lot_kind(posting.lot_kind) and not slot.of_month:
            rows = [Row(member, slot.kind, FREE, -taken), Row(DEBTS, slot.kind, FREE, -lent)]
            rows += self._locked_rows(posting, member, back, taken + lent)
            posting.transfer(key=prefix + code, rule="refund", rows=rows, cause=prefix + code)
            return
        lots: list[Row] = []
        if slot.rule.consumes_lots:
            lots = self._lot_rows(posting, member, back, taken + lent)
        source = POOL if slot.of_month else slot.source
        kinds = [Row(member, slot.kind, FREE, -taken), Row(source, slot.kind, FREE, taken)]
        self._post_lent(posting, prefix + code, CONVERTED if slot.rule.consumes_lots else slot.source, lent)
        if slot.of_month:
            posting.transfer(key=prefix + code, rule="refund", rows=[*lots, *kinds], cause=prefix + code)
            given_back = (Row(POOL, slot.kind, FREE, -taken), Row(ISSUED, slot.kind, FREE, taken))
            posting.transfer(key=f"pool/{prefix}{code}", rule="refund", rows=given_back)
            return
        posting.transfer(key=prefix + code, rule="refund", rows=lots, cause=prefix + code)
        original = f"{prefix}{slot.kind}/{code}"
        posting.transfer(key=original, rule="refund", rows=kinds, cause=original)

    def _return_income(self, posting: Posting, slot: Slot, of: tuple[int, int], day: PastDay) -> None:
        """Take points back that an income paid, frozen ones first; what is missing is owed in the lots' kind only."""
        (member, demanded), kind = of, slot.kind
        frozen = min(demanded, posting.held(member, kind)) if slot.state == FROZEN else 0
        free = min(demanded - frozen, posting.free(member, kind))
        missing, lent = demanded - frozen - free, 0
        if kind == posting.lot_kind:
            lent = posting.lend(member, missing, self.policy)
        else:
            posting.block(member, slot.rule.use, missing, kind)
        rows = (
            Row(member, kind, FROZEN, -frozen),
            Row(member, kind, FREE, -free),
            Row(slot.source, kind, FREE, frozen + free),
        )
        original = f"{day.prefix(posting.code, slot)}{kind}/{posting.member_codes[member]}"
        posting.transfer(key=original, rule="refund", rows=rows, cause=original)
        self._post_lent(posting, original, slot.source, lent)

    def _lower_draws(self, posting: Posting, draws: Sequence[Draw], due: int) -> list[tuple[int, int]]:
        """Take `due` out of what stands of draws, newest first; return what each order's lot is to get back.

        What a refund has claimed of a lot already is not demanded again (ADR 0005).
        """
        lots, back = posting.book.lots, []
        for draw in reversed(draws):
            part = min(due, draw.amount)
            due -= part
            draw.lower(part)
            matched = 0
            if draw.order != NO_LOT:
                lot = int(posting.book.place[draw.order])
                matched = min(part, int(lots.claimed[lot]))
                lots.claimed[lot] -= matched
            back.append((draw.order, part - matched))
        return back

    def _locked_rows(self, posting: Posting, member: int, back: Sequence[tuple[int, int]], left: int) -> list[Row]:
        """Return the rows that put `left` back into lots, as far as each one is to get."""
        lots, rows = posting.book.lots, []
        for order, amount in back:
            returned = min(amount, left)
            left -= returned
            lots.released_accelerated[int(posting.book.place[order])] -= returned
            rows.append(Row(member, posting.lot_kind, LOCKED, returned, order))
        return rows

    def _lot_rows(self, posting: Posting, member: int, back: Sequence[tuple[int, int]], given: int) -> list[Row]:
        """Return the rows that put `given`, which was paid in another kind, back into lots."""
        rows = self._locked_rows(posting, member, back, given)
        return [*rows, Row(CONVERTED, posting.lot_kind, FREE, -given)]

    def _post_lent(self, posting: Posting, original: str, account: int, lent: int) -> None:
        """Post what the programme lends for points of another kind than the lots': a transfer of its own."""
        rows = (Row(DEBTS, posting.lot_kind, FREE, -lent), Row(account, posting.lot_kind, FREE, lent))
        posting.transfer(key=f"debt/{original}", rule="refund", rows=rows)


def shared_of(day: PastDay, refund: RefundFact, what: str) -> int:
    """Return what of the refunded order counted at a close: released points, units, or units bought in that month."""
    order = refund.order
    if what == "released":
        return day.released(order.member, order.number)
    if what in ("amount", "cash", "points", "concession"):
        return refund.standing_at(day.day, what) if day.day == order.day else 0
    in_month = first_of_month(day.day) <= order.day <= day.day
    counted = in_month if what == "month_units" else order.day < day.day
    return refund.units_at(day.day) if counted else 0


def reached(day: PastDay, order: OrderFact) -> Iterator[tuple[Rewards, int, int]]:
    """Yield the rewards that shared in an order or its buyer's release, with index and weight, in order of claims."""
    done: set[int] = set()
    for rewards in day.rewards:
        rule = rewards.slot.rule
        if id(rule) in done:
            continue
        done.add(id(rule))
        slots = [other for other in day.rewards if other.slot.rule is rule]
        for reach in sorted(_reaches(rule, day.upline, order)):
            index = slots[reach.slot].find(reach.receiver)
            if index >= 0:
                yield slots[reach.slot], index, reach.weight


def _reaches(rule: ShareRule, upline: Upline, order: OrderFact) -> list[Reach]:
    """Return who shares in an order, or in what its buyer releases."""
    if upline.market is None:
        return rule.reach(upline, order.member)
    sale = sale_of(order)
    if isinstance(rule, SaleReward):
        return rule.reach_sale(upline.forest, upline.market, sale)
    if rule.shares == "amount" and not upline.market.divides(sale):
        return []
    return rule.reach(upline, order.member)
