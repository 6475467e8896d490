"""A member's points: the statement, why each line is there, and the lots."""

from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jifen.web.pages import MemberRequest, member_page
from jifen.web.reads.lots import read_lots
from jifen.web.reads.statement import Filters, read_filters, read_statement
from jifen.web.reads.terms import read_now
from jifen.web.reads.wallets import MANY, has_many_kinds
from jifen.web.reads.why import read_why


@require_safe
@member_page
def statement(request: MemberRequest) -> HttpResponse:
    """Show the statement, newest first, a page at a time."""
    filters = read_filters(request.member, request.GET)
    page = read_statement(request.member, filters, before=request.GET.get("before", ""))
    context = {
        "tab": "points",
        "filters": filters,
        "page": page,
        "next": _next_address(filters, page.next),
        "many_kinds": len(filters.kinds) >= MANY,
        "no_lots": not filters.lots,
    }
    return render(request, "web/statement_lines.html" if request.htmx else "web/statement.html", context)


@require_safe
@member_page
def why_page(request: MemberRequest, transfer_id: int) -> HttpResponse:
    """Show why one line of the statement is there."""
    why = read_why(request.member, transfer_id)
    if why is None:
        raise Http404
    return render(request, "web/why_card.html" if request.htmx else "web/why.html", {"tab": "points", "why": why})


@require_safe
@member_page
def lots(request: MemberRequest) -> HttpResponse:
    """Show a card for each order that granted points."""
    now = read_now(request.programme.pk)
    context = {"tab": "points", "lots": read_lots(request.member, now), "many_kinds": has_many_kinds(now)}
    return render(request, "web/lots.html", context)


def _next_address(filters: Filters, before: str) -> str:
    return "?" + urlencode({**filters.chosen, "before": before}) if before else ""
