"""The web's database user reads everything, and writes the ledger through the functions only."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction

import jifen.ledger
from jifen.ledger.close import close_day, proofs, verify_chain
from jifen.ledger.holds import Frozen, hold, settle
from jifen.ledger.lots import note_lot
from jifen.ledger.posting import OverdraftError, post_all, reverse
from jifen.ledger.reading import balances, statement
from jifen.ledger.rights import grant_rights
from tests.ledger.people import (
    ANNA,
    BERT,
    FIRST_OF_MARCH,
    POINTS,
    RELEASE,
    SECOND_OF_MARCH,
    do,
    free,
    give,
    grant,
    issued,
    move,
    open_release,
)

TABLES = (
    *("ledger_chart", "ledger_balance", "ledger_lot", "ledger_key", "ledger_transfer", "ledger_entry"),
    *("ledger_reversed", "ledger_hold", "ledger_dayclose", "ledger_daytotal", "ledger_skipped", "ledger_entry_202603"),
)
ROLE_SQL = Path(jifen.ledger.__file__).parent / "sql" / "role.sql"


@pytest.fixture
def web(release: None) -> Iterator[None]:
    """Work as jifen_web, after Anna was given 100."""
    give(ANNA, 100)
    grant_rights()
    with connection.cursor() as here:
        here.execute("SET ROLE jifen_web")
        yield
        here.execute("RESET ROLE")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "change", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "INSERT INTO {} DEFAULT VALUES", "TRUNCATE {}"]
)
@pytest.mark.usefixtures("web")
def test_the_web_cannot_write_a_table_of_the_ledger(table: str, change: str) -> None:
    with connection.cursor() as here:
        column = connection.introspection.get_table_description(here, table)[0].name

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(), connection.cursor() as here:
        here.execute(change.format(table, column, column))


@pytest.mark.usefixtures("web")
def test_the_web_posts_reverses_holds_and_reads_through_the_functions() -> None:
    gift = do(move("gift", free(ANNA, -30), free(BERT, 30)))
    post_all(programme_id=RELEASE, day=FIRST_OF_MARCH, transfers=[move("b", issued(-5), free(ANNA, 2), free(BERT, 3))])
    reverse(programme_id=RELEASE, day=FIRST_OF_MARCH, transfer_id=gift.id, key="back")
    grant(ANNA, 900, lot=5)
    note_lot(owner=ANNA, lot=5, base=3_000)
    held = hold(programme_id=RELEASE, day=FIRST_OF_MARCH, key="hold", frozen=Frozen(ANNA, POINTS, 2))
    settle(programme_id=RELEASE, day=FIRST_OF_MARCH, hold_id=held, key="pay")
    open_release()

    assert balances(ANNA) == {(POINTS, "free"): 100, (POINTS, "frozen"): 0, (POINTS, "locked"): 900}
    assert len(statement(ANNA).lines) == 8
    assert (proofs(RELEASE), verify_chain(RELEASE)) == ([], [])
    with pytest.raises(OverdraftError), transaction.atomic():
        do(move("too much", free(ANNA, -101), free(BERT, 101)))


@pytest.mark.usefixtures("web")
def test_the_web_begins_a_new_month() -> None:
    give(ANNA, 1, SECOND_OF_MARCH.replace(year=2031))

    assert balances(ANNA)[POINTS, "free"] == 101


@pytest.mark.usefixtures("web")
def test_the_web_closes_no_day() -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        close_day(programme_id=RELEASE, day=FIRST_OF_MARCH)


@pytest.mark.usefixtures("web")
def test_the_web_cannot_call_what_the_functions_are_made_of() -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(), connection.cursor() as here:
        here.execute("SELECT ledger_move(7, 16::smallint, 1000)")


@pytest.mark.usefixtures("release")
def test_rights_may_be_granted_again() -> None:
    grant_rights()
    grant_rights()


@pytest.mark.usefixtures("release")
def test_who_may_not_create_roles_is_told_what_to_do() -> None:
    script = ROLE_SQL.read_text("utf-8").replace("jifen_web", "jifen_other_web")

    with connection.cursor() as here:
        here.execute("CREATE ROLE jifen_plain")
        here.execute("SET LOCAL ROLE jifen_plain")
        with pytest.raises(DatabaseError, match="let an administrator run: CREATE ROLE jifen_other_web"):
            here.execute(script)
