"""A sequence for the numbers of purchases: unique without waiting, with gaps where a purchase was refused."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("alliance", "0001_purchases_grants_shareholders_stored_value")]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE alliance_purchase_number",
            reverse_sql="DROP SEQUENCE alliance_purchase_number",
        ),
    ]
