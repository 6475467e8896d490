"""What happens in a made-up alliance: that of a growth programme, with branches, ratios, home stores and periods."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from jifen.engine.facts import NOBODY, Int64s
from jifen.tables.book_floats import BRANCH, STORE
from jifen.tables.sample_growth_book import Columns, Deed, GrowthBook, Sale, Shop
from jifen.tables.sample_people import given_texts


@dataclass(frozen=True)
class Outlet(Shop):
    """A store or a branch: `branch` is the index of the one that it belongs to, or NOBODY; `ratio` as it is written."""

    ratio: str = ""
    branch: int = NOBODY
    is_branch: bool = False


@dataclass(slots=True)
class Bill(Sale):
    """An order with the points for 1 CNY that its store gave just then, "" for those it always gives (S3-12)."""

    ratio: str = ""


@dataclass(slots=True, kw_only=True)
class StoreDeed(Deed):
    """An action that is about a store (an index), or that ends a period before a day (since 1970-01-01)."""

    store: int = NOBODY
    until: int = 0


@dataclass
class AllianceBook(GrowthBook):
    """The members and stores of an alliance and what they do."""

    outlets: list[Outlet] = field(default_factory=list)  # in place of `shops`
    bills: list[Bill] = field(default_factory=list)  # in place of `sales`; by time
    store_deeds: list[StoreDeed] = field(default_factory=list)  # in place of `deeds`
    homes: Int64s = field(default_factory=lambda: np.zeros(0, np.int64))  # of each member a store, or NOBODY

    def tables(self) -> dict[str, Columns]:
        """Return the tables of the book by name."""
        self.shops, self.sales, self.deeds = list(self.outlets), list(self.bills), list(self.store_deeds)
        tables, codes = super().tables(), self.shop_codes()
        outlets, deeds = self.outlets, sorted(self.store_deeds, key=lambda deed: deed.at)
        tables["members"]["home_store"] = _chosen(codes, self.homes)
        tables["stores"] |= {
            "type": _texts([BRANCH if outlet.is_branch else STORE for outlet in outlets]),
            "branch": _chosen(codes, [outlet.branch for outlet in outlets]),
            "ratio": _texts([outlet.ratio for outlet in outlets]),
        }
        tables["orders"]["ratio"] = _texts([bill.ratio for bill in self.bills])
        tables["actions"] |= {
            "store": _chosen(codes, [deed.store for deed in deeds]),
            "until": _texts([str(np.datetime64(deed.until, "D")) if deed.until else "" for deed in deeds]),
        }
        return tables


def _texts(texts: list[str]) -> pa.StringArray:
    return pa.array(texts, pa.string())


def _chosen(codes: pa.StringArray, rows: Sequence[int] | Int64s) -> pa.StringArray:
    """Return the codes of rows, "" for NOBODY."""
    chosen: Int64s = np.array(rows, np.int64)
    if not len(codes):
        return _texts([""] * len(chosen))
    return given_texts(chosen != NOBODY, codes.take(pa.array(np.maximum(chosen, 0))))
