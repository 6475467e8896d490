"""Where newcomers came from, and other phones of members."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Arrival(models.Model):
    """From which network somebody registered by phone (S2-35): a keyed hash of it. Forgotten after 90 days."""

    member = models.OneToOneField("members.Member", models.PROTECT, primary_key=True, related_name="arrival")
    network = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("arrival")
        verbose_name_plural = _("arrivals")

    def __str__(self) -> str:
        return f"M{self.member_id}"


class PhoneChangeState(models.TextChoices):
    """Where a change of a phone stands."""

    PROPOSED = "proposed", _("proposed")
    DONE = "done", _("done")
    REJECTED = "rejected", _("rejected")


class PhoneChange(models.Model):
    """Another phone for a member (S4-25): by the member, or by two operators for one who lost the phone.

    Of both phones only what is masked stays; the new one is kept closed until it is decided on.
    """

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="+", db_index=False, verbose_name=_("programme")
    )
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="phone_changes", verbose_name=_("member"))
    old = models.CharField(_("old phone"), max_length=20)  # masked
    new = models.CharField(_("new phone"), max_length=20)  # masked
    new_cipher = models.BinaryField(null=True)  # while it is proposed
    state = models.CharField(_("state"), max_length=8, choices=PhoneChangeState, default=PhoneChangeState.PROPOSED)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    key = models.CharField(_("key"), max_length=64, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        db_index=False,
        null=True,
        verbose_name=_("proposed by"),
    )
    proposed_at = models.DateTimeField(_("proposed"), auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        db_index=False,
        null=True,
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    rejection = models.CharField(_("why rejected"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("change of a phone")
        verbose_name_plural = _("changes of phones")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "key"], condition=~Q(key=""), name="phone_change_key_once"),
            models.UniqueConstraint(
                fields=["member"], condition=Q(state="proposed"), name="phone_change_one_open_of_a_member"
            ),
            models.CheckConstraint(
                condition=~Q(state="done")
                | Q(proposed_by__isnull=True, decided_by__isnull=True)
                | Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by")),
                name="phone_change_by_two_people",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", new_cipher__isnull=False, decided_at__isnull=True)
                | ~Q(state="proposed") & Q(new_cipher__isnull=True, decided_at__isnull=False),
                name="phone_change_closed_when_decided",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["programme", "id"], name="phone_change_of_programme")]

    def __str__(self) -> str:
        return f"M{self.member_id} {self.new}"
