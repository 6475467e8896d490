"""What members convert and give to each other themselves: once for each key, and never changed (S0-24 … S0-26)."""

import django.db.models.deletion
from django.db import migrations, models

STAYS = """
CREATE FUNCTION payouts_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% rows are never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER payouts_pointmove_stays BEFORE UPDATE OR DELETE ON payouts_pointmove
    FOR EACH ROW EXECUTE FUNCTION payouts_refuse_change();
"""
CHANGES = """
DROP TRIGGER payouts_pointmove_stays ON payouts_pointmove;
DROP FUNCTION payouts_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0004_devices_and_agents"),
        ("payouts", "0001_withdrawals_and_proposals"),
        ("programmes", "0002_versions_never_change"),
    ]

    operations = [
        migrations.CreateModel(
            name="PointMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "action",
                    models.CharField(
                        choices=[("convert", "converted"), ("member_transfer", "transferred")],
                        max_length=15,
                        verbose_name="what",
                    ),
                ),
                ("kind", models.CharField(max_length=40, verbose_name="kind of points")),
                ("amount", models.BigIntegerField(verbose_name="amount")),
                ("to_kind", models.CharField(blank=True, max_length=40, verbose_name="into")),
                ("received", models.BigIntegerField(verbose_name="received")),
                ("key", models.CharField(max_length=64, verbose_name="key")),
                ("at", models.DateTimeField(verbose_name="when")),
                ("fact_id", models.BigIntegerField(unique=True, verbose_name="fact")),
                ("business_date", models.DateField(verbose_name="business day")),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="point_moves",
                        to="members.member",
                        verbose_name="member",
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
                    "to_member",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.member",
                        verbose_name="to",
                    ),
                ),
            ],
            options={
                "verbose_name": "move of points",
                "verbose_name_plural": "moves of points",
                "constraints": [
                    models.UniqueConstraint(fields=("member", "key"), name="pointmove_key_once"),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0), ("received__gt", 0)), name="pointmove_amounts_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("action", "convert"),
                                ("to_member__isnull", True),
                                models.Q(("to_kind", ""), _negated=True),
                            ),
                            models.Q(
                                ("action", "member_transfer"),
                                ("to_kind", ""),
                                ("to_member__isnull", False),
                                models.Q(("to_member", models.F("member")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="pointmove_goes_somewhere",
                    ),
                ],
            },
        ),
        migrations.RunSQL(STAYS, CHANGES),
    ]
