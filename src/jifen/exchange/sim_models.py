"""The tables of the simulated exchange: a stand-in for another system, kept apart by their names."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SimAccount(models.Model):
    """An account at the simulated exchange; the phone is kept closed, and found by its blind index (S0-84)."""

    programme = models.ForeignKey("programmes.Programme", models.PROTECT, related_name="+", db_index=False)
    code = models.CharField(_("code"), max_length=40, unique=True)
    phone_index = models.BinaryField()
    verified = models.BooleanField(_("real name checked"), default=False)
    frozen = models.BooleanField(_("frozen"), default=False)
    tickets = models.BigIntegerField(_("tickets"), default=0)  # minor units

    class Meta:
        db_table = "sim_account"
        verbose_name = _("account at the simulated exchange")
        verbose_name_plural = _("accounts at the simulated exchange")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "phone_index"], name="sim_account_one_phone"),
            models.CheckConstraint(condition=Q(tickets__gte=0), name="sim_account_tickets_not_negative"),
        ]

    def __str__(self) -> str:
        return self.code


class SimPurchase(models.Model):
    """Something bought at the simulated exchange."""

    programme = models.ForeignKey("programmes.Programme", models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(SimAccount, models.PROTECT, related_name="purchases", db_index=False)
    key = models.CharField(_("key"), max_length=64)
    item = models.CharField(_("what"), max_length=40)
    quantity = models.BigIntegerField(_("quantity"))
    paid = models.BigIntegerField(_("paid"))  # fen
    at = models.DateTimeField(_("when"))

    class Meta:
        db_table = "sim_purchase"
        verbose_name = _("purchase at the simulated exchange")
        verbose_name_plural = _("purchases at the simulated exchange")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "key"], name="sim_purchase_key_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0, paid__gte=0), name="sim_purchase_of_something"),
        ]
        indexes: ClassVar = [models.Index(fields=["programme", "id"], name="sim_purchase_in_order")]

    def __str__(self) -> str:
        return f"X{self.pk}"


class SimTransfer(models.Model):
    """Tickets that came into an account of the simulated exchange."""

    account = models.ForeignKey(SimAccount, models.PROTECT, related_name="transfers", db_index=False)
    key = models.CharField(_("key"), max_length=64)
    tickets = models.BigIntegerField(_("tickets"))

    class Meta:
        db_table = "sim_transfer"
        verbose_name = _("transfer into the simulated exchange")
        verbose_name_plural = _("transfers into the simulated exchange")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "key"], name="sim_transfer_key_once"),
            models.CheckConstraint(condition=Q(tickets__gt=0), name="sim_transfer_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.tickets}"


class SimPrice(models.Model):
    """What a ticket costs at the simulated exchange from a moment on; operators set it in the sandbox."""

    programme = models.ForeignKey("programmes.Programme", models.PROTECT, related_name="+", db_index=False)
    price = models.DecimalField(_("price"), max_digits=18, decimal_places=6)
    at = models.DateTimeField(_("from"), auto_now_add=True)

    class Meta:
        db_table = "sim_price"
        verbose_name = _("price at the simulated exchange")
        verbose_name_plural = _("prices at the simulated exchange")
        constraints: ClassVar = [models.CheckConstraint(condition=Q(price__gt=0), name="sim_price_positive")]
        indexes: ClassVar = [models.Index(fields=["programme", "-id"], name="sim_price_newest")]

    def __str__(self) -> str:
        return str(self.price)
