"""Settlements with suppliers and stores: what they are owed up to a day, proposed by one operator and paid by another.

Sandbox only: no bank is asked (S0-70, S2-05). What is owed is no account of the ledger; the tables' constraints hold
its sums. Of a store head office holds the money, so paying it moves money in the ledger, out of cash first.
"""

from datetime import date
from typing import NotRequired, TypedDict, Unpack

from django.db import transaction
from django.db.models import F, Q, QuerySet, Sum
from django.utils import timezone

from jifen.engine.message import say
from jifen.facts.acts import note_act
from jifen.facts.days import open_day, waiting
from jifen.sales.errors import ReasonMissingError, SaleError
from jifen.sales.models import Due, Settlement, SettlementLine, SettlementState, Supplier
from jifen.sales.receipts import MoneyShortError, Receipt, pay_back
from jifen.stores.models import Store

RULE = "store_settlement"  # what the ledger calls the money of a settlement with a store


class SettlementStateError(SaleError):
    """The settlement stands where this cannot be done."""


class NothingOwedError(SaleError):
    """Nothing is left to be paid."""

    def __init__(self) -> None:
        super().__init__(say("nothing is owed up to that day"))


class SameOperatorError(SaleError):
    """The second of two people is the first one again (G14)."""

    def __init__(self) -> None:
        super().__init__(say("a second operator has to do this; you did the step before"))


class SettlementKeyReusedError(SaleError):
    """The key already names another settlement (G2)."""

    def __init__(self) -> None:
        super().__init__(
            say("this settlement was already sent for another day; look at the list, then begin a new one")
        )


class CashShortError(SaleError):
    """Cash and reserve together hold less than a store is to be paid; nothing was written."""

    def __init__(self) -> None:
        super().__init__(
            say("the programme's accounts hold too little money for this settlement; top up the reserve first")
        )


class NewSettlement(TypedDict):
    """With which supplier, or which store, to settle all sales up to a business day; why, who, and the key."""

    supplier_id: NotRequired[int]
    store_id: NotRequired[int]
    up_to: date
    reason: str
    operator_id: int
    key: str


def owed_to(supplier_id: int, up_to: date | None = None) -> int:
    """Return what is left to be settled with a supplier, in fen, for business days up to one."""
    return _left_of(Due.objects.filter(supplier_id=supplier_id), up_to)


def owed_to_store(store_id: int, up_to: date | None = None) -> int:
    """Return what is left to be settled with a store, in fen, for business days up to one; refunds may make it < 0."""
    return _left_of(Due.objects.filter(store_id=store_id), up_to)


def propose_settlement(**new: Unpack[NewSettlement]) -> Settlement:
    """Propose to pay a supplier or a store all sales up to a business day, less refunds of what was settled before.

    The same key answers with the same settlement.
    """
    reason = new["reason"].strip()
    if not reason:
        raise ReasonMissingError
    with transaction.atomic():
        whose = _locked(new.get("supplier_id"), new.get("store_id"))
        known = whose.settlements.filter(key=new["key"]).first()
        if known is not None:
            if known.up_to != new["up_to"]:
                raise SettlementKeyReusedError
            return known
        if whose.settlements.filter(state=SettlementState.PROPOSED).exists():
            raise SettlementStateError(say("a settlement waits already; decide on it first"))
        settlement = Settlement(up_to=new["up_to"], key=new["key"], reason=reason)
        settlement.supplier_id, settlement.store_id = new.get("supplier_id"), new.get("store_id")
        settlement.number = whose.settlements.count() + 1
        settlement.proposed_at, settlement.proposed_by_id = timezone.now(), new["operator_id"]
        _fill(settlement)
        _note(settlement, "propose_settlement", new["operator_id"], reason)
    return settlement


def pay_settlement(*, settlement_id: int, note: str, operator_id: int) -> Settlement:
    """Note that a settlement was paid, with the bank's reference; another operator than the one who proposed it.

    Refused where a refund came since it was proposed: nobody may sell enough any more for a next one to deduct it.
    Raises CashShortError, and facts.days.NotNowError, for what a store is paid.
    """
    with waiting():
        return _decide(settlement_id, SettlementState.PAID, note=note, operator_id=operator_id)


def drop_settlement(*, settlement_id: int, reason: str, operator_id: int) -> Settlement:
    """Drop a settlement; what it contained is owed again."""
    return _decide(settlement_id, SettlementState.DROPPED, note=reason, operator_id=operator_id)


def refunded_since(settlement: Settlement) -> bool:
    """Tell whether a refund lowered what a proposal contains, or what was settled before it, since it was made."""
    return _dues_of(settlement).filter(settled__gt=F("owed") - F("lowered")).exists()


def subject_of(settlement: Settlement) -> str:
    """Return what a settlement is called in the audit log."""
    if settlement.store_id is not None:
        return f"settlement store {settlement.store_id}/{settlement.number}"
    return f"settlement {settlement.supplier_id}/{settlement.number}"


def payment_key(settlement: Settlement, code: str) -> str:
    """Return what the transfer of a store's settlement is called in the ledger of a programme."""
    return f"{code}/store_settlement/{settlement.pk}/payment"


def _left_of(dues: QuerySet[Due], up_to: date | None) -> int:
    if up_to is not None:
        dues = dues.filter(business_date__lte=up_to)
    found: int | None = dues.aggregate(left=Sum(F("owed") - F("lowered") - F("settled")))["left"]
    return found or 0


def _locked(supplier_id: int | None, store_id: int | None) -> Supplier | Store:
    """Return whom to settle with, locked; settlements with one follow one another."""
    if store_id is not None:
        return Store.objects.select_for_update(no_key=True).get(pk=store_id)
    assert supplier_id is not None
    return Supplier.objects.select_for_update(no_key=True).get(pk=supplier_id)


def _dues_of(settlement: Settlement) -> QuerySet[Due]:
    """Return all that its supplier or store is owed, settled or not, up to the day of a settlement."""
    whose = Q(supplier_id=settlement.supplier_id) if settlement.store_id is None else Q(store_id=settlement.store_id)
    return Due.objects.filter(whose, business_date__lte=settlement.up_to).order_by("id")


def _fill(settlement: Settlement) -> None:
    """Put everything that is left into a settlement, and save it."""
    found = list(_dues_of(settlement).exclude(owed=F("lowered") + F("settled")).select_for_update(no_key=True))
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
        # As when it is proposed: the supplier or store first, then the amounts.
        _locked(*Settlement.objects.values_list("supplier_id", "store_id").get(pk=settlement_id))
        settlement = Settlement.objects.select_for_update(no_key=True).get(pk=settlement_id)
        if settlement.state == state and settlement.decided_by_id == operator_id:
            return settlement
        if settlement.state != SettlementState.PROPOSED:
            raise SettlementStateError(say("this settlement was already decided"))
        if state == SettlementState.PAID and settlement.proposed_by_id == operator_id:
            raise SameOperatorError
        settlement.state, settlement.note = state, note.strip()
        settlement.decided_at, settlement.decided_by_id = timezone.now(), operator_id
        if state == SettlementState.PAID:
            _pay(settlement, operator_id)
        settlement.save()
        if state == SettlementState.DROPPED:
            _release(settlement)
        act = "pay_settlement" if state == SettlementState.PAID else "drop_settlement"
        _note(settlement, act, operator_id, note.strip())
    return settlement


def _pay(settlement: Settlement, operator_id: int) -> None:
    """Let a settlement be paid unless a refund came since it was proposed, also one that is being written now.

    As in a refund, money is locked before what is owed; what the first look misses the second one finds.
    """
    _refuse_refunded(settlement)
    if settlement.store is not None:
        _pay_out(settlement, settlement.store, operator_id)
    contained = Due.objects.filter(settlement_lines__settlement=settlement).order_by("id")
    list(contained.select_for_update(no_key=True, of=("self",)).values_list("pk"))
    _refuse_refunded(settlement)


def _refuse_refunded(settlement: Settlement) -> None:
    if refunded_since(settlement):
        raise SettlementStateError(say("a refund came since this was proposed; drop it, then propose anew"))


def _pay_out(settlement: Settlement, store: Store, operator_id: int) -> None:
    """Post the money of a settlement to the store's owner: out of cash, and what that lacks out of the reserve."""
    assert store.owner_id is not None
    receipt = Receipt(
        programme_id=store.programme_id,
        member_id=store.owner_id,
        day=open_day(store.programme_id),
        operator_id=operator_id,
        key=payment_key(settlement, store.programme.code),
        rule=RULE,
        cause=subject_of(settlement),
    )
    try:
        settlement.from_reserve, settlement.from_cash = pay_back(receipt, settlement.amount, reserved=0)
    except MoneyShortError as error:
        raise CashShortError from error


def _release(settlement: Settlement) -> None:
    lines = list(settlement.lines.order_by("due_id"))
    dues = {due.pk: due for due in Due.objects.filter(settlement_lines__in=lines).order_by("id").select_for_update()}
    for line in lines:
        dues[line.due_id].settled -= line.amount
    Due.objects.bulk_update(list(dues.values()), ["settled"], batch_size=2_000)


def _note(settlement: Settlement, act: str, operator_id: int, reason: str) -> None:
    note_act(operator_id=operator_id, act=act, subject=subject_of(settlement), reason=reason)
