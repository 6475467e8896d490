"""What a programme has of stores and a pool, and what of it is a member's own: which ways pages show (S1)."""

from dataclasses import dataclass

from jifen.engine.programme import Programme as Terms
from jifen.engine.rules.store_partners import StorePartners
from jifen.engine.rules.store_shares import StoreShares
from jifen.engine.rules.territory import Territory as TerritoryRule
from jifen.members.models import Member
from jifen.pools.terms import pool_terms
from jifen.storefront.terms import has_stores
from jifen.stores.models import Patron, Shareholding, Store, Territory
from jifen.web.reads.terms import read_now


@dataclass(frozen=True)
class Features:
    """What the terms have, and what of stores a member has."""

    pool: bool = False
    stores: bool = False
    owner: bool = False
    shares: bool = False
    partner: bool = False
    territory: bool = False
    territories: bool = False


def has_pool(programme_id: int) -> bool:
    """Return whether points of a programme have a price, which may fall."""
    return pool_terms(read_now(programme_id).terms) is not None


def features_of(member: Member, terms: Terms | None = None) -> Features:
    """Return which pages about a pool and stores there are for a member."""
    terms = terms or read_now(member.programme_id).terms
    pool, stores = pool_terms(terms) is not None, has_stores(terms)
    if not (pool or stores):
        return Features()
    held = Shareholding.objects.filter(member=member, until_on__isnull=True)
    return Features(
        pool=pool,
        stores=stores,
        owner=stores and Store.objects.filter(owner=member).exists(),
        shares=terms.rule(StoreShares) is not None and held.exists(),
        partner=terms.rule(StorePartners) is not None and Patron.objects.filter(member=member, partner=True).exists(),
        territories=terms.rule(TerritoryRule) is not None,
        territory=terms.rule(TerritoryRule) is not None
        and Territory.objects.filter(member=member, until_on__isnull=True).exists(),
    )
