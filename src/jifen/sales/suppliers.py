"""Suppliers settle in: a member applies, an operator approves, stops, and sets what share of sales is kept (S0-70)."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from jifen.engine.message import say
from jifen.facts.acts import note_act
from jifen.members.models import Member
from jifen.members.phones import encrypt, normalise
from jifen.sales.errors import ReasonMissingError, SaleError
from jifen.sales.models import Product, Supplier, SupplierState

COMMISSION_DECIMALS = 9


class SupplierStateError(SaleError):
    """The supplier stands where this cannot be done."""


class CommissionError(SaleError):
    """The commission is no share of a sale."""

    def __init__(self) -> None:
        super().__init__(say("a commission is between 0 and 100 %, with at most 7 decimals"))


@dataclass(frozen=True)
class Application:
    """What somebody who wants to sell says about the business; the phone is kept closed."""

    name: str
    contact: str
    phone: str
    licence: str


def apply_as_supplier(*, member_id: int, application: Application) -> Supplier:
    """Apply as a supplier, or mend an application that nobody decided on.

    Raises members.phones.PhoneNotValidError, and SupplierStateError once it is decided.
    """
    with transaction.atomic():
        member = Member.objects.select_for_update(no_key=True).get(pk=member_id)
        known = Supplier.objects.filter(member=member).first()
        if known is not None and known.state != SupplierState.APPLIED:
            raise SupplierStateError(say("your application was decided; ask the operator to change what it says"))
        supplier = known or Supplier(member=member, programme_id=member.programme_id)
        supplier.name, supplier.contact = application.name.strip(), application.contact.strip()
        supplier.licence = application.licence.strip()
        supplier.phone_cipher = encrypt(normalise(application.phone), programme_id=member.programme_id)
        supplier.applied_at = timezone.now()
        supplier.save()
    return supplier


def approve_supplier(*, supplier_id: int, commission: Decimal, reason: str, operator_id: int) -> Supplier:
    """Approve a supplier, or set another commission for what it sells from now on; 0.1 keeps a tenth."""
    if not commission.is_finite() or not 0 <= commission <= 1 or round(commission, COMMISSION_DECIMALS) != commission:
        raise CommissionError
    with transaction.atomic():
        supplier = _locked(supplier_id)
        supplier.commission = commission
        _decide(supplier, SupplierState.APPROVED, act="approve_supplier", reason=reason, operator_id=operator_id)
    return supplier


def stop_supplier(*, supplier_id: int, reason: str, operator_id: int) -> Supplier:
    """Stop a supplier: its products leave the mall, and it submits nothing more. What it is owed stays owed."""
    with transaction.atomic():
        supplier = _locked(supplier_id)
        if supplier.state == SupplierState.STOPPED:
            raise SupplierStateError(say("this supplier is stopped already"))
        for product in Product.objects.filter(supplier=supplier, active=True).order_by("id").select_for_update():
            product.active = False
            product.save(update_fields=["active"])
        _decide(supplier, SupplierState.STOPPED, act="stop_supplier", reason=reason, operator_id=operator_id)
    return supplier


def _locked(supplier_id: int) -> Supplier:
    return Supplier.objects.select_for_update(no_key=True, of=("self",)).get(pk=supplier_id)


def _decide(supplier: Supplier, state: SupplierState, *, act: str, reason: str, operator_id: int) -> None:
    if not reason.strip():
        raise ReasonMissingError
    supplier.state, supplier.decided_at, supplier.decided_by_id = state, timezone.now(), operator_id
    supplier.save()
    note_act(operator_id=operator_id, act=act, subject=f"supplier {supplier.pk}", reason=reason.strip())
