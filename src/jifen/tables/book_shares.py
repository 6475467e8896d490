"""The columns share and role of the table actions: how much of a store somebody buys, and as what (S1-34)."""

import numpy as np

from jifen.engine.facts import Int64s
from jifen.engine.message import Message, say
from jifen.engine.rules.store_shares import INITIATOR, WHOLE
from jifen.tables.cells import Bools, Checks, filled, matches, report
from jifen.tables.columns import TextTable
from jifen.tables.decimals import parse_amount
from jifen.tables.problems import shown

PERCENT_DECIMALS = 2


def read_shares(checks: Checks, table: TextTable, buys: Bools) -> Int64s:
    """Return what each row buys in hundredths of a percent, 0 where it buys nothing; `buys` are the rows that do."""
    shares = np.zeros(len(table), np.int64)
    if "share" not in table:
        report(checks, table, "share", buys, lambda _: _bad_share(""))
        return shares
    texts, wrong = table["share"], dict[int, Message]()
    for row in np.flatnonzero(buys).tolist():
        text = texts[row].as_py()
        found = parse_amount(text, kind="share", decimals=PERCENT_DECIMALS, sign="positive")
        if isinstance(found, Message) or found > WHOLE:
            wrong[row] = _bad_share(text)
        else:
            shares[row] = found
    checks.findings.at_rows(table, "share", np.array(list(wrong), np.int64), wrong.__getitem__)
    _note_in_vain(checks, table, "share", buys)
    return shares


def _bad_share(text: str) -> Message:
    if not text:
        return say("the share is empty; write how many percent of the store are bought, such as 4 or 12.5")
    return say(
        '"{value}" is no share of a store; write percent, above 0, at most 100, with at most 2 decimals, such as 12.5',
        value=shown(text),
    )


def read_roles(checks: Checks, table: TextTable, buys: Bools) -> list[str]:
    """Return the role in which each row buys shares: "initiator" or ""."""
    if "role" not in table:
        return [""] * len(table)
    texts = table["role"]
    wrong = buys & filled(texts) & ~matches(texts, rf"^{INITIATOR}$")
    report(checks, table, "role", wrong, lambda row: say(
        "there is no role {role}; write {initiator}, or leave the field empty",
        role=shown(texts[row].as_py()), initiator=INITIATOR,
    ))  # fmt: skip
    _note_in_vain(checks, table, "role", buys)
    return [text if buy else "" for text, buy in zip(texts.to_pylist(), buys.tolist(), strict=True)]


def _note_in_vain(checks: Checks, table: TextTable, column: str, buys: Bools) -> None:
    """Note cells that are filled where no shares are bought."""
    report(checks, table, column, ~buys & filled(table[column]), lambda row: say(
        "the action {action} buys no shares; leave the field empty", action=shown(table["action"][row].as_py())
    ))  # fmt: skip
