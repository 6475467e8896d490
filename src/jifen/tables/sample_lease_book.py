"""What happens in a made-up leasing programme, gathered in the order of its making and written in the order of time."""

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from jifen.engine.facts import NOBODY, Int64s
from jifen.tables.decimals import decimal_texts
from jifen.tables.sample_people import People, make_codes, member_columns

MONEY_DECIMALS, POINTS_DECIMALS = 2, 4
Columns = dict[str, pa.StringArray]


@dataclass(frozen=True, kw_only=True)
class Sale:
    """An order. Times are local seconds since 1970, amounts fen, points minor units."""

    at: int
    member: int
    amount: int
    confirmed: int
    points: int = 0
    kind: str = ""
    quantity: int = 1
    product: str = ""
    channel: str = ""
    refunded: bool = False


@dataclass(frozen=True, kw_only=True)
class Deed:
    """An action; `to` is a member or NOBODY, `into` the kind that a conversion goes into."""

    at: int
    action: str
    member: int
    kind: str = ""
    amount: int = 0
    to: int = NOBODY
    into: str = ""


@dataclass
class LeaseBook:
    """The members of a leasing programme and what they do."""

    people: People
    sales: list[Sale] = field(default_factory=list)
    refunds: list[tuple[int, int, int]] = field(default_factory=list)  # at, index of the sale, fen
    deeds: list[Deed] = field(default_factory=list)
    declared: list[tuple[str, str, str, str]] = field(default_factory=list)  # name, from, to, value

    def members(self) -> Columns:
        """Return the table members."""
        return member_columns(self.people)

    def orders(self) -> tuple[Columns, pa.StringArray]:
        """Return the table orders by time, and the id of each sale in the order of its making."""
        times = np.array([sale.at for sale in self.sales], np.int64)
        by_time = np.argsort(times, kind="stable")
        sales = [self.sales[row] for row in by_time.tolist()]
        codes = make_codes("O", len(sales))
        place = np.empty(len(sales), np.int64)
        place[by_time] = np.arange(len(sales))
        confirmed = [sale.confirmed if sale.confirmed != sale.at else None for sale in sales]
        columns = {
            "order": codes,
            "member": self._codes([sale.member for sale in sales]),
            "paid_at": _times([sale.at for sale in sales]),
            "confirmed_at": _times(confirmed),
            "amount": _amounts([sale.amount for sale in sales], MONEY_DECIMALS),
            "points_paid": _amounts([sale.points or None for sale in sales], POINTS_DECIMALS),
            "points_kind": _texts([sale.kind for sale in sales]),
            "quantity": _texts([str(sale.quantity) for sale in sales]),
            "product": _texts([sale.product for sale in sales]),
            "channel": _texts([sale.channel for sale in sales]),
        }
        return columns, codes.take(pa.array(place))

    def paybacks(self, codes: pa.StringArray) -> Columns:
        """Return the table refunds; `codes` are the ids of sales in the order of their making."""
        rows = sorted(self.refunds)
        return {
            "order": codes.take(pa.array([row[1] for row in rows], pa.int64())),
            "refunded_at": _times([row[0] for row in rows]),
            "amount": _amounts([row[2] for row in rows], MONEY_DECIMALS),
        }

    def actions(self) -> Columns:
        """Return the table actions by time."""
        deeds = sorted(self.deeds, key=lambda deed: deed.at)
        members = self.people.codes
        return {
            "at": _times([deed.at for deed in deeds]),
            "action": _texts([deed.action for deed in deeds]),
            "party": self._codes([deed.member for deed in deeds]),
            "to": _texts([members[deed.to].as_py() if deed.to != NOBODY else deed.into for deed in deeds]),
            "points": _texts([deed.kind for deed in deeds]),
            "amount": _amounts([deed.amount or None for deed in deeds], POINTS_DECIMALS),
        }

    def values(self) -> Columns:
        """Return the table declared."""
        names = ("name", "from", "to", "value")
        return {name: _texts([row[at] for row in self.declared]) for at, name in enumerate(names)}

    def _codes(self, members: list[int]) -> pa.StringArray:
        return self.people.codes.take(pa.array(members, pa.int64()))


def _texts(texts: list[str]) -> pa.StringArray:
    return pa.array(texts, pa.string())


def _times(seconds: list[int] | list[int | None]) -> pa.StringArray:
    return _texts(["" if one is None else str(np.datetime64(one, "s")) for one in seconds])


def _amounts(minor: list[int] | list[int | None], decimals: int) -> pa.StringArray:
    given: Int64s = np.array([one or 0 for one in minor], np.int64)
    texts = decimal_texts(given, decimals).to_pylist()
    return _texts([text if one is not None else "" for text, one in zip(texts, minor, strict=True)])
