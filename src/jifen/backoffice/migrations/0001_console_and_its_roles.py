"""Create the console's permissions and the roles that hold them."""

from typing import Any

from django.db import migrations, models

from jifen.backoffice.models import Console
from jifen.backoffice.roles import create_roles


def create(_apps: Any, _schema_editor: Any) -> None:
    """Create the roles; Django's own signal would create the permissions only after all migrations."""
    create_roles()


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.CreateModel(
            name="Console",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))
            ],
            options={
                "managed": False,
                "default_permissions": (),
                "permissions": Console._meta.permissions,
            },
        ),
        migrations.RunPython(create, migrations.RunPython.noop),
    ]
