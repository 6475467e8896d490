"""Plain twins of the rules that a close runs: lists and fractions, and a walk up the tree for each releaser."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import floor
from typing import NamedTuple

from tests.engine.books import Lot, Team

NOBODY = -1


def ancestors(referrer: list[int], member: int) -> Iterator[int]:
    """Yield the referrer, the referrer's referrer, …"""
    while (member := referrer[member]) != NOBODY:
        yield member


def below(referrer: list[int], member: int) -> list[int]:
    """Return everybody below a member."""
    return [other for other in range(len(referrer)) if member in ancestors(referrer, other)]


def plain_generation_share(team: Team, rates: Sequence[Fraction]) -> list[list[Fraction]]:
    """Return for each generation and member rate × what the members so many steps below released."""
    bases = [[Fraction(0)] * len(team.referrer) for _ in rates]
    for member, released in enumerate(team.released):
        for rate, base, ancestor in zip(rates, bases, ancestors(team.referrer, member), strict=False):
            base[ancestor] += rate * released
    return bases


def plain_rank_differential(team: Team, rates: Sequence[Fraction]) -> list[Fraction]:
    """Return each member's differential; h is the highest rate met on the way up from the releaser."""
    base = [Fraction(0)] * len(team.referrer)
    for member, released in enumerate(team.released):
        h = Fraction(0)
        for ancestor in ancestors(team.referrer, member):
            q = rates[team.rank[ancestor]]
            if q > h:
                base[ancestor] += (q - h) * released
                h = q
    return base


def plain_peer_bonus(team: Team, rate: Fraction, by_rank: Sequence[Fraction]) -> list[Fraction]:
    """Return each member's bonus: for each ranked B, its nearest ancestor of at least B's rank, if they are equal."""
    base = [Fraction(0)] * len(team.referrer)
    for leader, rank in enumerate(team.rank):
        if by_rank[rank] == 0:
            continue
        for ancestor in ancestors(team.referrer, leader):
            if team.rank[ancestor] >= rank:
                if team.rank[ancestor] == rank:
                    base[ancestor] += rate * sum(team.released[other] for other in below(team.referrer, leader))
                break
    return base


def plain_legs(referrer: list[int], volume: list[int], member: int) -> list[int]:
    """Return the volumes of a member's legs, the largest first."""
    legs = []
    for direct, above in enumerate(referrer):
        if above == member:
            legs.append(volume[direct] + sum(volume[other] for other in below(referrer, direct)))
    return sorted(legs, reverse=True)


def plain_second_leg_rank(referrer: list[int], volume: list[int], thresholds: list[int]) -> list[int]:
    """Return each member's rank: how many thresholds the second-largest leg reaches."""
    ranks = []
    for member in range(len(referrer)):
        second = [*plain_legs(referrer, volume, member), 0, 0][1]
        ranks.append(sum(threshold <= second for threshold in thresholds))
    return ranks


class Volumes(NamedTuple):
    """What a member bought, by member number."""

    amount: list[int]  # money
    points: list[int]  # points
    counted: list[int]  # what ranks are found by, in points


def plain_network_volume(referrer: list[int], volumes: Volumes, scale: int) -> list[dict[str, int]]:
    """Return each member's own and team volume in points and cash, and its two largest legs, in money."""
    rows = []
    for member in range(len(referrer)):
        team = below(referrer, member)
        own_points, team_points = volumes.points[member], sum(volumes.points[other] for other in team)
        largest, second, *_ = [*plain_legs(referrer, volumes.counted, member), 0, 0]
        rows.append(
            {
                "own_points": own_points // scale,
                "own_cash": volumes.amount[member] - own_points // scale,
                "team_points": team_points // scale,
                "team_cash": sum(volumes.amount[other] for other in team) - team_points // scale,
                "largest_leg": largest // scale,
                "second_leg": second // scale,
            }
        )
    return rows


def plain_scheduled_release(lots: list[Lot], day: int, rate: Fraction) -> list[int]:
    """Return what each lot releases: a share of its order's amount, at most what it still holds."""
    return [min(lot.remaining, floor(lot.base * rate)) if lot.opened_on < day else 0 for lot in lots]


class Paid(NamedTuple):
    """What a close pays: rows by slot, columns by member; draws by lot."""

    paid: list[list[int]]
    blocked: list[list[int]]
    drawn: list[int]


def plain_payment(lots: list[Lot], day: int, scheduled: list[int], entitled: list[list[int]]) -> Paid:
    """Pay entitlements slot by slot, each one point by point out of the oldest lot that takes part."""
    held = [lot.remaining - part if lot.opened_on < day else 0 for lot, part in zip(lots, scheduled, strict=True)]
    oldest_first = sorted(range(len(lots)), key=lambda index: (lots[index].opened_on, index))
    paid, blocked, drawn = [], [], [0] * len(lots)
    for wishes in entitled:
        paid.append([0] * len(wishes))
        blocked.append(list(wishes))
        for index in oldest_first:
            owner = lots[index].owner
            part = min(blocked[-1][owner], held[index])
            held[index] -= part
            drawn[index] += part
            paid[-1][owner] += part
            blocked[-1][owner] -= part
    return Paid(paid, blocked, drawn)
