"""The plain twin of refund: lots, rewards and what each lot had in them, in dictionaries and fractions."""

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor


@dataclass
class PlainLot:
    """A lot and the order that opened it; amounts in minor units of points."""

    owner: int
    amount: int
    granted: int
    remaining: int
    opened_on: int
    refunded: int = 0
    claimed: int = 0


@dataclass
class PlainReward:
    """One reward of one close: what it was paid, out of which lots, and which released lots it was paid for."""

    receiver: int
    base: Fraction = Fraction(0)
    paid: int = 0
    draws: list[list[int]] = field(default_factory=list)  # [order, what still stands]
    parts: defaultdict[int, Fraction] = field(default_factory=lambda: defaultdict(Fraction))  # of the base, by order
    taken: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))  # reversed so far, by order


@dataclass
class Plain:
    """What members have and owe, their lots by order, and all rewards by day, slot and receiver."""

    policy: str
    free: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    debt: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    written_off: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    lots: dict[int, PlainLot] = field(default_factory=dict)
    rewards: dict[tuple[int, int, int], PlainReward] = field(default_factory=dict)

    def collect(self, member: int, demanded: int) -> int:
        """Take from a member's free points; return how much may be given on."""
        taken = min(demanded, self.free[member])
        self.free[member] -= taken
        if self.policy == "debt":
            self.debt[member] += demanded - taken
            return demanded
        self.written_off[member] += demanded - taken
        return taken


def plain_refund(plain: Plain, order: int, amount: int) -> None:
    """Take back part of an order, by the steps of the settlement page."""
    lot = plain.lots[order]
    before = Fraction(lot.refunded, lot.amount)
    lot.refunded += amount
    part = Fraction(lot.refunded, lot.amount)

    due = floor(lot.granted * part) - floor(lot.granted * before)
    cancelled = min(due, lot.remaining)
    lot.remaining -= cancelled
    if plain.policy == "only_locked":
        return
    lot.claimed += due - cancelled
    plain.collect(lot.owner, due - cancelled)

    for key in sorted(plain.rewards):
        reward = plain.rewards[key]
        if reward.paid and reward.parts[order]:
            in_all = floor(reward.paid * reward.parts[order] / reward.base * part)
            plain_reversal(plain, reward, in_all - reward.taken[order])
            reward.taken[order] = in_all


def plain_reversal(plain: Plain, reward: PlainReward, due: int) -> None:
    """Send part of a reward back into the lots it came from, newest drawn first."""
    back = []
    for draw in reversed(reward.draws):
        order, standing = draw
        part = min(due, standing)
        due -= part
        draw[1] -= part
        lot = plain.lots[order]
        matched = min(part, lot.claimed)
        lot.claimed -= matched
        back.append((lot, part - matched))
    left = plain.collect(reward.receiver, sum(part for _, part in back))
    for lot, part in back:
        returned = min(part, left)
        lot.remaining += returned
        left -= returned
