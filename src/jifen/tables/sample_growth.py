"""A believable book of a growth programme: stores, orders, points that are sold, shares, territories; by seed."""

from collections import defaultdict
from datetime import date

import numpy as np
from numpy.random import PCG64, Generator

from jifen.engine.days import day_number
from jifen.engine.facts import NOBODY
from jifen.engine.programme import Programme
from jifen.tables.sample_growth_book import Deed, GrowthBook, Shop
from jifen.tables.sample_growth_trade import HOUR, Trade
from jifen.tables.sample_people import make_people
from jifen.tables.times import DAY_SECONDS

# Districts whose codes are those of GB/T 2260, with their cities and provinces.
DISTRICTS = (
    *("330106", "330108", "330110", "330212", "330302"),  # Xihu, Binjiang, Yuhang; Yinzhou; Lucheng: Zhejiang
    *("320102", "320106", "320505", "320508"),  # Xuanwu, Gulou; Huqiu, Gusu: Jiangsu
    *("440103", "440106", "440304", "440305"),  # Liwan, Tianhe; Futian, Nanshan: Guangdong
    *("510104", "510107", "420106", "420111", "370102", "610113", "110105", "310115", "500103"),
)
MUNICIPALITIES = ("11", "12", "31", "50")  # districts stand directly under them
STORES_PER_MEMBER, STORES_MAX = 1 / 50, 500
ORDERS_PER_MEMBER = 5
SELL_SHARE = 0.05  # of orders after which the buyer sells
OWN_STORES = 0.15  # of head office
AGREED = 0.3  # of stores that have agreed on another commission
AGREED_MIN, AGREED_MAX = 10, 30  # percent
SHARES_SOLD = 0.5  # of stores
BUYERS_MAX = 5
PRICE_OF_PERCENT = 300_000  # fen
GIVEN_UP = 0.1
FEES = {"": 500_000, "00": 2_000_000, "0000": 10_000_000}  # fen, of a district, a city, a province
TERRITORIES = 0.5  # of the districts that have a store
OPERATING = {"freeze": 0.003, "move_referrer": 0.003, "adjust": 0.003}
OWNERS_OUT = 0.03  # of what a store has sold that its owner takes out
WEEK = 7 * DAY_SECONDS


def make_growth_sample(programme: Programme, *, members: int, days: int, seed: int, start: date) -> GrowthBook:
    """Return a book of a programme that divides the commission of orders; see `jifen.tables.sample`."""
    return fill_book(programme, (members, ORDERS_PER_MEMBER * members), days=days, seed=seed, start=start)


def fill_book(programme: Programme, size: tuple[int, int], *, days: int, seed: int, start: date) -> GrowthBook:
    """Return a book of so many (members, orders)."""
    rng, first_day = Generator(PCG64(seed)), day_number(start)
    end = (first_day + days) * DAY_SECONDS
    book = GrowthBook(programme, make_people(rng, members=size[0], first_day=first_day, days=days))
    _open_stores(rng, book, end)
    Trade(rng, book, sells=SELL_SHARE, end=end).run(size[1])
    if programme.store_shares is not None:
        _sell_shares(rng, book, end)
    if "assign_territory" in programme.actions:
        _assign_territories(rng, book, end)
    if programme.withdrawal is not None and programme.takings is not None:
        _pay_owners(book, end)
    _operate(rng, book, end)
    return book


def _open_stores(rng: Generator, book: GrowthBook, end: int) -> None:
    """Open stores in the first half of the days, most of them by early members."""
    people = book.people
    count = max(1, min(STORES_MAX, int(len(people) * STORES_PER_MEMBER)))
    early = max(1, len(people) // 3)
    shops = []
    for owner in rng.integers(0, early, count).tolist():
        joined = int(people.joined[owner])
        at = min(joined + HOUR + int(rng.random() ** 2 * (end - joined) / 2), end - 1)
        referrer = int(people.referrer[owner])
        own = rng.random() < OWN_STORES
        rate = f"0.{int(rng.integers(AGREED_MIN, AGREED_MAX + 1)):02}" if rng.random() < AGREED else ""
        region = DISTRICTS[int(rng.integers(0, len(DISTRICTS)))]
        shops.append(Shop(at, NOBODY if own else owner, referrer, region, rate))
    book.shops += sorted(shops, key=lambda shop: shop.at)


def _sell_shares(rng: Generator, book: GrowthBook, end: int) -> None:
    """Sell shares of some stores to members who were there; the first buyer is its initiator."""
    codes = book.shop_codes().to_pylist()
    for number, shop in enumerate(book.shops):
        if rng.random() >= SHARES_SOLD:
            continue
        there = int(np.searchsorted(book.people.joined, shop.at, side="right"))
        buyers = rng.permutation(there)[: int(rng.integers(1, BUYERS_MAX + 1))]
        at = shop.at
        for place, member in enumerate(buyers.tolist()):
            percent = int(rng.integers(10, 21)) if place == 0 else int(rng.integers(2, 41)) / 2
            at += int(rng.integers(HOUR, 3 * DAY_SECONDS))
            if at >= end:
                break
            book.deeds.append(Deed(
                at=at, action="buy_shares", member=member, to=codes[number], kind=book.terms.lot_kind,
                amount=int(percent * PRICE_OF_PERCENT), share=f"{percent:g}", role="" if place else "initiator",
            ))  # fmt: skip
            later = at + WEEK + int(rng.integers(0, 4 * WEEK))
            if place and rng.random() < GIVEN_UP and later < end:
                book.deeds.append(Deed(at=later, action="give_up_shares", member=member, to=codes[number]))


def _assign_territories(rng: Generator, book: GrowthBook, end: int) -> None:
    """Sell districts with stores in them, some of their cities, and a province."""
    districts = sorted({shop.region for shop in book.shops})
    chosen = [code for code in districts if rng.random() < TERRITORIES]
    cities = sorted({f"{code[:4]}00" for code in chosen[::2] if code[:2] not in MUNICIPALITIES})
    regions = [*chosen, *cities, *(f"{code[:2]}0000" for code in chosen[:1])]
    for place, region in enumerate(dict.fromkeys(regions)):
        member = int(rng.integers(0, max(1, len(book.people) // 4)))
        at = int(book.people.joined[member]) + int(rng.integers(HOUR, WEEK))
        fee = next(amount for ending, amount in reversed(FEES.items()) if region.endswith(ending))
        if at >= end:
            continue
        book.deeds.append(Deed(
            at=at, action="assign_territory", member=member, to=region, kind=book.terms.lot_kind, amount=fee
        ))  # fmt: skip
        if place == 1 and at + 2 * WEEK < end:
            book.deeds.append(Deed(at=at + 2 * WEEK, action="return_territory", member=member, to=region))


def _pay_owners(book: GrowthBook, end: int) -> None:
    """Let owners of stores withdraw a small part of what their store has surely been paid, every two weeks."""
    sold: defaultdict[tuple[int, int], int] = defaultdict(int)
    back = {sale for _, sale, _ in book.refunds}
    for number, sale in enumerate(book.sales):
        if sale.store != NOBODY and number not in back and not sale.product:
            sold[sale.store, sale.at // (2 * WEEK)] += sale.amount
    for (store, period), amount in sorted(sold.items()):
        owner, at = book.shops[store].owner, (period + 1) * 2 * WEEK + 2 * DAY_SECONDS
        if owner != NOBODY and at < end:
            part = int(amount * OWNERS_OUT)
            if part:
                book.deeds.append(Deed(at=at, action="withdraw", member=owner, kind=book.terms.lot_kind, amount=part))


def _operate(rng: Generator, book: GrowthBook, end: int) -> None:
    """Let operators freeze, move and adjust a few members."""
    people, codes = book.people, book.people.codes
    chance = rng.random((len(OPERATING), len(people)))
    for (action, share), of_action in zip(OPERATING.items(), chance, strict=True):
        if action not in (*book.terms.actions, "move_referrer"):
            continue
        for member in np.flatnonzero(of_action < share).tolist():
            at = int(people.joined[member]) + int(rng.random() * (end - 1 - people.joined[member]))
            if action == "adjust":
                kind = book.terms.lot_kind
                book.deeds.append(Deed(at=at, action=action, member=member, kind=kind, amount=1000))
            elif action == "freeze":
                book.deeds.append(Deed(at=at, action="freeze", member=member))
                if at + DAY_SECONDS < end:
                    book.deeds.append(Deed(at=at + DAY_SECONDS, action="unfreeze", member=member))
            else:
                above = codes[member // 2].as_py() if member else ""  # who joined before, so that there is no ring
                book.deeds.append(Deed(at=at, action=action, member=member, to=above))
