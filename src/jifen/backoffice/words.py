"""Words of unfold, axes and Django's admin on pages of the console, so that they stand in our catalogue.

unfold ships no translations; a word that Django translates otherwise than we would stands here too.
"""

from django.utils.translation import gettext_noop

WORDS = (
    gettext_noop("Welcome back to"),
    gettext_noop("Return to site"),
    gettext_noop("Light"),
    gettext_noop("Dark"),
    gettext_noop("System"),
    gettext_noop("Type to search"),
    gettext_noop("No data"),
    gettext_noop("Go back"),
    gettext_noop("All applications"),
    gettext_noop("Log in"),
    gettext_noop("Log out"),
    gettext_noop("Change password"),
    gettext_noop("Home"),
    gettext_noop("Account locked: too many login attempts. Please try again later."),
    gettext_noop("Account locked: too many login attempts. Contact an admin to unlock your account."),
)
