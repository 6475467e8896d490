"""Stores and what belongs to them; only facts and closes change what the rules read of it."""

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jifen.stores.period_models import Conservation, Period, PeriodState

__all__ = [
    "Center",
    "Conservation",
    "Patron",
    "Period",
    "PeriodState",
    "Shareholding",
    "Store",
    "StoreStanding",
    "StoreType",
    "Territory",
]

CODE_LENGTH = 20
REGION = r"^[1-9][0-9]{5}$"
WHOLE_SHARE = 10_000  # basis points

is_code = RegexValidator(r"^[A-Za-z0-9_-]{1,20}$", _("letters, digits, - and _ only, at most 20"))


class StoreType(models.TextChoices):
    """What a store is to head office: a branch works much like a store, and has stores below it (S3-24)."""

    STORE = "store", _("store")
    BRANCH = "branch", _("branch")


class Store(models.Model):
    """A shop that sells under the programme. Its code, owner, referrer and day of joining never change (S1-01).

    Nor do its type and its branch (S3-24): the database sees to it, and that a branch is one and of the programme.
    """

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="+", db_index=False, verbose_name=_("programme")
    )
    code = models.CharField(_("code"), max_length=CODE_LENGTH, validators=[is_code])
    title = models.CharField(_("name"), max_length=100)
    title_en = models.CharField(_("English name"), max_length=100, blank=True)
    owner = models.ForeignKey(  # nobody: head office's own
        "members.Member",
        models.PROTECT,
        related_name="stores",
        null=True,
        blank=True,
        verbose_name=_("owner"),
    )
    referrer = models.ForeignKey(
        "members.Member", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("referrer")
    )
    region = models.CharField(_("region"), max_length=6, blank=True)  # division code
    address = models.CharField(_("address"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    rate = models.DecimalField(  # commission; without one the document's
        _("commission"), max_digits=10, decimal_places=9, null=True, blank=True
    )
    joined_tick = models.BigIntegerField(unique=True)  # the order of facts
    joined_on = models.DateField(_("joined on"))
    partners = models.BooleanField(_("takes partners"), default=False)
    active = models.BooleanField(_("active"), default=True)
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)  # degrees
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    services = models.TextField(_("services"), blank=True, default="")
    concession = models.DecimalField(  # the part of an order that the store gives up (S2-05)
        _("concession"), max_digits=10, decimal_places=9, null=True, blank=True
    )
    type = models.CharField(_("type"), max_length=6, choices=StoreType.choices, default="store", db_default="store")
    branch = models.ForeignKey(  # from which it buys points; without one from head office
        "self",
        models.PROTECT,
        related_name="branch_stores",
        null=True,
        blank=True,
        verbose_name=_("branch"),
    )
    further = models.BooleanField(  # so that joining brings nothing: its company has settled in before (S2-24)
        _("further store of its company"), default=False, db_default=False
    )
    ratio = models.DecimalField(  # points for 1 CNY spent there (S3-12); without one none
        _("points for 1 CNY"), max_digits=11, decimal_places=9, null=True, blank=True
    )

    class Meta:
        verbose_name = _("store")
        verbose_name_plural = _("stores")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "code"], name="store_code_once"),
            models.CheckConstraint(condition=Q(region="") | Q(region__regex=REGION), name="store_region_is_a_code"),
            models.CheckConstraint(
                condition=Q(rate__isnull=True) | Q(rate__gte=0, rate__lte=1), name="store_rate_is_a_share"
            ),
            models.CheckConstraint(condition=~Q(code=""), name="store_has_a_code"),
            models.CheckConstraint(
                condition=Q(concession__isnull=True) | Q(concession__gte=0, concession__lte=1),
                name="store_concession_is_a_share",
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="store_stands_on_the_earth",
            ),
            models.CheckConstraint(condition=Q(type__in=StoreType.values), name="store_type_known"),
            models.CheckConstraint(
                condition=Q(type="store") | Q(branch__isnull=True), name="store_branch_has_no_branch"
            ),
            models.CheckConstraint(condition=Q(ratio__isnull=True) | Q(ratio__gte=0), name="store_ratio_not_negative"),
        ]

    def __str__(self) -> str:
        return self.code


class StoreStanding(models.Model):
    """What facts and closes keep of a store, in fen: turnover and net not settled yet, and its partners' fund.

    Beside its float, which is a balance of the ledger: how far below nothing it may go, in points, and until when
    periods have settled its sales (S3-17, S3-Q3).
    """

    store = models.OneToOneField(
        Store, models.PROTECT, primary_key=True, related_name="standing", verbose_name=_("store")
    )
    turnover = models.BigIntegerField(_("turnover"), db_default=0)  # refunds may take it below nothing
    net = models.BigIntegerField(_("takings"), db_default=0)  # of them what is the store's
    fund = models.BigIntegerField(_("partners' fund"), db_default=0)
    credit = models.BigIntegerField(_("credit line"), db_default=0)  # minor units of its float
    settled_until = models.DateField(_("settled until"), null=True, blank=True)  # the day before which

    class Meta:
        verbose_name = _("standing of a store")
        verbose_name_plural = _("standings of stores")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(fund__gte=0), name="store_fund_not_negative"),
            models.CheckConstraint(condition=Q(credit__gte=0), name="store_credit_not_negative"),
        ]

    def __str__(self) -> str:
        return str(self.store_id)


class Patron(models.Model):
    """What a member bought at a store, less refunds, and whether it makes a partner (found by closes, S1-28)."""

    store = models.ForeignKey(Store, models.PROTECT, related_name="patrons", db_index=False, verbose_name=_("store"))
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="patronage", verbose_name=_("member"))
    amount = models.BigIntegerField(_("amount"), db_default=0)  # fen
    products = models.IntegerField(_("orders of the product"), db_default=0)  # not wholly refunded
    partner = models.BooleanField(_("partner"), db_default=False)
    partner_since = models.DateField(_("partner since"), null=True, blank=True)

    class Meta:
        verbose_name = _("customer of a store")
        verbose_name_plural = _("customers of stores")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["store", "member"], name="patron_once"),
            models.CheckConstraint(condition=Q(amount__gte=0, products__gte=0), name="patron_not_negative"),
            models.CheckConstraint(
                condition=Q(partner=False) | Q(partner_since__isnull=False), name="patron_partner_since_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.store_id} M{self.member_id}"


class Shareholding(models.Model):
    """A member's part of a store's turnover, from when until when (S1-32, S1-34); an initiator manages (S1-36)."""

    store = models.ForeignKey(
        Store, models.PROTECT, related_name="shareholdings", db_index=False, verbose_name=_("store")
    )
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="shareholdings", verbose_name=_("member"))
    share_bp = models.IntegerField(_("share"), help_text=_("in hundredths of a percent"))
    initiator = models.BooleanField(_("initiator"), default=False)
    since_tick = models.BigIntegerField()  # of the fact
    since_on = models.DateField(_("since"))
    until_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("shareholding")
        verbose_name_plural = _("shareholdings")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["store", "member"], condition=Q(until_on__isnull=True), name="shareholding_one_open"
            ),
            models.UniqueConstraint(
                fields=["store"],
                condition=Q(until_on__isnull=True, initiator=True),
                name="shareholding_one_initiator",
            ),
            models.CheckConstraint(
                condition=Q(share_bp__gte=0, share_bp__lte=WHOLE_SHARE), name="shareholding_is_a_share"
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("since_on")), name="shareholding_ends_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.store_id} M{self.member_id}"


class Territory(models.Model):
    """Who has a region, from when until when; at most one holder at a time (S1-21, S1-22)."""

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="+", db_index=False, verbose_name=_("programme")
    )
    region = models.CharField(_("region"), max_length=6)  # division code
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="territories", verbose_name=_("holder"))
    since_tick = models.BigIntegerField()  # of the fact
    since_on = models.DateField(_("since"))
    until_on = models.DateField(_("until"), null=True, blank=True)
    fee = models.BigIntegerField(_("fee"), db_default=0)  # fen

    class Meta:
        verbose_name = _("territory")
        verbose_name_plural = _("territories")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["programme", "region"], condition=Q(until_on__isnull=True), name="territory_one_holder"
            ),
            models.CheckConstraint(condition=Q(region__regex=REGION), name="territory_region_is_a_code"),
            models.CheckConstraint(condition=Q(fee__gte=0), name="territory_fee_not_negative"),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("since_on")), name="territory_ends_later"
            ),
        ]

    def __str__(self) -> str:
        return self.region


class Center(models.Model):
    """Who runs the operation centre of a region, from when until when; at most one at a time (S2-13, S2-14).

    The parent promoted it: the nearest referrer above who held a centre when it opened; nobody where none did.
    """

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="+", db_index=False, verbose_name=_("programme")
    )
    region = models.CharField(_("region"), max_length=6)  # division code
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="centers", verbose_name=_("holder"))
    parent = models.ForeignKey(
        "members.Member",
        models.PROTECT,
        related_name="centers_below",
        null=True,
        blank=True,
        verbose_name=_("promoted by"),
    )
    since_tick = models.BigIntegerField()  # of the fact
    since_on = models.DateField(_("since"))
    until_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("operation centre")
        verbose_name_plural = _("operation centres")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["programme", "region"], condition=Q(until_on__isnull=True), name="center_one_holder"
            ),
            models.CheckConstraint(condition=Q(region__regex=REGION), name="center_region_is_a_code"),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("since_on")), name="center_ends_later"
            ),
        ]

    def __str__(self) -> str:
        return self.region
