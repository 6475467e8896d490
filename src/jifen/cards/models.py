"""Batches, ranges, cards and their histories; the database refuses numbers and states that must not be (S3-18).

A number is kept as a whole number without a leading zero; `digits` of the rule member_card says how many it has.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jifen.cards.form_models import Details, DetailsStep

__all__ = ["Card", "CardBatch", "CardRange", "CardState", "CardStep", "Details", "DetailsStep", "RangeState"]

KEY_LENGTH = 64
REASON_LENGTH = 200
REFERENCE_LENGTH = 100
PREFIX_LENGTH = 10
PREFIX = r"^[1-9][0-9]{0,9}$"


class CardBatch(models.Model):
    """Cards that head office had made: all numbers from the first to the last, each once (S3-06). Never changed."""

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="+", db_index=False, verbose_name=_("programme")
    )
    key = models.CharField(_("key"), max_length=KEY_LENGTH)
    prefix = models.CharField(_("prefix"), max_length=PREFIX_LENGTH)
    first = models.BigIntegerField(_("first number"))
    last = models.BigIntegerField(_("last number"))
    note = models.CharField(_("note"), max_length=REASON_LENGTH, blank=True)
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, verbose_name=_("made by")
    )

    class Meta:
        verbose_name = _("batch of cards")
        verbose_name_plural = _("batches of cards")
        constraints: ClassVar = [  # and numbers of a programme are in one batch only (migration 0002)
            models.UniqueConstraint(fields=["programme", "key"], name="card_batch_key_once"),
            models.CheckConstraint(condition=Q(first__gt=0, last__gte=F("first")), name="card_batch_has_cards"),
            models.CheckConstraint(condition=Q(prefix__regex=PREFIX), name="card_batch_prefix_is_digits"),
        ]

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"

    @property
    def count(self) -> int:
        """How many cards it has."""
        return self.last - self.first + 1


class RangeState(models.TextChoices):
    """Where an application for cards stands: applied → paid → approved or refused; or withdrawn before it is paid."""

    APPLIED = "applied", _("waiting for payment")
    PAID = "paid", _("waiting for approval")
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


_DECIDED = ["approved", "refused"]
_GIVEN = Q(batch__isnull=False, first__isnull=False, last__isnull=False)
_NOT_GIVEN = Q(batch__isnull=True, first__isnull=True, last__isnull=True)
_BY_SOMEBODY = Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(reason="")


class CardRange(models.Model):
    """What a store applied for, and the numbers that were approved for it (S3-18); `cost` is in fen.

    An application that costs nothing begins as paid. Who noted the money is not who decides.
    """

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="+", db_index=False, verbose_name=_("programme")
    )
    store = models.ForeignKey(
        "stores.Store", models.PROTECT, related_name="card_ranges", db_index=False, verbose_name=_("store")
    )
    member = models.ForeignKey(
        "members.Member", models.PROTECT, related_name="+", db_index=False, verbose_name=_("applicant")
    )
    key = models.CharField(_("key"), max_length=KEY_LENGTH)
    state = models.CharField(_("state"), max_length=9, choices=RangeState, default=RangeState.APPLIED)
    count = models.IntegerField(_("cards"))
    price = models.BigIntegerField(_("price of a card"))
    cost = models.BigIntegerField(_("cost"))
    version = models.ForeignKey("programmes.Version", models.PROTECT, related_name="+", db_index=False)
    applied_at = models.DateTimeField(_("applied"))
    paid_on = models.DateField(_("paid on"), null=True, blank=True)  # business day of the money
    reserved = models.BigIntegerField(default=0)  # of the money what went into the reserve
    provider = models.CharField(_("paid through"), max_length=20, blank=True)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("money noted by"),
    )
    reference = models.CharField(_("reference of the bank"), max_length=REFERENCE_LENGTH, blank=True)
    returned_on = models.DateField(_("money returned on"), null=True, blank=True)
    batch = models.ForeignKey(
        CardBatch, models.PROTECT, related_name="ranges", null=True, blank=True, verbose_name=_("batch")
    )
    first = models.BigIntegerField(_("first number"), null=True, blank=True)
    last = models.BigIntegerField(_("last number"), null=True, blank=True)
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
    reason = models.CharField(_("reason"), max_length=REASON_LENGTH, blank=True)  # of the decision

    class Meta:
        verbose_name = _("range of cards")
        verbose_name_plural = _("ranges of cards")
        indexes: ClassVar = [
            models.Index(fields=["programme", "state", "-id"], name="card_range_by_state"),
            models.Index(fields=["store", "-id"], name="card_range_by_store"),
        ]
        constraints: ClassVar = [  # and approved ranges never overlap, each inside its batch (migration 0002)
            models.UniqueConstraint(fields=["store", "key"], name="card_range_key_once"),
            models.CheckConstraint(condition=Q(state__in=RangeState.values), name="card_range_state_known"),
            models.CheckConstraint(
                condition=Q(count__gt=0, price__gte=0, cost=F("price") * F("count")), name="card_range_costs_its_cards"
            ),
            models.CheckConstraint(
                condition=(Q(state="approved", last=F("first") + F("count") - 1) & _GIVEN)
                | (~Q(state="approved") & _NOT_GIVEN),
                name="card_range_approved_with_its_numbers",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=_DECIDED) & _BY_SOMEBODY)
                | (~Q(state__in=_DECIDED) & Q(decided_by__isnull=True, decided_at__isnull=True, reason="")),
                name="card_range_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(cost=0) | ~Q(state__in=["paid", "approved"]) | Q(paid_on__isnull=False),
                name="card_range_paid_before_approval",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["applied", "withdrawn"]) | Q(paid_on__isnull=True),
                name="card_range_unpaid_is_unpaid",
            ),
            models.CheckConstraint(
                condition=Q(paid_on__isnull=True, provider="", noted_by__isnull=True, reserved=0)
                | (Q(paid_on__isnull=False, noted_by__isnull=False, provider="") & ~Q(reference=""))
                | (Q(paid_on__isnull=False, noted_by__isnull=True) & ~Q(provider="")),
                name="card_range_money_seen_by_one",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | Q(noted_by__isnull=True) | ~Q(noted_by=F("decided_by")),
                name="card_range_by_two_people",
            ),
            models.CheckConstraint(
                condition=Q(returned_on__isnull=True) | Q(state="refused", paid_on__isnull=False),
                name="card_range_returned_when_refused",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first}-{self.last}" if self.first is not None else f"{self.store_id} × {self.count}"


class CardState(models.TextChoices):
    """Where a card is: in stock at its store → issued to a member → bound to the account; lost, replaced or void."""

    IN_STOCK = "in_stock", _("in stock")
    ISSUED = "issued", _("issued to a member")
    BOUND = "bound", _("bound")
    LOST = "lost", _("reported lost")
    REPLACED = "replaced", _("replaced")
    VOID = "void", _("void")


GOOD = (CardState.ISSUED, CardState.BOUND)  # a card with which somebody is found
HELD = (*GOOD, CardState.LOST)  # a member's present card
_NOBODY_S = ["in_stock", "void"]


class Card(models.Model):
    """One card with its number, which no other card of the programme has; it is good in all stores (S3-01).

    The store is that whose range the number is in, and only that store issues it (migration 0002). Number, range and
    store never change.
    """

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="+", db_index=False, verbose_name=_("programme")
    )
    store = models.ForeignKey(
        "stores.Store", models.PROTECT, related_name="member_cards", db_index=False, verbose_name=_("store")
    )
    range = models.ForeignKey(
        CardRange, models.PROTECT, related_name="cards", db_index=False, verbose_name=_("range of cards")
    )
    number = models.BigIntegerField(_("card number"))
    state = models.CharField(_("state"), max_length=8, choices=CardState, default=CardState.IN_STOCK)
    member = models.ForeignKey(
        "members.Member",
        models.PROTECT,
        related_name="member_cards",
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("member"),
    )
    key = models.CharField(_("key"), max_length=KEY_LENGTH, blank=True)  # under which it was issued
    issued_on = models.DateField(_("issued on"), null=True, blank=True)  # business day
    bound_at = models.DateTimeField(_("bound"), null=True, blank=True)
    lost_at = models.DateTimeField(_("reported lost"), null=True, blank=True)
    replaces = models.OneToOneField(
        "self", models.PROTECT, related_name="replaced_by", null=True, blank=True, verbose_name=_("replaces")
    )

    class Meta:
        verbose_name = _("card")
        verbose_name_plural = _("cards")
        indexes: ClassVar = [
            models.Index(fields=["store", "state", "number"], name="member_card_of_a_store"),
            models.Index(fields=["member", "-id"], condition=Q(member__isnull=False), name="member_card_of_a_member"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "number"], name="member_card_number_once"),
            models.UniqueConstraint(fields=["store", "key"], condition=~Q(key=""), name="member_card_key_once"),
            models.UniqueConstraint(fields=["member"], condition=Q(state__in=HELD), name="member_card_one_a_member"),
            models.CheckConstraint(condition=Q(state__in=CardState.values), name="member_card_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=_NOBODY_S, member__isnull=True, issued_on__isnull=True, key="")
                | (~Q(state__in=_NOBODY_S) & Q(member__isnull=False, issued_on__isnull=False) & ~Q(key="")),
                name="member_card_issued_to_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="bound") | Q(bound_at__isnull=False), name="member_card_bound_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(state="lost") | Q(lost_at__isnull=False), name="member_card_lost_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True) | ~Q(replaces=F("id")), name="member_card_replaces_another"
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)


class CardDeed(models.TextChoices):
    """What was done with a card."""

    ISSUED = "issued", _("issued to a member")
    BOUND = "bound", _("bound")
    LOST = "lost", _("reported lost")
    FOUND = "found", _("found again")
    REPLACED = "replaced", _("replaced")
    VOID = "void", _("made void")


class CardStep(models.Model):
    """One step of a card's history: by a member, who may be the store's owner, or an operator. Never changed."""

    card = models.ForeignKey(Card, models.PROTECT, related_name="steps", verbose_name=_("card"))
    deed = models.CharField(_("what"), max_length=8, choices=CardDeed)
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
    reason = models.CharField(_("reason"), max_length=REASON_LENGTH, blank=True)

    class Meta:
        verbose_name = _("step of a card")
        verbose_name_plural = _("steps of cards")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(deed__in=CardDeed.values), name="card_step_known"),
            models.CheckConstraint(
                condition=Q(member__isnull=False, operator__isnull=True)
                | Q(member__isnull=True, operator__isnull=False),
                name="card_step_by_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.card_id} {self.deed}"
