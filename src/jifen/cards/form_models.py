"""What the register form says of a member beside name and mobile phone (S3-09); numbers are closed like phones."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

NOTE_MAX = 200


class Sex(models.TextChoices):
    """As ID cards have it; blank where the member says nothing."""

    WOMAN = "f", _("woman")
    MAN = "m", _("man")


class Details(models.Model):
    """A member's register form (S3-09): second phone, ID number, birthday, sex, address and a note.

    Phone, ID number and address are closed (AES-256-GCM, cards.details opens them); an ID number is found by its
    index, and is one member's of a programme.
    """

    member = models.OneToOneField(
        "members.Member", models.PROTECT, primary_key=True, related_name="details", verbose_name=_("member")
    )
    programme = models.ForeignKey("programmes.Programme", models.PROTECT, related_name="+", db_index=False)
    phone_cipher = models.BinaryField(_("second phone"), null=True, blank=True)
    number_cipher = models.BinaryField(_("ID number"), null=True, blank=True)
    number_index = models.BinaryField(null=True, blank=True)
    birthday = models.DateField(_("birthday"), null=True, blank=True)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex, blank=True)
    address_cipher = models.BinaryField(_("address"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=NOTE_MAX, blank=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("register form")
        verbose_name_plural = _("register forms")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "number_index"], name="details_id_number_once"),
            models.CheckConstraint(
                condition=Q(number_cipher__isnull=True, number_index__isnull=True)
                | Q(number_cipher__isnull=False, number_index__isnull=False),
                name="details_number_with_its_index",
            ),
            models.CheckConstraint(condition=Q(sex__in=["", *Sex.values]), name="details_sex_known"),
        ]

    def __str__(self) -> str:
        return f"M{self.member_id}"


class DetailsStep(models.Model):
    """Who changed which fields of a register form, or read its ID number; never what stood there. Never changed."""

    details = models.ForeignKey(Details, models.PROTECT, related_name="steps", verbose_name=_("register form"))
    fields = models.CharField(_("fields"), max_length=100)  # names with blanks between
    read = models.BooleanField(_("only read"), default=False)
    at = models.DateTimeField(_("when"), auto_now_add=True)
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

    class Meta:
        verbose_name = _("step of a register form")
        verbose_name_plural = _("steps of register forms")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(member__isnull=False, operator__isnull=True)
                | Q(member__isnull=True, operator__isnull=False),
                name="details_step_by_one",
            ),
        ]

    def __str__(self) -> str:
        return f"M{self.details_id} {self.fields}"
