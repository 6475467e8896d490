"""Programmes, the versions of their documents, and the values that operators declare."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Programme(models.Model):
    """A points scheme with its own members and accounts. Its titles are those of the version approved last."""

    id = models.SmallAutoField(primary_key=True)
    code = models.CharField(_("code"), max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=200)
    title_en = models.CharField(_("English title"), max_length=200)
    zone = models.CharField(_("time zone"), max_length=64)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")

    def __str__(self) -> str:
        return self.code


class Version(models.Model):
    """A document of a programme. Its text never changes; the database refuses it (migration 0002)."""

    class State(models.TextChoices):
        """What may become of it: draft → approved (for good) or withdrawn."""

        DRAFT = "draft", _("draft")
        APPROVED = "approved", _("approved")
        WITHDRAWN = "withdrawn", _("withdrawn")

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="versions", db_index=False)
    number = models.IntegerField(_("number"))
    text = models.TextField(_("document"))
    digest = models.CharField(_("digest"), max_length=64)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.DRAFT)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    effective_from = models.DateField(_("effective from"), null=True, blank=True)
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("programme version")
        verbose_name_plural = _("programme versions")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "number"], name="version_number_once"),
            models.CheckConstraint(
                condition=Q(state="approved", effective_from__isnull=False, approved_at__isnull=False)
                | Q(state__in=["draft", "withdrawn"], effective_from__isnull=True, approved_at__isnull=True),
                name="version_dated_when_approved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id}/{self.number}"


class Approval(models.Model):
    """An operator agrees that a version takes effect on a day. Never changed."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="approvals", db_index=False)
    operator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("operator"))
    effective_from = models.DateField(_("effective from"))
    at = models.DateTimeField(_("approved at"), auto_now_add=True)

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "operator"], name="approval_once_an_operator"),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.effective_from}"


class DeclaredValue(models.Model):
    """An exact number declared for the ticks [starts_tick, ends_tick), without end where that is null. Never changed.

    Another declaration supersedes it: the latest start in force wins, of equal starts the one declared last.
    """

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="declared_values", db_index=False)
    name = models.CharField(_("name"), max_length=40)
    starts_tick = models.BigIntegerField()
    ends_tick = models.BigIntegerField(null=True, blank=True)
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField()
    note = models.CharField(_("note"), max_length=200, blank=True)
    operator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("operator"))
    declared_tick = models.BigIntegerField(unique=True)
    key = models.CharField(_("key"), max_length=64, blank=True, default="")  # a form that is sent twice declares once

    class Meta:
        verbose_name = _("declared value")
        verbose_name_plural = _("declared values")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(denominator__gt=0), name="declared_denominator_positive"),
            models.CheckConstraint(
                condition=Q(ends_tick__isnull=True) | Q(ends_tick__gt=F("starts_tick")),
                name="declared_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(starts_tick__gte=F("declared_tick")), name="declared_never_for_the_past"
            ),
            models.UniqueConstraint(fields=["programme", "key"], condition=~Q(key=""), name="declared_key_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["programme", "name", "starts_tick", "declared_tick"], name="declared_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.declared_tick}"


class DeclaredProposal(models.Model):
    """A value outside what is usual: one operator proposes it, another confirms it before it exists (S0-Q16).

    What is proposed never changes, and it is decided once; the database refuses anything else (migration 0002).
    """

    class State(models.TextChoices):
        """What became of it."""

        PROPOSED = "proposed", _("proposed")
        CONFIRMED = "confirmed", _("confirmed")
        REJECTED = "rejected", _("rejected")

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="declared_proposals", db_index=False)
    name = models.CharField(_("name"), max_length=40)
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField()
    starts_tick = models.BigIntegerField(null=True, blank=True)  # null: from the moment of the confirmation
    ends_tick = models.BigIntegerField(null=True, blank=True)
    note = models.CharField(_("note"), max_length=200)
    key = models.CharField(_("key"), max_length=64)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.PROPOSED)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"), auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    rejection = models.CharField(_("why rejected"), max_length=200, blank=True)
    value = models.OneToOneField(DeclaredValue, models.PROTECT, related_name="proposal", null=True, blank=True)

    class Meta:
        verbose_name = _("proposed value")
        verbose_name_plural = _("proposed values")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "key"], name="declared_proposal_key_once"),
            models.CheckConstraint(condition=Q(denominator__gt=0), name="declared_proposal_denominator_positive"),
            models.CheckConstraint(condition=~Q(note=""), name="declared_proposal_has_a_reason"),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_by__isnull=True, decided_at__isnull=True, value__isnull=True)
                | Q(state="confirmed", decided_by__isnull=False, decided_at__isnull=False, value__isnull=False)
                | (
                    Q(state="rejected", decided_by__isnull=False, decided_at__isnull=False, value__isnull=True)
                    & ~Q(rejection="")
                ),
                name="declared_proposal_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | ~Q(decided_by=F("proposed_by")),
                name="declared_proposal_by_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"


class DrawChain(models.Model):
    """A chain of hashes that daily amounts are drawn with (S0-59): day k of it uses secret k, revealed after its close.

    Each secret is the first 12 bytes of the SHA-256 of the next one, down to the anchor, which is public from the
    beginning: so nobody can choose a secret later, and anybody can check one that was revealed.
    """

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="draw_chains", db_index=False)
    number = models.SmallIntegerField(_("number"))
    first_day = models.DateField(_("first day"))  # the day of secret 1
    length = models.SmallIntegerField(_("days"))
    anchor = models.BinaryField(_("anchor"))
    secret = models.BinaryField(_("last secret"))  # closed with JIFEN_FIELD_KEY
    committed_at = models.DateTimeField(_("committed at"), auto_now_add=True)

    class Meta:
        verbose_name = _("chain of draws")
        verbose_name_plural = _("chains of draws")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "number"], name="draw_chain_number_once"),
            models.CheckConstraint(condition=Q(length__gt=0), name="draw_chain_has_days"),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id}/{self.number}"
