"""What stores settle with head office, and the proof that points are neither made nor lost (S3-17, S3-31)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

NOTE_LENGTH = 200
NUMBER_LENGTH = 40


class PeriodState(models.TextChoices):
    """How far a period is: its figures stand, head office has sent its invoice, it is paid."""

    CLOSED = "closed", _("closed")
    INVOICED = "invoiced", _("invoiced")
    PAID = "paid", _("paid")


class Period(models.Model):
    """What a store owes head office for its sales of [start_on, until_on), in fen; below 0 head office owes it (S3-17).

    The fact `settle_period` writes the figures, which never change; what became of the invoice is written later.
    """

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="+", db_index=False, verbose_name=_("programme")
    )
    store = models.ForeignKey(
        "stores.Store", models.PROTECT, related_name="periods", db_index=False, verbose_name=_("store")
    )
    tick = models.BigIntegerField(unique=True)  # of the fact
    start_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"))  # the day after its last
    rate = models.DecimalField(_("share of sales"), max_digits=10, decimal_places=9)
    sales = models.BigIntegerField(_("sales"))
    refunds = models.BigIntegerField(_("refunds"))  # of these sales, made in the period
    adjusted = models.BigIntegerField(_("refunds of earlier periods"))  # made in the period
    stored = models.BigIntegerField(_("paid from stored value"))  # less what went back; head office holds it
    due = models.BigIntegerField(_("due"))
    orders = models.IntegerField(_("orders"))
    state = models.CharField(_("state"), max_length=8, choices=PeriodState.choices, db_default="closed")
    number = models.CharField(_("invoice"), max_length=NUMBER_LENGTH, blank=True, db_default="")
    invoiced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
        verbose_name=_("invoiced by"),
    )
    invoiced_on = models.DateField(_("invoiced on"), null=True, blank=True)
    paid_by = models.ForeignKey(  # the operator who saw the money; nobody where the store paid online
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
        verbose_name=_("payment noted by"),
    )
    paid_on = models.DateField(_("paid on"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=NOTE_LENGTH, blank=True, db_default="")

    class Meta:
        verbose_name = _("period of a store")
        verbose_name_plural = _("periods of stores")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["store", "start_on"], name="period_begins_once"),
            models.CheckConstraint(condition=Q(until_on__gt=F("start_on")), name="period_ends_later"),
            models.CheckConstraint(
                condition=Q(rate__gte=0, sales__gte=0, refunds__gte=0, adjusted__gte=0, orders__gte=0),
                name="period_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", invoiced_on__isnull=True, paid_on__isnull=True)
                | Q(state="invoiced", invoiced_on__isnull=False, paid_on__isnull=True)
                | Q(state="paid", invoiced_on__isnull=False, paid_on__isnull=False),
                name="period_state_has_its_days",
            ),
            models.CheckConstraint(
                condition=Q(paid_by__isnull=True) | ~Q(paid_by=F("invoiced_by")), name="period_four_eyes"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["programme", "state", "until_on"], name="period_waiting")]

    def __str__(self) -> str:
        return f"{self.store_id} {self.start_on}"


class Conservation(models.Model):
    """Where a programme's store points are after the close of a day; the database holds the sum. Never changed (S3-31).

    Sold or granted funded, and given without money, is what branches, stores and members hold, what was redeemed, and
    what the programme's other accounts took.
    """

    programme = models.ForeignKey("programmes.Programme", models.PROTECT, related_name="+", db_index=False)
    day = models.DateField(_("day"))
    kind = models.CharField(_("kind"), max_length=40)
    issued = models.BigIntegerField(_("issued"))
    unfunded = models.BigIntegerField(_("issued without money"))
    branches = models.BigIntegerField(_("branches"))
    stores = models.BigIntegerField(_("stores"))
    members = models.BigIntegerField(_("members"))
    spent = models.BigIntegerField(_("redeemed"))
    others = models.BigIntegerField(_("other accounts"))

    class Meta:
        verbose_name = _("conservation of points")
        verbose_name_plural = _("conservations of points")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "day", "kind"], name="conservation_once_a_day"),
            models.CheckConstraint(
                condition=Q(
                    issued=F("branches") + F("stores") + F("members") + F("spent") + F("others") - F("unfunded")
                ),
                name="conservation_of_points",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.day}"
