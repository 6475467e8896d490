"""Sales and returns of territories, proposed by one operator and approved by another, and what territories cost."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jifen.payouts.models import Proposal
from jifen.stores.models import REGION


class Deed(models.TextChoices):
    """What is done with a territory; the names are those of the facts."""

    ASSIGN = "assign_territory", _("sale")
    RETURN = "return_territory", _("return")


class TerritoryDeed(Proposal):
    """A sale of a territory, or its return; `amount` is the fee of a sale in fen (S1-22)."""

    deed = models.CharField(_("what"), max_length=16, choices=Deed)
    region = models.CharField(_("region"), max_length=6)  # division code
    member = models.ForeignKey(
        "members.Member", models.PROTECT, related_name="territory_deeds", verbose_name=_("member")
    )
    fact_id = models.BigIntegerField(_("fact"), null=True, blank=True, unique=True)

    class Meta(Proposal.Meta):
        verbose_name = _("sale or return of a territory")
        verbose_name_plural = _("sales and returns of territories")
        constraints: ClassVar = [
            *Proposal.Meta.constraints,
            models.UniqueConstraint(
                fields=["programme", "region"], condition=Q(state="proposed"), name="territory_deed_one_at_a_time"
            ),
            models.CheckConstraint(condition=Q(region__regex=REGION), name="territory_deed_of_a_region"),
            models.CheckConstraint(
                condition=Q(deed=Deed.ASSIGN, amount__gte=0) | Q(deed=Deed.RETURN, amount=0),
                name="territory_deed_fee",
            ),
            models.CheckConstraint(
                condition=Q(state="approved", fact_id__isnull=False) | (~Q(state="approved") & Q(fact_id__isnull=True)),
                name="territory_deed_approved_with_its_fact",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deed} {self.region} M{self.member_id}"


class Level(models.TextChoices):
    """How large a territory is."""

    DISTRICT = "district", _("district")
    CITY = "city", _("city")
    PROVINCE = "province", _("province")


class TerritoryFee(models.Model):
    """What a territory of a level costs, set by an operator; without a row the fee of S1-22 counts."""

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="+", db_index=False, verbose_name=_("programme")
    )
    level = models.CharField(_("level"), max_length=8, choices=Level)
    amount = models.BigIntegerField(_("fee"))  # fen

    class Meta:
        verbose_name = _("fee of territories")
        verbose_name_plural = _("fees of territories")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "level"], name="territory_fee_of_a_level_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="territory_fee_row_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.amount}"
