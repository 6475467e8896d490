"""What members of a made-up airdrop programme buy, and what they do with the points that it brings."""

from typing import NamedTuple

import numpy as np
from numpy.random import Generator

from jifen.engine.facts import NOBODY, Int64s
from jifen.engine.rules.pack_grant import Pack
from jifen.tables.sample_airdrop_book import AirdropBook, Purchase
from jifen.tables.sample_growth_book import Deed
from jifen.tables.sample_people import clock_times
from jifen.tables.times import DAY_SECONDS

PRICES = (38, 68, 128, 198, 298, 468, 680, 980, 1680, 2980)  # CNY
PRICE_WEIGHTS = (10, 16, 20, 16, 12, 9, 6, 5, 3, 2)
BUY_PACK, BUY_TWO = 0.75, 0.05  # of members; of those who buy one
PACK_WEIGHTS = (5, 3, 2)  # of packs, the cheapest first
PACK_PRICE_MAX = 10_000  # CNY; what costs more is for centres
ORDERS_PER_MEMBER = 4
AT_STORE = 0.8
CONCESSIONS = (0, 5, 8, 10, 10, 15, 20)  # percent of an order at a store
PAID_BACK, PACKS_PAID_BACK, REFUND_DAYS_MAX = 0.02, 0.02, 15
REVIEWED = 0.1  # of orders
SENT = 0.1  # of those who are active: a little of their tokens, some days later
SENT_DAYS = 5
OPERATED = {"adjust": 0.004, "freeze": 0.004}
HOUR = 3600


class Activated(NamedTuple):
    """When each member became active; a year that never comes for those who did not, or gave the pack back."""

    at: Int64s


NEVER = 2**40  # seconds


def pack_buyers(rng: Generator, book: AirdropBook, end: int) -> Activated:
    """Let most members buy a pack soon after joining, some of whom return it; return since when they are active."""
    people, rule = book.people, book.terms.packs
    active = np.full(len(people), NEVER, np.int64)
    packs = [] if rule is None else sorted(
        (one for one in rule.packs if one.price < PACK_PRICE_MAX), key=lambda one: one.price
    )[: len(PACK_WEIGHTS)]  # fmt: skip
    if not packs:
        return Activated(active)
    weight = np.array(PACK_WEIGHTS[: len(packs)], float)
    chosen = rng.choice(len(packs), len(people), p=weight / weight.sum())
    wait = rng.exponential(DAY_SECONDS, len(people)).astype(np.int64) + 60
    chance = rng.random((3, len(people)))
    chance[0, 0] = 0.0  # the first member is active, so that the very first airdrop has somebody to go to
    wait[0] = 60
    for member, (joined, pack) in enumerate(zip(people.joined.tolist(), chosen.tolist(), strict=True)):
        at = joined + int(wait[member])
        if chance[0, member] >= BUY_PACK or at >= end:
            continue
        active[member] = at
        _buy(book, packs[pack], member, at, 2 if chance[1, member] < BUY_TWO else 1)
        if 0 < chance[2, member] < PACKS_PAID_BACK and member:
            back = min(at + DAY_SECONDS + int(wait[member]), end - 1)
            book.refunds.append((back, len(book.purchases) - 1, book.purchases[-1].amount))
            active[member] = NEVER
    return Activated(active)


def _buy(book: AirdropBook, pack: Pack, member: int, at: int, quantity: int) -> None:
    book.purchases.append(Purchase(at, member, int(pack.price * 100) * quantity, product=pack.name, quantity=quantity))


def trade(rng: Generator, book: AirdropBook, active: Activated, end: int) -> None:
    """Let members buy at stores and elsewhere, review what they bought, send tokens; and operators step in."""
    orders = ORDERS_PER_MEMBER * len(book.people)
    member, at = _when(rng, book, orders, end)
    store = _where(rng, book, at)
    amount = 100 * rng.choice(PRICES, orders, p=np.array(PRICE_WEIGHTS) / sum(PRICE_WEIGHTS))
    percent, chance = rng.choice(CONCESSIONS, orders), rng.random((4, orders))
    for number, row in enumerate(zip(at.tolist(), member.tolist(), amount.tolist(), store.tolist(), strict=True)):
        when, who, fen, shop = row
        given_up = fen * int(percent[number]) // 100 if shop != NOBODY else 0
        book.purchases.append(Purchase(when, who, fen, shop, concession=given_up))
        if chance[0, number] < PAID_BACK:
            back = min(when + int(chance[1, number] * REFUND_DAYS_MAX * DAY_SECONDS), end - 1)
            tenths = 10 if chance[2, number] < 0.5 else 1 + int(chance[2, number] * 8)
            book.refunds.append((back, len(book.purchases) - 1, fen * tenths // 10))
        if chance[3, number] < REVIEWED and when + DAY_SECONDS < end and "review" in book.terms.actions:
            book.deeds.append(Deed(at=when + DAY_SECONDS, action="review", member=who))
    _send(rng, book, active, end)
    _operate(rng, book, end)


def _when(rng: Generator, book: AirdropBook, orders: int, end: int) -> tuple[Int64s, Int64s]:
    """Return who buys when: after joining, at usual hours where that can be."""
    member = rng.integers(0, len(book.people), orders)
    joined = book.people.joined[member]
    at = joined + (rng.random(orders) * (end - 1 - joined)).astype(np.int64)
    usual = at // DAY_SECONDS * DAY_SECONDS + clock_times(rng, orders)
    return member, np.where((usual >= joined) & (usual < end), usual, at)


def _where(rng: Generator, book: AirdropBook, at: Int64s) -> Int64s:
    """Return the store of each order, early ones more often, or NOBODY; only stores that have settled in."""
    opened = np.array([shop.at for shop in book.shops], np.int64)
    store = np.minimum((rng.random(len(at)) ** 2 * len(opened)).astype(np.int64), len(opened) - 1)
    return np.where((rng.random(len(at)) < AT_STORE) & (opened[store] <= at), store, NOBODY)


def _send(rng: Generator, book: AirdropBook, active: Activated, end: int) -> None:
    """Let some who have had tokens for days send a little of them to whoever joined before (S2-32)."""
    token, people = book.terms.token, book.people
    if "member_transfer" not in book.terms.actions:
        return
    sends = rng.random(len(people)) < SENT
    for member in np.flatnonzero(sends & (active.at < NEVER)).tolist():
        at = int(active.at[member]) + SENT_DAYS * DAY_SECONDS + int(rng.integers(0, DAY_SECONDS))
        to = int(rng.integers(0, len(people)))
        if at < end and to != member and people.joined[to] <= at:
            amount = 10 ** book.terms.kinds[token].decimals // 50
            code = people.codes[to].as_py()
            book.deeds.append(Deed(at=at, action="member_transfer", member=member, to=code, kind=token, amount=amount))


def _operate(rng: Generator, book: AirdropBook, end: int) -> None:
    """Let operators adjust and freeze a few members."""
    people = book.people
    for action, share in OPERATED.items():
        for member in np.flatnonzero(rng.random(len(people)) < share).tolist():
            at = int(people.joined[member]) + int(rng.random() * (end - 1 - people.joined[member]))
            if action == "adjust" and action in book.terms.actions:
                kind = book.terms.lot_kind
                book.deeds.append(Deed(at=at, action=action, member=member, kind=kind, amount=100_000))
            elif action in book.terms.actions:
                book.deeds.append(Deed(at=at, action="freeze", member=member))
                if at + DAY_SECONDS < end:
                    book.deeds.append(Deed(at=at + DAY_SECONDS, action="unfreeze", member=member))
