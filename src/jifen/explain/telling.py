"""What every part of an explanation tells with: the replay, the lines of the day, and amounts as people read them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from jifen.engine.amounts import MONEY, MONEY_DECIMALS, Rate
from jifen.engine.days import first_of_month
from jifen.engine.facts import NOBODY, Facts, Int64s
from jifen.engine.lines import DayLines, Journal
from jifen.engine.message import Message, Titled, say
from jifen.engine.posting import Row
from jifen.engine.programme import Programme
from jifen.engine.replay import Replay
from jifen.engine.rule import OrderFact, Upline
from jifen.engine.rules.refund import RefundFact
from jifen.engine.trade import Sale
from jifen.explain.model import Person, grouped, percent


@dataclass(frozen=True)
class Shareout:
    """How much a rule shared out at a month's end: newly set aside, left from before, and in all by which weights."""

    total: int
    dust: int
    members: int
    whole: int  # the sum of the weights
    weight: int  # the receiver's
    base: int  # what the receiver's weight comes from: devices of its team, or sold in the month
    place: int = 0  # of a ranking


@dataclass(frozen=True)
class Telling:
    """One transfer, and the day after which the replay stands.

    `shareouts` are by rule, where the replay holds only some of those who shared; else they are found in it.
    """

    replay: Replay
    lines: DayLines
    key: str
    shareouts: dict[str, Shareout] | None = None

    @property
    def facts(self) -> Facts:
        """What happened."""
        return self.replay.facts

    @property
    def programme(self) -> Programme:
        """The version of the day."""
        return self.replay.programme

    @cached_property
    def upline(self) -> Upline:
        """Who stood above whom with which rank."""
        assert self.replay.upline is not None
        return self.replay.upline

    @cached_property
    def units(self) -> Int64s:
        """The units that counted at the close of the day, by member number: without those bought on it."""
        book = self.replay.book
        units = book.units[book.forest.layout.position]
        for number in np.flatnonzero(self.facts.orders.day == self.lines.day).tolist():
            if self._sold(number):
                units[self.facts.orders.member[number]] -= self.refund_of(number).units_at(self.lines.day)
        return units

    @cached_property
    def month_units(self) -> Int64s:
        """The units bought in the month up to the day less what refunds took in it, by member number."""
        units, begin = np.zeros(len(self.facts.members.codes), np.int64), first_of_month(self.lines.day)
        for number in np.flatnonzero(self.facts.orders.day <= self.lines.day).tolist():
            if self._sold(number):
                order = self.refund_of(number)
                bought = order.order.quantity if order.order.day >= begin else 0
                stood = order.order.quantity if bought else order.units_at(begin - 1)
                units[order.order.member] += bought - stood + order.units_at(self.lines.day)
        return units

    def points(self, minor: int, kind: str = "") -> str:
        """Return an amount of a kind, of the lots' where none is named."""
        decimals = self.programme.kinds[kind].decimals if kind else self.programme.lot_decimals
        return grouped(minor, decimals)

    def money(self, minor: int) -> str:
        """Return an amount of money."""
        return grouped(minor, MONEY_DECIMALS)

    def kind(self, name: str) -> Titled:
        """Return what a kind is called."""
        kind = self.programme.kinds[name]
        return Titled(kind.title, kind.title_en)

    def split(self, whole: int, share: Rate, kind: str) -> Message:
        """Return a sentence on the part of an amount that is paid in a second kind."""
        return say(
            "{share} of {whole} is paid in {kind}: {part}, rounded down",
            share=percent(share.num, share.den),
            whole=self.points(whole),
            kind=self.kind(kind),
            part=self.points(share.floor(whole), kind),
        )

    def rank(self, number: int) -> Message:
        """Return a sentence on somebody's own rank."""
        table = self.programme.ranks.table if self.programme.ranks is not None else ()
        if number == 0:
            return say("own rank: none")
        rank = table[number - 1]
        return say("own rank: {rank}", rank=Titled(rank.title, rank.title_en))

    def person(self, member: int, text: Message) -> Person:
        """Return somebody an amount came from."""
        return Person(self.facts.members.codes[member], self.facts.members.names[member], text)

    def order(self, number: int) -> OrderFact:
        """Return an order as the rules saw it."""
        orders = self.facts.orders
        return OrderFact(
            number=number,
            code=orders.codes[number],
            member=int(orders.member[number]),
            amount=int(orders.amount[number]),
            points_paid=int(orders.points_paid[number]),
            points_kind=orders.points_kind[number] if orders.points_kind is not None else "",
            quantity=int(orders.quantity[number]) if orders.quantity is not None else 1,
            product=orders.product[number] if orders.product is not None else "",
            channel=orders.channel[number] if orders.channel is not None else "",
            day=int(orders.day[number]),
            store=self._store_of(number),
            region=orders.region[number] if orders.region is not None else "",
            rate=self._rate_of(number),
            concession=int(orders.concession[number]) if orders.concession is not None else 0,
            ratio=self._ratio_of(number),
        )

    def refund_of(self, number: int) -> RefundFact:
        """Return an order's refunds so far, as if none came now."""
        history = self.replay.refunded.get(number, ())
        return RefundFact(self.order(number), history[-1][1] if history else 0, history, self.granted(number))

    def granted(self, number: int) -> int | None:
        """Return what the buyer of an order got for its concession; None where orders are divided."""
        note = self.replay.book.notes.get(number)
        if self.replay.terms_of(number).split is not None:
            return None
        return note.weight if note is not None else 0

    def drawn_from(self, order: int) -> int:
        """Return what the day's lines take out of the lot of an order, up to and with the close."""
        taken = -sum(int(block.amount[block.lot == order].sum()) for block in self.lines.blocks)
        return taken - _taken(self.lines.late, order)

    def store(self, number: int) -> str:
        """Return what a store is called in tables."""
        return self.facts.stores.codes[number]

    @cached_property
    def rows(self) -> list[Row]:
        """The rows of the transfer that a fact posted, or a close late."""
        return [
            Row(journal.party[i], journal.kind[i], journal.state[i], journal.amount[i], journal.lot[i])
            for journal in (self.lines.journal, self.lines.late)
            for i, key in enumerate(journal.transfer)
            if key == self.key
        ]

    def moved(self, party: int, kind: str = MONEY, state: str = "") -> int:
        """Return what the transfer moved into an account, of a member in one state where it is named."""
        rows = [row for row in self.rows if row.party == party and row.kind == kind]
        return sum(row.amount for row in rows if state in ("", row.state))

    @cached_property
    def sales(self) -> dict[int, Sale]:
        """The orders of the day that its close shared out, less what was refunded on the same day, by order number."""
        found = {}
        for number in np.flatnonzero(self.facts.orders.day == self.lines.day).tolist():
            terms = self.replay.terms_of(number)
            if number in self.replay.refused_orders or not (terms.counts_sales or terms.concession is not None):
                continue
            order, refunds = self.order(number), self.refund_of(number)
            amount, concession = (refunds.standing_at(self.lines.day, what) for what in ("amount", "concession"))
            points = refunds.standing_at(self.lines.day, "points")
            if terms.split is not None:
                points //= self.programme.points_per_money
            found[number] = Sale(
                order.member, amount, points, concession, order.store, region=order.region, product=order.product
            )
        return found

    def _store_of(self, number: int) -> int:
        stores = self.facts.orders.store
        return int(stores[number]) if stores is not None else NOBODY

    def _rate_of(self, number: int) -> Rate | None:
        """Return the commission that was agreed for an order: its own, else its store's."""
        rates, store = self.facts.orders.rate, self._store_of(number)
        if rates is not None and rates[number] is not None:
            return rates[number]
        return self.facts.stores.rate[store] if store != NOBODY else None

    def _ratio_of(self, number: int) -> Rate | None:
        """Return the points for 1 CNY that an order was sold with: its own, else its store's."""
        ratios, store = self.facts.orders.ratio, self._store_of(number)
        if ratios is not None and ratios[number] is not None:
            return ratios[number]
        return self.facts.stores.ratio_of(store) if store != NOBODY else None

    def _sold(self, number: int) -> bool:
        """Return whether an order of units was taken."""
        units = self.replay.terms_of(number).units
        return units is not None and number not in self.replay.refused_orders and units.grants(self.order(number))


def _taken(journal: Journal, order: int) -> int:
    return sum(amount for amount, lot in zip(journal.amount, journal.lot, strict=True) if lot == order)
