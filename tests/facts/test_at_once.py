"""Withdrawals, transfers and purchases of one balance at the same moment, each in a transaction that commits (G1)."""

from collections.abc import Callable
from functools import partial

from jifen.facts.record import RefusedError
from jifen.ledger.models import Balance
from jifen.ledger.reading import balances
from jifen.settlement.verify import verify
from tests.sales.shop import at_once
from tests.settlement.life import UNIT, Life

AT_ONCE = 50
EACH = 7 * UNIT
YUAN_EACH = 24  # 7 points are less than 30 % of it


def kinds_of_acts(life: Life) -> list[Callable[[], object]]:
    """Return fifty acts that each take as much from Ann: holds, transfers to two others, and purchases."""
    takes: list[Callable[[], object]] = [
        partial(life.act, "Ann", "hold_withdrawal", EACH),
        partial(life.act, "Ann", "member_transfer", EACH, "Bert"),
        partial(life.act, "Ann", "member_transfer", EACH, "Carl"),
        partial(life.buy, "Ann", YUAN_EACH, EACH // UNIT),
    ]
    return [takes[number % len(takes)] for number in range(AT_ONCE)]


def test_of_fifty_takers_of_one_balance_exactly_the_affordable_number_succeeds(lasting_life: Life) -> None:
    life = lasting_life
    for name in ("Ann", "Bert", "Carl"):
        life.join(name)
    life.act("Ann", "adjust", 100 * UNIT)

    outcomes = at_once(kinds_of_acts(life))

    affordable = 100 // 7
    assert len(outcomes.answers) == affordable
    assert outcomes.kinds() == {RefusedError}
    assert len(outcomes.errors) == AT_ONCE - affordable
    assert balances(life.members["Ann"].pk)["points", "free"] == 100 * UNIT - affordable * EACH
    assert not Balance.objects.filter(amount__lt=0).exists()
    assert verify(life.id) == []


def test_members_who_send_each_other_points_at_once_neither_wait_for_ever_nor_lose_any(lasting_life: Life) -> None:
    life = lasting_life
    names = ("Ann", "Bert", "Carl")
    for name in names:
        life.join(name)
        life.act(name, "adjust", 10 * UNIT)

    outcomes = at_once(
        [
            partial(life.act, names[turn % 3], "member_transfer", EACH, names[(turn + 1 + turn // 3 % 2) % 3])
            for turn in range(AT_ONCE)
        ]
    )

    assert outcomes.answers
    assert outcomes.kinds() <= {RefusedError}
    free = [balances(life.members[name].pk)["points", "free"] for name in names]
    assert sum(free) == 30 * UNIT
    assert min(free) >= 0
    assert verify(life.id) == []


def test_the_same_order_at_once_counts_once(lasting_life: Life) -> None:
    life = lasting_life
    life.join("Ann")
    life.act("Ann", "adjust", 100 * UNIT)

    outcomes = at_once([partial(life.buy, "Ann", 100, 5, "O1")] * 20)

    assert len(outcomes.answers) == 1
    assert balances(life.members["Ann"].pk)["points", "free"] == 95 * UNIT
    assert balances(life.members["Ann"].pk)["points", "locked"] == 200 * UNIT
    assert verify(life.id) == []


def test_refunds_of_orders_below_one_another_at_once_all_replay(lasting_life: Life) -> None:
    life = lasting_life
    for name, under in zip("ABCDEFGH", " AABBCCD", strict=True):
        life.join(name, under.strip())
    orders = [life.buy(name, 1_000) for name in "ABCDEFGH"]
    life.settle(3)

    outcomes = at_once([partial(life.refund, code, fen) for code in orders for fen in (30_000, 70_000)])

    assert outcomes.errors == []
    assert balances(life.members["H"].pk)["points", "locked"] == 0
    life.settle()
    assert verify(life.id) == []
