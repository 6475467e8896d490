"""Devices that members paired, what they and phones recorded, and what recordings unlocked.

A recording is kept once for each key, whether it counts or is refused, and never changed. Where anybody walked is not
among its fields: routes stay on phones (S2-49).
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

CODE_MAX = 12
KEY_MAX = 64
TITLE_MAX = 40
STEPS_MAX = 1_000_000  # of one recording; what is believed of them is the document's
METRES_MAX = 1_000_000
KILOCALORIES_MAX = 100_000
SECONDS_MAX = 10**6


class Device(models.Model):
    """A bracelet, or a program of one, that reports for one member until it is revoked (S2-47).

    Another wearer pairs it anew, and it is another device then. Its secret is closed with JIFEN_FIELD_KEY and shown
    once; `pairing` is what its reports name beside its code.
    """

    programme = models.ForeignKey("programmes.Programme", models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey(
        "members.Member", models.PROTECT, related_name="+", db_index=False, verbose_name=_("member")
    )
    code = models.CharField(_("device"), max_length=CODE_MAX)
    pairing = models.CharField(_("pairing"), max_length=CODE_MAX)
    title = models.CharField(_("name"), max_length=TITLE_MAX)
    key = models.CharField(max_length=KEY_MAX)  # of the form that paired it
    cipher = models.BinaryField()
    paired_at = models.DateTimeField(_("paired at"))
    seen_at = models.DateTimeField(_("last report"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    revoked_by = models.ForeignKey(  # none: the member
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("revoked by"),
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    window_began = models.DateTimeField(null=True, blank=True)  # of the minute in which requests are counted
    window_requests = models.IntegerField(default=0)

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        indexes: ClassVar = [models.Index(fields=["member", "-id"], name="sport_device_of_a_member")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "code"], name="sport_device_code_once"),
            models.UniqueConstraint(fields=["member", "key"], name="sport_device_key_once"),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=False) | Q(revoked_by__isnull=True, reason=""),
                name="sport_device_revoked_at_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Sport(models.TextChoices):
    """What a recording is of."""

    WALK = "walk", _("a walk")
    RUN = "run", _("a run")


class Source(models.TextChoices):
    """Where the steps of a recording come from."""

    SENSOR = "sensor", _("the phone's sensor")
    ENTERED = "entered", _("entered by hand")
    DEVICE = "device", _("a paired device")


class Recording(models.Model):
    """A walk or a run as it was reported: it counts from its business day on, or was refused (S2-45, S2-46, S2-Q10).

    `refusal` names what was wrong, `found` and `limit` are what it was held against. `counted` are the steps that the
    day had room for; they are the fact's. `twin` marks what another member reported with the same times and figures.
    """

    programme = models.ForeignKey("programmes.Programme", models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey(
        "members.Member", models.PROTECT, related_name="+", db_index=False, verbose_name=_("member")
    )
    device = models.ForeignKey(  # none: the member's phone
        Device,
        models.PROTECT,
        related_name="recordings",
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("device"),
    )
    key = models.CharField(_("nonce"), max_length=KEY_MAX)
    digest = models.BinaryField()  # SHA-256 of what it says
    twin = models.ForeignKey(  # the first of another member with the same times and figures
        "self",
        models.PROTECT,
        related_name="+",
        db_index=False,
        null=True,
        blank=True,
        verbose_name=_("the same as"),
    )
    sport = models.CharField(_("sport"), max_length=4, choices=Sport)
    source = models.CharField(_("steps from"), max_length=7, choices=Source)
    began_at = models.DateTimeField(_("began at"))
    ended_at = models.DateTimeField(_("ended at"))
    moving = models.IntegerField(_("moving time"))  # seconds, pauses left out
    steps = models.IntegerField(_("steps"))
    distance = models.IntegerField(_("distance"), null=True, blank=True)  # metres
    calories = models.IntegerField(_("calories"), null=True, blank=True)  # kcal
    sent_at = models.DateTimeField(_("sent at"))  # by the clock that recorded
    received_at = models.DateTimeField(_("received at"))
    refusal = models.CharField(_("why refused"), max_length=10, blank=True)
    found = models.BigIntegerField(default=0)
    limit = models.BigIntegerField(default=0)
    business_date = models.DateField(_("business day"), null=True, blank=True)
    counted = models.IntegerField(_("steps counted"), default=0)
    fact_tick = models.BigIntegerField(null=True, blank=True, unique=True)

    class Meta:
        verbose_name = _("recording")
        verbose_name_plural = _("recordings")
        indexes: ClassVar = [
            models.Index(fields=["member", "-id"], name="sport_recording_of_a_member"),
            models.Index(fields=["device", "-id"], name="sport_recording_of_a_device"),
            models.Index(fields=["member", "ended_at"], condition=Q(refusal=""), name="sport_recording_time"),
            models.Index(fields=["programme", "-id"], condition=~Q(refusal=""), name="sport_recording_refused"),
            models.Index(fields=["programme", "digest"], name="sport_recording_digest"),
            models.Index(fields=["programme", "-id"], condition=Q(twin__isnull=False), name="sport_recording_twin"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "key"], name="sport_recording_key_once"),
            models.CheckConstraint(
                condition=Q(refusal="", business_date__isnull=False, ended_at__gt=F("began_at"))
                | (~Q(refusal="") & Q(business_date__isnull=True, counted=0)),
                name="sport_recording_counts_on_a_day",
            ),
            models.CheckConstraint(
                condition=Q(fact_tick__isnull=True, counted=0) | Q(fact_tick__isnull=False, counted__gt=0),
                name="sport_recording_counted_by_its_fact",
            ),
            models.CheckConstraint(
                condition=Q(steps__range=(0, STEPS_MAX), moving__range=(0, SECONDS_MAX), counted__lte=F("steps"))
                & (Q(distance__isnull=True) | Q(distance__range=(0, METRES_MAX)))
                & (Q(calories__isnull=True) | Q(calories__range=(0, KILOCALORIES_MAX))),
                name="sport_recording_in_range",
            ),
            models.CheckConstraint(
                condition=Q(source="device", device__isnull=False) | (~Q(source="device") & Q(device__isnull=True)),
                name="sport_recording_of_a_device_or_a_phone",
            ),
        ]

    def __str__(self) -> str:
        return f"W{self.pk}"


class Unlocked(models.Model):
    """What a task of the day unlocked when a recording fulfilled it; the ledger's transfer says the same."""

    recording = models.ForeignKey(Recording, models.PROTECT, related_name="unlocked", verbose_name=_("recording"))
    task = models.CharField(_("task"), max_length=40)
    kind = models.CharField(_("kind"), max_length=40)
    amount = models.BigIntegerField(_("amount"))
    transfer_id = models.BigIntegerField(_("transfer"))

    class Meta:
        verbose_name = _("unlocked amount")
        verbose_name_plural = _("unlocked amounts")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["recording", "task"], name="sport_unlocked_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="sport_unlocked_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.recording_id} {self.task}"
