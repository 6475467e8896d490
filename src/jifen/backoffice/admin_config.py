"""Makes the console's site the site of django.contrib.admin; named in INSTALLED_APPS in its place."""

from django.contrib.admin.apps import AdminConfig


class ConsoleAdminConfig(AdminConfig):
    """django.contrib.admin with the console's site."""

    default = False
    default_site = "jifen.backoffice.site.ConsoleSite"
