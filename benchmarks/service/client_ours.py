"""A client of our ledger."""

from datetime import date
from itertools import count
from random import Random

from benchmarks.service.clients import call_for
from jifen.engine.days import date_of, day_number
from jifen.ledger.chart import PROGRAMME
from jifen.ledger.posting import Line, NewTransfer, post

PROGRAMME_ID, FIRST_DAY = 1, date(2026, 1, 1)
KINDS = {"points": 4}


def main(what: str, accounts: str, seconds: str, run: str, seed: str) -> None:
    """Post transfers of two lines, each with a key of its own, each in a transaction of its own."""
    random, numbers, last = Random(f"{run}/{seed}"), count(), int(accounts)  # noqa: S311 - no secret
    day = date_of(day_number(FIRST_DAY) + 1)

    def transfer() -> None:
        one, other = random.sample(range(1, last + 1), 2)
        lines = {
            "two": (Line(one, "points", "free", -1), Line(other, "points", "free", 1)),
            "spend": (Line(one, "points", "free", -1), Line(PROGRAMME, "points", "spent", 1)),
            "pool": (Line(PROGRAMME, "money", "pool", -1), Line(one, "money", "paid", 1)),
        }[what]
        key = f"{run}/{seed}/{next(numbers)}"
        post(programme_id=PROGRAMME_ID, day=day, transfer=NewTransfer(key=key, rule="transfer", lines=lines))

    call_for(float(seconds), transfer)
