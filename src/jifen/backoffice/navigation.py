"""What stands at the side of the console: the pages of one programme that the operator's roles allow."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jifen.backoffice.access import operator_of, programmes_of
from jifen.backoffice.waiting import Waiting, waiting

# Group, and its pages: address, title, icon, permission, whether the address belongs to one programme.
PAGES: list[tuple[Any, list[tuple[str, Any, str, str]]]] = [
    ("", [("dashboard", _("Overview"), "dashboard", "")]),
    (
        _("Day to day"),
        [
            ("members", _("Members"), "group", "see_members"),
            ("orders", _("Orders"), "receipt_long", "see_orders"),
            ("products", _("Products"), "storefront", "see_products"),
            ("withdrawals", _("Withdrawals"), "payments", "see_withdrawals"),
            ("adjustments", _("Adjustments"), "rule", "see_members"),
            ("reserve", _("Top-ups of the reserve"), "savings", "see_withdrawals"),
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
    ("operators", _("Operators and roles"), "badge", "see_operators"),
]


def current_code(request: HttpRequest) -> str:
    """Return the code of the programme at hand: of the address, else the last one visited, else the first; or ""."""
    match = request.resolver_match
    if match is not None and "code" in match.kwargs:
        return str(match.kwargs["code"])
    codes = list(programmes_of(operator_of(request)).values_list("code", flat=True))
    visited = request.session.get("programme", "")
    return visited if visited in codes else (codes[0] if codes else "")


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the groups and items in the shape that unfold's sidebar reads."""
    code = current_code(request)
    groups = []
    if code:
        badges = _badges(waiting(request, code))
        groups = [
            {"title": title, "items": [_item(request, page, [code], badges) for page in pages]}
            for title, pages in PAGES
        ]
    return [*groups, {"title": _("Console"), "items": [_item(request, page, [], {}) for page in COMMON]}]


def _badges(found: Waiting) -> dict[str, int]:
    """Return how many wait behind each item."""
    return {
        "orders": found.payments,
        "withdrawals": found.withdrawals_requested + found.withdrawals_approved,
        "adjustments": found.adjustments,
        "reserve": found.top_ups,
        "versions": found.versions,
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
