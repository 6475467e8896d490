"""Finding the agents of a programme among all of its members."""

from django.db import migrations

INDEX = "CREATE INDEX agents_of_a_programme ON members_standing (programme_id, member_id) WHERE agent"
NO_INDEX = "DROP INDEX agents_of_a_programme"


class Migration(migrations.Migration):
    dependencies = [("agents", "0001_applications_meetings_reviews")]

    operations = [migrations.RunSQL(INDEX, NO_INDEX)]
