"""Writing what many members stand at, at once."""

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import sql

from jifen.ledger.columns import write_columns
from jifen.ledger.connection import cursor

TYPES = {"b": "boolean", "i": "bigint"}


def write_standings(rows: NDArray[np.void], *, ranked_on: date | None = None) -> None:
    """Set the columns of `rows` for the members in its column member_id; `ranked_on` dates ranks that change."""
    if not len(rows):
        return
    assert rows.dtype.names
    columns = [name for name in rows.dtype.names if name != "member_id"]
    types = {name: sql.SQL(TYPES[rows.dtype[name].kind]) for name in rows.dtype.names}
    table = sql.SQL(", ").join(sql.SQL("{} {}").format(sql.Identifier(name), kind) for name, kind in types.items())
    sets = [sql.SQL("{0} = n.{0}").format(sql.Identifier(name)) for name in columns]
    if ranked_on is not None:
        since = "rank_since = CASE WHEN s.rank = n.rank THEN s.rank_since ELSE {} END"
        sets.append(sql.SQL(since).format(sql.Literal(ranked_on)))
    here: Any = cursor()
    here.execute(sql.SQL("CREATE TEMPORARY TABLE settlement_standing ({})").format(table))
    write_columns(here, "settlement_standing", [rows])
    update = "UPDATE members_standing s SET {} FROM settlement_standing n WHERE s.member_id = n.member_id"
    here.execute(sql.SQL(update).format(sql.SQL(", ").join(sets)))
    assert here.rowcount == len(rows)
    here.execute("DROP TABLE settlement_standing")
