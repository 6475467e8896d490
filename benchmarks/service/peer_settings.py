"""Django settings of the peers: django-hordak, and the tables of a usual shop."""

from jifen.config.environment import database

SECRET_KEY = "of the benchmarks only"  # noqa: S105 - it protects nothing
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "mptt",
    "djmoney",
    "hordak",
    "benchmarks.service.shop",
]
DATABASES = {"default": database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
CURRENCIES = HORDAK_CURRENCIES = ["EUR"]
