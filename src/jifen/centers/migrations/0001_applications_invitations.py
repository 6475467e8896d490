"""Applications for operation centres, and invitations to open one."""

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
                name="CenterApplication",
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
                            verbose_name="programme",
                        ),
                    ),
                    (
                        "member",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="center_applications",
                            to="members.member",
                            verbose_name="member",
                        ),
                    ),
                    ("region", models.CharField(max_length=6, verbose_name="region")),
                    ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                    ("key", models.CharField(max_length=64, verbose_name="key")),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("submitted", "in review"),
                                ("approved", "approved"),
                                ("refused", "refused"),
                                ("withdrawn", "taken back"),
                            ],
                            default="submitted",
                            max_length=9,
                            verbose_name="state",
                        ),
                    ),
                    ("submitted_at", models.DateTimeField(verbose_name="submitted")),
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
                    ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
                    ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                    ("fact_id", models.BigIntegerField(blank=True, null=True, unique=True, verbose_name="fact")),
                ],
                options={
                    "verbose_name": "application for a centre",
                    "verbose_name_plural": "applications for centres",
                    "indexes": [models.Index(fields=["programme", "state", "-id"], name="center_application_by_state")],
                    "constraints": [
                        models.UniqueConstraint(fields=("member", "key"), name="center_application_key_once"),
                        models.UniqueConstraint(
                            condition=models.Q(("state", "submitted")),
                            fields=("member", "region"),
                            name="center_application_one_open",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("region__regex", "^[1-9][0-9]{5}$")),
                            name="center_application_of_a_region",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("decided_at__isnull", False),
                                    ("decided_by__isnull", False),
                                    ("state__in", ("approved", "refused")),
                                    models.Q(("reason", ""), _negated=True),
                                ),
                                models.Q(
                                    models.Q(("state__in", ("approved", "refused")), _negated=True),
                                    ("decided_at__isnull", True),
                                    ("decided_by__isnull", True),
                                ),
                                _connector="OR",
                            ),
                            name="center_application_decided_by_somebody",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("fact_id__isnull", False), ("state", "approved")),
                                models.Q(models.Q(("state", "approved"), _negated=True), ("fact_id__isnull", True)),
                                _connector="OR",
                            ),
                            name="center_application_approved_with_its_fact",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="CenterInvitation",
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
                            verbose_name="programme",
                        ),
                    ),
                    (
                        "holder",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="members.member",
                            verbose_name="invited by",
                        ),
                    ),
                    (
                        "member",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="center_invitations",
                            to="members.member",
                            verbose_name="member",
                        ),
                    ),
                    ("invited_at", models.DateTimeField(verbose_name="invited")),
                ],
                options={
                    "verbose_name": "invitation to open a centre",
                    "verbose_name_plural": "invitations to open a centre",
                    "constraints": [
                        models.UniqueConstraint(fields=("holder", "member"), name="center_invitation_once"),
                        models.CheckConstraint(
                            condition=models.Q(("member", models.F("holder")), _negated=True),
                            name="center_invitation_of_another",
                        ),
                    ],
                },
            ),
        ),
    ]
