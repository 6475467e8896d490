"""Sites, devices, who reports, what was reported, and what was declared of it.

Revenue is in fen, occupancy in basis points of the spaces over the day (10000 = every space was busy all day), days are
business days in the programme's zone. Reports and readings are only ever added: a correction is a newer reading of the
same device and day, and `Latest` holds the one that counts (migration 0002).
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

CODE_MAX = 40
KEY_MAX = 64
FULL = 10_000  # basis points
SPACES_MAX = 10_000  # of one device
MINUTES_MAX = 25 * 60  # of the longest day, when clocks are put back
SESSIONS_MAX = 1_000_000
REVENUE_MAX = 10**12  # fen, of one device and day


class Site(models.Model):
    """A car park (S0-71)."""

    programme = models.ForeignKey("programmes.Programme", models.PROTECT, related_name="+", db_index=False)
    code = models.CharField(_("code"), max_length=CODE_MAX)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    city = models.CharField(_("city"), max_length=CODE_MAX)
    address = models.CharField(_("address"), max_length=200, blank=True)
    spaces = models.IntegerField(_("parking spaces"))

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "code"], name="parking_site_code_once"),
            models.CheckConstraint(condition=Q(spaces__gte=1), name="parking_site_has_spaces"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def title(self) -> str:
        """The Chinese name, as templates ask for it."""
        return self.name

    @property
    def title_en(self) -> str:
        """The English name, as templates ask for it."""
        return self.name_en


class Device(models.Model):
    """A smart parking device that reports each day in [active_from, active_until).

    `order_tick` is the tick of the lease's order, where it is known whose device it is; no foreign key, because leases
    are a room beside this one.
    """

    programme = models.ForeignKey("programmes.Programme", models.PROTECT, related_name="+", db_index=False)
    code = models.CharField(_("code"), max_length=CODE_MAX)
    site = models.ForeignKey(Site, models.PROTECT, related_name="devices", db_constraint=False)
    order_tick = models.BigIntegerField(null=True, blank=True)
    active_from = models.DateField(_("reports from"))
    active_until = models.DateField(_("reports until"), null=True, blank=True)

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "code"], name="parking_device_code_once"),
            models.CheckConstraint(
                condition=Q(active_until__isnull=True) | Q(active_until__gte=F("active_from")),
                name="parking_device_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Sender(models.Model):
    """A machine that reports for one programme. It signs with a secret of its own; at most two hold at once."""

    programme = models.ForeignKey("programmes.Programme", models.PROTECT, related_name="+", db_index=False)
    code = models.CharField(_("code"), max_length=CODE_MAX)
    title = models.CharField(_("title"), max_length=80)
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)
    window_began = models.DateTimeField(null=True, blank=True)  # of the minute in which requests are counted
    window_requests = models.IntegerField(default=0)

    class Meta:
        verbose_name = _("sender")
        verbose_name_plural = _("senders")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "code"], name="parking_sender_code_once"),
        ]

    def __str__(self) -> str:
        return self.code


class SenderSecret(models.Model):
    """A secret of a sender, closed with JIFEN_FIELD_KEY; shown once, when it is made."""

    sender = models.ForeignKey(Sender, models.PROTECT, related_name="secrets", db_index=False)
    key = models.CharField(max_length=KEY_MAX)  # of the form that made it
    cipher = models.BinaryField()
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("secret")
        verbose_name_plural = _("secrets")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sender", "key"], name="parking_secret_key_once"),
        ]

    def __str__(self) -> str:
        return f"{self.sender_id}/{self.pk}"


class Report(models.Model):
    """A batch of readings that one sender sent under one key. Never changed."""

    programme = models.ForeignKey("programmes.Programme", models.PROTECT, related_name="+", db_index=False)
    sender = models.ForeignKey(Sender, models.PROTECT, related_name="reports", db_index=False)
    key = models.CharField(_("key"), max_length=KEY_MAX)
    digest = models.BinaryField(_("digest"))  # SHA-256 of the body as it came
    received_at = models.DateTimeField(_("received at"))
    readings = models.IntegerField(_("readings"))
    corrected = models.IntegerField(_("corrected"))  # readings of a device and day that had one before

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sender", "key"], name="parking_report_key_once"),
            models.CheckConstraint(
                condition=Q(readings__gte=1, corrected__gte=0, corrected__lte=F("readings")),
                name="parking_report_counts",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["programme", "received_at"], name="parking_report_newest")]

    def __str__(self) -> str:
        return f"R{self.pk}"


class DayValues(models.Model):
    """What one device had on one day; the base of Reading and Latest."""

    programme = models.ForeignKey("programmes.Programme", models.PROTECT, related_name="+", db_index=False)
    device = models.ForeignKey(
        Device, models.PROTECT, related_name="+", db_constraint=False, db_index=False, verbose_name=_("device")
    )
    site = models.ForeignKey(Site, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    day = models.DateField(_("day"))
    spaces = models.IntegerField(_("parking spaces"))
    occupancy = models.IntegerField(_("occupancy"))
    sessions = models.IntegerField(_("parking sessions"))
    revenue = models.BigIntegerField(_("revenue"))

    class Meta:
        abstract = True


class Reading(DayValues):
    """What a report says of one device and day. Never changed; where it stood on a site then is kept with it."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="lines", db_index=False)
    occupied_minutes = models.BigIntegerField(null=True, blank=True)  # of all spaces together, where they were sent

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "device", "day"], name="parking_reading_once_a_report"),
            models.CheckConstraint(condition=Q(spaces__range=(1, SPACES_MAX)), name="parking_reading_spaces"),
            models.CheckConstraint(condition=Q(occupancy__range=(0, FULL)), name="parking_reading_occupancy"),
            models.CheckConstraint(
                condition=Q(occupied_minutes__isnull=True)
                | Q(occupied_minutes__gte=0, occupied_minutes__lte=F("spaces") * MINUTES_MAX),
                name="parking_reading_minutes",
            ),
            models.CheckConstraint(condition=Q(sessions__range=(0, SESSIONS_MAX)), name="parking_reading_sessions"),
            models.CheckConstraint(condition=Q(revenue__range=(0, REVENUE_MAX)), name="parking_reading_revenue"),
        ]

    def __str__(self) -> str:
        return f"{self.device_id} {self.day}"


class Latest(DayValues):
    """The newest reading of a device and day: what counts. Only the trigger on readings writes it."""

    pk = models.CompositePrimaryKey("device_id", "day")
    sender = models.ForeignKey(Sender, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    reading_id = models.BigIntegerField()

    class Meta:
        verbose_name = _("latest reading")
        verbose_name_plural = _("latest readings")
        indexes: ClassVar = [
            # All that sums read: they never go to the table.
            models.Index(
                fields=["programme", "day"],
                include=["site", "sender", "spaces", "occupancy", "sessions", "revenue"],
                name="parking_latest_sums",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.device_id} {self.day}"


class Declaration(models.Model):
    """What was declared of the revenue for the dividend of one month (S0-37). Never changed.

    It covers the days from `first_day`, that of the first declaration, to `last_day`: `measured` is their revenue as
    it was read then, `before` what earlier months declared of it. Amounts in fen.
    """

    programme = models.ForeignKey("programmes.Programme", models.PROTECT, related_name="+", db_index=False)
    month = models.DateField(_("month"))
    first_day = models.DateField()
    last_day = models.DateField(_("up to"))
    measured = models.BigIntegerField()
    before = models.BigIntegerField()
    amount = models.BigIntegerField(_("declared"))
    value = models.OneToOneField("programmes.DeclaredValue", models.PROTECT, related_name="+")
    operator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("operator"))
    reason = models.CharField(_("reason"), max_length=200)
    key = models.CharField(max_length=KEY_MAX)
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        verbose_name = _("declared revenue")
        verbose_name_plural = _("declared revenues")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "key"], name="parking_declaration_key_once"),
            models.CheckConstraint(
                condition=Q(amount__gte=0, measured__gte=0, before__gte=0, last_day__gte=F("first_day")),
                name="parking_declaration_not_negative",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["programme", "month", "id"], name="parking_declaration_month")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.amount}"


class Screen(models.Model):
    """Who may see the big screen of a programme; without a row, operators only."""

    programme = models.OneToOneField("programmes.Programme", models.PROTECT, primary_key=True, related_name="+")
    public = models.BooleanField(_("open to everybody"), default=False)

    class Meta:
        verbose_name = _("big screen")
        verbose_name_plural = _("big screens")

    def __str__(self) -> str:
        return f"{self.programme_id} {self.public}"
