"""Products and orders; the database refuses states and sums that must not be."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jifen.sales.address_models import ADDRESSES_MAX, KeptAddress
from jifen.sales.delivery_models import Delivery, DeliveryState, DeliveryWay
from jifen.sales.import_models import ImportState, ProductImport
from jifen.sales.product_models import (
    ABOUT_MAX,
    BUNDLED,
    CHOSEN_MAX,
    LEVELS,
    PACKS,
    PRICE_MAX,
    REDEMPTION,
    SOURCED,
    ZONES,
    Bundle,
    BundleProduct,
    Category,
    Product,
    Zone,
)
from jifen.sales.refund_models import Refund
from jifen.sales.review_models import Review
from jifen.sales.settlement_models import Due, Settlement, SettlementLine, SettlementState
from jifen.sales.share_models import PaymentShare
from jifen.sales.supplier_models import (
    PICTURE_BYTES_MAX,
    PICTURES_MAX,
    Picture,
    Submission,
    SubmissionState,
    Supplier,
    SupplierState,
)
from jifen.sales.transfer_models import UsedTransfer

__all__ = [
    "ABOUT_MAX",
    "ADDRESSES_MAX",
    "BUNDLED",
    "CHOSEN_MAX",
    "CONFIRMED_STATES",
    "DEVICES_MAX",
    "LEVELS",
    "OPEN_STATES",
    "PACKS",
    "PAID_STATES",
    "PICTURES_MAX",
    "PICTURE_BYTES_MAX",
    "PRICE_MAX",
    "QUANTITY_MAX",
    "REDEMPTION",
    "SOURCED",
    "ZONES",
    "Bundle",
    "BundleProduct",
    "Category",
    "Delivery",
    "DeliveryState",
    "DeliveryWay",
    "Due",
    "ImportState",
    "KeptAddress",
    "Order",
    "OrderLine",
    "OrderState",
    "PaymentShare",
    "Picture",
    "Product",
    "ProductImport",
    "Refund",
    "Review",
    "Settlement",
    "SettlementLine",
    "SettlementState",
    "Submission",
    "SubmissionState",
    "Supplier",
    "SupplierState",
    "UsedTransfer",
    "Zone",
]

QUANTITY_MAX = 999
DEVICES_MAX = 9_999  # in one order
RATE_LENGTH = 12  # of a commission as decimal text


class OrderState(models.TextChoices):
    """Where an order stands: placed → paid → confirmed → refunded in part or whole, or cancelled before.

    What counts only when it has arrived is on the way between paid and confirmed (S2-02).
    """

    PLACED = "placed", _("waiting for payment")
    PAID = "paid", _("payment reported")
    SENT = "sent", _("on the way")
    CONFIRMED = "confirmed", _("confirmed")
    PART_REFUNDED = "part_refunded", _("refunded in part")
    REFUNDED = "refunded", _("refunded")
    CANCELLED = "cancelled", _("cancelled")


CONFIRMED_STATES = (OrderState.CONFIRMED, OrderState.PART_REFUNDED, OrderState.REFUNDED)
PAID_STATES = (OrderState.SENT, *CONFIRMED_STATES)  # whose money came
OPEN_STATES = (OrderState.PLACED, OrderState.PAID)


class Order(models.Model):
    """What a member buys at once, at the prices and under the programme version of that moment.

    Money is in fen, `points_paid` in minor units of `points_kind`; `points_value` is their worth in fen. Where
    `points_kind` is empty it is the kind that lots hold. An order paid in points alone needs no operator: it counts at
    once (S0-09). `quantity` and `product` are the facts': devices have both, goods are 1 and "". An order at a store is
    an amount without lines, with the store's region, commission and concession of that moment (S1-01, S1-27, S2-05).
    `provider` is who saw the money come where no operator did. What counts on receipt has `sent_at` and `paid_on`
    besides (S2-02). What a store rang up at its counter is `rung_up`; where the store took the money itself, none of it
    came to head office (S3-28). `pay_step` is the moment of the code by which the member let stored value be taken.
    """

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="orders", db_index=False, verbose_name=_("programme")
    )
    number = models.CharField(_("number"), max_length=30, unique=True)
    member = models.ForeignKey(
        "members.Member", models.PROTECT, related_name="orders", db_index=False, verbose_name=_("member")
    )
    version = models.ForeignKey(
        "programmes.Version", models.PROTECT, related_name="+", db_index=False, verbose_name=_("version")
    )
    state = models.CharField(_("state"), max_length=13, choices=OrderState, default=OrderState.PLACED)
    amount = models.BigIntegerField(_("amount"))
    cash = models.BigIntegerField(_("in money"))
    points_value = models.BigIntegerField(_("worth of the points"))
    points_paid = models.BigIntegerField(_("in points"))
    points_kind = models.CharField(_("kind of points"), max_length=40, blank=True, default="")
    quantity = models.IntegerField(_("quantity"), default=1)
    product = models.CharField(_("product"), max_length=40, blank=True, default="")
    channel = models.CharField(_("channel"), max_length=40, blank=True, default="")
    bundle = models.ForeignKey(
        Bundle, models.PROTECT, related_name="orders", null=True, blank=True, verbose_name=_("bundle")
    )
    store = models.ForeignKey(
        "stores.Store",
        models.PROTECT,
        related_name="orders",
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("store"),
    )
    region = models.CharField(_("region"), max_length=6, blank=True, db_default="")
    rate = models.CharField(_("commission"), max_length=RATE_LENGTH, blank=True, db_default="")  # decimal text
    ratio = models.CharField(_("ratio"), max_length=RATE_LENGTH, blank=True, db_default="")  # points for 1 CNY (S3-12)
    concession = models.BigIntegerField(_("concession"), db_default=0)  # fen: what the seller gives up of the amount
    rung_up = models.BooleanField(_("rung up by the store"), db_default=False)
    taken_by_store = models.BooleanField(_("money taken by the store"), db_default=False)
    pay_step = models.BigIntegerField(null=True, blank=True)  # of jifen.sales.pay_codes: each code pays once
    redemption = models.BooleanField(_("exchanged for points"), db_default=False)
    note = models.CharField(_("note"), max_length=200, blank=True, db_default="")
    provider = models.CharField(_("payment provider"), max_length=20, blank=True, db_default="")
    key = models.CharField(_("key"), max_length=64)
    placed_at = models.DateTimeField(_("placed"))
    paid_at = models.DateTimeField(_("payment reported"), null=True, blank=True)
    payment_note = models.CharField(_("note on the payment"), max_length=200, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("confirmed by"),
    )
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    paid_on = models.DateField(_("paid on"), null=True, blank=True)  # business day of the money of what was sent
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)
    fact_id = models.BigIntegerField(_("fact"), null=True, blank=True, unique=True)
    business_date = models.DateField(_("business day"), null=True, blank=True)
    reserved = models.BigIntegerField(_("into the reserve"), default=0)
    refunded = models.BigIntegerField(_("refunded so far"), default=0)

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        indexes: ClassVar = [
            models.Index(fields=["programme", "state", "-placed_at"], name="order_by_state"),
            models.Index(fields=["member", "-placed_at"], name="order_by_member"),
            models.Index(fields=["store", "-placed_at"], condition=Q(store__isnull=False), name="order_by_store"),
            models.Index(
                fields=["store", "business_date"], condition=Q(store__isnull=False), name="order_by_store_day"
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "key"], name="order_key_once"),
            models.UniqueConstraint(
                fields=["store", "key"], condition=Q(rung_up=True), name="order_key_of_a_counter_once"
            ),
            models.UniqueConstraint(
                fields=["member", "pay_step"], condition=Q(pay_step__isnull=False), name="order_pay_code_once"
            ),
            models.CheckConstraint(
                condition=Q(rung_up=False) | Q(store__isnull=False), name="order_rung_up_at_a_store"
            ),
            models.CheckConstraint(
                condition=Q(taken_by_store=False) | Q(rung_up=True, cash=F("amount"), reserved=0),
                name="order_money_taken_by_its_store",
            ),
            models.CheckConstraint(condition=Q(state__in=OrderState.values), name="order_state_known"),
            models.CheckConstraint(
                condition=Q(amount__gt=0, cash__gte=0, amount=F("cash") + F("points_value")),
                name="order_parts_add_up",
            ),
            models.CheckConstraint(
                condition=Q(points_paid=0, points_value=0) | Q(points_paid__gt=0, points_value__gt=0),
                name="order_points_have_a_worth",
            ),
            models.CheckConstraint(
                condition=Q(state=OrderState.REFUNDED, refunded=F("amount"))
                | Q(state=OrderState.PART_REFUNDED, refunded__gt=0, refunded__lt=F("amount"))
                | (~Q(state__in=[OrderState.PART_REFUNDED, OrderState.REFUNDED]) & Q(refunded=0)),
                name="order_refunded_within_amount",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=CONFIRMED_STATES,
                    fact_id__isnull=False,
                    business_date__isnull=False,
                    confirmed_at__isnull=False,
                )
                & (Q(confirmed_by__isnull=False) | Q(cash=0) | ~Q(provider=""))
                | (
                    Q(state=OrderState.SENT, sent_at__isnull=False, fact_id__isnull=True, confirmed_at__isnull=True)
                    & Q(business_date__isnull=True)
                    & (Q(confirmed_by__isnull=False) | ~Q(provider=""))
                )
                | (
                    ~Q(state__in=PAID_STATES)
                    & Q(fact_id__isnull=True, business_date__isnull=True, confirmed_at__isnull=True, reserved=0)
                    & Q(provider="")
                ),
                name="order_confirmed_with_its_fact",
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True, paid_on__isnull=True)
                | Q(sent_at__isnull=False, paid_on__isnull=False, state__in=[*PAID_STATES, OrderState.CANCELLED]),
                name="order_sent_when_paid",
            ),
            models.CheckConstraint(
                condition=Q(reserved__gte=0, reserved__lte=F("cash")), name="order_reserved_within_cash"
            ),
            models.CheckConstraint(condition=Q(points_kind="") | Q(points_paid__gt=0), name="order_kind_of_its_points"),
            models.CheckConstraint(
                condition=Q(redemption=False)
                | Q(store__isnull=True, bundle__isnull=True, cash=0, points_paid__gt=0) & ~Q(points_kind=""),
                name="order_redeemed_for_points_alone",
            ),
            models.CheckConstraint(condition=Q(rate="") | Q(store__isnull=False), name="order_rate_of_its_store"),
            models.CheckConstraint(condition=Q(ratio="") | Q(store__isnull=False), name="order_ratio_of_its_store"),
            models.CheckConstraint(
                condition=Q(concession__gte=0, concession__lte=F("amount")), name="order_concession_within_amount"
            ),
            models.CheckConstraint(
                condition=Q(product="", quantity=1) | (~Q(product="") & Q(quantity__gte=1, quantity__lte=DEVICES_MAX)),
                name="order_quantity_of_its_product",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    """One product of an order, as it was when the order was placed."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="lines", db_index=False, verbose_name=_("order"))
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", db_index=False, verbose_name=_("product"))
    title = models.CharField(_("title"), max_length=100)
    title_en = models.CharField(_("English title"), max_length=100)
    price = models.BigIntegerField(_("price"))
    quantity = models.IntegerField(_("quantity"))
    returned = models.IntegerField(_("back in stock"), default=0)

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "product"], name="order_line_product_once"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=DEVICES_MAX, price__gte=1), name="order_line_quantity"
            ),
            models.CheckConstraint(
                condition=Q(returned__gte=0, returned__lte=F("quantity")), name="order_line_returned_within_quantity"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} × {self.quantity}"

    @property
    def amount(self) -> int:
        """The price of the whole line, in fen."""
        return self.price * self.quantity
