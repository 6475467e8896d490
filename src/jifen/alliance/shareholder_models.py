"""Who paid to be a shareholder, and the stores that apply, most of them through a shareholder's link (S3-20, S3-31)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jifen.alliance.purchase_models import COST_MAX, KEY_LENGTH

REGION = r"^[1-9][0-9]{5}$"
TITLE_MAX, ADDRESS_MAX, PHONE_MAX, REASON_MAX = 100, 200, 20, 200


class ShareholderFee(models.Model):
    """The fee with which a member became a shareholder, in fen; and when he left. The fee stays with head office."""

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="+", db_index=False, verbose_name=_("programme")
    )
    member = models.ForeignKey(
        "members.Member", models.PROTECT, related_name="shareholder_fees", db_index=False, verbose_name=_("member")
    )
    amount = models.BigIntegerField(_("fee"))
    key = models.CharField(_("key"), max_length=KEY_LENGTH)
    provider = models.CharField(_("payment provider"), max_length=20, blank=True)
    paid_at = models.DateTimeField(_("paid"))
    fact_id = models.BigIntegerField(_("fact"), unique=True)
    business_date = models.DateField(_("business day"))
    reserved = models.BigIntegerField(_("into the reserve"), default=0)
    left_fact_id = models.BigIntegerField(_("fact of leaving"), null=True, blank=True, unique=True)
    left_on = models.DateField(_("left"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, null=True, blank=True,
        verbose_name=_("ended by"),
    )  # fmt: skip
    reason = models.CharField(_("reason"), max_length=REASON_MAX, blank=True)

    class Meta:
        verbose_name = _("shareholder")
        verbose_name_plural = _("shareholders")
        indexes: ClassVar = [models.Index(fields=["programme", "-id"], name="shareholder_by_programme")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "key"], name="shareholder_fee_key_once"),
            models.UniqueConstraint(
                fields=["member"], condition=Q(left_on__isnull=True), name="shareholder_fee_one_open"
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0, amount__lte=COST_MAX, reserved__gte=0, reserved__lte=F("amount")),
                name="shareholder_fee_amounts",
            ),
            models.CheckConstraint(condition=Q(amount=0) | ~Q(provider=""), name="shareholder_fee_paid_somewhere"),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True, left_fact_id__isnull=True, ended_by__isnull=True, reason="")
                | Q(left_on__isnull=False, left_fact_id__isnull=False, ended_by__isnull=False) & ~Q(reason=""),
                name="shareholder_fee_ended_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"M{self.member_id} {self.amount}"


class StoreWish(models.TextChoices):
    """What somebody wants to open."""

    STORE = "store", _("store")
    BRANCH = "branch", _("branch")


class WishState(models.TextChoices):
    """Where an application stands: sent → approved or refused, or withdrawn. What is sent anew is a new one."""

    SENT = "sent", _("waiting for review")
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


class StoreApplication(models.Model):
    """What somebody says of a store or branch that wants to join the alliance; who brought it may be a shareholder.

    Head office decides on it with the store's code, ratio and share of sales.
    """

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="+", db_index=False, verbose_name=_("programme")
    )
    member = models.ForeignKey(
        "members.Member", models.PROTECT, related_name="store_applications", db_index=False,
        verbose_name=_("applicant"),
    )  # fmt: skip
    shareholder = models.ForeignKey(
        "members.Member", models.PROTECT, related_name="brought_applications", null=True, blank=True,
        verbose_name=_("brought by"),
    )  # fmt: skip
    type = models.CharField(_("type"), max_length=6, choices=StoreWish, default=StoreWish.STORE)
    branch = models.ForeignKey(  # from which it wants to buy; None: from head office
        "stores.Store", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("branch")
    )
    title = models.CharField(_("name of the store"), max_length=TITLE_MAX)
    title_en = models.CharField(_("English name"), max_length=TITLE_MAX, blank=True)
    licence_number = models.CharField(_("unified social credit code"), max_length=18)
    region = models.CharField(_("region"), max_length=6)  # division code
    address = models.CharField(_("address"), max_length=ADDRESS_MAX)
    phone = models.CharField(_("phone of the store"), max_length=PHONE_MAX)
    key = models.CharField(_("key"), max_length=KEY_LENGTH)
    state = models.CharField(_("state"), max_length=9, choices=WishState, default=WishState.SENT)
    sent_at = models.DateTimeField(_("sent"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    operator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, null=True, blank=True,
        verbose_name=_("decided by"),
    )  # fmt: skip
    reason = models.CharField(_("reason"), max_length=REASON_MAX, blank=True)
    store = models.OneToOneField(
        "stores.Store", models.PROTECT, related_name="alliance_application", null=True, blank=True,
        verbose_name=_("store"),
    )  # fmt: skip

    class Meta:
        verbose_name = _("application of a store")
        verbose_name_plural = _("applications of stores")
        indexes: ClassVar = [
            models.Index(fields=["programme", "state", "-id"], name="store_wish_by_state"),
            models.Index(fields=["member", "-id"], name="store_wish_by_member"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "key"], name="store_wish_key_once"),
            models.UniqueConstraint(fields=["member"], condition=Q(state="sent"), name="store_wish_one_at_a_time"),
            models.CheckConstraint(condition=Q(state__in=WishState.values), name="store_wish_state_known"),
            models.CheckConstraint(condition=Q(region__regex=REGION), name="store_wish_region_is_a_code"),
            models.CheckConstraint(
                condition=Q(shareholder__isnull=True) | ~Q(shareholder=F("member")), name="store_wish_not_by_oneself"
            ),
            models.CheckConstraint(
                condition=~Q(type="branch") | Q(branch__isnull=True), name="store_wish_branch_has_no_branch"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["approved", "refused"], decided_at__isnull=False, operator__isnull=False)
                & ~Q(reason="")
                | Q(state__in=["sent", "withdrawn"], decided_at__isnull=True, operator__isnull=True, reason=""),
                name="store_wish_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state="approved", store__isnull=False) | (~Q(state="approved") & Q(store__isnull=True)),
                name="store_wish_approved_with_its_store",
            ),
        ]

    def __str__(self) -> str:
        return self.title
