import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("effective_from", models.DateField(blank=True, null=True, verbose_name="effective from")),
                ("approved_at", models.DateTimeField(blank=True, null=True, verbose_name="approved at")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
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
            ],
            options={
                "verbose_name": "programme version",
                "verbose_name_plural": "programme versions",
            },
        ),
        migrations.CreateModel(
            name="Approval",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("effective_from", models.DateField(verbose_name="effective from")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="approved at")),
                (
                    "operator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="operator",
                    ),
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
            ],
            options={
                "verbose_name": "approval",
                "verbose_name_plural": "approvals",
            },
        ),
        migrations.CreateModel(
            name="DeclaredValue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, verbose_name="name")),
                ("starts_tick", models.BigIntegerField()),
                ("ends_tick", models.BigIntegerField(blank=True, null=True)),
                ("numerator", models.BigIntegerField()),
                ("denominator", models.BigIntegerField()),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("declared_tick", models.BigIntegerField(unique=True)),
                (
                    "operator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="operator",
                    ),
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
            ],
            options={
                "verbose_name": "declared value",
                "verbose_name_plural": "declared values",
                "indexes": [
                    models.Index(fields=["programme", "name", "starts_tick", "declared_tick"], name="declared_in_order")
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
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.UniqueConstraint(fields=("programme", "number"), name="version_number_once"),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approved_at__isnull", False), ("effective_from__isnull", False), ("state", "approved")),
                    models.Q(
                        ("approved_at__isnull", True),
                        ("effective_from__isnull", True),
                        ("state__in", ["draft", "withdrawn"]),
                    ),
                    _connector="OR",
                ),
                name="version_dated_when_approved",
            ),
        ),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.UniqueConstraint(fields=("version", "operator"), name="approval_once_an_operator"),
        ),
    ]
