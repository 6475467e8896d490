"""The pages of an airdrop programme: weight, tokens, activation, partners, challenge credit (S2)."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jifen.web.pages import MemberRequest, member_page
from jifen.web.reads.activation import read_activation
from jifen.web.reads.airdrop import Here, airdrop_here, read_token, read_weight
from jifen.web.reads.challenge import read_challenge
from jifen.web.reads.challenge import read_page as read_challenge_page
from jifen.web.reads.partner import read_partner
from jifen.web.reads.terms import read_now
from jifen.web.reads.token_price import read_prices

View = Callable[..., HttpResponse]


def airdrop_page(view: View) -> View:
    """Give the view the airdrop of the member's programme; in a programme without one the page is not there."""

    @require_safe
    @member_page
    @wraps(view)
    def page(request: MemberRequest, **named: object) -> HttpResponse:
        here = airdrop_here(request.programme.pk)
        if here is None:
            raise Http404
        return view(request, here, **named)

    return page


@airdrop_page
def weight(request: MemberRequest, here: Here) -> HttpResponse:
    """Show the weight: where it came from, its part of all, what the last airdrop was (S2-17)."""
    return render(request, "web/weight.html", {"tab": "home", "here": here, "page": read_weight(request.member, here)})


@airdrop_page
def token(request: MemberRequest, here: Here) -> HttpResponse:
    """Show the tokens: declared price, schedule, what is left of the cap, and their only use (S2-16, S2-32)."""
    context = {"tab": "home", "here": here, "page": read_token(request.member, here)}
    return render(request, "web/token.html", context | {"prices": read_prices(request.programme.pk, here)})


@require_safe
@member_page
def activate(request: MemberRequest) -> HttpResponse:
    """Show packs and service cards, and where one's orders of them stand (S2-02 … S2-04)."""
    page = read_activation(request.member)
    if page is None:
        raise Http404
    return render(request, "web/activate.html", {"tab": "home", "page": page})


@require_safe
@member_page
def partner(request: MemberRequest) -> HttpResponse:
    """Show the rank of a partner and the way to the next one (S2-10 … S2-12)."""
    now = read_now(request.programme.pk)
    ranks = now.terms.partner_ranks
    if ranks is None:
        raise Http404
    context = {"tab": "me", "page": read_partner(request.member, now, ranks)}
    return render(request, "web/partner.html", context)


@require_safe
@member_page
def challenge(request: MemberRequest) -> HttpResponse:
    """Show frozen credit, what unlocks it, and into what it may be converted (S2-34 … S2-43)."""
    now = read_now(request.programme.pk)
    found = read_challenge(request.member, now)
    if found is None:
        raise Http404
    context = {"tab": "home", "page": read_challenge_page(request.member, now, found)}
    return render(request, "web/challenge.html", context)
