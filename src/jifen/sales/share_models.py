"""How much of a price points may pay (S0-02)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

SHARE_DIGITS, SHARE_DECIMALS = 10, 9


class PaymentShare(models.Model):
    """How much of a product's or bundle's price points of one kind pay, at least and at most (S0-02, S0-77, S0-81)."""

    product = models.ForeignKey(
        "sales.Product", models.CASCADE, related_name="shares", null=True, blank=True, verbose_name=_("product")
    )
    bundle = models.ForeignKey(
        "sales.Bundle", models.CASCADE, related_name="shares", null=True, blank=True, verbose_name=_("bundle")
    )
    kind = models.CharField(_("kind of points"), max_length=40)
    share_min = models.DecimalField(_("least share"), max_digits=SHARE_DIGITS, decimal_places=SHARE_DECIMALS)
    share_max = models.DecimalField(_("most"), max_digits=SHARE_DIGITS, decimal_places=SHARE_DECIMALS)

    class Meta:
        verbose_name = _("share paid in points")
        verbose_name_plural = _("shares paid in points")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["product", "kind"], name="payment_share_of_product_once"),
            models.UniqueConstraint(fields=["bundle", "kind"], name="payment_share_of_bundle_once"),
            models.CheckConstraint(
                condition=Q(product__isnull=True, bundle__isnull=False) | Q(product__isnull=False, bundle__isnull=True),
                name="payment_share_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(share_min__gte=0, share_min__lte=F("share_max"), share_max__gt=0, share_max__lte=1),
                name="payment_share_in_range",
            ),
            models.CheckConstraint(condition=~Q(kind=""), name="payment_share_of_a_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.share_min}–{self.share_max}"
