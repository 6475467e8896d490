"""What a run did, in figures: counts and totals of each rule."""

from collections import defaultdict
from typing import Any

from jifen.engine.lines import FREE, NO_LOT, Block, DayLines, Journal
from jifen.ledger.bulk import DayPosted
from jifen.ledger.close import Closed


def report_of(lines: DayLines, closed: Closed, posted: DayPosted) -> dict[str, Any]:
    """Return a run's report: rules in the order of payment with amounts in minor units, and the day's digest."""
    rules = [_rule(block) for block in lines.blocks]
    return {
        "rules": [*rules, *_late(lines.late)],
        "transfers": closed.transfers,
        "entries": closed.entries,
        "digest": closed.digest,
        "sequence": closed.sequence,
        "chunks": {"new": posted.chunks_new, "known": posted.chunks_known},
        "skipped": len(posted.skipped),
    }


def _rule(block: Block) -> dict[str, Any]:
    free = block.lot == NO_LOT
    path = block.prefix.split("/", 2)[2].strip("/")
    return {
        "rule": block.rule,
        "path": path,
        "kind": block.kind,
        "members": int(free.sum()),
        "amount": int(block.amount[free].sum()),
        "blocked_members": len(block.blocked_member),
        "blocked": int(block.blocked_amount.sum()),
    }


def _late(late: Journal) -> list[dict[str, Any]]:
    """Return the figures of what was paid late: parts that waited, and debts."""
    sums: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for party, kind, state, amount, rule in zip(late.party, late.kind, late.state, late.amount, late.rule, strict=True):
        if party >= 0 and state == FREE:
            sums[rule, kind][0] += 1
            sums[rule, kind][1] += abs(amount)
    return [
        {"rule": rule, "path": f"{rule}/late", "kind": kind, "members": count, "amount": amount}
        | {"blocked_members": 0, "blocked": 0}
        for (rule, kind), (count, amount) in sums.items()
    ]
