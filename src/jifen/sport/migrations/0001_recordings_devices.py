"""Devices that members paired, what they and phones recorded, and what that unlocked (S2-45, S2-46, S2-47)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from jifen.migrating import CreateModels


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("members", "0002_members_and_standings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("programmes", "0001_programmes_versions_values"),
    ]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="Device",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "programme",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="programmes.programme",
                        ),
                    ),
                    (
                        "member",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="members.member",
                            verbose_name="member",
                        ),
                    ),
                    ("code", models.CharField(max_length=12, verbose_name="device")),
                    ("pairing", models.CharField(max_length=12, verbose_name="pairing")),
                    ("title", models.CharField(max_length=40, verbose_name="name")),
                    ("key", models.CharField(max_length=64)),
                    ("cipher", models.BinaryField()),
                    ("paired_at", models.DateTimeField(verbose_name="paired at")),
                    ("seen_at", models.DateTimeField(blank=True, null=True, verbose_name="last report")),
                    ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="revoked at")),
                    (
                        "revoked_by",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="revoked by",
                        ),
                    ),
                    ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                    ("window_began", models.DateTimeField(blank=True, null=True)),
                    ("window_requests", models.IntegerField(default=0)),
                ],
                options={
                    "verbose_name": "device",
                    "verbose_name_plural": "devices",
                    "indexes": [models.Index(fields=["member", "-id"], name="sport_device_of_a_member")],
                    "constraints": [
                        models.UniqueConstraint(fields=("programme", "code"), name="sport_device_code_once"),
                        models.UniqueConstraint(fields=("member", "key"), name="sport_device_key_once"),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("revoked_at__isnull", False),
                                models.Q(("reason", ""), ("revoked_by__isnull", True)),
                                _connector="OR",
                            ),
                            name="sport_device_revoked_at_a_moment",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Recording",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "programme",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="programmes.programme",
                        ),
                    ),
                    (
                        "member",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="members.member",
                            verbose_name="member",
                        ),
                    ),
                    (
                        "device",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="recordings",
                            to="sport.device",
                            verbose_name="device",
                        ),
                    ),
                    ("key", models.CharField(max_length=64, verbose_name="nonce")),
                    ("digest", models.BinaryField()),
                    (
                        "sport",
                        models.CharField(
                            choices=[("walk", "a walk"), ("run", "a run")], max_length=4, verbose_name="sport"
                        ),
                    ),
                    (
                        "source",
                        models.CharField(
                            choices=[
                                ("sensor", "the phone's sensor"),
                                ("entered", "entered by hand"),
                                ("device", "a paired device"),
                            ],
                            max_length=7,
                            verbose_name="steps from",
                        ),
                    ),
                    ("began_at", models.DateTimeField(verbose_name="began at")),
                    ("ended_at", models.DateTimeField(verbose_name="ended at")),
                    ("moving", models.IntegerField(verbose_name="moving time")),
                    ("steps", models.IntegerField(verbose_name="steps")),
                    ("distance", models.IntegerField(blank=True, null=True, verbose_name="distance")),
                    ("calories", models.IntegerField(blank=True, null=True, verbose_name="calories")),
                    ("sent_at", models.DateTimeField(verbose_name="sent at")),
                    ("received_at", models.DateTimeField(verbose_name="received at")),
                    ("refusal", models.CharField(blank=True, max_length=10, verbose_name="why refused")),
                    ("found", models.BigIntegerField(default=0)),
                    ("limit", models.BigIntegerField(default=0)),
                    ("business_date", models.DateField(blank=True, null=True, verbose_name="business day")),
                    ("counted", models.IntegerField(default=0, verbose_name="steps counted")),
                    ("fact_tick", models.BigIntegerField(blank=True, null=True, unique=True)),
                ],
                options={
                    "verbose_name": "recording",
                    "verbose_name_plural": "recordings",
                    "indexes": [
                        models.Index(fields=["member", "-id"], name="sport_recording_of_a_member"),
                        models.Index(fields=["device", "-id"], name="sport_recording_of_a_device"),
                        models.Index(
                            condition=models.Q(("refusal", "")),
                            fields=["member", "ended_at"],
                            name="sport_recording_time",
                        ),
                        models.Index(
                            condition=models.Q(("refusal", ""), _negated=True),
                            fields=["programme", "-id"],
                            name="sport_recording_refused",
                        ),
                    ],
                    "constraints": [
                        models.UniqueConstraint(fields=("member", "key"), name="sport_recording_key_once"),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("business_date__isnull", False),
                                    ("ended_at__gt", models.F("began_at")),
                                    ("refusal", ""),
                                ),
                                models.Q(
                                    models.Q(("refusal", ""), _negated=True),
                                    ("business_date__isnull", True),
                                    ("counted", 0),
                                ),
                                _connector="OR",
                            ),
                            name="sport_recording_counts_on_a_day",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("counted", 0), ("fact_tick__isnull", True)),
                                models.Q(("counted__gt", 0), ("fact_tick__isnull", False)),
                                _connector="OR",
                            ),
                            name="sport_recording_counted_by_its_fact",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("counted__lte", models.F("steps")),
                                ("moving__range", (0, 1000000)),
                                ("steps__range", (0, 1000000)),
                                models.Q(
                                    ("distance__isnull", True), ("distance__range", (0, 1000000)), _connector="OR"
                                ),
                                models.Q(("calories__isnull", True), ("calories__range", (0, 100000)), _connector="OR"),
                            ),
                            name="sport_recording_in_range",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("device__isnull", False), ("source", "device")),
                                models.Q(models.Q(("source", "device"), _negated=True), ("device__isnull", True)),
                                _connector="OR",
                            ),
                            name="sport_recording_of_a_device_or_a_phone",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Unlocked",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "recording",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="unlocked",
                            to="sport.recording",
                            verbose_name="recording",
                        ),
                    ),
                    ("task", models.CharField(max_length=40, verbose_name="task")),
                    ("kind", models.CharField(max_length=40, verbose_name="kind")),
                    ("amount", models.BigIntegerField(verbose_name="amount")),
                    ("transfer_id", models.BigIntegerField(verbose_name="transfer")),
                ],
                options={
                    "verbose_name": "unlocked amount",
                    "verbose_name_plural": "unlocked amounts",
                    "constraints": [
                        models.UniqueConstraint(fields=("recording", "task"), name="sport_unlocked_once"),
                        models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="sport_unlocked_positive"),
                    ],
                },
            ),
        ),
    ]
