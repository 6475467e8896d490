"""Closing days: a digest of each day, chained to the day before, and the proofs that the ledger agrees with itself."""

from dataclasses import dataclass
from datetime import date

from jifen.engine.message import Message, say
from jifen.ledger.connection import call, cursor
from jifen.ledger.errors import refusals


@dataclass(frozen=True)
class Closed:
    """A closed day."""

    sequence: int
    digest: str
    transfers: int
    entries: int


@dataclass(frozen=True)
class Problem:
    """Something that is not as it must be; `name` says which proof failed."""

    name: str
    detail: str

    def __str__(self) -> str:
        return f"{self.name}: {self.detail}"

    @property
    def message(self) -> Message:
        """The problem as a sentence."""
        return Message(PROBLEMS[self.name].template, {"detail": self.detail})


PROBLEMS = {
    "balance": say("a balance is not the sum of its entries: {detail}"),
    "lot": say("a lot is not the sum of its entries: {detail}"),
    "zero": say("a transfer does not add up to zero: {detail}"),
    "transfer": say("entries without their transfer: {detail}"),
    "total": say("a closed sum is not that of the entries: {detail}"),
    "content": say("a closed day is not as it was closed: {detail}"),
    "link": say("a closed day does not follow the day before: {detail}"),
}


def close_day(*, programme_id: int, day: date) -> Closed:
    """Close a day and all days before: nothing can be posted there any more. Closing again answers the same."""
    sequence, digest, transfers, entries = call(
        "SELECT sequence, digest, transfers, entries FROM ledger_close_day(%s, %s)", (programme_id, day)
    )
    return Closed(sequence, digest.hex(), transfers, entries)


def last_closed(programme_id: int) -> date | None:
    """Return the last closed day of a programme, None before the first."""
    (day,) = call("SELECT max(business_date) FROM ledger_dayclose WHERE programme_id = %s", (programme_id,))
    return day if isinstance(day, date) else None


def is_closed(*, programme_id: int, day: date) -> bool:
    """Whether a day is closed, by itself or with a later one."""
    last = last_closed(programme_id)
    return last is not None and day <= last


def verify_chain(programme_id: int) -> list[Problem]:
    """Recompute every closed day; return those that are not as they were closed."""
    with refusals():
        rows = cursor().execute("SELECT problem, day FROM ledger_verify_chain(%s)", (programme_id,)).fetchall()
    return [Problem(problem, str(day)) for problem, day in rows]


def proofs(programme_id: int) -> list[Problem]:
    """Prove balances, lots, sums of zero and closed totals from the entries; return what does not agree."""
    with refusals():
        rows = cursor().execute("SELECT name, detail FROM ledger_proofs(%s)", (programme_id,)).fetchall()
    return [Problem(*row) for row in rows]
