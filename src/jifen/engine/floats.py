"""What sales at stores do where stores give points out of their own floats, and where periods are settled (S3)."""

from typing import TYPE_CHECKING

from jifen.engine.facts import NOBODY
from jifen.engine.message import Message
from jifen.engine.posting import Posting
from jifen.engine.rule import ActionFact, OrderFact
from jifen.engine.rules.point_sale import buyer_of
from jifen.engine.rules.refund import RefundFact
from jifen.engine.trade import Note, Trade

if TYPE_CHECKING:
    from jifen.engine.programme import Programme

FILLING = ("buy_points", "grant_points", "hand_out", "open_float")  # actions that bring points to a store


def sell_at_store(posting: Posting, order: OrderFact, programme: "Programme") -> None:
    """Let a store give points for a sale, pay who brought the store, and keep the sale for its period."""
    grant, shareholders, book = programme.store_grant, programme.shareholders, posting.book
    if order.store == NOBODY:
        return
    if grant is not None or shareholders is not None:
        note = book.notes.setdefault(order.number, Note())
        if grant is not None:
            grant.on_order(posting, order, note)
        if shareholders is not None:
            shareholders.on_order(posting, order, note)
    if posting.settles_periods:
        stored = order.points_paid // programme.points_per_money
        trades = book.stores.trades.setdefault(order.store, [])
        trades.append(Trade(order.day, order.day, order.amount, stored))


def after_action(posting: Posting, action: ActionFact, programme: "Programme") -> None:
    """Pay who brought a store that has bought points at head office; let a store that has points pay what it owes."""
    sale, shareholders = programme.point_sale, programme.shareholders
    if action.action == "buy_points" and sale is not None and shareholders is not None:
        buyer = buyer_of(posting.store_table, action.store)
        cost = sale.cost_of(buyer, action.amount, posting.kinds[sale.kind].decimals)
        if buyer != "branch_store" and not isinstance(cost, Message):
            shareholders.on_top_up(posting, action.store, cost.cost)
    if action.action in FILLING and programme.store_grant is not None:
        programme.store_grant.pay_at_once(posting, action.store)


def give_back(posting: Posting, refund: RefundFact, programme: "Programme", policy: str) -> None:
    """Take back what a sale at a store brought, and keep the refund for the period in which it was made."""
    order, book = refund.order, posting.book
    if order.store == NOBODY:
        return
    note = book.notes.get(order.number)
    if note is not None and programme.store_grant is not None:
        programme.store_grant.take_back(posting, refund, note, policy)
    if note is not None and programme.shareholders is not None and policy != "only_locked":
        programme.shareholders.take_back(posting, refund, note)
    if posting.settles_periods:
        stored = refund.step(order.points_paid // programme.points_per_money)
        trades = book.stores.trades.setdefault(order.store, [])
        trades.append(Trade(posting.day, order.day, refund.total_before - refund.total, -stored))
