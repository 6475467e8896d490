"""The tables of the simulated WeChat: a stand-in for another system, kept apart by their names."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class SimFollower(models.Model):
    """Somebody at the simulated WeChat; following the account is theirs to begin and end."""

    programme = models.ForeignKey("programmes.Programme", models.PROTECT, related_name="+", db_index=False)
    openid = models.CharField(_("openid"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=40)
    follows = models.BooleanField(_("follows"), default=True)
    since = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        db_table = "sim_wechat_follower"
        verbose_name = _("person at the simulated WeChat")
        verbose_name_plural = _("people at the simulated WeChat")
        indexes: ClassVar = [models.Index(fields=["programme", "-id"], name="sim_follower_newest")]

    def __str__(self) -> str:
        return self.name


class SimMenu(models.Model):
    """The menu that the simulated WeChat shows."""

    programme = models.OneToOneField("programmes.Programme", models.PROTECT, primary_key=True, related_name="+")
    content = models.JSONField(_("menu"))
    at = models.DateTimeField(_("when"), auto_now=True)

    class Meta:
        db_table = "sim_wechat_menu"
        verbose_name = _("menu at the simulated WeChat")
        verbose_name_plural = _("menus at the simulated WeChat")

    def __str__(self) -> str:
        return str(self.programme_id)


class SimMessage(models.Model):
    """A message that the simulated WeChat has shown to a follower, once for each key."""

    follower = models.ForeignKey(SimFollower, models.PROTECT, related_name="messages")
    key = models.CharField(_("key"), max_length=64, unique=True)
    title = models.CharField(_("title"), max_length=40)
    fields = models.JSONField(_("fields"))
    link = models.CharField(_("link"), max_length=200, blank=True)
    at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        db_table = "sim_wechat_message"
        verbose_name = _("message at the simulated WeChat")
        verbose_name_plural = _("messages at the simulated WeChat")

    def __str__(self) -> str:
        return self.title
