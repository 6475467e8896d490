"""Members of another system and what they held there: an uploaded list, its lines, who let it in (S3-02, S3-09)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jifen.alliance.purchase_models import KEY_LENGTH, POINTS_MAX

NAME_LENGTH, REASON_LENGTH, WHY_LENGTH = 120, 200, 300


class ImportState(models.TextChoices):
    """Where a list stands: faulty, or checked → proposed → running → done; rejected at any time before it runs."""

    FAULTY = "faulty", _("has errors")
    CHECKED = "checked", _("checked")
    PROPOSED = "proposed", _("waiting for approval")
    RUNNING = "running", _("being taken over")
    DONE = "done", _("taken over")
    REJECTED = "rejected", _("rejected")


_EARLY = ["faulty", "checked"]
_LET_IN = ["running", "done"]


class MemberImport(models.Model):
    """A list of members with opening balances. One operator uploads it and says what the old system counted, another
    lets it in; amounts are minor units of the two kinds.
    """

    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="+", db_index=False, verbose_name=_("programme")
    )
    key = models.CharField(_("key"), max_length=KEY_LENGTH)
    file_name = models.CharField(_("file"), max_length=NAME_LENGTH)
    digest = models.CharField(_("SHA-256 of the file"), max_length=64)
    state = models.CharField(_("state"), max_length=8, choices=ImportState)
    points_kind = models.CharField(_("kind of points"), max_length=40)
    stored_kind = models.CharField(_("kind of stored value"), max_length=40, blank=True)
    members = models.IntegerField(_("members"))
    points = models.BigIntegerField(_("store points"))
    stored = models.BigIntegerField(_("stored value"))
    problems = models.JSONField(_("errors"), default=list, blank=True)  # the first ones: line, column, sentence
    problem_count = models.IntegerField(_("errors"), default=0)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, verbose_name=_("uploaded by")
    )
    uploaded_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    # What the old system counted, typed in by whoever proposes.
    members_there = models.IntegerField(_("members in the old system"), null=True, blank=True)
    points_there = models.BigIntegerField(_("store points in the old system"), null=True, blank=True)
    stored_there = models.BigIntegerField(_("stored value in the old system"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=REASON_LENGTH, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, null=True, blank=True,
        verbose_name=_("proposed by"),
    )  # fmt: skip
    proposed_at = models.DateTimeField(_("proposed"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, null=True, blank=True,
        verbose_name=_("decided by"),
    )  # fmt: skip
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    rejection = models.CharField(_("why rejected"), max_length=REASON_LENGTH, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("import of members")
        verbose_name_plural = _("imports of members")
        indexes: ClassVar = [models.Index(fields=["programme", "-id"], name="member_import_by_programme")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "key"], name="member_import_key_once"),
            models.UniqueConstraint(
                fields=["programme", "digest"],
                condition=Q(state__in=["proposed", *_LET_IN]),
                name="member_import_file_once",
            ),
            models.CheckConstraint(condition=Q(state__in=ImportState.values), name="member_import_state_known"),
            models.CheckConstraint(
                condition=Q(members__gte=0, points__gte=0, stored__gte=0), name="member_import_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(state="faulty", problem_count__gt=0)
                | Q(state="rejected")
                | (~Q(state="faulty") & Q(problem_count=0)),
                name="member_import_faulty_with_its_errors",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[*_EARLY, "rejected"])
                | Q(members_there=F("members"), points_there=F("points"), stored_there=F("stored"))
                & Q(proposed_by__isnull=False, proposed_at__isnull=False)
                & ~Q(reason=""),
                name="member_import_totals_match",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=_LET_IN)
                | Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(decided_by=F("proposed_by")),
                name="member_import_by_two_people",
            ),
            models.CheckConstraint(
                condition=Q(state="done", finished_at__isnull=False) | (~Q(state="done") & Q(finished_at__isnull=True)),
                name="member_import_done_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class LineState(models.TextChoices):
    """Where a line stands."""

    WAITING = "waiting", _("not taken over yet")
    DONE = "done", _("taken over")
    REFUSED = "refused", _("refused")


class ImportLine(models.Model):
    """A member of a list, in the order in which they are registered: who refers before who is referred.

    What the list says of the person is closed (AES-256-GCM), and is emptied once the member is registered.
    """

    imported = models.ForeignKey(
        MemberImport, models.PROTECT, related_name="lines", db_index=False, verbose_name=_("import")
    )
    position = models.IntegerField(_("position"))
    line = models.IntegerField(_("line"))
    sealed = models.BinaryField(_("what the list says"))
    referrer = models.IntegerField(_("line of the referrer"), null=True, blank=True)
    points = models.BigIntegerField(_("store points"))
    stored = models.BigIntegerField(_("stored value"))
    state = models.CharField(_("state"), max_length=7, choices=LineState, default=LineState.WAITING)
    member = models.OneToOneField(
        "members.Member", models.PROTECT, related_name="import_line", null=True, blank=True, verbose_name=_("member")
    )
    points_fact = models.BigIntegerField(_("fact of the store points"), null=True, blank=True, unique=True)
    stored_fact = models.BigIntegerField(_("fact of the stored value"), null=True, blank=True, unique=True)
    why = models.JSONField(_("why refused"), default=dict, blank=True)

    class Meta:
        verbose_name = _("line of an import")
        verbose_name_plural = _("lines of imports")
        indexes: ClassVar = [models.Index(fields=["imported", "state", "position"], name="import_line_to_do")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["imported", "position"], name="import_line_position_once"),
            models.UniqueConstraint(fields=["imported", "line"], name="import_line_once"),
            models.CheckConstraint(
                condition=Q(points__gte=0, points__lte=POINTS_MAX, stored__gte=0, stored__lte=POINTS_MAX),
                name="import_line_amounts",
            ),
            models.CheckConstraint(
                condition=Q(state="done", member__isnull=False, sealed=b"")
                & (Q(points=0, points_fact__isnull=True) | Q(points__gt=0, points_fact__isnull=False))
                & (Q(stored=0, stored_fact__isnull=True) | Q(stored__gt=0, stored_fact__isnull=False))
                | Q(state__in=["waiting", "refused"])
                & Q(member__isnull=True, points_fact__isnull=True, stored_fact__isnull=True),
                name="import_line_done_with_its_facts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.imported_id}/{self.line}"
