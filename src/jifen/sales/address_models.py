"""Where members let goods be sent: an address book of each, closed as phones are (S2-21)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

ADDRESSES_MAX = 20  # of a member


class KeptAddress(models.Model):
    """An address that a member keeps: who receives, phone, region and street in one cipher that is bound to its row.

    One of a member's is taken unless another is chosen.
    """

    member = models.ForeignKey(
        "members.Member", models.PROTECT, related_name="addresses", db_index=False, verbose_name=_("member")
    )
    number = models.SmallIntegerField(_("number"))
    cipher = models.BinaryField(_("address"))
    preferred = models.BooleanField(_("taken unless another is chosen"), default=False)

    class Meta:
        verbose_name = _("address of a member")
        verbose_name_plural = _("addresses of members")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "number"], name="address_number_once"),
            models.UniqueConstraint(fields=["member"], condition=Q(preferred=True), name="address_one_preferred"),
            models.CheckConstraint(condition=Q(number__gte=1, number__lte=ADDRESSES_MAX), name="address_one_of_twenty"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}/{self.number}"
