"""From the engine's journal to the ledger's transfers."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from jifen.engine.lines import ACCOUNTS, LOCKED, Journal, is_store, store_number
from jifen.ledger.chart import PROGRAMME, owner_of_store
from jifen.ledger.posting import Line, NewTransfer, find_transfer


@dataclass(frozen=True)
class Numbers:
    """What the engine's numbers stand for: members and stores by id, orders by the tick that is their lot's id."""

    members: Sequence[int]
    lots: Sequence[int]
    stores: Sequence[int] = ()


def transfers_of(journal: Journal, numbers: Numbers, *, programme_id: int = 0, code: str = "") -> list[NewTransfer]:
    """Return the transfers of a journal, in its order; with a programme, reversals name what they reverse."""
    transfers = []
    for key, rows in groupby(range(len(journal)), key=journal.transfer.__getitem__):
        at = list(rows)
        rule, cause = journal.rule[at[0]], journal.cause[at[0]]
        reverses = 0
        if programme_id and rule == "refund" and cause.startswith(f"{code}/"):
            owner = next(journal.party[row] for row in at if journal.party[row] >= 0)
            original = find_transfer(programme_id=programme_id, key=cause, owner=numbers.members[owner])
            assert original is not None, cause
            reverses = original.id
        lines = tuple(_line(journal, row, numbers) for row in at)
        transfers.append(NewTransfer(key=key, rule=rule, lines=lines, cause=cause, reverses=reverses))
    return transfers


def _line(journal: Journal, row: int, numbers: Numbers) -> Line:
    party, kind, amount = journal.party[row], journal.kind[row], journal.amount[row]
    if is_store(party):
        return Line(owner_of_store(numbers.stores[store_number(party)]), kind, "float", amount)
    if party < 0:
        return Line(owner=PROGRAMME, kind=kind, role=ACCOUNTS[-1 - party], amount=amount)
    owner, state = numbers.members[party], journal.state[row]
    if state != LOCKED:
        return Line(owner=owner, kind=kind, role=state, amount=amount)
    lot = numbers.lots[journal.lot[row]]
    part = _part(journal.rule[row], amount)
    return Line(owner=owner, kind=kind, role=state, amount=amount, lot=lot, part=part)


def _part(rule: str, amount: int) -> str:
    """Return which column of its lot an amount counts in."""
    if rule in ("grant_locked", "grant_units"):
        return "granted"
    return "cancelled" if rule == "refund" and amount < 0 else "accelerated"
