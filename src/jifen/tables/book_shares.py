"""The columns share and role of the table actions: how much of a store somebody buys, and as what (S1-34).

The share of sales that a period is settled with (S3-17), and whether points granted to a branch are paid for (S3-25),
stand there too.
"""

import numpy as np

from jifen.engine.facts import Int64s
from jifen.engine.message import Message, say
from jifen.engine.rules.store_shares import INITIATOR, WHOLE
from jifen.tables.cells import Bools, Checks, filled, matches, report
from jifen.tables.columns import TextTable
from jifen.tables.decimals import parse_amount
from jifen.tables.problems import shown

PERCENT_DECIMALS = 2
FUNDING = ("funded", "unfunded")  # whether money stands behind points granted to a branch


def read_shares(checks: Checks, table: TextTable, buys: Bools, settles: Bools) -> Int64s:
    """Return what each row buys in hundredths of a percent, 0 where it buys nothing; `buys` are the rows that do.

    `settles` are the rows that may say with which share of sales a period is settled.
    """
    shares = np.zeros(len(table), np.int64)
    if "share" not in table:
        report(checks, table, "share", buys, lambda _: _bad_share("", settles=False))
        return shares
    texts, wrong = table["share"], dict[int, Message]()
    for row in np.flatnonzero(buys | (settles & filled(texts))).tolist():
        text = texts[row].as_py()
        found = parse_amount(text, kind="share", decimals=PERCENT_DECIMALS, sign="positive")
        if isinstance(found, Message) or found > WHOLE:
            wrong[row] = _bad_share(text, settles=bool(settles[row]))
        else:
            shares[row] = found
    checks.findings.at_rows(table, "share", np.array(list(wrong), np.int64), wrong.__getitem__)
    _note_in_vain(checks, table, "share", buys | settles)
    return shares


def _bad_share(text: str, *, settles: bool) -> Message:
    if not text:
        return say("the share is empty; write how many percent of the store are bought, such as 4 or 12.5")
    if settles:
        return say(
            '"{value}" is no share of sales; write percent, above 0, at most 100, with at most 2 decimals, such as 3',
            value=shown(text),
        )
    return say(
        '"{value}" is no share of a store; write percent, above 0, at most 100, with at most 2 decimals, such as 12.5',
        value=shown(text),
    )


def read_roles(checks: Checks, table: TextTable, buys: Bools, grants: Bools) -> list[str]:
    """Return the role in which each row buys shares: "initiator" or "".

    `grants` are the rows that grant points to a branch: theirs is "funded" or "unfunded" (S3-25).
    """
    if "role" not in table:
        report(checks, table, "role", grants, lambda _: _bad_funding(""))
        return [""] * len(table)
    texts = table["role"]
    unclear = grants & ~matches(texts, f"^({'|'.join(FUNDING)})$")
    report(checks, table, "role", unclear, lambda row: _bad_funding(texts[row].as_py()))
    wrong = buys & filled(texts) & ~matches(texts, rf"^{INITIATOR}$")
    report(checks, table, "role", wrong, lambda row: say(
        "there is no role {role}; write {initiator}, or leave the field empty",
        role=shown(texts[row].as_py()), initiator=INITIATOR,
    ))  # fmt: skip
    has = buys | grants
    _note_in_vain(checks, table, "role", has)
    return [text if some else "" for text, some in zip(texts.to_pylist(), has.tolist(), strict=True)]


def _bad_funding(text: str) -> Message:
    funded, unfunded = FUNDING
    if not text:
        return say("the role is empty; write {funded} where the branch pays for the points, else {unfunded}",
                   funded=funded, unfunded=unfunded)  # fmt: skip
    return say("there is no role {role}; write {funded} where the branch pays for the points, else {unfunded}",
               role=shown(text), funded=funded, unfunded=unfunded)  # fmt: skip


def _note_in_vain(checks: Checks, table: TextTable, column: str, buys: Bools) -> None:
    """Note cells that are filled where no shares are bought."""
    report(checks, table, column, ~buys & filled(table[column]), lambda row: say(
        "the action {action} buys no shares; leave the field empty", action=shown(table["action"][row].as_py())
    ))  # fmt: skip
