"""Further stores of a company (S2-24); words of stores are found by their parts, as those of goods are (S2-51, S2-60).

pg_trgm would need a package, and finds no word of two Chinese characters.
"""

from django.db import migrations, models

GRAMS = """
CREATE FUNCTION stores_grams(words text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT array_agg(DISTINCT substr(words, place, size))
    FROM generate_series(1, length(words)) AS place, (VALUES (1), (2)) AS sizes (size);
END
"""
INDEX = """
CREATE INDEX store_grams ON stores_store
    USING gin (stores_grams(lower(title || ' ' || title_en || ' ' || services))) WITH (fastupdate = off)
    WHERE latitude IS NOT NULL AND active
"""


class Migration(migrations.Migration):
    dependencies = [("stores", "0002_places_found_histories_stay")]

    operations = [
        migrations.AddField(
            model_name="store",
            name="further",
            field=models.BooleanField(db_default=False, default=False, verbose_name="further store of its company"),
        ),
        migrations.RunSQL(GRAMS, "DROP FUNCTION stores_grams(text)"),
        migrations.RunSQL(INDEX, "DROP INDEX store_grams"),
    ]
