"""Settlement runs, and the members whom a run had to leave out."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Run(models.Model):
    """The settlement of one day of one programme; started again after a crash it goes on where it stopped."""

    class State(models.TextChoices):
        """How far it is."""

        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    programme = models.ForeignKey("programmes.Programme", models.PROTECT, related_name="runs", db_index=False)
    day = models.DateField(_("day"))
    version = models.ForeignKey("programmes.Version", models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.RUNNING)
    starts = models.IntegerField(_("starts"), default=0)  # 1 + how often it was started again
    progress = models.SmallIntegerField(_("progress"), default=0)  # percent
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    seconds = models.JSONField(default=dict, blank=True)  # of each step
    report = models.JSONField(_("report"), default=dict, blank=True)  # counts and totals per rule
    trouble = models.TextField(_("trouble"), blank=True)

    class Meta:
        verbose_name = _("settlement run")
        verbose_name_plural = _("settlement runs")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "day"], name="run_once_a_day"),
            models.CheckConstraint(condition=Q(progress__range=(0, 100)), name="run_progress_percent"),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.day}"


class Skipped(models.Model):
    """A member whose account a run could not post to; everybody else was settled."""

    run = models.ForeignKey(Run, models.PROTECT, related_name="skipped")
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField(_("reason"), max_length=500)

    class Meta:
        verbose_name = _("skipped member")
        verbose_name_plural = _("skipped members")
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "member"], name="skipped_once_a_run")]

    def __str__(self) -> str:
        return f"M{self.member_id}"
