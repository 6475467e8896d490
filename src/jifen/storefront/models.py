"""Proposals about shares, cards and what is used of them; the database refuses what must not be."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jifen.payouts.models import Proposal
from jifen.sales.models import PRICE_MAX

WHOLE = 10_000  # hundredths of a percent
DAYS_MAX = 3_660
TIMES_MAX = 10_000
ITEMS_MAX = 10
CODE_DIGITS = 6


class ShareAction(models.TextChoices):
    """What is proposed about shares of a store."""

    BUY = "buy_shares", _("purchase of shares")
    GIVE_UP = "give_up_shares", _("return of shares")


class ShareProposal(Proposal):
    """Shares of a store that a member buys or gives up; `amount` is what was paid by bank, in fen (S1-32 … S1-36)."""

    store = models.ForeignKey(
        "stores.Store", models.PROTECT, related_name="share_proposals", db_index=False, verbose_name=_("store")
    )
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="+", verbose_name=_("member"))
    action = models.CharField(_("what"), max_length=14, choices=ShareAction)
    share_bp = models.IntegerField(_("share"), help_text=_("in hundredths of a percent"))
    initiator = models.BooleanField(_("initiator"), default=False)
    fact_id = models.BigIntegerField(_("fact"), null=True, blank=True, unique=True)

    class Meta(Proposal.Meta):
        verbose_name = _("proposal about shares")
        verbose_name_plural = _("proposals about shares")
        indexes: ClassVar = [models.Index(fields=["store", "-id"], name="share_proposal_of_a_store")]
        constraints: ClassVar = [
            *Proposal.Meta.constraints,
            models.CheckConstraint(condition=Q(share_bp__gt=0, share_bp__lte=WHOLE), name="share_proposal_of_a_part"),
            models.CheckConstraint(
                condition=Q(action=ShareAction.BUY, amount__gt=0) | Q(action=ShareAction.GIVE_UP, amount=0),
                name="share_proposal_paid_for",
            ),
            models.CheckConstraint(
                condition=Q(state="approved", fact_id__isnull=False) | (~Q(state="approved") & Q(fact_id__isnull=True)),
                name="share_proposal_approved_with_its_fact",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.store_id} M{self.member_id} {self.share_bp}"


class CardPlan(models.Model):
    """A membership card that a store sells (S1-33). What was sold stays as it was: a plan is only switched on or off.

    A card brings points that the platform pays for, so an operator lets it be sold first (`approved_by`). Shares are
    hundredths of a percent: `visit_off` comes off every bill, of goods `goods_price` is paid (7.8 折 is 7800), and of
    products that the platform sources points may pay `sourced_share`.
    """

    store = models.ForeignKey(
        "stores.Store", models.PROTECT, related_name="card_plans", db_index=False, verbose_name=_("store")
    )
    title = models.CharField(_("title"), max_length=60)
    title_en = models.CharField(_("English title"), max_length=60, blank=True)
    price = models.BigIntegerField(_("price"), help_text=_("in fen"))
    days = models.IntegerField(_("valid for days"))
    points = models.BigIntegerField(_("points on opening"), default=0)  # minor units of the kind that cards bring
    visit_off = models.IntegerField(_("off every bill"), default=0)
    goods_price = models.IntegerField(_("paid for the store's products"), default=WHOLE)
    sourced_share = models.IntegerField(_("points pay of platform products"), default=0)
    active = models.BooleanField(_("on sale"), default=False)
    made_at = models.DateTimeField(_("made"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("approved by"),
    )
    key = models.CharField(_("key"), max_length=64)

    class Meta:
        verbose_name = _("membership card")
        verbose_name_plural = _("membership cards")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["store", "key"], name="card_plan_key_once"),
            models.CheckConstraint(condition=Q(price__gte=1, price__lte=PRICE_MAX), name="card_plan_price_positive"),
            models.CheckConstraint(condition=Q(days__gte=1, days__lte=DAYS_MAX), name="card_plan_days_some"),
            models.CheckConstraint(
                condition=Q(points__gte=0, visit_off__gte=0, visit_off__lt=WHOLE, goods_price__gte=1)
                & Q(goods_price__lte=WHOLE, sourced_share__gte=0, sourced_share__lte=WHOLE),
                name="card_plan_shares_in_range",
            ),
            models.CheckConstraint(
                condition=Q(active=False) | Q(approved_by__isnull=False), name="card_plan_approved_before_sale"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ItemKind(models.TextChoices):
    """What a card's item is."""

    FREE = "free", _("free")
    SPECIAL = "special", _("special of the day")


class CardItem(models.Model):
    """Something that a card's holder gets once a day: for nothing, or one product at a special price (S1-33)."""

    plan = models.ForeignKey(CardPlan, models.CASCADE, related_name="items", verbose_name=_("card"))
    kind = models.CharField(_("kind"), max_length=7, choices=ItemKind)
    title = models.CharField(_("title"), max_length=60)
    title_en = models.CharField(_("English title"), max_length=60, blank=True)
    price = models.BigIntegerField(_("price"), default=0, help_text=_("in fen"))
    times = models.IntegerField(_("how often"), null=True, blank=True)  # none: every day
    days = models.IntegerField(_("for days"))  # from the opening on

    class Meta:
        verbose_name = _("item of a card")
        verbose_name_plural = _("items of cards")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan"], condition=Q(kind="special"), name="card_item_one_special"),
            models.CheckConstraint(
                condition=Q(kind=ItemKind.FREE, price=0) | Q(kind=ItemKind.SPECIAL, price__gte=1, price__lte=PRICE_MAX),
                name="card_item_price_of_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(days__gte=1, days__lte=DAYS_MAX)
                & (Q(times__isnull=True) | Q(times__gte=1, times__lte=TIMES_MAX)),
                name="card_item_in_range",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class CardState(models.TextChoices):
    """Where a card stands; one whose days are over stays open and is not valid any more."""

    ORDERED = "ordered", _("waiting for payment")
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")


class Card(models.Model):
    """A member's card: opened when its order counts, closed when that is cancelled or refunded (S1-33)."""

    plan = models.ForeignKey(CardPlan, models.PROTECT, related_name="cards", verbose_name=_("card"))
    store = models.ForeignKey(
        "stores.Store", models.PROTECT, related_name="cards", db_index=False, verbose_name=_("store")
    )
    member = models.ForeignKey(
        "members.Member", models.PROTECT, related_name="cards", db_index=False, verbose_name=_("member")
    )
    order = models.OneToOneField("sales.Order", models.PROTECT, related_name="card", verbose_name=_("order"))
    state = models.CharField(_("state"), max_length=7, choices=CardState, default=CardState.ORDERED)
    opened_on = models.DateField(_("opened on"), null=True, blank=True)
    until_on = models.DateField(_("valid until"), null=True, blank=True)  # the last day
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    granted = models.BigIntegerField(_("points granted"), default=0)
    taken_back = models.BigIntegerField(_("points taken back"), default=0)  # asked for; what was spent stays spent
    grant_fact_id = models.BigIntegerField(null=True, blank=True, unique=True)

    class Meta:
        verbose_name = _("card of a member")
        verbose_name_plural = _("cards of members")
        indexes: ClassVar = [
            models.Index(fields=["member", "-id"], name="card_of_a_member"),
            models.Index(fields=["store", "-id"], name="card_of_a_store"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state=CardState.OPEN, opened_on__isnull=False, until_on__gte=F("opened_on"))
                | Q(state=CardState.ORDERED, opened_on__isnull=True, until_on__isnull=True)
                | Q(state=CardState.CLOSED, closed_on__isnull=False),
                name="card_opened_on_a_day",
            ),
            models.CheckConstraint(
                condition=Q(granted__gte=0, taken_back__gte=0, taken_back__lte=F("granted")),
                name="card_points_within_grant",
            ),
        ]

    def __str__(self) -> str:
        return f"M{self.member_id} {self.plan_id}"


class UseState(models.TextChoices):
    """Where the use of an item stands."""

    ASKED = "asked", _("waiting for the store")
    USED = "used", _("used")
    LAPSED = "lapsed", _("lapsed")


class CardUse(models.Model):
    """An item of a card that its holder asks for with a code, until the store's owner confirms it. Used once a day."""

    card = models.ForeignKey(Card, models.PROTECT, related_name="uses", db_index=False, verbose_name=_("card"))
    item = models.ForeignKey(CardItem, models.PROTECT, related_name="uses", db_index=False, verbose_name=_("item"))
    store = models.ForeignKey("stores.Store", models.PROTECT, related_name="+", db_index=False, verbose_name=_("store"))
    state = models.CharField(_("state"), max_length=6, choices=UseState, default=UseState.ASKED)
    code = models.CharField(_("code"), max_length=CODE_DIGITS)
    key = models.CharField(_("key"), max_length=64)
    asked_at = models.DateTimeField(_("asked"))
    lapses_at = models.DateTimeField(_("lapses"))
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)
    used_on = models.DateField(_("used on"), null=True, blank=True)

    class Meta:
        verbose_name = _("use of a card")
        verbose_name_plural = _("uses of cards")
        indexes: ClassVar = [models.Index(fields=["store", "used_on", "id"], name="card_use_of_a_day")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["card", "key"], name="card_use_key_once"),
            models.UniqueConstraint(
                fields=["card", "item", "used_on"], condition=Q(state="used"), name="card_use_once_a_day"
            ),
            models.UniqueConstraint(fields=["card", "item"], condition=Q(state="asked"), name="card_use_asked_once"),
            models.UniqueConstraint(fields=["store", "code"], condition=Q(state="asked"), name="card_use_code_once"),
            models.CheckConstraint(
                condition=Q(state=UseState.USED, used_at__isnull=False, used_on__isnull=False)
                | (~Q(state=UseState.USED) & Q(used_at__isnull=True, used_on__isnull=True)),
                name="card_use_on_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.code
