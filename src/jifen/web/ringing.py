"""Ringing up what a form of the counter says: who is meant, the member's code, and the sale itself, each once."""

import json
from typing import Any

from jifen.cards.finding import member_by, named_by
from jifen.members.login import count_lookup, forgive_lookup
from jifen.members.models import Member
from jifen.sales.counter import CASH, STORED_VALUE, rung_up, sell_at_counter
from jifen.sales.models import Order
from jifen.sales.pay_codes import check_pay_code
from jifen.sales.placing import OrderKeyReusedError
from jifen.stores.models import Store

SENT_MAX = 4_096  # bytes of a sale that a phone sends


def read_sent(body: bytes) -> dict[str, str]:
    """Return what a phone sent, as a form says it; what is neither a text nor a number was not said."""
    try:
        sent = json.loads(body[:SENT_MAX])
        json.dumps(sent, ensure_ascii=False).encode()  # half a character is no text
    except (ValueError, RecursionError):
        return {}
    said = sent.items() if isinstance(sent, dict) else ()
    return {name: str(one) for name, one in said if isinstance(one, str | int | float) and not isinstance(one, bool)}


def ring_up(store: Store, values: dict[str, Any]) -> Order:
    """Let a sale count, or return the one that its key made before, whatever became of the card since.

    Raises what sell_at_counter raises, CardError for a card that nobody has, and TooManyTriesError.
    """
    known = rung_up(store.pk, values["key"])
    if known is not None:
        if not _same(store, known, values):
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
        pay_step=check_pay_code(member.pk, values["code"], ringer_id=_owner(store)) if stored else None,
    )


def find_customer(store: Store, text: str) -> Member:
    """Return whose card, phone or code a store has before it; who misses often has to wait. Not in a transaction."""
    count_lookup(_owner(store))  # first: who has missed too often is not told of a hit either
    member = member_by(store.programme_id, text)
    forgive_lookup(_owner(store))
    return member


def _same(store: Store, order: Order, values: dict[str, Any]) -> bool:
    """Return whether a form says what an order is; a text that names nobody any more may have named its member."""
    if (order.amount, CASH if order.taken_by_store else STORED_VALUE) != (values["amount"], values["by"]):
        return False
    count_lookup(_owner(store))  # the answer tells whether a text names somebody else
    named = named_by(store.programme_id, values["card"])
    if named is not None and named.pk == order.member_id:
        forgive_lookup(_owner(store))
    return named is None or named.pk == order.member_id


def _owner(store: Store) -> int:
    assert store.owner_id is not None  # only owners come to a counter
    return store.owner_id
