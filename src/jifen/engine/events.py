"""One day's facts: each is refused with a reason, or posted by its rules; an event is a batch of one."""

from typing import TYPE_CHECKING

from jifen.engine.facts import NOBODY
from jifen.engine.forest import CycleError
from jifen.engine.lines import Journal, Refused
from jifen.engine.message import Message, say
from jifen.engine.posting import Posting
from jifen.engine.programme import Programme
from jifen.engine.rule import ActionFact, OrderFact
from jifen.engine.rules.refund import RefundFact

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

    def order(self, index: int) -> None:
        """Apply an order: its points part, its grant, its volume."""
        programme, order = self.replay.terms_of(index), self._order_fact(index)
        posting = self._posting(f"order/{order.code}", f"order {order.code}")
        why = self._refuse_points(posting, order, programme)
        if why is not None:
            self.replay.refused_orders.add(index)
            self._refuse(int(self.replay.facts.orders.at[index]), posting.fact, order.member, why)
            return
        scale = programme.points_per_money
        if order.points_paid and programme.repurchase is not None:
            programme.repurchase.on_order(posting, order)
        if programme.grant is not None:
            programme.grant.on_order(posting, order, scale)
        book, position = posting.book, posting.book.at(order.member)
        book.volume_amount[position] += order.amount
        book.volume_points[position] += order.points_paid
        book.volume[position] += order.amount * scale - (order.points_paid if programme.cash_volume else 0)

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
        posting = self._posting(f"refund/{name}", f"refund {name}")
        scale, cash = programme.points_per_money, programme.cash_volume
        rule.run(posting, RefundFact(order, total, before), replay.past, scale=scale, cash_volume=cash)

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
        rule = self.replay.programme.actions.get(action.action)
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

    def _refuse_points(self, posting: Posting, order: OrderFact, programme: Programme) -> Message | None:
        """Return why the part of an order that is paid in points is refused, or None."""
        if order.points_paid == 0:
            return None
        if programme.repurchase is None:
            return say("the programme takes no points as payment")
        return programme.repurchase.refuse(posting, order, programme.points_per_money)

    def _order_fact(self, index: int) -> OrderFact:
        orders = self.replay.facts.orders
        return OrderFact(
            number=index,
            code=orders.codes[index],
            member=int(orders.member[index]),
            amount=int(orders.amount[index]),
            points_paid=int(orders.points_paid[index]),
        )

    def _posting(self, path: str, fact: str) -> Posting:
        return self.replay.posting(self.journal, day=self.day, path=path, fact=fact)

    def _refuse(self, at: int, fact: str, party: int, why: Message) -> None:
        assert party != NOBODY
        self.refused.append(Refused(at, fact, party, why))
