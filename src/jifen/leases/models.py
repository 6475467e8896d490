"""Bank transfers that become lease credit, agreements that were signed, and the leases that stand on them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jifen.payouts.models import Proposal

AMOUNT_MAX = 10_000_000_000  # fen, 100 million CNY: its points stay far below 2**63
DIGEST_LENGTH = 64  # SHA-256, hexadecimal


class CompanyAccount(models.Model):
    """The account to which members transfer money, as they see it; the newest row of a programme holds (S0-08)."""

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="company_accounts", verbose_name=_("programme")
    )
    company = models.CharField(_("company"), max_length=100)
    bank = models.CharField(_("bank"), max_length=100)
    number = models.CharField(_("account number"), max_length=40)
    note = models.CharField(_("what members should write with the transfer"), max_length=200, blank=True)
    reason = models.CharField(_("reason"), max_length=200)
    operator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, verbose_name=_("operator")
    )
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("company account")
        verbose_name_plural = _("company accounts")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(company="") & ~Q(bank="") & ~Q(number="") & ~Q(reason=""), name="company_account_whole"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank} {self.number}"


class TopUpState(models.TextChoices):
    """Where a top-up stands: reported → confirmed → credited, or rejected before it is credited."""

    REPORTED = "reported", _("reported")
    CONFIRMED = "confirmed", _("money confirmed")
    CREDITED = "credited", _("credited")
    REJECTED = "rejected", _("rejected")


class CreditTopUp(models.Model):
    """A bank transfer that a member reports, and the lease credit it becomes (S0-08, S0-09).

    Money is in fen, `points` in minor units of `kind`. One operator confirms that the money came, another credits it.
    `bank_reference` is what the bank calls the transfer: no transfer is credited twice.
    """

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="+", db_index=False, verbose_name=_("programme")
    )
    member = models.ForeignKey(
        "members.Member", models.PROTECT, related_name="top_ups", db_index=False, verbose_name=_("member")
    )
    kind = models.CharField(_("kind of points"), max_length=40)
    amount = models.BigIntegerField(_("amount"))
    points = models.BigIntegerField(_("points"))
    payer = models.CharField(_("payer"), max_length=60)
    paid_on = models.DateField(_("paid on"))
    reference = models.CharField(_("reference"), max_length=60, blank=True)
    key = models.CharField(_("key"), max_length=64)
    state = models.CharField(_("state"), max_length=9, choices=TopUpState, default=TopUpState.REPORTED)
    reported_at = models.DateTimeField(_("reported"))
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("reported by"),
    )
    bank_reference = models.CharField(_("reference of the bank"), max_length=60, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("confirmed by"),
    )
    credited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("credited by"),
    )
    fact_id = models.BigIntegerField(_("fact"), null=True, blank=True, unique=True)
    business_date = models.DateField(_("business day"), null=True, blank=True)
    reserved = models.BigIntegerField(_("into the reserve"), default=0)
    returned = models.BigIntegerField(_("returned so far"), default=0)

    class Meta:
        verbose_name = _("top-up of lease credit")
        verbose_name_plural = _("top-ups of lease credit")
        indexes: ClassVar = [
            models.Index(fields=["programme", "state", "-id"], name="credit_top_up_by_state"),
            models.Index(fields=["member", "-id"], name="credit_top_up_by_member"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "key"], name="credit_top_up_key_once"),
            models.UniqueConstraint(
                fields=["programme", "bank_reference"],
                condition=Q(state__in=["confirmed", "credited"]),
                name="credit_top_up_transfer_once",
            ),
            models.CheckConstraint(condition=Q(state__in=TopUpState.values), name="credit_top_up_state_known"),
            models.CheckConstraint(
                condition=Q(amount__gte=1, amount__lte=AMOUNT_MAX, points__gt=0), name="credit_top_up_amounts"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["confirmed", "credited"])
                | (Q(confirmed_by__isnull=False) & ~Q(bank_reference="")),
                name="credit_top_up_confirmed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state="credited", credited_by__isnull=False, fact_id__isnull=False)
                & Q(business_date__isnull=False)
                | (
                    ~Q(state="credited")
                    & Q(credited_by__isnull=True, fact_id__isnull=True, business_date__isnull=True)
                    & Q(reserved=0, returned=0)
                ),
                name="credit_top_up_credited_with_its_fact",
            ),
            models.CheckConstraint(
                condition=(Q(credited_by__isnull=True) | ~Q(credited_by=F("confirmed_by")))
                & (Q(reported_by__isnull=True) | Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("reported_by"))),
                name="credit_top_up_by_two_people",
            ),
            models.CheckConstraint(
                condition=Q(reserved__gte=0, reserved__lte=F("amount"), returned__gte=0, returned__lte=F("amount")),
                name="credit_top_up_within_amount",
            ),
        ]

    def __str__(self) -> str:
        return f"M{self.member_id} {self.amount}"


class CreditTopUpStep(models.Model):
    """One step of a top-up's history; without an operator it was the member's own. Never changed."""

    top_up = models.ForeignKey(
        CreditTopUp, models.PROTECT, related_name="steps", db_index=False, verbose_name=_("top-up")
    )
    state = models.CharField(_("state"), max_length=9, choices=TopUpState)
    at = models.DateTimeField(_("when"))
    operator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("operator"),
    )
    reason = models.CharField(_("reason or note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("step of a top-up")
        verbose_name_plural = _("steps of top-ups")
        constraints: ClassVar = [models.UniqueConstraint(fields=["top_up", "state"], name="credit_top_up_step_once")]

    def __str__(self) -> str:
        return f"{self.top_up_id} {self.state}"


class TopUpReturn(Proposal):
    """Lease credit that is taken back, and its money returned to the member; `amount` in fen."""

    top_up = models.ForeignKey(CreditTopUp, models.PROTECT, related_name="returns", verbose_name=_("top-up"))
    fact_id = models.BigIntegerField(_("fact"), null=True, blank=True, unique=True)
    from_reserve = models.BigIntegerField(_("out of the reserve"), default=0)
    from_cash = models.BigIntegerField(_("out of cash"), default=0)

    class Meta(Proposal.Meta):
        verbose_name = _("return of a top-up")
        verbose_name_plural = _("returns of top-ups")
        constraints: ClassVar = [
            *Proposal.Meta.constraints,
            models.CheckConstraint(condition=Q(amount__gt=0), name="topupreturn_amount_positive"),
            models.CheckConstraint(
                condition=Q(state="approved", amount=F("from_reserve") + F("from_cash"), fact_id__isnull=False)
                | (~Q(state="approved") & Q(from_reserve=0, from_cash=0, fact_id__isnull=True)),
                name="topupreturn_parts_add_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.top_up_id} {self.amount}"


class SigningKey(models.Model):
    """A key with which the company signs, and its certificate; the newest of a programme signs. Never changed."""

    programme = models.ForeignKey("programmes.Programme", models.PROTECT, related_name="+", verbose_name=_("programme"))
    certificate = models.BinaryField(_("certificate"))  # DER
    key_cipher = models.BinaryField()  # PKCS #8 in AES-256-GCM; leases.keys opens it
    fingerprint = models.CharField(_("fingerprint"), max_length=DIGEST_LENGTH, unique=True)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")

    def __str__(self) -> str:
        return self.fingerprint[:16]


class Agreement(models.Model):
    """The agreement of an order of devices: who consented to what, and the signed PDF. Never changed (S0-58)."""

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="+", db_index=False, verbose_name=_("programme")
    )
    member = models.ForeignKey(
        "members.Member", models.PROTECT, related_name="agreements", db_index=False, verbose_name=_("member")
    )
    order = models.OneToOneField("sales.Order", models.PROTECT, related_name="agreement", verbose_name=_("order"))
    version = models.ForeignKey(
        "programmes.Version", models.PROTECT, related_name="+", db_index=False, verbose_name=_("version")
    )
    version_digest = models.CharField(_("digest of the programme"), max_length=DIGEST_LENGTH)
    consent_text = models.CharField(_("version of the text"), max_length=20)
    signed_name = models.CharField(_("name typed as signature"), max_length=40)
    consented_at = models.DateTimeField(_("consented"))
    address_hash = models.CharField(_("hash of the address"), max_length=DIGEST_LENGTH)  # keyed; says not whose
    pdf = models.BinaryField(_("document"))
    sha256 = models.CharField(_("SHA-256"), max_length=DIGEST_LENGTH)
    certificate = models.CharField(_("fingerprint of the certificate"), max_length=DIGEST_LENGTH)

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        indexes: ClassVar = [models.Index(fields=["programme", "-id"], name="agreement_by_programme")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(signed_name="") & ~Q(sha256="") & ~Q(certificate="") & ~Q(consent_text=""),
                name="agreement_is_signed",
            ),
        ]

    def __str__(self) -> str:
        return f"agreement {self.order_id}"


class Lease(models.Model):
    """Devices that a member bought and leases to the company; the order's tick is that of its lot.

    Once the lease has returned the cost, the title passes to the company (S0-12); that is written once.
    """

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="+", db_index=False, verbose_name=_("programme")
    )
    member = models.ForeignKey(
        "members.Member", models.PROTECT, related_name="leases", db_index=False, verbose_name=_("member")
    )
    order = models.OneToOneField("sales.Order", models.PROTECT, related_name="lease", verbose_name=_("order"))
    agreement = models.OneToOneField(  # none where the devices were bought on an exchange
        Agreement, models.PROTECT, related_name="lease", null=True, blank=True, verbose_name=_("agreement")
    )
    fact_tick = models.BigIntegerField(_("order fact"), unique=True)
    units = models.IntegerField(_("devices"))
    price = models.BigIntegerField(_("price"))  # fen, of all of them
    opened_on = models.DateField(_("opened on"))
    title_passed_on = models.DateField(_("title passed on"), null=True, blank=True)

    class Meta:
        verbose_name = _("lease")
        verbose_name_plural = _("leases")
        indexes: ClassVar = [
            models.Index(fields=["programme", "-id"], name="lease_by_programme"),
            models.Index(fields=["member", "-id"], name="lease_by_member"),
            models.Index(
                fields=["programme", "member"], condition=Q(title_passed_on__isnull=True), name="lease_title_not_passed"
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(units__gte=1, price__gte=1), name="lease_of_something"),
            models.CheckConstraint(
                condition=Q(title_passed_on__isnull=True) | Q(title_passed_on__gte=F("opened_on")),
                name="lease_title_passes_later",
            ),
        ]

    def __str__(self) -> str:
        return f"M{self.member_id} {self.units}"
