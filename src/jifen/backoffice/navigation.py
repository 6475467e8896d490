"""What stands at the side of the console: the pages of one programme that the operator's roles allow."""

from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jifen.backoffice.access import language, operator_of, programmes_of
from jifen.backoffice.waiting import Waiting, waiting
from jifen.engine.programme import Programme as Terms
from jifen.engine.rule import Rule
from jifen.engine.rules.agency import Agency
from jifen.engine.rules.airdrop import Airdrop
from jifen.engine.rules.grant_units import GrantUnits
from jifen.engine.rules.member_card import MemberCard
from jifen.engine.rules.opening_balance import OpeningBalance
from jifen.engine.rules.operation_center import OperationCenter
from jifen.engine.rules.order_split import OrderSplit
from jifen.engine.rules.point_sale import PointSale
from jifen.engine.rules.profit_pool import ProfitPool
from jifen.engine.rules.shareholder_income import ShareholderIncome
from jifen.engine.rules.sport_task import SportTask
from jifen.engine.rules.step_ladder import StepLadder
from jifen.engine.rules.territory import Territory
from jifen.engine.rules.ticket import Ticket
from jifen.engine.rules.unlock import Unlock
from jifen.exchange.chosen import is_open
from jifen.members.models import Operator
from jifen.programmes.models import Programme
from jifen.programmes.terms import in_force, load
from jifen.sales.pricing import redemption_of

CHOICES_MIN = 2
AGENTS = _("Agents")
CATALOGUE = _("Redemption catalogue")
SOLD = {"products", "bundles", "suppliers", "submissions"}  # where goods are only exchanged, there are none
# Groups that only some documents have, by their first page.
OF_RULES: dict[str, tuple[type[Rule], ...]] = {
    "pool": (ProfitPool,),
    "stores": (OrderSplit,),
    "merchants": (Airdrop,),
    "card_ranges": (MemberCard,),
    "territories": (Territory,),
    "emission": (Airdrop,),
    "unlocks": (Unlock, SportTask, StepLadder),
    "centers": (OperationCenter,),
    "recordings": (SportTask, StepLadder),
    "floats": (PointSale,),
    "shareholders": (ShareholderIncome,),
    "imports": (OpeningBalance,),
}

# Group, and its pages: address, title, icon, permission, whether the address belongs to one programme.
PAGES: list[tuple[Any, list[tuple[str, Any, str, str]]]] = [
    ("", [("dashboard", _("Overview"), "dashboard", "")]),
    (
        _("Day to day"),
        [
            ("members", _("Members"), "group", "see_members"),
            ("newcomers", _("Newcomers"), "person_add", "see_members"),
            ("phone_changes", _("Changes of phones"), "phonelink_setup", "see_members"),
            ("orders", _("Orders"), "receipt_long", "see_orders"),
            ("payments", _("Payments"), "credit_card", "see_orders"),
            ("deliveries", _("Goods to hand over"), "local_shipping", "see_orders"),
            ("products", _("Products"), "storefront", "see_products"),
            ("bundles", _("Bundles"), "inventory_2", "see_products"),
            ("suppliers", _("Suppliers"), "local_shipping", "see_suppliers"),
            ("submissions", _("Submitted products"), "rule_folder", "see_suppliers"),
            ("withdrawals", _("Withdrawals"), "payments", "see_withdrawals"),
            ("adjustments", _("Adjustments"), "rule", "see_members"),
            ("reserve", _("Top-ups of the reserve"), "savings", "see_withdrawals"),
        ],
    ),
    (
        CATALOGUE,
        [
            ("catalogue", _("Goods"), "redeem", "see_products"),
            ("categories", _("Categories"), "category", "see_products"),
            ("product_imports", _("Lists of goods"), "upload_file", "see_products"),
        ],
    ),
    (
        _("Profit pool"),
        [
            ("pool", _("Price and pool"), "show_chart", "see_pool"),
            ("pool_exits", _("Forced exits"), "logout", "see_pool"),
            ("injections", _("Injections"), "input", "see_pool"),
            ("subsidies", _("Consumption subsidies"), "redeem", "see_pool"),
        ],
    ),
    (
        _("Stores"),
        [
            ("stores", _("Stores"), "store", "see_stores"),
            ("share_proposals", _("Shares of stores"), "pie_chart", "see_stores"),
        ],
    ),
    (
        _("Merchants"),
        [
            ("merchants", _("Applications of merchants"), "add_business", "see_stores"),
            ("stores", _("Stores"), "store", "see_stores"),
            ("store_dues", _("Owed to stores"), "account_balance_wallet", "see_stores"),
            ("store_settlements", _("Settlements with stores"), "price_check", "see_stores"),
            ("product_reviews", _("Reviews of purchases"), "reviews", "see_products"),
        ],
    ),
    (
        _("Alliance"),
        [
            ("floats", _("Points of stores"), "storefront", "see_alliance"),
            ("stores", _("Stores and branches"), "store", "see_stores"),
            ("store_wishes", _("Applications of stores"), "add_business", "see_alliance"),
            ("purchases", _("Purchases of points"), "shopping_cart", "see_alliance"),
            ("branch_grants", _("Grants to branches"), "redeem", "see_alliance"),
            ("credit_lines", _("Credit lines"), "credit_score", "see_alliance"),
            ("periods", _("Periods"), "date_range", "see_alliance"),
            ("stored_top_ups", _("Stored value"), "account_balance_wallet", "see_alliance"),
            ("conservation", _("Where the points are"), "balance", "see_alliance"),
            ("finance", _("Finance"), "monitoring", "see_alliance"),
        ],
    ),
    (_("Shareholders"), [("shareholders", _("Shareholders"), "handshake", "see_alliance")]),
    (_("Move from another system"), [("imports", _("Imports of members"), "upload_file", "see_alliance")]),
    (
        _("Member cards"),
        [
            ("card_ranges", _("Ranges of cards"), "format_list_numbered", "see_alliance"),
            ("card_batches", _("Batches of cards"), "inventory", "see_alliance"),
            ("member_cards", _("Cards of members"), "credit_card", "see_alliance"),
            ("wechat", _("Official account"), "chat", "see_alliance"),
        ],
    ),
    (
        _("Airdrop"),
        [
            ("emission", _("Tokens"), "toll", "see_airdrops"),
            ("token_fundings", _("Fundings of the reserve"), "savings", "see_airdrops"),
            ("packs", _("Packs and service cards"), "package_2", "see_airdrops"),
            ("partners", _("Partners"), "diversity_3", "see_airdrops"),
        ],
    ),
    (
        _("Unlocking"),
        [
            ("unlocks", _("Unlocked, and conversions"), "lock_open", "see_airdrops"),
        ],
    ),
    (
        _("Operation centres"),
        [
            ("centers", _("Operation centres"), "hub", "see_centers"),
            ("center_applications", _("Applications for centres"), "how_to_reg", "see_centers"),
        ],
    ),
    (
        _("Activity"),
        [
            ("recordings", _("Recordings"), "directions_run", "see_sport"),
            ("sport_devices", _("Bracelets"), "watch", "see_sport"),
        ],
    ),
    (
        _("Territories"),
        [
            ("territories", _("Map"), "map", "see_territories"),
            ("territory_deeds", _("Sales of territories"), "real_estate_agent", "see_territories"),
        ],
    ),
    (
        _("Exchange"),
        [
            ("exchange", _("Accounts and prices"), "currency_exchange", "see_exchange"),
            ("exchange_entries", _("Order entries"), "edit_note", "see_exchange"),
            ("exchange_tickets", _("Tickets to release"), "confirmation_number", "see_exchange"),
            ("exchange_releases", _("Releases of tickets"), "task_alt", "see_exchange"),
        ],
    ),
    (
        AGENTS,
        [
            ("applications", _("Applications of agents"), "assignment_ind", "see_agents"),
            ("agents", _("Agents"), "apartment", "see_agents"),
            ("reviews", _("Reviews of agents"), "fact_check", "see_agents"),
            ("dividends", _("Dividends"), "pie_chart", "see_agents"),
            ("ranking", _("Sales ranking"), "leaderboard", "see_agents"),
            ("conditions", _("Conditions of agents"), "tune", "see_agents"),
        ],
    ),
    (
        _("Parking"),
        [
            ("parking_revenue", _("Parking revenue"), "local_parking", "see_parking"),
            ("parking_senders", _("Senders"), "sensors", "see_parking"),
            ("parking_sites", _("Sites and devices"), "garage", "see_parking"),
        ],
    ),
    (
        _("Devices"),
        [
            ("leases", _("Leases"), "handshake", "see_leases"),
            ("credit_top_ups", _("Top-ups of lease credit"), "add_card", "see_top_ups"),
            ("company", _("Company account"), "account_balance_wallet", "see_leases"),
        ],
    ),
    (
        _("Books"),
        [
            ("transfers", _("Ledger"), "menu_book", "see_ledger"),
            ("accounts", _("Programme accounts"), "account_balance", "see_ledger"),
            ("closes", _("Day closes and proofs"), "verified", "see_ledger"),
            ("runs", _("Settlement runs"), "autorenew", "see_runs"),
        ],
    ),
    (
        _("Programme"),
        [
            ("versions", _("Versions"), "history_edu", "see_versions"),
            ("declared", _("Declared values"), "edit_calendar", "see_versions"),
        ],
    ),
]

COMMON: list[tuple[str, Any, str, str]] = [
    ("acts", _("Audit log"), "policy", "see_acts"),
    ("messages", _("Messages of the sandbox"), "sms", "see_messages"),
    ("operators", _("Operators and roles"), "badge", "see_operators"),
]


def current_code(request: HttpRequest) -> str:
    """Return the code of the programme at hand: of the address, else the last one visited, else the first; or ""."""
    match = request.resolver_match
    if match is not None and "code" in match.kwargs:
        return str(match.kwargs["code"])
    codes = list(_programmes(request))
    visited = request.session.get("programme", "")
    return visited if visited in codes else (codes[0] if codes else "")


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the groups and items in the shape that unfold's sidebar reads."""
    code = current_code(request)
    groups = []
    if code:
        badges = _badges(waiting(request, code))
        groups = [
            {
                "title": title,
                "items": [
                    _item(request, page, [code], badges)
                    for page in pages
                    if page[0] not in SOLD or not _redeems(request, code)
                ],
            }
            for title, pages in PAGES
            if title is not CATALOGUE or _redeems(request, code)
            if title is not AGENTS or _has_rule(request, code, Agency)
            if pages[0][0] != "exchange" or _trades(request, code)
            if pages[0][0] != "leases" or _has_rule(request, code, GrantUnits)
            if pages[0][0] not in OF_RULES or _has_rule(request, code, *OF_RULES[pages[0][0]])
        ]
    return [*groups, {"title": _("Console"), "items": [_item(request, page, [], {}) for page in COMMON]}]


def _trades(request: HttpRequest, code: str) -> bool:
    """Return whether a programme has tickets of an exchange, and the server an exchange."""
    return is_open() and _has_rule(request, code, Ticket)


def _has_rule(request: HttpRequest, code: str, *rules: type[Rule]) -> bool:
    """Return whether the document in force has one of some rules, without which a group's pages say nothing."""
    terms = _terms(request, code)
    return terms is not None and any(terms.rule(rule) is not None for rule in rules)


def _redeems(request: HttpRequest, code: str) -> bool:
    """Return whether goods are only exchanged for points (S3-16)."""
    terms = _terms(request, code)
    return terms is not None and redemption_of(terms) is not None


def _terms(request: HttpRequest, code: str) -> Terms | None:
    """Return the document in force; asked once for a page."""
    found = _programmes(request).get(code)
    kept: dict[str, Terms] = request.META.setdefault("jifen.terms", {})
    if found is not None and code not in kept:
        today = timezone.now().astimezone(ZoneInfo(found.zone)).date()
        kept[code] = load(in_force(found.pk, today).pk)
    return kept.get(code)


def _badges(found: Waiting) -> dict[str, int]:
    """Return how many wait behind each item."""
    return {
        "orders": found.payments,
        "deliveries": found.parcels,
        "suppliers": found.suppliers + found.settlements,
        "submissions": found.submissions,
        "withdrawals": found.withdrawals_requested + found.withdrawals_approved,
        "adjustments": found.adjustments,
        "phone_changes": found.phones,
        "credit_top_ups": found.credit_top_ups + found.credit_returns,
        "reserve": found.top_ups,
        "applications": found.applications,
        "injections": found.injections,
        "subsidies": found.subsidies,
        "share_proposals": found.shares,
        "merchants": found.merchants,
        "store_settlements": found.store_settlements,
        "card_ranges": found.card_ranges,
        "territory_deeds": found.territories,
        "token_fundings": found.fundings,
        "center_applications": found.centers,
        "versions": found.versions,
        "declared": found.values,
        "exchange_entries": found.entries,
        "exchange_releases": found.releases,
        "purchases": found.purchases,
        "branch_grants": found.branch_grants,
        "credit_lines": found.credit_lines,
        "store_wishes": found.store_wishes,
        "stored_top_ups": found.stored_top_ups,
        "periods": found.periods,
        "imports": found.imports,
    }


def _item(
    request: HttpRequest, page: tuple[str, Any, str, str], arguments: list[str], badges: dict[str, int]
) -> dict[str, Any]:
    name, title, icon, permission = page
    link = reverse(f"admin:{name}", args=arguments)
    item = {
        "title": title,
        "icon": icon,
        "link": link,
        "active": request.path == link or (name != "dashboard" and request.path.startswith(link)),
        "has_permission": not permission or operator_of(request).has_perm(f"backoffice.{permission}"),
    }
    if badges.get(name):
        item |= {"badge": str(badges[name]), "badge_variant": "warning"}
    return item


def programme_title(request: HttpRequest) -> str:
    """Return what the programme at hand is called, for the head of the side."""
    found = _programmes(request).get(current_code(request))
    return "" if found is None else _title(found)


def programme_choices(request: HttpRequest) -> list[dict[str, str]]:
    """Return the ways to the programmes, where there are several."""
    found = _programmes(request)
    if len(found) < CHOICES_MIN:
        return []
    return [
        {"title": _title(one), "icon": "savings", "link": reverse("admin:dashboard", args=[code])}
        for code, one in found.items()
    ]


def _title(programme: Programme) -> str:
    return programme.title_en if language() == "en" else programme.title


def _programmes(request: HttpRequest) -> dict[str, Programme]:
    """Return the operator's programmes by code; asked once for a page."""
    if not isinstance(request.user, Operator):
        return {}
    kept: dict[str, Programme] | None = request.META.get("jifen.programmes")
    if kept is None:
        kept = request.META["jifen.programmes"] = {one.code: one for one in programmes_of(request.user)}
    return kept
