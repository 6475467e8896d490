"""The stores that a member has a part of: shares and partnerships, and what they earned (S1-28 … S1-36)."""

from dataclasses import dataclass
from datetime import date

from jifen.facts.days import open_day
from jifen.members.models import Member
from jifen.storefront.cap_table import shares_of
from jifen.storefront.partners import fund_of, partnerships_of
from jifen.storefront.terms import partners_rule, shares_rule, terms_now
from jifen.stores.models import Store
from jifen.web.amounts import Money
from jifen.web.reads.own_store import percent_of_bp
from jifen.web.reads.uses import share


@dataclass(frozen=True)
class Part:
    """A member's shares of a store."""

    store: Store
    percent: str
    initiator: bool
    since: date
    of_shares: Money
    of_management: Money
    together: Money


@dataclass(frozen=True)
class Shares:
    """All shares of a member, and what the document says of them; percents are of turnover."""

    parts: list[Part]
    together: Money
    of_turnover: str
    management: str


@dataclass(frozen=True)
class Partnership:
    """A store whose partner a member is; the fund is that of all its partners."""

    store: Store
    since: date | None
    amount: Money
    by_product: bool
    earned: Money
    fund: Money
    partners: int
    payday: date | None


@dataclass(frozen=True)
class Partnerships:
    """The stores whose partner a member is; percents are of takings after commission."""

    stores: list[Partnership]
    together: Money
    of_net: str
    threshold: Money
    equal: bool


def read_shares(member: Member) -> Shares | None:
    """Return a member's shares of stores, None in a programme without."""
    rule = shares_rule(terms_now(member.programme_id))
    if rule is None:
        return None
    found = shares_of(member.pk, open_day(member.programme_id))
    parts = [
        Part(
            store,
            percent_of_bp(one.share_bp),
            one.initiator,
            one.since_on,
            Money(one.of_shares),
            Money(one.of_management),
            Money(one.together),
        )
        for store, one in found
    ]
    whole = Money(sum(one.together for _store, one in found))
    return Shares(parts, whole, share(rule.share), share(rule.management) if rule.management.num else "")


def read_partnerships(member: Member) -> Partnerships | None:
    """Return the stores whose partner a member is, None in a programme without."""
    terms, day = terms_now(member.programme_id), open_day(member.programme_id)
    rule = partners_rule(terms)
    if rule is None:
        return None
    found, stores, threshold = partnerships_of(member.pk, terms, day), [], 0
    for store, customer in found:
        fund = fund_of(store, terms, day)
        assert fund is not None
        stores.append(
            Partnership(
                store=store,
                since=customer.since_on,
                amount=Money(customer.amount),
                by_product=customer.by_product,
                earned=Money(customer.dividends),
                fund=Money(fund.amount),
                partners=fund.partners,
                payday=fund.payday,
            )
        )
        threshold = fund.threshold
    whole = Money(sum(one.dividends for _store, one in found))
    return Partnerships(stores, whole, share(rule.share), Money(threshold), rule.weights == "equal")
