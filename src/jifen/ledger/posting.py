"""Posting transfers: one, several of one business action, reversals. Each joins the caller's transaction.

A transfer that is refused raises inside the database, so a caller in a transaction that wants to go on after a refusal
posts in an `atomic()` block of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from jifen.ledger.chart import PROGRAMME, STRIPES, chart_of, fresh_chart_of
from jifen.ledger.connection import call, cursor
from jifen.ledger.errors import (
    AlreadyReversedError,
    ClosedDayError,
    KeyReusedError,
    LedgerError,
    OverdraftError,
    ReversalTooLargeError,
    UnbalancedTransferError,
    UnknownAccountError,
    UnknownTransferError,
)

__all__ = [
    "PARTS",
    "AlreadyReversedError",
    "ClosedDayError",
    "Found",
    "KeyReusedError",
    "LedgerError",
    "Line",
    "NewTransfer",
    "OverdraftError",
    "Posted",
    "ReversalTooLargeError",
    "UnbalancedTransferError",
    "UnknownAccountError",
    "UnknownTransferError",
    "find_transfer",
    "post",
    "post_all",
    "reverse",
]

PARTS = {"": 0, "scheduled": 1, "accelerated": 2, "cancelled": 3, "granted": 4}

POST_TWO = "SELECT * FROM ledger_post_two(%s, %s, %s, %s, %s, %s, %s::bigint, %s, %s::bigint, %s, %s::bigint)"
POST = """
    SELECT * FROM ledger_post(%s, %s, %s, %s::text[], %s::text[], %s::text[], %s::bigint[],
        %s::int[], %s::bigint[], %s::int[], %s::bigint[], %s::bigint[], %s::int[])
"""


@dataclass(frozen=True)
class Line:
    """One signed amount, in minor units, for an account; positive goes into it.

    Lines of `locked` name the `lot` (the order) and the `part` of the lot that the amount counts in: "granted" (opens
    the lot when it is not there), "scheduled", "accelerated" or "cancelled".
    """

    owner: int
    kind: str
    role: str
    amount: int
    lot: int = 0
    part: str = ""


@dataclass(frozen=True)
class NewTransfer:
    """A transfer to be posted. `reverses` names the transfer of which it takes back a part."""

    key: str
    rule: str
    lines: tuple[Line, ...]
    cause: str = ""
    reverses: int = 0


@dataclass(frozen=True)
class Posted:
    """The transfer that a key stands for, and whether this call wrote it."""

    id: int
    new: bool


@dataclass(frozen=True)
class Found:
    """Where a transfer is."""

    id: int
    business_date: date


def post(*, programme_id: int, day: date, transfer: NewTransfer, actor: str = "") -> Posted:
    """Post one transfer; its key with the same facts again answers the first one."""
    if not _is_plain(transfer):
        return post_all(programme_id=programme_id, day=day, transfers=[transfer], actor=actor)[0]
    one, two = transfer.lines
    ids = _chart_ids(programme_id, [transfer])
    found, new = call(
        POST_TWO,
        (
            *(programme_id, day, actor, transfer.key, transfer.rule, transfer.cause),
            *(one.owner, ids[one.kind, one.role], two.owner, ids[two.kind, two.role], one.amount),
        ),
    )
    return Posted(found, new)


def post_all(*, programme_id: int, day: date, transfers: Sequence[NewTransfer], actor: str = "") -> list[Posted]:
    """Post the transfers of one business action, all or none, in one round trip.

    A balance must not be below its floor after all of them. Transfers whose keys are known with the same facts stay.
    """
    if not transfers:
        return []
    ids = _chart_ids(programme_id, transfers)
    lines = [(at, line) for at, transfer in enumerate(transfers, start=1) for line in transfer.lines]
    if any(not transfer.lines for transfer in transfers) or not all(line.amount for _, line in lines):
        raise ValueError("a transfer has lines, and a line has an amount")
    found, new = call(
        POST,
        (
            *(programme_id, day, actor),
            [transfer.key for transfer in transfers],
            [transfer.rule for transfer in transfers],
            [transfer.cause for transfer in transfers],
            [transfer.reverses for transfer in transfers],
            [at for at, _ in lines],
            [line.owner for _, line in lines],
            [ids[line.kind, line.role] for _, line in lines],
            [line.amount for _, line in lines],
            [line.lot for _, line in lines],
            [PARTS[line.part] for _, line in lines],
        ),
    )
    return [Posted(*pair) for pair in zip(found, new, strict=True)]


def reverse(  # noqa: PLR0913 keyword-only, as every service
    *, programme_id: int, day: date, transfer_id: int, key: str, rule: str = "reversal", actor: str = ""
) -> Posted:
    """Post the opposite of a whole transfer, once; its lots take back or give up what it moved."""
    return Posted(
        *call(
            "SELECT * FROM ledger_reverse(%s, %s, %s, %s::bigint, %s, %s)",
            (programme_id, day, actor, transfer_id, key, rule),
        )
    )


def find_transfer(*, programme_id: int, key: str, owner: int = 0) -> Found | None:
    """Return where a key's transfer is, None when there is none.

    With `owner` also a member's lines of a nightly run: "release/2026-03-01/generation_share/1/M7" of owner 7.
    """
    row = (
        cursor()
        .execute(
            "SELECT transfer_id, business_date FROM ledger_key WHERE programme_id = %s AND key = %s",
            (programme_id, key),
        )
        .fetchone()
    )
    if row is None and owner and key.endswith(f"M{owner}"):
        values = (programme_id, key.removesuffix(f"M{owner}"), owner)
        row = cursor().execute(FIND_IN_BATCH, values).fetchone()
    return Found(*row) if row else None


FIND_IN_BATCH = """
    SELECT t.id, t.business_date
    FROM ledger_transfer t, (SELECT %s::int AS programme_id, %s::text AS key, %s::bigint AS owner) q
    WHERE t.programme_id = q.programme_id AND t.key = q.key AND t.end_owner > 0
        AND t.first_owner <= q.owner AND t.end_owner > q.owner
        AND EXISTS (
            SELECT FROM ledger_entry e
            WHERE e.owner = q.owner AND e.business_date = t.business_date AND e.transfer_id = t.id
        )
"""


def owners_of(owner: int) -> list[int]:
    """Return the rows of an owner: the programme's accounts may be striped."""
    return list(range(PROGRAMME, PROGRAMME + STRIPES)) if owner == PROGRAMME else [owner]


def _is_plain(transfer: NewTransfer) -> bool:
    """Whether the fast path may post it: two opposite lines of different accounts of one kind, no lots."""
    if len(transfer.lines) != 2 or transfer.reverses:
        return False
    one, two = transfer.lines
    return (
        one.amount == -two.amount != 0
        and one.kind == two.kind
        and not (one.lot or two.lot or one.part or two.part)
        and (one.owner, one.role) != (two.owner, two.role)
    )


def _chart_ids(programme_id: int, transfers: Sequence[NewTransfer]) -> Mapping[tuple[str, str], int]:
    """Return the numbers of the accounts; read anew when a line names one that was not there before."""
    chart = chart_of(programme_id)
    wanted = {(line.kind, line.role) for transfer in transfers for line in transfer.lines}
    if not wanted <= chart.ids.keys():
        chart = fresh_chart_of(programme_id)
        for kind, role in sorted(wanted):
            chart.id(kind, role)
    return chart.ids
