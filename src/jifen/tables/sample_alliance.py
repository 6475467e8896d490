"""A believable book of an alliance: branches, stores, members with their cards' stores, shareholders; by seed."""

from datetime import date

import numpy as np
from numpy.random import PCG64, Generator

from jifen.engine.amounts import MONEY
from jifen.engine.days import day_number
from jifen.engine.facts import NOBODY, Int64s
from jifen.engine.programme import Programme
from jifen.tables.sample_alliance_book import AllianceBook, Outlet, StoreDeed
from jifen.tables.sample_alliance_scene import FEN, STORED, Scene
from jifen.tables.sample_alliance_supply import HOUR, MINUTE, Supply
from jifen.tables.sample_alliance_trade import Trade
from jifen.tables.sample_growth import DISTRICTS
from jifen.tables.sample_people import People, make_people
from jifen.tables.times import DAY_SECONDS

MEMBERS_OF_BRANCH, BRANCHES_MAX = 60, 12
MEMBERS_OF_STORE, STORES_MAX = 12, 400
IN_BRANCHES = 0.6  # of stores, where there is a branch
RATIOS = ("0.10", "0.15", "0.20", "0.25", "0.30", "0.40", "0.50")
RATES = ("", "", "0.02", "0.025", "0.04", "0.05")  # of sales; "" is the programme's
REGISTERED = 0.85  # of members: by a store; the others by themselves
MEMBERS_OF_SHAREHOLDER, SHAREHOLDERS_MAX = 25, 40
BROUGHT = 0.7  # of direct stores and branches, by a shareholder
TAKEN_OVER = 0.05  # of members, who come with a balance from the system before
ADJUSTED, FROZEN, MOVED = 0.01, 0.01, 0.01


def make_alliance_sample(programme: Programme, *, members: int, days: int, seed: int, start: date) -> AllianceBook:
    """Return a book of a programme whose stores give points out of floats; see `jifen.tables.sample`."""
    rng, first_day = Generator(PCG64(seed)), day_number(start)
    end = (first_day + days) * DAY_SECONDS
    people = make_people(rng, members=members, first_day=first_day, days=days)
    book = AllianceBook(programme, people)
    holders = _shareholders(people, end)
    book.outlets += _outlets(rng, people, holders, end)
    book.homes = _homes(rng, book)
    scene = Scene(rng, book, end)
    supply = Supply(scene)
    _be_shareholders(scene, holders)
    _take_over(scene)
    Trade(scene, supply)
    _operate(scene)
    scene.play()
    return book


def _shareholders(people: People, end: int) -> list[int]:
    """Return the members who become shareholders: among the first, so that they can bring stores."""
    count = min(SHAREHOLDERS_MAX, len(people) // MEMBERS_OF_SHAREHOLDER + 1)
    return [number for number in range(count) if people.joined[number] + HOUR < end]


def _outlets(rng: Generator, people: People, holders: list[int], end: int) -> list[Outlet]:
    """Return branches, then stores, by the time of opening; owners and shareholders who bring them have joined."""
    branches = min(BRANCHES_MAX, len(people) // MEMBERS_OF_BRANCH)
    stores = max(1, min(STORES_MAX, len(people) // MEMBERS_OF_STORE))
    found: list[Outlet] = []
    for count, of_branches in ((branches, True), (stores, False)):
        owners = sorted(rng.integers(0, max(1, len(people) // 4), count).tolist())  # members are in order of joining
        for owner in owners:
            at = min(int(people.joined[owner]) + 2 * HOUR, end - 1)
            there = [number for number, outlet in enumerate(found[:branches]) if outlet.at <= at and not of_branches]
            branch = _one_of(rng, there, IN_BRANCHES)
            bringers = [number for number in holders if people.joined[number] + HOUR <= at and branch == NOBODY]
            rate, ratio = (choices[int(rng.integers(0, len(choices)))] for choices in (RATES, RATIOS))
            region, bringer = DISTRICTS[int(rng.integers(0, len(DISTRICTS)))], _one_of(rng, bringers, BROUGHT)
            found.append(Outlet(at, owner, bringer, region, rate, ratio, branch, of_branches))
    return found


def _one_of(rng: Generator, numbers: list[int], share: float) -> int:
    """Return one of the numbers in a share of cases, else NOBODY."""
    chosen, chance = int(rng.integers(0, max(1, len(numbers)))), rng.random()
    return numbers[chosen] if numbers and chance < share else NOBODY


def _homes(rng: Generator, book: AllianceBook) -> Int64s:
    """Return the store that registered each member, NOBODY for those who came by themselves (S3-11)."""
    opened, people = np.array([outlet.at for outlet in book.outlets], np.int64), book.people
    homes = np.full(len(people), NOBODY, np.int64)
    for member, joined in enumerate(people.joined.tolist()):
        there = np.flatnonzero(opened <= joined).tolist()
        homes[member] = _one_of(rng, there, REGISTERED)
    return homes


def _be_shareholders(scene: Scene, holders: list[int]) -> None:
    """Let shareholders pay their fee an hour after joining; the last of several gives it up again (S3-20)."""
    joined = scene.book.people.joined
    for place, member in enumerate(holders):
        at = int(joined[member]) + HOUR - MINUTE
        if scene.act(StoreDeed(at=at, action="become_shareholder", member=member)) and 1 < place == len(holders) - 1:
            gone = at + 20 * DAY_SECONDS
            if gone < scene.end:
                scene.act(StoreDeed(at=gone, action="leave_shareholders", member=member))


def _take_over(scene: Scene) -> None:
    """Let some of the first members bring balances from the system before; one is owed money and takes it out."""
    people, kinds = scene.book.people, scene.book.terms.kinds
    for member in range(max(1, round(TAKEN_OVER * len(people)))):
        at = int(people.joined[member]) + 5 * MINUTE
        if at >= scene.end:
            return
        for kind, purse in ((scene.kind, scene.points), (STORED, scene.stored)):
            amount = scene.pick(5, 20, 60, 88) * scene.unit
            opens = StoreDeed(at=at, action="open_balance", member=member, kind=kind, amount=amount)
            if kind in kinds and scene.act(opens):
                purse[member] += amount
        if member == 0 and MONEY in kinds and at + DAY_SECONDS < scene.end:
            opens = StoreDeed(at=at, action="open_balance", member=member, kind=MONEY, amount=200 * FEN)
            takes = StoreDeed(at=at + DAY_SECONDS, action="withdraw", member=member, kind=MONEY, amount=80 * FEN)
            if kinds[MONEY].withdrawable and scene.act(opens):
                scene.act(takes)


def _operate(scene: Scene) -> None:
    """Let operators give points, freeze members for a day, and move some below another referrer."""
    people, rng = scene.book.people, scene.rng
    for member in range(1, len(people)):
        left = scene.end - DAY_SECONDS - int(people.joined[member])
        if left <= 0:
            return
        at = int(people.joined[member]) + scene.spread(left)
        if scene.chance(ADJUSTED):
            amount = scene.pick(5, 10, 50) * scene.unit
            scene.act(StoreDeed(at=at, action="adjust", member=member, kind=scene.kind, amount=amount))
        if scene.chance(FROZEN) and scene.act(StoreDeed(at=at, action="freeze", member=member)):
            scene.act(StoreDeed(at=at + DAY_SECONDS - 1, action="unfreeze", member=member))
        if scene.chance(MOVED):
            to = people.codes[int(rng.integers(0, member))].as_py()
            scene.act(StoreDeed(at=at, action="move_referrer", member=member, to=to))
