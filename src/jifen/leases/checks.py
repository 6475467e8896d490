"""What must be right about agreements, leases and the money of top-ups; the verifier of the platform asks it."""

import hashlib
from collections.abc import Iterator

from django.db.models import F

from jifen.engine.message import Message, say
from jifen.leases.models import Agreement, CreditTopUp, Lease, TopUpReturn, TopUpState
from jifen.leases.returns import return_key
from jifen.leases.top_ups import payment_key
from jifen.ledger.chart import PROGRAMME
from jifen.payouts.models import ProposalState

CHUNK = 100  # documents in memory at once

Moves = dict[tuple[int, str], int]  # (member or PROGRAMME, role) → fen


def problems(programme_id: int) -> Iterator[Message]:
    """Yield what is wrong: a PDF that is not the one that was signed, a lease that stands on another order's lot."""
    agreements = Agreement.objects.filter(programme_id=programme_id).order_by("pk")
    for number, pdf, sha256 in agreements.values_list("order__number", "pdf", "sha256").iterator(chunk_size=CHUNK):
        if hashlib.sha256(bytes(pdf)).hexdigest() != sha256:
            yield say("the agreement of order {order} is not the one that was signed", order=number)
    leases = Lease.objects.filter(programme_id=programme_id).exclude(fact_tick=F("order__fact_id"))
    for number in leases.values_list("order__number", flat=True):
        yield say("the lease of order {order} stands on another order's lot", order=number)


def money_moves(programme_id: int) -> Iterator[tuple[str, Moves]]:
    """Yield what top-ups and their returns must have posted in money, by the key of the transfer."""
    credited = CreditTopUp.objects.filter(programme_id=programme_id, state=TopUpState.CREDITED)
    for top_up in credited.select_related("programme").iterator():
        kept = top_up.amount - top_up.reserved
        moves = {(top_up.member_id, "paid"): -top_up.amount, (PROGRAMME, "reserve"): top_up.reserved}
        yield payment_key(top_up), _not_zero({**moves, (PROGRAMME, "cash"): kept})
    returns = TopUpReturn.objects.filter(programme_id=programme_id, state=ProposalState.APPROVED)
    for found in returns.select_related("top_up__programme").iterator():
        moves = {(found.top_up.member_id, "paid"): found.amount, (PROGRAMME, "reserve"): -found.from_reserve}
        yield return_key(found.top_up, found.pk), _not_zero({**moves, (PROGRAMME, "cash"): -found.from_cash})


def _not_zero(moves: Moves) -> Moves:
    return {account: amount for account, amount in moves.items() if amount}
