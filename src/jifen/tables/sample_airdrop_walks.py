"""Who walks in a made-up airdrop programme, and what becomes of the credit that walking frees (S2-41 … S2-46)."""

import numpy as np
from numpy.random import Generator

from jifen.engine.amounts import to_minor
from jifen.engine.facts import Int64s
from jifen.engine.rules.convert import Convert
from jifen.engine.rules.sport_task import SportTask
from jifen.tables.sample_airdrop_book import AirdropBook, Purchase, Walked
from jifen.tables.sample_airdrop_trade import HOUR
from jifen.tables.sample_growth_book import Deed
from jifen.tables.times import DAY_SECONDS

WALKERS, WALK_DAYS, RUN_DAYS = 0.4, 0.6, 0.15  # of members; of their days
STEPS_MEAN, STEPS_SPREAD, RUN_SHARE = 7000, 0.6, 0.7
STEPS_OF_DAY_MAX = 45_000
BRACELETS = 0.3
CONVERTED_DAYS = 4  # fulfilled tasks after which a walker converts what they freed
SPENT_SHARE = 0.5  # of what was converted that pays an order


def walk(rng: Generator, book: AirdropBook, days: int) -> None:
    """Let some members walk on most of their days, and spend what that frees; nobody where no rule counts steps."""
    terms = book.terms
    if not terms.tasks and terms.ladder is None:
        return
    people = book.people
    walks = rng.random(len(people)) < WALKERS
    bracelet = rng.random(len(people)) < BRACELETS
    for member in np.flatnonzero(walks).tolist():
        first = int(people.joined[member]) // DAY_SECONDS
        span = book.first_day + days - first
        out, steps = rng.random((2, span)), rng.lognormal(np.log(STEPS_MEAN), STEPS_SPREAD, (2, span)).astype(np.int64)
        steps = np.minimum(steps, STEPS_OF_DAY_MAX)
        fulfilled: list[int] = []
        for day in np.flatnonzero(out[0] < WALK_DAYS).tolist():
            run = int(steps[1, day] * RUN_SHARE) if out[1, day] < RUN_DAYS / WALK_DAYS else 0
            device = "bracelet" if bracelet[member] else "phone"
            book.walks.append(Walked(first + day, member, int(steps[0, day]), run, device))
            if _walk_task(book) is not None and steps[0, day] >= _walk_task_steps(book):
                fulfilled.append(first + day)
        _spend(book, member, np.array(fulfilled, np.int64), book.first_day + days)


def _walk_task(book: AirdropBook) -> SportTask | None:
    return next((task for task in book.terms.tasks if task.sport == "walk"), None)


def _walk_task_steps(book: AirdropBook) -> int:
    task = _walk_task(book)
    return task.steps if task is not None else 0


def _convert_rule(book: AirdropBook, kind: str) -> Convert | None:
    return next((rule for rule in book.terms.converts if rule.kind == kind), None)


def _spend(book: AirdropBook, member: int, fulfilled: Int64s, end_day: int) -> None:
    """Convert what the first tasks have freed, once there are some, and pay a part of an order with it."""
    task = _walk_task(book)
    if task is None or len(fulfilled) < CONVERTED_DAYS:
        return
    rule, day = _convert_rule(book, task.kind), int(fulfilled[CONVERTED_DAYS - 1]) + 1
    if rule is None or not rule.into or day >= end_day:
        return
    decimals = book.terms.kinds[task.kind].decimals
    # The least that anybody's frozen credit lets through: that of the first tasks, as far as it reaches.
    amount = to_minor(task.amount, decimals) * (CONVERTED_DAYS - 1)
    at = day * DAY_SECONDS + 9 * HOUR
    book.deeds.append(Deed(at=at, action="convert", member=member, to=rule.into, kind=task.kind, amount=amount))
    spend = next((one for one in book.terms.spends if one.kind == rule.into), None)
    if spend is not None and member % 2:
        points = int(amount * SPENT_SHARE) // 10**decimals * 10**decimals
        fen = 100 * points // 10**decimals * 10
        book.purchases.append(Purchase(at + HOUR, member, fen, points=points, kind=spend.kind))
