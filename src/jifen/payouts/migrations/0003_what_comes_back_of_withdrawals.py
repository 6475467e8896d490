"""A part of a withdrawal's fee may come back in another kind of points (S0-48)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payouts", "0002_what_members_move_themselves")]

    operations = [
        migrations.AddField(
            model_name="withdrawal",
            name="reward",
            field=models.BigIntegerField(default=0, verbose_name="comes back"),
        ),
        migrations.AddField(
            model_name="withdrawal",
            name="reward_kind",
            field=models.CharField(blank=True, default="", max_length=40, verbose_name="kind of what comes back"),
        ),
        migrations.AddConstraint(
            model_name="withdrawal",
            constraint=models.CheckConstraint(
                condition=models.Q(("reward", 0), ("reward_kind", ""))
                | (models.Q(("reward__gt", 0)) & models.Q(("reward_kind", ""), _negated=True)),
                name="withdrawal_reward_has_its_kind",
            ),
        ),
    ]
