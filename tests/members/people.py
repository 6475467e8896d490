"""Programmes, operators and members for tests, and calls that run at the same time."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Barrier
from typing import TypeVar

from django.db import connections

from jifen import catalogue
from jifen.members.bulk import NOBODY, Newcomer, register_many
from jifen.members.models import Member, Operator
from jifen.members.registration import NewMember, register_member
from jifen.members.ticks import next_tick
from jifen.programmes.models import Programme
from jifen.programmes.versions import create_programme

T = TypeVar("T")

DAY = date(2026, 3, 2)
WORDS = "seven mile walk"  # everybody's password
NO_HASH = "!"  # the hash of no password; hashing takes long


def operator(name: str = "olga") -> Operator:
    """Return an operator of a name."""
    return Operator.objects.get_or_create(username=name)[0]


def make_programme(code: str = "release") -> Programme:
    """Return a programme of its own code with the rules of the catalogue's release programme."""
    text = catalogue.read("release").replace('code = "release"', f'code = "{code}"')
    return create_programme(text=text, operator_id=operator().id)


def join(programme: Programme, phone: str, *, name: str = "王小明", invite_code: str = "", address: str = "") -> Member:
    """Register a member with everybody's password."""
    who: NewMember = {
        "programme_id": programme.id,
        "phone": phone,
        "password": WORDS,
        "name": name,
        "invite_code": invite_code,
        "joined_on": DAY,
    }
    if address:
        who["address"] = address
    return register_member(**who)


def forest(programme: Programme, referrers: Sequence[int], *, joined_on: date = DAY) -> list[int]:
    """Register a member for each entry, below the earlier one that it names; return their ids."""
    first_tick = next_tick()
    people = [
        Newcomer(
            phone=f"139{(first_tick + number) % 100_000_000:08}",
            name=f"member {number}",
            referrer=referrer,
            joined_tick=first_tick + 1 + number,
            joined_on=joined_on,
            entered_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
        )
        for number, referrer in enumerate(referrers)
    ]
    return register_many(programme_id=programme.id, people=people, password=NO_HASH)


def chain(programme: Programme, length: int) -> list[int]:
    """Register members who referred one another in a row."""
    return forest(programme, [number - 1 if number else NOBODY for number in range(length)])


def in_parallel(calls: Sequence[Callable[[], T]]) -> list[T | Exception]:
    """Start all calls at the same moment, each with a connection of its own; return what they answer or raise."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], T]) -> T | Exception:
        barrier.wait()
        try:
            return call()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))
