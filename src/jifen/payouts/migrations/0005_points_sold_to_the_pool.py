"""Members sell points to the pool themselves (S1-07)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payouts", "0004_outside_money_for_the_pool")]

    operations = [
        migrations.AlterField(
            model_name="pointmove",
            name="action",
            field=models.CharField(
                choices=[("convert", "converted"), ("member_transfer", "transferred"), ("sell", "sold")],
                max_length=15,
                verbose_name="what",
            ),
        ),
        migrations.RemoveConstraint(model_name="pointmove", name="pointmove_goes_somewhere"),
        migrations.AddConstraint(
            model_name="pointmove",
            constraint=models.CheckConstraint(
                condition=models.Q(action__in=("convert", "sell"), to_member__isnull=True) & ~models.Q(to_kind="")
                | models.Q(action="member_transfer", to_member__isnull=False, to_kind="")
                & ~models.Q(to_member=models.F("member")),
                name="pointmove_goes_somewhere",
            ),
        ),
    ]
