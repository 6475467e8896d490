"""A client of django-hordak: makes its tables, transfers one by one, credits in bulk."""

from collections.abc import Callable
from datetime import date
from random import Random
from time import perf_counter
from typing import Any

from django.core.management import call_command
from django.db import transaction
from hordak.models import Account, Leg, Transaction
from moneyed import EUR, Money

from benchmarks.service.clients import call_for

TODAY = date(2026, 1, 2)


def main(what: str, *words: str) -> None:
    """Do what the first word says."""
    commands: dict[str, Callable[..., None]] = {"migrate": migrate, "make": make, "bulk": bulk, "transfer": transfer}
    commands[what](*words)


def migrate() -> None:
    """Make the tables of all peers."""
    call_command("migrate", interactive=False, verbosity=0, run_syncdb=True)


def make(accounts: str) -> None:
    """Make so many accounts."""
    with Account.objects.delay_mptt_updates():
        for number in range(int(accounts)):
            Account.objects.create(name=f"{number}", code=f"{number}", type="LI", currencies=["EUR"])
    print("made")


def transfer(seconds: str, run: str, seed: str) -> None:
    """Let one account pay another: one transaction with two legs, each in a database transaction of its own."""
    accounts: list[Any] = list(Account.objects.all())
    random, amount = Random(f"{run}/{seed}"), Money("0.01", EUR)  # noqa: S311 - no secret

    def work() -> None:
        one, other = random.sample(accounts, 2)
        one.transfer_to(other, amount, date=TODAY)

    call_for(float(seconds), work)


def bulk(rows: str, at_once: str) -> None:
    """Credit accounts by bulk_create of transactions and of their legs; print the seconds."""
    accounts: list[Any] = list(Account.objects.all())
    pool, members, amount = accounts[0], accounts[1:], Money("0.01", EUR)
    whole, part = int(rows), int(at_once)
    started = perf_counter()
    for first in range(0, whole, part):
        with transaction.atomic():
            made = Transaction.objects.bulk_create(Transaction(date=TODAY) for _ in range(part))
            legs = []
            for number, row in enumerate(made, start=first):
                legs.append(Leg(transaction=row, account=pool, debit=amount))
                legs.append(Leg(transaction=row, account=members[number % len(members)], credit=amount))
            Leg.objects.bulk_create(legs)
    print(perf_counter() - started)
