"""The addresses of the console's pages; those of a programme begin with p/ and its code."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from jifen.backoffice.pages import (
    accounts,
    acts,
    adjustments,
    bundles,
    calendar,
    closes,
    credit_top_ups,
    dashboard,
    declared,
    exchange,
    exchange_entries,
    exchange_tickets,
    leases,
    member,
    members,
    messages,
    operators,
    orders,
    products,
    runs,
    settlements,
    submissions,
    suppliers,
    transfers,
    versions,
    why,
    withdrawals,
)

PROGRAMME = "p/<slug:code>/"

OF_A_PROGRAMME: list[tuple[str, Any, str]] = [
    ("", dashboard.dashboard, "dashboard"),
    ("members/", members.members, "members"),
    ("members/<int:member_id>/", member.member, "member"),
    ("members/<int:member_id>/why/<int:transfer_id>/", why.why, "why"),
    ("orders/", orders.orders, "orders"),
    ("orders/<str:number>/", orders.order, "order"),
    ("products/", products.products, "products"),
    ("products/add/", products.product_add, "product_add"),
    ("products/<int:product_id>/", products.product, "product"),
    ("bundles/", bundles.bundles, "bundles"),
    ("bundles/add/", bundles.bundle_add, "bundle_add"),
    ("bundles/<int:bundle_id>/", bundles.bundle, "bundle"),
    ("suppliers/", suppliers.suppliers, "suppliers"),
    ("suppliers/<int:supplier_id>/", suppliers.supplier, "supplier"),
    ("submissions/", submissions.submissions, "submissions"),
    ("submissions/<int:submission_id>/", submissions.submission, "submission"),
    ("submissions/<int:submission_id>/pictures/<int:position>/", submissions.picture, "submission_picture"),
    ("settlements/<int:settlement_id>/", settlements.settlement, "settlement"),
    ("leases/", leases.leases, "leases"),
    ("leases/<str:number>/", leases.agreement, "agreement"),
    ("leases/<str:number>/copy/", leases.agreement_copy, "agreement_copy"),
    ("top-ups/", credit_top_ups.credit_top_ups, "credit_top_ups"),
    ("top-ups/<int:top_up_id>/", credit_top_ups.credit_top_up, "credit_top_up"),
    ("company/", leases.company, "company"),
    ("withdrawals/", withdrawals.withdrawals, "withdrawals"),
    ("withdrawals/<int:withdrawal_id>/", withdrawals.withdrawal, "withdrawal"),
    ("adjustments/", adjustments.adjustments, "adjustments"),
    ("adjustments/<int:adjustment_id>/", adjustments.adjustment, "adjustment"),
    ("reserve/", adjustments.reserve, "reserve"),
    ("reserve/<int:top_up_id>/", adjustments.top_up, "top_up"),
    ("ledger/", transfers.transfers, "transfers"),
    ("ledger/<int:transfer_id>/", transfers.transfer, "transfer"),
    ("accounts/", accounts.accounts, "accounts"),
    ("closes/", closes.closes, "closes"),
    ("runs/", runs.runs, "runs"),
    ("runs/<str:day>/", runs.run, "run"),
    ("runs/<str:day>/progress/", runs.progress, "run_progress"),
    ("versions/", versions.versions, "versions"),
    ("versions/draft/", versions.version_draft, "version_draft"),
    ("versions/<int:number>/", versions.version, "version"),
    ("declared/", declared.declared, "declared"),
    ("exchange/accounts/", exchange.exchange, "exchange"),
    ("exchange/accounts/<int:member_id>/", exchange.account, "exchange_account"),
    ("exchange/entries/", exchange_entries.entries, "exchange_entries"),
    ("exchange/entries/<int:entry_id>/", exchange_entries.entry, "exchange_entry"),
    ("exchange/tickets/", exchange_tickets.tickets, "exchange_tickets"),
    ("exchange/releases/", exchange_tickets.releases, "exchange_releases"),
    ("exchange/releases/<int:release_id>/", exchange_tickets.release, "exchange_release"),
    ("declared/calendar/", calendar.month, "calendar"),
    ("declared/proposals/", declared.proposals, "proposals"),
    ("declared/proposals/<int:proposal_id>/", declared.proposal, "proposal"),
]

COMMON: list[tuple[str, Any, str]] = [
    ("first/", versions.first_programme, "first_programme"),
    ("acts/", acts.acts, "acts"),
    ("messages/", messages.messages, "messages"),
    ("operators/", operators.operators, "operators"),
    ("operators/add/", operators.operator_add, "operator_add"),
    ("operators/<int:operator_id>/", operators.operator, "operator"),
]


def pages(guarded: Callable[[Any], Any]) -> list[URLPattern]:
    """Return the addresses, each behind the console's login."""
    own = [path(PROGRAMME + address, guarded(view), name=name) for address, view, name in OF_A_PROGRAMME]
    return [*own, *(path(address, guarded(view), name=name) for address, view, name in COMMON)]
