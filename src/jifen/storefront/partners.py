"""Partners of stores: who is one, what others lack, what they share and when (S1-28 … S1-30)."""

from datetime import date, timedelta
from typing import NamedTuple

from jifen.engine.amounts import MONEY_DECIMALS, to_minor
from jifen.engine.days import day_number
from jifen.engine.programme import Programme as Terms
from jifen.engine.rules.store_partners import StorePartners
from jifen.storefront.earnings import DIVIDEND, earned
from jifen.storefront.terms import partners_rule
from jifen.stores.models import Patron, Store

LISTED = 50
PAYDAY_WITHIN = 31  # days


class Customer(NamedTuple):
    """What a member is to a store; amounts in fen. `missing` is what makes a partner, None where amounts do not."""

    member_id: int
    name: str
    nickname: str
    amount: int
    products: int
    partner: bool
    since_on: date | None
    missing: int | None
    dividends: int = 0

    @property
    def code(self) -> str:
        """What the member is called on screens."""
        return f"M{self.member_id}"

    @property
    def by_product(self) -> bool:
        """Whether a product made the partner, and not what was bought in all."""
        return self.partner and self.products > 0 and self.missing != 0


class Fund(NamedTuple):
    """What is set aside for partners, in fen, and when it is shared out next; terms as of the document."""

    amount: int
    partners: int
    payday: date | None
    threshold: int  # fen; 0: amounts make nobody a partner
    product: str
    equal: bool


def fund_of(store: Store, terms: Terms, today: date) -> Fund | None:
    """Return the fund of a store's partners, None where the programme has none."""
    rule = partners_rule(terms)
    if rule is None:
        return None
    count = Patron.objects.filter(store=store, partner=True).count()
    return Fund(
        store.standing.fund, count, next_payday(rule, today), _threshold(rule), rule.product, rule.weights == "equal"
    )


def next_payday(rule: StorePartners, today: date) -> date | None:
    """Return the next day at whose close partners are paid, from today on."""
    days = (today + timedelta(days=ahead) for ahead in range(PAYDAY_WITHIN))
    return next((day for day in days if rule.pays_on(day_number(day))), None)


def partners_of(store: Store, terms: Terms, last: date) -> list[Customer]:
    """Return the partners of a store with their dividends up to a day, the longest-known first."""
    rows = Patron.objects.filter(store=store, partner=True).select_related("member")
    found = list(rows.order_by("partner_since", "member_id"))
    sums = earned(store, [row.member_id for row in found], [DIVIDEND], store.joined_on, last)
    return [_customer(row, terms)._replace(dividends=sums.get((row.member_id, DIVIDEND), 0)) for row in found]


def nearest_of(store: Store, terms: Terms) -> list[Customer]:
    """Return the customers who are nearest to be partners, at most 50, with what each lacks."""
    rows = Patron.objects.filter(store=store, partner=False, amount__gt=0).select_related("member")
    return [_customer(row, terms) for row in rows.order_by("-amount", "member_id")[:LISTED]]


def customer_of(store: Store, terms: Terms, member_id: int, last: date) -> Customer | None:
    """Return what a member is to a store, None for one who never bought there."""
    row = Patron.objects.filter(store=store, member_id=member_id).select_related("member").first()
    if row is None:
        return None
    sums = earned(store, [member_id], [DIVIDEND], store.joined_on, last)
    return _customer(row, terms)._replace(dividends=sums.get((member_id, DIVIDEND), 0))


def partnerships_of(member_id: int, terms: Terms, last: date) -> list[tuple[Store, Customer]]:
    """Return the stores whose partner a member is."""
    rows = Patron.objects.filter(member_id=member_id, partner=True).select_related("store")
    stores = [row.store for row in rows.order_by("partner_since", "store_id")]
    found = [(store, customer_of(store, terms, member_id, last)) for store in stores]
    return [(store, customer) for store, customer in found if customer is not None]


def _customer(row: Patron, terms: Terms) -> Customer:
    rule = partners_rule(terms)
    threshold = _threshold(rule) if rule is not None else 0
    return Customer(
        member_id=row.member_id,
        name=row.member.name,
        nickname=row.member.nickname,
        amount=row.amount,
        products=row.products,
        partner=row.partner,
        since_on=row.partner_since if row.partner else None,
        missing=max(threshold - row.amount, 0) if threshold else None,
    )


def _threshold(rule: StorePartners) -> int:
    return int(to_minor(rule.threshold, MONEY_DECIMALS))
