"""Emissions, airdrops and walks; what a day's airdrop gave is only ever added, whoever asks."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from jifen.migrating import CreateModels

TRIGGER = """
CREATE TRIGGER airdrops_airdropday_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON airdrops_airdropday
FOR EACH STATEMENT EXECUTE FUNCTION facts_refuse_change();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("facts", "0002_facts_never_change"),
        ("members", "0002_members_and_standings"),
        ("programmes", "0001_programmes_versions_values"),
    ]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="Emission",
                fields=[
                    (
                        "programme",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            primary_key=True,
                            related_name="+",
                            serialize=False,
                            to="programmes.programme",
                            verbose_name="programme",
                        ),
                    ),
                    ("emitted", models.BigIntegerField(db_default=0, verbose_name="emitted")),
                    ("funded", models.BigIntegerField(db_default=0, verbose_name="funded")),
                ],
                options={
                    "verbose_name": "emission",
                    "verbose_name_plural": "emissions",
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("emitted__gte", 0), ("funded__gte", 0)), name="emission_not_negative"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="AirdropDay",
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
                    ("day", models.DateField(verbose_name="day")),
                    ("emission", models.BigIntegerField(verbose_name="emission")),
                    ("given", models.BigIntegerField(verbose_name="given")),
                    ("dust", models.BigIntegerField(verbose_name="dust")),
                    ("weight", models.DecimalField(decimal_places=0, max_digits=40, verbose_name="weight")),
                    ("price", models.CharField(blank=True, max_length=40, verbose_name="price")),
                ],
                options={
                    "verbose_name": "airdrop of a day",
                    "verbose_name_plural": "airdrops of days",
                    "constraints": [
                        models.UniqueConstraint(fields=("programme", "day"), name="airdrop_day_once"),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("dust__gte", 0), ("emission__gte", 0), ("given__gte", 0), ("weight__gt", 0)
                            ),
                            name="airdrop_day_not_negative",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="WalkDay",
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
                    ("day", models.DateField(verbose_name="day")),
                    ("walked", models.IntegerField(db_default=0, verbose_name="walked")),
                    ("run", models.IntegerField(db_default=0, verbose_name="run")),
                    (
                        "tasks",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.CharField(max_length=40), default=list, size=None, verbose_name="tasks"
                        ),
                    ),
                ],
                options={
                    "verbose_name": "steps of a day",
                    "verbose_name_plural": "steps of days",
                    "indexes": [models.Index(fields=["programme", "day", "member"], name="walk_of_a_day")],
                    "constraints": [
                        models.UniqueConstraint(fields=("member", "day"), name="walk_day_once"),
                        models.CheckConstraint(
                            condition=models.Q(("run__gte", 0), ("walked__gte", 0)), name="walk_day_not_negative"
                        ),
                    ],
                },
            ),
        ),
        migrations.RunSQL(TRIGGER, "DROP TRIGGER airdrops_airdropday_append_only ON airdrops_airdropday"),
    ]
