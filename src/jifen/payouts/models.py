"""Withdrawals, adjustments, freezes, outside money and what members move: who asked, who decided, when, why."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jifen.payouts.proposal_models import Proposal, ProposalState
from jifen.payouts.token_models import ConversionSwitch, TokenFunding

__all__ = [
    "Adjustment",
    "ConversionSwitch",
    "FreezeStep",
    "OutsideMoney",
    "PointMove",
    "PoolInjection",
    "Proposal",
    "ProposalState",
    "Subsidy",
    "TokenFunding",
    "TopUp",
    "Withdrawal",
    "WithdrawalState",
    "WithdrawalStep",
]


class WithdrawalState(models.TextChoices):
    """Where a withdrawal stands: requested → approved → paid, or rejected, or cancelled by the member."""

    REQUESTED = "requested", _("requested")
    APPROVED = "approved", _("approved")
    PAID = "paid", _("paid")
    REJECTED = "rejected", _("rejected")
    CANCELLED = "cancelled", _("cancelled")


class Withdrawal(models.Model):
    """Points that a member wants to take out; they are held until it is paid or given back (S4-21, G12).

    `amount`, `fee` and `tax` are minor units of the kind; `cash` is what is paid in fen, 0 for kinds that are not
    paid in money. `reward` comes back in minor units of `reward_kind` when it is paid (S0-48).
    """

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="withdrawals", db_index=False, verbose_name=_("programme")
    )
    member = models.ForeignKey(
        "members.Member", models.PROTECT, related_name="withdrawals", db_index=False, verbose_name=_("member")
    )
    kind = models.CharField(_("kind of points"), max_length=40)
    amount = models.BigIntegerField(_("amount"))
    fee = models.BigIntegerField(_("fee"), default=0)
    tax = models.BigIntegerField(_("tax"), default=0)
    cash = models.BigIntegerField(_("in money"))
    reward = models.BigIntegerField(_("comes back"), default=0)
    reward_kind = models.CharField(_("kind of what comes back"), max_length=40, blank=True, default="")
    state = models.CharField(_("state"), max_length=9, choices=WithdrawalState, default=WithdrawalState.REQUESTED)
    key = models.CharField(_("key"), max_length=64)
    requested_at = models.DateTimeField(_("requested"))
    hold_fact = models.BigIntegerField(_("fact of the hold"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("approved by"),
    )
    paid_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("paid by"),
    )
    end_fact = models.BigIntegerField(_("fact of the end"), null=True, blank=True)
    business_date = models.DateField(_("business day of the end"), null=True, blank=True)

    class Meta:
        verbose_name = _("withdrawal")
        verbose_name_plural = _("withdrawals")
        indexes: ClassVar = [
            models.Index(fields=["programme", "state", "requested_at"], name="withdrawal_by_state"),
            models.Index(fields=["member", "-requested_at"], name="withdrawal_by_member"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "key"], name="withdrawal_key_once"),
            models.CheckConstraint(condition=Q(state__in=WithdrawalState.values), name="withdrawal_state_known"),
            models.CheckConstraint(
                condition=Q(amount__gt=0, fee__gte=0, tax__gte=0, cash__gte=0, amount__gte=F("fee") + F("tax")),
                name="withdrawal_amounts",
            ),
            models.CheckConstraint(
                condition=Q(reward=0, reward_kind="") | (Q(reward__gt=0) & ~Q(reward_kind="")),
                name="withdrawal_reward_has_its_kind",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "paid"]) | Q(approved_by__isnull=False),
                name="withdrawal_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state="paid", paid_by__isnull=False) | (~Q(state="paid") & Q(paid_by__isnull=True)),
                name="withdrawal_paid_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(paid_by__isnull=True) | ~Q(paid_by=F("approved_by")), name="withdrawal_by_two_people"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["requested", "approved"], end_fact__isnull=True, business_date__isnull=True)
                | (~Q(state__in=["requested", "approved"]) & Q(end_fact__isnull=False, business_date__isnull=False)),
                name="withdrawal_ended_with_its_fact",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"

    @property
    def net(self) -> int:
        """What of the amount is paid out."""
        return self.amount - self.fee - self.tax


class WithdrawalStep(models.Model):
    """One step of a withdrawal's history; without an operator it was the member's own."""

    withdrawal = models.ForeignKey(
        Withdrawal, models.PROTECT, related_name="steps", db_index=False, verbose_name=_("withdrawal")
    )
    state = models.CharField(_("state"), max_length=9, choices=WithdrawalState)
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
        verbose_name = _("step of a withdrawal")
        verbose_name_plural = _("steps of withdrawals")
        constraints: ClassVar = [models.UniqueConstraint(fields=["withdrawal", "state"], name="withdrawal_step_once")]

    def __str__(self) -> str:
        return f"{self.withdrawal_id} {self.state}"


class Adjustment(Proposal):
    """Points that operators add to a member's free points, or remove (S4-27, G14)."""

    member = models.ForeignKey("members.Member", models.PROTECT, related_name="adjustments", verbose_name=_("member"))
    kind = models.CharField(_("kind of points"), max_length=40)
    fact_id = models.BigIntegerField(_("fact"), null=True, blank=True, unique=True)

    class Meta(Proposal.Meta):
        verbose_name = _("adjustment")
        verbose_name_plural = _("adjustments")
        constraints: ClassVar = [
            *Proposal.Meta.constraints,
            models.CheckConstraint(condition=~Q(amount=0), name="adjustment_amount_not_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"


class TopUp(Proposal):
    """The operator's own money put into the programme's reserve, in fen; it is never shown as income (trust 1.4)."""

    class Meta(Proposal.Meta):
        verbose_name = _("top-up of the reserve")
        verbose_name_plural = _("top-ups of the reserve")
        constraints: ClassVar = [
            *Proposal.Meta.constraints,
            models.CheckConstraint(condition=Q(amount__gt=0), name="topup_amount_positive"),
        ]

    def __str__(self) -> str:
        return str(self.amount)


class OutsideMoney(Proposal):
    """Outside money for a programme with a profit pool, in fen; never shown as income (S1-12, trust 1.4)."""

    fact_id = models.BigIntegerField(_("fact"), null=True, blank=True, unique=True)

    class Meta(Proposal.Meta):
        abstract = True
        constraints: ClassVar = [
            *Proposal.Meta.constraints,
            models.CheckConstraint(condition=Q(amount__gt=0), name="%(class)s_amount_positive"),
            models.CheckConstraint(
                condition=Q(state="approved", fact_id__isnull=False) | (~Q(state="approved") & Q(fact_id__isnull=True)),
                name="%(class)s_approved_with_its_fact",
            ),
        ]


class PoolInjection(OutsideMoney):
    """Outside money put straight into the pool (S1-12)."""

    class Meta(OutsideMoney.Meta):
        verbose_name = _("injection into the pool")
        verbose_name_plural = _("injections into the pool")

    def __str__(self) -> str:
        return str(self.amount)


class Subsidy(OutsideMoney):
    """Outside money that a member gets as points to consume with; orders carry it into the pool (S1-12)."""

    member = models.ForeignKey("members.Member", models.PROTECT, related_name="subsidies", verbose_name=_("member"))

    class Meta(OutsideMoney.Meta):
        verbose_name = _("consumption subsidy")
        verbose_name_plural = _("consumption subsidies")

    def __str__(self) -> str:
        return f"M{self.member_id} {self.amount}"


class FreezeStep(models.Model):
    """An operator froze a member's withdrawals, or allowed them again (S4-21)."""

    member = models.ForeignKey(
        "members.Member", models.PROTECT, related_name="freeze_steps", db_index=False, verbose_name=_("member")
    )
    frozen = models.BooleanField(_("frozen"))
    reason = models.CharField(_("reason"), max_length=200)
    operator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, verbose_name=_("operator")
    )
    at = models.DateTimeField(_("when"))
    fact_id = models.BigIntegerField(_("fact"), unique=True)
    business_date = models.DateField(_("business day"))

    class Meta:
        verbose_name = _("freeze of withdrawals")
        verbose_name_plural = _("freezes of withdrawals")
        indexes: ClassVar = [models.Index(fields=["member", "-fact_id"], name="freeze_step_by_member")]
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(reason=""), name="freeze_step_has_a_reason")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.frozen}"


class PointMove(models.Model):
    """Free points that a member converted, gave to another member or sold. Never changed (S0-24 … S0-26, S1-07).

    `amount` is in minor units of `kind`; `received` is what came of it, in those of `to_kind` where there is one.
    """

    class Action(models.TextChoices):
        """What was done."""

        CONVERT = "convert", _("converted")
        TRANSFER = "member_transfer", _("transferred")
        SELL = "sell", _("sold")

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="+", db_index=False, verbose_name=_("programme")
    )
    member = models.ForeignKey(
        "members.Member", models.PROTECT, related_name="point_moves", db_index=False, verbose_name=_("member")
    )
    action = models.CharField(_("what"), max_length=15, choices=Action)
    kind = models.CharField(_("kind of points"), max_length=40)
    amount = models.BigIntegerField(_("amount"))
    to_kind = models.CharField(_("into"), max_length=40, blank=True)
    to_member = models.ForeignKey(
        "members.Member",
        models.PROTECT,
        related_name="+",
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("to"),
    )
    received = models.BigIntegerField(_("received"))
    key = models.CharField(_("key"), max_length=64)
    at = models.DateTimeField(_("when"))
    fact_id = models.BigIntegerField(_("fact"), unique=True)
    business_date = models.DateField(_("business day"))

    class Meta:
        verbose_name = _("move of points")
        verbose_name_plural = _("moves of points")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "key"], name="pointmove_key_once"),
            models.CheckConstraint(condition=Q(amount__gt=0, received__gt=0), name="pointmove_amounts_positive"),
            models.CheckConstraint(
                condition=Q(action__in=("convert", "sell"), to_member__isnull=True) & ~Q(to_kind="")
                | Q(action="member_transfer", to_member__isnull=False, to_kind="") & ~Q(to_member=F("member")),
                name="pointmove_goes_somewhere",
            ),
        ]

    def __str__(self) -> str:
        return f"M{self.member_id} {self.action} {self.kind} {self.amount}"
