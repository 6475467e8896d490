"""Applications of merchants with their licences; the database refuses states that must not be (S2-59)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jifen.members.licences import LICENCE_LENGTH

REGION = r"^[1-9][0-9]{5}$"
PICTURE_BYTES_MAX = 5 * 1024 * 1024
SERVICES_MAX = 500
DEGREE_DIGITS, DEGREE_DECIMALS = 9, 6
SHARE_DIGITS, SHARE_DECIMALS = 10, 9


class ApplicationState(models.TextChoices):
    """Where an application stands: sent → approved or refused, or withdrawn. What is sent anew is a new one."""

    SENT = "sent", _("waiting for review")
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


DECIDED = (ApplicationState.APPROVED, ApplicationState.REFUSED)
_DECISION = Q(decided_at__isnull=False) & ~Q(reason="")
_BY_ONE = Q(operator__isnull=False, reviewer__isnull=True) | Q(operator__isnull=True, reviewer__isnull=False)
_NOBODY = Q(decided_at__isnull=True, operator__isnull=True, reviewer__isnull=True, reason="")


class MerchantApplication(models.Model):
    """What somebody says of a store that wants to settle in. Name and phone of the contact are closed.

    An operator decides, or the `reviewer`, who has the operation centre of the area.
    """

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="+", db_index=False, verbose_name=_("programme")
    )
    member = models.ForeignKey(
        "members.Member",
        models.PROTECT,
        related_name="merchant_applications",
        db_index=False,
        verbose_name=_("applicant"),
    )
    key = models.CharField(_("key"), max_length=64)
    state = models.CharField(_("state"), max_length=9, choices=ApplicationState, default=ApplicationState.SENT)
    title = models.CharField(_("name of the store"), max_length=100)
    title_en = models.CharField(_("English name"), max_length=100, blank=True)
    licence_number = models.CharField(_("unified social credit code"), max_length=LICENCE_LENGTH)
    contact_cipher = models.BinaryField(_("contact"))
    phone_cipher = models.BinaryField(_("phone"))
    region = models.CharField(_("region"), max_length=6)  # division code
    address = models.CharField(_("address"), max_length=200)
    latitude = models.DecimalField(_("latitude"), max_digits=DEGREE_DIGITS, decimal_places=DEGREE_DECIMALS)
    longitude = models.DecimalField(_("longitude"), max_digits=DEGREE_DIGITS, decimal_places=DEGREE_DECIMALS)
    services = models.CharField(_("services"), max_length=SERVICES_MAX)
    concession = models.DecimalField(
        _("concession"), max_digits=SHARE_DIGITS, decimal_places=SHARE_DECIMALS, null=True, blank=True
    )
    licence = models.ForeignKey(  # none once it was erased
        "LicencePicture",
        models.PROTECT,
        related_name="applications",
        null=True,
        blank=True,
        verbose_name=_("picture of the licence"),
    )
    sent_at = models.DateTimeField(_("sent"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    operator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("decided by"),
    )
    reviewer = models.ForeignKey(
        "members.Member",
        models.PROTECT,
        related_name="+",
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("decided by the centre of"),
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)  # of the decision
    store = models.OneToOneField(
        "stores.Store", models.PROTECT, related_name="application", null=True, blank=True, verbose_name=_("store")
    )

    class Meta:
        verbose_name = _("application of a merchant")
        verbose_name_plural = _("applications of merchants")
        indexes: ClassVar = [
            models.Index(fields=["programme", "state", "-id"], name="merchant_by_state"),
            models.Index(fields=["programme", "region"], condition=Q(state="sent"), name="merchant_of_a_region"),
            models.Index(fields=["member", "-id"], name="merchant_by_member"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "key"], name="merchant_key_once"),
            models.UniqueConstraint(fields=["member"], condition=Q(state="sent"), name="merchant_one_at_a_time"),
            models.UniqueConstraint(
                fields=["programme", "licence_number"], condition=Q(state="sent"), name="merchant_licence_once"
            ),
            models.CheckConstraint(condition=Q(state__in=ApplicationState.values), name="merchant_state_known"),
            models.CheckConstraint(condition=Q(region__regex=REGION), name="merchant_region_is_a_code"),
            models.CheckConstraint(
                condition=Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="merchant_stands_on_the_earth",
            ),
            models.CheckConstraint(
                condition=Q(concession__isnull=True) | Q(concession__gt=0, concession__lte=1),
                name="merchant_gives_a_share",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=DECIDED) & _DECISION & _BY_ONE) | (~Q(state__in=DECIDED) & _NOBODY),
                name="merchant_decided_by_one",
            ),
            models.CheckConstraint(
                condition=Q(state=ApplicationState.APPROVED, store__isnull=False)
                | (~Q(state=ApplicationState.APPROVED) & Q(store__isnull=True)),
                name="merchant_approved_with_its_store",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class LicencePicture(models.Model):
    """The picture of a business licence, closed like phones and bound to the first application that came with it.

    A member's applications with the same picture share one. It is erased some time after all of them were withdrawn.
    """

    member = models.ForeignKey(
        "members.Member", models.PROTECT, related_name="+", db_index=False, verbose_name=_("applicant")
    )
    application = models.OneToOneField(
        MerchantApplication, models.PROTECT, related_name="+", verbose_name=_("first application")
    )
    content_type = models.CharField(_("type of the file"), max_length=20)
    size = models.IntegerField(_("size"))  # bytes before it was closed
    digest = models.CharField(_("SHA-256"), max_length=64)  # before it was closed
    cipher = models.BinaryField(_("content"))  # merchants.licences opens it

    class Meta:
        verbose_name = _("licence of a merchant")
        verbose_name_plural = _("licences of merchants")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "digest"], name="merchant_licence_picture_once"),
            models.CheckConstraint(condition=Q(size__gt=0, size__lte=PICTURE_BYTES_MAX), name="merchant_licence_size"),
            models.CheckConstraint(
                condition=Q(content_type__in=["image/jpeg", "image/png"]), name="merchant_licence_is_a_picture"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}"


class StepKind(models.TextChoices):
    """What was done with an application."""

    SENT = "sent", _("sent")
    READ = "read", _("licence opened")
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


class MerchantStep(models.Model):
    """One step of an application's history: by its applicant or a centre (member), or by an operator. Never changed."""

    application = models.ForeignKey(
        MerchantApplication, models.PROTECT, related_name="steps", verbose_name=_("application")
    )
    kind = models.CharField(_("what"), max_length=9, choices=StepKind)
    at = models.DateTimeField(_("when"))
    member = models.ForeignKey(
        "members.Member",
        models.PROTECT,
        related_name="+",
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("member"),
    )
    operator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("operator"),
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("step of a merchant's application")
        verbose_name_plural = _("steps of merchants' applications")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(member__isnull=False, operator__isnull=True)
                | Q(member__isnull=True, operator__isnull=False),
                name="merchant_step_by_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.kind}"
