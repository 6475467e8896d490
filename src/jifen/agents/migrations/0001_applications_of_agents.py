"""Applications with their papers, conditions, meetings and reviews; histories are only ever added to."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from jifen.migrating import CreateModels

STAY = """
CREATE FUNCTION agents_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% rows are never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER agents_step_stays BEFORE UPDATE OR DELETE ON agents_applicationstep
    FOR EACH ROW EXECUTE FUNCTION agents_refuse_change();
CREATE TRIGGER agents_meeting_stays BEFORE UPDATE OR DELETE ON agents_meeting
    FOR EACH ROW EXECUTE FUNCTION agents_refuse_change();
CREATE TRIGGER agents_review_stays BEFORE UPDATE OR DELETE ON agents_review
    FOR EACH ROW EXECUTE FUNCTION agents_refuse_change();
"""
CHANGE = "DROP FUNCTION agents_refuse_change() CASCADE"

# Finding the agents of a programme among all of its members.
INDEX = "CREATE INDEX agents_of_a_programme ON members_standing (programme_id, member_id) WHERE agent"
NO_INDEX = "DROP INDEX agents_of_a_programme"


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
                name="Application",
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
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="applications",
                            to="members.member",
                            verbose_name="member",
                        ),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("draft", "not sent yet"),
                                ("submitted", "waiting for review"),
                                ("approved", "approved"),
                                ("rejected", "rejected"),
                                ("withdrawn", "withdrawn"),
                            ],
                            default="draft",
                            max_length=9,
                            verbose_name="state",
                        ),
                    ),
                    ("company", models.CharField(blank=True, max_length=100, verbose_name="company")),
                    (
                        "licence_number",
                        models.CharField(blank=True, max_length=18, verbose_name="unified social credit code"),
                    ),
                    ("contact", models.CharField(blank=True, max_length=40, verbose_name="contact")),
                    ("rank", models.CharField(blank=True, max_length=40, verbose_name="rank applied for")),
                    ("area", models.IntegerField(blank=True, help_text="in m²", null=True, verbose_name="office area")),
                    ("address", models.CharField(blank=True, max_length=200, verbose_name="office address")),
                    ("begun_at", models.DateTimeField(verbose_name="begun")),
                    ("submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="sent")),
                    ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
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
                    ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                    ("fact_id", models.BigIntegerField(blank=True, null=True, unique=True, verbose_name="fact")),
                    ("business_date", models.DateField(blank=True, null=True, verbose_name="business day")),
                ],
                options={
                    "verbose_name": "application",
                    "verbose_name_plural": "applications",
                    "indexes": [
                        models.Index(fields=["programme", "state", "-id"], name="application_by_state"),
                        models.Index(fields=["member", "-id"], name="application_by_member"),
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("state", "approved"), _negated=True),
                            fields=("member",),
                            name="application_one_at_a_time",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("state", "submitted")),
                            fields=("programme", "licence_number"),
                            name="application_licence_once",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state__in", ["draft", "submitted", "approved", "rejected", "withdrawn"])
                            ),
                            name="application_state_known",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("area__isnull", True), ("area__gt", 0), _connector="OR"),
                            name="application_area_positive",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state__in", ["submitted", "approved"]), _negated=True),
                                models.Q(
                                    models.Q(("company", ""), _negated=True),
                                    models.Q(("licence_number", ""), _negated=True),
                                    models.Q(("rank", ""), _negated=True),
                                    ("area__isnull", False),
                                ),
                                _connector="OR",
                            ),
                            name="application_sent_when_complete",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("decided_at__isnull", False),
                                    ("decided_by__isnull", False),
                                    ("state__in", ["approved", "rejected"]),
                                ),
                                models.Q(
                                    models.Q(("state__in", ["approved", "rejected"]), _negated=True),
                                    ("decided_at__isnull", True),
                                    ("decided_by__isnull", True),
                                ),
                                _connector="OR",
                            ),
                            name="application_decided_by_somebody",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(
                                    ("business_date__isnull", False), ("fact_id__isnull", False), ("state", "approved")
                                ),
                                models.Q(
                                    models.Q(("state", "approved"), _negated=True),
                                    ("business_date__isnull", True),
                                    ("fact_id__isnull", True),
                                ),
                                _connector="OR",
                            ),
                            name="application_approved_with_its_fact",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("state__in", ["approved", "rejected"]), _negated=True),
                                models.Q(("reason", ""), _negated=True),
                                _connector="OR",
                            ),
                            name="application_has_a_reason",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ApplicationStep",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "application",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="steps",
                            to="agents.application",
                            verbose_name="application",
                        ),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("draft", "not sent yet"),
                                ("submitted", "waiting for review"),
                                ("approved", "approved"),
                                ("rejected", "rejected"),
                                ("withdrawn", "withdrawn"),
                            ],
                            max_length=9,
                            verbose_name="state",
                        ),
                    ),
                    ("at", models.DateTimeField(verbose_name="when")),
                    (
                        "operator",
                        models.ForeignKey(
                            blank=True,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to=settings.AUTH_USER_MODEL,
                            verbose_name="operator",
                        ),
                    ),
                    ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason or note")),
                ],
                options={
                    "verbose_name": "step of an application",
                    "verbose_name_plural": "steps of applications",
                },
            ),
            migrations.CreateModel(
                name="Paper",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "application",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="papers",
                            to="agents.application",
                            verbose_name="application",
                        ),
                    ),
                    (
                        "kind",
                        models.CharField(
                            choices=[("licence", "business licence"), ("office", "photo of the office")],
                            max_length=7,
                            verbose_name="what it shows",
                        ),
                    ),
                    ("name", models.CharField(max_length=100, verbose_name="name of the file")),
                    ("content_type", models.CharField(max_length=20, verbose_name="type of the file")),
                    ("size", models.IntegerField(verbose_name="size")),
                    ("width", models.IntegerField(default=0, verbose_name="width")),
                    ("height", models.IntegerField(default=0, verbose_name="height")),
                    ("digest", models.CharField(max_length=64, verbose_name="SHA-256")),
                    ("cipher", models.BinaryField(verbose_name="content")),
                    ("added_at", models.DateTimeField(verbose_name="added")),
                ],
                options={
                    "verbose_name": "paper of an application",
                    "verbose_name_plural": "papers of applications",
                    "constraints": [
                        models.UniqueConstraint(fields=("application", "kind", "digest"), name="paper_added_once"),
                        models.CheckConstraint(
                            condition=models.Q(("kind__in", ["licence", "office"])), name="paper_kind_known"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("size__gt", 0), ("size__lte", 5242880)), name="paper_size"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("content_type", "application/pdf"), ("height", 0), ("width", 0)),
                                models.Q(
                                    ("content_type__in", ["image/jpeg", "image/png"]),
                                    ("height__gt", 0),
                                    ("width__gt", 0),
                                ),
                                _connector="OR",
                            ),
                            name="paper_type_known",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Condition",
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
                    ("rank", models.CharField(blank=True, max_length=40, verbose_name="rank")),
                    ("area_min", models.IntegerField(default=50, verbose_name="smallest office")),
                    ("area_max", models.IntegerField(default=150, verbose_name="largest office")),
                    ("meetings", models.SmallIntegerField(default=2, verbose_name="meetings a month")),
                    ("people", models.IntegerField(default=50, verbose_name="people at a meeting")),
                ],
                options={
                    "verbose_name": "condition of agents",
                    "verbose_name_plural": "conditions of agents",
                    "constraints": [
                        models.UniqueConstraint(fields=("programme", "rank"), name="condition_of_a_rank_once"),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("area_max__gte", models.F("area_min")),
                                ("area_min__gt", 0),
                                ("meetings__gte", 0),
                                ("people__gt", 0),
                            ),
                            name="condition_makes_sense",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Meeting",
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
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="meetings",
                            to="members.member",
                            verbose_name="agent",
                        ),
                    ),
                    ("held_on", models.DateField(verbose_name="held on")),
                    ("place", models.CharField(max_length=100, verbose_name="place")),
                    ("people", models.IntegerField(verbose_name="people")),
                    ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                    ("key", models.CharField(max_length=64, verbose_name="key")),
                    ("recorded_at", models.DateTimeField(verbose_name="recorded")),
                ],
                options={
                    "verbose_name": "meeting",
                    "verbose_name_plural": "meetings",
                    "indexes": [models.Index(fields=["member", "-held_on"], name="meeting_by_member")],
                    "constraints": [
                        models.UniqueConstraint(fields=("member", "key"), name="meeting_key_once"),
                        models.CheckConstraint(
                            condition=models.Q(("people__gt", 0), ("people__lte", 100000)), name="meeting_people"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Review",
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
                            related_name="reviews",
                            to="members.member",
                            verbose_name="agent",
                        ),
                    ),
                    ("month", models.DateField(verbose_name="month")),
                    ("sold", models.BigIntegerField(verbose_name="sold")),
                    ("target", models.BigIntegerField(verbose_name="target")),
                    ("carry", models.BigIntegerField(verbose_name="carried over")),
                    ("strikes", models.SmallIntegerField(verbose_name="months missed in a row")),
                    ("passed", models.BooleanField(verbose_name="passed")),
                    ("dismissed", models.BooleanField(verbose_name="dismissed")),
                ],
                options={
                    "verbose_name": "review of a month",
                    "verbose_name_plural": "reviews of months",
                    "constraints": [
                        models.UniqueConstraint(fields=("programme", "month", "member"), name="review_once_a_month"),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("dismissed", False), ("passed", True), ("sold__gte", models.F("target"))),
                                models.Q(("passed", False), ("sold__lt", models.F("target"))),
                                _connector="OR",
                            ),
                            name="review_passed_when_sold",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("carry__gte", 0), ("strikes__gte", 0)), name="review_not_negative"
                        ),
                    ],
                },
            ),
        ),
        migrations.RunSQL(STAY, CHANGE),
        migrations.RunSQL(INDEX, NO_INDEX),
    ]
