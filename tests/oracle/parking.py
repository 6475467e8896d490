"""A parking programme, computed the way one would by hand: fact after fact, day after day."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.oracle.facts import apply_member
from tests.oracle.oracle import Book, Fact, days, lot_row, volumes_of
from tests.oracle.parking_actions import apply_action
from tests.oracle.parking_close import close_day
from tests.oracle.parking_facts import apply_order
from tests.oracle.parking_ranks import rank_table
from tests.oracle.parking_refunds import apply_refund
from tests.oracle.parking_state import ParkingOrder, ParkingState
from tests.oracle.state import FEN_PER_CNY, EntryKey, Programme, floor


@dataclass
class Result:
    """What a run ends with; amounts are whole minor units of their kind."""

    entries: Counter[EntryKey]
    balances: dict[tuple[str, str], tuple[int, int, int]]  # free, locked, frozen
    lots: dict[str, tuple[str, str, int, int, int, int, int, str]]
    blocked: dict[tuple[str, str, str], int]
    refused: set[tuple[str, str]]
    debts: dict[tuple[str, str], tuple[int, int]]  # owed, written off
    ranks: dict[str, tuple[str, str]]
    volumes: dict[str, tuple[int, int, int, int, int, int]]
    kind_volumes: dict[tuple[str, str], tuple[int, int]]  # by member and kind: own, team
    agents: dict[str, tuple[str, int, int]]  # since, strikes, carry
    reviews: dict[tuple[str, str], tuple[int, int, int, int, bool]]  # by day and agent
    leases: dict[str, tuple[str, int, int, str]]  # by order: member, devices, price in fen, when it was back


def settle_book(document: dict[str, Any], book: Book, until: date) -> Result:
    """Run the book up to the close of `until`."""
    state = ParkingState(programme=Programme(document), declared=book.get("declared", []))
    for day, facts in days(state.programme, book, until):
        for fact in facts:
            apply_fact(state, fact)
        close_day(state, day)
    return result_of(state)


def apply_fact(state: ParkingState, fact: Fact) -> None:
    day = fact.moment.date()
    if fact.table == "members":
        apply_member(state, fact.row)
    elif fact.table == "orders":
        apply_order(state, fact.row, day)
    elif fact.table == "refunds":
        apply_refund(state, fact.row, day)
    else:
        apply_action(state, fact.row, fact.number, fact.moment)


def result_of(state: ParkingState) -> Result:
    balances = {
        (party, kind): (
            state.balances[party, kind, "free"],
            state.balances[party, kind, "locked"],
            state.balances[party, kind, "frozen"],
        )
        for party, kind, _ in list(state.balances)
    }
    debts = {
        account: (state.owed[account], state.written_off[account]) for account in {*state.owed, *state.written_off}
    }
    volumes = {member: volumes_of(state, member) for member in state.members}
    table = rank_table(state)
    return Result(
        entries=Counter({key: amount for key, amount in state.entries.items() if amount}),
        balances={account: amounts for account, amounts in balances.items() if any(amounts)},
        lots={lot.order: lot_row(lot) for lot in state.lots},
        blocked={key: amount for key, amount in state.blocked.items() if amount},
        refused=state.refused,
        debts={account: amounts for account, amounts in debts.items() if any(amounts)},
        ranks={member: (table[rank]["name"], str(state.ranked_since[member])) for member, rank in state.ranks.items()},
        volumes={member: row for member, row in volumes.items() if any(row)},
        kind_volumes=kind_volumes(state),
        agents={
            member: (str(agent.since), agent.strikes, agent.carry)
            for member, agent in state.agents.items()
            if agent.active
        },
        reviews={
            (str(review.day), review.agent): (
                review.target,
                review.sold,
                review.strikes,
                review.carry,
                review.dismissed,
            )
            for review in state.reviews
        },
        leases={
            order.code: lease_of(order)
            for order in state.orders.values()
            if isinstance(order, ParkingOrder) and order.lot
        },
    )


def lease_of(order: ParkingOrder) -> tuple[str, int, int, str]:
    price = floor((order.amount - order.refunded) * FEN_PER_CNY)
    return order.member, order.standing_units, price, str(order.paid_back_on or "")


def kind_volumes(state: ParkingState) -> dict[tuple[str, str], tuple[int, int]]:
    """Return what members and their teams have paid in each kind and not got back (S0-83)."""
    own: Counter[tuple[str, str]] = Counter()
    for order in state.orders.values():
        if not order.refused and order.points_kind:
            own[order.member, order.points_kind] += order.points_paid - order.points_back
    found = {}
    for member in state.members:
        for kind in state.programme.document["points"]:
            team = sum(own[other, kind] for other in state.below(member))
            if own[member, kind] or team:
                found[member, kind] = own[member, kind], team
    return found
