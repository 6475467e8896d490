"""Facts that are about to be recorded."""

from dataclasses import dataclass
from datetime import date


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
    ratio: str = ""  # points for 1 CNY when it was sold, decimal text; "": the store's, as it is now
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
    card_grant, card_return, open_center, close_center, review, give_points, become_shareholder, leave_shareholders,
    open_balance; of a store, and of nobody else: buy_points, grant_points, hand_out, set_credit, settle_period,
    open_float, and pay_owed where it names nobody; and inject and fund_reserve, which are nobody's."""

    programme_id: int
    action: str
    member_id: int | None  # None: the programme's own (inject, fund_reserve), or a store's
    kind: str = ""
    amount: int = 0  # minor units of the kind; signed only for adjust
    to_member_id: int | None = None
    to_kind: str = ""  # also a division code
    store_id: int | None = None  # whose shares; who buys, gives, gets or owes points, or settles
    share: int = 0  # of a store's turnover, basis points; of the sales of a period, 0: as agreed with the store
    role: str = ""  # "initiator" or ""; "funded" or "unfunded"
    until_on: date | None = None  # the day before which a period ends
    actor: str = ""
    reason: str = ""
