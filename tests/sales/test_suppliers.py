"""Suppliers: apply, submit, sell, be paid (S0-70)."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum
from hypothesis import given
from hypothesis import strategies as st

from jifen.facts.days import open_day
from jifen.members.phones import PhoneNotValidError, decrypt
from jifen.sales.dues import owed_for
from jifen.sales.errors import ReasonMissingError, SaleError
from jifen.sales.models import (
    Due,
    Order,
    Product,
    Settlement,
    SettlementLine,
    SettlementState,
    Submission,
    SubmissionState,
    Supplier,
    SupplierState,
)
from jifen.sales.pictures import PictureError
from jifen.sales.settlements import (
    NothingOwedError,
    SameOperatorError,
    SettlementKeyReusedError,
    SettlementStateError,
    drop_settlement,
    owed_to,
    pay_settlement,
    propose_settlement,
)
from jifen.sales.submissions import (
    Offer,
    SubmissionKeyReusedError,
    SubmissionNotValidError,
    SubmissionStateError,
    list_product,
    refuse_product,
    submit_product,
    take_back,
)
from jifen.sales.suppliers import (
    Application,
    CommissionError,
    SupplierStateError,
    apply_as_supplier,
    approve_supplier,
    stop_supplier,
)
from tests.sales.shop import YUAN, said
from tests.sales.spaces import Spaces, open_spaces
from tests.sales.test_refunds import refund

PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\x06IDATpixels\0\0\0\0" + b"\0\0\0\0IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0\x00\x08" + b"pixels" + b"\xff\xd9"
APPLICATION = Application("茶山商行", "陈", "138 0000 9999", "9144 0300")
TEA = Offer("老班章", "Old tea", 100 * YUAN, stock=9)


@pytest.fixture
def spaces(db: None) -> Spaces:
    return open_spaces()


def supplier_in(spaces: Spaces, *, commission: str = "0.1") -> Supplier:
    supplier = apply_as_supplier(member_id=spaces.member("Sue"), application=APPLICATION)
    return approve_supplier(
        supplier_id=supplier.pk, commission=Decimal(commission), reason="licence seen", operator_id=spaces.wang
    )


def listed(spaces: Spaces, supplier: Supplier, offer: Offer = TEA) -> Product:
    submission = submit_product(supplier_id=supplier.pk, offer=offer, key=spaces.key())
    return list_product(submission_id=submission.pk, reason="fine", operator_id=spaces.wang)


def propose(spaces: Spaces, supplier: Supplier, *, key: str = "", days: int = 0) -> Settlement:
    up_to = open_day(spaces.programme.pk) + timedelta(days=days)
    return propose_settlement(
        supplier_id=supplier.pk, up_to=up_to, reason="monthly", operator_id=spaces.wang, key=key or spaces.key()
    )


def test_an_application_is_mended_until_it_is_decided(spaces: Spaces) -> None:
    first = apply_as_supplier(member_id=spaces.member("Sue"), application=APPLICATION)
    again = apply_as_supplier(
        member_id=spaces.member("Sue"), application=Application("茶山", "陈", "13800008888", "9144 0300")
    )

    assert (again.pk, again.name, again.state) == (first.pk, "茶山", SupplierState.APPLIED)
    assert b"13800008888" not in bytes(again.phone_cipher)
    assert decrypt(bytes(again.phone_cipher), programme_id=spaces.programme.pk) == "13800008888"
    approve_supplier(supplier_id=first.pk, commission=Decimal(0), reason="fine", operator_id=spaces.wang)
    with pytest.raises(SupplierStateError) as refusal:
        apply_as_supplier(member_id=spaces.member("Sue"), application=APPLICATION)
    assert "was decided" in said(refusal.value)


def test_a_wrong_phone_is_refused(spaces: Spaces) -> None:
    with pytest.raises(PhoneNotValidError):
        apply_as_supplier(member_id=spaces.member("Sue"), application=Application("a", "b", "12", "c"))


@pytest.mark.parametrize("commission", ["-0.1", "1.01", "0.0000000001", "NaN"])
def test_a_commission_is_a_share(spaces: Spaces, commission: str) -> None:
    with pytest.raises(CommissionError) as refusal:
        supplier_in(spaces, commission=commission)
    assert "between 0 and 100 %" in said(refusal.value)


def test_approving_and_stopping_need_reasons_and_are_noted(spaces: Spaces) -> None:
    supplier = supplier_in(spaces)
    with pytest.raises(ReasonMissingError):
        stop_supplier(supplier_id=supplier.pk, reason=" ", operator_id=spaces.wang)

    product = listed(spaces, supplier)
    stop_supplier(supplier_id=supplier.pk, reason="licence ended", operator_id=spaces.li)

    assert not Product.objects.get(pk=product.pk).active
    assert spaces.acts(f"supplier {supplier.pk}") == ["approve_supplier", "stop_supplier"]
    with pytest.raises(SupplierStateError, match="already"):
        stop_supplier(supplier_id=supplier.pk, reason="again", operator_id=spaces.li)
    with pytest.raises(SubmissionStateError, match="only an approved supplier"):
        submit_product(supplier_id=supplier.pk, offer=TEA, key="late")


def test_a_submitted_product_is_listed_with_its_pictures(spaces: Spaces) -> None:
    supplier = supplier_in(spaces)
    submission = submit_product(supplier_id=supplier.pk, offer=TEA, pictures=[PNG, JPEG], key="tea")

    product = list_product(submission_id=submission.pk, reason="fine", operator_id=spaces.wang)
    again = list_product(submission_id=submission.pk, reason="fine", operator_id=spaces.wang)

    assert again.pk == product.pk
    assert (product.title, product.price, product.stock, product.active) == ("老班章", 100 * YUAN, 9, True)
    assert product.supplier_id == supplier.pk
    assert [one.media_type for one in submission.pictures.order_by("position")] == ["image/png", "image/jpeg"]
    assert spaces.acts(f"submission {submission.pk}") == ["list_product"]


@pytest.mark.parametrize(
    ("pictures", "why"),
    [
        ([PNG] * 4, "at most 3 pictures"),
        ([b"GIF89a" + b"x"], "JPEG or PNG"),
        ([b"<svg onload=alert(1)>"], "JPEG or PNG"),
        ([PNG[:-4]], "cut off"),
        ([JPEG[:-1]], "cut off"),
        ([JPEG[:-2] + b"x" * 1_000_000 + JPEG[-2:]], "at most 1 MB"),
        ([b""], "JPEG or PNG"),
    ],
)
def test_what_is_no_picture_is_refused(spaces: Spaces, pictures: list[bytes], why: str) -> None:
    supplier = supplier_in(spaces)

    with pytest.raises(PictureError, match=why):
        submit_product(supplier_id=supplier.pk, offer=TEA, pictures=pictures, key="tea")

    assert not Submission.objects.exists()


@pytest.mark.parametrize("offer", [Offer(" ", "", 100), Offer("茶", "", 0), Offer("茶", "", 1, stock=-1)])
def test_what_cannot_be_sold_is_refused(spaces: Spaces, offer: Offer) -> None:
    supplier = supplier_in(spaces)

    with pytest.raises(SubmissionNotValidError):
        submit_product(supplier_id=supplier.pk, offer=offer, key="tea")


def test_the_same_key_submits_once(spaces: Spaces) -> None:
    supplier = supplier_in(spaces)

    first, again = (submit_product(supplier_id=supplier.pk, offer=TEA, key="tea") for _ in range(2))

    assert again.pk == first.pk
    with pytest.raises(SubmissionKeyReusedError):
        submit_product(supplier_id=supplier.pk, offer=Offer("杯子", "", 100), key="tea")


def test_a_submission_is_decided_or_taken_back_once(spaces: Spaces) -> None:
    supplier = supplier_in(spaces)
    first, second = (submit_product(supplier_id=supplier.pk, offer=TEA, key=key) for key in ("a", "b"))

    back = take_back(supplier_id=supplier.pk, submission_id=first.pk)
    refused = refuse_product(submission_id=second.pk, reason="blurred", operator_id=spaces.wang)

    assert (back.state, refused.state, refused.reason) == (
        SubmissionState.TAKEN_BACK, SubmissionState.REFUSED, "blurred",
    )  # fmt: skip
    assert take_back(supplier_id=supplier.pk, submission_id=first.pk).state == SubmissionState.TAKEN_BACK
    for one in (first, second):
        with pytest.raises(SubmissionStateError, match="already decided"):
            list_product(submission_id=one.pk, reason="fine", operator_id=spaces.wang)
    with pytest.raises(Submission.DoesNotExist):
        take_back(supplier_id=supplier.pk + 1, submission_id=first.pk)


def test_suppliers_sell_no_devices(spaces: Spaces) -> None:
    supplier = supplier_in(spaces)
    submission = submit_product(supplier_id=supplier.pk, offer=TEA, key="a")

    with pytest.raises(SubmissionNotValidError, match="goods only"):
        list_product(submission_id=submission.pk, reason="fine", operator_id=spaces.wang, zone="devices")


def test_a_confirmed_sale_is_owed_less_the_commission(spaces: Spaces) -> None:
    supplier = supplier_in(spaces, commission="0.15")
    product, own = listed(spaces, supplier), spaces.goods("cup", 30)

    order = spaces.order("Ann", {product: 3, own: 1})
    assert owed_to(supplier.pk) == 0
    spaces.confirm(order)
    approve_supplier(supplier_id=supplier.pk, commission=Decimal("0.5"), reason="new", operator_id=spaces.wang)

    due = Due.objects.get()
    assert (due.price, due.commission, due.owed) == (300 * YUAN, Decimal("0.15"), 255 * YUAN)
    assert owed_to(supplier.pk) == 255 * YUAN


@given(
    price=st.integers(1, 10**9),
    commission=st.decimals(0, 1, places=9),
    parts=st.lists(st.integers(1, 10**6), min_size=1, max_size=5),
)
def test_what_is_owed_is_exact_and_rounded_once(price: int, commission: Decimal, parts: list[int]) -> None:
    rate, whole = Fraction(commission), sum(parts)

    owed = [owed_for(price, rate, left=Fraction(whole - sum(parts[:count]), whole)) for count in range(len(parts) + 1)]

    assert owed[0] == price * (10**9 - int(commission * 10**9)) // 10**9
    assert owed == sorted(owed, reverse=True)
    assert owed[-1] == 0


def test_refunds_lower_what_is_owed_in_proportion(spaces: Spaces) -> None:
    supplier = supplier_in(spaces, commission="0.1")
    order = spaces.confirm(spaces.order("Ann", {listed(spaces, supplier): 1}))

    refund(spaces, order, 3333)
    assert owed_to(supplier.pk) == 6000  # floor(6667 × 0.9) of 9000
    refund(spaces, Order.objects.get(pk=order.pk), 6667)
    assert owed_to(supplier.pk) == 0


def test_two_people_settle_and_the_sums_agree(spaces: Spaces) -> None:
    supplier = supplier_in(spaces)
    product = listed(spaces, supplier)
    orders = [spaces.confirm(spaces.order("Ann", {product: 1})) for _ in range(3)]

    settlement = propose(spaces, supplier, key="one")
    assert propose(spaces, supplier, key="one").pk == settlement.pk
    assert (settlement.amount, owed_to(supplier.pk)) == (270 * YUAN, 0)
    with pytest.raises(SameOperatorError) as refusal:
        pay_settlement(settlement_id=settlement.pk, note="ICBC 1", operator_id=spaces.wang)
    assert "a second operator" in said(refusal.value)
    paid = pay_settlement(settlement_id=settlement.pk, note="ICBC 1", operator_id=spaces.li)
    assert pay_settlement(settlement_id=settlement.pk, note="ICBC 1", operator_id=spaces.li).pk == paid.pk

    # A refund after the settlement is deducted from the next one.
    refund(spaces, orders[0], 100 * YUAN)
    assert owed_to(supplier.pk) == -90 * YUAN
    with pytest.raises(NothingOwedError):
        propose(spaces, supplier)
    for _ in range(2):
        spaces.confirm(spaces.order("Ann", {product: 1}))
    second = propose(spaces, supplier)

    assert (second.number, second.amount) == (2, 90 * YUAN)
    lines = SettlementLine.objects.values("due_id").annotate(sum=Sum("amount"))
    assert {row["due_id"]: row["sum"] for row in lines} == {
        due.pk: due.settled for due in Due.objects.filter(pk__in=[row["due_id"] for row in lines])
    } | {due.pk: due.settled for due in Due.objects.filter(settled__gt=0)}
    subject = f"settlement {supplier.pk}/1"
    assert spaces.acts(subject) == ["propose_settlement", "pay_settlement"]


def test_a_dropped_settlement_is_owed_again(spaces: Spaces) -> None:
    supplier = supplier_in(spaces)
    spaces.confirm(spaces.order("Ann", {listed(spaces, supplier): 1}))
    settlement = propose(spaces, supplier)
    with pytest.raises(SettlementStateError, match="waits already"):
        propose(spaces, supplier)

    drop_settlement(settlement_id=settlement.pk, reason="wrong day", operator_id=spaces.wang)

    assert owed_to(supplier.pk) == 90 * YUAN
    with pytest.raises(SettlementStateError, match="already decided"):
        pay_settlement(settlement_id=settlement.pk, note="ICBC", operator_id=spaces.li)
    assert propose(spaces, supplier).number == 2


def test_a_supplier_is_not_paid_what_was_refunded_since(spaces: Spaces) -> None:
    supplier = supplier_in(spaces)
    order = spaces.confirm(spaces.order("Ann", {listed(spaces, supplier): 1}))
    settlement = propose(spaces, supplier)

    refund(spaces, order, 50 * YUAN)
    with pytest.raises(SettlementStateError, match="a refund came since"):
        pay_settlement(settlement_id=settlement.pk, note="ICBC", operator_id=spaces.li)
    drop_settlement(settlement_id=settlement.pk, reason="refund", operator_id=spaces.wang)

    assert propose(spaces, supplier).amount == 45 * YUAN


def test_a_settlement_ends_at_its_day_and_needs_reasons(spaces: Spaces) -> None:
    supplier = supplier_in(spaces)
    spaces.confirm(spaces.order("Ann", {listed(spaces, supplier): 1}))

    with pytest.raises(NothingOwedError):
        propose(spaces, supplier, days=-1)
    settlement = propose(spaces, supplier, key="k")
    with pytest.raises(SettlementKeyReusedError):
        propose(spaces, supplier, key="k", days=1)
    with pytest.raises(ReasonMissingError):
        pay_settlement(settlement_id=settlement.pk, note=" ", operator_id=spaces.li)
    with pytest.raises(ReasonMissingError):
        propose_settlement(supplier_id=supplier.pk, up_to=settlement.up_to, reason="", operator_id=1, key="x")


def test_every_refusal_is_a_sale_error() -> None:
    for kind in (CommissionError, NothingOwedError, SameOperatorError, SettlementKeyReusedError, PictureError):
        assert issubclass(kind, SaleError)


def test_the_database_refuses_suppliers_and_amounts_that_must_not_be(spaces: Spaces) -> None:
    supplier = supplier_in(spaces)
    spaces.confirm(spaces.order("Ann", {listed(spaces, supplier): 1}))
    settlement = propose(spaces, supplier)

    wrong: list[tuple[Any, dict[str, Any]]] = [
        (Supplier, {"commission": 2}),
        (Supplier, {"commission": None}),
        (Supplier, {"state": "applied"}),
        (Due, {"lowered": 9001}),
        (Due, {"owed": 10_001}),
        (Due, {"settled": -1}),
        (Settlement, {"amount": 0}),
        (Settlement, {"state": SettlementState.PAID}),
        (Settlement, {"state": "paid", "decided_by": settlement.proposed_by, "decided_at": settlement.proposed_at}),
        (SettlementLine, {"amount": 0}),
        (Submission, {"product": None}),
        (Submission, {"reason": ""}),
    ]
    for model, values in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            model._default_manager.update(**values)
