"""Why: the rule, the clause, the formula with its numbers, the people, and what was blocked, for any transfer.

Nothing is looked up in a result: the facts are replayed up to the transfer, and the numbers are those that the engine
used.
"""

import re
from datetime import date

import numpy as np

from jifen.engine.amounts import format_amount
from jifen.engine.days import date_of, iso
from jifen.engine.digits import number_of
from jifen.engine.lines import FREE, LOCKED, NO_LOT, Block, DayLines, Journal, account_name, is_store, store_number
from jifen.engine.message import say
from jifen.engine.posting import Row
from jifen.engine.replay import Replay
from jifen.engine.rules.airdrop import Airdrop
from jifen.engine.settle import slots_of
from jifen.explain.actions import tell_action
from jifen.explain.airdrops import tell_airdrop
from jifen.explain.model import Entry, Explanation, UnknownKeyError
from jifen.explain.months import month_slot, tell_month
from jifen.explain.orders import tell_order
from jifen.explain.pooled import tell_exit, tell_leftover, tell_mint
from jifen.explain.refunds import tell_refund
from jifen.explain.releases import tell_release
from jifen.explain.rewards import tell_reward
from jifen.explain.steps import tell_ladder, tell_steps
from jifen.explain.stores import OF_STORES, tell_store
from jifen.explain.telling import Shareout, Telling
from jifen.explain.weights import tell_join
from jifen.messages import CLAUSE_OF


def explain(replay: Replay, key: str, until: date) -> Explanation:
    """Return why the transfer `key` was posted; runs a fresh `replay` up to its day. Raises UnknownKeyError."""
    _refuse_impossible(replay, key, until)
    for lines in replay.days(until):
        found = explain_at(replay, lines, key)
        if found is not None:
            return found
    raise UnknownKeyError(key)


def explain_at(
    replay: Replay, lines: DayLines, key: str, shareouts: dict[str, Shareout] | None = None
) -> Explanation | None:
    """Return why the transfer `key` was posted by `lines`, after which the replay stands; None where it was not.

    `shareouts`, by rule, are those of a month's end where the replay does not hold everybody who shared.
    """
    tell = Telling(replay, lines, key, shareouts)
    for journal in (lines.journal, lines.late):
        if key in journal.transfer:
            return _of_journal(tell, journal)
    for block in lines.blocks:
        if key.startswith(block.prefix) and "/" not in key.removeprefix(block.prefix):
            return _of_block(tell, block)
    return None


def _refuse_impossible(replay: Replay, key: str, until: date) -> None:
    """Raise UnknownKeyError at once for a key that no run of this book can have posted."""
    code, what, name, *_ = [*key.split("/"), "", "", ""]
    codes = {
        "order": replay.facts.orders.codes,
        "refund": replay.facts.orders.codes,
        "join": replay.facts.members.codes,
        "store": replay.facts.stores.codes,
    }
    if what in codes:
        possible = name in codes[what]
    elif what == "steps":
        possible = 0 < (number_of(name) or 0) <= len(replay.facts.steps)
    elif what == "action":
        possible = 0 < (number_of(name) or 0) <= len(replay.facts.actions.action)
    else:
        possible = bool(re.fullmatch(r"\d{4}-\d\d-\d\d", what)) and what <= until.isoformat()
    if code != replay.programme.code or not possible:
        raise UnknownKeyError(key)


def explain_largest(replay: Replay, lines: DayLines) -> list[Explanation]:
    """Return why the largest transfer of each rule was posted at the last close; `lines` are of that day."""
    largest = []
    for block in lines.blocks:
        if len(block.member):
            member = int(block.member[np.abs(block.amount).argmax()])
            key = block.prefix + replay.facts.members.codes[member]
            largest.append(_of_block(Telling(replay, lines, key), block))
    return largest


def _of_block(tell: Telling, block: Block) -> Explanation:
    """Explain a transfer of a close."""
    code = tell.key.removeprefix(block.prefix)
    if code not in tell.facts.members.codes:
        raise UnknownKeyError(tell.key)
    member = tell.facts.members.codes.index(code)
    rows = np.flatnonzero(block.member == member)
    if len(rows) == 0 and member not in block.blocked_member:
        raise UnknownKeyError(tell.key)
    columns = zip(block.locked[rows].tolist(), block.amount[rows].tolist(), block.lot[rows].tolist(), strict=True)
    entries = [
        _entry(tell, Row(member, block.kind, LOCKED if locked else block.state, amount, lot))
        for locked, amount, lot in columns
    ]
    moved = sum(int(block.amount[row]) for row in rows)
    if block.contra and moved:
        entries.append(_entry(tell, Row(block.contra, block.kind, FREE, -moved)))
    why = _explanation(tell, block.rule, entries)
    if block.rule == Airdrop.use:
        tell_airdrop(tell, why, block, member)
        return why
    for number, slot in enumerate(slots_of(tell.programme)):
        if f"/{slot.path}/" in block.prefix:
            tell_reward(tell, why, member, number)
            return why
    tell_release(tell, why, member)
    return why


def _of_journal(tell: Telling, journal: Journal) -> Explanation:
    """Explain a transfer that a fact caused, or a late payment of a close."""
    rows = [row for row, transfer in enumerate(journal.transfer) if transfer == tell.key]
    entries = [
        _entry(tell, Row(journal.party[i], journal.kind[i], journal.state[i], journal.amount[i], journal.lot[i]))
        for i in rows
    ]
    rule, cause = journal.rule[rows[0]], journal.cause[rows[0]]
    why = _explanation(tell, rule, entries)
    parts = tell.key.split("/")
    if rule == "forced_exit" and tell.programme.pool is not None:
        tell_exit(tell, why, tell.programme.pool)
    elif parts[1] == iso(tell.lines.day):
        _tell_close(tell, why, parts, cause)
    else:
        _tell_fact(tell, why, parts, cause)
    return why


def _tell_fact(tell: Telling, why: Explanation, parts: list[str], cause: str) -> None:
    """Explain what a fact posted; `parts` are those of the key."""
    what = parts[1]
    if what == "order":
        tell_order(tell, why, parts[2])
    elif what == "refund":
        tell_refund(tell, why, parts, cause)
    elif what == "action":
        tell_action(tell, why, int(parts[2]))
    elif what in ("join", "store"):
        tell_join(tell, why, parts)
    elif what == "steps":
        tell_steps(tell, why, parts)


def _tell_close(tell: Telling, why: Explanation, parts: list[str], cause: str) -> None:
    """Explain what a close posted row by row; `parts` are those of the key."""
    rule = why.rule
    slot = month_slot(tell, rule)
    if slot is not None:
        tell_month(tell, why, slot, parts[3] if len(parts) > 3 else "")
    elif rule in OF_STORES:
        tell_store(tell, why)
    elif rule == "leftover":
        tell_leftover(tell, why)
    elif rule == "step_ladder" and tell.programme.ladder is not None:
        tell_ladder(tell, why, tell.programme.ladder, tell.facts.members.codes.index(parts[3]))
    elif rule == "profit_pool" and tell.programme.pool is not None:
        tell_mint(tell, why, tell.order(tell.facts.orders.codes.index(parts[3])), tell.programme.pool)
    elif cause:
        why.formula.append(say("paid late: it was blocked in {key} and waited for a lot", key=cause))


def _explanation(tell: Telling, rule: str, entries: list[Entry]) -> Explanation:
    return Explanation(tell.key, date_of(tell.lines.day), rule, _source(tell, rule, entries), entries)


def _source(tell: Telling, rule: str, entries: list[Entry]) -> str:
    """Return the clause of a rule; of several of its name that between the kinds which moved."""
    found = [other for other in tell.programme.rules if other.use == CLAUSE_OF.get(rule, rule)]
    moved = {entry.kind for entry in entries}
    fitting = [one for one in found if {getattr(one, "kind", ""), getattr(one, "into", "")} - {""} <= moved]
    name = [*tell.key.split("/"), "", "", "", ""][3]
    named = [one for one in found if getattr(one, "name", "") == name != ""]
    return next((one.source for one in (*named, *fitting, *found)), "")


def _entry(tell: Telling, row: Row) -> Entry:
    members = tell.facts.members
    order = "" if row.order == NO_LOT else tell.facts.orders.codes[row.order]
    shown = format_amount(row.amount, tell.programme.kinds[row.kind].decimals)
    if is_store(row.party):
        code = f"store:{tell.store(store_number(row.party))}"
        return Entry(code, "", row.kind, row.state, shown, order)
    if row.party < 0:
        return Entry(account_name(row.party), "", row.kind, row.state, shown, order)
    return Entry(members.codes[row.party], members.names[row.party], row.kind, row.state, shown, order)
