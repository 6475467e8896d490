"""What members of a made-up leasing programme do with their points, and what operators do to members."""

from collections import defaultdict

import numpy as np
from numpy.random import Generator

from jifen.engine.days import date_of
from jifen.engine.facts import NOBODY
from jifen.engine.programme import Programme
from jifen.engine.rules.daily_amount import DailyAmount
from jifen.tables.sample_lease_book import Deed, LeaseBook, Sale
from jifen.tables.sample_lease_trade import FEN_POINTS, HOUR, buy_devices, price_of
from jifen.tables.times import DAY_SECONDS

SPENDING = {"withdraw": 0.09, "convert": 0.07, "goods": 0.12, "gift": 0.03}  # shares of the members who try it once
OPERATING = {"adjust": 0.004, "freeze": 0.002, "move_referrer": 0.002}
GOODS = (6800, 12800, 19800, 29800, 49800, 98000)  # fen
SPENT_MIN = 1_000_000  # minor units: nobody withdraws less than 100 points
WHOLE = 10_000  # of points
FROZEN_DAYS = 3
MONTH_PERCENT, DAY_FEN = 3, 1000  # what is surely released: of the price in a month, or for a device in a day


class Purses:
    """What members surely have of each kind, and what of it they have spent."""

    def __init__(self, book: LeaseBook, terms: Programme) -> None:
        self.terms = terms
        self.spent: defaultdict[tuple[int, str], int] = defaultdict(int)
        self.own: defaultdict[int, list[Sale]] = defaultdict(list)
        self.referred: defaultdict[int, list[Sale]] = defaultdict(list)
        referrer = book.people.referrer.tolist()
        for sale in book.sales:
            if not sale.refunded:
                self.own[sale.member].append(sale)
                if referrer[sale.member] != NOBODY:
                    self.referred[referrer[sale.member]].append(sale)

    def left(self, member: int, kind: str, at: int) -> int:
        """Return what a member surely has of a kind at a moment (minor units)."""
        return self._released(member, kind, at) + self._bonuses(member, kind, at) - self.spent[member, kind]

    def _released(self, member: int, kind: str, at: int) -> int:
        """Return what closes have released by time before a moment, at the least."""
        rule = self.terms.scheduled
        second = getattr(rule, "second_share", None)
        share = second.num / second.den if second is not None else 0.0
        if kind == self.terms.lot_kind:
            part = 1 - share
        elif kind == getattr(rule, "second_kind", None) and getattr(rule, "split_from", "") == "first_release":
            part = share
        else:
            return 0
        whole = sum(self._of_sale(sale, at) for sale in self.own[member])
        return int(whole * part) // WHOLE * WHOLE

    def _of_sale(self, sale: Sale, at: int) -> int:
        days = at // DAY_SECONDS - sale.confirmed // DAY_SECONDS - 1
        if isinstance(self.terms.scheduled, DailyAmount):
            return max(days, 0) * sale.quantity * DAY_FEN * FEN_POINTS
        opened, now = date_of(sale.confirmed // DAY_SECONDS), date_of(at // DAY_SECONDS)
        months = (now.year - opened.year) * 12 + now.month - opened.month - 1
        return max(months, 0) * sale.amount * MONTH_PERCENT // 100 * FEN_POINTS

    def _bonuses(self, member: int, kind: str, at: int) -> int:
        """Return what orders of those whom a member referred have paid it, while it had devices of its own."""
        rule, own = self.terms.bonus, self.own[member]
        if rule is None or kind not in (rule.kind, rule.second_kind) or not own:
            return 0
        since = min(sale.confirmed for sale in own)
        orders = [sale.amount for sale in self.referred[member] if since < sale.confirmed < at]
        second = rule.second_share.num / rule.second_share.den
        part = second if kind == rule.second_kind else 1 - second
        return int(sum(orders) * FEN_POINTS * rule.rate.num / rule.rate.den * part) // WHOLE * WHOLE


def make_deeds(rng: Generator, book: LeaseBook, terms: Programme, *, end: int) -> Purses:
    """Let members withdraw, convert, shop and give; what they spend they surely have."""
    purses = Purses(book, terms)
    for what, share in SPENDING.items():
        for member in np.flatnonzero(rng.random(len(book.people)) < share).tolist():
            joined = int(book.people.joined[member])
            at = _late(rng, joined, end)
            if what == "withdraw":
                _withdraw(rng, book, purses, member, at)
            elif what == "convert":
                _convert(rng, book, purses, member, at)
            elif what == "goods":
                _shop(rng, book, purses, member, at)
            else:
                _give(rng, book, purses, member, at)
    _operate(rng, book, terms, end)
    return purses


def _late(rng: Generator, joined: int, end: int) -> int:
    """Return a moment by day, most of them late."""
    at = joined + int(np.sqrt(rng.random()) * (end - 1 - joined))
    by_day = at // DAY_SECONDS * DAY_SECONDS + int(rng.integers(9 * HOUR, 22 * HOUR))
    return by_day if joined <= by_day < end else at


def _richest(purses: Purses, kinds: list[str], member: int, at: int) -> tuple[str, int]:
    """Return the kind of which a member has most, and how much."""
    return max(((kind, purses.left(member, kind, at)) for kind in kinds), key=lambda found: found[1], default=("", 0))


def _withdraw(rng: Generator, book: LeaseBook, purses: Purses, member: int, at: int) -> None:
    kinds = [name for name, kind in purses.terms.kinds.items() if kind.withdrawable]
    kind, left = _richest(purses, kinds, member, at)
    amount = left * int(rng.integers(3, 10)) // 10 // WHOLE * WHOLE
    if amount >= SPENT_MIN:
        purses.spent[member, kind] += amount
        book.deeds.append(Deed(at=at, action="withdraw", member=member, kind=kind, amount=amount))


def _convert(rng: Generator, book: LeaseBook, purses: Purses, member: int, at: int) -> None:
    """Let a member convert points into credit, and buy a device with them an hour later."""
    terms = purses.terms
    kinds = [rule.kind for rule in terms.converts if not rule.price and terms.top_up and rule.into == terms.top_up.kind]
    kind, left = _richest(purses, kinds, member, at)
    amount = min(left // WHOLE * WHOLE, price_of(terms) * FEN_POINTS)
    if amount < SPENT_MIN or terms.top_up is None:
        return
    purses.spent[member, kind] += amount
    book.deeds.append(
        Deed(at=at - HOUR, action="convert", member=member, kind=kind, amount=amount, into=terms.top_up.kind)
    )
    if terms.units is not None and any(one.pays == "units" and one.share_min.num for one in terms.spends):
        buy_devices(rng, book, terms, member=member, at=at, quantity=1, end=at + DAY_SECONDS, had=amount)


def _shop(rng: Generator, book: LeaseBook, purses: Purses, member: int, at: int) -> None:
    """Let a member buy goods, with points where it has enough."""
    price = int(rng.choice(GOODS))
    points, kind = 0, ""
    for spend in (one for one in purses.terms.spends if one.pays == "goods"):
        most = price * FEN_POINTS * spend.share_max.num // spend.share_max.den
        if purses.left(member, spend.kind, at) >= most:
            points, kind = most, spend.kind
    if kind:
        purses.spent[member, kind] += points
    book.sales.append(Sale(at=at, member=member, amount=price, confirmed=at, points=points, kind=kind))


def _give(rng: Generator, book: LeaseBook, purses: Purses, member: int, at: int) -> None:
    """Let a member give points to another, where the document lets it."""
    kinds = [name for name, kind in purses.terms.kinds.items() if kind.transferable]
    kind, left = _richest(purses, kinds, member, at)
    to = int(rng.integers(0, len(book.people)))
    amount = left // 3 // WHOLE * WHOLE
    if amount >= WHOLE and to != member and int(book.people.joined[to]) <= at:
        purses.spent[member, kind] += amount
        book.deeds.append(Deed(at=at, action="member_transfer", member=member, kind=kind, amount=amount, to=to))


def _operate(rng: Generator, book: LeaseBook, terms: Programme, end: int) -> None:
    """Let operators adjust, freeze and move a few members."""
    people, kinds = book.people, list(terms.kinds)
    for action, share in OPERATING.items():
        count = min(len(people), round(share * len(people)) + 1)
        for member in sorted(rng.choice(len(people), count, replace=False).tolist()):
            at = _late(rng, int(people.joined[member]), end)
            if action == "adjust":
                kind, amount = str(rng.choice(kinds)), int(rng.integers(1, 20)) * 5 * WHOLE
                book.deeds.append(Deed(at=at, action=action, member=member, kind=kind, amount=amount))
            elif action == "freeze":
                book.deeds.append(Deed(at=at, action=action, member=member))
                if at + FROZEN_DAYS * DAY_SECONDS < end:
                    book.deeds.append(Deed(at=at + FROZEN_DAYS * DAY_SECONDS, action="unfreeze", member=member))
            elif member > 0:
                book.deeds.append(Deed(at=at, action=action, member=member, to=int(rng.integers(0, member))))
