"""The people and accounts of the ledger's tests."""

from datetime import date

import numpy as np

from jifen.ledger.batches import Batch
from jifen.ledger.chart import PROGRAMME, chart_of, open_chart
from jifen.ledger.posting import Line, NewTransfer, Posted, post

FIRST_OF_MARCH = date(2026, 3, 1)
SECOND_OF_MARCH = date(2026, 3, 2)
RELEASE = 1  # the programme
ANNA, BERT, CARL = 7, 8, 9
POINTS = "points"


def open_release() -> None:
    open_chart(programme_id=RELEASE, kinds={POINTS: 4})


def move(key: str, *lines: Line, reverses: int = 0, rule: str = "member_transfer") -> NewTransfer:
    return NewTransfer(key, rule, lines, reverses=reverses)


def free(owner: int, amount: int) -> Line:
    return Line(owner, POINTS, "free", amount)


def issued(amount: int) -> Line:
    return Line(PROGRAMME, POINTS, "issued", amount)


def debts(amount: int) -> Line:
    return Line(PROGRAMME, POINTS, "debts", amount)


def locked(owner: int, amount: int, lot: int, part: str) -> Line:
    return Line(owner, POINTS, "locked", amount, lot, part)


def do(transfer: NewTransfer, day: date = FIRST_OF_MARCH) -> Posted:
    return post(programme_id=RELEASE, day=day, transfer=transfer)


def give(owner: int, amount: int, day: date = FIRST_OF_MARCH, key: str = "") -> Posted:
    return do(move(key or f"give/{owner}/{day}", issued(-amount), free(owner, amount), rule="adjustment"), day)


def grant(owner: int, amount: int, lot: int, day: date = FIRST_OF_MARCH) -> Posted:
    return do(move(f"order/{lot}", issued(-amount), locked(owner, amount, lot, "granted"), rule="grant_locked"), day)


def give_all(owners: list[int], amount: int, day: date = FIRST_OF_MARCH, rule: str = "airdrop") -> Batch:
    """A batch that gives everybody the same from what the programme issues."""
    chart, count = chart_of(RELEASE), len(owners)
    return Batch(
        rule=rule,
        prefix=f"release/{day}/{rule}/",
        owner=np.array(owners, np.int64),
        chart=np.full(count, chart.id(POINTS, "free"), np.int16),
        amount=np.full(count, amount, np.int64),
        lot=np.zeros(count, np.int64),
        part=np.zeros(count, np.int8),
        to_programme=chart.id(POINTS, "issued"),
    )


def release_all(lots: dict[int, list[int]], amount: int, day: date = FIRST_OF_MARCH) -> Batch:
    """A batch that releases the same from each lot (owner → lots) into the owner's free points."""
    chart = chart_of(RELEASE)
    rows = [
        row
        for owner, mine in sorted(lots.items())
        for row in (
            *((owner, chart.id(POINTS, "locked"), -amount, lot, 1) for lot in mine),
            (owner, chart.id(POINTS, "free"), amount * len(mine), 0, 0),
        )
    ]
    owner, account, moved, lot, part = np.array(rows, np.int64).T
    return Batch(
        rule="scheduled_release",
        prefix=f"release/{day}/scheduled_release/",
        owner=owner,
        chart=account.astype(np.int16),
        amount=moved,
        lot=lot,
        part=part.astype(np.int8),
    )
