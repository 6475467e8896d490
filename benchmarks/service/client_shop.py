"""The nightly loop of a usual shop.

Member by member, each in one transaction: the lots are locked and saved one by one, then the uplines' rewards. It does
less than the settlement: no peer bonus, no new ranks, no keys, no close.
"""

from time import perf_counter
from typing import Any

import numpy as np
from django.db import connection, transaction

from benchmarks.days import TODAY, Terms, make_book, release_programme
from benchmarks.service.shop.models import Log, Lot, Person, Wallet


def main(members: str, sample: str) -> None:
    """Fill the tables, settle a random sample of the members, and print the seconds."""
    _fill(int(members))
    terms = Terms.of(release_programme())
    chosen = np.random.default_rng(1).permutation(int(members))[: int(sample)] + 1
    _analyse()
    started = perf_counter()
    for person in chosen.tolist():
        settle(person, terms)
    print(perf_counter() - started)


def settle(person_id: int, terms: Terms) -> None:
    """Release a member's lots by time, and pay the uplines their shares of it out of their own oldest lots."""
    with transaction.atomic():
        released = 0
        for lot in Lot.objects.select_for_update().filter(person_id=person_id, remaining__gt=0).order_by("id"):
            amount = min(lot.base * terms.daily[0] // terms.daily[1], lot.remaining)
            lot.remaining -= amount
            lot.save()
            released += amount
        if released == 0:
            return
        _credit(person_id, "scheduled_release", released)
        upline = Person.objects.get(pk=person_id).referrer
        generation, paid = 0, 0
        while upline is not None:
            if generation < len(terms.shares):
                num, den = terms.shares[generation]
                _accelerate(upline, f"generation_share/{generation + 1}", released * num // den)
            rate = terms.rank_num[upline.rank]
            if rate > paid:
                _accelerate(upline, "rank_differential", released * (rate - paid) // terms.rank_den)
                paid = rate
            upline, generation = upline.referrer, generation + 1


def _accelerate(person: Any, rule: str, amount: int) -> None:
    """Take a reward out of the member's oldest lots."""
    rest = amount
    for lot in Lot.objects.select_for_update().filter(person=person, remaining__gt=0).order_by("id"):
        if rest == 0:
            break
        taken = min(rest, lot.remaining)
        lot.remaining -= taken
        lot.save()
        rest -= taken
    if amount > rest:
        _credit(person.pk, rule, amount - rest)


def _credit(person_id: int, rule: str, amount: int) -> None:
    wallet = Wallet.objects.select_for_update().get(pk=person_id)
    wallet.amount += amount
    wallet.save()
    Log.objects.create(person_id=person_id, rule=rule, amount=amount, after=wallet.amount)


def _fill(members: int) -> None:
    """Write the members and lots of the benchmarks' power-law book."""
    book = make_book("power-law", members)
    layout, lots = book.forest.layout, book.lots
    referrers, ranks = book.forest.referrer.tolist(), book.rank[layout.position].tolist()
    people = [
        Person(pk=number + 1, referrer_id=None if referrer < 0 else referrer + 1, rank=rank)
        for number, (referrer, rank) in enumerate(zip(referrers, ranks, strict=True))
    ]
    Person.objects.bulk_create(people, batch_size=5_000)
    Wallet.objects.bulk_create((Wallet(person_id=one.pk, amount=0) for one in people), batch_size=5_000)
    owner = np.repeat(layout.member, np.diff(lots.start)) + 1
    due = lots.opened_on < TODAY
    columns = zip(owner[due].tolist(), lots.base[due].tolist(), lots.remaining[due].tolist(), strict=True)
    Lot.objects.bulk_create(
        (Lot(person_id=person, base=base, remaining=left) for person, base, left in columns), batch_size=5_000
    )


def _analyse() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
