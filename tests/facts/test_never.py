"""What facts and closes have noted stays as it is, whoever asks."""

import pytest
from django.db import DatabaseError, connection, transaction

KEPT = [
    "facts_fact",
    "facts_reduction",
    "facts_rankchange",
    "facts_act",
    "facts_agentchange",
    "facts_cut",
    "facts_dust",
]


@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
@pytest.mark.parametrize("table", KEPT)
def test_a_row_is_never_changed(table: str, change: str, db: None) -> None:
    key = {"facts_fact": "tick", "facts_agentchange": "tick"}.get(table, "id")
    statement = change.replace("id = id", f"{key} = {key}").format(table)

    with pytest.raises(DatabaseError, match=f"{table} is append-only"), transaction.atomic():
        connection.cursor().execute(statement)
