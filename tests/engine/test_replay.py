"""A replay applies facts in order of time, closes each day, and refuses without a trace."""

from datetime import date

import pytest

from jifen.engine.days import date_of
from jifen.engine.document import load_programme
from jifen.engine.lines import NO_LOT
from jifen.engine.replay import Replay
from tests.engine.people import Outcome, World, trial


def late_rows(outcome: Outcome, day: int) -> list[tuple[str, int]]:
    """Return key and amount of the free rows that a close posted late."""
    late = outcome.lines[day].late
    rows = zip(late.transfer, late.party, late.lot, late.amount, strict=True)
    return [(key, amount) for key, party, lot, amount in rows if lot == NO_LOT and party >= 0]


def test_an_order_comes_before_an_action_of_the_same_moment() -> None:
    world = World("A")
    world.buys("A", "1", day=0, hour=1)
    world.acts("A adjust 30", day=0)
    world.buys("A", "100", day=0, points="30")

    outcome = world.run(trial(), days=0)

    assert outcome.refused() == ["order O2: too few free points"]


def test_an_order_comes_before_its_refund_and_a_refund_before_an_action_of_the_same_moment() -> None:
    """The refund at noon of day 2 gives 30 points back, so the withdrawal of noon finds them."""
    world = World("A")
    world.acts("A adjust 30", day=0)
    order = world.buys("A", "100", day=1, points="30")
    world.acts("A withdraw 30", day=1)
    world.refund(order, "100", day=1)

    outcome = world.run(trial(), days=1)

    assert outcome.refused() == []
    assert outcome.free("A") == "0"
    assert outcome.account("withdrawn") == "30"


def test_actions_of_the_same_moment_come_in_file_order() -> None:
    world = World("A")
    world.acts("A adjust 100", day=0, hour=1)
    world.acts("A withdraw 60", day=0)
    world.acts("A withdraw 50", day=0)
    world.acts("A withdraw 40", day=0)

    outcome = world.run(trial(), days=0)

    assert outcome.refused() == ["action 3: too few free points"]
    assert outcome.free("A") == "0"


def test_a_later_row_of_an_earlier_hour_comes_first() -> None:
    world = World("A")
    world.acts("A withdraw 10", day=0, hour=13)
    world.acts("A adjust 10", day=0, hour=12)

    assert world.run(trial(), days=0).refused() == []


def test_refused_facts_leave_everything_untouched() -> None:
    programme = trial()
    quiet = World("A > B > C, D")
    order = quiet.buys("B", "100", day=0)
    loud = World("A > B > C, D")
    loud.buys("B", "100", day=0)
    loud.acts("A freeze", day=1, hour=0)
    loud.acts("A unfreeze", day=1, hour=1)
    loud.declare("2.5", day=0)
    loud.acts("B withdraw 11", day=2)
    loud.acts("B member_transfer 11 A", day=2)
    loud.acts("B member_transfer 1 B", day=2)
    loud.acts("B convert 11 token", day=2)
    loud.acts("B adjust -11", day=2)
    loud.acts("A move_referrer C", day=2)
    loud.acts("B move_referrer B", day=2)
    loud.acts("B dance", day=2)

    before, after = quiet.run(programme, days=3), loud.run(programme, days=3)

    assert order == "O1"
    assert after.refused() == [
        "action 3: too few free points",
        "action 4: too few free points",
        "action 5: a transfer to oneself",
        "action 6: too few free points",
        "action 7: too few free points",
        "action 8: the new referrer stands below the member: C < B < A",
        "action 9: the new referrer stands below the member: B",
        "action 10: the programme has no rule for dance",
    ]
    assert after.state() == before.state()
    assert not after.lines[2].journal.transfer


def test_a_refused_order_has_no_effect_and_its_refunds_are_refused_too() -> None:
    nothing, world = World("A"), World("A")
    nothing.acts("A adjust 30", day=0, hour=1)
    world.acts("A adjust 30", day=0, hour=1)
    order = world.buys("A", "100", day=0, points="30.0001")
    world.refund(order, "40", day=1)
    world.refund(order, "60", day=2)

    outcome = world.run(trial(), days=3)

    assert outcome.refused() == [
        "order O1: at most 0.3 of an order may be paid in points",
        "refund O1/1: its order was refused",
        "refund O1/2: its order was refused",
    ]
    assert outcome.free("A") == "30"
    assert outcome.locked("A") == "0"
    state, expected = outcome.state(), nothing.run(trial(), days=3).state()
    assert {name: state[name] for name in ("free", "volume", "volume_amount", "points") if name in state} == {
        name: expected[name] for name in ("free", "volume", "volume_amount", "points") if name in expected
    }


def test_a_moved_referrer_moves_past_volume_and_later_shares() -> None:
    """A has the legs B and C of 5000 each and is bronze; when C goes to D, A's second leg is gone and D earns of C."""
    world = World("A > B, A > C, D")
    world.buys("B", "5000", day=0)
    world.buys("C", "5000", day=0)
    world.buys("A", "1000", day=0)
    world.buys("D", "1000", day=0)
    world.acts("C move_referrer D", day=1)

    first, second = world.run(trial(), days=0), world.run(trial(), days=1)

    assert first.rank("A") == 1
    assert second.rank("A") == 0
    # At the close of day 1 the forest is the moved one, but A's rank is still that of the close of day 0:
    # B releases 500, so A earns 250 by generation and 50 by rank; C releases 500, so D earns 250.
    assert second.free("A") == "400"
    assert second.free("D") == "350"


def test_a_member_can_be_moved_to_stand_alone() -> None:
    world = World("A > B")
    world.buys("A", "1000", day=0)
    world.buys("B", "1000", day=0)
    world.acts("B move_referrer", day=0)

    assert world.run(trial(), days=1).free("A") == "100"


def test_two_moves_of_one_day_are_refused_where_together_they_would_close_a_ring() -> None:
    world = World("A, B")
    world.acts("A move_referrer B", day=0)
    world.acts("B move_referrer A", day=0)

    assert world.run(trial(), days=0).refused() == ["action 2: the new referrer stands below the member: A < B"]


def test_a_lot_is_as_old_as_the_moment_its_order_counts() -> None:
    """O1 counts on day 2, O2 on day 0: B's release draws A's reward from O2."""
    world = World("A > B")
    late = world.buys("A", "100", day=2)
    early = world.buys("A", "100", day=0)
    world.buys("B", "100", day=2)

    outcome = world.run(trial(), days=3)

    reward = next(block for block in outcome.lines[3].blocks if block.rule == "generation_share")
    assert (late, early) == ("O1", "O2")
    assert reward.lot.tolist() == [1, NO_LOT]
    assert reward.amount.tolist() == [-5_0000, 5_0000]


def test_a_lot_first_releases_on_the_day_after_it_opens() -> None:
    world = World("A")
    world.buys("A", "100", day=0, hour=0)

    assert world.run(trial(), days=0).free("A") == "0"
    assert world.run(trial(), days=1).free("A") == "10"


def test_a_rank_is_used_from_the_close_after_it_was_found() -> None:
    """A becomes bronze at the close of day 0; the releases of day 1 pay a tenth of both legs."""
    world = World("A > B, A > C")
    for who in "ABC":
        world.buys(who, "5000", day=0)

    outcome = world.run(trial(), days=1)

    assert outcome.rank("A") == 1
    assert outcome.replay.book.rank_since.tolist() == [0, 0, 0]
    # 500 by time, half of 1000 by generation, a tenth of 1000 by rank
    assert outcome.free("A") == "1100"


@pytest.mark.parametrize(
    ("day", "hour", "bought"),
    [(1, 11, "0"), (1, 12, "4"), (2, 0, "2.5"), (2, 23, "2.5"), (3, 0, "4"), (5, 0, "0")],
)
def test_conversions_use_the_price_in_force(day: int, hour: int, bought: str) -> None:
    """2.50 from noon of day 1 up to day 5, overlaid by 4 all through day 2."""
    world = World("A")
    world.acts("A adjust 10", day=0)
    world.declare("2.5", day=1, hour=12, days=3)
    world.declare("4", day=2, days=1)
    world.acts("A convert 10 token", day=day, hour=hour)

    outcome = world.run(trial(), days=5)

    assert outcome.free("A", "token") == bought
    assert outcome.refused() == ([] if bought != "0" else ["action 2: no token_price is declared for this moment"])


@pytest.mark.parametrize(("hour", "done"), [(13, True), (14, False)])
def test_a_price_that_is_too_old_refuses(hour: int, *, done: bool) -> None:
    world = World("A")
    world.acts("A adjust 10", day=0, hour=1)
    world.declare("2.5", day=0, hour=12)
    world.acts("A convert 10 token", day=0, hour=hour)

    outcome = world.run(trial(price_age_minutes_max="60"), days=0)

    assert outcome.refused() == ([] if done else ["action 2: the last token_price is older than 60 minutes"])


def test_points_worth_less_than_the_smallest_unit_of_the_token_stay() -> None:
    world = World("A")
    world.acts("A adjust 1", day=0, hour=1)
    world.declare("100000000.01", day=0)
    world.acts("A convert 1 token", day=0)

    outcome = world.run(trial(), days=0)

    assert outcome.refused() == ["action 2: worth less than the smallest unit of token"]
    assert outcome.free("A") == "1"


def test_freezing_stops_what_it_lists_and_unfreezing_allows_it_again() -> None:
    world = World("A, B")
    world.acts("A adjust 10", day=0, hour=1)
    world.declare("1", day=0)
    world.acts("A freeze", day=0, hour=2)
    world.acts("A withdraw 1", day=0, hour=3)
    world.acts("A convert 1 token", day=0, hour=4)
    world.acts("A member_transfer 1 B", day=0, hour=5)
    world.acts("B member_transfer 1 A", day=0, hour=6)
    world.acts("A unfreeze", day=1, hour=7)
    world.acts("A withdraw 2", day=1, hour=8)

    outcome = world.run(trial(), days=1)

    assert outcome.refused() == ["action 3: the member is frozen", "action 4: the member is frozen"]
    assert outcome.free("A") == "8"


def test_releases_and_rewards_go_on_while_frozen() -> None:
    world = World("A > B")
    world.buys("A", "100", day=0)
    world.buys("B", "100", day=0)
    world.acts("A freeze", day=0)

    assert world.run(trial(), days=1).free("A") == "15"


def test_what_waits_is_paid_when_a_new_lot_comes() -> None:
    """B releases 10 a day, so A is entitled to 5 a day.

    Day 1: A's lot of 1 releases 0.1 and pays 0.9; 4.1 wait. Day 2: nothing is left, 5 wait; A buys for 100.
    Day 3: the new lot of 200 releases 10 and pays 5; then the 4.1 of day 1 and the 5 of day 2.
    """
    world = World("A > B")
    world.buys("A", "1", day=0)
    world.buys("B", "100", day=0)
    world.buys("A", "100", day=2)

    outcome = world.run(trial(overflow='"hold"'), days=3)

    assert late_rows(outcome, 3) == [
        ("trial/1970-01-04/generation_share/1/A/1970-01-02", 4_1000),
        ("trial/1970-01-04/generation_share/1/A/1970-01-03", 5_0000),
    ]
    assert outcome.free("A") == "25.1"
    assert outcome.locked("A") == "175.9"
    assert late_rows(outcome, 2) == []


def test_what_waits_is_paid_in_parts_and_not_when_it_is_lost() -> None:
    """Day 3: A's new lot of 5 releases 0.5 and pays 4.5 of today's 5; nothing is left for what waited."""
    world = World("A > B")
    world.buys("B", "100", day=0)
    world.buys("A", "5", day=2)
    world.buys("A", "7", day=3)

    held, lost = world.run(trial(overflow='"hold"'), days=4), world.run(trial(), days=4)

    # Day 4: the lot of 7 releases 0.7 and pays 5; the 1.3 left go to the 5 that wait since day 1.
    assert late_rows(held, 4) == [("trial/1970-01-05/generation_share/1/A/1970-01-02", 1_3000)]
    assert held.free("A") == "12"
    assert lost.free("A") == "10.7"


def test_the_days_begin_with_the_first_fact_and_end_with_the_last_one_settled() -> None:
    world = World("A")
    world.buys("A", "100", day=2)
    world.buys("A", "100", day=9)
    replay = Replay(trial(), world.facts())

    days = [lines.day for lines in replay.days(date_of(4))]

    assert days == [0, 1, 2, 3, 4]
    assert replay.facts_after(date_of(4)) == 1
    assert Replay(trial(), World("A").facts()).first_day == 0
    assert replay.facts_after(date(1969, 12, 31)) == 3


def test_keys_name_the_programme_the_fact_and_the_rule() -> None:
    world = World("A > B")
    order = world.buys("A", "100", day=0)
    world.acts("A adjust 30", day=0)
    world.buys("A", "100", day=1, points="30")
    world.acts("A withdraw 1", day=2, hour=1)
    world.refund(order, "100", day=2)

    outcome = world.run(trial(), days=2)

    assert outcome.keys(0) == ["trial/order/O1/grant_locked", "trial/action/1/adjustment"]
    assert outcome.keys(1) == ["trial/order/O2/repurchase", "trial/order/O2/grant_locked"]
    assert outcome.keys(2) == [
        "trial/action/2/withdrawal",
        "trial/refund/O1/1/lot",
        "trial/refund/O1/1/claim",
    ]
    assert [block.prefix for block in outcome.lines[2].blocks] == [
        "trial/1970-01-03/scheduled_release/",
        "trial/1970-01-03/generation_share/1/",
        "trial/1970-01-03/rank_differential/",
    ]


def test_two_threads_post_line_for_line_what_one_posts() -> None:
    world = World("A > B > C, A > D")
    for who in "ABCD":
        world.buys(who, "5000", day=0)
    world.refund("O3", "777", day=3)

    one, two = (list(Replay(trial(), world.facts(), threads=threads).days(date_of(5))) for threads in (1, 2))

    for day, same in zip(one, two, strict=True):
        assert day.journal == same.journal
        for block, other in zip(day.blocks, same.blocks, strict=True):
            assert block.member.tobytes() + block.lot.tobytes() + block.amount.tobytes() == (
                other.member.tobytes() + other.lot.tobytes() + other.amount.tobytes()
            )


def test_a_book_of_nobody_posts_nothing() -> None:
    world = World("A")
    world.referrer, world.people = {}, []

    outcome = world.run(trial(), days=1)

    assert outcome.lines == []


def test_a_programme_without_rewards_closes_its_days() -> None:
    text = trial().text
    begin, end = text.index('[[daily]]\nuse = "generation_share"'), text.index("\n[[on_transfer]]")
    world = World("A")
    world.buys("A", "100", day=0)

    assert world.run(load_programme(text[:begin] + text[end:]), days=1).free("A") == "10"
