"""What a programme has of stores and a pool, and what of it is a member's own: which ways pages show (S1)."""

from dataclasses import dataclass, replace

from jifen.alliance.terms import alliance_here
from jifen.engine.programme import Programme as Terms
from jifen.engine.rules.operation_center import OperationCenter
from jifen.engine.rules.store_partners import StorePartners
from jifen.engine.rules.store_shares import StoreShares
from jifen.engine.rules.territory import Territory as TerritoryRule
from jifen.members.models import Member
from jifen.pools.terms import pool_terms
from jifen.storefront.terms import has_cards, has_stores
from jifen.stores.models import Center, Patron, Shareholding, Store, StoreType, Territory
from jifen.stores.terms import merchants_here
from jifen.web.reads.challenge import challenge_kind
from jifen.web.reads.terms import read_now


@dataclass(frozen=True)
class Features:
    """What the terms have, and what of stores a member has."""

    pool: bool = False
    stores: bool = False
    cards: bool = False  # whether stores sell membership cards
    merchants: bool = False  # whether stores settle in by applying
    owner: bool = False
    shares: bool = False
    partner: bool = False
    territory: bool = False
    territories: bool = False
    airdrop: bool = False
    packs: bool = False
    ranked: bool = False  # whether there are partners by rank
    challenge: bool = False
    centers: bool = False
    center: bool = False
    active: bool = False  # whether the member is activated (S2-02)
    alliance: bool = False  # whether stores give points of their own (S3-10)
    counter: bool = False  # whether one of these stores is the member's
    branch: bool = False  # whether one of them is a branch
    shareholders: bool = False  # whether members become shareholders of the alliance (S3-20)


def has_pool(terms: Terms) -> bool:
    """Return whether points of a programme have a price, which may fall."""
    return pool_terms(terms) is not None


def features_of(member: Member, terms: Terms | None = None) -> Features:
    """Return which pages about a pool and stores there are for a member."""
    terms = terms or read_now(member.programme_id).terms
    if alliance_here(terms):
        return _alliance_features(member, terms)
    airdrop = _airdrop_features(member, terms)
    pool, stores = pool_terms(terms) is not None, has_stores(terms)
    if not (pool or stores):
        return airdrop
    held = Shareholding.objects.filter(member=member, until_on__isnull=True)
    return replace(
        airdrop,
        pool=pool,
        stores=stores,
        cards=has_cards(terms),
        merchants=merchants_here(terms),
        owner=stores and Store.objects.filter(owner=member).exists(),
        shares=terms.rule(StoreShares) is not None and held.exists(),
        partner=terms.rule(StorePartners) is not None and Patron.objects.filter(member=member, partner=True).exists(),
        territories=terms.rule(TerritoryRule) is not None,
        territory=terms.rule(TerritoryRule) is not None
        and Territory.objects.filter(member=member, until_on__isnull=True).exists(),
    )


def _alliance_features(member: Member, terms: Terms) -> Features:
    """Return which pages of an alliance there are for a member."""
    types = set(Store.objects.filter(owner=member).values_list("type", flat=True))
    return Features(
        alliance=True,
        counter=bool(types),
        branch=StoreType.BRANCH in types,
        shareholders=terms.shareholders is not None,
    )


def _airdrop_features(member: Member, terms: Terms) -> Features:
    """Return which pages of airdrops there are for a member."""
    centers = terms.rule(OperationCenter) is not None
    return Features(
        airdrop=terms.airdrop is not None,
        packs=terms.packs is not None,
        ranked=terms.partner_ranks is not None,
        challenge=bool(challenge_kind(terms)),
        centers=centers,
        center=centers and Center.objects.filter(member=member, until_on__isnull=True).exists(),
        active=terms.packs is not None and member.standing.active > 0,
    )
