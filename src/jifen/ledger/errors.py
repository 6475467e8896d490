"""What the ledger refuses, each refusal with its name and a sentence; the database names it by its SQLSTATE."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import Error as DjangoError
from django.db import connection

from jifen.engine.message import Message, say


class LedgerError(Exception):
    """The ledger refuses; nothing of the call was written."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class KeyReusedError(LedgerError):
    """The key already names a transfer with other facts. This is a bug in the caller."""


class UnbalancedTransferError(LedgerError):
    """The lines of a transfer do not add up to zero in a kind."""


class OverdraftError(LedgerError):
    """An account that may not go below its floor would."""


class ClosedDayError(LedgerError):
    """The day is closed."""


class AlreadyReversedError(LedgerError):
    """The transfer was reversed before, whole or in part."""


class ReversalTooLargeError(LedgerError):
    """Reversals would take back more of a line than it was."""


class UnknownAccountError(LedgerError):
    """A line names no account of the programme, or no lot of the owner."""


class UnknownTransferError(LedgerError):
    """The programme has no such transfer or hold."""


class HoldEndedError(LedgerError):
    """The hold was ended the other way before."""


class DayOrderError(LedgerError):
    """A later day is closed already."""


class DecimalsKeptError(LedgerError):
    """A kind would change its decimals."""


ERRORS: Mapping[str, tuple[type[LedgerError], Message]] = {
    "JF001": (KeyReusedError, say("the key {key} already names something else")),
    "JF002": (UnbalancedTransferError, say("the lines do not add up to zero: {kind} by {amount}")),
    "JF003": (OverdraftError, say("the balance does not suffice")),
    "JF004": (ClosedDayError, say("{day} is closed")),
    "JF005": (AlreadyReversedError, say("transfer {transfer} has been reversed already")),
    "JF006": (ReversalTooLargeError, say("more would be taken back than there was")),
    "JF007": (UnknownAccountError, say("a line names no account of the programme, or no lot of its owner")),
    "JF009": (HoldEndedError, say("hold {hold} has ended already: {state}")),
    "JF010": (UnknownTransferError, say("there is no transfer {transfer}")),
    "JF011": (DayOrderError, say("days are closed in order, and {last} is closed")),
    "JF012": (DecimalsKeptError, say("{kind} has {decimals} decimals and keeps them")),
}
CONSTRAINTS = {  # what a constraint says, in the words of the codes above
    "ledger_balance_floor": "JF003",
    "ledger_lot_remaining": "JF003",
    "ledger_reversed_bound": "JF006",
}


def refusal(error: psycopg.Error) -> LedgerError | None:
    """Return the refusal that a database error stands for, None when it is another trouble."""
    code = CONSTRAINTS.get(error.diag.constraint_name or "", error.sqlstate or "")
    if code not in ERRORS:
        return None
    kind, message = ERRORS[code]
    return kind(Message(message.template, _values(error.diag.message_detail or "")))


def _values(detail: str) -> dict[str, Any]:
    """Return the values of an error of ours, or whose row a constraint refused."""
    if detail.startswith("{"):
        values: dict[str, Any] = json.loads(detail)
        return values
    row = re.search(r"\((\d+), (\d+),", detail)
    return {"owner": int(row[1]), "chart": int(row[2])} if row else {}


@contextmanager
def refusals() -> Iterator[None]:
    """Raise the ledger's refusals by their names, and other database errors as Django's."""
    try:
        with connection.wrap_database_errors:
            yield
    except DjangoError as error:
        refused = refusal(error.__cause__) if isinstance(error.__cause__, psycopg.Error) else None
        if refused is None:
            raise
        raise refused from error
