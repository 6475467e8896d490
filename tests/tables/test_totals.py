"""What a run adds up while its lines go by."""

from collections import Counter
from itertools import groupby

import numpy as np

from jifen.engine.lines import ACCOUNTS, DayLines, Journal
from jifen.tables.totals import Totals

REWARD = "release/2026-03-01/generation_share/1/claim"


def journal(*rows: tuple[str, int, str, int, str]) -> Journal:
    lines = Journal()
    for transfer, party, state, amount, cause in rows:
        lines.transfer.append(transfer)
        lines.party.append(party)
        lines.kind.append("points")
        lines.state.append(state)
        lines.amount.append(amount)
        lines.rule.append("refund")
        lines.lot.append(-1)
        lines.cause.append(cause)
    return lines


def test_a_member_called_claim_is_not_taken_for_a_claim() -> None:
    totals = Totals(2)

    totals.note(
        DayLines(
            1,
            journal(
                ("release/refund/O1/1/claim", 0, "free", -500, "refund O1/1"),
                ("release/refund/O1/1/claim", -1, "free", 500, "refund O1/1"),
                (f"release/refund/O1/1/{REWARD}", 1, "free", -70, REWARD),
                (f"release/refund/O1/1/{REWARD}", 1, "locked", 70, REWARD),
            ),
            [],
            [],
        )
    )

    assert totals.claimed == 500
    assert totals.returned == {"generation_share": 70}
    assert totals.unbalanced == 0


def random_journal(random: np.random.Generator, rows: int, members: int) -> Journal:
    """Return rows of transfers of one to four rows each, of which some sum to zero."""
    lines = Journal()
    for transfer in range(rows):
        size = int(random.integers(1, 5))
        amounts = random.integers(-2, 3, size).tolist()
        lines.transfer += [f"t{transfer // 2 if random.random() < 0.1 else transfer}"] * size
        lines.party += random.integers(-len(ACCOUNTS), members, size).tolist()
        lines.kind += random.choice(["points", "money"], size).tolist()
        lines.state += random.choice(["free", "locked"], size).tolist()
        lines.amount += [2**62 * amount // 2 if transfer == 7 else amount for amount in amounts]
        lines.rule += [str(random.choice(["split", "mint"]))] * size
        lines.lot += [-1] * size
        lines.cause += [""] * size
    return lines


def test_what_is_added_up_column_by_column_is_what_a_loop_over_rows_finds() -> None:
    for seed in range(30):
        random, members = np.random.default_rng(seed), 3
        lines, totals = random_journal(random, 40, members), Totals(members)

        totals.note(DayLines(1, lines, [], []))

        rows = list(zip(lines.transfer, lines.party, lines.kind, lines.state, lines.amount, lines.rule, strict=True))
        sums, paid, transfers, unbalanced = Counter[object](), Counter[object](), Counter[object](), 0
        for _, group in groupby(rows, key=lambda row: row[0]):
            left, seen = Counter[str](), set[str]()
            for _, party, kind, state, amount, rule in group:
                sums[kind, state, party % (members + len(ACCOUNTS))] += amount
                paid[rule, kind] += max(amount, 0)
                transfers[rule, kind] += kind not in seen
                seen.add(kind)
                left[kind] += amount
            unbalanced += any(left.values())
        found = {(*key, party): int(of) for key, column in totals.sums.items() for party, of in enumerate(column) if of}
        assert found == {key: of for key, of in sums.items() if of}
        assert {key: total.amount for key, total in totals.by_rule.items()} == paid
        assert {key: total.transfers for key, total in totals.by_rule.items()} == transfers
        assert totals.unbalanced == unbalanced
        assert totals.rows == len(rows)
