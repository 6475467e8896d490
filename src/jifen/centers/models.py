"""Applications for operation centres, and the invitations of those who promote others. Centres stand in stores."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jifen.stores.models import REGION


class ApplicationState(models.TextChoices):
    """Where an application stands: submitted → approved or refused, or taken back by the member."""

    SUBMITTED = "submitted", _("in review")
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("taken back")


DECIDED = (ApplicationState.APPROVED, ApplicationState.REFUSED)


class CenterApplication(models.Model):
    """A member asks for the operation centre of a region; an operator decides (S2-13, S2-56)."""

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="+", db_index=False, verbose_name=_("programme")
    )
    member = models.ForeignKey(
        "members.Member", models.PROTECT, related_name="center_applications", verbose_name=_("member")
    )
    region = models.CharField(_("region"), max_length=6)  # division code
    note = models.CharField(_("note"), max_length=500, blank=True)
    key = models.CharField(_("key"), max_length=64)
    state = models.CharField(_("state"), max_length=9, choices=ApplicationState, default=ApplicationState.SUBMITTED)
    submitted_at = models.DateTimeField(_("submitted"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)  # of the decision
    fact_id = models.BigIntegerField(_("fact"), null=True, blank=True, unique=True)

    class Meta:
        verbose_name = _("application for a centre")
        verbose_name_plural = _("applications for centres")
        indexes: ClassVar = [models.Index(fields=["programme", "state", "-id"], name="center_application_by_state")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "key"], name="center_application_key_once"),
            models.UniqueConstraint(
                fields=["member", "region"], condition=Q(state="submitted"), name="center_application_one_open"
            ),
            models.CheckConstraint(condition=Q(region__regex=REGION), name="center_application_of_a_region"),
            models.CheckConstraint(
                condition=Q(state__in=DECIDED, decided_by__isnull=False, decided_at__isnull=False) & ~Q(reason="")
                | (~Q(state__in=DECIDED) & Q(decided_by__isnull=True, decided_at__isnull=True)),
                name="center_application_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state="approved", fact_id__isnull=False) | (~Q(state="approved") & Q(fact_id__isnull=True)),
                name="center_application_approved_with_its_fact",
            ),
        ]

    def __str__(self) -> str:
        return f"M{self.member_id} {self.region}"


class CenterInvitation(models.Model):
    """A centre's holder asks a member below to open a centre too (S2-14, S2-58)."""

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="+", db_index=False, verbose_name=_("programme")
    )
    holder = models.ForeignKey("members.Member", models.PROTECT, related_name="+", verbose_name=_("invited by"))
    member = models.ForeignKey(
        "members.Member", models.PROTECT, related_name="center_invitations", verbose_name=_("member")
    )
    invited_at = models.DateTimeField(_("invited"))

    class Meta:
        verbose_name = _("invitation to open a centre")
        verbose_name_plural = _("invitations to open a centre")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["holder", "member"], name="center_invitation_once"),
            models.CheckConstraint(condition=~Q(member=F("holder")), name="center_invitation_of_another"),
        ]

    def __str__(self) -> str:
        return f"M{self.holder_id} M{self.member_id}"
