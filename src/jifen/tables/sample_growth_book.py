"""What happens in a made-up growth programme, gathered in the order of its making and written in the order of time."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from jifen.engine.facts import NOBODY, Int64s
from jifen.engine.programme import Programme
from jifen.tables.cells import PROGRAMME
from jifen.tables.decimals import decimal_texts
from jifen.tables.sample_people import People, given_texts, make_codes, member_columns, time_texts

MONEY_DECIMALS = 2
Columns = dict[str, pa.StringArray]


@dataclass(slots=True)
class Sale:
    """An order. Times are local seconds since 1970, amounts fen; `store` is an index or NOBODY."""

    at: int
    member: int
    amount: int
    store: int = NOBODY
    region: str = ""
    product: str = ""
    points: int = 0
    kind: str = ""


@dataclass(slots=True, kw_only=True)
class Deed:
    """An action; `member` is NOBODY for the programme, `to` a store or a region as the table writes it."""

    at: int
    action: str
    member: int = NOBODY
    to: str = ""
    kind: str = ""
    amount: int = 0
    share: str = ""
    role: str = ""


@dataclass(frozen=True)
class Shop:
    """A store: its owner and who brought it are members or NOBODY; `rate` is "" for the programme's own."""

    at: int
    owner: int
    referrer: int
    region: str
    rate: str


@dataclass
class GrowthBook:
    """The members and stores of a growth programme and what they do."""

    terms: Programme
    people: People
    shops: list[Shop] = field(default_factory=list)
    sales: list[Sale] = field(default_factory=list)  # by time
    refunds: list[tuple[int, int, int]] = field(default_factory=list)  # at, index of the sale, fen
    deeds: list[Deed] = field(default_factory=list)

    def tables(self) -> dict[str, Columns]:
        """Return the tables of the book by name."""
        orders = make_codes("O", len(self.sales))
        return {
            "members": member_columns(self.people),
            "stores": self._stores(),
            "orders": self._orders(orders),
            "refunds": self._refunds(orders),
            "actions": self._actions(),
        }

    def shop_codes(self) -> pa.StringArray:
        """Return the codes of the stores."""
        return make_codes("S", len(self.shops))

    def _stores(self) -> Columns:
        return {
            "store": self.shop_codes(),
            "joined_at": _times([shop.at for shop in self.shops]),
            "owner": self._members([shop.owner for shop in self.shops]),
            "referrer": self._members([shop.referrer for shop in self.shops]),
            "region": _texts([shop.region for shop in self.shops]),
            "rate": _texts([shop.rate for shop in self.shops]),
        }

    def _orders(self, codes: pa.StringArray) -> Columns:
        sales = self.sales
        return {
            "order": codes,
            "member": self._members([sale.member for sale in sales]),
            "paid_at": _times([sale.at for sale in sales]),
            "amount": _money([sale.amount for sale in sales]),
            "store": _chosen(self.shop_codes(), [sale.store for sale in sales]),
            "region": _texts([sale.region for sale in sales]),
            "product": _texts([sale.product for sale in sales]),
            "points_paid": self._amounts([(sale.kind, sale.points) for sale in sales]),
            "points_kind": _texts([sale.kind for sale in sales]),
        }

    def _refunds(self, codes: pa.StringArray) -> Columns:
        rows = sorted(self.refunds)
        return {
            "order": codes.take(pa.array([row[1] for row in rows], pa.int64())),
            "refunded_at": _times([row[0] for row in rows]),
            "amount": _money([row[2] for row in rows]),
        }

    def _actions(self) -> Columns:
        deeds = sorted(self.deeds, key=lambda deed: deed.at)
        party = self._members([deed.member for deed in deeds]).to_pylist()
        return {
            "at": _times([deed.at for deed in deeds]),
            "action": _texts([deed.action for deed in deeds]),
            "party": _texts([code or PROGRAMME for code in party]),
            "to": _texts([deed.to for deed in deeds]),
            "points": _texts([deed.kind for deed in deeds]),
            "amount": self._amounts([(deed.kind, deed.amount) for deed in deeds]),
            "share": _texts([deed.share for deed in deeds]),
            "role": _texts([deed.role for deed in deeds]),
        }

    def _members(self, members: Sequence[int]) -> pa.StringArray:
        return _chosen(self.people.codes, members)

    def _amounts(self, amounts: Sequence[tuple[str, int]]) -> pa.StringArray:
        """Return amounts of (kind, minor units) as texts, "" where there is none."""
        minor = np.array([amount for _, amount in amounts], np.int64)
        kinds, texts = np.array([kind for kind, _ in amounts], object), np.full(len(amounts), "", object)
        for kind, points in self.terms.kinds.items():
            of_kind = (kinds == kind) & (minor > 0)
            texts[of_kind] = decimal_texts(minor[of_kind], points.decimals).to_pylist()
        return _texts(texts.tolist())


def _texts(texts: list[str]) -> pa.StringArray:
    return pa.array(texts, pa.string())


def _times(seconds: list[int]) -> pa.StringArray:
    return time_texts(np.array(seconds, np.int64))


def _money(fen: list[int]) -> pa.StringArray:
    return decimal_texts(np.array(fen, np.int64), MONEY_DECIMALS)


def _chosen(codes: pa.StringArray, rows: Sequence[int]) -> pa.StringArray:
    """Return the codes of rows, "" for NOBODY."""
    chosen: Int64s = np.array(rows, np.int64)
    if not len(codes):
        return _texts([""] * len(chosen))
    return given_texts(chosen != NOBODY, codes.take(pa.array(np.maximum(chosen, 0))))
