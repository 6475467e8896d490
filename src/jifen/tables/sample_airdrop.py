"""A believable book of an airdrop programme: packs, stores with concessions, centres, a reserve, steps; by seed."""

from dataclasses import replace
from datetime import date

from numpy.random import PCG64, Generator

from jifen.engine.days import day_number
from jifen.engine.facts import NOBODY, Int64s
from jifen.engine.programme import Programme
from jifen.tables.sample_actions import make_prices
from jifen.tables.sample_airdrop_book import AirdropBook, Purchase
from jifen.tables.sample_airdrop_trade import HOUR, pack_buyers, trade
from jifen.tables.sample_airdrop_walks import walk
from jifen.tables.sample_growth import DISTRICTS, MUNICIPALITIES
from jifen.tables.sample_growth_book import Deed, Shop
from jifen.tables.sample_people import People, make_people
from jifen.tables.times import DAY_SECONDS

PROMOTERS_MAX = 13
MEMBERS_OF_PROMOTER = 50  # for each promoter of a chain
MEMBERS_OF_THREE, MEMBERS_OF_TREE = 340, 1500  # from here on promoters have three below them, and three below each
PROMOTED = 0.6  # of members who come through a promoter
STORES_PER_MEMBER, STORES_MAX = 1 / 30, 500
CENTERS = 4  # at most
FUNDED_FIRST, FUNDED_LATER, FUNDED_EVERY = 1500, 300, 10  # whole tokens; days
WEEK = 7 * DAY_SECONDS


def make_airdrop_sample(programme: Programme, *, members: int, days: int, seed: int, start: date) -> AirdropBook:
    """Return a book of a programme with airdrops; see `jifen.tables.sample`."""
    rng, first_day = Generator(PCG64(seed)), day_number(start)
    end = (first_day + days) * DAY_SECONDS
    people = make_people(rng, members=members, first_day=first_day, days=days)
    promoters = _promoters(programme, members)
    people = replace(people, referrer=_referrers(rng, people, promoters))
    book = AirdropBook(programme, people, prices=make_prices(rng, days), first_day=first_day)
    _settle_in(rng, book, end)
    active = pack_buyers(rng, book, end)
    _open_centers(rng, book, len(promoters), end)
    trade(rng, book, active, end)
    _fund(book, days)
    walk(rng, book, days)
    return book


def _promoters(programme: Programme, members: int) -> list[int]:
    """Return above whom each promoter stands, as their number, NOBODY for the first.

    Partners of the whole team need a chain of promoters; partners among direct referrals a tree of three each.
    """
    ranks = programme.partner_ranks
    if ranks is not None and ranks.scope == "direct":
        count = 1 + 3 * (members >= MEMBERS_OF_THREE) + 9 * (members >= MEMBERS_OF_TREE)
        return [NOBODY, *((number - 1) // 3 for number in range(1, count))]
    return list(range(-1, max(1, min(PROMOTERS_MAX, members // MEMBERS_OF_PROMOTER)) - 1))


def _referrers(rng: Generator, people: People, promoters: list[int]) -> Int64s:
    """Return the referrers: promoters join first and bring most of the others, in a tree through its last ones."""
    referrer = people.referrer.copy()
    count = len(promoters)
    above = set(promoters)
    last = [number for number in range(count) if number not in above]
    bring = last if len(last) > 1 else list(range(count))
    promoted = rng.random(len(people)) < PROMOTED
    chosen = rng.choice(bring, len(people))
    referrer[promoted] = chosen[promoted]
    # Those who come through nobody of note come through somebody whom a promoter has brought, or whom these have.
    referrer[referrer == NOBODY] = chosen[referrer == NOBODY]
    referrer[:count] = promoters
    return referrer


def _settle_in(rng: Generator, book: AirdropBook, end: int) -> None:
    """Let stores settle in during the first half of the days, brought by their owners' referrers."""
    people = book.people
    early = max(1, len(people) // 3)
    shops = []
    for owner in rng.integers(0, early, max(1, min(STORES_MAX, int(len(people) * STORES_PER_MEMBER)))).tolist():
        joined = int(people.joined[owner])
        at = min(joined + HOUR + int(rng.random() ** 2 * (end - joined) / 2), end - 1)
        region = DISTRICTS[int(rng.integers(0, len(DISTRICTS)))]
        shops.append(Shop(at, owner, int(people.referrer[owner]), region, ""))
    book.shops += sorted(shops, key=lambda shop: shop.at)


def _open_centers(rng: Generator, book: AirdropBook, promoters: int, end: int) -> None:
    """Let promoters buy the centres' packs and open centres in districts and cities with stores; one gives up."""
    rule = book.terms.centers
    packs = book.terms.packs
    if rule is None or packs is None or (rule.rank and promoters < PROMOTERS_MAX):
        return
    pack = next((one for one in packs.packs if one.name == rule.pack), None)
    regions = list(dict.fromkeys(_regions(book)))
    people = book.people
    holders = [0] * CENTERS if rule.rank else list(range(promoters))[::2]
    chosen = list(zip(holders[:CENTERS], regions, strict=False))
    for place, (member, region) in enumerate(chosen):
        waits = 2 * WEEK if rule.rank else 2 * DAY_SECONDS
        at = int(people.joined[member]) + (place + 1) * waits + int(rng.integers(0, DAY_SECONDS))
        if at + HOUR >= end:
            break
        if pack is not None:
            book.purchases.append(Purchase(at, member, int(pack.price * 100), product=pack.name))
        book.deeds.append(Deed(at=at + HOUR, action="open_center", member=member, to=region))
        if 0 < place == len(chosen) - 1 and at + 2 * WEEK < end:
            book.deeds.append(Deed(at=at + 2 * WEEK, action="close_center", member=member, to=region))


def _regions(book: AirdropBook) -> list[str]:
    """Return districts with stores, the most frequent first, and after the second the city of the first."""
    districts = [shop.region for shop in book.shops]
    often = sorted(dict.fromkeys(districts), key=lambda code: (-districts.count(code), code))
    cities = [f"{code[:4]}00" for code in often[:1] if code[:2] not in MUNICIPALITIES]
    return [*often[:2], *cities, *often[2:]]


def _fund(book: AirdropBook, days: int) -> None:
    """Fill the reserve when the first member has joined, and a little every ten days."""
    first = int(book.people.joined[0])
    unit = 10 ** book.terms.kinds[book.terms.token].decimals
    for place in range(-(-days // FUNDED_EVERY)):
        at = first + place * FUNDED_EVERY * DAY_SECONDS
        if at < (book.first_day + days) * DAY_SECONDS:
            amount = (FUNDED_LATER if place else FUNDED_FIRST) * unit
            book.deeds.append(Deed(at=at, action="fund_reserve", kind=book.terms.token, amount=amount))
