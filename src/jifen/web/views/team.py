"""A member's team, and the invitation to it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from jifen.engine.digits import number_of
from jifen.web.pages import MemberRequest, member_page
from jifen.web.reads.activation import refers_when_active
from jifen.web.reads.features import has_pool
from jifen.web.reads.qr import draw_qr
from jifen.web.reads.team import read_generation, read_team
from jifen.web.reads.terms import read_now

PAGE_DIGITS = 9


@require_safe
@member_page
def team(request: MemberRequest) -> HttpResponse:
    """Show the team in numbers: rank, legs, volumes (S4-12, S4-24)."""
    return render(request, "web/team.html", {"tab": "me", "team": read_team(request.member)})


@require_safe
@member_page
def generation(request: MemberRequest, number: int) -> HttpResponse:
    """List the people of one generation, a page at a time."""
    page = number_of(request.GET.get("page", "1"), PAGE_DIGITS)
    found = read_generation(request.member, number, 1 if page is None else page)
    template = "web/generation_rows.html" if request.htmx else "web/generation.html"
    return render(request, template, {"tab": "me", "generation": found})


@require_safe
@member_page
def invite(request: MemberRequest) -> HttpResponse:
    """Show the member's invite link, also as a picture; where only activated ones refer, say so (S2-08)."""
    path = reverse("web:join", args=[request.programme.code, request.member.invite_code])
    link = request.build_absolute_uri(path)
    terms = read_now(request.programme.pk).terms
    context = {
        "tab": "me",
        "link": link,
        "picture": draw_qr(link),
        "pool": has_pool(terms),
        "airdrop": terms.airdrop is not None,
        "closed": refers_when_active(terms) and not request.member.standing.active,
    }
    return render(request, "web/invite.html", context)
