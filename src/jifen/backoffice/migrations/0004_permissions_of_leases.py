"""The permissions of top-ups, leases and the company's account, and the roles that hold them."""

from typing import Any

from django.db import migrations

from jifen.backoffice.roles import create_roles


def create(_apps: Any, _schema_editor: Any) -> None:
    """Create what is missing; every role gets exactly its permissions."""
    create_roles()


class Migration(migrations.Migration):
    dependencies = [("backoffice", "0003_roles_of_the_exchange")]

    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
