"""Runs of the settlement."""

import django.db.models.deletion
from django.db import migrations, models

from jifen.migrating import CreateModels


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("members", "0002_members_and_standings"),
        ("programmes", "0001_programmes_versions_values"),
    ]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="Run",
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
                            related_name="runs",
                            to="programmes.programme",
                        ),
                    ),
                    ("day", models.DateField(verbose_name="day")),
                    (
                        "version",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="programmes.version",
                        ),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[("running", "running"), ("done", "done"), ("failed", "failed")],
                            default="running",
                            max_length=7,
                            verbose_name="state",
                        ),
                    ),
                    ("starts", models.IntegerField(default=0, verbose_name="starts")),
                    ("progress", models.SmallIntegerField(default=0, verbose_name="progress")),
                    ("started_at", models.DateTimeField(verbose_name="started at")),
                    ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished at")),
                    ("seconds", models.JSONField(blank=True, default=dict)),
                    ("report", models.JSONField(blank=True, default=dict, verbose_name="report")),
                    ("trouble", models.TextField(blank=True, verbose_name="trouble")),
                ],
                options={
                    "verbose_name": "settlement run",
                    "verbose_name_plural": "settlement runs",
                    "constraints": [
                        models.UniqueConstraint(fields=("programme", "day"), name="run_once_a_day"),
                        models.CheckConstraint(
                            condition=models.Q(("progress__range", (0, 100))), name="run_progress_percent"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Skipped",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "run",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="skipped", to="settlement.run"
                        ),
                    ),
                    (
                        "member",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="members.member",
                        ),
                    ),
                    ("reason", models.CharField(max_length=500, verbose_name="reason")),
                ],
                options={
                    "verbose_name": "skipped member",
                    "verbose_name_plural": "skipped members",
                    "constraints": [models.UniqueConstraint(fields=("run", "member"), name="skipped_once_a_run")],
                },
            ),
        ),
    ]
