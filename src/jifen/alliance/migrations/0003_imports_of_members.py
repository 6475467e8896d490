"""Lists of members of another system, and their lines (S3-02, S3-09)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("alliance", "0002_numbers_of_purchases"),
        ("members", "0009_shareholders"),
        ("programmes", "0003_proposed_values_and_draws"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MemberImport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64, verbose_name="key")),
                ("file_name", models.CharField(max_length=120, verbose_name="file")),
                ("digest", models.CharField(max_length=64, verbose_name="SHA-256 of the file")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("faulty", "has errors"),
                            ("checked", "checked"),
                            ("proposed", "waiting for approval"),
                            ("running", "being taken over"),
                            ("done", "taken over"),
                            ("rejected", "rejected"),
                        ],
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("points_kind", models.CharField(max_length=40, verbose_name="kind of points")),
                ("stored_kind", models.CharField(blank=True, max_length=40, verbose_name="kind of stored value")),
                ("members", models.IntegerField(verbose_name="members")),
                ("points", models.BigIntegerField(verbose_name="store points")),
                ("stored", models.BigIntegerField(verbose_name="stored value")),
                ("problems", models.JSONField(blank=True, default=list, verbose_name="errors")),
                ("problem_count", models.IntegerField(default=0, verbose_name="errors")),
                ("uploaded_at", models.DateTimeField(auto_now_add=True, verbose_name="uploaded")),
                ("members_there", models.IntegerField(blank=True, null=True, verbose_name="members in the old system")),
                (
                    "points_there",
                    models.BigIntegerField(blank=True, null=True, verbose_name="store points in the old system"),
                ),
                (
                    "stored_there",
                    models.BigIntegerField(blank=True, null=True, verbose_name="stored value in the old system"),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                ("proposed_at", models.DateTimeField(blank=True, null=True, verbose_name="proposed")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
                ("rejection", models.CharField(blank=True, max_length=200, verbose_name="why rejected")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.programme",
                        verbose_name="programme",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="proposed by",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="uploaded by",
                    ),
                ),
            ],
            options={
                "verbose_name": "import of members",
                "verbose_name_plural": "imports of members",
            },
        ),
        migrations.CreateModel(
            name="ImportLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.IntegerField(verbose_name="position")),
                ("line", models.IntegerField(verbose_name="line")),
                ("sealed", models.BinaryField(verbose_name="what the list says")),
                ("referrer", models.IntegerField(blank=True, null=True, verbose_name="line of the referrer")),
                ("points", models.BigIntegerField(verbose_name="store points")),
                ("stored", models.BigIntegerField(verbose_name="stored value")),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "not taken over yet"), ("done", "taken over"), ("refused", "refused")],
                        default="waiting",
                        max_length=7,
                        verbose_name="state",
                    ),
                ),
                (
                    "points_fact",
                    models.BigIntegerField(blank=True, null=True, unique=True, verbose_name="fact of the store points"),
                ),
                (
                    "stored_fact",
                    models.BigIntegerField(blank=True, null=True, unique=True, verbose_name="fact of the stored value"),
                ),
                ("why", models.JSONField(blank=True, default=dict, verbose_name="why refused")),
                (
                    "member",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="import_line",
                        to="members.member",
                        verbose_name="member",
                    ),
                ),
                (
                    "imported",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="alliance.memberimport",
                        verbose_name="import",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of an import",
                "verbose_name_plural": "lines of imports",
            },
        ),
        migrations.AddIndex(
            model_name="memberimport",
            index=models.Index(fields=["programme", "-id"], name="member_import_by_programme"),
        ),
        migrations.AddConstraint(
            model_name="memberimport",
            constraint=models.UniqueConstraint(fields=("programme", "key"), name="member_import_key_once"),
        ),
        migrations.AddConstraint(
            model_name="memberimport",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["proposed", "running", "done"])),
                fields=("programme", "digest"),
                name="member_import_file_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="memberimport",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["faulty", "checked", "proposed", "running", "done", "rejected"])),
                name="member_import_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="memberimport",
            constraint=models.CheckConstraint(
                condition=models.Q(("members__gte", 0), ("points__gte", 0), ("stored__gte", 0)),
                name="member_import_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="memberimport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("problem_count__gt", 0), ("state", "faulty")),
                    ("state", "rejected"),
                    models.Q(models.Q(("state", "faulty"), _negated=True), ("problem_count", 0)),
                    _connector="OR",
                ),
                name="member_import_faulty_with_its_errors",
            ),
        ),
        migrations.AddConstraint(
            model_name="memberimport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["faulty", "checked", "rejected"]),
                    models.Q(
                        ("members_there", models.F("members")),
                        ("points_there", models.F("points")),
                        ("stored_there", models.F("stored")),
                        ("proposed_at__isnull", False),
                        ("proposed_by__isnull", False),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="member_import_totals_match",
            ),
        ),
        migrations.AddConstraint(
            model_name="memberimport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["running", "done"]), _negated=True),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="member_import_by_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="memberimport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("finished_at__isnull", False), ("state", "done")),
                    models.Q(models.Q(("state", "done"), _negated=True), ("finished_at__isnull", True)),
                    _connector="OR",
                ),
                name="member_import_done_at_a_time",
            ),
        ),
        migrations.AddIndex(
            model_name="importline",
            index=models.Index(fields=["imported", "state", "position"], name="import_line_to_do"),
        ),
        migrations.AddConstraint(
            model_name="importline",
            constraint=models.UniqueConstraint(fields=("imported", "position"), name="import_line_position_once"),
        ),
        migrations.AddConstraint(
            model_name="importline",
            constraint=models.UniqueConstraint(fields=("imported", "line"), name="import_line_once"),
        ),
        migrations.AddConstraint(
            model_name="importline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("points__gte", 0),
                    ("points__lte", 1000000000000),
                    ("stored__gte", 0),
                    ("stored__lte", 1000000000000),
                ),
                name="import_line_amounts",
            ),
        ),
        migrations.AddConstraint(
            model_name="importline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("member__isnull", False),
                        ("sealed", b""),
                        ("state", "done"),
                        models.Q(
                            models.Q(("points", 0), ("points_fact__isnull", True)),
                            models.Q(("points__gt", 0), ("points_fact__isnull", False)),
                            _connector="OR",
                        ),
                        models.Q(
                            models.Q(("stored", 0), ("stored_fact__isnull", True)),
                            models.Q(("stored__gt", 0), ("stored_fact__isnull", False)),
                            _connector="OR",
                        ),
                    ),
                    models.Q(
                        ("state__in", ["waiting", "refused"]),
                        ("member__isnull", True),
                        ("points_fact__isnull", True),
                        ("stored_fact__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="import_line_done_with_its_facts",
            ),
        ),
    ]
