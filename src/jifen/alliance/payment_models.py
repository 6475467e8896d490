"""The money of settled periods, which goes either way (S3-05, S3-17)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jifen.alliance.purchase_models import KEY_LENGTH


class PeriodPayment(models.Model):
    """What a store paid for a period, in fen: what was due less what head office holds of its sales.

    Below 0 head office paid the store. Where a store is head office's own (it has no owner) no money moves.
    """

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="+", db_index=False, verbose_name=_("programme")
    )
    period = models.OneToOneField("stores.Period", models.PROTECT, related_name="payment", verbose_name=_("period"))
    amount = models.BigIntegerField(_("amount"))
    key = models.CharField(_("key"), max_length=KEY_LENGTH)
    at = models.DateTimeField(_("when"))
    member = models.ForeignKey(  # the owner of the store
        "members.Member", models.PROTECT, related_name="+", db_index=False, null=True, blank=True,
        verbose_name=_("owner"),
    )  # fmt: skip
    provider = models.CharField(_("payment provider"), max_length=20, blank=True)
    operator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, null=True, blank=True,
        verbose_name=_("noted by"),
    )  # fmt: skip
    business_date = models.DateField(_("business day"))
    reserved = models.BigIntegerField(_("into the reserve"), default=0)
    from_reserve = models.BigIntegerField(_("out of the reserve"), default=0)
    from_cash = models.BigIntegerField(_("out of cash"), default=0)

    class Meta:
        verbose_name = _("payment of a period")
        verbose_name_plural = _("payments of periods")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(operator__isnull=True, member__isnull=False) & ~Q(provider="")
                | Q(operator__isnull=False, provider=""),
                name="period_payment_seen_by_one",
            ),
            models.CheckConstraint(
                condition=Q(member__isnull=True, reserved=0, from_reserve=0, from_cash=0)
                | Q(amount__gte=0, reserved__gte=0, reserved__lte=F("amount"), from_reserve=0, from_cash=0)
                | Q(amount__lt=0, reserved=0, from_reserve__gte=0, from_cash__gte=0)
                & Q(from_reserve=-F("amount") - F("from_cash")),
                name="period_payment_parts_add_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period_id} {self.amount}"
