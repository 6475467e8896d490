"""The chart of accounts: which accounts a programme has, and their numbers in the ledger.

An account is (owner, number). The owner is a member's id, STORES + a store's id for its float, or PROGRAMME for the
programme itself. Accounts with stripes are kept in sixteen rows, owners PROGRAMME to PROGRAMME + 15, so that many
transfers may change them at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection

from jifen.engine.message import say
from jifen.ledger.connection import cursor
from jifen.ledger.errors import UnknownAccountError, refusals

STORES = 2**53
PROGRAMME = 2**54
STRIPES = 16
MONEY = "money"
MONEY_DECIMALS = 2
REAL_MONEY = ("paid", "cash", "reserve", "topped_up")  # roles of what really came and went; no rule posts to them


@dataclass(frozen=True)
class Place:
    """What an account's number stands for."""

    kind: str
    role: str


@dataclass(frozen=True)
class Chart:
    """The accounts of one programme."""

    programme_id: int
    ids: Mapping[tuple[str, str], int]
    places: Mapping[int, Place]
    kinds: Mapping[str, int]  # kind → decimals

    def id(self, kind: str, role: str) -> int:
        """Return an account's number."""
        found = self.ids.get((kind, role))
        if found is None:
            raise UnknownAccountError(say("the programme has no account {kind}:{role}", kind=kind, role=role))
        return found

    def at(self, chart_id: int) -> Place:
        """Return what an account's number stands for."""
        return self.places[chart_id]

    def decimals(self, kind: str) -> int:
        """Return how many decimals a kind has."""
        return self.kinds[kind]


_charts: dict[tuple[str, int], Chart] = {}  # numbers never change, so a chart once read stays right


def owner_of_store(store_id: int) -> int:
    """Return the owner of a store's float (S3-29)."""
    return STORES + store_id


def open_chart(*, programme_id: int, kinds: Mapping[str, int]) -> Chart:
    """Open the accounts of a programme's kinds (kind → decimals) and of its money; kinds that are there stay."""
    with refusals():
        for kind, decimals in {**kinds, MONEY: kinds.get(MONEY, MONEY_DECIMALS)}.items():
            cursor().execute("SELECT ledger_open_chart(%s, %s, %s)", (programme_id, kind, decimals))
    return _load(programme_id)


def chart_of(programme_id: int) -> Chart:
    """Return the accounts of a programme; read once for each process, and after open_chart."""
    found = _charts.get((str(connection.settings_dict["NAME"]), programme_id))
    return found or _load(programme_id)


def fresh_chart_of(programme_id: int) -> Chart:
    """Return the accounts of a programme as they are now: another process may have added a kind."""
    return _load(programme_id)


def forget_charts() -> None:
    """Forget what was read: another database may have taken the name of the one before."""
    _charts.clear()


def _load(programme_id: int) -> Chart:
    rows = (
        cursor()
        .execute(
            "SELECT id, kind, role, decimals FROM ledger_chart WHERE programme_id = %s ORDER BY id", (programme_id,)
        )
        .fetchall()
    )
    chart = Chart(
        programme_id,
        {(kind, role): chart_id for chart_id, kind, role, _ in rows},
        {chart_id: Place(kind, role) for chart_id, kind, role, _ in rows},
        {kind: decimals for _, kind, _, decimals in rows},
    )
    if rows:
        _charts[str(connection.settings_dict["NAME"]), programme_id] = chart
    return chart
