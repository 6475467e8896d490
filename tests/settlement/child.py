"""Settling in a process of its own, which may kill itself as if the plug had been pulled.

The server that forks these processes imports this module once, and with it all that a settlement needs.
"""

import os
import signal
from collections.abc import Callable
from datetime import date
from importlib import import_module
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from typing import Any

import django
import psycopg
from django.apps import apps
from django.db import connection

from tests.engine.people import World, trial

NEVER = 0
SECONDS_MAX = 60
PLACE = ("NAME", "USER", "PASSWORD", "HOST", "PORT")
CALLS: tuple[tuple[type, str], ...] = (
    *((psycopg.Cursor, name) for name in ("execute", "executemany", "copy")),
    (psycopg.Copy, "write"),  # so that death comes in the middle of a COPY as well
    (psycopg.Connection, "commit"),
)


def start(programme_id: int, day: date, *, kill_at: int = NEVER) -> ForkServerProcess:
    """Begin to settle a day of the database at hand; the process kills itself before its `kill_at`-th call to it."""
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    place = {name: connection.settings_dict[name] for name in PLACE}
    process = context.Process(target=_settle, args=(place, programme_id, day, kill_at))
    process.start()
    return process


def exit_code_of(process: ForkServerProcess) -> int | None:
    """Wait for the end of a process; return its exit code, −9 where it was killed."""
    process.join(SECONDS_MAX)
    code = process.exitcode
    process.close()
    return code


def before_each_call(act: Callable[[], None]) -> Callable[[], None]:
    """Let `act` happen before each call to a database; return what undoes this."""
    originals = [(owner, name, getattr(owner, name)) for owner, name in CALLS]
    for owner, name, original in originals:
        setattr(owner, name, _preceded(original, act))

    def undo() -> None:
        for owner, name, original in originals:
            setattr(owner, name, original)

    return undo


def count_calls(act: Callable[[], object]) -> int:
    """Return how often something calls the database."""
    calls = 0

    def count() -> None:
        nonlocal calls
        calls += 1

    undo = before_each_call(count)
    try:
        act()
    finally:
        undo()
    return calls


def at_call(number: int, act: Callable[[], None]) -> Callable[[], None]:
    """Return what counts calls, and acts before one of them."""
    left = number

    def count_down() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            act()

    return count_down


def _settle(place: dict[str, Any], programme_id: int, day: date, kill_at: int) -> None:
    connection.settings_dict.update(place)
    before_each_call(at_call(kill_at, lambda: os.kill(os.getpid(), signal.SIGKILL)))
    _settle_day(programme_id, day)
    connection.close()


def _settle_day(programme_id: int, day: date) -> None:
    """Settle a day; what this needs is imported when Django knows its models."""
    from jifen.settlement.run import settle_day
    from tests.settlement.life import CHUNK

    settle_day(programme_id=programme_id, day=day, chunk_owners=CHUNK)


def _preceded(original: Callable[..., Any], act: Callable[[], None]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        act()
        return original(*args, **kwargs)

    return call


def _get_ready() -> None:
    """Load all that a settlement needs, its kernels too, for the processes that are forked from this one."""
    django.setup()
    import_module("tests.settlement.life")
    world = World("A > B")
    world.buys("A", "5000", day=0)
    world.buys("B", "5000", day=0)
    world.run(trial(), days=2)


if not apps.ready:
    _get_ready()
