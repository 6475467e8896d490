"""Facts that are about to be recorded."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class NewOrder:
    """An order whose payment is confirmed. `order_code` is unique in the programme."""

    programme_id: int
    member_id: int
    order_code: str
    amount: int  # money, minor units: the whole price
    points_paid: int  # minor units of points_kind: the part of it paid in points
    version_id: int  # under whose terms it was sold
    points_kind: str = ""  # "": the first kind that may pay it
    quantity: int = 1  # units, such as devices
    product: str = ""  # as the programme's document names it
    channel: str = ""  # by which way it came; "" is our own
    store_id: int | None = None  # where it was bought
    region: str = ""  # division code; "": the store's
    rate: str = ""  # commission when it was sold, decimal text; "": the document's
    concession: int = 0  # money, minor units: what the store gives up of it
    actor: str = ""


@dataclass(frozen=True, kw_only=True)
class NewRefund:
    """A refund, part or whole, of an order that counts."""

    programme_id: int
    order_code: str
    amount: int  # money, minor units, points part included
    actor: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class NewAction:
    """An action of a member, or of an operator on a member: member_transfer, convert, adjust, freeze, unfreeze,
    withdraw, hold_withdrawal, pay_withdrawal, return_withdrawal, top_up, return_top_up, appoint, dismiss, exchange_buy,
    release_tickets, to_exchange, sell, subsidise, assign_territory, return_territory, buy_shares, give_up_shares,
    card_grant, card_return, open_center, close_center, review; and inject and fund_reserve, which are nobody's."""

    programme_id: int
    action: str
    member_id: int | None  # None: the programme's own (inject, fund_reserve)
    kind: str = ""
    amount: int = 0  # minor units of the kind; signed only for adjust
    to_member_id: int | None = None
    to_kind: str = ""  # also a division code
    store_id: int | None = None  # whose shares
    share: int = 0  # of a store's turnover, basis points
    role: str = ""  # "initiator" or ""
    actor: str = ""
    reason: str = ""
