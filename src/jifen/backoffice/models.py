"""What operators may do at the console: permissions without a table of their own."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Console(models.Model):
    """Carries the console's permissions; has no rows."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = (
            ("see_members", _("see members and their balances")),
            ("act_on_members", _("freeze members, move referrers, propose other phones, register a first member")),
            ("approve_phones", _("approve and reject other phones of members")),
            ("propose_adjustments", _("propose adjustments of points")),
            ("approve_adjustments", _("approve adjustments of points")),
            ("see_orders", _("see orders")),
            ("review_payments", _("confirm payments and cancel orders")),
            ("refund_orders", _("refund orders")),
            ("see_products", _("see products")),
            ("change_products", _("add and change products")),
            ("see_suppliers", _("see suppliers, what they submit and what they are owed")),
            ("review_suppliers", _("approve and stop suppliers, list their products")),
            ("settle_suppliers", _("propose and drop settlements with suppliers and stores")),
            ("pay_suppliers", _("pay settlements with suppliers and stores")),
            ("see_withdrawals", _("see withdrawals")),
            ("review_withdrawals", _("approve and reject withdrawals")),
            ("pay_withdrawals", _("pay withdrawals")),
            ("top_up_reserve", _("top up the reserve with the operator's own money")),
            ("see_top_ups", _("see top-ups of lease credit")),
            ("review_top_ups", _("take down, confirm, credit and reject top-ups of lease credit")),
            ("return_top_ups", _("propose and approve returns of top-ups")),
            ("see_leases", _("see leases and the company's account")),
            ("download_agreements", _("take copies of signed agreements")),
            ("change_company_account", _("change the company's account")),
            ("see_agents", _("see agents, their applications and reviews")),
            ("review_agents", _("open papers, decide on applications, dismiss agents")),
            ("see_pool", _("see the profit pool and its forced exits")),
            ("bring_in_money", _("propose injections into the pool and consumption subsidies")),
            ("approve_money", _("approve and reject injections and subsidies")),
            ("see_territories", _("see territories and their map")),
            ("sell_territories", _("propose sales and returns of territories, set their fees")),
            ("approve_territories", _("approve and reject sales and returns of territories")),
            ("see_stores", _("see stores, their takings, partners, shareholders and cards")),
            ("change_stores", _("register and change stores, let their cards be sold")),
            ("review_merchants", _("open licences of merchants, decide on their applications")),
            ("sell_shares", _("propose sales and returns of shares of stores")),
            ("approve_shares", _("approve and reject sales and returns of shares")),
            ("see_alliance", _("see purchases, points, periods and shareholders of an alliance, and imports")),
            ("deal_with_stores", _("note money, propose grants and credit lines, settle and invoice periods")),
            ("approve_deals", _("approve purchases, grants, credit lines, stored value, payments and imports")),
            ("import_members", _("upload and propose lists of members with their balances")),
            ("see_airdrops", _("see tokens, packs, partners and what is unlocked")),
            ("fund_tokens", _("propose to put tokens aside for rewards")),
            ("approve_tokens", _("approve and reject fundings of the token reserve")),
            ("switch_conversions", _("switch conversions on and off")),
            ("see_centers", _("see operation centres and applications for them")),
            ("review_centers", _("approve and refuse applications for centres, close centres")),
            ("see_sport", _("see recordings of walks and runs, and devices")),
            ("revoke_devices", _("revoke devices of members")),
            ("manage_cards", _("have cards made, stop, replace and void cards of members")),
            ("manage_wechat", _("set and publish the menu of the official account")),
            ("see_ledger", _("see the ledger")),
            ("see_runs", _("see settlement runs")),
            ("settle_days", _("settle days")),
            ("see_versions", _("see programme versions and declared values")),
            ("draft_versions", _("draft programme versions")),
            ("approve_versions", _("approve programme versions")),
            ("declare_values", _("declare values")),
            ("see_parking", _("see parking data")),
            ("change_parking", _("change parking sites and devices, open the big screen")),
            ("manage_senders", _("manage senders of parking data and their secrets")),
            ("see_operators", _("see operators and roles")),
            ("change_operators", _("add and change operators")),
            ("see_exchange", _("see accounts at the exchange, order entries and tickets")),
            ("enter_orders", _("type in order entries, propose releases of tickets, bring in step")),
            ("review_exchange", _("review order entries and release tickets")),
            ("see_messages", _("see messages of the sandbox")),
            ("see_acts", _("see the audit log")),
            ("export_lists", _("export lists to Excel")),
        )

    def __str__(self) -> str:
        return "console"
