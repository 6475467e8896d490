"""Members convert points and give them to each other: once for each key, and only as the programme allows."""

from datetime import UTC, datetime
from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction

from jifen.facts.models import Fact
from jifen.facts.record import RefusedError
from jifen.ledger.close import proofs
from jifen.ledger.reading import balances
from jifen.payouts.freezing import freeze
from jifen.payouts.models import PointMove
from jifen.payouts.moves import (
    MoveAmountError,
    MoveKeyReusedError,
    PriceMovedError,
    convert_points,
    transfer_points,
)
from jifen.programmes.declared import declare
from tests.sales.shop import POINT, POINTS, Shop, at_once, said

TOKEN = 10**8


def price(shop: Shop, value: str) -> None:
    now = datetime.now(UTC)
    declare(
        programme_id=shop.programme.id, name="token_price", value=Decimal(value), starts_at=now, operator_id=shop.wang
    )


def transfer(shop: Shop, points: int = 70, *, key: str = "m1", kind: str = POINTS, to: str = "Bob") -> PointMove:
    return transfer_points(
        member_id=shop.member("Ann"), to_member_id=shop.member(to), kind=kind, amount=points * POINT, key=key
    )


def convert(shop: Shop, points: int = 70, *, key: str = "m1", into: str = "token", least: int = 0) -> PointMove:
    ann = shop.member("Ann")
    return convert_points(member_id=ann, kind=POINTS, into=into, amount=points * POINT, key=key, least=least)


@pytest.fixture
def rich(shop: Shop) -> Shop:
    """A shop whose Ann has 500 free points; Bob has none."""
    shop.give("Ann", 500)
    shop.member("Bob")
    return shop


def test_points_given_to_a_member_are_free_there_at_once(rich: Shop) -> None:
    made = transfer(rich)

    assert (rich.points("Ann"), rich.points("Bob")) == (430 * POINT, 70 * POINT)
    assert (made.action, made.received, made.to_member_id) == ("member_transfer", 70 * POINT, rich.member("Bob"))
    assert Fact.objects.get(tick=made.fact_id).actor == f"M{rich.member('Ann')}"


def test_points_are_converted_at_the_price_of_the_moment(rich: Shop) -> None:
    price(rich, "1.25")

    made = convert(rich)

    assert made.received == 56 * TOKEN  # 70 points, one being worth 1 CNY, at 1.25 CNY
    assert balances(rich.member("Ann"))["token", "free"] == 56 * TOKEN
    assert rich.points("Ann") == 430 * POINT


def test_the_same_key_moves_once(rich: Shop) -> None:
    assert transfer(rich).pk == transfer(rich).pk
    assert rich.points("Bob") == 70 * POINT


def test_a_key_does_not_name_two_moves(rich: Shop) -> None:
    transfer(rich)

    with pytest.raises(MoveKeyReusedError) as refused:
        transfer(rich, 71)

    assert said(refused.value) == "this was already sent with other contents; look at your statement, then begin anew"
    assert rich.points("Bob") == 70 * POINT


def test_a_key_belongs_to_its_member(rich: Shop) -> None:
    rich.give("Bob", 10)
    transfer(rich)

    transfer_points(member_id=rich.member("Bob"), to_member_id=rich.member("Ann"), kind=POINTS, amount=POINT, key="m1")

    assert PointMove.objects.count() == 2


def test_a_conversion_that_would_bring_less_than_was_shown_is_refused(rich: Shop) -> None:
    price(rich, "1.25")

    with pytest.raises(PriceMovedError) as refused:
        convert(rich, least=56 * TOKEN + 1)

    assert (
        said(refused.value) == "the price has changed since you looked; nothing was converted, look at the new amount"
    )
    assert rich.points("Ann") == 500 * POINT
    assert not PointMove.objects.exists()
    assert not Fact.objects.filter(action="convert").exists()


@pytest.mark.parametrize(
    ("move", "why"),
    [
        (partial(transfer, points=501), "too few free points"),
        (partial(transfer, to="Ann"), "a transfer to oneself"),
        (partial(transfer, kind="token"), "token cannot be transferred"),
        (partial(convert, into="gold"), "points cannot be converted into gold"),
        (convert, "no token_price is declared for this moment"),
    ],
    ids=["too many", "oneself", "switch off", "no such pair", "no price"],
)
def test_the_rules_refuse_with_a_sentence(rich: Shop, move: partial[PointMove], why: str) -> None:
    with pytest.raises(RefusedError) as refused:
        move(rich)

    assert said(refused.value) == why
    assert not PointMove.objects.exists()
    assert rich.points("Ann") == 500 * POINT


@pytest.mark.parametrize(("points", "kind"), [(0, POINTS), (-1, POINTS), (1, "gold")])
def test_nothing_and_unknown_kinds_are_refused(rich: Shop, points: int, kind: str) -> None:
    with pytest.raises(MoveAmountError) as refused:
        transfer(rich, points, kind=kind)

    assert said(refused.value) == "choose a kind of points and an amount above 0"


@pytest.mark.parametrize("move", [transfer, convert])
def test_a_frozen_member_moves_nothing(rich: Shop, move: partial[PointMove]) -> None:
    price(rich, "1")
    freeze(member_id=rich.member("Ann"), operator_id=rich.wang, reason="two accounts")

    with pytest.raises(RefusedError) as refused:
        move(rich)

    assert said(refused.value) == "the member is frozen"
    assert rich.points("Ann") == 500 * POINT


def test_moves_are_never_changed(rich: Shop) -> None:
    transfer(rich)

    for change in ("UPDATE payouts_pointmove SET amount = 1", "DELETE FROM payouts_pointmove"):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)


def test_of_fifty_transfers_of_one_balance_exactly_the_affordable_ones_happen(busy_shop: Shop) -> None:
    busy_shop.give("Ann", 500)
    ann, bob = busy_shop.member("Ann"), busy_shop.member("Bob")

    outcomes = at_once(
        [
            partial(
                transfer_points, member_id=ann, to_member_id=bob, kind=POINTS, amount=70 * POINT, key=f"turn {turn}"
            )
            for turn in range(50)
        ]
    )

    assert len(outcomes.answers) == 7
    assert {said(error) for error in outcomes.errors} == {"too few free points"}
    assert (busy_shop.points("Ann"), busy_shop.points("Bob")) == (10 * POINT, 490 * POINT)
    assert PointMove.objects.count() == 7
    assert proofs(busy_shop.programme.id) == []


def test_two_who_give_to_each_other_at_once_both_do(busy_shop: Shop) -> None:
    busy_shop.give("Ann", 100)
    busy_shop.give("Bob", 100)
    pair = (busy_shop.member("Ann"), busy_shop.member("Bob"))

    outcomes = at_once(
        [
            partial(
                transfer_points, member_id=one, to_member_id=other, kind=POINTS, amount=5 * POINT, key=f"turn {turn}"
            )
            for turn in range(20)
            for one, other in (pair, pair[::-1])
        ]
    )

    assert outcomes.errors == []
    assert (busy_shop.points("Ann"), busy_shop.points("Bob")) == (100 * POINT, 100 * POINT)
    assert proofs(busy_shop.programme.id) == []


def test_the_same_key_at_once_is_one_move(busy_shop: Shop) -> None:
    busy_shop.give("Ann", 100)
    ann, bob = busy_shop.member("Ann"), busy_shop.member("Bob")

    outcomes = at_once(
        [partial(transfer_points, member_id=ann, to_member_id=bob, kind=POINTS, amount=100 * POINT, key="once")] * 20
    )

    assert outcomes.errors == []
    assert len({move.pk for move in outcomes.answers}) == 1
    assert busy_shop.points("Bob") == 100 * POINT
