"""The close of a day: releases, rewards out of the receiver's own lots, debts, ranks."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tests.oracle.state import Draw, Line, Lot, Posting, Rule, State, Transfer, floor

Released = dict[str, dict[str, int]]  # member, order of the lot: what it released today
Bases = dict[str, dict[str, Fraction]]  # receiver, order of the lot: its part of the weighted base


@dataclass
class Payment:
    """How much a posting asks for, on which day and under which key."""

    day: date
    key: str
    wanted: int


def close_day(state: State, day: date) -> None:
    """Pay everything that the day pays, then find the ranks anew."""
    lots = [lot for lot in state.lots if lot.opened_on < day and lot.remaining > 0]
    released = release(state, lots, day)
    today = rewards(state, released, day)
    for posting in today:
        posting.paid = draw_oldest_first(
            state, posting, lots, Payment(day, posting.key(state.programme.code), posting.entitlement)
        )
        missing = posting.entitlement - posting.paid
        state.blocked[str(day), posting.receiver, posting.rule] += missing
        posting.waiting = missing if posting.held else 0
    state.postings += today

    pay_what_waits(state, lots, day)
    state.repay_debts(day, f"{state.programme.code}/{day}")
    find_ranks(state, day)


def release(state: State, lots: list[Lot], day: date) -> Released:
    """Release each lot's daily part of its order amount, at most what remains (S4-06)."""
    released: Released = defaultdict(dict)
    rule = state.programme.rule("daily", "scheduled_release")
    if rule is None:
        return released
    for lot in lots:
        order = state.orders[lot.order]
        standing = order.amount * (1 - order.fraction_refunded)
        amount = min(lot.remaining, floor(standing * state.programme.unit(lot.kind) * Fraction(rule["rate"])))
        if amount == 0:
            continue
        lot.scheduled += amount
        lot.note_closing(day)
        released[lot.member][lot.order] = amount
        key = f"{state.programme.code}/{day}/scheduled_release/{lot.member}"
        state.post(
            Transfer(day, key, "scheduled_release"),
            Line(lot.member, lot.kind, "locked", -amount, lot.order),
            Line(lot.member, lot.kind, "free", amount),
        )
    return released


def rewards(state: State, released: Released, day: date) -> list[Posting]:
    """Return what everybody is entitled to today, in order of payment, then by member."""
    postings = []
    shares = state.programme.rule("daily", "generation_share")
    if shares is not None:
        for generation, rate in enumerate(shares["rates"], start=1):
            bases = generation_bases(state, released, generation)
            postings += entitle(state, bases, day, (shares, f"generation_share/{generation}", Fraction(rate)))
    differential = state.programme.rule("daily", "rank_differential")
    if differential is not None:
        bases = differential_bases(state, released)
        postings += entitle(state, bases, day, (differential, "rank_differential", Fraction(1)))
    peer = state.programme.rule("daily", "peer_bonus")
    if peer is not None:
        bases = peer_bases(state, released)
        postings += entitle(state, bases, day, (peer, "peer_bonus", Fraction(peer["rate"])))
    return postings


def entitle(state: State, bases: Bases, day: date, terms: tuple[Rule, str, Fraction]) -> list[Posting]:
    """Turn bases into postings, in the order of members; floored once."""
    rule, name, rate = terms
    postings = []
    for member in state.members:
        parts = bases.get(member, {})
        entitlement = floor(sum(parts.values(), start=Fraction(0)) * rate)
        if entitlement > 0:
            held = rule.get("overflow", "lose") == "hold"
            postings.append(Posting(day, rule["use"], name, member, parts, entitlement, held))
    return postings


def add(bases: Bases, receiver: str, released: dict[str, int], weight: Fraction) -> None:
    parts = bases.setdefault(receiver, {})
    for order, amount in released.items():
        parts[order] = parts.get(order, Fraction(0)) + weight * amount


def generation_bases(state: State, released: Released, generation: int) -> Bases:
    """What the members this many steps below released (S4-08)."""
    bases: Bases = {}
    for member, amounts in released.items():
        above = state.ancestors(member)
        if len(above) >= generation:
            add(bases, above[generation - 1], amounts, Fraction(1))
    return bases


def rank_rate(state: State, member: str) -> Fraction:
    if member not in state.ranks:
        return Fraction(0)
    return Fraction(rank_table(state)[state.ranks[member]]["rate"])


def differential_bases(state: State, released: Released) -> Bases:
    """Each releaser pays up the line what a rank's rate adds to the rates below (S4-11, S4-13)."""
    bases: Bases = {}
    for member, amounts in released.items():
        highest = Fraction(0)
        for ancestor in state.ancestors(member):
            rate = rank_rate(state, ancestor)
            if rate > highest:
                add(bases, ancestor, amounts, rate - highest)
                highest = rate
    return bases


def peer_bases(state: State, released: Released) -> Bases:
    """The nearest upline of at least B's rank gets B's whole market, if the ranks are equal (S4-15)."""
    bases: Bases = {}
    for member, rank in state.ranks.items():
        above = [other for other in state.ancestors(member) if state.ranks.get(other, -1) >= rank]
        if above and state.ranks[above[0]] == rank and rank_rate(state, member) > 0:
            for other in state.below(member):
                add(bases, above[0], released.get(other, {}), Fraction(1))
    return bases


def draw_oldest_first(state: State, posting: Posting, lots: list[Lot], payment: Payment) -> int:
    """Pay the receiver out of the own lots that take part; return how much they could give."""
    left = payment.wanted
    for lot in lots:
        amount = min(left, lot.remaining)
        if lot.member != posting.receiver or amount == 0:
            continue
        left -= amount
        lot.accelerated += amount
        lot.note_closing(payment.day)
        posting.draws.append(Draw(lot, amount))
        state.post(
            Transfer(payment.day, payment.key, posting.rule),
            Line(lot.member, lot.kind, "locked", -amount, lot.order),
            Line(lot.member, lot.kind, "free", amount),
        )
    return payment.wanted - left


def pay_what_waits(state: State, lots: list[Lot], day: date) -> None:
    """Pay waiting parts as far as lots still hold something, the oldest day first."""
    for posting in state.postings:
        if posting.waiting > 0 and posting.day < day:
            key = f"{state.programme.code}/{day}/{posting.name}/{posting.receiver}/{posting.day}"
            paid = draw_oldest_first(state, posting, lots, Payment(day, key, posting.waiting))
            posting.paid += paid
            posting.waiting -= paid


def rank_table(state: State) -> list[Rule]:
    return list(state.programme.document.get("ranks", {}).get("table", []))


def standing(state: State, member: str) -> tuple[Fraction, Fraction]:
    """Return the member's own standing order amounts, in CNY: the part paid in points, and the whole."""
    points, whole = Fraction(0), Fraction(0)
    for order in state.orders.values():
        if order.member == member and not order.refused:
            whole += order.amount - order.refunded
            if order.points_kind:
                spent = order.points_paid - order.points_back
                points += Fraction(spent, state.programme.unit(order.points_kind))
    return points, whole


def ranking_volume(state: State, member: str) -> Fraction:
    points, whole = standing(state, member)
    basis = state.programme.document.get("ranks", {}).get("volume", "amount")
    return whole - points if basis == "cash" else whole


def legs(state: State, member: str) -> list[Fraction]:
    """Return the volumes of the member's legs, the largest first."""
    volumes = [
        sum((ranking_volume(state, other) for other in [top, *state.below(top)]), start=Fraction(0))
        for top in state.referrals(member)
    ]
    return sorted(volumes, reverse=True)


def find_ranks(state: State, day: date) -> None:
    """Rank everybody by the second-largest leg; the close of the next day uses it (S4-11)."""
    found: dict[str, int] = {}
    table = rank_table(state)
    for member in state.members:
        second = [*legs(state, member), Fraction(0), Fraction(0)][1]
        reached = [place for place, rank in enumerate(table) if Fraction(rank["volume"]) <= second]
        if reached:
            found[member] = max(reached)
            if state.ranks.get(member) != found[member]:
                state.ranked_since[member] = day
    state.ranks = found
