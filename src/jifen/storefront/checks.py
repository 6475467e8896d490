"""What must be right about cards; the verifier of the platform asks it."""

from collections.abc import Iterator

from django.db.models import Q

from jifen.engine.message import Message, say
from jifen.sales.models import CONFIRMED_STATES
from jifen.storefront.models import Card, CardState


def problems(programme_id: int) -> Iterator[Message]:
    """Yield what is wrong: cards that are not in step with their orders."""
    cards = Card.objects.filter(store__programme_id=programme_id).order_by("pk")
    late = Q(state=CardState.ORDERED, order__state__in=CONFIRMED_STATES)
    open_still = ~Q(state=CardState.CLOSED) & Q(order__refunded__gt=0)
    for number in cards.filter(late | open_still).values_list("order__number", flat=True):
        yield say("the card of order {order} is not in step with its order", order=number)
