"""What pages show of a pool: its price, a member's holding, who exits next (S1-05 … S1-11)."""

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from jifen.engine.amounts import Rate
from jifen.engine.pool import exit_key
from jifen.pools.terms import PoolTerms

if TYPE_CHECKING:
    from jifen.members.models import Member
    from tests.backoffice.office import Office

POINT = 10**8
TERMS = PoolTerms(
    kind="value_points",
    decimals=8,
    minted=Rate(7, 10),
    kept=Rate(1, 5),
    exit_multiple=Rate(6, 5),
    first_price=(100, POINT),
)


def set_pool(office: "Office", money: int, supply: int, **more: int) -> None:
    from jifen.pools.models import Pool

    Pool.objects.update_or_create(
        programme=office.programme, defaults={"money": money, "supply": supply, "last_supply": 1} | more
    )


def hold(member: "Member", points: int, consumption: int, *, since: int = 1) -> None:
    from jifen.pools.models import Holding

    key = exit_key(consumption, points) if points and consumption else None
    Holding.objects.create(
        member=member,
        programme_id=member.programme_id,
        points=points,
        consumption=consumption,
        since=since,
        exit_key=key,
    )


def note(member: "Member", tick: int, share: int) -> None:
    from jifen.pools.models import OrderNote

    OrderNote.objects.create(
        tick=tick, programme_id=member.programme_id, member=member, business_date=date(2026, 11, 1), share=share
    )


def test_before_the_first_fact_the_price_is_the_document_s(office: "Office") -> None:
    from jifen.pools.reads import pool_now

    now = pool_now(office.programme.pk, TERMS)

    assert (now.money, now.supply) == (0, 0)
    assert now.price.text() == "1.000000000000"
    assert now.proceeds(POINT, TERMS) == 0


def test_the_price_is_floored_to_twelve_places(office: "Office") -> None:
    """S1-E2: pool 160, circulation 112, price 1.428571…"""
    from jifen.pools.reads import pool_now

    set_pool(office, 16_000, 112 * POINT)

    price = pool_now(office.programme.pk, TERMS).price

    assert price.text() == "1.428571428571"
    assert price.text(2) == "1.42"
    assert (price.money, price.supply) == (16_000, 112 * POINT)


def test_an_empty_pool_keeps_its_last_price(office: "Office") -> None:
    from jifen.pools.reads import pool_now

    set_pool(office, 0, 0, last_money=32_000, last_supply=190 * POINT, waiting=500)

    now = pool_now(office.programme.pk, TERMS)

    assert now.price.text(4) == "1.6842"
    assert now.waiting == 500


def test_a_holding_is_worth_its_price_and_sold_for_what_is_not_kept(office: "Office") -> None:
    """S1-D2: after order 3 the 112 points of the first member are worth 209.15 and would pay 167.32."""
    from jifen.pools.reads import holding_of, pool_now

    set_pool(office, 48_000, 25_704 * POINT // 100)
    anna = office.member("Anna")
    hold(anna, 112 * POINT, 100_000)

    held = holding_of(anna.pk, pool_now(office.programme.pk, TERMS), TERMS)

    assert (held.value, held.proceeds) == (20_915, 16_732)
    assert (held.cost, held.exit_value) == (100_000, 120_000)
    assert (held.permille, held.rise_permille) == (174, 4738)
    assert held.orders is None


def test_a_member_without_points_holds_nothing(office: "Office") -> None:
    from jifen.pools.reads import holding_of, place_in_line, pool_now

    held = holding_of(office.member("Anna").pk, pool_now(office.programme.pk, TERMS), TERMS)

    assert (held.points, held.value, held.exit_value, held.rise_permille) == (0, 0, None, None)
    assert place_in_line(held, office.programme.pk) is None


def test_the_orders_until_an_exit_go_by_the_mean_of_the_last_thirty(office: "Office") -> None:
    """S1-D5: the first member reaches 1.2 times at order 1,137 when all orders are of 1,000."""
    from jifen.pools.reads import Recent, holding_of, pool_now, recent_orders

    anna = office.member("Anna")
    set_pool(office, 16_000, 112 * POINT)
    hold(anna, 112 * POINT, 100_000)
    note(anna, 1, 999_999)
    note(anna, 2, 0)
    for tick in range(30):
        note(anna, 10 + tick, 15_990 + 20 * (tick % 2))

    recent = recent_orders(office.programme.pk)

    assert recent == Recent(16_000, 30)
    assert holding_of(anna.pk, pool_now(office.programme.pk, TERMS), TERMS, recent=recent).orders == 1136


def test_next_to_exit_is_who_has_the_lowest_exit_price_then_held_longest(office: "Office") -> None:
    from jifen.pools.reads import Recent, holders_count, next_to_exit, place_in_line, pool_now, standing_consumption

    set_pool(office, 100_000, 400 * POINT)
    names = ("Anna", "Ben", "Cleo", "Dan", "Eve")
    anna, ben, cleo, dan, eve = (office.member(name) for name in names)
    hold(anna, 100 * POINT, 90_000)
    hold(ben, 100 * POINT, 50_000, since=7)
    hold(cleo, 200 * POINT, 100_000, since=5)
    hold(dan, 50 * POINT, 0)
    hold(eve, 0, 70_000)

    now = pool_now(office.programme.pk, TERMS)
    line = next_to_exit(office.programme.pk, now, TERMS, recent=Recent(16_000, 30))

    assert [one.member_id for one in line] == [cleo.pk, ben.pk, anna.pk]
    assert line[0].orders == line[1].orders
    assert [place_in_line(one, office.programme.pk) for one in line] == [0, 1, 2]
    assert holders_count(office.programme.pk) == 4
    assert standing_consumption(office.programme.pk) == 240_000


@pytest.mark.parametrize(("spent", "exit_value"), [(100_000, 120_000), (101, 122), (1, 2)])
def test_an_exit_value_is_rounded_up_so_that_it_is_never_said_too_early(
    office: "Office", spent: int, exit_value: int
) -> None:
    from jifen.pools.reads import holding_of, pool_now

    set_pool(office, 100, POINT)
    anna = office.member("Anna")
    hold(anna, POINT, spent)

    assert holding_of(anna.pk, pool_now(office.programme.pk, TERMS), TERMS).exit_value == exit_value


def test_where_nobody_is_made_to_sell_there_is_no_exit(office: "Office") -> None:
    from jifen.pools.reads import Recent, holding_of, pool_now

    set_pool(office, 16_000, 112 * POINT)
    anna = office.member("Anna")
    hold(anna, 112 * POINT, 100)

    never = replace(TERMS, exit_multiple=Rate(0, 1))
    held = holding_of(anna.pk, pool_now(office.programme.pk, never), never, recent=Recent(100, 30))

    assert (held.value, held.exit_value, held.orders) == (16_000, None, None)
