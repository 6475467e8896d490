"""Members with their standing, devices, moves and codes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from jifen.migrating import CreateModels


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0001_operators"),
        ("programmes", "0001_programmes_versions_values"),
    ]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="Member",
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
                            related_name="members",
                            to="programmes.programme",
                        ),
                    ),
                    ("phone_cipher", models.BinaryField(verbose_name="phone")),
                    ("phone_index", models.BinaryField()),
                    ("name", models.CharField(max_length=40, verbose_name="name")),
                    ("password", models.CharField(max_length=128, verbose_name="password")),
                    ("invite_code", models.CharField(max_length=8, verbose_name="invite code")),
                    (
                        "referrer",
                        models.ForeignKey(
                            blank=True,
                            db_constraint=False,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="referred",
                            to="members.member",
                            verbose_name="referrer",
                        ),
                    ),
                    ("joined_tick", models.BigIntegerField(unique=True)),
                    ("joined_on", models.DateField(verbose_name="joined on")),
                    ("entered_at", models.DateTimeField(auto_now_add=True)),
                    ("language", models.CharField(default="zh-hans", max_length=7, verbose_name="language")),
                ],
                options={
                    "verbose_name": "member",
                    "verbose_name_plural": "members",
                    "indexes": [
                        models.Index(fields=["referrer", "id"], name="member_generation"),
                        models.Index(
                            fields=["programme", "name"],
                            name="member_name",
                            opclasses=["int2_ops", "varchar_pattern_ops"],
                        ),
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("programme", "phone_index"), name="member_one_phone_one_account"
                        ),
                        models.UniqueConstraint(fields=("invite_code",), name="member_invite_code_once"),
                        models.CheckConstraint(
                            condition=models.Q(("referrer", models.F("id")), _negated=True),
                            name="member_refers_not_itself",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Standing",
                fields=[
                    (
                        "member",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            primary_key=True,
                            related_name="standing",
                            serialize=False,
                            to="members.member",
                        ),
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
                    ("rank", models.SmallIntegerField(db_default=0, verbose_name="rank")),
                    ("rank_since", models.DateField(blank=True, null=True, verbose_name="rank since")),
                    ("frozen", models.BooleanField(db_default=False, verbose_name="frozen")),
                    ("debt", models.BigIntegerField(db_default=0, verbose_name="debt")),
                    ("written_off", models.BigIntegerField(db_default=0)),
                    ("volume", models.BigIntegerField(db_default=0, verbose_name="volume")),
                    ("volume_amount", models.BigIntegerField(db_default=0)),
                    ("volume_points", models.BigIntegerField(db_default=0)),
                    ("team_amount", models.BigIntegerField(db_default=0)),
                    ("team_points", models.BigIntegerField(db_default=0)),
                    ("second_leg", models.BigIntegerField(db_default=0)),
                    ("units", models.BigIntegerField(db_default=0, verbose_name="devices")),
                    ("units_new", models.BigIntegerField(db_default=0)),
                    ("month_units", models.BigIntegerField(db_default=0)),
                    ("team_units", models.BigIntegerField(db_default=0, verbose_name="devices of the team")),
                    ("agent", models.BooleanField(db_default=False, verbose_name="agent")),
                    ("agent_since", models.DateField(blank=True, null=True, verbose_name="agent since")),
                    ("strikes", models.SmallIntegerField(db_default=0, verbose_name="months missed in a row")),
                    ("carry", models.BigIntegerField(db_default=0, verbose_name="carried over")),
                    ("bought", models.BigIntegerField(db_default=0)),
                    ("released_tickets", models.BigIntegerField(db_default=0)),
                    ("active", models.BigIntegerField(db_default=0, verbose_name="packs that activate")),
                    ("center_packs", models.BigIntegerField(db_default=0, verbose_name="packs for a centre")),
                    ("shareholder", models.BooleanField(db_default=False, verbose_name="shareholder")),
                    ("shareholder_since", models.DateField(blank=True, null=True, verbose_name="shareholder since")),
                ],
                options={
                    "verbose_name": "standing",
                    "verbose_name_plural": "standings",
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("debt__gte", 0), ("rank__gte", 0), ("second_leg__gte", 0), ("written_off__gte", 0)
                            ),
                            name="standing_not_negative",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("volume__gte", 0),
                                ("volume_amount__gte", 0),
                                ("volume_points__gte", 0),
                                ("team_amount__gte", 0),
                                ("team_points__gte", 0),
                            ),
                            name="standing_volumes_not_negative",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("carry__gte", 0),
                                ("strikes__gte", 0),
                                ("team_units__gte", 0),
                                ("units__gte", 0),
                                ("bought__gte", 0),
                                ("released_tickets__gte", 0),
                            ),
                            name="standing_devices_not_negative",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("active__gte", 0), ("center_packs__gte", 0)),
                            name="standing_packs_not_negative",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("agent", False), ("agent_since__isnull", False), _connector="OR"),
                            name="standing_agent_since_a_day",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("shareholder", False), ("shareholder_since__isnull", False), _connector="OR"
                            ),
                            name="standing_shareholder_since_a_day",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="KindVolume",
                fields=[
                    (
                        "pk",
                        models.CompositePrimaryKey(
                            "member_id", "kind", blank=True, editable=False, primary_key=True, serialize=False
                        ),
                    ),
                    (
                        "member",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="kind_volumes",
                            to="members.member",
                        ),
                    ),
                    ("kind", models.CharField(max_length=40, verbose_name="kind")),
                    ("own", models.BigIntegerField(db_default=0, verbose_name="own volume")),
                    ("team", models.BigIntegerField(db_default=0, verbose_name="team volume")),
                ],
                options={
                    "verbose_name": "volume in a kind",
                    "verbose_name_plural": "volumes by kind",
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("own__gte", 0), ("team__gte", 0)), name="kind_volume_not_negative"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Move",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "member",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="moves",
                            to="members.member",
                        ),
                    ),
                    (
                        "old_referrer",
                        models.ForeignKey(
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="members.member",
                        ),
                    ),
                    (
                        "new_referrer",
                        models.ForeignKey(
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="members.member",
                        ),
                    ),
                    ("effective_on", models.DateField(db_index=True, verbose_name="effective on")),
                    ("tick", models.BigIntegerField(unique=True)),
                    (
                        "operator",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="operator",
                        ),
                    ),
                    ("reason", models.CharField(max_length=200, verbose_name="reason")),
                ],
                options={
                    "verbose_name": "change of referrer",
                    "verbose_name_plural": "changes of referrer",
                    "indexes": [models.Index(fields=["member", "effective_on", "tick"], name="move_history")],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("new_referrer__isnull", True),
                                models.Q(("new_referrer", models.F("member")), _negated=True),
                                _connector="OR",
                            ),
                            name="move_not_under_oneself",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="LoginTry",
                fields=[
                    ("subject", models.CharField(max_length=64, primary_key=True, serialize=False)),
                    ("tries", models.IntegerField()),
                    ("since", models.DateTimeField(db_index=True)),
                ],
                options={
                    "verbose_name": "login try",
                    "verbose_name_plural": "login tries",
                },
            ),
            migrations.CreateModel(
                name="RecoveryCode",
                fields=[
                    ("subject", models.CharField(max_length=64, primary_key=True, serialize=False)),
                    ("code_hash", models.CharField(max_length=64)),
                    ("sent_at", models.DateTimeField(db_index=True)),
                    ("tries", models.SmallIntegerField(default=0)),
                ],
                options={
                    "verbose_name": "code for a new password",
                    "verbose_name_plural": "codes for a new password",
                },
            ),
            migrations.CreateModel(
                name="SandboxMessage",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "programme",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programmes.programme"
                        ),
                    ),
                    ("phone", models.CharField(max_length=20, verbose_name="phone")),
                    ("text", models.CharField(max_length=200, verbose_name="text")),
                    ("at", models.DateTimeField(auto_now_add=True, db_index=True, verbose_name="when")),
                ],
                options={
                    "verbose_name": "message of the sandbox",
                    "verbose_name_plural": "messages of the sandbox",
                },
            ),
        ),
    ]
