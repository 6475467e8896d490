"""One day's facts: each is refused with a reason, or posted by its rules; an event is a batch of one."""

from typing import TYPE_CHECKING

from jifen.engine.amounts import Rate
from jifen.engine.facts import NO_DAY, NOBODY
from jifen.engine.floats import after_action, give_back, sell_at_store
from jifen.engine.forest import CycleError
from jifen.engine.growing import count_order, take_back
from jifen.engine.joining import answer_join
from jifen.engine.lines import Cut, Exit, Journal, PeriodClose, Refused, Reported
from jifen.engine.message import Message, say
from jifen.engine.posting import Posting
from jifen.engine.programme import Programme
from jifen.engine.rule import ActionFact, OrderFact
from jifen.engine.rules.refund import RefundFact, Terms
from jifen.engine.spending import fitting_spends, spending_rule
from jifen.engine.trade import Walk

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
        self.exits: list[Exit] = []
        self.reported: list[Reported] = []
        self.periods: list[PeriodClose] = []
        self.price = replay.book.pool.price if replay.book.pool is not None else None  # before the day's first fact

    def member(self, index: int) -> None:
        """Let somebody join (S2-01)."""
        programme, members = self.replay.programme, self.replay.facts.members
        posting = self._posting(
            f"join/{members.codes[index]}", f"member {members.codes[index]}", int(members.at[index])
        )
        answer_join(posting, programme.joins, "member", (index, posting.referrer(index)), programme.token)

    def store(self, index: int) -> None:
        """Let a store settle in (S2-24); a further one of its company brings nothing."""
        programme, stores = self.replay.programme, self.replay.facts.stores
        if stores.is_further(index):
            return
        posting = self._posting(f"store/{stores.codes[index]}", f"store {stores.codes[index]}", int(stores.at[index]))
        who = int(stores.owner[index]), int(stores.referrer[index])
        answer_join(posting, programme.joins, "store", who, programme.token)

    def steps(self, index: int) -> None:
        """Count steps, and free what their tasks free (S2-44)."""
        steps = self.replay.facts.steps
        member = int(steps.member[index])
        row = int(steps.rows[index]) if steps.rows is not None else index + 1
        posting = self._posting(f"steps/{row}", f"steps {row}", int(steps.at[index]))
        walk = posting.book.walks.setdefault(member, Walk())
        most = self.replay.programme.steps_max
        walk.walked = min(walk.walked + int(steps.walked[index]), most)
        walk.run = min(walk.run + int(steps.run[index]), most)
        for task in self.replay.programme.tasks:
            task.on_steps(posting, member, walk)

    def order(self, index: int) -> None:
        """Apply an order: its points part, its grant, its referrer's bonus, its volume."""
        programme, order = self.replay.terms_of(index), self._order_fact(index)
        at = int(self.replay.facts.orders.at[index])
        posting = self._posting(f"order/{order.code}", f"order {order.code}", at)
        why = self._refuse_order(posting, order, programme)
        if why is None and programme.packs is not None:
            why = programme.packs.refuse(order)
        if why is not None:
            self.replay.refused_orders.add(index)
            self._refuse(at, posting.fact, order.member, why)
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
        count_order(posting, order, programme)
        sell_at_store(posting, order, programme)
        if not programme.redeems(order):
            _add_volume(posting, order, scale, cash_volume=programme.cash_volume)
        self._look_for_exits(posting, order.member)

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
            counts_volume=not programme.redeems(order),
            counts_units=programme.units is not None and programme.units.grants(order),
        )
        posting = self._posting(f"refund/{name}", f"refund {name}", int(refunds.at[index]))
        note = self.replay.book.notes.get(order.number)
        weight = note.weight if note is not None and programme.split is None else None
        fact = RefundFact(order, total, before, weight)
        rule.run(posting, fact, replay.past, terms)
        if self.replay.versions.counts_sales or programme.packs is not None or programme.concession is not None:
            take_back(posting, fact, programme, rule.policy)
            rule.reverse_shares(posting, fact, replay.past)
            self._look_for_exits(posting, order.member)
        give_back(posting, fact, programme, rule.policy)

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
            store=int(actions.store[index]) if actions.store is not None else NOBODY,
            share=int(actions.share[index]) if actions.share is not None else 0,
            role=actions.role[index] if actions.role is not None else "",
            until=int(actions.until[index]) if actions.until is not None else NO_DAY,
        )
        posting = self._posting(f"action/{action.row}", f"action {action.row}", action.at)
        why = self._act(posting, action)
        if why is not None:
            self._refuse(action.at, posting.fact, action.member, why)
            return
        after_action(posting, action, self.replay.programme)
        pool = self.replay.programme.pool
        if pool is not None and (action.action in pool.actions or action.kind == pool.kind):
            self._look_for_exits(posting, action.member, action.to_member)

    def _look_for_exits(self, posting: Posting, *changed: int) -> None:
        """Make those sell who have reached the cap after a fact that changed these members' points (S1-09)."""
        pool = self.replay.programme.pool
        if pool is not None and posting.book.pool is not None:
            pool.look_for_exits(posting, [member for member in changed if member != NOBODY])

    def _act(self, posting: Posting, action: ActionFact) -> Message | None:
        if action.action == "move_referrer":
            return self._move_referrer(action)
        rule = self.replay.programme.answer(action)
        if rule is None:
            return say("the programme has no rule for {action}", action=action.action)
        pool = self.replay.programme.pool
        if pool is not None and action.action == "adjust" and action.kind == pool.kind:
            return say("{kind} are minted, sold and burnt; nobody adjusts them", kind=action.kind)
        freeze = self.replay.programme.freeze
        if action.member == NOBODY:
            return rule.act(posting, action)
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
        if fitting and all(spend.least.num for spend in fitting):
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
            store=int(orders.store[index]) if orders.store is not None else NOBODY,
            region=orders.region[index] if orders.region is not None else "",
            rate=self._rate_of(index),
            concession=int(orders.concession[index]) if orders.concession is not None else 0,
            ratio=self._ratio_of(index),
        )
        programme = self.replay.terms_of(index)
        pack = programme.packs.pack_of(order.product) if programme.packs is not None else None
        rule = spending_rule(programme, order)
        return order._replace(
            points_kind=rule.kind if rule is not None and not order.points_kind else order.points_kind,
            is_pack=pack is not None,
            is_center_pack=pack is not None and pack.name == programme.center_pack,
            paid=order.points_paid // programme.points_per_money,
        )

    def _rate_of(self, index: int) -> Rate | None:
        """Return the commission that was agreed for an order: its own, else its store's."""
        orders, stores = self.replay.facts.orders, self.replay.facts.stores
        if orders.rate is not None and orders.rate[index] is not None:
            return orders.rate[index]
        if orders.store is None or orders.store[index] == NOBODY:
            return None
        return stores.rate[int(orders.store[index])]

    def _ratio_of(self, index: int) -> Rate | None:
        """Return the points that an order's store gives for 1 CNY: as it was sold, else the store's (S3-12)."""
        orders, stores = self.replay.facts.orders, self.replay.facts.stores
        if orders.ratio is not None and orders.ratio[index] is not None:
            return orders.ratio[index]
        if orders.store is None or orders.store[index] == NOBODY:
            return None
        return stores.ratio_of(int(orders.store[index]))

    def _posting(self, path: str, fact: str, at: int) -> Posting:
        posting = self.replay.posting(self.journal, day=self.day, path=path, fact=fact, forest=self.forest)
        posting.cuts, posting.exits, posting.reported, posting.at = self.cuts, self.exits, self.reported, at
        posting.periods = self.periods
        return posting

    def _refuse(self, at: int, fact: str, party: int, why: Message) -> None:
        self.refused.append(Refused(at, fact, party, why))


def _add_volume(posting: Posting, order: OrderFact, scale: int, *, cash_volume: bool) -> None:
    """Add an order to its buyer's volumes."""
    book, position = posting.book, posting.book.at(order.member)
    book.volume_amount[position] += order.amount
    book.volume_points[position] += order.points_paid
    if order.points_paid:
        book.volume_in(order.points_kind or posting.lot_kind)[position] += order.points_paid
    book.volume[position] += order.amount * scale - (order.points_paid if cash_volume else 0)
