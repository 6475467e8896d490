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
        ]
        indexes: ClassVar = [
            models.Index(fields=["programme", "name", "starts_tick", "declared_tick"], name="declared_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.declared_tick}"
