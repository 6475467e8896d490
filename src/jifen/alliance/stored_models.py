"""Prepaid money of members: topped up, and given back within seven days (S3-02)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jifen.alliance.purchase_models import COST_MAX, KEY_LENGTH, REFERENCE_LENGTH


class TopUpWay(models.TextChoices):
    """How money for a top-up comes."""

    ONLINE = "online", _("online")
    BANK = "bank", _("by bank transfer")
    CASH = "cash", _("in cash")


class StoredState(models.TextChoices):
    """Where a top-up stands: noted by one operator → credited by another; what is paid online is credited at once."""

    NOTED = "noted", _("money noted")
    CREDITED = "credited", _("credited")
    RETURNED = "returned", _("given back")
    REJECTED = "rejected", _("rejected")


class StoredTopUp(models.Model):
    """Money that a member paid in advance, and the stored value it became; `amount` in fen, `points` in minor units.

    Within seven days of the payment what is left of it goes back; `returned` is how much did, in fen.
    """

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="+", db_index=False, verbose_name=_("programme")
    )
    member = models.ForeignKey(
        "members.Member", models.PROTECT, related_name="stored_top_ups", db_index=False, verbose_name=_("member")
    )
    kind = models.CharField(_("kind of points"), max_length=40)
    amount = models.BigIntegerField(_("amount"))
    points = models.BigIntegerField(_("points"))
    way = models.CharField(_("paid"), max_length=6, choices=TopUpWay)
    state = models.CharField(_("state"), max_length=8, choices=StoredState)
    key = models.CharField(_("key"), max_length=KEY_LENGTH)
    paid_at = models.DateTimeField(_("paid"))
    provider = models.CharField(_("payment provider"), max_length=20, blank=True)
    reference = models.CharField(_("reference"), max_length=REFERENCE_LENGTH, blank=True)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, null=True, blank=True,
        verbose_name=_("noted by"),
    )  # fmt: skip
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, null=True, blank=True,
        verbose_name=_("decided by"),
    )  # fmt: skip
    rejection = models.CharField(_("why rejected"), max_length=200, blank=True)
    fact_id = models.BigIntegerField(_("fact"), null=True, blank=True, unique=True)
    business_date = models.DateField(_("business day"), null=True, blank=True)
    reserved = models.BigIntegerField(_("into the reserve"), default=0)
    returned = models.BigIntegerField(_("given back"), default=0)
    returned_at = models.DateTimeField(_("given back at"), null=True, blank=True)
    return_fact_id = models.BigIntegerField(_("fact of the return"), null=True, blank=True, unique=True)
    returned_on = models.DateField(_("business day of the return"), null=True, blank=True)
    from_reserve = models.BigIntegerField(_("out of the reserve"), default=0)
    from_cash = models.BigIntegerField(_("out of cash"), default=0)

    class Meta:
        verbose_name = _("top-up of stored value")
        verbose_name_plural = _("top-ups of stored value")
        indexes: ClassVar = [
            models.Index(fields=["programme", "state", "-id"], name="stored_top_up_by_state"),
            models.Index(fields=["member", "-id"], name="stored_top_up_by_member"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "key"], name="stored_top_up_key_once"),
            models.UniqueConstraint(
                fields=["programme", "reference"],
                condition=Q(way="bank", state__in=["noted", "credited", "returned"]),
                name="stored_top_up_transfer_once",
            ),
            models.CheckConstraint(condition=Q(state__in=StoredState.values), name="stored_top_up_state_known"),
            models.CheckConstraint(
                condition=Q(amount__gt=0, amount__lte=COST_MAX, points__gt=0), name="stored_top_up_of_something"
            ),
            models.CheckConstraint(
                condition=Q(way="online", noted_by__isnull=True) & ~Q(provider="")
                | Q(way__in=["bank", "cash"], noted_by__isnull=False, provider="") & ~Q(reference=""),
                name="stored_top_up_seen_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | Q(state="rejected") | ~Q(decided_by=F("noted_by")),
                name="stored_top_up_by_two_people",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["credited", "returned"], fact_id__isnull=False, business_date__isnull=False)
                & (Q(way="online") | Q(decided_by__isnull=False))
                | Q(state__in=["noted", "rejected"], fact_id__isnull=True, business_date__isnull=True, reserved=0),
                name="stored_top_up_credited_with_its_fact",
            ),
            models.CheckConstraint(
                condition=Q(state="returned", return_fact_id__isnull=False, returned_on__isnull=False)
                & Q(returned_at__isnull=False, returned__gt=0, returned__lte=F("amount"))
                & Q(returned=F("from_reserve") + F("from_cash"), from_reserve__gte=0, from_cash__gte=0)
                | ~Q(state="returned") & Q(return_fact_id__isnull=True, returned_on__isnull=True, returned=0)
                & Q(returned_at__isnull=True, from_reserve=0, from_cash=0),
                name="stored_top_up_returned_with_its_fact",
            ),
            models.CheckConstraint(
                condition=Q(reserved__gte=0, reserved__lte=F("amount")), name="stored_top_up_reserved_within_amount"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"M{self.member_id} {self.amount}"
