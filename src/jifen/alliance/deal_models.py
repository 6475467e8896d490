"""Grants to branches, credit lines, points handed on, and owed grants that were paid (S3-10, S3-11, S3-25, S3-Q3)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jifen.alliance.purchase_models import KEY_LENGTH, POINTS_MAX
from jifen.payouts.proposal_models import Proposal


def _approved_with_its_fact() -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(state="approved", fact_id__isnull=False) | (~Q(state="approved") & Q(fact_id__isnull=True)),
        name="%(class)s_approved_with_its_fact",
    )


class BranchGrant(Proposal):
    """Points that head office gives a branch in one go; `amount` in minor units of `kind` (S3-25)."""

    store = models.ForeignKey(
        "stores.Store", models.PROTECT, related_name="grants", db_index=False, verbose_name=_("branch")
    )
    kind = models.CharField(_("kind of points"), max_length=40)
    funded = models.BooleanField(_("funded"))  # whether money stands behind them
    fact_id = models.BigIntegerField(_("fact"), null=True, blank=True, unique=True)

    class Meta(Proposal.Meta):
        verbose_name = _("grant to a branch")
        verbose_name_plural = _("grants to branches")
        indexes: ClassVar = [models.Index(fields=["store", "-id"], name="branch_grant_by_store")]
        constraints: ClassVar = [
            *Proposal.Meta.constraints,
            models.CheckConstraint(condition=Q(amount__gt=0, amount__lte=POINTS_MAX), name="%(class)s_amount_positive"),
            _approved_with_its_fact(),
        ]

    def __str__(self) -> str:
        return f"{self.store_id} {self.amount}"


class CreditChange(Proposal):
    """How far a store's points may be below nothing from now on; `amount` is the new line, minor units (S3-Q3)."""

    store = models.ForeignKey(
        "stores.Store", models.PROTECT, related_name="credit_changes", db_index=False, verbose_name=_("store")
    )
    kind = models.CharField(_("kind of points"), max_length=40)
    fact_id = models.BigIntegerField(_("fact"), null=True, blank=True, unique=True)

    class Meta(Proposal.Meta):
        verbose_name = _("credit line of a store")
        verbose_name_plural = _("credit lines of stores")
        indexes: ClassVar = [models.Index(fields=["store", "-id"], name="credit_change_by_store")]
        constraints: ClassVar = [
            *Proposal.Meta.constraints,
            models.CheckConstraint(
                condition=Q(amount__gte=0, amount__lte=POINTS_MAX), name="%(class)s_amount_not_negative"
            ),
            _approved_with_its_fact(),
        ]

    def __str__(self) -> str:
        return f"{self.store_id} {self.amount}"


class Handing(models.Model):
    """Points that a branch hands out to a store of its own, or a store gives to a member. Never changed."""

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="+", db_index=False, verbose_name=_("programme")
    )
    store = models.ForeignKey(
        "stores.Store", models.PROTECT, related_name="handed", db_index=False, verbose_name=_("giver")
    )
    to_store = models.ForeignKey(
        "stores.Store", models.PROTECT, related_name="received", null=True, blank=True, verbose_name=_("to the store")
    )
    to_member = models.ForeignKey(
        "members.Member", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("to the member")
    )
    kind = models.CharField(_("kind of points"), max_length=40)
    amount = models.BigIntegerField(_("amount"))  # minor units
    note = models.CharField(_("note"), max_length=200, blank=True)
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="+", db_index=False, verbose_name=_("by"))
    key = models.CharField(_("key"), max_length=KEY_LENGTH)
    at = models.DateTimeField(_("when"))
    fact_id = models.BigIntegerField(_("fact"), unique=True)
    business_date = models.DateField(_("business day"))

    class Meta:
        verbose_name = _("points handed on")
        verbose_name_plural = _("points handed on")
        indexes: ClassVar = [models.Index(fields=["store", "-id"], name="handing_by_store")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["store", "key"], name="handing_key_once"),
            models.CheckConstraint(condition=Q(amount__gt=0, amount__lte=POINTS_MAX), name="handing_of_something"),
            models.CheckConstraint(
                condition=Q(to_store__isnull=False, to_member__isnull=True)
                | Q(to_store__isnull=True, to_member__isnull=False),
                name="handing_to_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.store_id} {self.amount}"


class OwedPayment(models.Model):
    """Grants that a store owed and gave later: to all in the order of their orders, or to one member (S3-Q3)."""

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="+", db_index=False, verbose_name=_("programme")
    )
    store = models.ForeignKey(
        "stores.Store", models.PROTECT, related_name="owed_payments", db_index=False, verbose_name=_("store")
    )
    to_member = models.ForeignKey(  # None: to everybody whom it owes
        "members.Member", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("to the member")
    )
    amount = models.BigIntegerField(_("amount"))  # minor units that it gave
    member = models.ForeignKey(
        "members.Member", models.PROTECT, related_name="+", db_index=False, null=True, blank=True, verbose_name=_("by")
    )
    operator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, null=True, blank=True,
        verbose_name=_("operator"),
    )  # fmt: skip
    key = models.CharField(_("key"), max_length=KEY_LENGTH)
    at = models.DateTimeField(_("when"))
    fact_id = models.BigIntegerField(_("fact"), unique=True)
    business_date = models.DateField(_("business day"))

    class Meta:
        verbose_name = _("payment of owed points")
        verbose_name_plural = _("payments of owed points")
        indexes: ClassVar = [models.Index(fields=["store", "-id"], name="owed_payment_by_store")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["store", "key"], name="owed_payment_key_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="owed_payment_of_something"),
            models.CheckConstraint(
                condition=Q(member__isnull=False, operator__isnull=True)
                | Q(member__isnull=True, operator__isnull=False),
                name="owed_payment_by_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.store_id} {self.amount}"
