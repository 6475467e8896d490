"""Products, orders and refunds; the database refuses states and sums that must not be."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

PRICE_MAX = 10_000_000_000  # 100 million CNY: every sum of an order stays far below 2**63 in points
QUANTITY_MAX = 999


class OrderState(models.TextChoices):
    """Where an order stands: placed → paid → confirmed → refunded in part or whole, or cancelled before."""

    PLACED = "placed", _("waiting for payment")
    PAID = "paid", _("payment reported")
    CONFIRMED = "confirmed", _("confirmed")
    PART_REFUNDED = "part_refunded", _("refunded in part")
    REFUNDED = "refunded", _("refunded")
    CANCELLED = "cancelled", _("cancelled")


CONFIRMED_STATES = (OrderState.CONFIRMED, OrderState.PART_REFUNDED, OrderState.REFUNDED)
OPEN_STATES = (OrderState.PLACED, OrderState.PAID)


class Product(models.Model):
    """Something members can buy; a price in fen, and whether points may pay a part of it (S4-19)."""

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="products", db_index=False, verbose_name=_("programme")
    )
    code = models.SlugField(_("code"), max_length=40)
    title = models.CharField(_("title"), max_length=100)
    title_en = models.CharField(_("English title"), max_length=100)
    price = models.BigIntegerField(_("price"), help_text=_("in fen"))
    stock = models.IntegerField(_("stock"), null=True, blank=True, help_text=_("empty: without limit"))
    points_allowed = models.BooleanField(_("points may pay a part"), default=False)
    active = models.BooleanField(_("on sale"), default=True)
    position = models.IntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "code"], name="product_code_once"),
            models.CheckConstraint(condition=Q(price__gte=1, price__lte=PRICE_MAX), name="product_price_positive"),
            models.CheckConstraint(
                condition=Q(stock__isnull=True) | Q(stock__gte=0), name="product_stock_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Order(models.Model):
    """What a member buys at once, at the prices and under the programme version of that moment.

    Money is in fen, `points_paid` in minor units of the kind that lots hold; `points_value` is their worth in fen.
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
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "key"], name="order_key_once"),
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
                    confirmed_by__isnull=False,
                )
                | (
                    ~Q(state__in=CONFIRMED_STATES)
                    & Q(fact_id__isnull=True, business_date__isnull=True, confirmed_at__isnull=True, reserved=0)
                ),
                name="order_confirmed_with_its_fact",
            ),
            models.CheckConstraint(
                condition=Q(reserved__gte=0, reserved__lte=F("cash")), name="order_reserved_within_cash"
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

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "product"], name="order_line_product_once"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=QUANTITY_MAX, price__gte=1), name="order_line_quantity"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} × {self.quantity}"

    @property
    def amount(self) -> int:
        """The price of the whole line, in fen."""
        return self.price * self.quantity


class Refund(models.Model):
    """A refund of a part of an order or of all of it; what of the money came out of the reserve, what out of cash."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="refunds", db_index=False, verbose_name=_("order"))
    number = models.IntegerField(_("number"))
    amount = models.BigIntegerField(_("amount"))
    cash_back = models.BigIntegerField(_("money back"))
    from_reserve = models.BigIntegerField(_("out of the reserve"))
    from_cash = models.BigIntegerField(_("out of cash"))
    reason = models.CharField(_("reason"), max_length=200)
    operator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, verbose_name=_("operator")
    )
    key = models.CharField(_("key"), max_length=64)
    refunded_at = models.DateTimeField(_("refunded"))
    fact_id = models.BigIntegerField(_("fact"), unique=True)
    business_date = models.DateField(_("business day"))

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "number"], name="refund_number_once"),
            models.UniqueConstraint(fields=["order", "key"], name="refund_key_once"),
            models.CheckConstraint(condition=Q(amount__gt=0, number__gte=1), name="refund_amount_positive"),
            models.CheckConstraint(condition=~Q(reason=""), name="refund_has_a_reason"),
            models.CheckConstraint(
                condition=Q(from_reserve__gte=0, from_cash__gte=0, cash_back=F("from_reserve") + F("from_cash")),
                name="refund_parts_add_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.number}"
