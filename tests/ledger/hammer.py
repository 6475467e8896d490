"""A client for the crash test, in a process of its own: `python -m tests.ledger.hammer NAME COUNT FILE`.

It posts COUNT transfers with keys of its own, notes each key that was acknowledged, and asks again with the same key
when the connection breaks. NAME "day" posts a nightly run instead, again and again until it is through.
"""

import sys
import time
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from pathlib import Path

import django
from django.db import Error, connection

PEOPLE = 200
DAY_OWNERS = 4_000


def main(name: str, count: int, acknowledged: Path) -> None:
    django.setup()
    with acknowledged.open("a", buffering=1, encoding="utf-8") as file:
        if name == "day":
            persist(post_run)
            file.write("run\n")
        else:
            for number in range(count):
                act = partial(post_one, f"{name}/{number}", *amounts_of(name, number))
                if persist(act):
                    file.write(f"{name}/{number}\n")
                if number % 5 == 0:
                    persist(act)


def amounts_of(name: str, number: int) -> tuple[int, int, int]:
    """Return a giver, a receiver and an amount, by chance but the same again."""
    chance = int.from_bytes(sha256(f"{name}/{number}".encode()).digest()[:8])
    return chance % PEOPLE, chance // PEOPLE % PEOPLE, 1 + chance // PEOPLE**2 % 30


def persist(act: Callable[[], bool]) -> bool:
    """Act until the database has answered."""
    while True:
        try:
            return act()
        except Error:
            connection.close()
            time.sleep(0.05)


def post_one(key: str, giver: int, receiver: int, amount: int) -> bool:
    """Post a transfer; return whether it is in the ledger."""
    from jifen.ledger.posting import OverdraftError
    from tests.ledger.people import do, free, issued, move

    if giver == receiver:
        do(move(key, issued(-amount), free(1 + receiver, amount)))
        return True
    try:
        do(move(key, free(1 + giver, -amount), free(1 + receiver, amount)))
    except OverdraftError:
        return False
    return True


def post_run() -> bool:
    """Post a nightly run, or what is missing of it."""
    from jifen.ledger.bulk import post_day
    from tests.ledger.people import FIRST_OF_MARCH, RELEASE, give_all

    batch = give_all(list(range(1, 1 + DAY_OWNERS)), 10)
    post_day(programme_id=RELEASE, day=FIRST_OF_MARCH, batches=[batch], chunk_owners=20)
    return True


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
