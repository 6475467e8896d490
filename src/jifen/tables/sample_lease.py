"""A believable book of a programme that leases devices: transfers, orders, agents, months; one for each seed."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
from numpy.random import PCG64, Generator

from jifen.engine.days import date_of, day_number
from jifen.engine.facts import NOBODY
from jifen.engine.programme import Programme
from jifen.engine.rules.daily_amount import DailyAmount
from jifen.engine.rules.monthly_release import MonthlyRelease
from jifen.engine.rules.sales_ranking import SalesRanking
from jifen.engine.rules.weighted_dividend import WeightedDividend
from jifen.tables.sample_lease_book import Columns, Deed, LeaseBook
from jifen.tables.sample_lease_deeds import SPENT_MIN, WHOLE, Purses, make_deeds
from jifen.tables.sample_lease_trade import HOUR, make_agents, make_sales
from jifen.tables.sample_people import People, make_people
from jifen.tables.times import DAY_SECONDS

BRANCHES = (NOBODY, 0, 0, 1, 0, 2, 1)  # who referred the first members
BRANCH_WEIGHTS = (2, 6, 5, 5, 3, 2, 2)  # how many they refer
BRANCH_SHARE = 0.9
REVENUE_OF_DEVICE = 11, 17  # CNY that a parking space earns in a day
HOLIDAYS = 3  # days of a month that pay a fixed amount
PRIZE = 3000  # CNY for the best sellers of a month
TICKET_PRICE, TICKET_STEP, TICKET_LEAST = 20_000, 400, 8_000  # ten-thousandths of CNY
TICKET_SHARE = 0.04  # members who try tickets
OPENS, CLOSES = 8, 22  # hours in which the price of tickets is fed
SEED_DIGITS = 10**18


def make_lease_sample(programme: Programme, *, members: int, days: int, seed: int, start: date) -> dict[str, Columns]:
    """Return the tables of a book by name, of a programme whose orders grant units; see `jifen.tables.sample`."""
    rng, first_day = Generator(PCG64(seed)), day_number(start)
    end = (first_day + days) * DAY_SECONDS
    people = make_people(rng, members=members, first_day=first_day, days=days)
    book = LeaseBook(_with_branches(rng, people))
    agents = make_agents(rng, book, end=end)
    make_sales(rng, book, programme, agents, end=end)
    purses = make_deeds(rng, book, programme, end=end)
    _declare(rng, book, programme, first_day, first_day + days)
    _trade_tickets(rng, book, purses, end=end)
    orders, codes = book.orders()
    return {
        "members": book.members(),
        "orders": orders,
        "refunds": book.paybacks(codes),
        "actions": book.actions(),
        "declared": book.values(),
    }


def _with_branches(rng: Generator, people: People) -> People:
    """Hang most of those who stand at the top below a few early members, so that several of them lead large teams."""
    referrer = people.referrer.copy()
    top = np.flatnonzero((referrer <= 0) & (np.arange(len(referrer)) >= len(BRANCHES)))
    moved = top[rng.random(len(top)) < BRANCH_SHARE]
    shares = np.array(BRANCH_WEIGHTS) / sum(BRANCH_WEIGHTS)
    referrer[moved] = rng.choice(len(BRANCHES), len(moved), p=shares)
    early = len(referrer[: len(BRANCHES)])
    referrer[:early] = BRANCHES[:early]
    return replace(people, referrer=referrer)


def _declare(rng: Generator, book: LeaseBook, programme: Programme, first: int, end: int) -> None:
    """Declare what operators declare of each month and day; days are numbers since 1970."""
    for day in range(first, end):
        on = date_of(day)
        if on.day == 1 or day == first:
            _declare_month(rng, book, programme, day)
        rule = programme.scheduled
        if isinstance(rule, DailyAmount):
            seed = int(rng.integers(0, SEED_DIGITS))
            book.declared.append((rule.seed, str(on), str(on), str(seed)))
            if on.day <= HOLIDAYS:
                book.declared.append((rule.declared, str(on), str(on), str(rule.amount_max)))


def _declare_month(rng: Generator, book: LeaseBook, programme: Programme, day: int) -> None:
    first = date_of(day)
    last = (first.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    sold = sum(sale.quantity for sale in book.sales if sale.product and sale.at < day * DAY_SECONDS)
    for rule in programme.rules:
        if isinstance(rule, MonthlyRelease):
            low, high = (one.num * 1000 // one.den for one in (rule.usual_min, rule.usual_max))
            value = f"{int(rng.integers(low, high + 1)) / 1000:.3f}"
        elif isinstance(rule, WeightedDividend) and sold:
            value = str(sold * 30 * int(rng.integers(*REVENUE_OF_DEVICE)))
        elif isinstance(rule, SalesRanking):
            value = str(PRIZE)
        else:
            continue
        book.declared.append((rule.declared, str(first), str(last), value))


def _trade_tickets(rng: Generator, book: LeaseBook, purses: Purses, *, end: int) -> None:
    """Let members buy tickets with points at the price of the hour, then on the exchange, and have them released."""
    programme = purses.terms
    rule = next((one for one in programme.converts if one.price), None)
    if rule is None or programme.ticket is None:
        return
    prices = _feed(rng, book, rule.price, int(book.people.joined[0]) // DAY_SECONDS, end // DAY_SECONDS)
    for member in np.flatnonzero(rng.random(len(book.people)) < TICKET_SHARE).tolist():
        joined = int(book.people.joined[member]) // DAY_SECONDS + 1
        if joined >= end // DAY_SECONDS:
            continue
        day = int(joined + np.sqrt(rng.random()) * (end // DAY_SECONDS - joined))
        at = day * DAY_SECONDS + int(rng.integers(OPENS + 1, CLOSES - 4)) * HOUR + 600
        amount = purses.left(member, rule.kind, at) // 2 // WHOLE * WHOLE
        if amount < SPENT_MIN:
            continue
        purses.spent[member, rule.kind] += amount
        tickets = amount * WHOLE // prices[at // HOUR] // WHOLE * WHOLE
        deed = Deed(at=at, action="convert", member=member, kind=rule.kind, amount=amount, into=rule.into)
        _release(book, deed, tickets, programme.ticket.multiple.num)


def _feed(rng: Generator, book: LeaseBook, name: str, first: int, end: int) -> dict[int, int]:
    """Declare a price for each hour by day; return the prices by hour since 1970."""
    price, prices = TICKET_PRICE, {}
    for day in range(first, end):
        for hour in range(OPENS, CLOSES):
            price = max(TICKET_LEAST, price + int(rng.integers(-TICKET_STEP, TICKET_STEP + 1)))
            text = f"{date_of(day)} {hour:02}:00"
            book.declared.append((name, text, "", f"{price // WHOLE}.{price % WHOLE:04}"))
            prices[day * 24 + hour] = price
    return prices


def _release(book: LeaseBook, bought: Deed, tickets: int, multiple: int) -> None:
    """Note how a member's tickets were bought and released; the last step is a few hours after the first."""
    book.deeds.append(bought)
    half = tickets // 2 // WHOLE * WHOLE
    if half:
        steps = (("exchange_buy", half * multiple), ("release_tickets", half), ("to_exchange", half // 2 or half))
        for hour, (action, part) in enumerate(steps, start=1):
            at = bought.at + hour * HOUR
            book.deeds.append(Deed(at=at, action=action, member=bought.member, kind=bought.into, amount=part))
