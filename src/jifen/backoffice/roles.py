"""The roles of operators: groups with the console's permissions."""

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext_lazy as _

from jifen.backoffice.models import Console

SEES = (
    *("see_members", "see_orders", "see_products", "see_withdrawals", "see_ledger", "see_runs", "see_versions"),
    *("see_suppliers", "see_exchange", "see_top_ups", "see_leases"),
    "see_parking",
    "see_agents",
    *("see_pool", "see_territories"),
    "see_stores",
    "see_sport",
    *("see_airdrops", "see_centers"),
    "see_alliance",
)

SENDERS = ("see_parking", "manage_senders")

ROLES: dict[str, tuple[str, ...]] = {
    "operator": (
        *SEES,
        "review_top_ups",
        *("act_on_members", "propose_adjustments", "review_payments", "refund_orders", "change_products"),
        *("enter_orders", "review_suppliers", "settle_suppliers"),
        "change_parking",
        "review_agents",
        "sell_territories",
        "review_centers",
        *("change_stores", "sell_shares", "review_merchants"),
        "revoke_devices",
        *("deal_with_stores", "import_members"),
        *("manage_cards", "manage_wechat"),
    ),
    "finance": (
        *SEES,
        *("review_top_ups", "return_top_ups", "download_agreements", "change_company_account"),
        *("review_payments", "review_withdrawals", "pay_withdrawals", "top_up_reserve", "settle_days", "export_lists"),
        *("enter_orders", "review_exchange", "settle_suppliers", "pay_suppliers"),
        *("bring_in_money", "fund_tokens"),
        *("deal_with_stores", "approve_deals", "import_members"),
    ),
    "approver": (
        *SEES,
        *("return_top_ups", "download_agreements"),
        *("propose_adjustments", "approve_adjustments", "review_withdrawals", "draft_versions", "approve_versions"),
        *("declare_values", "see_operators", "see_acts", "review_exchange"),
        "review_agents",
        *("approve_money", "approve_territories", "approve_phones"),
        *("approve_tokens", "switch_conversions", "review_centers"),
        "approve_shares",
        "approve_deals",
    ),
    "auditor": (*SEES, "download_agreements", "see_operators", "see_acts", "export_lists"),
    "system": ("see_runs", "see_versions", "see_operators", "change_operators", "see_acts", "see_messages", *SENDERS),
}

ROLE_TITLES = {
    "operator": _("Operator"),
    "finance": _("Finance"),
    "approver": _("Approver"),
    "auditor": _("Auditor (reads only)"),
    "system": _("System (operators and roles)"),
}


def create_roles() -> None:
    """Create the roles, and give each exactly its permissions; may run again."""
    content_type, _new = ContentType.objects.get_or_create(app_label="backoffice", model="console")
    known = {
        codename: Permission.objects.get_or_create(
            content_type=content_type, codename=codename, defaults={"name": str(name)}
        )[0]
        for codename, name in Console._meta.permissions
    }
    for role, codenames in ROLES.items():
        group, _new = Group.objects.get_or_create(name=role)
        group.permissions.set(known[codename] for codename in codenames)
