"""Refunds worked by hand. An order of 100 or more grants twice its amount and releases a tenth of it a day.

A refers B; A bought for 1000 and B for 100 on day 0. At the close of day 1 A releases 100 and B releases 10, of which A
earns 5 out of its own lot. So on day 2 A has 105 free and 1895 locked, B has 10 free and 190 locked.
"""

import pytest

from jifen.engine.book import NEVER
from jifen.engine.document import load_programme
from tests.engine.people import World, trial

POLICIES = ["only_locked", "within_balance", "debt"]


def family() -> World:
    world = World("A > B")
    world.buys("A", "1000", day=0)
    world.buys("B", "100", day=0)
    return world


@pytest.mark.parametrize("policy", ["within_balance", "debt"])
def test_a_whole_refund_takes_back_what_the_order_gave_to_everybody(policy: str) -> None:
    world = family()
    world.refund("O2", "100", day=2)
    outcome = world.run(trial(policy=f'"{policy}"'), days=2)

    # B: 190 cancelled, the 10 released are claimed, nothing is released on day 2.
    assert (outcome.free("B"), outcome.locked("B")) == ("0", "0")
    # A: the 5 of day 1 go back into its lot, day 2 releases 100 and no reward.
    assert (outcome.free("A"), outcome.locked("A")) == ("200", "1800")
    assert outcome.account("issued") == "-2000"
    assert outcome.replay.book.lots.closed_on[outcome.replay.book.place].tolist() == [NEVER, 2]
    assert outcome.keys(2) == [
        "trial/refund/O2/1/lot",
        "trial/refund/O2/1/claim",
        "trial/refund/O2/1/trial/1970-01-02/generation_share/1/A",
    ]


def test_only_locked_leaves_what_was_released() -> None:
    world = family()
    world.refund("O2", "100", day=2)
    outcome = world.run(trial(policy='"only_locked"'), days=2)

    assert (outcome.free("B"), outcome.locked("B")) == ("10", "0")
    assert (outcome.free("A"), outcome.locked("A")) == ("205", "1795")
    assert outcome.keys(2) == ["trial/refund/O2/1/lot"]


def test_a_part_is_taken_back_in_proportion_and_less_is_released_from_then_on() -> None:
    """40 of 100 are refunded: 80 of 200 cancelled, 2 of A's 5 go back; then 6 a day and 3 of them for A."""
    world = family()
    world.refund("O2", "40", day=2)
    outcome = world.run(trial(), days=2)

    assert (outcome.free("B"), outcome.locked("B")) == ("16", "104")
    assert (outcome.free("A"), outcome.locked("A")) == ("206", "1794")


def test_a_part_and_then_the_rest_take_back_the_whole() -> None:
    """The rest of 60 on day 3: 120 are due, 104 are locked, 16 are claimed; 3 of day 1 and 3 of day 2 go back."""
    world = family()
    world.refund("O2", "40", day=2)
    world.refund("O2", "60", day=3, hour=1)
    outcome = world.run(trial(), days=3)

    assert (outcome.free("B"), outcome.locked("B")) == ("0", "0")
    assert (outcome.free("A"), outcome.locked("A")) == ("300", "1700")


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("parts", [("33.33", "66.67"), ("0.01", "99.99"), ("10", "20", "30", "40")])
def test_parts_of_one_day_end_like_the_whole(policy: str, parts: tuple[str, ...]) -> None:
    whole, several = family(), family()
    whole.refund("O2", "100", day=3)
    for part in parts:
        several.refund("O2", part, day=3)

    programme = trial(policy=f'"{policy}"')
    assert several.run(programme, days=4).state() == whole.run(programme, days=4).state()


def test_what_free_points_do_not_cover_is_written_off() -> None:
    world = family()
    world.acts("B withdraw 8", day=2, hour=1)
    world.acts("A withdraw 103", day=2, hour=1)
    world.refund("O2", "100", day=2)
    outcome = world.run(trial(), days=2)

    # B gives 2 of 10. A gives 2 of 5, which go back into its lot; then it releases 100.
    assert (outcome.free("B"), outcome.written_off("B"), outcome.owes("B")) == ("0", "8", "0")
    assert (outcome.free("A"), outcome.written_off("A"), outcome.owes("A")) == ("100", "3", "0")
    assert outcome.locked("A") == "1797"


def test_what_free_points_do_not_cover_becomes_a_debt_that_every_credit_pays_first() -> None:
    """B owes 8 of the claim. A's transfer of 3 pays 3 of them, an adjustment of 2 two more, B's release the rest."""
    world = family()
    world.acts("B withdraw 8", day=2, hour=1)
    world.refund("O2", "100", day=2, hour=2)
    world.acts("A member_transfer 3 B", day=2, hour=3)
    world.acts("B adjust 2", day=2, hour=4)
    world.buys("B", "100", day=2, hour=5)
    programme = trial(policy='"debt"')

    second, third = world.run(programme, days=2), world.run(programme, days=3)

    assert (second.free("B"), second.owes("B"), second.account("debts")) == ("0", "3", "-3")
    assert "trial/action/2/debt_repayment/B" in second.keys(2)
    assert "trial/action/3/debt_repayment/B" in second.keys(2)
    assert (third.free("B"), third.owes("B"), third.account("debts")) == ("7", "0", "0")
    assert third.keys(3) == ["trial/1970-01-04/debt_repayment/B"]


def test_with_debt_the_whole_reward_goes_back_into_the_lot() -> None:
    """A has withdrawn all but 2; 5 go back into its lot, 3 of them lent; the release of day 2 repays them."""
    world = family()
    world.acts("A withdraw 103", day=2, hour=1)
    world.refund("O2", "100", day=2)
    outcome = world.run(trial(policy='"debt"'), days=2)

    assert (outcome.free("A"), outcome.owes("A"), outcome.locked("A")) == ("97", "0", "1800")
    assert outcome.keys(2)[-1] == "trial/1970-01-03/debt_repayment/A"


def test_points_spent_come_back_in_proportion() -> None:
    """30 points were spent on an order of 100; a third of it is refunded: 10 come back, then 20."""
    world = World("A")
    world.acts("A adjust 30", day=0, hour=1)
    world.buys("A", "100", day=0, points="30")
    world.refund("O1", "33.34", day=0, hour=13)
    outcome = world.run(trial(), days=0)
    assert (outcome.free("A"), outcome.account("spent")) == ("10.002", "19.998")

    world.refund("O1", "66.66", day=0, hour=14)
    outcome = world.run(trial(), days=0)
    assert (outcome.free("A"), outcome.account("spent")) == ("30", "0")


def test_points_that_come_back_pay_debts_first() -> None:
    """A owes the 10 that O1 released and A withdrew; of the 30 points that were spent on O2 it gets 20."""
    world = World("A")
    world.buys("A", "100", day=0)
    world.acts("A withdraw 10", day=2, hour=1)
    world.acts("A adjust 30", day=2, hour=2)
    world.buys("A", "100", day=2, hour=3, points="30")
    world.refund("O1", "100", day=2, hour=4)
    world.refund("O2", "100", day=2, hour=5)
    outcome = world.run(trial(policy='"debt"'), days=2)

    assert (outcome.free("A"), outcome.owes("A"), outcome.locked("A")) == ("20", "0", "0")
    assert "trial/refund/O2/1/debt_repayment/A" in outcome.keys(2)


@pytest.mark.parametrize(("volume", "counted"), [("amount", 60_0000), ("cash", 42_0000)])
def test_volume_falls_by_what_is_refunded(volume: str, counted: int) -> None:
    """100, 30 of them in points; 40 are refunded, 12 of them in points."""
    world = World("A")
    world.acts("A adjust 30", day=0, hour=1)
    world.buys("A", "100", day=0, points="30")
    world.refund("O1", "40", day=1)
    book = world.run(trial(volume=f'"{volume}"'), days=1).replay.book

    assert book.volume.tolist() == [counted]
    assert book.volume_amount.tolist() == [60_00]
    assert book.volume_points.tolist() == [18_0000]


def test_a_rank_is_lost_when_the_volume_that_gave_it_is_refunded() -> None:
    world = World("A > B, A > C")
    world.buys("B", "5000", day=0)
    order = world.buys("C", "5000", day=0)
    world.refund(order, "0.01", day=1)

    assert world.run(trial(), days=0).rank("A") == 1
    assert world.run(trial(), days=1).rank("A") == 0


def test_nobody_gives_the_same_point_back_twice() -> None:
    """A bought for 100 and B for 1000: day 1 releases 10 for A and 100 for B, of which A earns 50 out of its own lot.

    A's order is refunded: 140 are cancelled, the 60 released are claimed. Then B's order is refunded: the 50 that A
    earned were claimed already, so nothing more moves, and 10 of the claim still stand.
    """
    world = World("A > B")
    world.buys("A", "100", day=0)
    world.buys("B", "1000", day=0)
    world.acts("A adjust 100", day=0)
    world.refund("O1", "100", day=2, hour=1)
    world.refund("O2", "1000", day=2, hour=2)
    outcome = world.run(trial(), days=2)

    assert (outcome.free("A"), outcome.locked("A")) == ("100", "0")
    assert outcome.replay.book.lots.claimed[outcome.replay.book.place].tolist() == [10_0000, 100_0000]


def test_the_other_order_of_the_two_refunds_ends_the_same() -> None:
    """B's order first: the 50 go back into A's lot; then A's: 190 are cancelled and 10 claimed."""
    world = World("A > B")
    world.buys("A", "100", day=0)
    world.buys("B", "1000", day=0)
    world.acts("A adjust 100", day=0)
    world.refund("O2", "1000", day=2, hour=1)
    world.refund("O1", "100", day=2, hour=2)
    outcome = world.run(trial(), days=2)

    assert (outcome.free("A"), outcome.locked("A")) == ("100", "0")


def test_a_lot_that_was_used_up_reopens_and_releases_again() -> None:
    """A's lot of 1 gives 0.1 by time and 0.9 of the 5 that it is entitled to; the refund brings the 0.9 back."""
    world = World("A > B")
    world.buys("A", "1", day=0)
    order = world.buys("B", "100", day=0)
    world.refund(order, "100", day=2)
    first, second = world.run(trial(), days=1), world.run(trial(), days=2)

    assert [run.replay.book.lots.closed_on[run.replay.book.place[0]] for run in (first, second)] == [1, NEVER]
    assert (first.free("A"), first.locked("A")) == ("1", "0")
    assert (second.free("A"), second.locked("A")) == ("0.2", "0.8")


def test_rewards_go_back_into_the_newest_lot_drawn_first() -> None:
    """A's lots of 3 and 200 give 0.3 and 10 by time, then 2.7 and 2.3 of B's 5; half of the refund is 2.5."""
    world = World("A > B")
    world.buys("A", "3", day=0, hour=1)
    world.buys("A", "100", day=0, hour=2)
    order = world.buys("B", "100", day=0)
    world.refund(order, "50", day=2)
    book = world.run(trial(), days=1).replay.book
    assert book.lots.released_accelerated[book.place].tolist() == [2_7000, 2_3000, 0]

    world.orders[2] = ("O3", "B", 12, "100", "0")
    replayed = world.run(trial(), days=2).replay
    # 2.3 go back into the second lot and 0.2 into the first; then day 2 draws 0.3 by time, of the first all 0.2.
    lots, place = replayed.book.lots, replayed.book.place
    assert lots.released_scheduled[place].tolist()[0] == 3000 + 2000
    assert lots.released_accelerated[place].tolist() == [2_5000, 2_5000, 0]


def test_a_refund_takes_what_still_waits_before_what_was_paid() -> None:
    """Hold: A's lot of 3 gives 0.3 by time and 2.7 of 5; 2.3 wait. Half of the reward is 2.5: 2.3 waiting, 0.2 paid."""
    world = World("A > B")
    world.buys("A", "3", day=0)
    order = world.buys("B", "100", day=0)
    world.refund(order, "50", day=2)
    world.buys("A", "100", day=2)
    outcome = world.run(trial(overflow='"hold"'), days=3)

    # Day 2: 0.2 back in the lot are released by time again. B releases 5, of which 2.5 wait for the next lot.
    # Day 3: the lot of 200 releases 10, pays today's 2.5, then the 2.5 that wait since day 2; nothing of day 1.
    assert [key for key in outcome.keys(3) if "generation" in key] == [
        "trial/1970-01-04/generation_share/1/A/1970-01-03"
    ]
    assert outcome.free("A") == "18"
    assert outcome.locked("A") == "185"


def test_an_order_below_the_lowest_tier_gives_back_volume_only() -> None:
    world = World("A")
    order = world.buys("A", "0.5", day=0)
    world.refund(order, "0.5", day=1)
    outcome = world.run(trial(), days=1)

    assert outcome.replay.book.volume.tolist() == [0]
    assert outcome.keys(1) == []


def test_a_programme_without_refunds_refuses_them() -> None:
    text = trial().text
    world = World("A")
    order = world.buys("A", "100", day=0)
    world.refund(order, "100", day=1)
    outcome = world.run(load_programme(text[: text.index("\n[refund]")]), days=1)

    assert outcome.refused() == ["refund O1/1: the programme has no rule for refunds"]
    assert outcome.free("A") == "10"
