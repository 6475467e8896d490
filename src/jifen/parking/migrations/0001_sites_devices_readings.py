"""Sites, devices, senders, reports and readings (S0-71)."""

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

from jifen.migrating import CreateModels


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("programmes", "0001_programmes_versions_values"),
    ]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="Site",
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
                    ("code", models.CharField(max_length=40, verbose_name="code")),
                    ("name", models.CharField(max_length=80, verbose_name="name")),
                    ("name_en", models.CharField(blank=True, max_length=80, verbose_name="English name")),
                    ("city", models.CharField(max_length=40, verbose_name="city")),
                    ("address", models.CharField(blank=True, max_length=200, verbose_name="address")),
                    ("spaces", models.IntegerField(verbose_name="parking spaces")),
                ],
                options={
                    "verbose_name": "site",
                    "verbose_name_plural": "sites",
                    "constraints": [
                        models.UniqueConstraint(fields=("programme", "code"), name="parking_site_code_once"),
                        models.CheckConstraint(condition=models.Q(("spaces__gte", 1)), name="parking_site_has_spaces"),
                    ],
                },
            ),
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
                    ("code", models.CharField(max_length=40, verbose_name="code")),
                    (
                        "site",
                        models.ForeignKey(
                            db_constraint=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="devices",
                            to="parking.site",
                        ),
                    ),
                    ("order_tick", models.BigIntegerField(blank=True, null=True)),
                    ("active_from", models.DateField(verbose_name="reports from")),
                    ("active_until", models.DateField(blank=True, null=True, verbose_name="reports until")),
                ],
                options={
                    "verbose_name": "device",
                    "verbose_name_plural": "devices",
                    "constraints": [
                        models.UniqueConstraint(fields=("programme", "code"), name="parking_device_code_once"),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("active_until__isnull", True),
                                ("active_until__gte", models.F("active_from")),
                                _connector="OR",
                            ),
                            name="parking_device_ends_after_start",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Sender",
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
                    ("code", models.CharField(max_length=40, verbose_name="code")),
                    ("title", models.CharField(max_length=80, verbose_name="title")),
                    ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="made at")),
                    ("window_began", models.DateTimeField(blank=True, null=True)),
                    ("window_requests", models.IntegerField(default=0)),
                ],
                options={
                    "verbose_name": "sender",
                    "verbose_name_plural": "senders",
                    "constraints": [
                        models.UniqueConstraint(fields=("programme", "code"), name="parking_sender_code_once")
                    ],
                },
            ),
            migrations.CreateModel(
                name="SenderSecret",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "sender",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="secrets",
                            to="parking.sender",
                        ),
                    ),
                    ("key", models.CharField(max_length=64)),
                    ("cipher", models.BinaryField()),
                    ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="made at")),
                    (
                        "made_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="made by",
                        ),
                    ),
                    ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="revoked at")),
                ],
                options={
                    "verbose_name": "secret",
                    "verbose_name_plural": "secrets",
                    "constraints": [models.UniqueConstraint(fields=("sender", "key"), name="parking_secret_key_once")],
                },
            ),
            migrations.CreateModel(
                name="Report",
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
                        "sender",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="reports",
                            to="parking.sender",
                        ),
                    ),
                    ("key", models.CharField(max_length=64, verbose_name="key")),
                    ("digest", models.BinaryField(verbose_name="digest")),
                    ("received_at", models.DateTimeField(verbose_name="received at")),
                    ("readings", models.IntegerField(verbose_name="readings")),
                    ("corrected", models.IntegerField(verbose_name="corrected")),
                ],
                options={
                    "verbose_name": "report",
                    "verbose_name_plural": "reports",
                    "indexes": [models.Index(fields=["programme", "received_at"], name="parking_report_newest")],
                    "constraints": [
                        models.UniqueConstraint(fields=("sender", "key"), name="parking_report_key_once"),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("corrected__gte", 0), ("corrected__lte", models.F("readings")), ("readings__gte", 1)
                            ),
                            name="parking_report_counts",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Reading",
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
                        "device",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="parking.device",
                            verbose_name="device",
                        ),
                    ),
                    (
                        "site",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="parking.site",
                        ),
                    ),
                    ("day", models.DateField(verbose_name="day")),
                    ("spaces", models.IntegerField(verbose_name="parking spaces")),
                    ("occupancy", models.IntegerField(verbose_name="occupancy")),
                    ("sessions", models.IntegerField(verbose_name="parking sessions")),
                    ("revenue", models.BigIntegerField(verbose_name="revenue")),
                    (
                        "report",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="lines",
                            to="parking.report",
                        ),
                    ),
                    ("occupied_minutes", models.BigIntegerField(blank=True, null=True)),
                ],
                options={
                    "verbose_name": "reading",
                    "verbose_name_plural": "readings",
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("report", "device", "day"), name="parking_reading_once_a_report"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("spaces__range", (1, 10000))), name="parking_reading_spaces"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("occupancy__range", (0, 10000))), name="parking_reading_occupancy"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("occupied_minutes__isnull", True),
                                models.Q(
                                    ("occupied_minutes__gte", 0),
                                    (
                                        "occupied_minutes__lte",
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("spaces"), "*", models.Value(1500)
                                        ),
                                    ),
                                ),
                                _connector="OR",
                            ),
                            name="parking_reading_minutes",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("sessions__range", (0, 1000000))), name="parking_reading_sessions"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("revenue__range", (0, 1000000000000))), name="parking_reading_revenue"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Latest",
                fields=[
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
                        "device",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="parking.device",
                            verbose_name="device",
                        ),
                    ),
                    (
                        "site",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="parking.site",
                        ),
                    ),
                    ("day", models.DateField(verbose_name="day")),
                    ("spaces", models.IntegerField(verbose_name="parking spaces")),
                    ("occupancy", models.IntegerField(verbose_name="occupancy")),
                    ("sessions", models.IntegerField(verbose_name="parking sessions")),
                    ("revenue", models.BigIntegerField(verbose_name="revenue")),
                    (
                        "pk",
                        models.CompositePrimaryKey(
                            "device_id", "day", blank=True, editable=False, primary_key=True, serialize=False
                        ),
                    ),
                    (
                        "sender",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="parking.sender",
                        ),
                    ),
                    ("reading_id", models.BigIntegerField()),
                ],
                options={
                    "verbose_name": "latest reading",
                    "verbose_name_plural": "latest readings",
                    "indexes": [
                        models.Index(
                            fields=["programme", "day"],
                            include=("site", "sender", "spaces", "occupancy", "sessions", "revenue"),
                            name="parking_latest_sums",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Declaration",
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
                    ("month", models.DateField(verbose_name="month")),
                    ("first_day", models.DateField()),
                    ("last_day", models.DateField(verbose_name="up to")),
                    ("measured", models.BigIntegerField()),
                    ("before", models.BigIntegerField()),
                    ("amount", models.BigIntegerField(verbose_name="declared")),
                    (
                        "value",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programmes.declaredvalue"
                        ),
                    ),
                    (
                        "operator",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="operator",
                        ),
                    ),
                    ("reason", models.CharField(max_length=200, verbose_name="reason")),
                    ("key", models.CharField(max_length=64)),
                    ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="made at")),
                ],
                options={
                    "verbose_name": "declared revenue",
                    "verbose_name_plural": "declared revenues",
                    "indexes": [models.Index(fields=["programme", "month", "id"], name="parking_declaration_month")],
                    "constraints": [
                        models.UniqueConstraint(fields=("programme", "key"), name="parking_declaration_key_once"),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("amount__gte", 0),
                                ("before__gte", 0),
                                ("last_day__gte", models.F("first_day")),
                                ("measured__gte", 0),
                            ),
                            name="parking_declaration_not_negative",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Screen",
                fields=[
                    (
                        "programme",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            primary_key=True,
                            related_name="+",
                            serialize=False,
                            to="programmes.programme",
                        ),
                    ),
                    ("public", models.BooleanField(default=False, verbose_name="open to everybody")),
                ],
                options={
                    "verbose_name": "big screen",
                    "verbose_name_plural": "big screens",
                },
            ),
        ),
    ]
