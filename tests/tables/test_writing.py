"""A result is written whole, exactly and the same every time, or not at all."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from jifen.engine.facts import Facts, Int64s
from jifen.engine.lines import CONVERTED, ISSUED, NO_LOT, Block, DayLines, Journal, Refused
from jifen.engine.message import say
from jifen.tables.result_columns import AmountColumn
from jifen.tables.results import NotAResultError, read_result
from jifen.tables.writing import Format, ResultFolderError, ResultForm, ResultWriter
from tests.tables.books import DECIMALS, SHANGHAI, read, with_orders

DAY = 20_513  # 2026-03-01
NOON = (DAY * 24 + 4) * 3_600_000_000  # in Shanghai


@pytest.fixture
def facts(tmp_path: Path) -> Facts:
    """Facts of four members and two orders, some with codes that CSV must quote."""
    members = 'member,referrer,joined_at\n"a,b",,2026-01-01\nM2,,2026-01-01\n"q""q",,2026-01-01\n王,,2026-01-01\n'
    orders = with_orders("O1,M2,2026-01-05,1", '"o,2",王,2026-01-05,1')
    return read(tmp_path / "book", {"members": members, **orders}).facts


def block(rule: str, *rows: tuple[int, int, int], blocked: tuple[tuple[int, int], ...] = ()) -> Block:
    """Return a block of (member, lot, amount) that cut off (member, amount)."""
    cut = np.array(blocked, np.int64).reshape(-1, 2)
    member, lot, amount = np.array(rows, np.int64).reshape(-1, 3).T
    return Block(
        rule=rule,
        prefix=f"release/2026-03-01/{rule}/",
        kind="points",
        member=member.astype(np.int32),
        lot=lot.astype(np.int32),
        amount=amount.copy(),
        blocked_member=cut[:, 0].astype(np.int32),
        blocked_amount=cut[:, 1].copy(),
    )


def journal(*rows: tuple[str, int, str, str, int, int]) -> Journal:
    """Return a journal of (transfer, party, kind, state, amount, lot)."""
    lines = Journal()
    for transfer, party, kind, state, amount, lot in rows:
        lines.transfer.append(transfer)
        lines.party.append(party)
        lines.kind.append(kind)
        lines.state.append(state)
        lines.amount.append(amount)
        lines.rule.append("some_rule")
        lines.lot.append(lot)
        lines.cause.append("action 1")
    return lines


def day_lines() -> DayLines:
    """Return a day with everything: facts, a close, late payments, refused facts."""
    return DayLines(
        day=DAY,
        journal=journal(("release/action/1/convert", 1, "points", "free", -5_000, NO_LOT),
                        ("release/action/1/convert", CONVERTED, "points", "free", 5_000, NO_LOT),
                        ("release/action/1/convert", ISSUED, "token", "free", -1, NO_LOT),
                        ("release/action/1/convert", 1, "token", "free", 1, NO_LOT)),
        refused=[Refused(NOON + 1, "action 3", 3, say("too few {kind}", kind="points")),
                 Refused(NOON, "order O9", 0, say("because"))],
        blocks=[block("share", (0, 1, -360_000), (0, NO_LOT, 360_000), blocked=((2, 5), (3, 1))),
                block("share", (2, 0, -7), (2, NO_LOT, 7), blocked=((2, 10_000),)),
                block("bonus", blocked=((2, 1), (0, 2)))],
        late=journal(("release/2026-03-01/debt_repayment/M2", 1, "points", "locked", -10_000, 0)),
    )  # fmt: skip


def write(folder: Path, facts: Facts, form: Format = "csv", *, replace: bool = False) -> Path:
    """Write a result of two days."""
    with ResultWriter(
        folder, facts=facts, form=ResultForm(decimals=DECIMALS, zone=SHANGHAI, format=form), replace=replace
    ) as writer:
        writer.write_day(day_lines())
        writer.write_day(DayLines(day=DAY + 1, journal=Journal(), refused=[], blocks=day_lines().blocks[1:2]))
        writer.finish(tables=other_tables(), summary={"programme": "release", "积分": [1, 2]})
    return folder


def other_tables() -> dict[str, dict[str, list[str] | Int64s | AmountColumn | np.ndarray]]:
    """Return balances of two kinds out of order, and lots with an empty day."""
    closed = np.array(["NaT", "2026-03-02"], "datetime64[D]")
    return {
        "balances": {
            "party": ["王", "M2", "M2", "M10"],
            "points": ["points", "token", "points", "points"],
            "free": AmountColumn(np.array([1, 2, -3, 0]), ["points", "token", "points", "points"]),
            "locked": AmountColumn(np.array([10_000, 0, 0, 0]), "points"),
        },
        "lots": {"order": ["O2", "O1"], "closed_on": closed, "remaining": AmountColumn(np.array([1, 0]), "points")},
    }


ENTRIES = """\
seq,day,transfer,party,points,state,amount,rule,lot,cause
1,2026-03-01,release/action/1/convert,M2,points,free,-0.5000,some_rule,,action 1
2,2026-03-01,release/action/1/convert,programme:converted,points,free,0.5000,some_rule,,action 1
3,2026-03-01,release/action/1/convert,programme:issued,token,free,-0.00000001,some_rule,,action 1
4,2026-03-01,release/action/1/convert,M2,token,free,0.00000001,some_rule,,action 1
5,2026-03-01,"release/2026-03-01/share/a,b","a,b",points,locked,-36.0000,share,"o,2",
6,2026-03-01,"release/2026-03-01/share/a,b","a,b",points,free,36.0000,share,,
7,2026-03-01,"release/2026-03-01/share/q""q","q""q",points,locked,-0.0007,share,O1,
8,2026-03-01,"release/2026-03-01/share/q""q","q""q",points,free,0.0007,share,,
9,2026-03-01,release/2026-03-01/debt_repayment/M2,M2,points,locked,-1.0000,some_rule,O1,action 1
10,2026-03-02,"release/2026-03-01/share/q""q","q""q",points,locked,-0.0007,share,O1,
11,2026-03-02,"release/2026-03-01/share/q""q","q""q",points,free,0.0007,share,,
"""


def test_entries_are_written_in_order_of_posting(tmp_path: Path, facts: Facts) -> None:
    assert (write(tmp_path / "result", facts) / "entries.csv").read_text("utf-8") == ENTRIES


def test_blocked_amounts_are_added_up_by_day_party_rule_and_kind(tmp_path: Path, facts: Facts) -> None:
    assert (write(tmp_path / "result", facts) / "blocked.csv").read_text("utf-8") == (
        "day,party,rule,points,amount\n"
        '2026-03-01,"a,b",bonus,points,0.0002\n'
        '2026-03-01,"q""q",bonus,points,0.0001\n'
        '2026-03-01,"q""q",share,points,1.0005\n'
        "2026-03-01,王,share,points,0.0001\n"
        '2026-03-02,"q""q",share,points,1.0000\n'
    )


def test_refused_facts_are_sorted_and_say_why(tmp_path: Path, facts: Facts) -> None:
    assert (write(tmp_path / "result", facts) / "refused.csv").read_text("utf-8") == (
        "at,fact,party,why\n"
        '2026-03-01T12:00:00+08:00,order O9,"a,b",because\n'
        "2026-03-01T12:00:00.000001+08:00,action 3,王,too few points\n"
    )


def test_other_tables_are_sorted_by_their_keys_as_plain_text(tmp_path: Path, facts: Facts) -> None:
    result = write(tmp_path / "result", facts)

    assert (result / "balances.csv").read_text("utf-8") == (
        "party,points,free,locked\n"
        "M10,points,0.0000,0.0000\n"
        "M2,points,-0.0003,0.0000\n"
        "M2,token,0.00000002,0.0000\n"
        "王,points,0.0001,1.0000\n"
    )
    assert (result / "lots.csv").read_text("utf-8") == "order,closed_on,remaining\nO1,2026-03-02,0.0000\nO2,,0.0001\n"


def test_the_summary_is_sorted_and_knows_the_decimals(tmp_path: Path, facts: Facts) -> None:
    assert (write(tmp_path / "result", facts) / "summary.json").read_text("utf-8") == (
        '{\n  "decimals": {\n    "money": 2,\n    "points": 4,\n    "token": 8\n  },\n'
        '  "programme": "release",\n  "积分": [\n    1,\n    2\n  ]\n}\n'
    )


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_the_same_lines_give_the_same_bytes(tmp_path: Path, facts: Facts, form: Format) -> None:
    first, second = write(tmp_path / "1", facts, form), write(tmp_path / "2", facts, form)

    names = sorted(path.name for path in first.iterdir())
    assert len(names) == 6
    assert [(first / name).read_bytes() for name in names] == [(second / name).read_bytes() for name in names]


def test_parquet_holds_what_csv_holds(tmp_path: Path, facts: Facts) -> None:
    as_csv = read_result(write(tmp_path / "csv", facts))
    as_parquet = read_result(write(tmp_path / "parquet", facts, "parquet"))

    assert sorted(as_csv.tables) == sorted(as_parquet.tables) == ["balances", "blocked", "entries", "lots", "refused"]
    for name in as_csv.tables:
        assert as_csv.table(name).schema.equals(as_parquet.table(name).schema)
        assert as_csv.table(name).to_pylist() == as_parquet.table(name).to_pylist()
    assert as_csv.summary == as_parquet.summary
    assert as_csv.table("lots")["closed_on"].to_pylist() == [date(2026, 3, 2), None]


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_transfer_is_found_by_its_key(tmp_path: Path, facts: Facts, form: Format) -> None:
    result = read_result(write(tmp_path / "result", facts, form))

    assert result.transfer("release/action/1/convert")["seq"].to_pylist() == [1, 2, 3, 4]
    assert result.transfer('release/2026-03-01/share/q"q')["seq"].to_pylist() == [7, 8, 10, 11]
    assert result.transfer("release/action/1").num_rows == 0


def test_blocks_longer_than_a_chunk_agree_with_plain_text(tmp_path: Path, facts: Facts) -> None:
    rng = np.random.default_rng(1)
    rows = 100_000
    member, lot = rng.integers(0, 4, rows), rng.integers(-1, 2, rows)
    amount = rng.integers(-(2**62), 2**62, rows) >> rng.integers(0, 62, rows)
    lines = DayLines(DAY, Journal(), [], [block("r", *zip(member, lot, amount, strict=True))])

    with ResultWriter(tmp_path / "r", facts=facts, form=ResultForm(decimals=DECIMALS, zone=SHANGHAI)) as writer:
        writer.write_day(lines)
        writer.finish(tables={}, summary={})

    entries = read_result(tmp_path / "r").table("entries")
    assert entries["seq"].to_pylist() == list(range(1, rows + 1))
    assert entries["party"].to_pylist() == [facts.members.codes[number] for number in member]
    assert entries["lot"].to_pylist() == [["O1", "o,2", ""][number] for number in lot]
    assert [int(value.scaleb(4)) for value in entries["amount"].to_pylist()] == amount.tolist()


def break_off(folder: Path, facts: Facts, form: ResultForm, error: BaseException) -> None:
    """Write a day, then fail."""
    with ResultWriter(folder, facts=facts, form=form, replace=True) as writer:
        writer.write_day(day_lines())
        raise error


@pytest.mark.parametrize("error", [RuntimeError(), KeyboardInterrupt()])
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_run_that_breaks_off_leaves_nothing(tmp_path: Path, facts: Facts, error: BaseException, form: Format) -> None:
    there = sorted(tmp_path.iterdir())

    with pytest.raises(type(error)):
        break_off(tmp_path / "result", facts, ResultForm(decimals=DECIMALS, zone=SHANGHAI, format=form), error)

    assert sorted(tmp_path.iterdir()) == there


def test_an_error_of_the_writing_thread_reaches_the_caller_and_leaves_nothing(tmp_path: Path, facts: Facts) -> None:
    there = sorted(tmp_path.iterdir())
    unknown_kind = DayLines(DAY, journal(("k", 0, "gold", "free", 1, NO_LOT)), [], [])
    writer = ResultWriter(tmp_path / "result", facts=facts, form=ResultForm(decimals=DECIMALS, zone=SHANGHAI))

    with writer:
        writer.write_day(unknown_kind)
        with pytest.raises(KeyError, match="gold"):
            writer.finish(tables={}, summary={})

    assert sorted(tmp_path.iterdir()) == there


def test_without_finish_there_is_no_result(tmp_path: Path, facts: Facts) -> None:
    there = sorted(tmp_path.iterdir())

    with ResultWriter(tmp_path / "result", facts=facts, form=ResultForm(decimals=DECIMALS, zone=SHANGHAI)) as writer:
        writer.write_day(day_lines())

    assert sorted(tmp_path.iterdir()) == there


def test_an_existing_folder_is_refused_and_kept(tmp_path: Path, facts: Facts) -> None:
    result = write(tmp_path / "result", facts)
    (result / "note.txt").write_text("mine")

    with pytest.raises(ResultFolderError, match="is there already; name another folder, or add --replace"):
        write(tmp_path / "result", facts)

    assert (result / "note.txt").read_text() == "mine"


def overtaken(folder: Path, facts: Facts) -> None:
    """Begin a run, let another into the same folder end first, and end."""
    with ResultWriter(folder, facts=facts, form=ResultForm(decimals=DECIMALS, zone=SHANGHAI)) as slow:
        (write(folder, facts) / "note.txt").write_text("first")
        slow.finish(tables={}, summary={})


def test_of_two_runs_into_one_folder_the_second_to_end_is_refused(tmp_path: Path, facts: Facts) -> None:
    with pytest.raises(ResultFolderError, match="is there already"):
        overtaken(tmp_path / "result", facts)

    assert (tmp_path / "result" / "note.txt").read_text() == "first"
    assert not list(tmp_path.glob(".result.*"))


def test_an_earlier_result_is_exchanged_when_asked(tmp_path: Path, facts: Facts) -> None:
    result = write(tmp_path / "result", facts)
    (result / "note.txt").write_text("mine")
    there = sorted(tmp_path.iterdir())

    write(tmp_path / "result", facts, replace=True)

    assert not (result / "note.txt").exists()
    assert (result / "entries.csv").read_text("utf-8") == ENTRIES
    assert sorted(tmp_path.iterdir()) == there


def test_an_earlier_result_stays_when_the_new_run_breaks_off(tmp_path: Path, facts: Facts) -> None:
    result = write(tmp_path / "result", facts)

    with pytest.raises(RuntimeError):
        break_off(result, facts, ResultForm(decimals=DECIMALS, zone=SHANGHAI), RuntimeError())

    assert (result / "entries.csv").read_text("utf-8") == ENTRIES


def test_a_folder_that_is_no_result_is_never_replaced(tmp_path: Path, facts: Facts) -> None:
    (tmp_path / "photos").mkdir()

    with pytest.raises(ResultFolderError, match="photos is not an earlier result and stays; name another folder"):
        write(tmp_path / "photos", facts, replace=True)


def test_a_folder_that_is_no_result_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(NotAResultError, match="is not the result of a run; name a folder that was written by one"):
        read_result(tmp_path)
