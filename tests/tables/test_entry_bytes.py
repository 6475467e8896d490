"""The rows that our own loop writes are byte for byte those of Python's csv module (ADR 0010)."""

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from jifen.engine.amounts import format_amount
from jifen.engine.facts import NOBODY, Actions, Facts, Members, Orders, Refunds
from jifen.engine.lines import NO_LOT, Block, DayLines, Journal
from jifen.tables.writing import ResultForm, ResultWriter

DAY = 20_513
ENTRIES = ["seq", "day", "transfer", "party", "points", "state", "amount", "rule", "lot", "cause"]
codes = st.lists(st.text('aZ9é张,"; ', min_size=1, max_size=9), min_size=1, max_size=5, unique=True)
amounts = st.lists(st.integers(-(2**62), 2**62), min_size=1, max_size=8)


def facts_of(members: list[str], orders: list[str]) -> Facts:
    n, m = len(members), len(orders)
    no32, no64 = np.zeros(0, np.int32), np.zeros(0, np.int64)
    return Facts(
        Members(members, [""] * n, np.full(n, NOBODY, np.int32), np.zeros(n, np.int64), np.zeros(n, np.int32)),
        Orders(
            orders,
            np.zeros(m, np.int32),
            np.zeros(m, np.int64),
            np.zeros(m, np.int32),
            np.zeros(m, np.int64),
            np.zeros(m, np.int64),
        ),
        Refunds(no32, no64, no32, no64),
        Actions([], no32, no32, [], [], no64, no32, no64),
        [],
    )


@settings(deadline=None)  # the first block compiles the loop
@given(st.data(), codes, codes, amounts)
def test_rows_are_those_of_the_csv_module(
    data: st.DataObject, members: list[str], orders: list[str], minor: list[int]
) -> None:
    member = data.draw(st.lists(st.integers(0, len(members) - 1), min_size=len(minor), max_size=len(minor)))
    lot = data.draw(st.lists(st.integers(-1, len(orders) - 1), min_size=len(minor), max_size=len(minor)))
    columns = (np.array(member, np.int32), np.array(lot, np.int32), np.array(minor, np.int64))
    nobody = (np.zeros(0, np.int32), np.zeros(0, np.int64))
    block = Block("peer_bonus", "release/2026-03-01/peer_bonus/", "points", *columns, *nobody)

    with TemporaryDirectory() as folder:
        out = Path(folder, "result")
        form = ResultForm(decimals={"points": 4}, zone="Asia/Shanghai")
        with ResultWriter(out, facts=facts_of(members, orders), form=form) as writer:
            writer.write_day(DayLines(DAY, Journal(), [], [block]))
            writer.finish(tables={}, summary={})
        written = (out / "entries.csv").read_bytes().decode()

    expected = io.StringIO()
    rows = csv.writer(expected, lineterminator="\n")
    rows.writerow(ENTRIES)
    for seq, (party, order, amount) in enumerate(zip(member, lot, minor, strict=True), start=1):
        state, code = ("free", "") if order == NO_LOT else ("locked", orders[order])
        key = block.prefix + members[party]
        number = format_amount(amount, 4)
        rows.writerow([seq, "2026-03-01", key, members[party], "points", state, number, "peer_bonus", code, ""])
    assert written == expected.getvalue()
