"""Accounts at the exchange, what was bought there, order entries, tickets on their way, and the price feed."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jifen.exchange.sim_models import SimAccount, SimPrice, SimPurchase, SimTransfer
from jifen.payouts.models import Proposal

__all__ = [
    "Account",
    "EntrySource",
    "EntryState",
    "OrderEntry",
    "PriceFeed",
    "Purchase",
    "SimAccount",
    "SimPrice",
    "SimPurchase",
    "SimTransfer",
    "SyncCursor",
    "TicketRelease",
    "TicketTransfer",
]


class Account(models.Model):
    """A member's account at the exchange, opened with the member's phone (S0-74, S0-84).

    Name and ID number are kept closed (AES-256-GCM) and shown masked; what the exchange said last is kept beside.
    """

    member = models.OneToOneField("members.Member", models.PROTECT, primary_key=True, related_name="exchange_account")
    programme = models.ForeignKey("programmes.Programme", models.PROTECT, related_name="+", db_index=False)
    code = models.CharField(_("account at the exchange"), max_length=64)
    opened_at = models.DateTimeField(_("opened"), auto_now_add=True)
    verified_at = models.DateTimeField(_("real name checked"), null=True, blank=True)
    name_cipher = models.BinaryField(null=True, blank=True)
    number_cipher = models.BinaryField(null=True, blank=True)
    frozen = models.BooleanField(_("frozen at the exchange"), default=False)
    tickets = models.BigIntegerField(_("tickets at the exchange"), default=0)  # minor units
    synced_at = models.DateTimeField(_("last in step"), null=True, blank=True)

    class Meta:
        verbose_name = _("account at the exchange")
        verbose_name_plural = _("accounts at the exchange")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "code"], name="exchange_account_code_once"),
            models.CheckConstraint(
                condition=Q(verified_at__isnull=True, name_cipher__isnull=True, number_cipher__isnull=True)
                | Q(verified_at__isnull=False, name_cipher__isnull=False, number_cipher__isnull=False),
                name="exchange_account_checked_with_its_papers",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class SyncCursor(models.Model):
    """Up to which purchase a programme is in step with the exchange; its row is locked while a page is taken over."""

    programme = models.OneToOneField("programmes.Programme", models.PROTECT, primary_key=True, related_name="+")
    number = models.BigIntegerField(_("last purchase"), default=0)
    synced_at = models.DateTimeField(_("last in step"), null=True, blank=True)
    failed_at = models.DateTimeField(_("last failed"), null=True, blank=True)
    failure = models.CharField(_("why it failed"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("state of the sync")
        verbose_name_plural = _("states of the sync")

    def __str__(self) -> str:
        return str(self.number)


class Purchase(models.Model):
    """A purchase at the exchange, as it was captured. Never changed."""

    programme = models.ForeignKey("programmes.Programme", models.PROTECT, related_name="+", db_index=False)
    number = models.BigIntegerField(_("number"))
    account = models.CharField(_("account at the exchange"), max_length=64)
    item = models.CharField(_("what"), max_length=40)
    quantity = models.BigIntegerField(_("quantity"))
    paid = models.BigIntegerField(_("paid"))
    bought_at = models.DateTimeField(_("bought"))
    captured_at = models.DateTimeField(_("captured"), auto_now_add=True)

    class Meta:
        verbose_name = _("purchase at the exchange")
        verbose_name_plural = _("purchases at the exchange")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "number"], name="exchange_purchase_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0, paid__gte=0), name="exchange_purchase_of_something"),
        ]
        indexes: ClassVar = [models.Index(fields=["programme", "account"], name="exchange_purchase_by_account")]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """What the exchange calls it."""
        return f"X{self.number}"


class EntrySource(models.TextChoices):
    """Who typed an order entry in."""

    EXCHANGE = "exchange", _("captured from the exchange")
    MEMBER = "member", _("typed in by the member")
    STAFF = "staff", _("typed in by staff")


class EntryState(models.TextChoices):
    """Where an order entry stands."""

    WAITING = "waiting", _("waiting for review")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")


class OrderEntry(models.Model):
    """報單: something bought at the exchange that is to count here; an operator reviews it (S0-72, S0-79).

    `quantity` is minor units of tickets, or so many devices; `paid` is in fen. `reference` is what the exchange calls
    the purchase: it counts once, whoever typed it in.
    """

    programme = models.ForeignKey("programmes.Programme", models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="order_entries", db_index=False)
    source = models.CharField(_("source"), max_length=8, choices=EntrySource)
    state = models.CharField(_("state"), max_length=8, choices=EntryState, default=EntryState.WAITING)
    item = models.CharField(_("what"), max_length=40)
    quantity = models.BigIntegerField(_("quantity"))
    paid = models.BigIntegerField(_("paid"))
    reference = models.CharField(_("number at the exchange"), max_length=40)
    key = models.CharField(_("key"), max_length=64)
    purchase = models.OneToOneField(Purchase, models.PROTECT, null=True, blank=True, related_name="entry")
    entered_at = models.DateTimeField(_("entered"), auto_now_add=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("entered by"),
    )
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("reviewed by"),
    )
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, blank=True)
    reason = models.CharField(_("reason or note"), max_length=200, blank=True)
    order = models.OneToOneField("sales.Order", models.PROTECT, null=True, blank=True, related_name="order_entry")
    fact_id = models.BigIntegerField(_("fact"), null=True, blank=True, unique=True)

    class Meta:
        verbose_name = _("order entry")
        verbose_name_plural = _("order entries")
        indexes: ClassVar = [
            models.Index(fields=["programme", "state", "id"], name="order_entry_by_state"),
            models.Index(fields=["member", "-id"], name="order_entry_by_member"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "key"], name="order_entry_key_once"),
            models.UniqueConstraint(
                fields=["programme", "reference"], condition=Q(state="approved"), name="order_entry_counts_once"
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0, paid__gte=0), name="order_entry_of_something"),
            models.CheckConstraint(
                condition=Q(source="staff", entered_by__isnull=False)
                | (~Q(source="staff") & Q(entered_by__isnull=True)),
                name="order_entry_has_its_source",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", reviewed_by__isnull=True, reviewed_at__isnull=True, fact_id__isnull=True)
                | Q(state="rejected", reviewed_by__isnull=False, reviewed_at__isnull=False, fact_id__isnull=True)
                | Q(state="approved", reviewed_by__isnull=False, reviewed_at__isnull=False, fact_id__isnull=False),
                name="order_entry_reviewed_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(entered_by__isnull=True) | ~Q(reviewed_by=F("entered_by")),
                name="order_entry_by_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.state}"


class TicketRelease(Proposal):
    """Frozen tickets that become free: one operator proposes, another confirms (S0-79)."""

    member = models.ForeignKey("members.Member", models.PROTECT, related_name="ticket_releases")
    fact_id = models.BigIntegerField(_("fact"), null=True, blank=True, unique=True)

    class Meta(Proposal.Meta):
        verbose_name = _("release of tickets")
        verbose_name_plural = _("releases of tickets")
        constraints: ClassVar = [
            *Proposal.Meta.constraints,
            models.CheckConstraint(condition=Q(amount__gt=0), name="ticketrelease_of_something"),
        ]

    def __str__(self) -> str:
        return f"M{self.member_id} {self.amount}"


class TicketTransfer(models.Model):
    """Free tickets that a member moved into the account at the exchange (S0-73). Never changed."""

    member = models.ForeignKey("members.Member", models.PROTECT, related_name="ticket_transfers", db_index=False)
    key = models.CharField(_("key"), max_length=64)
    amount = models.BigIntegerField(_("tickets"))
    at = models.DateTimeField(_("when"), auto_now_add=True)
    fact_id = models.BigIntegerField(_("fact"), unique=True)

    class Meta:
        verbose_name = _("transfer of tickets")
        verbose_name_plural = _("transfers of tickets")
        indexes: ClassVar = [models.Index(fields=["member", "-id"], name="ticket_transfer_by_member")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "key"], name="ticket_transfer_key_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="ticket_transfer_of_something"),
        ]

    def __str__(self) -> str:
        return f"M{self.member_id} {self.amount}"


class PriceFeed(models.Model):
    """How the price feed of a programme stands: what it read last, and why it failed last."""

    programme = models.OneToOneField("programmes.Programme", models.PROTECT, primary_key=True, related_name="+")
    price = models.CharField(_("price"), max_length=40, blank=True)
    read_at = models.DateTimeField(_("last read"), null=True, blank=True)
    failed_at = models.DateTimeField(_("last failed"), null=True, blank=True)
    failure = models.CharField(_("why it failed"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("price feed")
        verbose_name_plural = _("price feeds")

    def __str__(self) -> str:
        return self.price
