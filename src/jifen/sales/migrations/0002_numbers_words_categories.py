"""Numbers of orders, words that are searched, and categories of one programme (S3-15)."""

from django.db import migrations

# Unique without waiting, with gaps where an order was refused.
NUMBERS = "CREATE SEQUENCE sales_order_number"
NO_NUMBERS = "DROP SEQUENCE sales_order_number"

# Parts of words, in an index that every PostgreSQL has: Chinese as well as English is found by any part. pg_trgm would
# need a package, and finds no word of two Chinese characters.
GRAMS = """
CREATE FUNCTION sales_grams(words text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT array_agg(DISTINCT substr(words, place, size))
    FROM generate_series(1, length(words)) AS place, (VALUES (1), (2)) AS sizes (size);
END
"""
# Without a list of what waits to be put in: a search would have to read through it after each import.
INDEX = """
CREATE INDEX product_grams ON sales_product USING gin (sales_grams(words)) WITH (fastupdate = off)
    WHERE zone = 'redemption'
"""
# A category's parent is of the first level, and of the same programme; and so is a product's category.
CATEGORIES = """
ALTER TABLE sales_category ADD CONSTRAINT category_of_a_programme UNIQUE (programme_id, id);
ALTER TABLE sales_category ADD CONSTRAINT category_of_a_level UNIQUE (programme_id, id, level);
ALTER TABLE sales_category ADD CONSTRAINT category_below_the_first_level
    FOREIGN KEY (programme_id, parent_id, above) REFERENCES sales_category (programme_id, id, level);
ALTER TABLE sales_product ADD CONSTRAINT product_category_of_its_programme
    FOREIGN KEY (programme_id, category_id) REFERENCES sales_category (programme_id, id);
"""
NO_CATEGORIES = """
ALTER TABLE sales_product DROP CONSTRAINT product_category_of_its_programme;
ALTER TABLE sales_category DROP CONSTRAINT category_below_the_first_level;
ALTER TABLE sales_category DROP CONSTRAINT category_of_a_level;
ALTER TABLE sales_category DROP CONSTRAINT category_of_a_programme;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("sales", "0001_products_and_orders"),
    ]

    operations = [
        migrations.RunSQL(NUMBERS, NO_NUMBERS),
        migrations.RunSQL(GRAMS, "DROP FUNCTION sales_grams(text)"),
        migrations.RunSQL(INDEX, "DROP INDEX product_grams"),
        migrations.RunSQL(CATEGORIES, NO_CATEGORIES),
    ]
