"""Ringing up what a form of the counter says: who is meant, the member's code, and the sale itself, each once."""

from typing import Any

from jifen.cards.errors import CardError
from jifen.cards.finding import member_by
from jifen.members.login import count_lookup
from jifen.members.models import Member
from jifen.sales.counter import STORED_VALUE, rung_up, sell_at_counter
from jifen.sales.models import Order
from jifen.sales.pay_codes import check_pay_code
from jifen.sales.placing import OrderKeyReusedError
from jifen.stores.models import Store


def ring_up(store: Store, values: dict[str, Any]) -> Order:
    """Let a sale count, or return the one that its key made before, whatever became of the card since.

    Raises what sell_at_counter raises, CardError for a card that nobody has, and TooManyTriesError.
    """
    known = rung_up(store.pk, values["key"])
    if known is not None:
        if known.amount != values["amount"]:
            raise OrderKeyReusedError
        return known
    member = find_customer(store, values["card"])
    stored = values["by"] == STORED_VALUE
    return sell_at_counter(
        store_id=store.pk,
        member_id=member.pk,
        amount=values["amount"],
        by=values["by"],
        key=values["key"],
        at=values["at"],
        pay_step=check_pay_code(member.pk, values["code"]) if stored else None,
    )


def find_customer(store: Store, text: str) -> Member:
    """Return whose card, phone or code a store has before it; who misses often has to wait. Not in a transaction."""
    try:
        return member_by(store.programme_id, text)
    except CardError:
        if store.owner_id is not None:
            count_lookup(store.owner_id)
        raise
