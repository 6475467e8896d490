"""What suppliers and stores are owed for what was sold, and what was settled with them (S0-70, S2-05)."""

from fractions import Fraction
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jifen.sales.supplier_models import RATE_DECIMALS, RATE_DIGITS, Decided, Supplier


class SettlementState(models.TextChoices):
    """Where a settlement stands: proposed by one operator, paid by another, or dropped."""

    PROPOSED = "proposed", _("proposed")
    PAID = "paid", _("paid")
    DROPPED = "dropped", _("dropped")


def _of_one(supplier: Q, store: Q) -> Q:
    """Return the condition that something is a supplier's or a store's."""
    return (
        Q(supplier__isnull=False, store__isnull=True) & supplier | Q(supplier__isnull=True, store__isnull=False) & store
    )


class Due(models.Model):
    """What a supplier is owed for a confirmed order line, or a store for an order that head office took the money of.

    Exact and rounded down once: a supplier price × (1 - commission), a store price - concession, in fen. Refunds lower
    it in proportion (`lowered`); `settled` is what settlements that were not dropped contain of it, and may stand above
    what is left when a refund comes later: one that waits is then not paid, and the next settlement deducts it.
    """

    supplier = models.ForeignKey(
        Supplier, models.PROTECT, related_name="dues", db_index=False, null=True, blank=True, verbose_name=_("supplier")
    )
    line = models.OneToOneField("sales.OrderLine", models.PROTECT, related_name="due", null=True, blank=True)
    store = models.ForeignKey(
        "stores.Store",
        models.PROTECT,
        related_name="dues",
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("store"),
    )
    order = models.OneToOneField("sales.Order", models.PROTECT, related_name="store_due", null=True, blank=True)
    business_date = models.DateField(_("business day"))
    price = models.BigIntegerField(_("price"))  # of a store what its customer paid in money
    commission = models.DecimalField(
        _("commission"), max_digits=RATE_DIGITS, decimal_places=RATE_DECIMALS, null=True, blank=True
    )
    concession = models.BigIntegerField(_("concession"), default=0)  # of a store, fen
    owed = models.BigIntegerField(_("owed"))
    lowered = models.BigIntegerField(_("lowered by refunds"), default=0)
    settled = models.BigIntegerField(_("settled"), default=0)

    class Meta:
        verbose_name = _("amount owed for a sale")
        verbose_name_plural = _("amounts owed for sales")
        indexes: ClassVar = [
            models.Index(
                fields=["supplier", "business_date", "id"],
                condition=Q(supplier__isnull=False),
                name="due_of_supplier",
            ),
            models.Index(
                fields=["store", "business_date", "id"], condition=Q(store__isnull=False), name="due_of_store"
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=_of_one(
                    Q(line__isnull=False, order__isnull=True, commission__isnull=False, concession=0),
                    Q(line__isnull=True, order__isnull=False, commission__isnull=True),
                ),
                name="due_of_one",
            ),
            models.CheckConstraint(
                condition=Q(price__gte=1, owed__gte=0, owed__lte=F("price")), name="due_within_price"
            ),
            models.CheckConstraint(
                condition=Q(concession__gte=0) & (Q(store__isnull=True) | Q(owed=F("price") - F("concession"))),
                name="due_of_a_store_is_exact",
            ),
            models.CheckConstraint(condition=Q(lowered__gte=0, lowered__lte=F("owed")), name="due_lowered_within_owed"),
            models.CheckConstraint(condition=Q(settled__gte=0, settled__lte=F("owed")), name="due_settled_within_owed"),
            models.CheckConstraint(condition=Q(commission__gte=0, commission__lte=1), name="due_commission_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id or self.order_id} {self.owed}"

    @property
    def kept(self) -> Fraction:
        """Which share of the price head office keeps."""
        if self.commission is None:
            return Fraction(self.concession, self.price)
        return Fraction(self.commission)

    @property
    def left(self) -> int:
        """What is still to be settled, in fen; below 0 where a refund came after the settlement."""
        return self.owed - self.lowered - self.settled


class Settlement(Decided):
    """What is paid to a supplier or a store for sales up to a day: proposed by one operator, paid by another.

    Sandbox only. The money of stores came to head office, so the ledger has what a store was paid, and out of where.
    """

    supplier = models.ForeignKey(
        Supplier,
        models.PROTECT,
        related_name="settlements",
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("supplier"),
    )
    store = models.ForeignKey(
        "stores.Store",
        models.PROTECT,
        related_name="settlements",
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("store"),
    )
    number = models.IntegerField(_("number"))
    up_to = models.DateField(_("up to"))
    amount = models.BigIntegerField(_("amount"))
    state = models.CharField(_("state"), max_length=8, choices=SettlementState, default=SettlementState.PROPOSED)
    key = models.CharField(_("key"), max_length=64)
    reason = models.CharField(_("reason"), max_length=200)
    proposed_at = models.DateTimeField(_("proposed"))
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, verbose_name=_("proposed by")
    )
    note = models.CharField(_("reference or reason"), max_length=200, blank=True)
    from_reserve = models.BigIntegerField(_("out of the reserve"), default=0)
    from_cash = models.BigIntegerField(_("out of cash"), default=0)

    class Meta:
        verbose_name = _("settlement of sales")
        verbose_name_plural = _("settlements of sales")
        constraints: ClassVar = [
            models.CheckConstraint(condition=_of_one(Q(), Q()), name="settlement_with_one"),
            models.UniqueConstraint(fields=["supplier", "number"], name="settlement_number_once"),
            models.UniqueConstraint(fields=["supplier", "key"], name="settlement_key_once"),
            models.UniqueConstraint(
                fields=["supplier"], condition=Q(state=SettlementState.PROPOSED), name="settlement_one_at_a_time"
            ),
            models.UniqueConstraint(fields=["store", "number"], name="store_settlement_number_once"),
            models.UniqueConstraint(fields=["store", "key"], name="store_settlement_key_once"),
            models.UniqueConstraint(
                fields=["store"], condition=Q(state=SettlementState.PROPOSED), name="store_settlement_one_at_a_time"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0, number__gte=1), name="settlement_amount_positive"),
            models.CheckConstraint(condition=Q(state__in=SettlementState.values), name="settlement_state_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="settlement_has_a_reason"),
            models.CheckConstraint(
                condition=Q(state=SettlementState.PROPOSED, decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(state=SettlementState.PROPOSED) & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="settlement_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state=SettlementState.PAID) | ~Q(decided_by=F("proposed_by")),
                name="settlement_by_two_people",
            ),
            models.CheckConstraint(
                condition=Q(store__isnull=False, state=SettlementState.PAID, from_reserve__gte=0, from_cash__gte=0)
                & Q(amount=F("from_reserve") + F("from_cash"))
                | (Q(store__isnull=True) | ~Q(state=SettlementState.PAID)) & Q(from_reserve=0, from_cash=0),
                name="settlement_of_a_store_out_of_its_money",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supplier_id or self.store_id}/{self.number}"


class SettlementLine(models.Model):
    """What a settlement contains of one amount owed; below 0 where it deducts a refund."""

    settlement = models.ForeignKey(Settlement, models.PROTECT, related_name="lines", db_index=False)
    due = models.ForeignKey(Due, models.PROTECT, related_name="settlement_lines")
    amount = models.BigIntegerField(_("amount"))

    class Meta:
        verbose_name = _("line of a settlement")
        verbose_name_plural = _("lines of settlements")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["settlement", "due"], name="settlement_line_once"),
            models.CheckConstraint(condition=~Q(amount=0), name="settlement_line_not_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.settlement_id}/{self.due_id} {self.amount}"
