"""The first page of a member."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jifen.alliance.terms import alliance_here
from jifen.web.pages import MemberRequest, member_page
from jifen.web.reads.airdrop import Here as AirdropHere
from jifen.web.reads.airdrop import airdrop_here
from jifen.web.reads.airdrop import read_home as read_airdrop_home
from jifen.web.reads.alliance import read_home as read_alliance_home
from jifen.web.reads.counter import own_stores
from jifen.web.reads.features import features_of
from jifen.web.reads.growth import Here, growth_here, own_of
from jifen.web.reads.home import read_home
from jifen.web.reads.mall import Item, products_on_sale
from jifen.web.reads.price_chart import read_price_chart
from jifen.web.reads.terms import read_now
from jifen.web.reads.wallets import read_wallets

PRODUCTS_SHOWN = 3
PRODUCTS_READ = 20


@require_safe
@member_page
def home(request: MemberRequest) -> HttpResponse:
    """Show what is free, locked, released today and next; where points have a price, what they are worth."""
    now = read_now(request.programme.pk)
    if alliance_here(now.terms):
        return _alliance(request)
    airdrop = airdrop_here(request.programme.pk, now)
    if airdrop is not None:
        return _airdrop(request, airdrop)
    here = growth_here(request.programme.pk, now)
    if here is not None:
        return _growth(request, here)
    context = {
        "tab": "home",
        "home": read_home(request.member, now),
        "products": products_on_sale(request.member, limit=PRODUCTS_SHOWN),
    }
    return render(request, "web/home.html", context)


def _alliance(request: MemberRequest) -> HttpResponse:
    context = {"tab": "home", "home": read_alliance_home(request.member), "stores": own_stores(request.member)}
    return render(request, "web/home_alliance.html", context)


def _airdrop(request: MemberRequest, here: AirdropHere) -> HttpResponse:
    context = {
        "tab": "home",
        "here": here,
        "home": read_airdrop_home(request.member, here),
        "products": _goods(request)[:PRODUCTS_SHOWN],
    }
    return render(request, "web/home_airdrop.html", context | {"features": features_of(request.member, here.now.terms)})


def _goods(request: MemberRequest) -> list[Item]:
    """Return what is on sale besides packs, which have a page of their own."""
    return [one for one in products_on_sale(request.member, limit=PRODUCTS_READ) if one.pack is None]


def _growth(request: MemberRequest, here: Here) -> HttpResponse:
    wallets = [one for one in read_wallets(request.member, here.now) if one.name != here.terms.kind]
    context = {
        "tab": "home",
        "here": here,
        "own": own_of(request.member, here),
        "wallets": wallets,
        "chart": read_price_chart(request.programme.pk, here),
        "products": products_on_sale(request.member, limit=PRODUCTS_SHOWN),
    }
    return render(request, "web/home_growth.html", context)
