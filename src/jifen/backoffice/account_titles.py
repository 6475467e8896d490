"""What accounts and rules are called on screens."""

from django.utils.translation import gettext_lazy as _

from jifen.backoffice.access import language
from jifen.messages import rule_title, translator

ACCOUNT_TITLES = {
    "free": _("free"),
    "locked": _("locked"),
    "frozen": _("held for a withdrawal"),
    "issued": _("issued"),
    "spent": _("spent in the mall"),
    "withdrawn": _("withdrawn by members"),
    "converted": _("converted"),
    "adjusted": _("adjusted by hand"),
    "debts": _("debts of members"),
    "paid": _("paid in by the member"),
    "cash": _("cash"),
    "reserve": _("reserve for withdrawals"),
    "pool": _("pool"),
    "fees": _("fees"),
    "topped_up": _("operator's own money put in"),
    "pool_reserve": _("operator's reserve of the pool"),
    "distribution": _("to be distributed"),
    "platform": _("platform"),
    "takings": _("what stores are owed"),
    "dividends": _("set aside for partners"),
    "unfunded": _("given without money behind it"),
    "float": _("held by stores to give away"),
}

# Rules of money beside those that programmes name (jifen.messages.RULE_TITLES).
MONEY_RULES = {
    "payment": _("payment of an order"),
    "payment_refund": _("money back for an order"),
    "store_settlement": _("money of its sales paid to a store"),
    "withdrawal_payment": _("payment of a withdrawal"),
    "reserve_top_up": _("top-up of the reserve"),
    "outside_money": _("outside money brought in"),
    "territory_fee": _("fee of a territory"),
    "share_purchase": _("payment for shares of a store"),
    "reversal": _("reversal"),
}


def account_title(role: str) -> str:
    """Return what a role is called; its name where it has no other."""
    return str(ACCOUNT_TITLES.get(role, role))


def rule_name(rule: str) -> str:
    """Return what a rule is called, in the reader's language."""
    if rule in MONEY_RULES:
        return str(MONEY_RULES[rule])
    return translator(language())(rule_title(rule))
