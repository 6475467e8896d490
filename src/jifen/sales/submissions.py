"""Suppliers submit products, and an operator lists them in the mall or refuses them (S0-01, S0-70)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from jifen.engine.message import say
from jifen.facts.acts import note_act
from jifen.sales.errors import ReasonMissingError, SaleError
from jifen.sales.models import PRICE_MAX, Product, Submission, SubmissionState, Supplier, SupplierState, Zone
from jifen.sales.pictures import check_pictures, keep_pictures


class SubmissionStateError(SaleError):
    """The submission, or its supplier, stands where this cannot be done."""


class SubmissionNotValidError(SaleError):
    """What was submitted cannot be sold."""


class SubmissionKeyReusedError(SaleError):
    """The key already names another submission of this supplier (G2)."""

    def __init__(self) -> None:
        super().__init__(say("this was already submitted with other contents; look at the list, then begin a new one"))


@dataclass(frozen=True)
class Offer:
    """What a supplier wants to sell: a price in fen, and how many there are (None: without limit)."""

    title: str
    title_en: str
    price: int
    stock: int | None = None
    note: str = ""


def submit_product(*, supplier_id: int, offer: Offer, pictures: Sequence[bytes] = (), key: str) -> Submission:
    """Submit a product for review; the same key answers with the same submission."""
    checked = check_pictures(pictures)
    if not offer.title.strip():
        raise SubmissionNotValidError(say("give the product a title"))
    if not 1 <= offer.price <= PRICE_MAX or (offer.stock is not None and offer.stock < 0):
        raise SubmissionNotValidError(say("the price is above 0, and the stock not below"))
    with transaction.atomic():
        supplier = Supplier.objects.select_for_update(no_key=True).get(pk=supplier_id)
        known = supplier.submissions.filter(key=key).first()
        if known is not None:
            if (known.title, known.price, known.stock) != (offer.title.strip(), offer.price, offer.stock):
                raise SubmissionKeyReusedError
            return known
        if supplier.state != SupplierState.APPROVED:
            raise SubmissionStateError(say("only an approved supplier submits products"))
        submission = Submission.objects.create(
            supplier=supplier,
            title=offer.title.strip(),
            title_en=offer.title_en.strip(),
            price=offer.price,
            stock=offer.stock,
            note=offer.note.strip(),
            key=key,
            submitted_at=timezone.now(),
        )
        keep_pictures(submission, checked)
    return submission


def take_back(*, supplier_id: int, submission_id: int) -> Submission:
    """Take back a submission that nobody decided on."""
    with transaction.atomic():
        submission = Submission.objects.select_for_update(no_key=True).get(pk=submission_id, supplier_id=supplier_id)
        if submission.state == SubmissionState.TAKEN_BACK:
            return submission
        _check_open(submission)
        submission.state = SubmissionState.TAKEN_BACK
        submission.save(update_fields=["state"])
    return submission


def list_product(*, submission_id: int, reason: str, operator_id: int, zone: str = Zone.GOODS) -> Product:
    """Put a submitted product on sale (S0-01), for money until its mix is set; listing again changes nothing."""
    with transaction.atomic():
        submission = _locked(submission_id)
        if submission.product is not None:
            return submission.product
        _check_open(submission)
        supplier = submission.supplier
        if supplier.state != SupplierState.APPROVED:
            raise SubmissionStateError(say("the supplier is not approved; approve it first"))
        if zone not in (Zone.GOODS, Zone.POINTS):
            raise SubmissionNotValidError(say("suppliers sell goods only"))
        submission.product = Product.objects.create(
            programme_id=supplier.programme_id,
            code=f"s{supplier.pk}-{submission.pk}",
            zone=zone,
            title=submission.title,
            title_en=submission.title_en or submission.title,
            price=submission.price,
            stock=submission.stock,
            supplier=supplier,
        )
        _decide(submission, SubmissionState.LISTED, act="list_product", reason=reason, operator_id=operator_id)
    return submission.product


def refuse_product(*, submission_id: int, reason: str, operator_id: int) -> Submission:
    """Refuse a submitted product; the supplier reads the reason."""
    with transaction.atomic():
        submission = _locked(submission_id)
        _check_open(submission)
        _decide(submission, SubmissionState.REFUSED, act="refuse_product", reason=reason, operator_id=operator_id)
    return submission


def _locked(submission_id: int) -> Submission:
    rows = Submission.objects.select_for_update(no_key=True, of=("self",)).select_related("supplier", "product")
    return rows.get(pk=submission_id)


def _check_open(submission: Submission) -> None:
    if submission.state != SubmissionState.SUBMITTED:
        raise SubmissionStateError(say("this submission was already decided or taken back"))


def _decide(submission: Submission, state: SubmissionState, *, act: str, reason: str, operator_id: int) -> None:
    if not reason.strip():
        raise ReasonMissingError
    submission.state, submission.reason = state, reason.strip()
    submission.decided_at, submission.decided_by_id = timezone.now(), operator_id
    submission.save()
    note_act(operator_id=operator_id, act=act, subject=f"submission {submission.pk}", reason=reason.strip())
