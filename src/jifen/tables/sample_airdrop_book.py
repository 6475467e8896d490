"""What happens in a made-up airdrop programme: that of a growth programme, with concessions, steps and prices."""

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from jifen.engine.facts import Int64s
from jifen.tables.decimals import decimal_texts
from jifen.tables.sample_growth_book import MONEY_DECIMALS, Columns, GrowthBook, Sale

PRICE_DECIMALS = 4


@dataclass(slots=True)
class Purchase(Sale):
    """An order with what its store gives up, fen (S2-05), and how many packs it is of."""

    concession: int = 0
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class Walked:
    """What a member walked and ran on a day (since 1970-01-01), and what counted it."""

    day: int
    member: int
    walked: int
    run: int
    device: str


@dataclass
class AirdropBook(GrowthBook):
    """The members and stores of an airdrop programme and what they do."""

    purchases: list[Purchase] = field(default_factory=list)  # in place of `sales`; by time when the book is whole
    walks: list[Walked] = field(default_factory=list)
    prices: Int64s = field(default_factory=lambda: np.zeros(0, np.int64))  # of each day, ten-thousandths of a yuan
    first_day: int = 0

    def tables(self) -> dict[str, Columns]:
        """Return the tables of the book by name."""
        self._sort()
        tables = super().tables()
        tables["stores"].pop("rate")
        for column in ("share", "role"):
            tables["actions"].pop(column)
        tables["orders"] |= {
            "quantity": pa.array([str(one.quantity) for one in self.purchases], pa.string()),
            "concession": decimal_texts(np.array([one.concession for one in self.purchases], np.int64), MONEY_DECIMALS),
        }
        tables["declared"] = self._declared()
        if self.walks:
            tables["steps"] = self._steps()
        return tables

    def _sort(self) -> None:
        """Bring the orders into the order of time; refunds name them by their place."""
        order = sorted(range(len(self.purchases)), key=lambda place: self.purchases[place].at)
        place = {before: after for after, before in enumerate(order)}
        self.purchases = [self.purchases[before] for before in order]
        self.sales = list(self.purchases)
        self.refunds = [(at, place[sale], amount) for at, sale, amount in self.refunds]

    def _declared(self) -> Columns:
        airdrop = self.terms.airdrop
        assert airdrop is not None
        days = self.first_day + np.arange(len(self.prices))
        texts = _days(days)
        return {
            "name": pa.repeat(pa.scalar(airdrop.price), len(days)),
            "from": texts,
            "to": texts,
            "value": decimal_texts(self.prices, PRICE_DECIMALS),
        }

    def _steps(self) -> Columns:
        walks = sorted(self.walks, key=lambda one: (one.day, one.member))
        return {
            "member": self.people.codes.take(pa.array([one.member for one in walks], pa.int64())),
            "day": _days(np.array([one.day for one in walks], np.int64)),
            "walked": pa.array([str(one.walked) for one in walks], pa.string()),
            "run": pa.array([str(one.run) for one in walks], pa.string()),
            "device": pa.array([one.device for one in walks], pa.string()),
        }


def _days(days: Int64s) -> pa.StringArray:
    return pa.array(np.datetime_as_string(days.astype("datetime64[D]")).astype(object), pa.string())
