"""What accounts are called on screens."""

from django.utils.translation import gettext_lazy as _

ACCOUNT_TITLES = {
    "free": _("free"),
    "locked": _("locked"),
    "frozen": _("held for a withdrawal"),
    "issued": _("issued"),
    "spent": _("spent in the mall"),
    "withdrawn": _("withdrawn"),
    "converted": _("converted"),
    "adjusted": _("adjusted by hand"),
    "debts": _("debts of members"),
    "paid": _("paid in by the member"),
    "cash": _("cash"),
    "reserve": _("reserve for withdrawals"),
    "pool": _("pool"),
    "fees": _("fees"),
    "topped_up": _("operator's own money put in"),
}


def account_title(role: str) -> str:
    """Return what a role is called; its name where it has no other."""
    return str(ACCOUNT_TITLES.get(role, role))
