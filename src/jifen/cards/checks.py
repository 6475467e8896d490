"""What the money of cards must have posted; the verifier of the platform asks it."""

from collections.abc import Iterator

from jifen.cards.models import CardRange
from jifen.cards.ranges import payment_key
from jifen.ledger.chart import PROGRAMME

Moves = dict[tuple[int, str], int]  # (member or PROGRAMME, role) → fen


def money_moves(programme_id: int) -> Iterator[tuple[str, Moves]]:
    """Yield what applications for cards, and those that were refused, must have posted, by the key of the transfer."""
    paid = CardRange.objects.filter(programme_id=programme_id, paid_on__isnull=False).select_related("programme")
    for found in paid.iterator():
        kept = found.cost - found.reserved
        moves = {(found.member_id, "paid"): -found.cost, (PROGRAMME, "reserve"): found.reserved}
        moves[PROGRAMME, "cash"] = kept
        yield payment_key(found), _not_zero(moves)
        if found.returned_on is not None:
            yield payment_key(found, "payment_return"), _not_zero({one: -fen for one, fen in moves.items()})


def _not_zero(moves: Moves) -> Moves:
    return {account: amount for account, amount in moves.items() if amount}
