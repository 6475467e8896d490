"""What facts and closes keep of airdrops beside the ledger. Amounts are in minor units of the token and the weight."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

NAME_LENGTH = 40


class Emission(models.Model):
    """What of the cap is given out; joins that bring tokens and transfers into the reserve hold its lock (S2-16).

    Airdrops emit; the reserve is funded, and what it holds is the programme's account `pool` of the token.
    """

    programme = models.OneToOneField(
        "programmes.Programme", models.PROTECT, primary_key=True, related_name="+", verbose_name=_("programme")
    )
    emitted = models.BigIntegerField(_("emitted"), db_default=0)
    funded = models.BigIntegerField(_("funded"), db_default=0)

    class Meta:
        verbose_name = _("emission")
        verbose_name_plural = _("emissions")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(emitted__gte=0, funded__gte=0), name="emission_not_negative"),
        ]

    def __str__(self) -> str:
        return str(self.programme_id)


class AirdropDay(models.Model):
    """What the airdrop of a day gave, where there was one. Only closes write it; never changed (S2-17)."""

    programme = models.ForeignKey("programmes.Programme", models.PROTECT, related_name="+", db_index=False)
    day = models.DateField(_("day"))
    emission = models.BigIntegerField(_("emission"))  # of the day, without the dust of earlier days
    given = models.BigIntegerField(_("given"))
    dust = models.BigIntegerField(_("dust"))  # afterwards
    weight = models.DecimalField(_("weight"), max_digits=40, decimal_places=0)  # that of all who take part
    price = models.CharField(_("price"), max_length=NAME_LENGTH, blank=True)  # declared: CNY for one token

    class Meta:
        verbose_name = _("airdrop of a day")
        verbose_name_plural = _("airdrops of days")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "day"], name="airdrop_day_once"),
            models.CheckConstraint(
                condition=Q(emission__gte=0, given__gte=0, dust__gte=0, weight__gte=0), name="airdrop_day_not_negative"
            ),
            models.CheckConstraint(condition=Q(weight__gt=0) | Q(given=0), name="airdrop_day_by_weight"),
        ]

    def __str__(self) -> str:
        return str(self.day)


class WalkDay(models.Model):
    """What a member walked and ran on a day, and which tasks that fulfilled (S2-44, S2-46)."""

    programme = models.ForeignKey("programmes.Programme", models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey(
        "members.Member", models.PROTECT, related_name="+", db_index=False, verbose_name=_("member")
    )
    day = models.DateField(_("day"))
    walked = models.IntegerField(_("walked"), db_default=0)  # steps
    run = models.IntegerField(_("run"), db_default=0)
    tasks = ArrayField(models.CharField(max_length=NAME_LENGTH), verbose_name=_("tasks"), default=list)

    class Meta:
        verbose_name = _("steps of a day")
        verbose_name_plural = _("steps of days")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "day"], name="walk_day_once"),
            models.CheckConstraint(condition=Q(walked__gte=0, run__gte=0), name="walk_day_not_negative"),
        ]
        indexes: ClassVar = [models.Index(fields=["programme", "day", "member"], name="walk_of_a_day")]

    def __str__(self) -> str:
        return f"M{self.member_id} {self.day}"
