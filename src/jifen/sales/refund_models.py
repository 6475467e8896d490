"""Refunds of orders; the database refuses sums that must not be."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Refund(models.Model):
    """A refund of a part of an order or of all of it; what of the money came out of the reserve, what out of cash.

    A store refunds what it rang up at its counter; money that it had taken it gives back itself (S3-28).
    """

    order = models.ForeignKey(
        "sales.Order", models.PROTECT, related_name="refunds", db_index=False, verbose_name=_("order")
    )
    number = models.IntegerField(_("number"))
    amount = models.BigIntegerField(_("amount"))
    cash_back = models.BigIntegerField(_("money back"))
    from_reserve = models.BigIntegerField(_("out of the reserve"))
    from_cash = models.BigIntegerField(_("out of cash"))
    reason = models.CharField(_("reason"), max_length=200)
    operator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("operator"),
    )
    by_store = models.BooleanField(_("by the store"), db_default=False)
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
                condition=Q(by_store=True, operator__isnull=True) | Q(by_store=False, operator__isnull=False),
                name="refund_by_an_operator_or_the_store",
            ),
            models.CheckConstraint(
                condition=Q(from_reserve__gte=0, from_cash__gte=0, cash_back=F("from_reserve") + F("from_cash")),
                name="refund_parts_add_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.number}"
