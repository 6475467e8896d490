"""A sequence for the numbers of orders: unique without waiting, with gaps where an order was refused."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("sales", "0001_products_orders_refunds")]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE sales_order_number",
            reverse_sql="DROP SEQUENCE sales_order_number",
        ),
    ]
