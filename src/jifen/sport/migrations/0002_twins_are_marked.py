"""What several members report with the same times and figures is marked, for whoever watches over it (S2-Q10)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sport", "0001_recordings_devices"),
    ]

    operations = [
        migrations.AddField(
            model_name="recording",
            name="twin",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="sport.recording",
                verbose_name="the same as",
            ),
        ),
        migrations.AddIndex(
            model_name="recording",
            index=models.Index(fields=["programme", "digest"], name="sport_recording_digest"),
        ),
        migrations.AddIndex(
            model_name="recording",
            index=models.Index(
                condition=models.Q(("twin__isnull", False)), fields=["programme", "-id"], name="sport_recording_twin"
            ),
        ),
    ]
