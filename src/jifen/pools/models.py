"""What facts and closes keep of a profit pool. Money is in fen, points are in minor units of the pool's kind."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Pool(models.Model):
    """The state of a programme's pool; facts that move it hold this row's lock (S1-01 … S1-10).

    The price is money / supply; without a supply that of last_money / last_supply. Waiting and pending are parts of
    the programme's account `pool_reserve`: what waits for the next mint, and shares of orders that mint later.
    """

    programme = models.OneToOneField(
        "programmes.Programme", models.PROTECT, primary_key=True, related_name="+", verbose_name=_("programme")
    )
    money = models.BigIntegerField(_("money"), db_default=0)
    supply = models.BigIntegerField(_("supply"), db_default=0)
    last_money = models.DecimalField(max_digits=40, decimal_places=0, db_default=0)
    last_supply = models.DecimalField(max_digits=40, decimal_places=0, db_default=1)
    waiting = models.BigIntegerField(_("waiting"), db_default=0)
    pending = models.BigIntegerField(_("pending"), db_default=0)

    class Meta:
        verbose_name = _("pool")
        verbose_name_plural = _("pools")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(money__gte=0, supply__gte=0, waiting__gte=0, pending__gte=0), name="pool_not_negative"
            ),
            models.CheckConstraint(condition=Q(last_money__gte=0, last_supply__gt=0), name="pool_has_a_price"),
            models.CheckConstraint(condition=Q(supply__gt=0) | Q(money=0), name="pool_empty_without_points"),
        ]

    def __str__(self) -> str:
        return str(self.programme_id)


class Holding(models.Model):
    """What one member holds of the pool and has consumed since the last exit; changed only under the pool's lock."""

    member = models.OneToOneField(
        "members.Member", models.PROTECT, primary_key=True, related_name="holding", verbose_name=_("member")
    )
    programme = models.ForeignKey("programmes.Programme", models.PROTECT, related_name="+", db_index=False)
    points = models.BigIntegerField(_("points"), db_default=0)
    consumption = models.BigIntegerField(_("consumption"), db_default=0)  # fen
    exits = models.IntegerField(_("exits"), db_default=0)
    since = models.BigIntegerField(db_default=0)  # tick at which points last became more than none; 0 for none
    # consumption / points, exactly ordered (engine/pool.py: exit_key); null without points or consumption
    exit_key = models.DecimalField(max_digits=60, decimal_places=0, null=True, blank=True)

    class Meta:
        verbose_name = _("holding")
        verbose_name_plural = _("holdings")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(points__gte=0, consumption__gte=0, exits__gte=0, since__gte=0),
                name="holding_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(points__gt=0, consumption__gt=0, exit_key__isnull=False)
                | Q(points=0, exit_key__isnull=True)
                | Q(consumption=0, exit_key__isnull=True),
                name="holding_exits_when_it_can",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["programme", "exit_key", "since", "member"],
                condition=Q(exit_key__isnull=False),
                name="holding_next_to_exit",
            ),
        ]

    def __str__(self) -> str:
        return f"M{self.member_id}"


class OrderNote(models.Model):
    """What an order was split into and gave at once, so that a refund can take the same shares back (invariant 9)."""

    tick = models.BigIntegerField(primary_key=True)  # of the order's fact
    programme = models.ForeignKey("programmes.Programme", models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey(
        "members.Member", models.PROTECT, related_name="+", db_index=False, verbose_name=_("member")
    )
    store = models.ForeignKey(
        "stores.Store",
        models.PROTECT,
        related_name="+",
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("store"),
    )
    business_date = models.DateField(_("business day"))
    commission = models.BigIntegerField(_("commission"), db_default=0)
    share = models.BigIntegerField(_("share of the pool"), db_default=0)
    distribution = models.BigIntegerField(_("distribution"), db_default=0)
    minted = models.BigIntegerField(_("minted"), db_default=0)  # minor units of the pool's kind
    pending = models.BooleanField(_("pending"), db_default=False)  # mints at a later close
    exits = models.IntegerField(db_default=0)  # how often the member had exited before
    shopping = models.BigIntegerField(_("shopping points"), db_default=0)
    sourced = models.BigIntegerField(_("sourced goods"), db_default=0)
    new_user = models.ForeignKey(
        "members.Member", models.PROTECT, related_name="+", db_index=False, null=True, blank=True
    )
    card = models.ForeignKey("members.Member", models.PROTECT, related_name="+", db_index=False, null=True, blank=True)
    weight = models.BigIntegerField(_("weight"), db_default=0)  # granted to the buyer for the concession
    store_weight = models.BigIntegerField(_("weight of the store"), db_default=0)
    granted_points = models.BigIntegerField(_("points given"), db_default=0)  # by its store, owed ones too (S3-12)
    owed = models.BigIntegerField(_("points owed"), db_default=0)  # of them, by the store still (S3-Q3)
    rebates = models.JSONField(
        _("shareholders' income"), default=list, db_default=[]
    )  # by level: [member's id, amount]

    class Meta:
        verbose_name = _("split of an order")
        verbose_name_plural = _("splits of orders")
        indexes: ClassVar = [
            models.Index(
                fields=["programme", "business_date", "tick"], condition=Q(pending=True), name="order_note_pending"
            ),
            models.Index(fields=["store", "tick"], condition=Q(owed__gt=0), name="order_note_owed"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(owed__gte=0, granted_points__gte=F("owed")), name="order_note_owes_what_it_gives"
            ),
        ]

    def __str__(self) -> str:
        return str(self.tick)


class PoolPoint(models.Model):
    """The pool after a fact that moved it: the price is money / supply. Never changed."""

    programme = models.ForeignKey("programmes.Programme", models.PROTECT, related_name="+", db_index=False)
    tick = models.BigIntegerField()  # of the fact
    money = models.BigIntegerField(_("money"))
    supply = models.BigIntegerField(_("supply"))

    class Meta:
        verbose_name = _("pool after a fact")
        verbose_name_plural = _("pools after facts")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "tick"], name="pool_point_once"),
        ]

    def __str__(self) -> str:
        return str(self.tick)


class PoolDay(models.Model):
    """The pool after the close of a day, and what the day did to it. Only closes write it; never changed."""

    programme = models.ForeignKey("programmes.Programme", models.PROTECT, related_name="+", db_index=False)
    day = models.DateField(_("day"))
    money = models.BigIntegerField(_("money"))
    supply = models.BigIntegerField(_("supply"))
    minted = models.BigIntegerField(_("minted"), db_default=0)  # points
    sold = models.BigIntegerField(_("sold"), db_default=0)  # points
    exited = models.BigIntegerField(_("exited"), db_default=0)  # points
    injected = models.BigIntegerField(_("injected"), db_default=0)  # fen

    class Meta:
        verbose_name = _("day of a pool")
        verbose_name_plural = _("days of pools")
        constraints: ClassVar = [models.UniqueConstraint(fields=["programme", "day"], name="pool_day_once")]

    def __str__(self) -> str:
        return str(self.day)


class Exit(models.Model):
    """A forced exit: a member's whole holding, sold by the rules after a fact or at a close. Never changed."""

    programme = models.ForeignKey("programmes.Programme", models.PROTECT, related_name="+", db_index=False)
    tick = models.BigIntegerField()  # of the fact; of a close, its own
    n = models.SmallIntegerField(_("number"))  # among those of the fact
    business_date = models.DateField(_("business day"))
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="exits", verbose_name=_("member"))
    points = models.BigIntegerField(_("points"))
    paid = models.BigIntegerField(_("paid"))
    price_money = models.DecimalField(max_digits=40, decimal_places=0)  # the price was price_money / price_supply
    price_supply = models.DecimalField(max_digits=40, decimal_places=0)
    consumption = models.BigIntegerField(_("consumption"))
    transfer = models.CharField(_("transfer"), max_length=120)  # its key

    class Meta:
        verbose_name = _("forced exit")
        verbose_name_plural = _("forced exits")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "business_date", "tick", "n"], name="exit_once"),
            models.CheckConstraint(condition=Q(points__gt=0, paid__gte=0), name="exit_of_something"),
        ]

    def __str__(self) -> str:
        return self.transfer
