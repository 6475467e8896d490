"""Going on after a crash: what the run has posted already is undone in memory, so that the day is computed as before.

A close changes a member only through the lines of that member's chunk, until its end, which is one transaction. So
the state before the close is the state now less the lines that are there (invariant 8).
"""

from datetime import date

import numpy as np

from jifen.engine.lines import ACCOUNTS
from jifen.ledger.bulk import entries_of_close, programme_of_close
from jifen.ledger.chart import chart_of
from jifen.settlement.load import Loaded


def undo_posted(loaded: Loaded, *, programme_id: int, day: date) -> None:
    """Take the lines of the day's close that are posted out of the book again."""
    book, posted = loaded.replay.book, entries_of_close(programme_id=programme_id, day=day)
    in_lot = posted["lot"] > 0
    number = np.argsort(loaded.lots, kind="stable")
    lot = number[np.searchsorted(loaded.lots, posted["lot"][in_lot], sorter=number)]
    np.subtract.at(book.lots.remaining, book.place[lot], posted["amount"][in_lot])
    np.add.at(book.lots.released_scheduled, book.place[lot], posted["amount"][in_lot])
    free, chart = posted[~in_lot], chart_of(programme_id)
    owed = book.debt[book.forest.layout.position] > 0  # free points are loaded of those who owe only
    member = np.searchsorted(loaded.ids, free["owner"])
    for kind, purse in book.free.items():
        known = np.ones_like(owed) if (kind, "free") in loaded.airdrops.purses else owed
        mine = (free["chart"] == chart.id(kind, "free")) & known[member]
        np.subtract.at(purse, book.forest.layout.position[member[mine]], free["amount"][mine])
    for kind, role in loaded.airdrops.purses:
        if role == "frozen":
            mine = free["chart"] == chart.id(kind, role)
            np.subtract.at(book.held[kind], book.forest.layout.position[member[mine]], free["amount"][mine])
    for account, amount in programme_of_close(programme_id=programme_id, day=day).items():
        place = chart.at(account)
        if place.kind in book.accounts and place.role in ACCOUNTS:
            book.accounts[place.kind][ACCOUNTS.index(place.role)] -= amount
