"""Suppliers and what they submit (S0-70)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

RATE_DIGITS, RATE_DECIMALS = 10, 9
PICTURES_MAX = 3
PICTURE_BYTES_MAX = 1_000_000


class SupplierState(models.TextChoices):
    """Where a supplier stands: applied → approved → stopped, and approved again."""

    APPLIED = "applied", _("applied")
    APPROVED = "approved", _("approved")
    STOPPED = "stopped", _("stopped")


class SubmissionState(models.TextChoices):
    """Where a submission stands: submitted → listed or refused by an operator, or taken back by the supplier."""

    SUBMITTED = "submitted", _("submitted")
    LISTED = "listed", _("listed")
    REFUSED = "refused", _("refused")
    TAKEN_BACK = "taken_back", _("taken back")


class Decided(models.Model):
    """Something that an operator decides on, and when."""

    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("decided by"),
    )

    class Meta:
        abstract = True


class Supplier(Decided):
    """A member, or the account of a company, that sells its products in the mall.

    `commission` is the share of each sale that the platform keeps. The phone is closed as members' phones are.
    """

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="suppliers", db_index=False, verbose_name=_("programme")
    )
    member = models.OneToOneField("members.Member", models.PROTECT, related_name="supplier", verbose_name=_("member"))
    name = models.CharField(_("name"), max_length=100)
    contact = models.CharField(_("contact"), max_length=40)
    phone_cipher = models.BinaryField(_("phone"))
    licence = models.CharField(_("licence number"), max_length=40)
    state = models.CharField(_("state"), max_length=8, choices=SupplierState, default=SupplierState.APPLIED)
    commission = models.DecimalField(
        _("commission"), max_digits=RATE_DIGITS, decimal_places=RATE_DECIMALS, null=True, blank=True
    )
    applied_at = models.DateTimeField(_("applied"))

    class Meta:
        verbose_name = _("supplier")
        verbose_name_plural = _("suppliers")
        indexes: ClassVar = [models.Index(fields=["programme", "state", "-id"], name="supplier_by_state")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=SupplierState.values), name="supplier_state_known"),
            models.CheckConstraint(
                condition=Q(commission__isnull=True) | Q(commission__gte=0, commission__lte=1),
                name="supplier_commission_in_range",
            ),
            models.CheckConstraint(
                condition=Q(state=SupplierState.APPLIED, decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(state=SupplierState.APPLIED) & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="supplier_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state=SupplierState.APPROVED) | Q(commission__isnull=False),
                name="supplier_approved_with_commission",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Submission(Decided):
    """A product that a supplier wants to sell; listed, it becomes a product at the price an operator agreed to."""

    supplier = models.ForeignKey(
        Supplier, models.PROTECT, related_name="submissions", db_index=False, verbose_name=_("supplier")
    )
    title = models.CharField(_("title"), max_length=100)
    title_en = models.CharField(_("English title"), max_length=100, blank=True)
    price = models.BigIntegerField(_("price"), help_text=_("in fen"))
    stock = models.IntegerField(_("stock"), null=True, blank=True, help_text=_("empty: without limit"))
    note = models.CharField(_("description"), max_length=500, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=SubmissionState, default=SubmissionState.SUBMITTED)
    key = models.CharField(_("key"), max_length=64)
    submitted_at = models.DateTimeField(_("submitted"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    product = models.OneToOneField(
        "sales.Product", models.PROTECT, related_name="submission", null=True, blank=True, verbose_name=_("product")
    )

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        indexes: ClassVar = [models.Index(fields=["state", "-id"], name="submission_by_state")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["supplier", "key"], name="submission_key_once"),
            models.CheckConstraint(condition=Q(state__in=SubmissionState.values), name="submission_state_known"),
            models.CheckConstraint(condition=Q(price__gte=1), name="submission_price_positive"),
            models.CheckConstraint(
                condition=Q(stock__isnull=True) | Q(stock__gte=0), name="submission_stock_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(state=SubmissionState.LISTED, product__isnull=False)
                | (~Q(state=SubmissionState.LISTED) & Q(product__isnull=True)),
                name="submission_listed_with_its_product",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[SubmissionState.LISTED, SubmissionState.REFUSED])
                | (Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(reason="")),
                name="submission_decided_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Picture(models.Model):
    """A picture, JPEG or PNG, of what was submitted or of a product of head office, and its SHA-256."""

    submission = models.ForeignKey(
        Submission,
        models.CASCADE,
        related_name="pictures",
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("submission"),
    )
    product = models.ForeignKey(
        "sales.Product",
        models.CASCADE,
        related_name="pictures",
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("product"),
    )
    position = models.SmallIntegerField(_("position"))
    media_type = models.CharField(max_length=10)
    digest = models.CharField(max_length=64)
    content = models.BinaryField()

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["submission", "position"], name="picture_position_once"),
            models.UniqueConstraint(fields=["product", "position"], name="picture_of_a_product_once"),
            models.CheckConstraint(
                condition=Q(submission__isnull=True, product__isnull=False)
                | Q(submission__isnull=False, product__isnull=True),
                name="picture_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(position__gte=1, position__lte=PICTURES_MAX), name="picture_one_of_three"
            ),
            models.CheckConstraint(condition=Q(media_type__in=["image/jpeg", "image/png"]), name="picture_type_known"),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id or self.product_id}/{self.position}"
