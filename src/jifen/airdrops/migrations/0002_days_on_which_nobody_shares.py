"""A day's tokens may wait, whole, for a day on which somebody shares (S2-33)."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Days without weight are kept; nothing is given on them."""

    dependencies = [("airdrops", "0001_emissions_and_airdrops")]
    operations = [
        migrations.RemoveConstraint(model_name="airdropday", name="airdrop_day_not_negative"),
        migrations.AddConstraint(
            model_name="airdropday",
            constraint=models.CheckConstraint(
                condition=Q(emission__gte=0, given__gte=0, dust__gte=0, weight__gte=0), name="airdrop_day_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="airdropday",
            constraint=models.CheckConstraint(condition=Q(weight__gt=0) | Q(given=0), name="airdrop_day_by_weight"),
        ),
    ]
