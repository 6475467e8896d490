"""An airdrop programme that changes (S2-61): orders keep their version, closes and actions go by that of the day."""

from collections.abc import Collection
from dataclasses import replace

import numpy as np
import pytest

from jifen import catalogue
from jifen.engine.days import date_of
from jifen.engine.document import load_programme
from jifen.engine.example_facts import ExampleFacts
from jifen.engine.examples import Example
from jifen.engine.lines import DayLines
from jifen.engine.programme import Programme
from jifen.engine.replay import Replay
from jifen.engine.versions import Versions

LAUNCH = ("launch = 2024-01-01", "launch = 1970-01-02")
LATER = ("launch = 2024-01-01", "launch = 1975-01-02")


def rules_of(name: str, *changes: tuple[str, str]) -> str:
    """Return a programme of the catalogue up to its readings and examples, with some of its text changed."""
    text = catalogue.read(name).partition("[[reading]]")[0]
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def version(name: str, *changes: tuple[str, str]) -> Programme:
    return load_programme(rules_of(name, *changes))


def without(name: str, rules: Collection[str], *changes: tuple[str, str]) -> Programme:
    """Return a programme of the catalogue without some of its rules."""
    parts = rules_of(name, *changes).split("\n\n[")
    kept = [part for part in parts if not any(f'use = "{rule}"' in part for rule in rules)]
    return load_programme("\n\n[".join(kept))


class Life:
    """A life under two versions, the second from day 5 on; orders are sold under the versions that are named."""

    def __init__(self, first: Programme, second: Programme, sold: tuple[int, ...] = (), **written: object) -> None:
        example = Example(name="life", source="S2-61", expect=("A weight 0",), **written)  # type: ignore[arg-type] # as documents
        facts = ExampleFacts(first, example).facts(first)
        orders = replace(facts.orders, terms=np.array(sold, np.int32)) if sold else facts.orders
        self.replay = Replay(Versions((0, 5), (first, second)), replace(facts, orders=orders))

    def until(self, day: int) -> list[DayLines]:
        """Run from day 0 to a day; return what was posted."""
        return list(self.replay.days(date_of(day)))

    def free(self, member: str, kind: str) -> float:
        """Return what a member has free, in points."""
        book, number = self.replay.book, self.replay.facts.members.codes.index(member)
        unit: int = 10 ** self.replay.versions.kinds[kind].decimals
        return int(book.free[kind][book.at(number)]) / unit


def test_a_lowered_cap_ends_the_airdrops_and_takes_nothing_back() -> None:
    first, second = version("airdrop", LAUNCH), version("airdrop", LAUNCH, ("cap = 390000", "cap = 1000"))
    life = Life(first, second, tree="A, B", orders=("A 99 as pack_99", "B 399 as pack_399"))

    lines = life.until(7)

    assert [one.airdrop is not None for one in lines] == [False, True, True, True, True, False, False, False]
    assert life.replay.book.emitted == 4 * 498 * 10**8
    assert life.free("A", "token") + life.free("B", "token") == pytest.approx(4 * 498, abs=1e-7)


def test_what_a_kind_may_do_goes_by_the_version_of_the_day() -> None:
    closed = version("airdrop", LAUNCH, ("decimals = 8\ntransferable = true", "decimals = 8\ntransferable = false"))
    transfers = ("A member_transfer token 10 to B day 3", "A member_transfer token 10 to B day 6")
    life = Life(version("airdrop", LAUNCH), closed, tree="A, B", orders=("A 99 as pack_99",), actions=transfers)

    refused = [str(one.why) for lines in life.until(6) for one in lines.refused]

    assert life.free("B", "token") == 10
    assert refused == ["token cannot be transferred"]


def test_a_pack_is_a_centre_s_by_the_version_that_it_was_sold_under() -> None:
    first, second = version("airdrop", LATER), version("airdrop", LATER, ('pack = "pack_center"', 'pack = "pack_999"'))
    life = Life(
        first,
        second,
        (0, 0, 1),
        tree="A, B, C",
        orders=("A 50000 as pack_center", "B 999 as pack_999", "C 999 as pack_999 day 6"),
        refunds=("O1 50000 day 6", "O2 999 day 6"),
        actions=tuple(f"{who} open_center in 11010{place} day 7" for place, who in enumerate("ABC", start=5)),
    )

    life.until(7)

    assert [life.replay.facts.members.codes[one.member] for one in life.replay.book.centers.values()] == ["C"]
    assert life.replay.book.center_packs.min() == 0


def test_tokens_come_out_of_the_reserve_when_a_version_has_no_airdrop() -> None:
    first, second = version("airdrop_sport", LATER), without("airdrop_sport", ["airdrop"])
    life = Life(
        first,
        second,
        tree="R > A",
        orders=("A 99 as card_a", "A 1000 day 6"),
        actions=("programme fund_reserve token 3 day 1", "R adjust token 50 day 6", "R adjust token 2.5 day 6"),
    )

    refused = [one for lines in life.until(6) for one in lines.refused]

    assert len(refused) == 1
    assert life.free("R", "token") == 3  # the half that is left pays of the share of 1 at the close


def test_an_order_sold_before_incomes_began_counts_at_the_close_and_goes_back_alone() -> None:
    first = without("airdrop_sport", ["share_income", "partner_income", "center_income"], LATER)
    life = Life(
        first,
        version("airdrop_sport", LATER),
        (0, 1),
        tree="R > A",
        orders=("A 399 as card_b day 6", "A 399 as card_b day 6"),
        refunds=("O1 399 day 7",),
    )

    life.until(6)
    assert life.free("R", "weight") == pytest.approx(400 + 79.8)

    life.replay.run_day(7)
    assert life.free("R", "weight") == pytest.approx(400 + 39.9)


def test_a_pack_is_one_by_the_version_that_it_was_sold_under() -> None:
    first = version("airdrop_sport", LATER, ("packs = true\n", ""))
    second = version("airdrop_sport", LATER, ("packs = true\n", ""), ('name = "card_b"', 'name = "card_d"'))
    life = Life(first, second, (0, 1), tree="R > A", orders=("A 399 as card_b day 6", "A 399 as card_b day 6"))

    life.until(6)

    assert life.free("R", "weight") == pytest.approx(400 + 39.9)  # the second was goods when it was sold


def test_every_action_of_an_example_names_its_receiver() -> None:
    same = version("airdrop", LAUNCH)
    life = Life(same, same, tree="A, B", actions=("A member_transfer token 1 to B",))

    assert life.replay.facts.actions.to_member.tolist() == [1]
