"""Who follows the official account and is bound to which member, its menu, and what it sends (S3-07, S3-19)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jifen.wechat.sim_models import SimFollower, SimMenu, SimMessage

__all__ = [
    "Follower",
    "MenuButton",
    "MenuPublication",
    "MessageState",
    "NewsCursor",
    "SimFollower",
    "SimMenu",
    "SimMessage",
    "Template",
    "TemplateMessage",
]

OPENID_LENGTH = 64
ENTRIES_MAX, BUTTONS_MAX = 3, 5  # of WeChat: beside each other at the bottom, and above each of them


class Follower(models.Model):
    """Somebody at WeChat, bound to a member: one openid, one member, at most one at a time (S3-19)."""

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="+", db_index=False, verbose_name=_("programme")
    )
    openid = models.CharField(_("openid"), max_length=OPENID_LENGTH)
    member = models.ForeignKey(
        "members.Member", models.PROTECT, related_name="followers", db_index=False, verbose_name=_("member")
    )
    bound_at = models.DateTimeField(_("bound"))
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)
    muted = models.BooleanField(_("wants no messages"), default=False)

    class Meta:
        verbose_name = _("binding to WeChat")
        verbose_name_plural = _("bindings to WeChat")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["programme", "openid"], condition=Q(ended_at__isnull=True), name="follower_openid_once"
            ),
            models.UniqueConstraint(fields=["member"], condition=Q(ended_at__isnull=True), name="follower_member_once"),
            models.CheckConstraint(condition=~Q(openid=""), name="follower_has_an_openid"),
        ]

    def __str__(self) -> str:
        return f"M{self.member_id}"


class MenuButton(models.Model):
    """A button of the account's menu: an entry at the bottom, or one above it; it opens a page of ours.

    What WeChat shows is what was published last.
    """

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="+", db_index=False, verbose_name=_("programme")
    )
    parent = models.ForeignKey(
        "self", models.CASCADE, related_name="buttons", null=True, blank=True, verbose_name=_("above")
    )
    position = models.SmallIntegerField(_("position"))
    title = models.CharField(_("title"), max_length=16)
    page = models.CharField(_("page"), max_length=20, blank=True)  # a name of wechat.menus.PAGES; "" has buttons

    class Meta:
        verbose_name = _("button of the menu")
        verbose_name_plural = _("buttons of the menu")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["programme", "parent", "position"],
                name="menu_button_place_once",
                nulls_distinct=False,
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True, position__gte=1, position__lte=ENTRIES_MAX)
                | Q(parent__isnull=False, position__gte=1, position__lte=BUTTONS_MAX),
                name="menu_button_has_room",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="menu_button_has_a_title"),
            models.CheckConstraint(condition=Q(parent__isnull=True) | ~Q(page=""), name="menu_button_opens_a_page"),
        ]

    def __str__(self) -> str:
        return self.title


class MenuPublication(models.Model):
    """A menu as it was sent to WeChat, by whom and when. Never changed."""

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="+", db_index=False, verbose_name=_("programme")
    )
    content = models.JSONField(_("menu"))
    at = models.DateTimeField(_("when"), auto_now_add=True)
    operator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, verbose_name=_("operator")
    )

    class Meta:
        verbose_name = _("published menu")
        verbose_name_plural = _("published menus")
        indexes: ClassVar = [models.Index(fields=["programme", "-id"], name="menu_newest")]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.pk}"


class Template(models.TextChoices):
    """What the account tells members."""

    BOUND = "bound", _("account bound")
    GRANT = "grant", _("points received")
    REDEMPTION = "redemption", _("points redeemed")
    PERIOD = "period", _("period settled")


class MessageState(models.TextChoices):
    """Where a message is."""

    WAITING = "waiting", _("waiting to be sent")
    SENT = "sent", _("delivered")
    FAILED = "failed", _("failed")


class TemplateMessage(models.Model):
    """A message to a bound member, once for what it tells of (`cause`); a job sends it, and tries again for a while."""

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="+", db_index=False, verbose_name=_("programme")
    )
    member = models.ForeignKey(
        "members.Member", models.PROTECT, related_name="wechat_messages", db_index=False, verbose_name=_("member")
    )
    openid = models.CharField(_("openid"), max_length=OPENID_LENGTH)
    template = models.CharField(_("template"), max_length=10, choices=Template)
    cause = models.CharField(_("cause"), max_length=64)
    fields = models.JSONField(_("fields"))  # of the template, in the member's language
    page = models.CharField(_("page"), max_length=20, blank=True)
    state = models.CharField(_("state"), max_length=7, choices=MessageState, default=MessageState.WAITING)
    tries = models.SmallIntegerField(_("tries"), default=0)
    failure = models.CharField(_("why it failed"), max_length=200, blank=True)
    written_at = models.DateTimeField(_("written"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    class Meta:
        verbose_name = _("message at WeChat")
        verbose_name_plural = _("messages at WeChat")
        indexes: ClassVar = [
            models.Index(fields=["id"], condition=Q(state="waiting"), name="wechat_message_waiting"),
            models.Index(fields=["programme", "-id"], name="wechat_message_newest"),
            models.Index(fields=["member", "-id"], name="wechat_message_of_a_member"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "template", "cause"], name="wechat_message_once"),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="wechat_message_sent_at_a_time",
            ),
            models.CheckConstraint(condition=Q(template__in=Template.values), name="wechat_message_template_known"),
        ]

    def __str__(self) -> str:
        return f"M{self.member_id} {self.template}"


class NewsCursor(models.Model):
    """Up to which fact a programme's news were written; its row is locked while they are."""

    programme = models.OneToOneField("programmes.Programme", models.PROTECT, primary_key=True, related_name="+")
    tick = models.BigIntegerField(_("last fact"), default=0)

    class Meta:
        verbose_name = _("state of the news")
        verbose_name_plural = _("states of the news")

    def __str__(self) -> str:
        return str(self.tick)
