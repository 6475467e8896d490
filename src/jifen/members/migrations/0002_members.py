import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0001_operators"),
        ("programmes", "0002_versions_never_change"),
    ]

    operations = [
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
            name="Member",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("phone_cipher", models.BinaryField(verbose_name="phone")),
                ("phone_index", models.BinaryField()),
                ("name", models.CharField(max_length=40, verbose_name="name")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("invite_code", models.CharField(max_length=8, verbose_name="invite code")),
                ("joined_tick", models.BigIntegerField(unique=True)),
                ("joined_on", models.DateField(verbose_name="joined on")),
                ("entered_at", models.DateTimeField(auto_now_add=True)),
                ("language", models.CharField(default="zh-hans", max_length=7, verbose_name="language")),
                (
                    "programme",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="members",
                        to="programmes.programme",
                    ),
                ),
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
            ],
            options={
                "verbose_name": "member",
                "verbose_name_plural": "members",
            },
        ),
        migrations.CreateModel(
            name="Move",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("effective_on", models.DateField(db_index=True, verbose_name="effective on")),
                ("tick", models.BigIntegerField(unique=True)),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
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
                    "new_referrer",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
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
                    "operator",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="operator",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of referrer",
                "verbose_name_plural": "changes of referrer",
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
                (
                    "programme",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "standing",
                "verbose_name_plural": "standings",
            },
        ),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(fields=["referrer", "id"], name="member_generation"),
        ),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(
                fields=["programme", "name"], name="member_name", opclasses=["int2_ops", "varchar_pattern_ops"]
            ),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.UniqueConstraint(
                fields=("programme", "phone_index"), name="member_one_phone_one_account"
            ),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.UniqueConstraint(fields=("invite_code",), name="member_invite_code_once"),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.CheckConstraint(
                condition=models.Q(("referrer", models.F("id")), _negated=True), name="member_refers_not_itself"
            ),
        ),
        migrations.AddIndex(
            model_name="move",
            index=models.Index(fields=["member", "effective_on", "tick"], name="move_history"),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("new_referrer__isnull", True),
                    models.Q(("new_referrer", models.F("member")), _negated=True),
                    _connector="OR",
                ),
                name="move_not_under_oneself",
            ),
        ),
        migrations.AddConstraint(
            model_name="standing",
            constraint=models.CheckConstraint(
                condition=models.Q(("debt__gte", 0), ("rank__gte", 0), ("second_leg__gte", 0), ("written_off__gte", 0)),
                name="standing_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="standing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("volume__gte", 0),
                    ("volume_amount__gte", 0),
                    ("volume_points__gte", 0),
                    ("team_amount__gte", 0),
                    ("team_points__gte", 0),
                ),
                name="standing_volumes_not_negative",
            ),
        ),
    ]
