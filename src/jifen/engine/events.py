"""One day's facts: each is refused with a reason, or posted by its rules; an event is a batch of one."""

from typing import TYPE_CHECKING

from jifen.engine.facts import NOBODY
from jifen.engine.forest import CycleError
from jifen.engine.lines import Cut, Journal, Refused
from jifen.engine.message import Message, say
from jifen.engine.posting import Posting
from jifen.engine.programme import Programme
from jifen.engine.rule import ActionFact, OrderFact
from jifen.engine.rules.refund import RefundFact, Terms
from jifen.engine.spending import fitting_spends, spending_rule

if TYPE_CHECKING:
    from jifen.engine.replay import Replay


class Events:
    """Applies the facts of one day to a replay's book and collects what they post."""

    def __init__(self, replay: "Replay", day: int) -> None:
        self.replay = replay
        self.day = day
        self.forest = replay.book.forest  # moves of today; the book is laid out anew at the close
        self.journal = Journal()
        self.refused: list[Refused] = []
        self.cuts: list[Cut] = []

    def order(self, index: int) -> None:
        """Apply an order: its points part, its grant, its referrer's bonus, its volume."""
        programme, order = self.replay.terms_of(index), self._order_fact(index)
        posting = self._posting(f"order/{order.code}", f"order {order.code}")
        why = self._refuse_order(posting, order, programme)
        if why is not None:
            self.replay.refused_orders.add(index)
            self._refuse(int(self.replay.facts.orders.at[index]), posting.fact, order.member, why)
            return
        scale = programme.points_per_money
        rule = spending_rule(programme, order)
        if order.points_paid and rule is not None:
            rule.on_order(posting, order)
        if programme.grant_locked is not None:
            programme.grant_locked.on_order(posting, order, scale)
        if programme.units is not None and programme.units.grants(order):
            programme.units.on_order(posting, order, scale, programme.base_of(order))
            self._pay_bonus(posting, order, programme)
        book, position = posting.book, posting.book.at(order.member)
        book.volume_amount[position] += order.amount
        book.volume_points[position] += order.points_paid
        if order.points_paid:
            book.volume_in(order.points_kind or posting.lot_kind)[position] += order.points_paid
        book.volume[position] += order.amount * scale - (order.points_paid if programme.cash_volume else 0)

    def _pay_bonus(self, posting: Posting, order: OrderFact, programme: Programme) -> None:
        if programme.bonus is None:
            return
        bonus = programme.bonus.on_order(posting, order, programme.points_per_money, programme.rank_names)
        if bonus is not None and self.replay.keeps_past:
            self.replay.past.bonuses[order.number] = bonus

    def refund(self, index: int) -> None:
        """Apply a refund of an order, part or whole."""
        replay, refunds = self.replay, self.replay.facts.refunds
        order = self._order_fact(int(refunds.order[index]))
        before = replay.refunded.get(order.number, ())
        name = f"{order.code}/{len(before) + 1}"
        total = (before[-1][1] if before else 0) + int(refunds.amount[index])
        replay.refunded[order.number] = (*before, (self.day, total))
        programme = replay.terms_of(order.number)
        rule = programme.refund
        if order.number in replay.refused_orders or rule is None:
            why = say("its order was refused") if rule is not None else say("the programme has no rule for refunds")
            self._refuse(int(refunds.at[index]), f"refund {name}", order.member, why)
            return
        terms = Terms(
            scale=programme.points_per_money,
            cash_volume=programme.cash_volume,
            base=programme.base_of(order, total),
            paid_kinds=programme.paid_kinds,
            counts_units=programme.units is not None and programme.units.grants(order),
        )
        posting = self._posting(f"refund/{name}", f"refund {name}")
        rule.run(posting, RefundFact(order, total, before), replay.past, terms)

    def action(self, index: int) -> None:
        """Apply an action of a member or an operator."""
        actions = self.replay.facts.actions
        action = ActionFact(
            row=int(actions.rows[index]) if actions.rows is not None else index + 1,
            action=actions.action[index],
            member=int(actions.member[index]),
            to_member=int(actions.to_member[index]),
            to_kind=actions.to_kind[index],
            kind=actions.kind[index],
            amount=int(actions.amount[index]),
            at=int(actions.at[index]),
        )
        posting = self._posting(f"action/{action.row}", f"action {action.row}")
        why = self._act(posting, action)
        if why is not None:
            self._refuse(action.at, posting.fact, action.member, why)

    def _act(self, posting: Posting, action: ActionFact) -> Message | None:
        if action.action == "move_referrer":
            return self._move_referrer(action)
        rule = self.replay.programme.answer(action)
        if rule is None:
            return say("the programme has no rule for {action}", action=action.action)
        freeze = self.replay.programme.freeze
        if freeze is not None and freeze.stop(action.action) and posting.book.frozen[posting.book.at(action.member)]:
            return say("the member is frozen")
        return rule.act(posting, action)

    def _move_referrer(self, action: ActionFact) -> Message | None:
        try:
            self.forest = self.forest.moved(action.member, action.to_member)
        except CycleError as error:
            codes = self.replay.facts.members.codes
            ring = " < ".join(codes[member] for member in error.ring)
            return say("the new referrer stands below the member: {ring}", ring=ring)
        return None

    def _refuse_order(self, posting: Posting, order: OrderFact, programme: Programme) -> Message | None:
        """Return why an order is refused, or None: what it is of, then the part that is paid in points."""
        if programme.units is not None and programme.units.grants(order):
            why = programme.units.refuse(order)
            if why is not None:
                return why
        rule = spending_rule(programme, order)
        if rule is not None:
            return rule.refuse(posting, order, programme.points_per_money)
        if order.points_paid:
            return (
                say("the programme takes no points as payment")
                if not order.points_kind
                else say("{kind} cannot pay this order", kind=order.points_kind)
            )
        fitting = fitting_spends(programme, order)
        if fitting and all(spend.share_min.num for spend in fitting):
            kinds = ", ".join(spend.kind for spend in fitting)
            return say("a part of this order is paid in points: {kinds}", kinds=kinds)
        return None

    def _order_fact(self, index: int) -> OrderFact:
        orders = self.replay.facts.orders
        order = OrderFact(
            number=index,
            code=orders.codes[index],
            member=int(orders.member[index]),
            amount=int(orders.amount[index]),
            points_paid=int(orders.points_paid[index]),
            points_kind=orders.points_kind[index] if orders.points_kind is not None else "",
            quantity=int(orders.quantity[index]) if orders.quantity is not None else 1,
            product=orders.product[index] if orders.product is not None else "",
            channel=orders.channel[index] if orders.channel is not None else "",
            day=int(orders.day[index]),
        )
        rule = spending_rule(self.replay.terms_of(index), order)
        return order._replace(points_kind=rule.kind) if rule is not None and not order.points_kind else order

    def _posting(self, path: str, fact: str) -> Posting:
        return self.replay.posting(self.journal, day=self.day, path=path, fact=fact, forest=self.forest, cuts=self.cuts)

    def _refuse(self, at: int, fact: str, party: int, why: Message) -> None:
        assert party != NOBODY
        self.refused.append(Refused(at, fact, party, why))
