"""What a run adds up while its lines go by."""

from jifen.engine.lines import DayLines, Journal
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
