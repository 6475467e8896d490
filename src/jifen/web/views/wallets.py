"""A member's wallets: one for each kind of points."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jifen.web.pages import MemberRequest, member_page
from jifen.web.reads.terms import read_now
from jifen.web.reads.wallets import has_many_kinds, read_wallet, read_wallets


@require_safe
@member_page
def wallets(request: MemberRequest) -> HttpResponse:
    """Show what is in each wallet, and what it may do in a few words."""
    now = read_now(request.programme.pk)
    context = {"tab": "points", "wallets": read_wallets(request.member, now), "many_kinds": has_many_kinds(now)}
    return render(request, "web/wallets.html", context | {"no_lots": now.terms.grant is None})


@require_safe
@member_page
def wallet(request: MemberRequest, kind: str) -> HttpResponse:
    """Show one wallet: what it may do, how it went, its last lines."""
    found = read_wallet(request.member, kind)
    if found is None:
        raise Http404
    return render(request, "web/wallet.html", {"tab": "points", "page": found})
