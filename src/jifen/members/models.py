"""Members and operators."""

from django.contrib.auth.models import AbstractUser


class Operator(AbstractUser):
    """Who works at the console."""
