"""A programme that changes: orders keep the terms they were sold under, closes go by the version of their day."""

from dataclasses import replace

import numpy as np

from jifen.engine.days import date_of
from jifen.engine.document import load_programme
from jifen.engine.replay import Replay
from jifen.engine.versions import Versions
from tests.engine.people import Outcome, World, trial


def test_an_order_keeps_the_multiple_and_the_refund_policy_it_was_sold_under() -> None:
    world = World("A, B")
    orders = [world.buys(who, "50", day=0) for who in "AB"]
    for order in orders:
        world.refund(order, "50", day=3)
    text = trial().text.replace("amount = 1, multiple = 1", "amount = 1, multiple = 3")
    generous = load_programme(text.replace('policy = "within_balance"', 'policy = "only_locked"'))
    facts = world.facts()
    sold = replace(facts, orders=replace(facts.orders, terms=np.array([0, 1], np.int32)))
    replay = Replay(Versions((0, 9), (trial(), generous)), sold)

    outcome = Outcome(replay, list(replay.days(date_of(2))))
    assert (outcome.locked("A"), outcome.locked("B")) == ("40", "140")

    replay.run_day(3)
    assert (outcome.free("A"), outcome.free("B")) == ("0", "10")  # B's points that were released stay with B


def test_a_close_goes_by_the_version_of_its_day() -> None:
    world = World("A")
    world.buys("A", "100", day=0)
    slow, quick = trial(), trial(rate="0.05")
    replay = Replay(Versions((0, 3), (quick, slow)), world.facts())

    outcome = Outcome(replay, list(replay.days(date_of(4))))

    assert outcome.free("A") == "30"  # 5 on days 1 and 2, 10 on days 3 and 4


def test_ranks_follow_the_table_of_the_next_close() -> None:
    world = World("A > B, A > C")
    for who in ("B", "C"):
        world.buys(who, "1000", day=0)
    hard, easy = trial(), trial(table='[{ name = "iron", title = "铁", title_en = "iron", volume = 900, rate = 0.10 }]')
    replay = Replay(Versions((0, 2), (hard, easy)), world.facts())

    ranks = [(replay.run_day(day), Outcome(replay, []).rank("A"))[1] for day in range(3)]

    assert ranks == [0, 1, 1]
