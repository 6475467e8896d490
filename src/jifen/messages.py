"""The words of the program in the reader's language: gettext over engine messages."""

import gettext
import locale
import os
from collections.abc import Callable
from pathlib import Path

from jifen.engine.message import Message, Titled, say

LOCALE_DIR = Path(__file__).parent / "locale"
LANGUAGES = ("en", "zh_Hans")

Translate = Callable[[Message | str], str]

# What rules are called on screens; each has its section in docs/reference/rules.md.
RULE_TITLES = {
    "adjustment": say("adjusted by an operator"),
    "agency": say("agents"),
    "airdrop": say("airdrop"),
    "branch_grant": say("given to branches"),
    "branch_transfer": say("handed out by branches"),
    "burn": say("burnt by refunds"),
    "card_grant": say("points of a card"),
    "card_reward": say("for a card that was opened"),
    "center_income": say("for operation centres"),
    "concession_grant": say("for what stores give up"),
    "convert": say("converted"),
    "credit_line": say("credit lines"),
    "daily_amount": say("released by device and day"),
    "debt_repayment": say("debts repaid"),
    "forced_exit": say("forced exit"),
    "freeze": say("frozen"),
    "fund_reserve": say("put into the reserve"),
    "generation_share": say("by generations"),
    "grant_locked": say("granted by orders"),
    "grant_units": say("granted for devices"),
    "inject": say("injected into the pool"),
    "join_grant": say("for joining"),
    "leftover": say("left of the distribution"),
    "member_card": say("cards of members"),
    "member_transfer": say("transferred between members"),
    "monthly_release": say("released by month"),
    "network_volume": say("network volume"),
    "new_user_reward": say("for bringing a new customer"),
    "opening_balance": say("opening balances"),
    "operation_center": say("operation centres"),
    "order_split": say("divided orders"),
    "pack_grant": say("for packs"),
    "partner_income": say("for partners"),
    "partner_rank": say("ranks of partners"),
    "payment": say("paid in money"),
    "payment_refund": say("paid back in money"),
    "peer_bonus": say("by peers"),
    "period_settlement": say("settled with head office"),
    "point_sale": say("bought at head office or the branch"),
    "profit_pool": say("minted at the price"),
    "rank_differential": say("by rank differential"),
    "rank_review": say("review of agents"),
    "referral_bonus": say("for bringing a buyer"),
    "referrer_rebate": say("rebate to the referrer"),
    "refund": say("taken back by refunds"),
    "release_tickets": say("tickets released"),
    "repurchase": say("paid for orders"),
    "reserve": say("kept for withdrawals"),
    "reserve_top_up": say("added to the reserve"),
    "return_top_up": say("taken back with returned money"),
    "reversal": say("taken back whole"),
    "review_grant": say("for a review"),
    "sales_ranking": say("ranking of sales"),
    "scheduled_release": say("by time"),
    "second_leg_rank": say("ranks"),
    "sell": say("sold to the pool"),
    "shareholder_income": say("for bringing stores"),
    "share_income": say("for what those below buy and sell"),
    "share_purchase": say("paid for shares of a store"),
    "share_referral": say("for bringing a shareholder"),
    "shopping_grant": say("granted at stores"),
    "sourced_goods": say("sourced products"),
    "spend": say("paid with points"),
    "sport_limits": say("limits of steps"),
    "sport_task": say("unlocked by a task"),
    "step_ladder": say("unlocked by steps"),
    "store_dividend": say("dividend of partners"),
    "store_grant": say("given for sales at stores"),
    "store_management": say("for managing a store"),
    "store_partners": say("set aside for partners"),
    "store_rebate": say("rebate to the store"),
    "store_referral_bonus": say("for bringing a store"),
    "store_settlement": say("paid out for sales at a store"),
    "store_shares": say("shares of stores"),
    "store_transfer": say("given by stores"),
    "store_takings": say("takings of stores"),
    "subsidy": say("subsidy"),
    "territory": say("territories"),
    "ticket": say("tickets"),
    "to_exchange": say("moved to the exchange"),
    "top_up": say("credited for a bank transfer"),
    "unit_differential": say("for the devices of the team"),
    "unit_peer": say("for equal ranks below"),
    "unit_rank": say("ranks by devices"),
    "unlock": say("unlocked by bringing somebody"),
    "weighted_dividend": say("dividend by devices"),
    "withdrawal": say("withdrawn"),
    "withdrawal_hold": say("kept aside for a withdrawal"),
    "withdrawal_payment": say("withdrawals paid in money"),
    "withdrawal_return": say("given back from a withdrawal"),
}

# Lines whose clause is that of another rule.
CLAUSE_OF = {
    "burn": "refund",
    "debt_repayment": "refund",
    "forced_exit": "profit_pool",
    "fund_reserve": "airdrop",
    "inject": "profit_pool",
    "leftover": "order_split",
    "release_tickets": "ticket",
    "return_top_up": "top_up",
    "sell": "profit_pool",
    "share_referral": "store_shares",
    "store_dividend": "store_partners",
    "store_management": "store_shares",
    "to_exchange": "ticket",
    "withdrawal_hold": "withdrawal",
    "withdrawal_return": "withdrawal",
}


def rule_title(rule: str) -> Message:
    """Return what a rule is called on screens; its name where it has no other."""
    return RULE_TITLES.get(rule, Message("{rule}", {"rule": rule}))


def language_of_environment() -> str:
    """Return "zh_Hans" where the environment asks for Chinese (LC_ALL, LC_MESSAGES, LANG, LANGUAGE), else "en"."""
    for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        wanted = os.environ.get(variable, "")
        if wanted:
            return "zh_Hans" if locale.normalize(wanted).lower().startswith("zh") else "en"
    return "en"


def translator(language: str) -> Translate:
    """Return a function that says a message or a msgid in `language`."""
    catalogue = gettext.translation("jifen", LOCALE_DIR, languages=[language], fallback=True)

    def translate(message: Message | str) -> str:
        if isinstance(message, str):
            return catalogue.gettext(message) if message else ""
        values = {name: said(value) for name, value in message.values.items()}
        return catalogue.gettext(message.template).format(**values)

    def said(value: object) -> object:
        if isinstance(value, Titled):
            return value.en if language == "en" else value.zh
        return translate(value) if isinstance(value, Message) else value

    return translate
