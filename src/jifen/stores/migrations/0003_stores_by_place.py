"""Open stores are found by their place (S2-51, S2-60): the index by which jifen.stores.nearby asks."""

from django.db import migrations

BY_PLACE = """
CREATE INDEX store_by_place ON stores_store USING gist (point(longitude::float8, latitude::float8))
    WHERE latitude IS NOT NULL AND active
"""


class Migration(migrations.Migration):
    dependencies = [("stores", "0002_centers_places_of_stores")]

    operations = [migrations.RunSQL(BY_PLACE, "DROP INDEX store_by_place")]
