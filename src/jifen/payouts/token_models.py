"""Tokens put aside for rewards, and the operator's switches of conversions (S2-Q1, S2-42)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jifen.payouts.proposal_models import Proposal


class TokenFunding(Proposal):
    """Tokens that go into the reserve, out of which rewards in tokens are paid; `amount` in minor units (S2-Q1)."""

    fact_id = models.BigIntegerField(_("fact"), null=True, blank=True, unique=True)

    class Meta(Proposal.Meta):
        verbose_name = _("funding of the token reserve")
        verbose_name_plural = _("fundings of the token reserve")
        constraints: ClassVar = [
            *Proposal.Meta.constraints,
            models.CheckConstraint(condition=Q(amount__gt=0), name="%(class)s_amount_positive"),
            models.CheckConstraint(
                condition=Q(state="approved", fact_id__isnull=False) | (~Q(state="approved") & Q(fact_id__isnull=True)),
                name="%(class)s_approved_with_its_fact",
            ),
        ]

    def __str__(self) -> str:
        return str(self.amount)


class ConversionSwitch(models.Model):
    """Whether members may convert a kind into another that the document lets them; without a row they may (S2-42)."""

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="+", db_index=False, verbose_name=_("programme")
    )
    kind = models.CharField(_("kind of points"), max_length=40)
    into = models.CharField(_("into"), max_length=40)
    open = models.BooleanField(_("on"), default=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    operator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("operator"),
    )
    at = models.DateTimeField(_("when"), null=True, blank=True)

    class Meta:
        verbose_name = _("switch of a conversion")
        verbose_name_plural = _("switches of conversions")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "kind", "into"], name="conversion_switch_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}>{self.into} {self.open}"
