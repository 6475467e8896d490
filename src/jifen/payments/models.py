"""Payments and what of them went back; the database refuses that one thing is granted for two payments."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jifen.payments.sim_models import ProviderKey, SimBack, SimTrade

__all__ = [
    "Outcome",
    "Payment",
    "PaymentBack",
    "PaymentBackState",
    "PaymentState",
    "Pays",
    "ProviderKey",
    "ProviderName",
    "SimBack",
    "SimTrade",
]

NUMBER_LENGTH = 32  # what both providers allow at most
WHY_LENGTH = 300


class ProviderName(models.TextChoices):
    """Who takes money."""

    ALIPAY = "alipay", _("Alipay")
    WECHAT_PAY = "wechat_pay", _("WeChat Pay")


class Pays(models.TextChoices):
    """What a payment is for."""

    ORDER = "order", _("order")
    CARD_RANGE = "card_range", _("cards of a store")
    POINT_PURCHASE = "purchase", _("points of a store")
    TOP_UP = "top_up", _("stored value")
    SHAREHOLDER = "shareholder", _("shareholder fee")
    PERIOD = "period", _("settlement period")


class PaymentState(models.TextChoices):
    """How far the money is: created → pending at the provider → paid, failed or closed."""

    CREATED = "created", _("not begun")
    PENDING = "pending", _("waiting for the provider")
    PAID = "paid", _("paid")
    FAILED = "failed", _("failed")
    CLOSED = "closed", _("closed")


class Outcome(models.TextChoices):
    """What came of money that was paid."""

    NONE = "", _("none yet")
    GRANTED = "granted", _("counted")
    RETURNED = "returned", _("given back")


class Payment(models.Model):
    """Money that a member pays through a provider, in fen.

    `subject` names what it pays, the same for each try; only one payment of a subject is ever granted. `asked` says
    what to do when the money has come. `why` is the sentence, [template, values], that says why money went back.
    """

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="+", db_index=False, verbose_name=_("programme")
    )
    member = models.ForeignKey(
        "members.Member", models.PROTECT, related_name="payments", db_index=False, verbose_name=_("member")
    )
    number = models.CharField(_("number"), max_length=NUMBER_LENGTH, unique=True)
    pays = models.CharField(_("pays"), max_length=12, choices=Pays)
    subject = models.CharField(_("subject"), max_length=120)
    asked = models.JSONField(_("asked for"))
    order = models.ForeignKey(
        "sales.Order", models.PROTECT, related_name="payments", null=True, blank=True, verbose_name=_("order")
    )
    amount = models.BigIntegerField(_("amount"))
    provider = models.CharField(_("provider"), max_length=12, choices=ProviderName, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=PaymentState, default=PaymentState.CREATED)
    outcome = models.CharField(_("what came of it"), max_length=8, choices=Outcome, blank=True, default=Outcome.NONE)
    why = models.JSONField(_("why it went back"), null=True, blank=True)
    problem = models.CharField(_("problem"), max_length=WHY_LENGTH, blank=True)
    provider_number = models.CharField(_("number at the provider"), max_length=64, blank=True)
    created_at = models.DateTimeField(_("created"))
    expires_at = models.DateTimeField(_("may be paid until"))
    asked_at = models.DateTimeField(_("provider asked"), null=True, blank=True)
    paid_at = models.DateTimeField(_("paid at"), null=True, blank=True)
    settled_at = models.DateTimeField(_("counted or given back"), null=True, blank=True)
    given_back = models.BigIntegerField(_("given back so far"), default=0)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        indexes: ClassVar = [
            models.Index(fields=["programme", "-id"], name="payment_by_programme"),
            models.Index(fields=["member", "-id"], name="payment_by_member"),
            models.Index(fields=["subject"], name="payment_by_subject"),
            models.Index(
                fields=["id"],
                condition=Q(state__in=["created", "pending"]) | Q(state="paid", outcome=""),
                name="payment_to_look_after",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_above_nothing"),
            models.CheckConstraint(condition=Q(state__in=PaymentState.values), name="payment_state_known"),
            models.CheckConstraint(
                condition=Q(state=PaymentState.CREATED) | Q(state=PaymentState.CLOSED) | ~Q(provider=""),
                name="payment_begun_at_a_provider",
            ),
            models.CheckConstraint(
                condition=Q(state=PaymentState.PAID, paid_at__isnull=False)
                | (~Q(state=PaymentState.PAID) & Q(paid_at__isnull=True, outcome="")),
                name="payment_granted_when_paid",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", settled_at__isnull=True)
                | (Q(outcome__in=["granted", "returned"]) & Q(settled_at__isnull=False)),
                name="payment_settled_with_its_outcome",
            ),
            models.CheckConstraint(
                condition=Q(given_back__gte=0, given_back__lte=F("amount")), name="payment_back_within_amount"
            ),
            models.UniqueConstraint(
                fields=["subject"], condition=Q(outcome="granted"), name="payment_subject_granted_once"
            ),
            models.UniqueConstraint(
                fields=["provider", "provider_number"],
                condition=~Q(provider_number=""),
                name="payment_of_the_provider_once",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class PaymentBackState(models.TextChoices):
    """How far money is on its way back."""

    WAITING = "waiting", _("waiting")
    SENT = "sent", _("at the provider")
    DONE = "done", _("given back")
    FAILED = "failed", _("failed")


class PaymentBack(models.Model):
    """A part of a payment that goes back through its provider, once for each cause."""

    payment = models.ForeignKey(
        Payment, models.PROTECT, related_name="backs", db_index=False, verbose_name=_("payment")
    )
    number = models.CharField(_("number"), max_length=NUMBER_LENGTH + 8, unique=True)
    cause = models.CharField(_("cause"), max_length=60)
    amount = models.BigIntegerField(_("amount"))
    state = models.CharField(_("state"), max_length=8, choices=PaymentBackState, default=PaymentBackState.WAITING)
    provider_number = models.CharField(_("number at the provider"), max_length=64, blank=True)
    problem = models.CharField(_("problem"), max_length=WHY_LENGTH, blank=True)
    tries = models.IntegerField(_("tries"), default=0)
    created_at = models.DateTimeField(_("created"))
    tried_at = models.DateTimeField(_("tried"), null=True, blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)

    class Meta:
        verbose_name = _("refund of a payment")
        verbose_name_plural = _("refunds of payments")
        indexes: ClassVar = [
            models.Index(fields=["id"], condition=~Q(state="done"), name="payment_back_to_send"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["payment", "cause"], name="payment_back_cause_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_back_above_nothing"),
            models.CheckConstraint(
                condition=Q(state="done", done_at__isnull=False) | (~Q(state="done") & Q(done_at__isnull=True)),
                name="payment_back_done_at",
            ),
        ]

    def __str__(self) -> str:
        return self.number
