"""Settlements with suppliers: what they are owed up to a day, proposed by one operator and paid by another (S0-70).

Sandbox only: no bank is asked. What is owed is no account of the ledger; the tables' constraints hold its sums.
"""

from datetime import date

from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone

from jifen.engine.message import say
from jifen.facts.acts import note_act
from jifen.sales.errors import ReasonMissingError, SaleError
from jifen.sales.models import Due, Settlement, SettlementLine, SettlementState, Supplier


class SettlementStateError(SaleError):
    """The settlement stands where this cannot be done."""


class NothingOwedError(SaleError):
    """Nothing is left to be paid."""

    def __init__(self) -> None:
        super().__init__(say("nothing is owed to this supplier up to that day"))


class SameOperatorError(SaleError):
    """The second of two people is the first one again (G14)."""

    def __init__(self) -> None:
        super().__init__(say("a second operator has to do this; you did the step before"))


class SettlementKeyReusedError(SaleError):
    """The key already names another settlement with this supplier (G2)."""

    def __init__(self) -> None:
        super().__init__(
            say("this settlement was already sent for another day; look at the list, then begin a new one")
        )


def owed_to(supplier_id: int, up_to: date | None = None) -> int:
    """Return what is left to be settled with a supplier, in fen, for business days up to one."""
    dues = Due.objects.filter(supplier_id=supplier_id)
    if up_to is not None:
        dues = dues.filter(business_date__lte=up_to)
    found: int | None = dues.aggregate(left=Sum(F("owed") - F("lowered") - F("settled")))["left"]
    return found or 0


def propose_settlement(*, supplier_id: int, up_to: date, reason: str, operator_id: int, key: str) -> Settlement:
    """Propose to pay a supplier everything up to a business day, less refunds of what was settled before."""
    if not reason.strip():
        raise ReasonMissingError
    with transaction.atomic():
        supplier = Supplier.objects.select_for_update(no_key=True).get(pk=supplier_id)
        known = supplier.settlements.filter(key=key).first()
        if known is not None:
            if known.up_to != up_to:
                raise SettlementKeyReusedError
            return known
        if supplier.settlements.filter(state=SettlementState.PROPOSED).exists():
            raise SettlementStateError(say("a settlement with this supplier waits already; decide on it first"))
        settlement = Settlement(supplier=supplier, up_to=up_to, key=key, reason=reason.strip())
        settlement.number = supplier.settlements.count() + 1
        settlement.proposed_at, settlement.proposed_by_id = timezone.now(), operator_id
        _fill(settlement)
        _note(settlement, "propose_settlement", operator_id, reason.strip())
    return settlement


def pay_settlement(*, settlement_id: int, note: str, operator_id: int) -> Settlement:
    """Note that a settlement was paid, with the bank's reference; another operator than the one who proposed it."""
    return _decide(settlement_id, SettlementState.PAID, note=note, operator_id=operator_id)


def drop_settlement(*, settlement_id: int, reason: str, operator_id: int) -> Settlement:
    """Drop a settlement; what it contained is owed again."""
    return _decide(settlement_id, SettlementState.DROPPED, note=reason, operator_id=operator_id)


def _fill(settlement: Settlement) -> None:
    """Put everything that is left into a settlement, and save it."""
    dues = Due.objects.filter(supplier=settlement.supplier, business_date__lte=settlement.up_to).order_by("id")
    found = list(dues.exclude(owed=F("lowered") + F("settled")).select_for_update(no_key=True))
    settlement.amount = sum(due.left for due in found)
    if settlement.amount <= 0:
        raise NothingOwedError
    settlement.save(force_insert=True)
    SettlementLine.objects.bulk_create(
        [SettlementLine(settlement=settlement, due=due, amount=due.left) for due in found], batch_size=2_000
    )
    for due in found:
        due.settled += due.left
    Due.objects.bulk_update(found, ["settled"], batch_size=2_000)


def _decide(settlement_id: int, state: SettlementState, *, note: str, operator_id: int) -> Settlement:
    if not note.strip():
        raise ReasonMissingError
    with transaction.atomic():
        # As when it is proposed: the supplier first, then the amounts.
        supplier_id = Settlement.objects.values_list("supplier_id", flat=True).get(pk=settlement_id)
        Supplier.objects.select_for_update(no_key=True).get(pk=supplier_id)
        settlement = Settlement.objects.select_for_update(no_key=True).get(pk=settlement_id)
        if settlement.state == state and settlement.decided_by_id == operator_id:
            return settlement
        if settlement.state != SettlementState.PROPOSED:
            raise SettlementStateError(say("this settlement was already decided"))
        if state == SettlementState.PAID and settlement.proposed_by_id == operator_id:
            raise SameOperatorError
        settlement.state, settlement.note = state, note.strip()
        settlement.decided_at, settlement.decided_by_id = timezone.now(), operator_id
        settlement.save()
        if state == SettlementState.DROPPED:
            _release(settlement)
        act = "pay_settlement" if state == SettlementState.PAID else "drop_settlement"
        _note(settlement, act, operator_id, note.strip())
    return settlement


def _release(settlement: Settlement) -> None:
    lines = list(settlement.lines.order_by("due_id"))
    dues = {due.pk: due for due in Due.objects.filter(settlement_lines__in=lines).order_by("id").select_for_update()}
    for line in lines:
        dues[line.due_id].settled -= line.amount
    Due.objects.bulk_update(list(dues.values()), ["settled"], batch_size=2_000)


def _note(settlement: Settlement, act: str, operator_id: int, reason: str) -> None:
    subject = f"settlement {settlement.supplier_id}/{settlement.number}"
    note_act(operator_id=operator_id, act=act, subject=subject, reason=reason)
