"""The permission to review merchants, and the role that holds it."""

from typing import Any

from django.db import migrations

from jifen.backoffice.roles import create_roles


def create(_apps: Any, _schema_editor: Any) -> None:
    """Bring the roles up to date; taken back, they stay: older code ignores permissions that it does not know."""
    create_roles()


class Migration(migrations.Migration):
    dependencies = [("backoffice", "0009_roles_of_airdrops")]

    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
