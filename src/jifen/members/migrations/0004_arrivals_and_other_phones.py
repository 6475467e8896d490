"""From which networks newcomers came, and other phones of members; what was decided stays."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

STAYS = """
CREATE TRIGGER members_phone_change_stays BEFORE UPDATE OR DELETE ON members_phonechange
    FOR EACH ROW WHEN (OLD.state <> 'proposed') EXECUTE FUNCTION members_refuse_change();
"""
CHANGES = "DROP TRIGGER members_phone_change_stays ON members_phonechange"


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0003_home_stores_and_what_stays"),
        ("programmes", "0002_versions_and_values_stay"),
        ("stores", "0002_places_found_histories_stay"),
    ]

    operations = [
        migrations.CreateModel(
            name="Arrival",
            fields=[
                (
                    "member",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="arrival",
                        serialize=False,
                        to="members.member",
                    ),
                ),
                ("network", models.CharField(max_length=64)),
                ("at", models.DateTimeField(auto_now_add=True, db_index=True)),
            ],
            options={
                "verbose_name": "arrival",
                "verbose_name_plural": "arrivals",
            },
        ),
        migrations.CreateModel(
            name="PhoneChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("old", models.CharField(max_length=20, verbose_name="old phone")),
                ("new", models.CharField(max_length=20, verbose_name="new phone")),
                ("new_cipher", models.BinaryField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("proposed", "proposed"), ("done", "done"), ("rejected", "rejected")],
                        default="proposed",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                ("key", models.CharField(blank=True, max_length=64, verbose_name="key")),
                ("proposed_at", models.DateTimeField(auto_now_add=True, verbose_name="proposed")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="decided")),
                ("rejection", models.CharField(blank=True, max_length=200, verbose_name="why rejected")),
            ],
            options={
                "verbose_name": "change of a phone",
                "verbose_name_plural": "changes of phones",
            },
        ),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(
                condition=models.Q(("referrer__isnull", False)),
                fields=["programme", "joined_on", "referrer"],
                name="member_newcomers",
            ),
        ),
        migrations.AddField(
            model_name="phonechange",
            name="decided_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="decided by",
            ),
        ),
        migrations.AddField(
            model_name="phonechange",
            name="member",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="phone_changes",
                to="members.member",
                verbose_name="member",
            ),
        ),
        migrations.AddField(
            model_name="phonechange",
            name="programme",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="programmes.programme",
                verbose_name="programme",
            ),
        ),
        migrations.AddField(
            model_name="phonechange",
            name="proposed_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="proposed by",
            ),
        ),
        migrations.AddIndex(
            model_name="phonechange",
            index=models.Index(fields=["programme", "id"], name="phone_change_of_programme"),
        ),
        migrations.AddConstraint(
            model_name="phonechange",
            constraint=models.UniqueConstraint(
                condition=models.Q(("key", ""), _negated=True),
                fields=("programme", "key"),
                name="phone_change_key_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="phonechange",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "proposed")), fields=("member",), name="phone_change_one_open_of_a_member"
            ),
        ),
        migrations.AddConstraint(
            model_name="phonechange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "done"), _negated=True),
                    models.Q(("decided_by__isnull", True), ("proposed_by__isnull", True)),
                    models.Q(
                        ("decided_by__isnull", False), models.Q(("decided_by", models.F("proposed_by")), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="phone_change_by_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="phonechange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("new_cipher__isnull", False), ("state", "proposed")),
                    models.Q(
                        models.Q(("state", "proposed"), _negated=True),
                        ("decided_at__isnull", False),
                        ("new_cipher__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="phone_change_closed_when_decided",
            ),
        ),
        migrations.RunSQL(STAYS, CHANGES),
    ]
