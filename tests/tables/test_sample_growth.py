"""Sample books of growth programmes: valid, one for each seed, hardly anything refused, some exit (S1-01 … S1-34)."""

from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from jifen import catalogue
from jifen.engine.document import load_programme
from jifen.engine.facts import NOBODY
from jifen.engine.lines import DayLines
from jifen.engine.programme import Programme
from jifen.engine.replay import Replay
from jifen.stores.regions import division
from jifen.tables.reading import BookReading, read_book
from jifen.tables.sample import sample_of, write_tables
from tests.tables.books import SHANGHAI

GROWING = tuple(name for name in catalogue.names() if name.startswith("growth"))
FIRST = date(2026, 1, 1)


def programme_named(name: str) -> Programme:
    """Return a programme of the catalogue."""
    return load_programme(catalogue.read(name))


def sample(folder: Path, programme: Programme, *, members: int, days: int, seed: int = 1) -> BookReading:
    """Write a sample book of a programme and read it."""
    write_tables(folder, sample_of(programme, members=members, days=days, seed=seed, start=FIRST))
    decimals = {kind: points.decimals for kind, points in programme.kinds.items()}
    return read_book(folder, zone=SHANGHAI, decimals=decimals, paid_in=programme.lot_kind)


@pytest.mark.parametrize("name", GROWING)
@pytest.mark.parametrize("members", [1, 2, 3, 60])
@pytest.mark.parametrize("days", [1, 2, 70])
def test_a_sample_is_a_valid_book(tmp_path: Path, name: str, members: int, days: int) -> None:
    reading = sample(tmp_path / "book", programme_named(name), members=members, days=days)

    assert not reading.notices
    assert len(reading.facts.members.codes) == members
    assert len(reading.facts.stores) >= 1
    for table in (reading.facts.orders, reading.facts.refunds, reading.facts.actions, reading.facts.stores):
        assert all(20_454 <= day < 20_454 + days for day in table.day.tolist())


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> tuple[Replay, list[DayLines]]:
    """1200 members of the growth programme in 70 days."""
    programme = programme_named("growth")
    facts = sample(tmp_path_factory.mktemp("growth") / "book", programme, members=1200, days=70, seed=7).facts
    replay = Replay(programme, facts)
    return replay, list(replay.days(date(2026, 3, 11)))


def test_hardly_anything_is_refused(story: tuple[Replay, list[DayLines]]) -> None:
    replay, lines = story
    facts = replay.facts

    refused = [one for day in lines for one in day.refused]

    assert len(refused) <= 0.01 * len(facts.actions.at), refused[:3]


def test_some_members_are_made_to_sell_and_most_never_reach_it(story: tuple[Replay, list[DayLines]]) -> None:
    _, lines = story

    exits = {one.member for day in lines for one in day.exits}

    assert 3 <= len(exits) <= 60


def test_the_story_of_stores(story: tuple[Replay, list[DayLines]]) -> None:
    replay, lines = story
    facts = replay.facts

    actions = Counter(facts.actions.action)
    assert {
        *("sell", "inject", "subsidise", "withdraw", "buy_shares", "give_up_shares", "card_grant"),
        *("assign_territory", "return_territory", "adjust", "freeze", "move_referrer"),
    } <= set(actions)
    assert actions["sell"] > 0.02 * len(facts.orders.codes)
    rules = {rule for day in lines for journal in (day.journal, day.late) for rule in journal.rule}
    rules |= {block.rule for day in lines for block in day.blocks}
    assert {
        *("order_split", "profit_pool", "spend", "shopping_grant", "sourced_goods", "new_user_reward", "sell"),
        *("forced_exit", "inject", "subsidy", "generation_share", "store_referral_bonus", "territory"),
        *("store_rebate", "referrer_rebate", "store_takings", "store_partners", "store_dividend", "store_shares"),
        *("store_management", "share_referral", "leftover", "refund"),
    } <= rules
    assert len(facts.refunds.order) > 20
    assert any(rate is not None for rate in facts.stores.rate)
    assert (facts.stores.owner == NOBODY).any()
    assert (facts.stores.owner != NOBODY).any()


def test_regions_are_real_ones(story: tuple[Replay, list[DayLines]]) -> None:
    facts = story[0].facts

    codes = {*facts.stores.region, *(code for code in facts.actions.to_kind if code)}

    assert len(codes) > 10
    assert [code for code in codes if division(code) is None] == []


def test_shopping_points_pay_sourced_orders(story: tuple[Replay, list[DayLines]]) -> None:
    orders = story[0].facts.orders

    sourced = np.array([product == "sourced" for product in orders.product or []])

    assert sourced.sum() > 20
    assert (orders.points_paid[sourced] * 10 == orders.amount[sourced] * 7).all()


def test_the_same_seed_gives_the_same_book(tmp_path: Path) -> None:
    programme = programme_named("growth")
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        write_tables(tmp_path / name, sample_of(programme, members=80, days=40, seed=seed, start=FIRST))

    texts = {name: [path.read_bytes() for path in sorted((tmp_path / name).iterdir())] for name in "abc"}
    assert texts["a"] == texts["b"]
    assert texts["a"] != texts["c"]


def test_a_growth_sample_needs_a_member_and_a_day() -> None:
    with pytest.raises(ValueError, match="at least one member and one day"):
        sample_of(programme_named("growth"), members=0, days=1, seed=1)
