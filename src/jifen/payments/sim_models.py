"""The tables of the simulated providers, which begin with `sim_`, and the keys that sign for both sides."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ProviderKey(models.Model):
    """A key of the sandbox, made at first use: of us or of a simulated provider, closed with JIFEN_FIELD_KEY."""

    provider = models.CharField(_("provider"), max_length=12)
    side = models.CharField(_("side"), max_length=8)  # ours, theirs, secret
    closed = models.BinaryField(_("closed key"))
    public = models.TextField(_("public key"), blank=True)
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("key of a simulated provider")
        verbose_name_plural = _("keys of simulated providers")
        constraints: ClassVar = [models.UniqueConstraint(fields=["provider", "side"], name="provider_key_side_once")]

    def __str__(self) -> str:
        return f"{self.provider} {self.side}"


class SimTrade(models.Model):
    """A payment as a simulated provider knows it, in fen."""

    provider = models.CharField(_("provider"), max_length=12)
    number = models.CharField(_("number of the merchant"), max_length=32)
    trade = models.CharField(_("number"), max_length=32, unique=True)
    state = models.CharField(_("state"), max_length=8, default="open")  # open, paid, failed, closed
    amount = models.BigIntegerField(_("amount"))
    title = models.CharField(_("title"), max_length=200)
    notify = models.CharField(_("address for notifications"), max_length=300)
    back = models.CharField(_("address to go back to"), max_length=300)
    expires_at = models.DateTimeField(_("may be paid until"))
    paid_at = models.DateTimeField(_("paid at"), null=True, blank=True)

    class Meta:
        db_table = "sim_pay_trade"
        verbose_name = _("simulated payment")
        verbose_name_plural = _("simulated payments")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["provider", "number"], name="sim_trade_number_once"),
            models.CheckConstraint(
                condition=Q(state="paid", paid_at__isnull=False) | (~Q(state="paid") & Q(paid_at__isnull=True)),
                name="sim_trade_paid_at",
            ),
        ]

    def __str__(self) -> str:
        return self.trade


class SimBack(models.Model):
    """Money that a simulated provider gave back, once for each number of the merchant."""

    trade = models.ForeignKey(SimTrade, models.PROTECT, related_name="backs", verbose_name=_("simulated payment"))
    number = models.CharField(_("number"), max_length=64, unique=True)
    amount = models.BigIntegerField(_("amount"))
    at = models.DateTimeField(_("at"))

    class Meta:
        db_table = "sim_pay_back"
        verbose_name = _("simulated refund")
        verbose_name_plural = _("simulated refunds")

    def __str__(self) -> str:
        return self.number
