"""Applications with their papers, meetings, and the reviews of months; the database refuses what must not be."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jifen.agents.licences import LICENCE_LENGTH

AREA_MIN, AREA_MAX = 50, 150  # m² (S0-43), unless an operator sets others
MEETINGS_A_MONTH, MEETING_PEOPLE = 2, 50  # S0-44, likewise
PAPER_BYTES_MAX = 5 * 1024 * 1024
PEOPLE_MAX = 100_000


class ApplicationState(models.TextChoices):
    """Where an application stands: draft → submitted → approved or rejected; withdrawn by the member, and mended."""

    DRAFT = "draft", _("not sent yet")
    SUBMITTED = "submitted", _("waiting for review")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")
    WITHDRAWN = "withdrawn", _("withdrawn")


MENDABLE = (ApplicationState.DRAFT, ApplicationState.REJECTED, ApplicationState.WITHDRAWN)


class Application(models.Model):
    """A member's application to be an agent (S0-32, S0-43, S0-55); what is blank may be filled in until it is sent."""

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="+", db_index=False, verbose_name=_("programme")
    )
    member = models.ForeignKey(
        "members.Member", models.PROTECT, related_name="applications", db_index=False, verbose_name=_("member")
    )
    state = models.CharField(_("state"), max_length=9, choices=ApplicationState, default=ApplicationState.DRAFT)
    company = models.CharField(_("company"), max_length=100, blank=True)
    licence_number = models.CharField(_("unified social credit code"), max_length=LICENCE_LENGTH, blank=True)
    contact = models.CharField(_("contact"), max_length=40, blank=True)
    rank = models.CharField(_("rank applied for"), max_length=40, blank=True)  # name of a row of the rank table
    area = models.IntegerField(_("office area"), null=True, blank=True, help_text=_("in m²"))
    address = models.CharField(_("office address"), max_length=200, blank=True)
    begun_at = models.DateTimeField(_("begun"))
    submitted_at = models.DateTimeField(_("sent"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("decided by"),
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)  # of the decision
    fact_id = models.BigIntegerField(_("fact"), null=True, blank=True, unique=True)
    business_date = models.DateField(_("business day"), null=True, blank=True)

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        indexes: ClassVar = [
            models.Index(fields=["programme", "state", "-id"], name="application_by_state"),
            models.Index(fields=["member", "-id"], name="application_by_member"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["member"], condition=~Q(state="approved"), name="application_one_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["programme", "licence_number"],
                condition=Q(state="submitted"),
                name="application_licence_once",
            ),
            models.CheckConstraint(condition=Q(state__in=ApplicationState.values), name="application_state_known"),
            models.CheckConstraint(condition=Q(area__isnull=True) | Q(area__gt=0), name="application_area_positive"),
            models.CheckConstraint(
                condition=~Q(state__in=["submitted", "approved"])
                | (~Q(company="") & ~Q(licence_number="") & ~Q(rank="") & Q(area__isnull=False)),
                name="application_sent_when_complete",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["approved", "rejected"], decided_by__isnull=False, decided_at__isnull=False)
                | (~Q(state__in=["approved", "rejected"]) & Q(decided_by__isnull=True, decided_at__isnull=True)),
                name="application_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state="approved", fact_id__isnull=False, business_date__isnull=False)
                | (~Q(state="approved") & Q(fact_id__isnull=True, business_date__isnull=True)),
                name="application_approved_with_its_fact",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "rejected"]) | ~Q(reason=""), name="application_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.company or f"M{self.member_id}"


class ApplicationStep(models.Model):
    """One step of an application's history; without an operator it was the member's own. Never changed."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="steps", verbose_name=_("application"))
    state = models.CharField(_("state"), max_length=9, choices=ApplicationState)
    at = models.DateTimeField(_("when"))
    operator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("operator"),
    )
    reason = models.CharField(_("reason or note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("step of an application")
        verbose_name_plural = _("steps of applications")

    def __str__(self) -> str:
        return f"{self.application_id} {self.state}"


class PaperKind(models.TextChoices):
    """What a paper of an application shows."""

    LICENCE = "licence", _("business licence")
    OFFICE = "office", _("photo of the office")


class Paper(models.Model):
    """A file of an application, closed like phones: AES-256-GCM, bound to its application (S0-50)."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="papers", verbose_name=_("application"))
    kind = models.CharField(_("what it shows"), max_length=7, choices=PaperKind)
    name = models.CharField(_("name of the file"), max_length=100)
    content_type = models.CharField(_("type of the file"), max_length=20)
    size = models.IntegerField(_("size"))  # bytes before it was closed
    width = models.IntegerField(_("width"), default=0)  # pixels; 0 for a PDF
    height = models.IntegerField(_("height"), default=0)
    digest = models.CharField(_("SHA-256"), max_length=64)  # before it was closed
    cipher = models.BinaryField(_("content"))  # agents.papers opens it
    added_at = models.DateTimeField(_("added"))

    class Meta:
        verbose_name = _("paper of an application")
        verbose_name_plural = _("papers of applications")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "kind", "digest"], name="paper_added_once"),
            models.CheckConstraint(condition=Q(kind__in=PaperKind.values), name="paper_kind_known"),
            models.CheckConstraint(condition=Q(size__gt=0, size__lte=PAPER_BYTES_MAX), name="paper_size"),
            models.CheckConstraint(
                condition=Q(content_type="application/pdf", width=0, height=0)
                | Q(content_type__in=["image/jpeg", "image/png"], width__gt=0, height__gt=0),
                name="paper_type_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Condition(models.Model):
    """What the programme asks of an agent's office and meetings, set by an operator (S0-38, S0-43, S0-44).

    `rank` names a row of the rank table; "" is for every rank that has no row of its own.
    """

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="+", db_index=False, verbose_name=_("programme")
    )
    rank = models.CharField(_("rank"), max_length=40, blank=True)
    area_min = models.IntegerField(_("smallest office"), default=AREA_MIN)
    area_max = models.IntegerField(_("largest office"), default=AREA_MAX)
    meetings = models.SmallIntegerField(_("meetings a month"), default=MEETINGS_A_MONTH)
    people = models.IntegerField(_("people at a meeting"), default=MEETING_PEOPLE)

    class Meta:
        verbose_name = _("condition of agents")
        verbose_name_plural = _("conditions of agents")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "rank"], name="condition_of_a_rank_once"),
            models.CheckConstraint(
                condition=Q(area_min__gt=0, area_max__gte=F("area_min"), meetings__gte=0, people__gt=0),
                name="condition_makes_sense",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.rank}"


class Meeting(models.Model):
    """A recruiting meeting that an agent held (S0-44). Never changed."""

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="+", db_index=False, verbose_name=_("programme")
    )
    member = models.ForeignKey(
        "members.Member", models.PROTECT, related_name="meetings", db_index=False, verbose_name=_("agent")
    )
    held_on = models.DateField(_("held on"))
    place = models.CharField(_("place"), max_length=100)
    people = models.IntegerField(_("people"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    key = models.CharField(_("key"), max_length=64)
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        indexes: ClassVar = [models.Index(fields=["member", "-held_on"], name="meeting_by_member")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "key"], name="meeting_key_once"),
            models.CheckConstraint(condition=Q(people__gt=0, people__lte=PEOPLE_MAX), name="meeting_people"),
        ]

    def __str__(self) -> str:
        return f"M{self.member_id} {self.held_on}"


class Review(models.Model):
    """How an agent's month was reviewed by its last close (S0-45 … S0-47). Never changed.

    `target` holds what was carried over from before; `carry` and `strikes` are those after the review.
    """

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="+", db_index=False, verbose_name=_("programme")
    )
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="reviews", verbose_name=_("agent"))
    month = models.DateField(_("month"))  # its first day
    sold = models.BigIntegerField(_("sold"))  # devices; refunds may take it below nothing
    target = models.BigIntegerField(_("target"))
    carry = models.BigIntegerField(_("carried over"))
    strikes = models.SmallIntegerField(_("months missed in a row"))
    passed = models.BooleanField(_("passed"))
    dismissed = models.BooleanField(_("dismissed"))

    class Meta:
        verbose_name = _("review of a month")
        verbose_name_plural = _("reviews of months")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "month", "member"], name="review_once_a_month"),
            models.CheckConstraint(
                condition=Q(passed=True, sold__gte=F("target"), dismissed=False)
                | Q(passed=False, sold__lt=F("target")),
                name="review_passed_when_sold",
            ),
            models.CheckConstraint(condition=Q(carry__gte=0, strikes__gte=0), name="review_not_negative"),
        ]

    def __str__(self) -> str:
        return f"M{self.member_id} {self.month:%Y-%m}"
