"""The map of territories, and a holder's own (S1-21, S1-22)."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jifen.web.pages import MemberRequest, member_page
from jifen.web.reads.territories import read_map, read_own, read_region, rule_of

ASKED_MAX = 40


@require_safe
@member_page
def territories(request: MemberRequest) -> HttpResponse:
    """Show what is sold in each province, and find divisions by name."""
    rule_of(request.programme.pk)
    page = read_map(request.programme.pk, request.GET.get("q", "").strip()[:ASKED_MAX])
    return render(request, "web/territories.html", {"tab": "me", "page": page})


@require_safe
@member_page
def region(request: MemberRequest, *, code: str) -> HttpResponse:
    """Show a division, who holds it, and what lies in it."""
    rule_of(request.programme.pk)
    return render(request, "web/region.html", {"tab": "me", "page": read_region(request.programme.pk, code)})


@require_safe
@member_page
def own(request: MemberRequest) -> HttpResponse:
    """Show the member's territories, what is sold there and what they earned."""
    rule_of(request.programme.pk)
    return render(request, "web/territory.html", {"tab": "me", "page": read_own(request.member)})
