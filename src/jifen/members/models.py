"""Members, who referred them, and operators."""

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jifen.members.newcomer_models import Arrival, PhoneChange, PhoneChangeState

__all__ = [
    "INVITE_CODE_LENGTH",
    "Arrival",
    "KindVolume",
    "LoginTry",
    "Member",
    "Move",
    "Operator",
    "PhoneChange",
    "PhoneChangeState",
    "RecoveryCode",
    "SandboxMessage",
    "Standing",
]

INVITE_CODE_LENGTH = 8


class Operator(AbstractUser):
    """Who works at the console."""

    class Meta:
        verbose_name = _("operator")
        verbose_name_plural = _("operators")


class Member(models.Model):
    """One person in one programme: one phone, one account (S4-25). The owner of ledger accounts is the `id`."""

    programme = models.ForeignKey("programmes.Programme", models.PROTECT, related_name="members", db_index=False)
    phone_cipher = models.BinaryField(_("phone"))  # AES-256-GCM; members.phones opens it
    phone_index = models.BinaryField()  # HMAC of the phone, by which it is found
    name = models.CharField(_("name"), max_length=40)
    password = models.CharField(_("password"), max_length=128)
    invite_code = models.CharField(_("invite code"), max_length=INVITE_CODE_LENGTH)
    # The newest referrer; how it was on a day is in Move. The database holds it to the same programme
    # by a foreign key of two columns (migration 0003), which Django cannot write.
    referrer = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="referred",
        db_constraint=False,
        db_index=False,
        verbose_name=_("referrer"),
    )
    # The store through whose QR code or link the member came (S1-19): for good, and of the same programme (0007).
    home_store = models.ForeignKey(
        "stores.Store",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="home_of",
        db_constraint=False,
        db_index=False,
        verbose_name=_("home store"),
    )
    joined_tick = models.BigIntegerField(unique=True)  # the order of facts
    joined_on = models.DateField(_("joined on"))  # business day
    entered_at = models.DateTimeField(auto_now_add=True)  # clock
    language = models.CharField(_("language"), max_length=7, default="zh-hans")

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "phone_index"], name="member_one_phone_one_account"),
            models.UniqueConstraint(fields=["invite_code"], name="member_invite_code_once"),
            models.CheckConstraint(condition=~Q(referrer=F("id")), name="member_refers_not_itself"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["referrer", "id"], name="member_generation"),
            models.Index(
                fields=["programme", "joined_on", "referrer"],
                condition=Q(referrer__isnull=False),
                name="member_newcomers",
            ),
            models.Index(
                fields=["home_store", "id"], condition=Q(home_store__isnull=False), name="member_of_home_store"
            ),
            models.Index(
                fields=["programme", "name"], name="member_name", opclasses=["int2_ops", "varchar_pattern_ops"]
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """What the member is called in keys and on screens: M7."""
        return f"M{self.id}"

    @property
    def nickname(self) -> str:
        """What other members see of the name: 王**; the code where there is no name."""
        return f"{self.name[0]}**" if self.name else self.code


class Standing(models.Model):
    """What facts and settlements keep of a member; one row each, written in place (fillfactor 50, migration 0003).

    Volumes and debts are sums of facts: money in fen, points in minor units of the programme's lot kind.
    """

    member = models.OneToOneField(Member, models.PROTECT, primary_key=True, related_name="standing")
    programme = models.ForeignKey("programmes.Programme", models.PROTECT, related_name="+", db_index=False)
    rank = models.SmallIntegerField(_("rank"), db_default=0)
    rank_since = models.DateField(_("rank since"), null=True, blank=True)
    frozen = models.BooleanField(_("frozen"), db_default=False)
    debt = models.BigIntegerField(_("debt"), db_default=0)
    written_off = models.BigIntegerField(db_default=0)
    volume = models.BigIntegerField(_("volume"), db_default=0)  # lot kind: what ranks are found by
    volume_amount = models.BigIntegerField(db_default=0)  # money: own orders less refunds
    volume_points = models.BigIntegerField(db_default=0)  # lot kind: the part of them paid in points
    team_amount = models.BigIntegerField(db_default=0)  # the same of everybody below, at the last close
    team_points = models.BigIntegerField(db_default=0)
    second_leg = models.BigIntegerField(db_default=0)  # lot kind
    units = models.BigIntegerField(_("devices"), db_default=0)  # bought less refunded
    units_new = models.BigIntegerField(db_default=0)  # of them those bought on the open day
    month_units = models.BigIntegerField(db_default=0)  # bought this month, less what refunds took this month
    team_units = models.BigIntegerField(_("devices of the team"), db_default=0)  # everybody below, at the last close
    agent = models.BooleanField(_("agent"), db_default=False)
    agent_since = models.DateField(_("agent since"), null=True, blank=True)
    strikes = models.SmallIntegerField(_("months missed in a row"), db_default=0)
    carry = models.BigIntegerField(_("carried over"), db_default=0)  # devices missing from earlier months' targets
    bought = models.BigIntegerField(db_default=0)  # tickets bought on the exchange, minor units
    released_tickets = models.BigIntegerField(db_default=0)
    active = models.BigIntegerField(_("packs that activate"), db_default=0)  # bought less wholly refunded
    center_packs = models.BigIntegerField(_("packs for a centre"), db_default=0)
    shareholder = models.BooleanField(_("shareholder"), db_default=False)  # of the alliance (S3-22)
    shareholder_since = models.DateField(_("shareholder since"), null=True, blank=True)

    class Meta:
        verbose_name = _("standing")
        verbose_name_plural = _("standings")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(rank__gte=0, debt__gte=0, written_off__gte=0, second_leg__gte=0),
                name="standing_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(volume__gte=0, volume_amount__gte=0, volume_points__gte=0)
                & Q(team_amount__gte=0, team_points__gte=0),
                name="standing_volumes_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(units__gte=0, team_units__gte=0, carry__gte=0, strikes__gte=0)
                & Q(bought__gte=0, released_tickets__gte=0),
                name="standing_devices_not_negative",
            ),
            models.CheckConstraint(condition=Q(active__gte=0, center_packs__gte=0), name="standing_packs_not_negative"),
            models.CheckConstraint(
                condition=Q(agent=False) | Q(agent_since__isnull=False), name="standing_agent_since_a_day"
            ),
            models.CheckConstraint(
                condition=Q(shareholder=False) | Q(shareholder_since__isnull=False),
                name="standing_shareholder_since_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"M{self.member_id}"


class KindVolume(models.Model):
    """What a member's orders were paid in one kind of points, less refunds; and those of everybody below (S0-83)."""

    pk = models.CompositePrimaryKey("member_id", "kind")
    member = models.ForeignKey(Member, models.PROTECT, related_name="kind_volumes", db_index=False)
    kind = models.CharField(_("kind"), max_length=40)
    own = models.BigIntegerField(_("own volume"), db_default=0)  # minor units of the lot kind
    team = models.BigIntegerField(_("team volume"), db_default=0)  # at the last close

    class Meta:
        verbose_name = _("volume in a kind")
        verbose_name_plural = _("volumes by kind")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(own__gte=0, team__gte=0), name="kind_volume_not_negative"),
        ]

    def __str__(self) -> str:
        return f"M{self.member_id} {self.kind}"


class Move(models.Model):
    """An operator put a member under another referrer (S0-05), from the close of `effective_on`. Never changed."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="moves", db_index=False)
    old_referrer = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+", db_index=False)
    new_referrer = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+", db_index=False)
    effective_on = models.DateField(_("effective on"), db_index=True)
    tick = models.BigIntegerField(unique=True)
    operator = models.ForeignKey(Operator, models.PROTECT, related_name="+", db_index=False, verbose_name=_("operator"))
    reason = models.CharField(_("reason"), max_length=200)

    class Meta:
        verbose_name = _("change of referrer")
        verbose_name_plural = _("changes of referrer")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(new_referrer__isnull=True) | ~Q(new_referrer=F("member")), name="move_not_under_oneself"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["member", "effective_on", "tick"], name="move_history")]

    def __str__(self) -> str:
        return f"M{self.member_id} {self.effective_on}"


class LoginTry(models.Model):
    """How often somebody lately tried to log in, by phone and by address; the subject is a keyed hash of either."""

    subject = models.CharField(max_length=64, primary_key=True)
    tries = models.IntegerField()
    since = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("login try")
        verbose_name_plural = _("login tries")

    def __str__(self) -> str:
        return self.subject[:8]


class RecoveryCode(models.Model):
    """A code that proves who has a phone: for another password (S0-85), for registering, for another phone.

    Of the code only a keyed hash is kept. There is a row for whatever phone was asked for, also one that has no
    account: nobody can tell the two apart.
    """

    subject = models.CharField(max_length=64, primary_key=True)  # a keyed hash of the programme and the phone
    code_hash = models.CharField(max_length=64)
    sent_at = models.DateTimeField(db_index=True)
    tries = models.SmallIntegerField(default=0)

    class Meta:
        verbose_name = _("code for a new password")
        verbose_name_plural = _("codes for a new password")

    def __str__(self) -> str:
        return self.subject[:8]


class SandboxMessage(models.Model):
    """A text message that the sandbox did not send: operators read it at the console. Forgotten after a day."""

    programme = models.ForeignKey("programmes.Programme", models.PROTECT, related_name="+")
    phone = models.CharField(_("phone"), max_length=20)  # masked
    text = models.CharField(_("text"), max_length=200)
    at = models.DateTimeField(_("when"), auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("message of the sandbox")
        verbose_name_plural = _("messages of the sandbox")

    def __str__(self) -> str:
        return self.phone
