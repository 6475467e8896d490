"""The table entries, day by day, into a CSV or a Parquet file."""

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import BinaryIO, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from jifen.engine.facts import NOBODY, Facts, Int32s
from jifen.engine.lines import ACCOUNTS, FREE, LOCKED, NO_LOT, STORE_PARTY, Block, DayLines, Journal, account_name
from jifen.tables.cells import PROGRAMME, STORE_PREFIX
from jifen.tables.csv_text import write_lines
from jifen.tables.decimals import decimal_column
from jifen.tables.entry_text import CellPool, cell_pool, fixed_parts, row_bytes_max, write_rows
from jifen.tables.result_columns import ENTRIES, AmountColumn, Column, Scales, arrow_table, text_table

CHUNK_ROWS = 1 << 15  # rows turned into text at once
GROUP_ROWS = 1 << 20  # rows of a Parquet row group
EPOCH_DAY = date(1970, 1, 1)


def store_name(code: str) -> str:
    """Return the party that stands for what a store holds to give away (S3-29)."""
    return f"{STORE_PREFIX}{code}"


class Names:
    """The codes of members, programme accounts, stores and orders, to be taken by number."""

    def __init__(self, facts: Facts) -> None:
        self.members, self.lots = facts.members.codes, facts.orders.codes
        # The accounts stand at the end, last one first, so that account -1 is the last party.
        accounts = [account_name(-1 - number) for number in reversed(range(len(ACCOUNTS)))]
        self._parties = pa.array([*facts.members.codes, *map(store_name, facts.stores.codes), *accounts], pa.string())
        # The text at the end is the one of NO_LOT, -1.
        self._orders = pa.array([*facts.orders.codes, ""], pa.string())

    def parties(self, numbers: Iterable[int] | np.ndarray[tuple[int], np.dtype[np.int32]]) -> pa.StringArray:
        """Return the codes of members and the names of accounts and stores."""
        party = np.array(numbers, np.int64)
        stores = party <= STORE_PARTY
        if stores.any():
            party[stores] = len(self.members) + STORE_PARTY - party[stores]
        return self._parties.take(_from_end(party, len(self._parties)))

    def parties_of_facts(self, numbers: list[int]) -> list[str]:
        """Return the codes of members who act; "programme" for what is the programme's own, such as outside money."""
        return [self.members[number] if number != NOBODY else PROGRAMME for number in numbers]

    def orders(self, numbers: Iterable[int] | np.ndarray[tuple[int], np.dtype[np.int32]]) -> pa.StringArray:
        """Return the codes of orders, "" for NO_LOT."""
        return self._orders.take(_from_end(numbers, len(self._orders)))


def _from_end(numbers: Iterable[int] | np.ndarray[tuple[int], np.dtype[np.int32]], size: int) -> pa.Array:
    index = np.array(numbers, np.int64)
    return pa.array(np.where(index < 0, index + size, index))


def day_of(number: int) -> date:
    """Return the day with this number (since 1970-01-01)."""
    return EPOCH_DAY + timedelta(days=number)


def journal_columns(journal: Journal, *, seq: int, day: int, names: Names) -> dict[str, Column]:
    """Return the rows of a journal as columns of the table entries."""
    rows = len(journal)
    return {
        "seq": np.arange(seq, seq + rows),
        "day": np.full(rows, day).astype("datetime64[D]"),
        "transfer": journal.transfer,
        "party": names.parties(journal.party),
        "points": journal.kind,
        "state": journal.state,
        "amount": AmountColumn(np.array(journal.amount, np.int64), journal.kind),
        "rule": journal.rule,
        "lot": names.orders(journal.lot),
        "cause": journal.cause,
    }


class EntryFile(Protocol):
    """Where entries go."""

    def write_day(self, lines: DayLines, seq: int) -> None:
        """Append a day's entries, numbered from seq on."""
        ...

    def close(self) -> None:
        """Write what is left and close the file."""
        ...


class CsvEntries:
    """Appends entries to a CSV file."""

    def __init__(self, folder: Path, *, names: Names, scales: Scales) -> None:
        self._names, self._scales = names, scales
        # The accounts stand behind the members, the first one first.
        accounts = [account_name(-1 - number) for number in range(len(ACCOUNTS))]
        self._members: CellPool = cell_pool([*names.members, *accounts])
        self._first_account = len(names.members)
        self._orders: CellPool = cell_pool(names.lots)
        self._out = np.zeros(0, np.uint8)
        self._file: BinaryIO = (folder / "entries.csv").open("wb")
        self._file.write((",".join(ENTRIES) + "\n").encode())

    def write_day(self, lines: DayLines, seq: int) -> None:
        """Append the day's journal, its blocks, and what was paid late."""
        seq = self._write_journal(lines.journal, seq, lines.day)
        for block in lines.blocks:
            seq = self._write_block(block, seq, lines.day)
        self._write_journal(lines.late, seq, lines.day)

    def _write_journal(self, journal: Journal, seq: int, day: int) -> int:
        if len(journal):
            columns = journal_columns(journal, seq=seq, day=day, names=self._names)
            write_lines(text_table(columns, self._scales), self._file)
        return seq + len(journal)

    def _write_block(self, block: Block, seq: int, day: int) -> int:
        fixed = fixed_parts(block, day=day_of(day).isoformat(), decimals=self._scales.decimals[block.kind])
        pools = self._members, self._orders
        room = CHUNK_ROWS * row_bytes_max(pools, fixed)
        if room > len(self._out):
            self._out = np.empty(room, np.uint8)
        whole = block.whole()
        party = whole.party if not block.contra else self._from_first(whole.party)
        for first in range(0, len(whole.member), CHUNK_ROWS):
            chunk = slice(first, first + CHUNK_ROWS)
            rows = whole.member[chunk], party[chunk], whole.lot[chunk], whole.amount[chunk]
            end = write_rows(self._out, seq + first, rows, pools, fixed)
            self._file.write(self._out[:end].data)
        return seq + len(whole.member)

    def _from_first(self, party: Int32s) -> Int32s:
        return np.where(party < 0, self._first_account - 1 - party, party).astype(np.int32)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class ParquetEntries:
    """Appends entries to a Parquet file, in row groups of about a million."""

    def __init__(self, folder: Path, *, names: Names, scales: Scales) -> None:
        self._names, self._scales = names, scales
        empty = arrow_table(journal_columns(Journal(), seq=1, day=0, names=names), scales)
        self._waiting: list[pa.Table] = []
        self._rows = 0
        self._file = pq.ParquetWriter(
            folder / "entries.parquet",
            empty.schema,
            compression="zstd",
            use_dictionary=["day", "party", "points", "state", "rule", "lot", "cause"],
            column_encoding={"seq": "DELTA_BINARY_PACKED", "transfer": "DELTA_BYTE_ARRAY"},
            write_statistics=["seq", "day", "transfer", "party"],
        )

    def write_day(self, lines: DayLines, seq: int) -> None:
        """Append the day's journal, its blocks, and what was paid late."""
        seq = self._add_journal(lines.journal, seq, lines.day)
        for block in lines.blocks:
            table = self._block_table(block, seq, lines.day)
            self._add(table)
            seq += table.num_rows
        self._add_journal(lines.late, seq, lines.day)
        if self._rows >= GROUP_ROWS:
            self._flush()

    def _add_journal(self, journal: Journal, seq: int, day: int) -> int:
        if len(journal):
            columns = journal_columns(journal, seq=seq, day=day, names=self._names)
            self._add(arrow_table(columns, self._scales))
        return seq + len(journal)

    def _block_table(self, block: Block, seq: int, day: int) -> pa.Table:
        whole = block.whole()
        rows = len(whole.member)
        owner, party = self._names.parties(whole.member), self._names.parties(whole.party)
        states = np.where(whole.lot != NO_LOT, 1, np.where(whole.party == whole.member, 2, 0)).astype(np.int8)
        state = pa.DictionaryArray.from_arrays(states, [FREE, LOCKED, block.state])
        scale = pa.decimal128(38, self._scales.most)
        columns = {
            "seq": pa.array(np.arange(seq, seq + rows)),
            "day": pa.repeat(pa.scalar(day_of(day)), rows),
            "transfer": pc.binary_join_element_wise(block.prefix, owner, ""),
            "party": party,
            "points": pa.repeat(pa.scalar(block.kind), rows),
            "state": state.cast(pa.string()),
            "amount": decimal_column(whole.amount, self._scales.decimals[block.kind]).cast(scale),
            "rule": pa.repeat(pa.scalar(block.rule), rows),
            "lot": self._names.orders(whole.lot),
            "cause": pa.repeat(pa.scalar(""), rows),
        }
        return pa.table(columns)

    def _add(self, table: pa.Table) -> None:
        self._waiting.append(table)
        self._rows += table.num_rows

    def _flush(self) -> None:
        if self._rows:
            self._file.write_table(pa.concat_tables(self._waiting), row_group_size=GROUP_ROWS)
        self._waiting, self._rows = [], 0

    def close(self) -> None:
        """Write the rows that wait and close the file."""
        self._flush()
        self._file.close()
