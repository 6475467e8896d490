"""Batches and ranges: numbers never overlap, stores pay for their cards, and two people stand behind bank money."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction

from jifen.cards.batches import free_of
from jifen.cards.checks import money_moves
from jifen.cards.errors import CardError, CardNotValidError, NotYoursError
from jifen.cards.models import Card, CardRange, CardState, RangeState
from jifen.cards.ranges import (
    apply_for_range,
    approve_range,
    in_stock,
    next_number,
    note_range_payment,
    pay_range,
    refuse_range,
    withdraw_range,
)
from jifen.facts.days import open_day
from jifen.ledger.lines import read_money
from tests.cards.town import YUAN, Town
from tests.paying import PROVIDER

FIRST = 8801_000000


def applied(town: Town, count: int = 10, *, paid: bool = True) -> CardRange:
    store = town.store()
    found = apply_for_range(store_id=store.pk, member_id=town.member("Olga"), count=count, key=town.key())
    return pay_range(range_id=found.pk, member_id=town.member("Olga"), provider=PROVIDER) if paid else found


def test_a_store_pays_for_its_cards_and_gets_the_first_free_numbers(town: Town) -> None:
    batch = town.batch()
    gold, silk = town.store("gold"), town.store("silk", owner="Sun")

    first, second = town.range(gold, 10), town.range(silk, 5)

    assert (first.cost, first.first, first.last) == (20 * YUAN, FIRST, FIRST + 9)
    assert (second.first, second.last) == (FIRST + 10, FIRST + 14)
    assert (in_stock(gold.pk), next_number(silk.pk)) == (10, FIRST + 10)
    assert [(gap.first, gap.last) for gap in free_of(batch)] == [(FIRST + 15, FIRST + 999)]
    moved = {(key, owner, role): amount for key, owner, role, amount in read_money(town.programme.pk)}
    expected = {(key, *account): fen for key, moves in money_moves(town.programme.pk) for account, fen in moves.items()}
    assert moved == expected
    assert sum(fen for (_key, owner, _role), fen in moved.items() if owner == town.member("Olga")) == -20 * YUAN


def test_a_gap_is_filled_before_the_rest_and_too_small_ones_are_passed_over(town: Town) -> None:
    batch, store = town.batch(last=29), town.store()
    for first, count in ((FIRST, 10), (FIRST + 14, 6)):
        one = apply_for_range(store_id=store.pk, member_id=town.member("Olga"), count=count, key=town.key())
        pay_range(range_id=one.pk, member_id=town.member("Olga"), provider=PROVIDER)
        approve_range(range_id=one.pk, operator_id=town.chief, batch_id=batch.pk, first=first, reason="by hand")

    assert town.range(store, 8).first == FIRST + 20
    assert town.range(store, 4).first == FIRST + 10
    with pytest.raises(CardNotValidError, match="in one piece") as refused:
        town.range(store, 5)
    assert refused.value.field == "batch"


def test_numbers_that_another_store_has_are_refused_by_us_and_by_the_database(town: Town) -> None:
    batch, store = town.batch(), town.store()
    town.range(store, 10)
    late = apply_for_range(store_id=store.pk, member_id=town.member("Olga"), count=10, key=town.key())
    pay_range(range_id=late.pk, member_id=town.member("Olga"), provider=PROVIDER)

    with pytest.raises(CardNotValidError, match="another store"):
        approve_range(range_id=late.pk, operator_id=town.chief, batch_id=batch.pk, first=FIRST + 5, reason="by hand")
    with pytest.raises(IntegrityError, match="card_range_numbers_once"), transaction.atomic():
        CardRange.objects.filter(pk=late.pk).update(
            state="approved", batch=batch, first=FIRST + 9, last=FIRST + 18, decided_by=town.chief,
            decided_at=late.applied_at, reason="behind the back",
        )  # fmt: skip
    with pytest.raises(IntegrityError, match="card_range_inside_its_batch"), transaction.atomic():
        CardRange.objects.filter(pk=late.pk).update(
            state="approved", batch=batch, first=FIRST + 995, last=FIRST + 1004, decided_by=town.chief,
            decided_at=late.applied_at, reason="behind the back",
        )  # fmt: skip
    assert Card.objects.count() == 10


def test_two_approvals_at_once_give_numbers_that_are_apart(busy_town: Town) -> None:
    town = busy_town
    batch, store = town.batch(last=99), town.store()
    member, keys = town.member("Olga"), [town.key() for _ in range(8)]
    waiting = [apply_for_range(store_id=store.pk, member_id=member, count=10, key=key).pk for key in keys]
    for one in waiting:
        pay_range(range_id=one, member_id=member, provider=PROVIDER)

    def approve(range_id: int) -> int | None:
        try:
            done = approve_range(range_id=range_id, operator_id=town.chief, batch_id=batch.pk, reason="as ordered")
        finally:
            connection.close()
        return done.first

    with ThreadPoolExecutor(4) as pool:
        firsts = list(pool.map(approve, waiting))
    assert {*firsts} == {FIRST + 10 * n for n in range(8)}
    assert Card.objects.filter(state=CardState.IN_STOCK).count() == 80


def test_batches_share_no_numbers_and_never_read_like_phones(town: Town) -> None:
    town.batch("8801", 0, 999)

    with pytest.raises(CardNotValidError, match="another batch"):
        town.batch("88010", 500, 1500)
    with pytest.raises(CardNotValidError, match="from 0 to 999999"):
        town.batch("8801", 0, 1_000_000)
    with pytest.raises(CardNotValidError, match="prefix has digits"):
        town.batch("0123", 0, 9)
    assert town.batch("8801", 1000, 1999).first == FIRST + 1000


def test_money_by_bank_is_noted_by_one_and_approved_by_another(town: Town) -> None:
    batch = town.batch()
    found = applied(town, paid=False)

    with pytest.raises(CardError, match="not paid yet"):
        approve_range(range_id=found.pk, operator_id=town.chief, batch_id=batch.pk, reason="trust them")
    finance = town.operators["finance"].pk
    note_range_payment(range_id=found.pk, operator_id=finance, reference="ICBC 77")
    with pytest.raises(CardError, match="another operator"):
        approve_range(range_id=found.pk, operator_id=finance, batch_id=batch.pk, reason="me again")
    done = approve_range(range_id=found.pk, operator_id=town.chief, batch_id=batch.pk, reason="paid")
    again = approve_range(range_id=found.pk, operator_id=town.chief, batch_id=batch.pk, reason="paid")

    assert done.state == RangeState.APPROVED
    assert again.first == done.first
    assert town.acts(f"card range {found.pk}") == ["note_range_payment", "approve_card_range"]


def test_who_noted_the_money_does_not_send_it_back(town: Town) -> None:
    found = applied(town, paid=False)
    finance = town.operators["finance"].pk
    note_range_payment(range_id=found.pk, operator_id=finance, reference="ICBC 77")

    with pytest.raises(CardError, match="another operator refuses it"):
        refuse_range(range_id=found.pk, operator_id=finance, reason="my mistake")
    with pytest.raises(IntegrityError, match="card_range_by_two_people"), transaction.atomic():
        CardRange.objects.filter(pk=found.pk).update(
            state="refused", decided_by=finance, decided_at=found.applied_at, reason="behind the back"
        )
    refused = refuse_range(range_id=found.pk, operator_id=town.chief, reason="no cards left")

    assert refused.state == RangeState.REFUSED
    assert town.acts(f"card range {found.pk}") == ["note_range_payment", "refuse_card_range"]


def test_a_transfer_of_the_bank_pays_one_application(town: Town) -> None:
    store, olga = town.store(), town.member("Olga")
    one, two = (apply_for_range(store_id=store.pk, member_id=olga, count=10, key=key) for key in ("a", "b"))
    for _ in range(2):
        note_range_payment(range_id=one.pk, operator_id=town.chief, reference="ICBC 77")

    with pytest.raises(CardError, match="already noted for something else"):
        note_range_payment(range_id=two.pk, operator_id=town.operators["finance"].pk, reference=" ICBC 77 ")

    two.refresh_from_db()
    assert (two.state, two.paid_on) == (RangeState.APPLIED, None)


def test_a_refused_application_gives_its_money_back_once(town: Town) -> None:
    found = applied(town)

    for _ in range(2):
        refuse_range(range_id=found.pk, operator_id=town.chief, reason="no cards left")

    found.refresh_from_db()
    assert (found.state, found.returned_on) == (RangeState.REFUSED, open_day(town.programme.pk))
    paid = [fen for _key, owner, _role, fen in read_money(town.programme.pk) if owner == found.member_id]
    assert sorted(paid) == [-20 * YUAN, 20 * YUAN]


def test_only_the_owner_applies_pays_and_takes_back_and_one_key_is_one_application(town: Town) -> None:
    store = town.store()
    key = town.key()
    one, same = (apply_for_range(store_id=store.pk, member_id=town.member("Olga"), count=10, key=key) for _ in range(2))
    assert one.pk == same.pk

    stranger = town.member("Sun")
    with pytest.raises(NotYoursError):
        apply_for_range(store_id=store.pk, member_id=stranger, count=10, key=town.key())
    with pytest.raises(NotYoursError):
        pay_range(range_id=one.pk, member_id=stranger, provider=PROVIDER)
    with pytest.raises(NotYoursError):
        withdraw_range(range_id=one.pk, member_id=stranger)
    withdraw_range(range_id=one.pk, member_id=town.member("Olga"))
    with pytest.raises(CardError, match="somebody was faster"):
        pay_range(range_id=one.pk, member_id=town.member("Olga"), provider=PROVIDER)
    with pytest.raises(CardNotValidError, match="1 to"):
        apply_for_range(store_id=store.pk, member_id=town.member("Olga"), count=0, key=town.key())
