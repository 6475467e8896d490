"""Commands on the platform's database; each module is imported when its command runs."""
