"""Activation: packs and service cards, what they bring, and where one's own orders of them stand (S2-02 … S2-04)."""

from dataclasses import dataclass
from decimal import Decimal

from jifen.engine.amounts import to_minor
from jifen.engine.kinds import PointKind
from jifen.engine.programme import Programme as Terms
from jifen.engine.rules.join_grant import JoinGrant
from jifen.engine.rules.operation_center import OperationCenter
from jifen.engine.rules.pack_grant import Pack
from jifen.members.models import Member
from jifen.sales.models import CONFIRMED_STATES, Order, OrderState
from jifen.web.amounts import Amount, Money
from jifen.web.reads.mall import Item, products_on_sale
from jifen.web.reads.orders import TONES
from jifen.web.reads.terms import read_now

ORDERS_SHOWN = 10
PRODUCTS_MAX = 100


@dataclass(frozen=True)
class Brought:
    """Points that a pack brings; frozen ones have to be unlocked."""

    kind: PointKind
    amount: Amount
    frozen: bool


@dataclass(frozen=True)
class PackShown:
    """A pack on sale."""

    item: Item
    pack: Pack
    brings: list[Brought]
    opens_center: bool


@dataclass(frozen=True)
class PackOrder:
    """An order of a pack: waiting for payment, in review, on the way, or received."""

    number: str
    title: str
    title_en: str
    quantity: int
    amount: Money
    state: str
    tone: str
    on_the_way: bool
    open: bool


@dataclass(frozen=True)
class ActivationPage:
    """Whether the member is activated, and how one becomes so."""

    active: int  # packs that stand
    packs: list[PackShown]
    orders: list[PackOrder]
    since: Order | None  # the first pack that was received


def read_activation(member: Member) -> ActivationPage | None:
    """Return the packs and one's orders of them; None where the programme has none."""
    terms = read_now(member.programme_id).terms
    if terms.packs is None:
        return None
    names = [pack.name for pack in terms.packs.packs]
    orders = Order.objects.filter(member=member, product__in=names).exclude(state=OrderState.CANCELLED)
    first = orders.filter(state__in=CONFIRMED_STATES).order_by("confirmed_at").first()
    items = [one for one in products_on_sale(member, limit=PRODUCTS_MAX) if one.pack is not None]
    items.sort(key=lambda one: names.index(one.code))
    return ActivationPage(
        active=member.standing.active,
        packs=[_shown(one, one.pack, terms) for one in items if one.pack is not None],
        orders=[_order(one, terms) for one in orders.order_by("-pk")[:ORDERS_SHOWN]],
        since=first,
    )


def refers_when_active(terms: Terms) -> bool:
    """Return whether only activated members are given something for whom they bring (S2-08)."""
    return any(isinstance(rule, JoinGrant) and rule.to == "referrer" and rule.active_only for rule in terms.rules)


def _shown(item: Item, pack: Pack, terms: Terms) -> PackShown:
    rule, center = terms.packs, terms.rule(OperationCenter)
    assert rule is not None
    brings = [Brought(terms.kinds[rule.kind], _amount(pack.points, terms.kinds[rule.kind]), frozen=False)]
    if rule.frozen_kind:
        kind = terms.kinds[rule.frozen_kind]
        brings.append(Brought(kind, _amount(pack.frozen, kind), frozen=True))
    opens = center is not None and center.pack == pack.name
    return PackShown(item, pack, [one for one in brings if one.amount], opens)


def _order(order: Order, terms: Terms) -> PackOrder:
    state = OrderState(order.state)
    pack = terms.packs.pack_of(order.product) if terms.packs is not None else None
    return PackOrder(
        number=order.number,
        title=pack.title if pack is not None else order.product,
        title_en=pack.title_en if pack is not None else order.product,
        quantity=order.quantity,
        amount=Money(order.amount),
        state=str(state.label),
        tone=TONES.get(state, ""),
        on_the_way=state == OrderState.SENT,
        open=state in (OrderState.PLACED, OrderState.PAID),
    )


def _amount(points: object, kind: PointKind) -> Amount:
    return Amount(int(to_minor(Decimal(str(points)), kind.decimals)), kind.decimals)
