"""Signed PDFs for operators: each download is noted (S0-58)."""

from django.db import transaction

from jifen.facts.acts import note_act
from jifen.leases.models import Agreement


def take_copy(*, programme_id: int, number: str, operator_id: int) -> Agreement:
    """Return the agreement of an order for an operator, whose name is noted; raises Agreement.DoesNotExist."""
    with transaction.atomic():
        agreement = Agreement.objects.select_related("order").get(programme_id=programme_id, order__number=number)
        note_act(operator_id=operator_id, act="download_agreement", subject=f"order {number}")
    return agreement
