"""Purchases of store points, and the history of each; the database refuses states that must not be (S3-03, S3-28)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

POINTS_MAX = 10**12  # minor units in one deal
COST_MAX = 10**14  # fen
KEY_LENGTH = 64
REFERENCE_LENGTH = 60


class PurchaseState(models.TextChoices):
    """Where a purchase stands: applied → money noted → counted; what is paid online or at a branch counts at once."""

    APPLIED = "applied", _("applied for")
    PAID = "paid", _("money has come")
    COUNTED = "counted", _("points are there")
    REFUSED = "refused", _("refused")
    CANCELLED = "cancelled", _("cancelled")


WAITING = (PurchaseState.APPLIED, PurchaseState.PAID)


class PurchaseWay(models.TextChoices):
    """How a purchase is paid."""

    ONLINE = "online", _("online")
    BANK = "bank", _("by bank transfer")
    BRANCH = "branch", _("at the branch")


class Purchase(models.Model):
    """Points that a store buys: from head office, or a branch's store from its branch; there no money is head office's.

    `points` in minor units of `kind`, `cost` in fen, `price` as the price list says it, CNY a point. What is paid by
    bank is noted by one operator and approved by another; the owner of the branch approves what is bought there.
    """

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="+", db_index=False, verbose_name=_("programme")
    )
    number = models.CharField(_("number"), max_length=30, unique=True)
    store = models.ForeignKey(
        "stores.Store", models.PROTECT, related_name="purchases", db_index=False, verbose_name=_("store")
    )
    branch = models.ForeignKey(  # who sells; None: head office
        "stores.Store", models.PROTECT, related_name="sold_points", null=True, blank=True, verbose_name=_("branch")
    )
    kind = models.CharField(_("kind of points"), max_length=40)
    points = models.BigIntegerField(_("points"))
    buyer = models.CharField(_("price list"), max_length=12)  # branch, direct or branch_store
    price = models.CharField(_("price"), max_length=40)  # exact, CNY a point
    cost = models.BigIntegerField(_("cost"))
    way = models.CharField(_("paid"), max_length=6, choices=PurchaseWay)
    state = models.CharField(_("state"), max_length=9, choices=PurchaseState, default=PurchaseState.APPLIED)
    key = models.CharField(_("key"), max_length=KEY_LENGTH)
    member = models.ForeignKey(  # who asked: the owner of the store
        "members.Member", models.PROTECT, related_name="+", db_index=False, verbose_name=_("asked by")
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    asked_at = models.DateTimeField(_("asked"))
    provider = models.CharField(_("payment provider"), max_length=20, blank=True)
    bank_reference = models.CharField(_("reference of the bank"), max_length=REFERENCE_LENGTH, blank=True)
    paid_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, null=True, blank=True,
        verbose_name=_("money noted by"),
    )  # fmt: skip
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, null=True, blank=True,
        verbose_name=_("approved by"),
    )  # fmt: skip
    seller = models.ForeignKey(  # the owner of the branch who approved
        "members.Member", models.PROTECT, related_name="+", db_index=False, null=True, blank=True,
        verbose_name=_("approved at the branch by"),
    )  # fmt: skip
    fact_id = models.BigIntegerField(_("fact"), null=True, blank=True, unique=True)
    business_date = models.DateField(_("business day"), null=True, blank=True)
    reserved = models.BigIntegerField(_("into the reserve"), default=0)

    class Meta:
        verbose_name = _("purchase of points")
        verbose_name_plural = _("purchases of points")
        indexes: ClassVar = [
            models.Index(fields=["programme", "state", "-id"], name="purchase_by_state"),
            models.Index(fields=["store", "-id"], name="purchase_by_store"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["store", "key"], name="purchase_key_once"),
            models.UniqueConstraint(
                fields=["programme", "bank_reference"],
                condition=~Q(bank_reference="") & Q(state__in=["paid", "counted"]),
                name="purchase_transfer_once",
            ),
            models.CheckConstraint(condition=Q(state__in=PurchaseState.values), name="purchase_state_known"),
            models.CheckConstraint(
                condition=Q(points__gt=0, points__lte=POINTS_MAX, cost__gte=0, cost__lte=COST_MAX),
                name="purchase_of_something",
            ),
            models.CheckConstraint(
                condition=Q(way="branch", branch__isnull=False, buyer="branch_store")
                | Q(way__in=["online", "bank"], branch__isnull=True, buyer__in=["branch", "direct"]),
                name="purchase_from_branch_or_head_office",
            ),
            models.CheckConstraint(
                condition=Q(state="counted", fact_id__isnull=False, business_date__isnull=False)
                & (
                    Q(way="online") & ~Q(provider="")
                    | Q(way="bank", paid_by__isnull=False, approved_by__isnull=False)
                    | Q(way="branch", seller__isnull=False)
                )
                | ~Q(state="counted") & Q(fact_id__isnull=True, business_date__isnull=True, reserved=0, provider="")
                & Q(approved_by__isnull=True, seller__isnull=True),
                name="purchase_counted_with_its_fact",
            ),
            models.CheckConstraint(
                condition=~Q(state="paid") | (Q(way="bank", paid_by__isnull=False) & ~Q(bank_reference="")),
                name="purchase_money_noted_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("paid_by")), name="purchase_by_two_people"
            ),
            models.CheckConstraint(
                condition=Q(reserved__gte=0, reserved__lte=F("cost")), name="purchase_reserved_within_cost"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number


class PurchaseStep(models.Model):
    """One step of a purchase's history, by an operator or by a member. Never changed."""

    purchase = models.ForeignKey(Purchase, models.PROTECT, related_name="steps", verbose_name=_("purchase"))
    state = models.CharField(_("state"), max_length=9, choices=PurchaseState)
    at = models.DateTimeField(_("when"))
    member = models.ForeignKey(
        "members.Member", models.PROTECT, related_name="+", db_index=False, null=True, blank=True,
        verbose_name=_("member"),
    )  # fmt: skip
    operator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, null=True, blank=True,
        verbose_name=_("operator"),
    )  # fmt: skip
    reason = models.CharField(_("reason or note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("step of a purchase")
        verbose_name_plural = _("steps of purchases")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(member__isnull=False, operator__isnull=True)
                | Q(member__isnull=True, operator__isnull=False),
                name="purchase_step_by_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purchase_id} {self.state}"
