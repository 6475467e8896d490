"""What a supplier sees: its application, submissions, sales and settlements (S0-70)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import get_language

from jifen.engine.digits import number_of
from jifen.members.models import Member
from jifen.members.phones import decrypt
from jifen.sales.models import (
    Due,
    Settlement,
    SettlementState,
    Submission,
    SubmissionState,
    Supplier,
    SupplierState,
)
from jifen.sales.settlements import owed_to
from jifen.web.amounts import Money

ROWS_SHOWN = 20
TONES = {
    SupplierState.APPLIED: "wait",
    SupplierState.APPROVED: "good",
    SupplierState.STOPPED: "bad",
    SubmissionState.SUBMITTED: "wait",
    SubmissionState.LISTED: "good",
    SubmissionState.REFUSED: "bad",
    SettlementState.PROPOSED: "wait",
    SettlementState.PAID: "good",
}


@dataclass(frozen=True)
class Submitted:
    """A product that was submitted."""

    id: int
    title: str
    price: Money
    at: datetime
    state: str
    tone: str
    reason: str
    open: bool
    on_sale: bool
    picture: str


@dataclass(frozen=True)
class SupplierPage:
    """A supplier to itself."""

    name: str
    state: str
    tone: str
    approved: bool
    applied: bool
    commission: str  # percent
    owed: Money
    settled: Money
    submissions: list[Submitted]


@dataclass(frozen=True)
class Sale:
    """A line of an order, and what the supplier is owed for it."""

    id: int
    day: date
    title: str
    quantity: int
    price: Money
    owed: Money
    lowered: Money


@dataclass(frozen=True)
class Paid:
    """A settlement."""

    number: int
    up_to: date
    amount: Money
    state: str
    tone: str
    at: datetime


@dataclass(frozen=True)
class Sales:
    """A page of a supplier's sales, newest first, and its settlements."""

    sales: list[Sale]
    next: str
    settlements: list[Paid]
    owed: Money


def supplier_of(member: Member) -> Supplier | None:
    """Return the supplier that a member is, or asked to be."""
    return Supplier.objects.filter(member=member).first()


def application_of(supplier: Supplier) -> dict[str, str]:
    """Return what an application says, for its form."""
    phone = decrypt(bytes(supplier.phone_cipher), programme_id=supplier.programme_id)
    return {"name": supplier.name, "contact": supplier.contact, "phone": phone, "licence": supplier.licence}


def read_supplier(supplier: Supplier) -> SupplierPage:
    """Return a supplier's first page."""
    state = SupplierState(supplier.state)
    paid = sum(
        Settlement.objects.filter(supplier=supplier, state=SettlementState.PAID).values_list("amount", flat=True)
    )
    rows = Submission.objects.filter(supplier=supplier).select_related("product").prefetch_related("pictures")
    return SupplierPage(
        name=supplier.name,
        state=str(state.label),
        tone=TONES[state],
        approved=state == SupplierState.APPROVED,
        applied=state == SupplierState.APPLIED,
        commission=percent(supplier),
        owed=Money(owed_to(supplier.pk)),
        settled=Money(paid),
        submissions=[_submitted(one) for one in rows.order_by("-id")[: ROWS_SHOWN * 5]],
    )


def percent(supplier: Supplier) -> str:
    """Return a supplier's commission in percent; nothing before it is approved."""
    if supplier.commission is None:
        return ""
    text = f"{supplier.commission * 100:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def read_sales(supplier: Supplier, before: str) -> Sales:
    """Return a page of a supplier's sales, below the id `before`."""
    found = Due.objects.filter(supplier=supplier).select_related("line").order_by("-id")
    last = number_of(before)
    if last is not None:
        found = found.filter(id__lt=last)
    dues = list(found[: ROWS_SHOWN + 1])
    shown = dues[:ROWS_SHOWN]
    settlements = Settlement.objects.filter(supplier=supplier).order_by("-number")[:ROWS_SHOWN]
    return Sales(
        [_sale(one) for one in shown],
        str(shown[-1].pk) if len(dues) > ROWS_SHOWN else "",
        [_paid(one) for one in settlements],
        Money(owed_to(supplier.pk)),
    )


def _submitted(one: Submission) -> Submitted:
    state = SubmissionState(one.state)
    pictures = sorted(one.pictures.all(), key=lambda picture: picture.position)
    return Submitted(
        id=one.pk,
        title=one.title,
        price=Money(one.price),
        at=one.submitted_at,
        state=str(state.label),
        tone=TONES.get(state, ""),
        reason=one.reason if state == SubmissionState.REFUSED else "",
        open=state == SubmissionState.SUBMITTED,
        on_sale=one.product is not None and one.product.active,
        picture=pictures[0].digest if pictures else "",
    )


def _sale(due: Due) -> Sale:
    line, english = due.line, (get_language() or "").startswith("en")
    assert line is not None
    title = line.title_en if english else line.title
    return Sale(due.pk, due.business_date, title, line.quantity, Money(due.price), Money(due.owed), Money(-due.lowered))


def _paid(one: Settlement) -> Paid:
    state = SettlementState(one.state)
    return Paid(one.number, one.up_to, Money(one.amount), str(state.label), TONES.get(state, ""), one.proposed_at)
