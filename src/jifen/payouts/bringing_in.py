"""Real money that two operators answer for: into the reserve, out of `topped_up`, and no income (trust 1.4, S4-30)."""

from typing import NamedTuple

from jifen.ledger.chart import MONEY, PROGRAMME
from jifen.ledger.posting import Line, NewTransfer, post
from jifen.payouts.models import Proposal


class Brought(NamedTuple):
    """What the transfer of a proposal's money is called: its key after the programme's code, its rule, its cause."""

    key: str
    rule: str
    cause: str


def bring_in(proposal: Proposal, brought: Brought, *, operator_id: int) -> None:
    """Post the money of an approved proposal on its business day; nothing where none came."""
    if not proposal.amount:
        return
    assert proposal.business_date is not None
    lines = (
        Line(owner=PROGRAMME, kind=MONEY, role="topped_up", amount=-proposal.amount),
        Line(owner=PROGRAMME, kind=MONEY, role="reserve", amount=proposal.amount),
    )
    key = f"{proposal.programme.code}/{brought.key}"
    transfer = NewTransfer(key=key, rule=brought.rule, lines=lines, cause=brought.cause)
    day, actor = proposal.business_date, f"operator/{operator_id}"
    post(programme_id=proposal.programme_id, day=day, transfer=transfer, actor=actor)
