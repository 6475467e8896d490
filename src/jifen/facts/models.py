"""What happened, once and for ever; and what the rules remember of it beside the ledger."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

OF_NOBODY = ("inject", "fund_reserve")  # actions of the programme itself
OF_STORES = (  # and of a store, where no member is named
    *("buy_points", "grant_points", "hand_out", "set_credit", "settle_period", "open_float"),
)
PAY_OWED, GIVE_POINTS, SETTLE_PERIOD = "pay_owed", "give_points", "settle_period"


class Fact(models.Model):
    """One thing that happened to a programme, with its business day and the day it was entered. Never changed.

    Replaying the facts by business day, then tick, through the engine gives the ledger (invariant 7). Who joined and
    who was moved stands in Member, Store and Move, which have ticks of the same clock.
    """

    class Type(models.TextChoices):
        """What happened."""

        ORDER = "order", _("order")
        REFUND = "refund", _("refund")
        ACTION = "action", _("action")
        STEPS = "steps", _("steps")

    tick = models.BigIntegerField(primary_key=True)  # microseconds since 1970, strictly increasing
    programme = models.ForeignKey("programmes.Programme", models.PROTECT, related_name="+", db_index=False)
    type = models.CharField(_("type"), max_length=6, choices=Type.choices)
    business_date = models.DateField(_("business day"))
    entered_on = models.DateField(_("entered on"))  # by the clock, in the programme's zone
    # None: of the programme itself or of a store, see fact_is_somebodys
    member = models.ForeignKey("members.Member", models.PROTECT, null=True, related_name="facts")
    order_tick = models.BigIntegerField(null=True, blank=True)  # the order's own tick, which is its lot's id
    order_code = models.CharField(_("order"), max_length=40, blank=True)
    terms = models.ForeignKey("programmes.Version", models.PROTECT, null=True, blank=True, db_index=False)
    action = models.CharField(_("action"), max_length=20, blank=True)
    kind = models.CharField(_("kind"), max_length=40, blank=True)
    to_member = models.ForeignKey("members.Member", models.PROTECT, null=True, blank=True, related_name="+")
    to_kind = models.CharField(max_length=40, blank=True)
    # Money in fen for orders and refunds, the steps that were walked, else minor units of the kind.
    amount = models.BigIntegerField(_("amount"), default=0)
    points_paid = models.BigIntegerField(default=0)  # orders: the part paid in points, minor units of points_kind
    points_kind = models.CharField(max_length=40, blank=True)  # "": the kind that lots hold
    quantity = models.IntegerField(default=1)  # orders: how many units, such as devices
    product = models.CharField(_("product"), max_length=40, blank=True)  # orders: as the programme's document names it
    channel = models.CharField(_("channel"), max_length=40, blank=True)  # orders: by which way it came, "" is our own
    store = models.ForeignKey(
        "stores.Store",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("store"),
    )
    region = models.CharField(_("region"), max_length=6, blank=True, db_default="")  # orders: "" is the store's
    rate = models.CharField(_("commission"), max_length=12, blank=True, db_default="")  # orders, as it was then
    ratio = models.CharField(_("points for 1 CNY"), max_length=12, blank=True, db_default="")  # orders, likewise
    until_on = models.DateField(_("until"), null=True, blank=True)  # the day before which a period ends (S3-17)
    share = models.IntegerField(_("share"), db_default=0)  # of a store's turnover, basis points
    role = models.CharField(_("role"), max_length=9, blank=True, db_default="")  # of a shareholder; of a grant
    concession = models.BigIntegerField(_("concession"), db_default=0)  # orders: what the store gives up, fen
    run = models.IntegerField(_("run"), db_default=0)  # steps that were run
    actor = models.CharField(_("by"), max_length=150, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("fact")
        verbose_name_plural = _("facts")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["programme", "order_code"], condition=Q(type="order"), name="fact_order_counts_once"
            ),
            models.CheckConstraint(
                condition=Q(type__in=["action", "steps"], order_tick__isnull=True)
                | Q(type__in=["order", "refund"], order_tick__isnull=False, amount__gt=0),
                name="fact_has_its_order",
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="fact_quantity_positive"),
            models.CheckConstraint(
                condition=Q(action__in=OF_NOBODY, member__isnull=True)
                | Q(action__in=OF_STORES, member__isnull=True, store__isnull=False)
                | Q(action=PAY_OWED, store__isnull=False)
                | Q(action=GIVE_POINTS, member__isnull=False, store__isnull=False)
                | (~Q(action__in=(*OF_NOBODY, *OF_STORES, PAY_OWED, GIVE_POINTS)) & Q(member__isnull=False)),
                name="fact_is_somebodys",
            ),
            models.CheckConstraint(
                condition=Q(action=SETTLE_PERIOD, until_on__isnull=False)
                | (~Q(action=SETTLE_PERIOD) & Q(until_on__isnull=True)),
                name="fact_of_a_period_ends",
            ),
            models.CheckConstraint(condition=Q(concession__gte=0, run__gte=0), name="fact_not_negative"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["programme", "business_date", "tick"], name="fact_in_order"),
            models.Index(fields=["order_tick"], condition=Q(type="refund"), name="fact_refunds_of_an_order"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.order_code or self.tick}"


class Closing(models.Model):
    """A day whose settlement has begun and not ended; while the row is there, facts wait."""

    programme = models.OneToOneField("programmes.Programme", models.PROTECT, primary_key=True, related_name="+")
    day = models.DateField()

    class Meta:
        verbose_name = _("day being closed")
        verbose_name_plural = _("days being closed")

    def __str__(self) -> str:
        return f"{self.programme_id} {self.day}"


class Reward(models.Model):
    """What one reward owed one member at one close, exactly; partitioned by nothing, appended day by day.

    The exact weighted base is entitled × denominator + rest; what an empty lot cut off is entitled less paid.
    Refunds go back through it (invariant 9), and the statement explains a line from it (G11).
    """

    pk = models.CompositePrimaryKey("day", "slot", "member_id")
    day = models.DateField()
    slot = models.SmallIntegerField()  # which reward of the version in force, in the order of payment
    member_id = models.BigIntegerField()
    entitled = models.BigIntegerField()
    rest = models.IntegerField()
    paid = models.BigIntegerField()
    waiting = models.BigIntegerField(db_default=0)  # cut off and still to be paid (overflow = "hold")
    base = models.BigIntegerField(db_default=0)  # the exact base where it is another than entitled and rest give

    class Meta:
        verbose_name = _("reward")
        verbose_name_plural = _("rewards")

    def __str__(self) -> str:
        return f"M{self.member_id} {self.day} {self.slot}"


class Reduction(models.Model):
    """How much of what a reward drew from a lot stands no more, because of a refund. Never changed."""

    refund = models.ForeignKey(Fact, models.PROTECT, related_name="reductions", db_index=False)
    day = models.DateField()  # of the close that paid the reward
    slot = models.SmallIntegerField()
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="+", db_index=False)
    order_tick = models.BigIntegerField()
    amount = models.BigIntegerField()

    class Meta:
        verbose_name = _("reduction")
        verbose_name_plural = _("reductions")
        indexes: ClassVar = [models.Index(fields=["member", "day"], name="reduction_of_a_reward")]
        constraints: ClassVar = [models.CheckConstraint(condition=Q(amount__gt=0), name="reduction_positive")]

    def __str__(self) -> str:
        return f"M{self.member_id} {self.day} {self.slot}"


class RankChange(models.Model):
    """The rank that a member has after the close of a day, where it changed. Never changed."""

    member = models.ForeignKey("members.Member", models.PROTECT, related_name="rank_changes", db_index=False)
    day = models.DateField(_("day"))
    rank = models.SmallIntegerField(_("rank"))

    class Meta:
        verbose_name = _("rank change")
        verbose_name_plural = _("rank changes")
        constraints: ClassVar = [models.UniqueConstraint(fields=["member", "day"], name="rank_change_once_a_day")]

    def __str__(self) -> str:
        return f"M{self.member_id} {self.day} {self.rank}"


class AgentChange(models.Model):
    """Whether a member is an agent from the close of a day on, where it changed (S0-41, S0-47). Never changed."""

    tick = models.BigIntegerField(primary_key=True)  # of the appointment or dismissal; a review's has one of its own
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="agent_changes", db_index=False)
    day = models.DateField(_("day"))
    agent = models.BooleanField(_("agent"))

    class Meta:
        verbose_name = _("change of an agent")
        verbose_name_plural = _("changes of agents")
        indexes: ClassVar = [models.Index(fields=["member", "day", "tick"], name="agent_change_history")]

    def __str__(self) -> str:
        return f"M{self.member_id} {self.day} {self.agent}"


class Cut(models.Model):
    """What a fact, or a close, would have paid a member more, or taken back, had there been enough (S0-Q8, S1-Q10)."""

    programme = models.ForeignKey("programmes.Programme", models.PROTECT, related_name="+", db_index=False)
    day = models.DateField(_("day"))
    order_tick = models.BigIntegerField(default=0)  # of the order, its refund or the joining; 0 for a close
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="+", db_index=False)
    rule = models.CharField(_("rule"), max_length=40)
    kind = models.CharField(_("kind"), max_length=40, blank=True, db_default="")  # "": that of the lots
    amount = models.BigIntegerField(_("amount"))

    class Meta:
        verbose_name = _("blocked amount")
        verbose_name_plural = _("blocked amounts")
        indexes: ClassVar = [models.Index(fields=["member", "day"], name="cut_of_a_member")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="cut_positive"),
            models.UniqueConstraint(
                fields=["programme", "day", "order_tick", "member", "rule", "kind"], name="cut_once"
            ),
        ]

    def __str__(self) -> str:
        return f"M{self.member_id} {self.day} {self.rule}"


class Dust(models.Model):
    """What the share-out of a rule has left in the pool after a close, where it shared anything."""

    programme = models.ForeignKey("programmes.Programme", models.PROTECT, related_name="+", db_index=False)
    rule = models.CharField(_("rule"), max_length=40)
    day = models.DateField(_("day"))
    amount = models.BigIntegerField(_("amount"))

    class Meta:
        verbose_name = _("dust")
        verbose_name_plural = _("dust")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "rule", "day"], name="dust_once_a_day"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="dust_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.day}"


class Reported(models.Model):
    """What a reward came to that is computed here and paid elsewhere (S1-15); a refund reports less. Never changed."""

    programme = models.ForeignKey("programmes.Programme", models.PROTECT, related_name="+", db_index=False)
    day = models.DateField(_("day"))
    tick = models.BigIntegerField(default=0)  # of the fact; 0 for a close
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="+", db_index=False)
    rule = models.CharField(_("rule"), max_length=40)
    kind = models.CharField(_("kind"), max_length=40)
    amount = models.BigIntegerField(_("amount"))

    class Meta:
        verbose_name = _("reported amount")
        verbose_name_plural = _("reported amounts")
        indexes: ClassVar = [
            models.Index(fields=["programme", "day", "rule"], name="reported_of_a_day"),
            models.Index(fields=["member", "day"], name="reported_of_a_member"),
        ]
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(amount=0), name="reported_not_zero")]

    def __str__(self) -> str:
        return f"M{self.member_id} {self.day} {self.rule}"


class Act(models.Model):
    """What an operator did, and why. Never changed."""

    at = models.DateTimeField(_("at"), auto_now_add=True, db_index=True)
    operator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="acts", verbose_name=_("operator")
    )
    act = models.CharField(_("act"), max_length=40)
    subject = models.CharField(_("subject"), max_length=80)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("act")
        verbose_name_plural = _("acts")
        indexes: ClassVar = [models.Index(fields=["subject", "at"], name="act_of_a_subject")]

    def __str__(self) -> str:
        return f"{self.act} {self.subject}"
