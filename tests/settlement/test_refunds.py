"""What an order gave and a refund took back, on the whole platform (invariant 9, S4-18)."""

from collections.abc import Callable

import pytest
from django.db import connection, transaction

from jifen.ledger.reading import balances, programme_balances
from jifen.members.models import Standing
from jifen.settlement.verify import verify
from tests.engine.people import TEXT
from tests.settlement.life import Life

ALL = ("within_balance", "debt", "only_locked")
TAKES_ALL = ("within_balance", "debt")  # only_locked leaves what was released with those who have it
STANDING = ("rank", "frozen", "debt", "written_off", "volume", "volume_amount", "volume_points", "team_amount",
            "team_points", "second_leg")  # fmt: skip


def shop_with(policy: str) -> Life:
    """Return a life in which Ann referred Bert and Bert Carl; Ann and Bert have lots of their own."""
    life = Life(TEXT.replace('policy = "within_balance"', f'policy = "{policy}"'))
    life.join("Ann")
    life.join("Bert", "Ann")
    life.join("Carl", "Bert")
    life.buy("Ann", 20_000)
    life.buy("Bert", 7_777)
    life.buy("Carl", 100)
    life.settle(2)
    return life


def everything(life: Life) -> dict[str, object]:
    """Return what members and the programme have, and what their open lots hold; zeros are left out."""
    found: dict[str, object] = {"programme": not_zero(programme_balances(life.id))}
    for name, member in life.members.items():
        standing = Standing.objects.values(*STANDING).get(pk=member.pk)
        found[name] = (not_zero(balances(member.pk)), standing, open_lots(member.pk))
    return found


def not_zero(amounts: dict[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    return {account: amount for account, amount in amounts.items() if amount}


def open_lots(member_id: int) -> list[tuple[int, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT base, granted, scheduled, accelerated - cancelled, remaining FROM ledger_lot"
            " WHERE owner = %s AND NOT closed ORDER BY id",
            [member_id],
        )
        found: list[tuple[int, ...]] = cursor.fetchall()
    return found


def outcome_of(life: Life, act: Callable[[], object]) -> dict[str, object]:
    """Return what somebody would have if something happened; it does not happen."""
    with transaction.atomic():
        act()
        found = everything(life)
        assert verify(life.id) == []
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("policy", ALL)
def test_an_order_and_its_refund_on_one_day_end_where_they_began(policy: str) -> None:
    life = shop_with(policy)
    before = everything(life)

    life.refund(life.buy("Carl", 6_543, points=10), 654_300)

    assert everything(life) == before
    life.settle()
    assert verify(life.id) == []


@pytest.mark.django_db
@pytest.mark.parametrize("policy", TAKES_ALL)
def test_an_order_and_its_refund_after_releases_and_rewards_end_as_if_it_had_not_been(policy: str) -> None:
    life = shop_with(policy)

    def buy_and_refund() -> None:
        code = life.buy("Carl", 6_543)
        life.settle(3)
        assert Standing.objects.get(pk=life.members["Ann"].pk).team_amount > 700_000
        life.refund(code, 654_300)
        life.settle()

    assert outcome_of(life, buy_and_refund) == outcome_of(life, lambda: life.settle(4))


@pytest.mark.django_db
@pytest.mark.parametrize("policy", ALL)
@pytest.mark.parametrize("part", [1, 33_333, 654_299])
def test_refunding_a_part_and_the_rest_is_refunding_the_whole(policy: str, part: int) -> None:
    life = shop_with(policy)
    code = life.buy("Carl", 6_543, points=10)
    life.settle(3)

    def in_two_parts() -> None:
        life.refund(code, part)
        life.refund(code, 654_300 - part)
        life.settle()

    def as_a_whole() -> None:
        life.refund(code, 654_300)
        life.settle()

    assert outcome_of(life, in_two_parts) == outcome_of(life, as_a_whole)
