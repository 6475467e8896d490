"""What operators ask the exchange for at the console, noted in the audit log."""

from decimal import Decimal

from django.db import transaction

from jifen.exchange.chosen import NoExchangeError, is_open
from jifen.exchange.models import SimPrice
from jifen.exchange.simulated import set_price
from jifen.exchange.sync import Synced, sync
from jifen.facts.acts import note_act
from jifen.payouts.reasons import given
from jifen.programmes.models import Programme


def sync_now(*, programme_id: int, reason: str, operator_id: int) -> Synced:
    """Bring a programme in step with the exchange at once; the act is noted whatever comes of it."""
    code = Programme.objects.values_list("code", flat=True).get(pk=programme_id)
    note_act(operator_id=operator_id, act="sync_exchange", subject=code, reason=given(reason))
    return sync(programme_id)


def set_simulated_price(*, programme_id: int, price: Decimal, reason: str, operator_id: int) -> SimPrice:
    """Let the simulated exchange sell at another price; nothing of the programme changes by it."""
    if not is_open():
        raise NoExchangeError
    reason = given(reason)
    code = Programme.objects.values_list("code", flat=True).get(pk=programme_id)
    with transaction.atomic():
        note_act(operator_id=operator_id, act="set_simulated_price", subject=code, reason=f"{price:f}: {reason}"[:200])
        return set_price(programme_id=programme_id, price=price)
