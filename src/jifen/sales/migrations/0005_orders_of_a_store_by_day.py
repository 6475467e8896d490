"""Find the orders of a store by business day, for what it sold today and this month."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sales", "0004_orders_at_stores")]

    operations = [
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("store__isnull", False)),
                fields=["store", "business_date"],
                name="order_by_store_day",
            ),
        ),
    ]
