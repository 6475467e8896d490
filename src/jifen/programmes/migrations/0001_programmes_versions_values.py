"""Programmes, their versions and declared values, and the chains of daily draws."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from jifen.migrating import CreateModels


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateModels(
            migrations.CreateModel(
                name="Programme",
                fields=[
                    ("id", models.SmallAutoField(primary_key=True, serialize=False)),
                    ("code", models.CharField(max_length=40, unique=True, verbose_name="code")),
                    ("title", models.CharField(max_length=200, verbose_name="title")),
                    ("title_en", models.CharField(max_length=200, verbose_name="English title")),
                    ("zone", models.CharField(max_length=64, verbose_name="time zone")),
                    ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ],
                options={
                    "verbose_name": "programme",
                    "verbose_name_plural": "programmes",
                },
            ),
            migrations.CreateModel(
                name="Version",
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
                            related_name="versions",
                            to="programmes.programme",
                        ),
                    ),
                    ("number", models.IntegerField(verbose_name="number")),
                    ("text", models.TextField(verbose_name="document")),
                    ("digest", models.CharField(max_length=64, verbose_name="digest")),
                    (
                        "state",
                        models.CharField(
                            choices=[("draft", "draft"), ("approved", "approved"), ("withdrawn", "withdrawn")],
                            default="draft",
                            max_length=9,
                            verbose_name="state",
                        ),
                    ),
                    (
                        "author",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="author",
                        ),
                    ),
                    ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                    ("effective_from", models.DateField(blank=True, null=True, verbose_name="effective from")),
                    ("approved_at", models.DateTimeField(blank=True, null=True, verbose_name="approved at")),
                    ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ],
                options={
                    "verbose_name": "programme version",
                    "verbose_name_plural": "programme versions",
                    "constraints": [
                        models.UniqueConstraint(fields=("programme", "number"), name="version_number_once"),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("approved_at__isnull", False),
                                    ("effective_from__isnull", False),
                                    ("state", "approved"),
                                ),
                                models.Q(
                                    ("approved_at__isnull", True),
                                    ("effective_from__isnull", True),
                                    ("state__in", ["draft", "withdrawn"]),
                                ),
                                _connector="OR",
                            ),
                            name="version_dated_when_approved",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Approval",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "version",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="approvals",
                            to="programmes.version",
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
                    ("effective_from", models.DateField(verbose_name="effective from")),
                    ("at", models.DateTimeField(auto_now_add=True, verbose_name="approved at")),
                ],
                options={
                    "verbose_name": "approval",
                    "verbose_name_plural": "approvals",
                    "constraints": [
                        models.UniqueConstraint(fields=("version", "operator"), name="approval_once_an_operator")
                    ],
                },
            ),
            migrations.CreateModel(
                name="DeclaredValue",
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
                            related_name="declared_values",
                            to="programmes.programme",
                        ),
                    ),
                    ("name", models.CharField(max_length=40, verbose_name="name")),
                    ("starts_tick", models.BigIntegerField()),
                    ("ends_tick", models.BigIntegerField(blank=True, null=True)),
                    ("numerator", models.BigIntegerField()),
                    ("denominator", models.BigIntegerField()),
                    ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                    (
                        "operator",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="operator",
                        ),
                    ),
                    ("declared_tick", models.BigIntegerField(unique=True)),
                    ("key", models.CharField(blank=True, default="", max_length=64, verbose_name="key")),
                ],
                options={
                    "verbose_name": "declared value",
                    "verbose_name_plural": "declared values",
                    "indexes": [
                        models.Index(
                            fields=["programme", "name", "starts_tick", "declared_tick"], name="declared_in_order"
                        )
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("denominator__gt", 0)), name="declared_denominator_positive"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("ends_tick__isnull", True), ("ends_tick__gt", models.F("starts_tick")), _connector="OR"
                            ),
                            name="declared_ends_after_start",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("starts_tick__gte", models.F("declared_tick"))),
                            name="declared_never_for_the_past",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("key", ""), _negated=True),
                            fields=("programme", "key"),
                            name="declared_key_once",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="DeclaredProposal",
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
                            related_name="declared_proposals",
                            to="programmes.programme",
                        ),
                    ),
                    ("name", models.CharField(max_length=40, verbose_name="name")),
                    ("numerator", models.BigIntegerField()),
                    ("denominator", models.BigIntegerField()),
                    ("starts_tick", models.BigIntegerField(blank=True, null=True)),
                    ("ends_tick", models.BigIntegerField(blank=True, null=True)),
                    ("note", models.CharField(max_length=200, verbose_name="note")),
                    ("key", models.CharField(max_length=64, verbose_name="key")),
                    (
                        "state",
                        models.CharField(
                            choices=[("proposed", "proposed"), ("confirmed", "confirmed"), ("rejected", "rejected")],
                            default="proposed",
                            max_length=9,
                            verbose_name="state",
                        ),
                    ),
                    (
                        "proposed_by",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="proposed by",
                        ),
                    ),
                    ("proposed_at", models.DateTimeField(auto_now_add=True, verbose_name="proposed at")),
                    (
                        "decided_by",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="decided by",
                        ),
                    ),
                    ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided at")),
                    ("rejection", models.CharField(blank=True, max_length=200, verbose_name="why rejected")),
                    (
                        "value",
                        models.OneToOneField(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="proposal",
                            to="programmes.declaredvalue",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "proposed value",
                    "verbose_name_plural": "proposed values",
                    "constraints": [
                        models.UniqueConstraint(fields=("programme", "key"), name="declared_proposal_key_once"),
                        models.CheckConstraint(
                            condition=models.Q(("denominator__gt", 0)), name="declared_proposal_denominator_positive"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("note", ""), _negated=True), name="declared_proposal_has_a_reason"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("decided_at__isnull", True),
                                    ("decided_by__isnull", True),
                                    ("state", "proposed"),
                                    ("value__isnull", True),
                                ),
                                models.Q(
                                    ("decided_at__isnull", False),
                                    ("decided_by__isnull", False),
                                    ("state", "confirmed"),
                                    ("value__isnull", False),
                                ),
                                models.Q(
                                    ("decided_at__isnull", False),
                                    ("decided_by__isnull", False),
                                    ("state", "rejected"),
                                    ("value__isnull", True),
                                    models.Q(("rejection", ""), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="declared_proposal_decided_by_somebody",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state", "confirmed"), _negated=True),
                                models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                                _connector="OR",
                            ),
                            name="declared_proposal_by_two_people",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="DrawChain",
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
                            related_name="draw_chains",
                            to="programmes.programme",
                        ),
                    ),
                    ("number", models.SmallIntegerField(verbose_name="number")),
                    ("first_day", models.DateField(verbose_name="first day")),
                    ("length", models.SmallIntegerField(verbose_name="days")),
                    ("anchor", models.BinaryField(verbose_name="anchor")),
                    ("secret", models.BinaryField(verbose_name="last secret")),
                    ("committed_at", models.DateTimeField(auto_now_add=True, verbose_name="committed at")),
                ],
                options={
                    "verbose_name": "chain of draws",
                    "verbose_name_plural": "chains of draws",
                    "constraints": [
                        models.UniqueConstraint(fields=("programme", "number"), name="draw_chain_number_once"),
                        models.CheckConstraint(condition=models.Q(("length__gt", 0)), name="draw_chain_has_days"),
                    ],
                },
            ),
        ),
    ]
