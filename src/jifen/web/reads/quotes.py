"""What an order would cost and grant, while its form is being filled in."""

from dataclasses import dataclass, replace

from jifen.engine.message import Message, say
from jifen.engine.rules.grant_locked import GrantLocked
from jifen.engine.rules.scheduled_release import ScheduledRelease
from jifen.ledger.reading import balances
from jifen.members.models import Member
from jifen.sales.baskets import Basket
from jifen.sales.pricing import CartNotValidError, Price, Way, kinds_of
from jifen.web.amounts import Amount, Money
from jifen.web.forms import OrderForm
from jifen.web.reads.mall import Item

NOTHING = Amount(0, 0)


@dataclass(frozen=True)
class Grant:
    """What an order grants, and what time releases of it a day; nothing below the lowest tier."""

    points: Amount
    daily: Amount


@dataclass(frozen=True)
class Quote:
    """What an order would cost and grant; `problem` says why it cannot be ordered like this."""

    amount: Money
    cash: Money
    points: Amount = NOTHING
    points_min: Amount = NOTHING
    points_max: Amount = NOTHING
    free: Amount = NOTHING
    kind: str = ""
    title: str = ""
    title_en: str = ""
    grant: Grant | None = None
    problem: Message | None = None


def read_quote(member: Member, item: Item, form: OrderForm) -> Quote:
    """Return what the order in a form would cost and grant; wrong entries count as one piece and the least points."""
    clean = getattr(form, "cleaned_data", {})
    quantity, kind = clean.get("quantity") or 1, clean.get("points_kind") or ""
    try:
        basket = item.basket(quantity)
        price = basket.price(item.terms)
    except CartNotValidError as error:
        amount = Money(item.price.minor * quantity)
        return Quote(amount, amount, problem=error.message)
    only = kinds_of(price) if len(item.kinds) == 1 else ()
    way = price.way(kind) if kind or not only else only[0]
    if way is None or not way.kind:
        return Quote(Money(price.amount), Money(price.amount), grant=_grant(item, basket, price))
    quote = _in_points(member, item, way, clean.get("points") or 0)
    return replace(
        quote,
        amount=Money(price.amount),
        cash=Money(price.amount - quote.points.minor // way.scale),
        grant=_grant(item, basket, price),
    )


def _in_points(member: Member, item: Item, way: Way, asked: int) -> Quote:
    """Return the quote of an order that points of a kind pay a part of; its money is still to be told."""
    kind = item.terms.kinds[way.kind]
    free = balances(member.pk).get((way.kind, "free"), 0)
    most = max(min(way.most, free - free % way.scale), way.least)
    points = min(max(asked, way.least), most)
    short = say("you have too few of these points") if free < way.least else None
    return Quote(
        amount=Money(0),
        cash=Money(0),
        points=Amount(points, kind.decimals),
        points_min=Amount(way.least, kind.decimals),
        points_max=Amount(most, kind.decimals),
        free=Amount(free, kind.decimals),
        kind=way.kind,
        title=kind.title,
        title_en=kind.title_en,
        problem=short,
    )


def _grant(item: Item, basket: Basket, price: Price) -> Grant | None:
    """Return what an order grants; None for what the programme grants nothing for, such as goods beside devices."""
    terms, decimals = item.terms, item.terms.lot_decimals
    base = price.amount * terms.points_per_money
    units = terms.units
    if units is not None:
        multiple = units.multiple_of(basket.units) if basket.unit else None
        return Grant(Amount(multiple.floor(base), decimals), NOTHING) if multiple is not None else None
    if not isinstance(terms.grant, GrantLocked):
        return None
    multiple = terms.grant.multiple(price.amount)
    if multiple is None:
        return Grant(NOTHING, NOTHING)
    daily = terms.scheduled.rate.floor(base) if isinstance(terms.scheduled, ScheduledRelease) else 0
    return Grant(Amount(multiple.floor(base), decimals), Amount(daily, decimals))
