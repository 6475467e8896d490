"""Made-up actions of members and operators, and the daily price of the token."""

from dataclasses import dataclass, field

import numpy as np
from numpy.random import Generator

from jifen.engine.facts import NOBODY, Int64s
from jifen.tables.sample_people import People, clock_times
from jifen.tables.sample_sales import Releases, Sales
from jifen.tables.times import DAY_SECONDS

# Shares of the members who do it once.
SPENDING = {"withdraw": 0.05, "member_transfer": 0.03, "convert": 0.02}
OPERATING = {"adjust": 0.003, "freeze": 0.001, "move_referrer": 0.001}
SPENT_MIN = 100_000  # minor units of points: nobody withdraws less than 10
ROUND = 100  # spent amounts are whole fen
FROZEN_DAYS = 3
PRICE_FIRST, PRICE_LEAST, PRICE_MOST = 18_000, 12_000, 35_000  # ten-thousandths
PRICE_STEP = 600


@dataclass
class Deeds:
    """Actions in the order they are made up; `to` is an index of a member, NOBODY, or for convert ignored."""

    at: list[int] = field(default_factory=list)
    action: list[str] = field(default_factory=list)
    party: list[int] = field(default_factory=list)
    to: list[int] = field(default_factory=list)
    amount: list[int] = field(default_factory=list)  # minor units of points, 0 for none

    def add(self, action: str, *, at: int, party: int, to: int = NOBODY, amount: int = 0) -> None:
        """Note one action."""
        self.at.append(at)
        self.action.append(action)
        self.party.append(party)
        self.to.append(to)
        self.amount.append(amount)


def make_deeds(rng: Generator, people: People, sales: Sales, *, end: int) -> Deeds:
    """Return the actions before `end` (local seconds); what members spend they surely have."""
    deeds = Deeds()
    plain = np.ones(len(people), np.bool_)  # members whose releases are certain
    plain[sales.member[sales.refunded | sales.too_early]] = False
    party = rng.permutation(np.flatnonzero(plain))
    at = _moments(rng, people.joined[party], end)
    _spend(rng, people, sales, deeds, (party, at))
    _operate(rng, people, deeds, end)
    _move_above_oneself(people, deeds, end)
    return deeds


def _moments(rng: Generator, joined: Int64s, end: int) -> Int64s:
    """Return a moment after each joining, most of them late."""
    at: Int64s = joined + (np.sqrt(rng.random(len(joined))) * (end - 1 - joined)).astype(np.int64)
    usual = at // DAY_SECONDS * DAY_SECONDS + clock_times(rng, len(joined))
    return np.where((usual >= joined) & (usual < end), usual, at)


def _spend(rng: Generator, people: People, sales: Sales, deeds: Deeds, who: tuple[Int64s, Int64s]) -> None:
    """Let members spend part of what was released to them and is not meant for a repurchase."""
    party, at = who
    kept = np.bincount(sales.member, sales.points_paid, len(people)).astype(np.int64)
    budget = Releases(sales, len(people)).until(party, at) - kept[party]
    able = np.flatnonzero(budget >= SPENT_MIN)
    able = able[: round(sum(SPENDING.values()) * len(people)) + 1]
    shares = np.array(list(SPENDING.values()))
    actions = rng.choice(len(SPENDING), len(able), p=shares / shares.sum())
    parts = rng.integers(2, 10, len(able))
    joined_by_then = np.searchsorted(people.joined, at[able], side="right")
    others = (rng.random(len(able)) * joined_by_then).astype(np.int64)
    for number, row in enumerate(able.tolist()):
        action = list(SPENDING)[int(actions[number])]
        member, other = int(party[row]), int(others[number])
        if action == "member_transfer" and other == member:
            continue
        amount = int(budget[row]) * int(parts[number]) // 10 // ROUND * ROUND
        to = other if action == "member_transfer" else NOBODY
        deeds.add(action, at=int(at[row]), party=member, to=to, amount=amount)


def _operate(rng: Generator, people: People, deeds: Deeds, end: int) -> None:
    """Let operators adjust, freeze and move a few members; one tries to withdraw while frozen."""
    for action, share in OPERATING.items():
        count = min(len(people), round(share * len(people)) + 1)
        members = np.sort(rng.choice(len(people), count, replace=False))
        for member, at in zip(members.tolist(), _moments(rng, people.joined[members], end).tolist(), strict=True):
            if action == "adjust":
                deeds.add("adjust", at=at, party=member, amount=int(rng.integers(1, 20)) * 50_000)
            elif action == "freeze":
                _freeze(deeds, member, at, end)
            elif member > 0:
                deeds.add("move_referrer", at=at, party=member, to=int(rng.integers(0, member)))


def _freeze(deeds: Deeds, member: int, at: int, end: int) -> None:
    deeds.add("freeze", at=at, party=member)
    if at + DAY_SECONDS < end and "freeze" not in deeds.action[:-1]:
        deeds.add("withdraw", at=at + DAY_SECONDS // 24, party=member, amount=SPENT_MIN)
    if at + FROZEN_DAYS * DAY_SECONDS < end:
        deeds.add("unfreeze", at=at + FROZEN_DAYS * DAY_SECONDS, party=member)


def _move_above_oneself(people: People, deeds: Deeds, end: int) -> None:
    """Try to move a member below somebody whom it referred, which the rules refuse."""
    referred = np.flatnonzero(people.referrer != NOBODY)
    if len(referred):
        below = int(referred[0])
        at = min(int(people.joined[below]) + DAY_SECONDS, end - 1)
        deeds.add("move_referrer", at=at, party=int(people.referrer[below]), to=below)


def make_prices(rng: Generator, days: int) -> Int64s:
    """Return the token's price of each day in ten-thousandths: a walk between two bounds."""
    prices = np.empty(days, np.int64)
    price = PRICE_FIRST
    for day, step in enumerate(rng.integers(-PRICE_STEP, PRICE_STEP + 1, days).tolist()):
        price = min(max(price + step, PRICE_LEAST), PRICE_MOST)
        prices[day] = price
    return prices
