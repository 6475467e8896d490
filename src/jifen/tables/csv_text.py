"""Columns of text as the lines of a CSV file, with quotation marks only where a field needs them."""

from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

SPECIAL = r'[",\r\n]'
LINES_AT_ONCE = 1 << 18


def cell(text: str) -> str:
    """Return one text as a CSV field."""
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in '",\r\n') else text


def cells(texts: pa.Array) -> pa.Array:
    """Return a column of texts as CSV fields."""
    special = pc.match_substring_regex(texts, SPECIAL)
    if not pc.any(special, min_count=0).as_py():
        return texts
    around = pc.binary_join_element_wise('"', pc.replace_substring(texts, '"', '""'), '"', "")
    return pc.if_else(special, around, texts)


def write_lines(table: pa.Table, file: BinaryIO) -> None:
    """Append the rows of a table of text columns without nulls."""
    for first in range(0, table.num_rows, LINES_AT_ONCE):
        part = table.slice(first, LINES_AT_ONCE).combine_chunks()
        fields = [cells(column.chunk(0)) for column in part.columns]
        lines = pc.binary_join_element_wise(pc.binary_join_element_wise(*fields, ","), "\n", "")
        # The texts of a column stand one after the other, up to its last offset: these are the lines.
        _, offsets, texts = lines.buffers()
        file.write(texts.slice(0, int(np.frombuffer(offsets, np.int32)[len(lines)])))
