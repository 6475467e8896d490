"""Models and migrations are of one mind."""

import pytest
from django.core.management import call_command

pytestmark = pytest.mark.django_db


def test_no_model_differs_from_what_the_migrations_make() -> None:
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)  # it ends the program where one does
