"""Deep and adversarial forests settle exactly (ADR 0003)."""

from collections.abc import Sequence

import numpy as np
import pytest

from jifen.engine.amounts import Rate
from jifen.engine.facts import Int64s
from jifen.engine.forest import Forest
from jifen.engine.kernels.layout import bottom_up
from jifen.engine.rule import Releases, RewardRule
from jifen.engine.rules.generation_share import GenerationShare
from jifen.engine.rules.peer_bonus import PeerBonus
from jifen.engine.rules.rank_differential import RankDifferential

RATES = (Rate(0, 1), Rate.parse("0.1"), Rate.parse("0.26"))
CHAIN, DEEP = 1_000_000, 300_000

Referrers = Sequence[int] | Int64s


def forest_of(referrer: Referrers) -> Forest:
    return Forest(np.array(referrer, np.int32))


def perfect(depth: int) -> list[int]:
    """Return the binary tree in which everybody above the last level refers two."""
    return [(member - 1) // 2 for member in range(2 ** (depth + 1) - 1)]


def caterpillar(length: int, legs: int) -> list[int]:
    """Return a chain whose every member also refers some who refer nobody."""
    return [(member - 1) // (legs + 1) * (legs + 1) if member else -1 for member in range(length * (legs + 1))]


def fibonacci(order: int) -> list[int]:
    """Return the tree whose two legs are those of the two orders before: light edges as heavy as can be."""
    shapes = [[-1], [-1]]
    for _ in range(order):
        smaller, larger = shapes[-2], shapes[-1]
        left = [above + 1 if above >= 0 else 0 for above in smaller]
        right = [above + 1 + len(smaller) if above >= 0 else 0 for above in larger]
        shapes.append([-1, *left, *right])
    return shapes[-1]


def run(rule: RewardRule, forest: Forest, released: Int64s, rank: Int64s) -> list[list[int]]:
    """Return whole × den + rest of each slot by member."""
    member, dens = forest.layout.member, rule.denominators(RATES)
    whole, rest = np.zeros((len(dens), len(forest)), np.int64), np.zeros((len(dens), len(forest)), np.int32)
    rule.run(Releases(forest, released[member], rank.astype(np.int8)[member], RATES), whole, rest)
    exact = whole * np.array(dens, np.int64)[:, np.newaxis] + rest
    return [[int(units) for units in row[forest.layout.position]] for row in exact]


def assert_agrees_with_pushing_up(forest: Forest, bottom_up: Sequence[int]) -> None:
    """Compare all rewards with one row of sums for each member, pushed to its referrer from the leaves on."""
    n = len(forest)
    referrer = forest.referrer.tolist()
    released = np.arange(n, dtype=np.int64) * 7919 % 1_000_003
    rank = np.arange(n, dtype=np.int64) * 31 % 11 % 4 % 3  # 0, 1 and 2, in no simple order
    first, second = [0] * n, [0] * n
    # Releases below by the highest rank on the way; then all of them, and the teams by rank that wait for a peer.
    open_ways: dict[int, tuple[list[int], list[int]]] = {}
    differential, peer, num = [0] * n, [0] * n, [0, 5, 13]  # 0.1 and 0.26 over 50
    for member in bottom_up:
        own = int(rank[member])
        way, wait = open_ways.pop(member, ([0, 0, 0], [0, 0, 0]))
        if own:
            differential[member] = sum((num[own] - num[k]) * way[k] for k in range(own))
            way[own] += sum(way[:own])
            way[:own] = [0] * own
            peer[member] = 3 * wait[own]
            wait[1:own], wait[own] = [0] * (own - 1), wait[0]
        amount = int(released[member])
        way[0] += amount
        wait[0] += amount
        above = referrer[member]
        if above >= 0:
            second[above] += first[member]
            first[above] += amount
            if above in open_ways:
                sums = open_ways[above]
                way, wait = [
                    [a + b for a, b in zip(*pair, strict=True)] for pair in zip(sums, (way, wait), strict=True)
                ]
            open_ways[above] = way, wait

    share = GenerationShare(source="S4-08", rates=(Rate.parse("0.5"), Rate.parse("0.3")))
    assert run(share, forest, released, rank) == [first, [3 * base for base in second]]
    assert run(RankDifferential(source="S4-11"), forest, released, rank) == [differential]
    assert run(PeerBonus(source="S4-15", rate=Rate.parse("0.03")), forest, released, rank) == [peer]


def test_a_chain_of_a_million_settles_exactly() -> None:
    forest = forest_of(np.arange(-1, CHAIN - 1))

    assert_agrees_with_pushing_up(forest, range(CHAIN - 1, -1, -1))


def test_a_tree_as_deep_as_three_hundred_thousand_settles_exactly() -> None:
    """A chain of which every second member refers a pair as well, numbered from the deepest up."""
    above = list(range(-1, DEEP - 1))
    for member in range(0, DEEP, 2):
        above += [member, len(above)]
    n = len(above)
    turned = [-1 if above[n - 1 - member] < 0 else n - 1 - above[n - 1 - member] for member in range(n)]
    forest = forest_of(turned)

    assert_agrees_with_pushing_up(forest, range(n))


@pytest.mark.parametrize(
    "referrer",
    [
        perfect(16),
        caterpillar(20_000, 1),
        caterpillar(20_000, 3),
        fibonacci(20),
        [-1, *range(50_000)],
        [-1, *[0] * 50_000],
        [-1] * 1000,
    ],
    ids=["perfect", "caterpillar", "hairy caterpillar", "fibonacci", "chain", "star", "alone"],
)
def test_adversarial_shapes_settle_exactly(referrer: list[int]) -> None:
    forest = forest_of(referrer)

    assert_agrees_with_pushing_up(forest, bottom_up(forest.referrer).tolist())
